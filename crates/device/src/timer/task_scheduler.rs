//! Windows: a task of the Task Scheduler. Written after its XML schema; not yet tried there.

use std::env;
use std::path::PathBuf;

use super::{Call, MINUTES, Timer, TimerError, run};
use crate::call::{Unfit, windows_word, xml};
use crate::disk;

/// The scheduler of this user.
#[derive(Debug, Clone)]
pub struct TaskScheduler {
    /// Where the description of the task lies while it is handed over.
    pub passing: PathBuf,
    /// `schtasks`.
    pub tool: PathBuf,
}

impl TaskScheduler {
    /// Tasks of this user need no rights beyond theirs.
    #[must_use]
    pub fn of_this_user() -> Self {
        Self { passing: env::temp_dir(), tool: "schtasks".into() }
    }
}

impl Timer for TaskScheduler {
    fn install(&self, call: &Call) -> Result<(), TimerError> {
        if run(&self.tool, &["/Query", "/TN", call.name]).is_ok() {
            return Ok(());
        }
        let file = self.passing.join(format!("{}.xml", call.name));
        disk::write(&file, &utf16(&task(call)?))?;
        let made = file
            .to_str()
            .ok_or(TimerError::Unfit(Unfit))
            .and_then(|file| run(&self.tool, &["/Create", "/F", "/TN", call.name, "/XML", file]));
        disk::remove(&file)?;
        made
    }

    fn remove(&self, name: &str) -> Result<(), TimerError> {
        // A task that is not there is deleted already.
        if run(&self.tool, &["/Query", "/TN", name]).is_err() {
            return Ok(());
        }
        run(&self.tool, &["/Delete", "/F", "/TN", name])
    }
}

/// The encoding the scheduler reads, with its mark.
fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

/// A word of the command line, between two tags.
fn word(text: &str) -> Result<String, Unfit> {
    windows_word(text).map(|word| xml(&word))
}

/// The task: every quarter of an hour, on batteries too, and once for a time slept through.
fn task(call: &Call) -> Result<String, TimerError> {
    let words = call.words()?;
    let arguments = words[1..].iter().map(|text| word(text)).collect::<Result<Vec<_>, _>>()?.join(" ");
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n\
         <Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\n  \
           <Triggers>\n    \
             <TimeTrigger>\n      \
               <Repetition>\n        <Interval>PT{MINUTES}M</Interval>\n      </Repetition>\n      \
               <StartBoundary>2026-01-01T00:00:00</StartBoundary>\n      \
               <Enabled>true</Enabled>\n    \
             </TimeTrigger>\n  \
           </Triggers>\n  \
           <Settings>\n    \
             <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n    \
             <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>\n    \
             <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>\n    \
             <StartWhenAvailable>true</StartWhenAvailable>\n    \
             <ExecutionTimeLimit>PT5M</ExecutionTimeLimit>\n  \
           </Settings>\n  \
           <Actions>\n    \
             <Exec>\n      <Command>{}</Command>\n      <Arguments>{arguments}</Arguments>\n    </Exec>\n  \
           </Actions>\n\
         </Task>\n",
        word(words[0])?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_task_reads_as_it_should() {
        // Absolute on the system that runs this test.
        let program = if cfg!(windows) { "C:\\名下 & Co\\mingxia.exe" } else { "/名下 & Co/mingxia.exe" };
        let call = Call { name: "mingxia-sweep", program: program.into(), arguments: vec!["--sweep".into()] };
        let text = task(&call).unwrap();
        #[cfg(not(windows))]
        insta::assert_snapshot!(text);
        assert_eq!(utf16(&text)[..4], [0xff, 0xfe, b'<', 0], "little-endian, and marked as such");
        let quoted = Call { arguments: vec!["--demo=C:\\a\" /x \"".into()], ..call };
        assert_eq!(task(&quoted), Err(TimerError::Unfit(Unfit)), "an argument never becomes two");
    }
}
