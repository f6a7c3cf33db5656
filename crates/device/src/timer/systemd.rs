//! Linux: a service and a timer of systemd's user manager.

use std::fs;
use std::path::PathBuf;

use super::{Call, MINUTES, Timer, TimerError, run};
use crate::autostart::desktop_entry::settings;
use crate::disk;

/// Far more than a unit of ours.
const MOST: u64 = 16 * 1024;

/// The user manager and the folder of its units.
#[derive(Debug, Clone)]
pub struct Systemd {
    /// Where units of this user lie.
    pub units: PathBuf,
    /// `systemctl`.
    pub tool: PathBuf,
}

impl Systemd {
    /// `$XDG_CONFIG_HOME/systemd/user`; `None` without a home.
    #[must_use]
    pub fn of_this_user() -> Option<Self> {
        Some(Self { units: settings()?.join("systemd/user"), tool: "systemctl".into() })
    }

    fn systemctl(&self, arguments: &[&str]) -> Result<(), TimerError> {
        run(&self.tool, &[&["--user", "--quiet"], arguments].concat())
    }

    fn unlink(&self, name: &str) -> Result<(), TimerError> {
        let files = [format!("{name}.service"), format!("{name}.timer"), format!("timers.target.wants/{name}.timer")];
        let unlinked = files.iter().map(|file| disk::remove(&self.units.join(file))).fold(Ok(()), Result::and);
        // The manager forgets them now, or when it is asked the next time.
        let _ = self.systemctl(&["daemon-reload"]);
        Ok(unlinked?)
    }
}

impl Timer for Systemd {
    fn install(&self, call: &Call) -> Result<(), TimerError> {
        let units = [
            (self.units.join(format!("{}.service", call.name)), service(call)?),
            (self.units.join(format!("{}.timer", call.name)), timer()),
        ];
        if units
            .iter()
            .all(|(file, text)| disk::read(file, MOST).is_ok_and(|there| there.is_some_and(|it| it == text.as_bytes())))
        {
            return Ok(());
        }
        fs::create_dir_all(&self.units).map_err(disk::DiskError::from)?;
        let enabled = units
            .iter()
            .try_for_each(|(file, text)| Ok(disk::write(file, text.as_bytes())?))
            .and_then(|()| self.systemctl(&["daemon-reload"]))
            .and_then(|()| self.systemctl(&["enable", "--now", &format!("{}.timer", call.name)]));
        if enabled.is_err() {
            let _ = self.unlink(call.name);
        }
        enabled
    }

    fn remove(&self, name: &str) -> Result<(), TimerError> {
        if !self.units.join(format!("{name}.timer")).exists() && !self.units.join(format!("{name}.service")).exists() {
            return Ok(());
        }
        // Without its files nothing is called any more, whether or not the manager answers.
        let _ = self.systemctl(&["disable", "--now", &format!("{name}.timer")]);
        self.unlink(name)
    }
}

/// A word of a command line (systemd.service(5), "Command lines").
fn word(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "$$").replace('%', "%%");
    format!("\"{text}\"")
}

/// The service. It needs neither a screen nor the network; a program that was uninstalled is not missed.
fn service(call: &Call) -> Result<String, TimerError> {
    let words = call.words()?;
    let program = words[0].replace('%', "%%");
    let line: Vec<String> = words.into_iter().map(word).collect();
    Ok(format!(
        "[Unit]\n\
         Description=Ends reports of 名下 Mingxia that are over\n\
         ConditionFileIsExecutable={program}\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         ExecStart={}\n\
         UnsetEnvironment=DISPLAY WAYLAND_DISPLAY\n\
         NoNewPrivileges=yes\n\
         RestrictAddressFamilies=AF_UNIX\n",
        line.join(" ")
    ))
}

/// The timer: on each quarter of an hour, once soon after login, and once for those that were slept through.
fn timer() -> String {
    format!(
        "[Unit]\n\
         Description=Ends reports of 名下 Mingxia that are over\n\
         \n\
         [Timer]\n\
         OnCalendar=*:0/{MINUTES}\n\
         OnStartupSec=1min\n\
         AccuracySec=1min\n\
         Persistent=yes\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n"
    )
}

// Absolute paths of this system are none on Windows.
#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn call() -> Call {
        Call {
            name: "mingxia-sweep-demo",
            program: "/opt/my apps/100%/mingxia".into(),
            arguments: vec!["--sweep".into(), "--demo=/home/张 \"$1\"\\".into()],
        }
    }

    #[test]
    fn the_units_read_as_they_should() {
        insta::assert_snapshot!(format!("{}\n{}", service(&call()).unwrap(), timer()), @r#"
        [Unit]
        Description=Ends reports of 名下 Mingxia that are over
        ConditionFileIsExecutable=/opt/my apps/100%%/mingxia

        [Service]
        Type=oneshot
        ExecStart="/opt/my apps/100%%/mingxia" "--sweep" "--demo=/home/张 \"$$1\"\\"
        UnsetEnvironment=DISPLAY WAYLAND_DISPLAY
        NoNewPrivileges=yes
        RestrictAddressFamilies=AF_UNIX

        [Unit]
        Description=Ends reports of 名下 Mingxia that are over

        [Timer]
        OnCalendar=*:0/15
        OnStartupSec=1min
        AccuracySec=1min
        Persistent=yes

        [Install]
        WantedBy=timers.target
        "#);
    }

    mod with_a_tool {
        use std::os::unix::fs::PermissionsExt;
        use std::path::Path;

        use super::*;

        /// A user manager that writes down what it is asked, and answers so.
        fn systemd(folder: &Path, answer: u8) -> Systemd {
            let tool = folder.join("systemctl");
            let asked = folder.join("asked");
            fs::write(&tool, format!("#!/bin/sh\necho \"$@\" >> '{}'\nexit {answer}\n", asked.display())).unwrap();
            fs::set_permissions(&tool, fs::Permissions::from_mode(0o700)).unwrap();
            Systemd { units: folder.join("config/systemd/user"), tool }
        }

        fn asked(folder: &Path) -> String {
            fs::read_to_string(folder.join("asked")).unwrap_or_default()
        }

        fn files(systemd: &Systemd) -> Vec<String> {
            let entries = fs::read_dir(&systemd.units).into_iter().flatten().flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }

        #[test]
        fn without_a_user_manager_it_is_not_available_and_nothing_stays() {
            let (refusing, missing) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
            let missing = Systemd { tool: "/nowhere/systemctl".into(), ..systemd(missing.path(), 0) };
            for systemd in [systemd(refusing.path(), 1), missing] {
                assert_eq!(systemd.install(&call()), Err(TimerError::NotAvailable));
                assert!(files(&systemd).is_empty(), "no unit that nobody runs");
            }
        }

        #[test]
        fn installed_once_and_removed_without_a_trace() {
            let folder = tempfile::tempdir().unwrap();
            let systemd = systemd(folder.path(), 0);
            systemd.remove("mingxia-sweep-demo").unwrap();
            assert_eq!(asked(folder.path()), "", "where there is nothing, nobody is asked");
            systemd.install(&call()).unwrap();
            assert_eq!(files(&systemd), ["mingxia-sweep-demo.service", "mingxia-sweep-demo.timer"]);
            let enabled = "--user --quiet daemon-reload\n--user --quiet enable --now mingxia-sweep-demo.timer\n";
            assert_eq!(asked(folder.path()), enabled);
            systemd.install(&call()).unwrap();
            assert_eq!(asked(folder.path()), enabled, "turned off by the person it stays off");
            let moved = Call { program: "/elsewhere/mingxia".into(), ..call() };
            systemd.install(&moved).unwrap();
            assert_eq!(asked(folder.path()), enabled.repeat(2), "a program that moved is called where it is now");

            fs::create_dir(systemd.units.join("timers.target.wants")).unwrap();
            let wanted = systemd.units.join("timers.target.wants/mingxia-sweep-demo.timer");
            std::os::unix::fs::symlink(systemd.units.join("mingxia-sweep-demo.timer"), wanted).unwrap();
            systemd.remove("mingxia-sweep-demo").unwrap();
            assert!(asked(folder.path()).contains("disable --now mingxia-sweep-demo.timer"));
            assert_eq!(files(&systemd), ["timers.target.wants"], "erased with the device");
            assert_eq!(fs::read_dir(systemd.units.join("timers.target.wants")).unwrap().count(), 0);
        }
    }
}
