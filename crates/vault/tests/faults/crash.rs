//! Crashes at each durable step, and a disk that is full at each write.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use device::{Keychain, KeychainError, MemoryKeychain, Protection, Secret};
use protocol::id::QueryId;
use vault::tables::queries::Stage;
use vault::tables::records::Ended;
use vault::{Password, Vault};

use crate::support::{CARD, Machine, PASSWORD, add_report, consent, password, prepared, read_card};

const OTHER: &str = "battery staple";

/// A keychain before whose n-th write the process dies; between two writes lie the commits of the database.
struct DiesBefore {
    keychain: MemoryKeychain,
    calls_left: AtomicUsize,
}

impl DiesBefore {
    fn call(&self) {
        let left = self.calls_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        assert!(left.is_ok(), "the process dies here");
    }
}

impl Keychain for DiesBefore {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        self.keychain.get(name)
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        self.call();
        self.keychain.set(name, value)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.call();
        self.keychain.delete(name)
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        self.keychain.list()
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        self.keychain.state()
    }
}

/// Does `act` again and again, dying one write to the keychain later each time, and looks at what a restart finds.
fn at_each_step(start: impl Fn() -> Machine, act: impl Fn(&Arc<Vault>), after: impl Fn(&Machine, usize)) {
    for calls in 0.. {
        let machine = start();
        let keychain = DiesBefore { keychain: machine.keychain.clone(), calls_left: AtomicUsize::new(calls) };
        let died = catch_unwind(AssertUnwindSafe(|| {
            let vault = machine.try_open_with(Arc::new(keychain)).map_err(|error| error.to_string());
            act(&vault.unwrap_or_else(|error| panic!("{error}")));
        }))
        .is_err();
        after(&machine, calls);
        if !died {
            assert!(calls > 0, "the act does something");
            return;
        }
    }
}

fn opens(machine: &Machine, text: &str) -> bool {
    machine.open().locked().unlock(&password(text)).is_ok()
}

#[test]
fn fault_16_a_crash_while_asking_leaves_a_query_or_nothing() {
    at_each_step(
        Machine::enrolled,
        |vault| {
            add_report(vault);
        },
        |machine, calls| {
            let vault = machine.open();
            let all = vault.database().read(|read| read.queries().all()).unwrap();
            let keys = machine.keychain.list().unwrap().iter().filter(|name| name.starts_with("shred.")).count();
            assert_eq!(all.len(), keys, "call {calls}: no key without a query and no query without a key");
            for row in &all {
                assert!(row.sealed_seed.is_some(), "call {calls}: what had no consent is gone");
                assert!(vault.database().read(|read| read.consents().get(row.query)).unwrap().is_some());
                assert!(vault.check_shred_key(row.query).is_ok());
            }
        },
    );
}

#[test]
fn fault_16_a_crash_between_row_and_consent_goes_back_to_nothing() {
    let machine = Machine::enrolled();
    let vault = machine.open();
    let query = QueryId::new();
    vault.database().write(|write| write.queries().insert(&prepared(query))).unwrap();
    vault.make_query_key(query).unwrap();
    drop(vault);
    let vault = machine.open();
    assert!(vault.database().read(|read| read.queries().all()).unwrap().is_empty(), "the row is undone");
    assert!(vault.check_shred_key(query).is_err(), "and its key deleted");
    vault.database().write(|write| write.consents().insert(&consent(query))).unwrap();
}

#[test]
fn fault_16_a_crash_while_ending_is_carried_on() {
    at_each_step(
        || Machine::with_report().0,
        |vault| {
            let query = vault.database().read(|read| read.queries().live()).unwrap().unwrap().query;
            vault.end(query, Ended::Deleted, None).unwrap();
        },
        |machine, calls| {
            let vault = machine.open();
            let row = vault.database().read(|read| read.queries().all()).unwrap().pop();
            if let Some(row) = row {
                if row.stage == Stage::Ready {
                    drop(vault);
                    assert_eq!(read_card(&machine.unlock(), row.query), CARD, "call {calls}: not begun, whole");
                    return;
                }
                assert_eq!(row.stage, Stage::Ending(Ended::Deleted), "call {calls}: begun, never half alive");
                vault.sweep().unwrap();
            }
            assert_eq!(vault.database().read(|read| read.records().all()).unwrap().len(), 1, "call {calls}");
            assert!(!machine.keychain.list().unwrap().iter().any(|name| name.starts_with("shred.")), "call {calls}");
        },
    );
}

#[test]
fn fault_16_a_crash_while_changing_the_password_leaves_exactly_one_valid() {
    at_each_step(
        || Machine::with_report().0,
        |vault| {
            let unlocked = vault.locked().unlock(&password(PASSWORD)).map_err(|(_, refusal)| refusal).unwrap();
            unlocked.change_password(&password(PASSWORD), &password(OTHER)).unwrap();
        },
        |machine, calls| {
            let (old, new) = (opens(machine, PASSWORD), opens(machine, OTHER));
            assert!(old != new, "call {calls}: exactly one password opens the vault");
            let peppers = machine.keychain.list().unwrap().iter().filter(|name| name.starts_with("pepper.")).count();
            assert_eq!(peppers, 1, "call {calls}: the leftover pepper is deleted at the start");
        },
    );
}

#[test]
fn fault_16_a_new_wrap_that_does_not_count_yet_is_deleted_at_the_start() {
    let machine = Machine::enrolled();
    let vault = machine.open();
    let mut leftover = vault.database().read(|read| read.wraps().in_force()).unwrap().unwrap();
    leftover.n = 2;
    vault.database().write(|write| write.wraps().put(&leftover)).unwrap();
    machine.keychain.set("pepper.2", &[1; 32]).unwrap();
    drop(vault);
    let vault = machine.open();
    assert_eq!(vault.database().read(|read| read.wraps().get(2)), Ok(None));
    assert!(!machine.keychain.list().unwrap().contains(&"pepper.2".to_owned()));
    drop(vault);
    assert!(opens(&machine, PASSWORD));
}

#[test]
fn fault_16_a_crash_while_resetting_loses_reports_and_never_the_way_in() {
    at_each_step(
        || Machine::with_report().0,
        |vault| {
            vault.locked().forgotten(&password(OTHER)).map_err(|(_, error)| error).unwrap();
        },
        |machine, calls| {
            let vault = machine.open();
            let again = vault.locked().forgotten(&password(OTHER)).map_err(|(_, error)| error);
            let locked = again.unwrap_or_else(|error| panic!("call {calls}: {error}"));
            assert!(locked.unlock(&password(OTHER)).is_ok(), "call {calls}: repeating the reset always works");
        },
    );
}

#[test]
fn fault_16_a_crash_at_the_first_start() {
    at_each_step(
        Machine::empty,
        |vault| {
            vault.make_device_keys().unwrap();
            vault.choose_password(&password(PASSWORD)).map(drop).unwrap();
        },
        |machine, calls| {
            let vault = machine.open();
            if vault.state().unwrap() == vault::State::None {
                if vault.device_key().unwrap().is_none() {
                    vault.make_device_keys().unwrap();
                }
                vault.choose_password(&password(PASSWORD)).map(drop).unwrap();
            }
            drop(vault);
            assert!(opens(machine, PASSWORD), "call {calls}: one goes on where it stopped");
        },
    );
}

#[test]
fn a_crashed_try_counts() {
    let machine = Machine::enrolled();
    let wrong = password(OTHER);
    for calls in 0.. {
        let keychain = DiesBefore { keychain: machine.keychain.clone(), calls_left: AtomicUsize::new(calls) };
        let died = catch_unwind(AssertUnwindSafe(|| {
            let vault = machine.try_open_with(Arc::new(keychain)).map_err(|error| error.to_string());
            let vault = vault.unwrap_or_else(|error| panic!("{error}"));
            let _ = vault.locked().unlock(&wrong);
        }))
        .is_err();
        if !died
            || machine.open().state().is_ok_and(|state| !matches!(state, vault::State::Locked { tries_left: 5, .. }))
        {
            break;
        }
    }
    let state = machine.open().state().unwrap();
    assert!(!matches!(state, vault::State::Locked { tries_left: 5, .. }), "counted before Argon2 ran: {state:?}");
}

/// Names the part that runs with a limited file size.
#[cfg(unix)]
const INSIDE: &str = "MINGXIA_TEST_FULL_DISK";

#[cfg(unix)]
#[test]
fn fault_13_a_disk_full_at_each_write_loses_nothing_committed() {
    let test = std::env::current_exe().unwrap();
    let mut refused = 0;
    for kib in [0, 4, 8, 40, 80, 120, 160, 200, 240, 280, 320, 400, 600, 900, 2000] {
        let folder = tempfile::tempdir().unwrap();
        let mut limited = Command::new("bash");
        limited
            .args(["-c", &format!("trap '' XFSZ; ulimit -f {kib}; exec \"$@\""), "limited"])
            .arg(&test)
            .args(["crash::inside_a_full_disk", "--exact", "--ignored", "--nocapture"])
            .env(INSIDE, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let output = limited.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success() && told.contains("1 passed"),
            "{kib} KiB: {told}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        refused += usize::from(told.contains("refused"));
    }
    assert!(refused > 3, "the limit was really met: {refused} times");
}

#[cfg(unix)]
#[test]
#[ignore = "run by fault_13"]
fn inside_a_full_disk() {
    use std::io::Write;
    let folder = std::env::var_os(INSIDE).unwrap();
    let machine = Machine { folder: tempfile::Builder::new().tempdir_in(folder).unwrap(), ..Machine::empty() };
    // Each step either is durable or is refused; what was durable is read back until the first refusal.
    let mut told = Vec::new();
    if let Ok(vault) = machine.try_open() {
        for n in 0..40 {
            let value = format!("{n}").repeat(4000);
            let written = vault.database().write(|write| write.settings().put(&format!("setting-{n}"), &value));
            match written {
                Ok(()) => told.push((n, value)),
                Err(_) => break,
            }
        }
        let text = |n: i32| vault.database().read(|read| read.settings().get(&format!("setting-{n}"))).unwrap();
        for (n, value) in &told {
            assert_eq!(text(*n).as_ref(), Some(value), "what was committed is there");
        }
    }
    if told.len() < 40 {
        let _ = writeln!(std::io::stdout(), "refused after {}", told.len());
    }
    assert!(Password::typed(PASSWORD.as_bytes()).is_ok());
}
