//! What is built in: lists for machines (CycloneDX 1.5), one of each program and one of the pages.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    alike::committed,
    pages, say,
    step::{self, Failure, npm},
    tool,
};

/// The programs that people install, where each stands, and what its list must name.
const PROGRAMS: [(&str, &str, &[&str]); 2] = [
    (
        "mingxia",
        ".",
        &["pkg:cargo/tauri@2.", "pkg:cargo/rustls@", "pkg:cargo/libsqlite3-sys@", "pkg:cargo/minisign-verify@"],
    ),
    ("demo-world", "crates/demo-world", &["pkg:cargo/axum@", "pkg:cargo/libsqlite3-sys@"]),
];

/// What the list of the pages must name.
const PAGES: [&str; 3] = ["pkg:npm/svelte@", "pkg:npm/bits-ui@", "pkg:npm/%40tauri-apps/api@"];

/// The name under which the tool lays a list beside every manifest.
const LAID: &str = "mingxia.cdx";

/// Writes the lists into target/sbom; one that is not whole is no list.
pub(crate) fn write() -> Result<(), Failure> {
    let folder = step::emptied(step::target().join("sbom"))?;
    rust(&folder)?;
    page(&folder)
}

/// The tool lays a list beside the manifest of every member; those that people install are taken, none is left there.
fn rust(folder: &Path) -> Result<(), Failure> {
    let mut list = tool::CYCLONEDX.command()?;
    list.args(["--format", "json", "--spec-version", "1.5", "--target", "all", "--override-filename", LAID]);
    let listed = step::run("the libraries of Rust", list.env("SOURCE_DATE_EPOCH", committed()?));
    let kept = PROGRAMS.iter().try_for_each(|(name, at, named)| {
        let laid = step::root().join(at).join(format!("{LAID}.json"));
        let text = fs::read_to_string(&laid).map_err(step::file(&laid))?;
        keep(folder, name, &text, named)
    });
    for left in laid()? {
        fs::remove_file(&left).map_err(step::file(&left))?;
    }
    listed.and(kept)
}

/// The lists the tool laid beside the manifests.
fn laid() -> Result<Vec<PathBuf>, Failure> {
    let root = step::root();
    let mut folders = vec![root.clone(), root.join("tests"), root.join("tests/e2e"), root.join("xtask")];
    let crates = root.join("crates");
    folders.extend(fs::read_dir(&crates).map_err(step::file(&crates))?.flatten().map(|entry| entry.path()));
    Ok(folders.into_iter().map(|folder| folder.join(format!("{LAID}.json"))).filter(|file| file.exists()).collect())
}

/// What the pages are built of, and with: what only builds them is marked as such.
fn page(folder: &Path) -> Result<(), Failure> {
    pages::tools()?;
    say::step("the libraries of the pages");
    let mut list = npm(["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"]);
    let said = list.output().map_err(|error| step::missing(&list, error))?;
    keep(folder, "pages", &String::from_utf8_lossy(&said.stdout), &PAGES)
}

/// Keeps a list that is whole, without the folder it was made in.
fn keep(folder: &Path, name: &str, text: &str, named: &[&str]) -> Result<(), Failure> {
    if let Some(missing) = missing(text, named) {
        return Err(Failure::Refused(format!("the list of {name} is not whole: nothing of {missing}")));
    }
    let file = folder.join(format!("{name}.cdx.json"));
    let text = text.replace(&step::root().display().to_string(), "/mingxia");
    fs::write(&file, text).map_err(step::file(&file))?;
    say::detail(&file.display().to_string());
    Ok(())
}

/// What a list lacks of being one, if anything.
fn missing<'a>(text: &str, named: &[&'a str]) -> Option<&'a str> {
    let form = ["\"bomFormat\": \"CycloneDX\"", "\"specVersion\": \"1.5\"", "\"licenses\"", "\"hashes\""];
    form.into_iter().chain(named.iter().copied()).find(|part| !text.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_lacks_something_is_none() {
        let whole = r#"{ "bomFormat": "CycloneDX", "specVersion": "1.5",
            "components": [{ "licenses": [], "hashes": [], "purl": "pkg:npm/svelte@5.57.3" }] }"#;
        assert_eq!(missing(whole, &["pkg:npm/svelte@"]), None);
        assert_eq!(missing(whole, &["pkg:npm/svelte@", "pkg:npm/bits-ui@"]), Some("pkg:npm/bits-ui@"));
        assert_eq!(missing("", &[]), Some("\"bomFormat\": \"CycloneDX\""), "a tool that said nothing");
    }
}
