//! macOS: an agent of launchd that is called once, at login. Written after launchd.plist(5) and launchctl(1); not yet
//! tried there.
//!
//! launchd reads the folder at the next login. It is not told of the file now: it would start the app a second time, and
//! end the running one with the file.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Autostart;
use crate::call::{Call, Unfit};
use crate::disk::{self, DiskError};
use crate::timer::launchd::agent;

/// The agents of this user.
#[derive(Debug, Clone)]
pub struct LaunchAgents {
    /// Where they lie.
    pub folder: PathBuf,
    /// `launchctl`.
    pub tool: PathBuf,
}

impl LaunchAgents {
    /// `~/Library/LaunchAgents`; `None` without a home.
    #[must_use]
    pub fn of_this_user() -> Option<Self> {
        let home = PathBuf::from(env::var_os("HOME")?);
        Some(Self { folder: home.join("Library/LaunchAgents"), tool: "/bin/launchctl".into() })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.plist"))
    }

    /// Whether the person turned the agent off. A launchd that does not answer was told nothing.
    fn is_turned_off(&self, name: &str) -> bool {
        let mut ask = Command::new(&self.tool);
        ask.args(["print-disabled", &domain()]).stdin(Stdio::null()).stderr(Stdio::null());
        ask.output().is_ok_and(|said| disabled(&String::from_utf8_lossy(&said.stdout), name))
    }
}

/// Where agents with windows run for this user.
fn domain() -> String {
    format!("gui/{}", rustix::process::getuid().as_raw())
}

/// Whether a list of launchd says so; it spelled it in two ways.
fn disabled(list: &str, name: &str) -> bool {
    let told = list.lines().find_map(|line| line.trim().strip_prefix(&format!("\"{name}\" => ")));
    matches!(told, Some("disabled" | "true"))
}

impl Autostart for LaunchAgents {
    fn is_on(&self, name: &str) -> bool {
        self.file(name).is_file() && !self.is_turned_off(name)
    }

    fn turn_on(&self, call: &Call) -> Result<(), DiskError> {
        let text = agent(call, "", "Interactive").map_err(|Unfit| DiskError::Missing)?;
        fs::create_dir_all(&self.folder)?;
        disk::write(&self.file(call.name), text.as_bytes())?;
        if self.is_turned_off(call.name) {
            let mut allow = Command::new(&self.tool);
            allow.args(["enable", &format!("{}/{}", domain(), call.name)]);
            allow.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        }
        Ok(())
    }

    fn turn_off(&self, name: &str) -> Result<(), DiskError> {
        disk::remove(&self.file(name))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;

    fn call() -> Call {
        Call {
            name: "cn.mingxia.app",
            program: "/Applications/名下 & Co.app/Contents/MacOS/mingxia".into(),
            arguments: vec!["--in-tray".into()],
        }
    }

    /// A `launchctl` that says this of what is disabled, and writes down what else it is asked.
    fn agents(home: &Path, says: &str) -> LaunchAgents {
        let (tool, asked) = (home.join("launchctl"), home.join("asked"));
        let script =
            format!("#!/bin/sh\n[ $1 = print-disabled ] && echo '{says}' || echo $1 >> '{}'\n", asked.display());
        fs::write(&tool, script).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o700)).unwrap();
        LaunchAgents { folder: home.join("Library/LaunchAgents"), tool }
    }

    #[test]
    fn what_no_agent_can_hold_is_refused_and_nothing_is_written() {
        let home = tempfile::tempdir().unwrap();
        let agents = agents(home.path(), "");
        let unfit = Call { arguments: vec!["--demo=/tmp/a\n".into()], ..call() };
        assert_eq!(agents.turn_on(&unfit), Err(DiskError::Missing));
        assert!(!agents.folder.exists());
    }

    #[test]
    fn who_turned_it_off_in_the_systems_settings_is_heard() {
        for (told, off) in [
            ("\t\t\"cn.mingxia.app\" => disabled\n", true),
            ("\t\t\"cn.mingxia.app\" => true\n", true),
            ("\t\t\"cn.mingxia.app\" => enabled\n", false),
            ("\t\t\"cn.mingxia.app.demo\" => disabled\n", false),
            ("", false),
        ] {
            assert_eq!(disabled(&format!("\tdisabled services = {{\n{told}\t}}\n"), "cn.mingxia.app"), off, "{told:?}");
        }
        let home = tempfile::tempdir().unwrap();
        let agents = agents(home.path(), "\"cn.mingxia.app\" => disabled");
        agents.turn_on(&call()).unwrap();
        assert!(!agents.is_on("cn.mingxia.app"), "this launchd stays stubborn");
        assert_eq!(fs::read_to_string(home.path().join("asked")).unwrap(), "enable\n", "a later press counts");
    }

    #[test]
    fn the_agent_is_there_only_while_it_is_wanted() {
        let home = tempfile::tempdir().unwrap();
        let agents = agents(home.path(), "");
        agents.turn_off("cn.mingxia.app").unwrap();
        assert!(!agents.is_on("cn.mingxia.app") && !agents.folder.exists(), "nothing is written for being off");
        agents.turn_on(&call()).unwrap();
        assert!(agents.is_on("cn.mingxia.app"));
        let file = agents.folder.join("cn.mingxia.app.plist");
        insta::assert_snapshot!(fs::read_to_string(&file).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
        <plist version="1.0">
        <dict>
        	<key>Label</key>
        	<string>cn.mingxia.app</string>
        	<key>ProgramArguments</key>
        	<array>
        		<string>/Applications/名下 &amp; Co.app/Contents/MacOS/mingxia</string>
        		<string>--in-tray</string>
        	</array>
        	<key>RunAtLoad</key>
        	<true/>
        	<key>ProcessType</key>
        	<string>Interactive</string>
        </dict>
        </plist>
        "#);
        agents.turn_off("cn.mingxia.app").unwrap();
        assert!(!file.exists(), "nothing stays behind");
        assert!(!home.path().join("asked").exists(), "launchd is asked to start or end nothing now");
    }
}
