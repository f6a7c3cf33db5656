//! macOS: an agent of launchd. Written after launchd.plist(5); not yet tried there.

use std::env;
use std::fs;
use std::path::PathBuf;

use super::{Call, MINUTES, Timer, TimerError, run};
use crate::call::{Unfit, xml};
use crate::disk;

/// Far more than an agent of ours.
const MOST: u64 = 16 * 1024;

/// The folder of this user's agents.
#[derive(Debug, Clone)]
pub struct Launchd {
    /// Where agents of this user lie.
    pub agents: PathBuf,
    /// `launchctl`.
    pub tool: PathBuf,
}

impl Launchd {
    /// `~/Library/LaunchAgents`; `None` without a home.
    #[must_use]
    pub fn of_this_user() -> Option<Self> {
        let home = PathBuf::from(env::var_os("HOME")?);
        Some(Self { agents: home.join("Library/LaunchAgents"), tool: "/bin/launchctl".into() })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.agents.join(format!("{name}.plist"))
    }
}

impl Timer for Launchd {
    fn install(&self, call: &Call) -> Result<(), TimerError> {
        let (file, text) = (self.file(call.name), sweeping(call)?);
        if disk::read(&file, MOST).is_ok_and(|there| there.is_some_and(|it| it == text.as_bytes())) {
            return Ok(());
        }
        self.remove(call.name)?;
        fs::create_dir_all(&self.agents).map_err(disk::DiskError::from)?;
        disk::write(&file, text.as_bytes())?;
        let loaded =
            file.to_str().ok_or(TimerError::Unfit(Unfit)).and_then(|file| run(&self.tool, &["load", "-w", file]));
        if loaded.is_err() {
            let _ = disk::remove(&file);
        }
        loaded
    }

    fn remove(&self, name: &str) -> Result<(), TimerError> {
        let file = self.file(name);
        if let Some(there) = file.to_str().filter(|_| file.exists()) {
            // Without its file nothing is called any more after the next login, whether or not launchd answers.
            let _ = run(&self.tool, &["unload", "-w", there]);
        }
        Ok(disk::remove(&file)?)
    }
}

/// The agent: at login and then every quarter of an hour; calls slept through are made once on waking.
fn sweeping(call: &Call) -> Result<String, Unfit> {
    let often = format!("\t<key>StartInterval</key>\n\t<integer>{}</integer>\n", MINUTES * 60);
    agent(call, &often, "Background")
}

/// An agent that calls at every login, what else of its keys there is, and how the system treats the process.
pub(crate) fn agent(call: &Call, more: &str, kind: &str) -> Result<String, Unfit> {
    let words: String = call.words()?.into_iter().map(|word| format!("\t\t<string>{}</string>\n", xml(word))).collect();
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n\
         <dict>\n\
         \t<key>Label</key>\n\t<string>{}</string>\n\
         \t<key>ProgramArguments</key>\n\t<array>\n{words}\t</array>\n\
         \t<key>RunAtLoad</key>\n\t<true/>\n\
         {more}\
         \t<key>ProcessType</key>\n\t<string>{kind}</string>\n\
         </dict>\n\
         </plist>\n",
        call.name
    ))
}

// Absolute paths of this system are none on Windows.
#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_reads_as_it_should() {
        let call = Call {
            name: "mingxia-sweep",
            program: "/Applications/名下 & Co.app/mingxia".into(),
            arguments: vec!["--sweep".into()],
        };
        insta::assert_snapshot!(sweeping(&call).unwrap());
    }
}
