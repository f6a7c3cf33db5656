//! The announcement of a new version: what is in it and where its packages lie, signed as a whole. What the app believes
//! of it stands in `src-tauri/src/update`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    package, say,
    step::{self, Failure},
};

const USAGE: &str = "cargo xtask announce FOLDER ADDRESS NOTES

  FOLDER   holds the packages and the .sig beside each; the announcement is laid there too
  ADDRESS  where that folder will lie, as in src-tauri/updates.json
  NOTES    a file: what is new, as plain words
The key is taken from TAURI_SIGNING_PRIVATE_KEY and TAURI_SIGNING_PRIVATE_KEY_PASSWORD.";

/// How the packages of a system end, and what the app asks for there.
const SYSTEMS: [(&str, &[&str]); 3] = [
    ("-setup.exe", &["windows-x86_64", "windows-x86_64-nsis"]),
    ("_zh-CN.msi", &["windows-x86_64-msi"]),
    (".app.tar.gz", &["darwin-aarch64", "darwin-x86_64", "darwin-aarch64-app", "darwin-x86_64-app"]),
];

/// Writes `latest.json`, and `latest.json.sig` beside it.
pub(crate) fn write(words: &[String]) -> Result<(), Failure> {
    let [folder, address, notes] = words else { return Err(Failure::Usage(USAGE)) };
    let (folder, notes) = (PathBuf::from(folder), PathBuf::from(notes));
    let notes = fs::read_to_string(&notes).map_err(step::file(&notes))?;
    let mut platforms = Vec::new();
    for (file, systems) in packages(&folder)? {
        let signature = file.with_file_name(format!("{}.sig", name(&file)));
        let signature = fs::read_to_string(&signature).map_err(step::file(&signature))?;
        let bytes = fs::metadata(&file).map_err(step::file(&file))?.len();
        let url = text(&format!("{}/{}", address.trim_end_matches('/'), name(&file)));
        let said = format!("{{\"url\":{url},\"signature\":{},\"bytes\":{bytes}}}", text(signature.trim()));
        platforms.extend(systems.iter().map(|system| format!("{}:{said}", text(system))));
    }
    let version = env!("CARGO_PKG_VERSION");
    let announced = format!(
        "{{\"version\":{},\"notes\":{},\"platforms\":{{{}}}}}\n",
        text(version),
        text(notes.trim()),
        platforms.join(",")
    );
    let file = folder.join("latest.json");
    fs::write(&file, announced).map_err(step::file(&file))?;
    let mut sign = package::tauri(&["signer", "sign", "--app-version", version]);
    step::run("the signature of the announcement", sign.arg(&file))?;
    say::detail(&format!("{} and its signature; {} packages", file.display(), platforms.len()));
    Ok(())
}

/// The packages there are, with the systems each is for.
fn packages(folder: &Path) -> Result<Vec<(PathBuf, &'static [&'static str])>, Failure> {
    let kind =
        |file: &PathBuf| SYSTEMS.iter().find(|(ends, _)| name(file).ends_with(ends)).map(|(_, systems)| *systems);
    Ok(step::files(folder)?.into_iter().filter_map(|file| kind(&file).map(|systems| (file, systems))).collect())
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A text of JSON (RFC 8259, section 7).
fn text(plain: &str) -> String {
    let mut said = String::from("\"");
    for letter in plain.chars() {
        match letter {
            '"' | '\\' => said.extend(['\\', letter]),
            '\n' => said.push_str("\\n"),
            '\r' => {}
            _ if letter < ' ' => said.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => said.push(letter),
        }
    }
    said.push('"');
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        assert_eq!(text("更快\n\"a\\b\"\r\n\u{7}"), r#""更快\n\"a\\b\"\n\u0007""#);
    }

    #[test]
    fn each_package_is_for_its_systems() {
        let folder = std::env::temp_dir().join(format!("mingxia-announce-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder of the test");
        let names = ["Mingxia.app.tar.gz", "Mingxia_1.0.0_x64-setup.exe", "Mingxia_1.0.0_x64_en-US.msi"];
        for name in names.into_iter().chain(["Mingxia_1.0.0_x64-setup.exe.sig", "SHA256SUMS"]) {
            fs::write(folder.join(name), "").expect("a file of the test");
        }
        let found = packages(&folder).expect("the folder is there");
        let found: Vec<_> = found.iter().map(|(file, systems)| (name(file), systems.len())).collect();
        assert_eq!(found, [(names[0].to_owned(), 4), (names[1].to_owned(), 2)], "one .msi is enough for an upgrade");
        fs::remove_dir_all(folder).expect("the folder goes");
    }
}
