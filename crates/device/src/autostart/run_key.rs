//! Windows: a value of the registry that holds a command line for every login of this user, and beside it what the
//! person said of it in the Task Manager or the system's settings. Tried under Wine alone.

use std::io;

use winreg::{HKCU, RegKey};

use super::Autostart;
use crate::call::{Call, Unfit, windows_word};
use crate::disk::DiskError;

/// The longest command line Windows starts from there.
const MOST: usize = 260;

/// Both keys, below those of this user.
#[derive(Debug, Clone)]
pub struct RunKey {
    /// Command lines by name.
    pub run: String,
    /// Whether each is run, by the same names.
    pub approved: String,
}

impl RunKey {
    /// Those Windows reads.
    #[must_use]
    pub fn of_this_user() -> Self {
        let version = r"Software\Microsoft\Windows\CurrentVersion";
        Self { run: format!(r"{version}\Run"), approved: format!(r"{version}\Explorer\StartupApproved\Run") }
    }
}

impl Autostart for RunKey {
    fn is_on(&self, name: &str) -> bool {
        let value = |key: &str| HKCU.open_subkey(key).and_then(|key| key.get_raw_value(name)).ok();
        value(&self.run).is_some() && !value(&self.approved).is_some_and(|said| turned_off(&said.bytes))
    }

    fn turn_on(&self, call: &Call) -> Result<(), DiskError> {
        let line = line(call).map_err(|Unfit| DiskError::Missing)?;
        let (key, _) = HKCU.create_subkey(&self.run)?;
        key.set_value(call.name, &line)?;
        remove(&self.approved, call.name)
    }

    fn turn_off(&self, name: &str) -> Result<(), DiskError> {
        remove(&self.run, name)?;
        remove(&self.approved, name)
    }
}

/// Removes a value; one that is not there is removed already.
fn remove(key: &str, name: &str) -> Result<(), DiskError> {
    let writable = winreg::enums::KEY_SET_VALUE;
    match HKCU.open_subkey_with_flags(key, writable).and_then(|key: RegKey| key.delete_value(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Whether the person turned it off: the first byte is odd then, and the rest says when.
fn turned_off(said: &[u8]) -> bool {
    said.first().is_some_and(|first| first % 2 == 1)
}

/// The command line.
fn line(call: &Call) -> Result<String, Unfit> {
    let words = call.words()?.into_iter().map(windows_word).collect::<Result<Vec<_>, _>>()?;
    Some(words.join(" ")).filter(|line| line.encode_utf16().count() <= MOST).ok_or(Unfit)
}

#[cfg(test)]
mod tests {
    use winreg::{RegValue, enums::REG_BINARY};

    use super::*;

    fn call(argument: &str) -> Call {
        let arguments = vec!["--in-tray".to_owned(), argument.to_owned()];
        Call { name: "cn.mingxia.app", program: r"C:\名下 & Co\mingxia.exe".into(), arguments }
    }

    #[test]
    fn a_line_windows_would_not_run_as_it_is_meant_is_refused() {
        for wrong in
            ["--demo=C:\\a\" /x \"", "--demo=C:\\a\\", "--demo=C:\\a\n", &format!("--demo={}", "a".repeat(250))]
        {
            assert_eq!(line(&call(wrong)), Err(Unfit), "{wrong:?}");
        }
        let fits = line(&call("--demo=C:\\a b")).unwrap();
        assert_eq!(fits, r#""C:\名下 & Co\mingxia.exe" "--in-tray" "--demo=C:\a b""#);
    }

    #[test]
    fn the_value_is_there_only_while_it_is_wanted() {
        let own = format!(r"Software\mingxia-test-{}", std::process::id());
        let key = RunKey { run: format!(r"{own}\Run"), approved: format!(r"{own}\Approved") };
        let call = call("--demo=C:\\a");
        key.turn_off(call.name).unwrap();
        assert!(!key.is_on(call.name) && HKCU.open_subkey(&own).is_err(), "nothing is written for being off");
        key.turn_on(&call).unwrap();
        assert!(key.is_on(call.name));

        let (approved, _) = HKCU.create_subkey(&key.approved).unwrap();
        let say = |first: u8| {
            let bytes = [&[first, 0, 0, 0][..], &[7; 8]].concat();
            approved.set_raw_value(call.name, &RegValue { bytes: bytes.into(), vtype: REG_BINARY }).unwrap();
        };
        say(3);
        assert!(!key.is_on(call.name), "the person turned it off in the Task Manager");
        say(2);
        assert!(key.is_on(call.name));
        say(3);
        key.turn_on(&call).unwrap();
        assert!(key.is_on(call.name), "a later press counts");
        say(3);
        key.turn_off(call.name).unwrap();
        assert!(approved.get_raw_value(call.name).is_err(), "nothing stays behind");
        assert!(HKCU.open_subkey(&key.run).unwrap().get_raw_value(call.name).is_err());
        HKCU.delete_subkey_all(&own).unwrap();
    }
}
