//! What is built in under which licence, every text in full: one file that travels with the app.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    pages, say,
    step::{self, Failure, cargo, npm},
    tool,
};

/// The programs that are installed, and where each stands.
const PROGRAMS: [(&str, &str); 2] =
    [("The app", "Cargo.toml"), ("The demonstration beside it", "crates/demo-world/Cargo.toml")];

/// How a file with the words of a licence is called.
const NAMES: [&str; 4] = ["LICENSE", "LICENCE", "COPYING", "NOTICE"];

/// What every list of ours must name; where one is missing, the list is not whole.
const SEEN: [&str; 6] = ["tauri 2.", "rustls 0.", "libsqlite3-sys ", "Zetetic", "bits-ui", "svelte"];

/// Where the file is laid, for the packages to take it from.
pub(crate) fn file() -> PathBuf {
    step::target().join("package/licences.txt")
}

/// Writes it.
pub(crate) fn write() -> Result<(), Failure> {
    pages::tools()?;
    let folder = step::target().join("package");
    fs::create_dir_all(&folder).map_err(step::file(&folder))?;
    let mut text =
        String::from("Mingxia is under the Apache License, version 2.0. It is built on the work of others:\n");
    for (name, manifest) in PROGRAMS {
        text.push_str(&headed(name, &libraries(manifest, &folder)?));
    }
    text.push_str(&headed("The pages", &of_pages()?));
    text.push_str(&headed("SQLCipher, the encrypted database", &cipher()?));
    if let Some(missing) = SEEN.iter().find(|name| !text.contains(**name)) {
        return Err(Failure::Refused(format!("the licences are not whole: nothing of {missing}")));
    }
    fs::write(file(), &text).map_err(step::file(&file()))?;
    say::detail(&format!("{} {} KB", file().display(), text.len() / 1000));
    Ok(())
}

fn headed(name: &str, text: &str) -> String {
    format!("\n\n{line}\n# {name}\n{line}\n{text}", line = "#".repeat(80))
}

/// The libraries of one program, each licence once with all who use it.
fn libraries(manifest: &str, folder: &Path) -> Result<String, Failure> {
    let made = folder.join("libraries.txt");
    let mut about = tool::ABOUT.command()?;
    about.args([
        "generate",
        "--offline",
        "--locked",
        "--fail",
        "--config",
        "about.toml",
        "--manifest-path",
        manifest,
        "--output-file",
    ]);
    step::run(&format!("the licences of {manifest}"), about.arg(&made).arg("xtask/src/licences.hbs"))?;
    let text = fs::read_to_string(&made).map_err(step::file(&made))?;
    Ok(text.replace("&amp;", "&").replace("&quot;", "\"").replace("&#x27;", "'"))
}

/// The libraries of the pages, with the words each brings.
fn of_pages() -> Result<String, Failure> {
    let mut list = npm(["ls", "--omit", "dev", "--all", "--parseable"]);
    let said = list.output().map_err(|error| step::missing(&list, error))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut text = String::new();
    // The first is the pages themselves.
    for folder in said.lines().skip(1).map(PathBuf::from) {
        let name = folder.to_string_lossy().replace('\\', "/");
        let name = name.rsplit_once("node_modules/").map_or(name.as_str(), |(_, name)| name);
        text.push_str(&format!("\n{}\n{name}\n\n{}", "=".repeat(80), words(&folder)?));
    }
    Ok(text)
}

/// SQLCipher lies within a library that is under another licence.
fn cipher() -> Result<String, Failure> {
    let mut metadata = cargo(["metadata", "--format-version", "1", "--locked"]);
    let said = metadata.output().map_err(|error| step::missing(&metadata, error))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let manifest = said.split('"').find(|part| part.contains("libsqlite3-sys-") && part.ends_with("Cargo.toml"));
    let folder = manifest.map(|manifest| manifest.replace("\\\\", "\\")).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Failure::Refused("no sources of SQLCipher".to_owned()))?;
    words(&folder.with_file_name("sqlcipher"))
}

/// Every file of a folder that holds words of a licence, in order of their names.
fn words(folder: &Path) -> Result<String, Failure> {
    let named = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        NAMES.iter().any(|known| name.starts_with(known))
    };
    let mut text = String::new();
    for file in step::files(folder)?.into_iter().filter(named) {
        text.push_str(&fs::read_to_string(&file).map_err(step::file(&file))?);
        text.push('\n');
    }
    Ok(text)
}
