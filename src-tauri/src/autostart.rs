//! Starting with the system: one file in the folder a Linux desktop starts programs from, there only while the person
//! wants it (Desktop Application Autostart Specification). Elsewhere there is none.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use device::disk::{self, DiskError};

use crate::{
    folders,
    start::{IN_TRAY, Profile},
};

/// Far more than an entry of ours.
const MOST: u64 = 16 << 10;

/// The entry of this profile; none where this system starts programs by other means.
pub(crate) struct Autostart(Option<Entry>);

/// A file and what stands in it.
struct Entry {
    file: PathBuf,
    text: String,
}

impl Autostart {
    /// Of a profile, on this system.
    pub(crate) fn of(profile: &Profile) -> Self {
        // Where this user's desktop looks.
        let folder = folders::own_settings().join("autostart");
        let folder = Some(folder).filter(|folder| cfg!(target_os = "linux") && folder.is_absolute());
        Self(folder.zip(env::current_exe().ok()).and_then(|(folder, program)| {
            let file = folder.join(format!("{}.desktop", profile.identifier()));
            Some(Entry { file, text: entry(&program, profile)? })
        }))
    }

    /// Whether the desktop starts the app; a person may have told the desktop otherwise.
    pub(crate) fn is_on(&self) -> bool {
        let kept = self.0.as_ref().and_then(|entry| disk::read(&entry.file, MOST).ok().flatten());
        kept.is_some_and(|kept| starts(&String::from_utf8_lossy(&kept)))
    }

    /// Starts with the system from now on, or no longer.
    ///
    /// # Errors
    /// Where this system has no such folder, or as the disk refuses.
    pub(crate) fn set(&self, on: bool) -> Result<(), DiskError> {
        match &self.0 {
            None if on => Err(DiskError::Missing),
            None => Ok(()),
            Some(entry) if on => entry.write(),
            Some(entry) => disk::remove(&entry.file),
        }
    }
}

impl Entry {
    fn write(&self) -> Result<(), DiskError> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        disk::write(&self.file, self.text.as_bytes())
    }
}

/// Whether an entry starts anything; desktops turn one off by a line in it.
fn starts(entry: &str) -> bool {
    !entry.lines().any(|line| matches!(line.trim(), "Hidden=true" | "X-GNOME-Autostart-enabled=false"))
}

/// The entry: without a window, and without a complaint once the program was uninstalled. None where a path cannot be
/// written into one.
fn entry(program: &Path, profile: &Profile) -> Option<String> {
    let program = program.to_str()?;
    let demo = match profile {
        Profile::Real => None,
        Profile::Demo(world) => Some(format!("--demo={}", world.to_str()?)),
    };
    if program.chars().chain(demo.iter().flat_map(|demo| demo.chars())).any(char::is_control) {
        return None;
    }
    let words: Vec<String> = [program, IN_TRAY].into_iter().chain(demo.as_deref()).map(word).collect();
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Mingxia\nName[zh_CN]=名下\nTryExec={}\nExec={}\nTerminal=false\n",
        value(program),
        value(&words.join(" "))
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
#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn at(file: &Path) -> Autostart {
        let text = entry(Path::new("/opt/mingxia"), &Profile::Real).unwrap();
        Autostart(Some(Entry { file: file.to_owned(), text }))
    }

    #[test]
    fn the_entry_reads_as_it_should() {
        let real = entry(Path::new("/opt/my apps/100%/mingxia"), &Profile::Real).unwrap();
        let lines: Vec<&str> = real.lines().collect();
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
        let odd = entry(Path::new("/opt/mingxia"), &Profile::Demo("/home/张 \"$1\"\\".into())).unwrap();
        let exec = odd.lines().find(|line| line.starts_with("Exec=")).unwrap();
        assert_eq!(exec, r#"Exec="/opt/mingxia" "--in-tray" "--demo=/home/张 \\"\\$1\\"\\\\""#);
    }

    #[test]
    fn no_path_adds_a_line_of_its_own() {
        assert_eq!(entry(Path::new("/opt/a\nExec=/bin/b"), &Profile::Real), None);
        assert_eq!(entry(Path::new("/opt/mingxia"), &Profile::Demo("/tmp/a\nHidden=false".into())), None);
    }

    #[test]
    fn the_file_is_there_only_while_it_is_wanted() {
        let folder = env::temp_dir().join(format!("mingxia-autostart-{}", std::process::id()));
        let file = folder.join("autostart/cn.mingxia.app.desktop");
        let autostart = at(&file);
        autostart.set(false).unwrap();
        assert!(!autostart.is_on() && !folder.exists(), "off by default, and nothing is written for it");
        autostart.set(true).unwrap();
        assert!(autostart.is_on());
        fs::write(&file, "[Desktop Entry]\nExec=/opt/mingxia\nHidden=true\n").unwrap();
        assert!(!autostart.is_on(), "the desktop was told otherwise");
        autostart.set(false).unwrap();
        assert!(!file.exists(), "nothing stays behind");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_system_without_such_a_folder_says_so() {
        assert_eq!(Autostart(None).set(true), Err(DiskError::Missing));
        assert_eq!(Autostart(None).set(false), Ok(()), "there is nothing to take away");
    }
}
