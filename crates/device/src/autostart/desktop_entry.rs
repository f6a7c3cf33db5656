//! Linux: a file in the folder a desktop starts programs from (Desktop Application Autostart Specification).

use std::env;
use std::fs;
use std::path::PathBuf;

use super::Autostart;
use crate::call::{Call, Unfit};
use crate::disk::{self, DiskError};

/// Far more than an entry of ours.
const MOST: u64 = 16 << 10;

/// `$XDG_CONFIG_HOME`; `None` without a home.
pub(crate) fn settings() -> Option<PathBuf> {
    let set = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    set.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")))
}

/// The entries of this user.
#[derive(Debug, Clone)]
pub struct DesktopEntries {
    /// Where they lie.
    pub folder: PathBuf,
}

impl DesktopEntries {
    /// `$XDG_CONFIG_HOME/autostart`; `None` without a home.
    #[must_use]
    pub fn of_this_user() -> Option<Self> {
        Some(Self { folder: settings()?.join("autostart") })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.desktop"))
    }
}

impl Autostart for DesktopEntries {
    fn is_on(&self, name: &str) -> bool {
        let kept = disk::read(&self.file(name), MOST).ok().flatten();
        kept.is_some_and(|kept| starts(&String::from_utf8_lossy(&kept)))
    }

    fn turn_on(&self, call: &Call) -> Result<(), DiskError> {
        let text = entry(call).map_err(|Unfit| DiskError::Missing)?;
        fs::create_dir_all(&self.folder)?;
        disk::write(&self.file(call.name), text.as_bytes())
    }

    fn turn_off(&self, name: &str) -> Result<(), DiskError> {
        disk::remove(&self.file(name))
    }
}

/// Whether an entry starts anything; desktops turn one off by a line in it.
fn starts(entry: &str) -> bool {
    !entry.lines().any(|line| matches!(line.trim(), "Hidden=true" | "X-GNOME-Autostart-enabled=false"))
}

/// The entry: without a complaint once the program was uninstalled.
fn entry(call: &Call) -> Result<String, Unfit> {
    let words = call.words()?;
    let line: Vec<String> = words.iter().map(|text| word(text)).collect();
    Ok(format!(
        "[Desktop Entry]\nType=Application\nName=Mingxia\nName[zh_CN]=名下\nTryExec={}\nExec={}\nTerminal=false\n",
        value(words[0]),
        value(&line.join(" "))
    ))
}

/// A word of a command line (Desktop Entry Specification, "The Exec key").
fn word(text: &str) -> String {
    let plain = text.chars().flat_map(|letter| match letter {
        '"' | '`' | '$' | '\\' => vec!['\\', letter],
        '%' => vec!['%', '%'],
        letter => vec![letter],
    });
    format!("\"{}\"", plain.collect::<String>())
}

/// A value of an entry, which is read once before its words are.
fn value(text: &str) -> String {
    text.replace('\\', "\\\\")
}

// Absolute paths of this system are none on Windows.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn call(program: &str, arguments: &[&str]) -> Call {
        let arguments = arguments.iter().map(|&word| word.to_owned()).collect();
        Call { name: "cn.mingxia.app", program: program.into(), arguments }
    }

    #[test]
    fn no_path_adds_a_line_of_its_own() {
        assert_eq!(entry(&call("/opt/a\nExec=/bin/b", &["--in-tray"])), Err(Unfit));
        assert_eq!(entry(&call("/opt/mingxia", &["--demo=/tmp/a\nHidden=false"])), Err(Unfit));
    }

    #[test]
    fn the_entry_reads_as_it_should() {
        let plain = entry(&call("/opt/my apps/100%/mingxia", &["--in-tray"])).unwrap();
        let lines: Vec<&str> = plain.lines().collect();
        assert_eq!(
            lines,
            [
                "[Desktop Entry]",
                "Type=Application",
                "Name=Mingxia",
                "Name[zh_CN]=名下",
                "TryExec=/opt/my apps/100%/mingxia",
                "Exec=\"/opt/my apps/100%%/mingxia\" \"--in-tray\"",
                "Terminal=false",
            ]
        );
        let odd = entry(&call("/opt/mingxia", &["--in-tray", "--demo=/home/张 \"$1\"\\"])).unwrap();
        let exec = odd.lines().find(|line| line.starts_with("Exec=")).unwrap();
        assert_eq!(exec, r#"Exec="/opt/mingxia" "--in-tray" "--demo=/home/张 \\"\\$1\\"\\\\""#);
    }

    #[test]
    fn the_file_is_there_only_while_it_is_wanted() {
        let home = tempfile::tempdir().unwrap();
        let entries = DesktopEntries { folder: home.path().join("autostart") };
        let (call, file) = (call("/opt/mingxia", &["--in-tray"]), entries.folder.join("cn.mingxia.app.desktop"));
        entries.turn_off(call.name).unwrap();
        assert!(!entries.is_on(call.name) && !entries.folder.exists(), "off by default, and nothing is written for it");
        entries.turn_on(&call).unwrap();
        assert!(entries.is_on(call.name));
        fs::write(&file, "[Desktop Entry]\nExec=/opt/mingxia\nHidden=true\n").unwrap();
        assert!(!entries.is_on(call.name), "the desktop was told otherwise");
        entries.turn_off(call.name).unwrap();
        assert!(!file.exists(), "nothing stays behind");
    }
}
