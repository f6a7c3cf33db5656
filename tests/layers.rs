//! The house keeps its shape: arrows point down, and each rule has one room where it may be broken.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Which crates of the house each may be built on. A crate that is not here may be built on none.
const ARROWS: [(&str, &[&str]); 10] = [
    ("protocol", &[]),
    ("device", &["protocol"]),
    ("sqlcipher", &[]),
    ("vault", &["sqlcipher", "device", "protocol"]),
    ("journey", &["vault", "device", "protocol"]),
    ("bank", &["sqlcipher", "protocol"]),
    ("gateway", &["sqlcipher", "protocol"]),
    ("demo-world", &["gateway", "bank", "device", "protocol"]),
    ("mingxia", &["journey", "vault", "device", "protocol"]),
    ("xtask", &[]),
];

/// Crates that try the house from outside and may see all of it.
const OUTSIDE: [&str; 2] = ["house-tests", "e2e"];

/// Past this many lines a file holds more than one idea.
const LINES: usize = 500;

/// Folders that hold the code people read.
const CODE: [&str; 5] = ["crates", "src-tauri", "tests", "ui/src", "xtask"];

#[test]
fn nothing_is_built_on_what_stands_above_it() {
    let arrows: BTreeMap<_, BTreeSet<_>> =
        ARROWS.iter().map(|(name, below)| (*name, below.iter().copied().collect())).collect();
    for package in packages() {
        let name = text(&package, "name");
        if OUTSIDE.contains(&name) {
            continue;
        }
        let allowed =
            arrows.get(name).unwrap_or_else(|| panic!("{name} has no place in the house: give it one in ARROWS"));
        for below in of_the_house(&package, |kind| kind.is_none()) {
            assert!(allowed.contains(below.as_str()), "{name} is built on {below}, which does not stand below it");
        }
    }
}

#[test]
fn the_app_never_links_the_demonstration() {
    let built_on: BTreeMap<String, Vec<String>> = packages()
        .iter()
        .map(|package| (text(package, "name").to_owned(), of_the_house(package, |kind| kind != Some("dev"))))
        .collect();
    let mut reached = BTreeSet::new();
    let mut open = vec!["mingxia".to_owned()];
    while let Some(name) = open.pop() {
        if reached.insert(name.clone()) {
            open.extend(built_on.get(&name).into_iter().flatten().cloned());
        }
    }
    for other_side in ["demo-world", "gateway", "bank"] {
        assert!(!reached.contains(other_side), "{other_side} is linked into the app people install");
    }
}

#[test]
fn every_crate_takes_the_shared_lints() {
    for package in packages() {
        let name = text(&package, "name");
        let manifest = read(Path::new(text(&package, "manifest_path")));
        let shared = manifest.contains("[lints]\nworkspace = true");
        assert!(shared || name == "device", "{name} sets its own lints; only device may, to use unsafe code");
    }
}

#[test]
fn unsafe_code_and_the_wall_clock_stand_in_device_alone() {
    let device = root().join("crates/device");
    for file in files("rs").into_iter().filter(|file| !file.starts_with(&device) && !file.ends_with("tests/layers.rs"))
    {
        for (number, line) in code_lines(&read(&file)) {
            for word in ["SystemTime::now", "unsafe {", "unsafe fn", "unsafe impl", "unsafe extern"] {
                assert!(!line.contains(word), "{}:{number} holds `{word}`, which only device may", file.display());
            }
        }
    }
}

#[test]
fn only_the_backend_folder_of_the_pages_knows_tauri() {
    let backend = root().join("ui/src/lib/backend");
    for file in ["ts", "svelte", "js"].into_iter().flat_map(files).filter(|file| !file.starts_with(&backend)) {
        let knows = read(&file).contains("@tauri-apps");
        assert!(!knows, "{} speaks to Tauri past ui/src/lib/backend", file.display());
    }
}

#[test]
fn no_file_is_too_long_to_read() {
    for file in ["rs", "ts", "svelte", "css"].into_iter().flat_map(files) {
        let lines = read(&file).lines().count();
        assert!(lines <= LINES, "{} has {lines} lines: one file, one idea", file.display());
    }
}

#[test]
fn no_room_has_a_vague_name() {
    for file in ["rs", "ts", "svelte"].into_iter().flat_map(files) {
        let name = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_lowercase();
        for vague in ["util", "helper", "common", "misc", "manager", "service"] {
            let named = name == vague || name == format!("{vague}s") || name.ends_with(&format!("_{vague}"));
            assert!(!named, "{} says nothing of what stands in it", file.display());
        }
    }
}

/// The members of the workspace as cargo sees them.
fn packages() -> Vec<Value> {
    let said = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs, since it runs this test");
    let metadata: Value = serde_json::from_slice(&said.stdout).expect("cargo metadata speaks JSON");
    metadata["packages"].as_array().cloned().expect("a workspace has members")
}

/// The crates of the house a member depends on, for the kinds asked for.
fn of_the_house(package: &Value, kind: impl Fn(Option<&str>) -> bool) -> Vec<String> {
    let all = package["dependencies"].as_array().cloned().unwrap_or_default();
    all.iter()
        .filter(|dependency| dependency["path"].is_string() && kind(dependency["kind"].as_str()))
        .map(|dependency| text(dependency, "name").to_owned())
        .collect()
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// The lines of a file that are code, with their numbers.
fn code_lines(text: &str) -> Vec<(usize, &str)> {
    let numbered = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    numbered.filter(|(_, line)| !line.starts_with("//")).collect()
}

/// Every file people wrote with this ending.
fn files(ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = CODE.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && !["target", "node_modules", "dist"].iter().any(|made| path.ends_with(made)) {
                open.push(path);
            } else if path.extension().is_some_and(|it| it == ending) {
                found.push(path);
            }
        }
    }
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests stands in the house").to_path_buf()
}
