//! Every format the vault ever wrote is read by this app. A new step of the tables adds a folder to `tests/formats`, named
//! by its number, and no folder is ever changed: `cargo test -p vault --test faults -- --ignored keep_this_format`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::time::ManualClock;
use tempfile::TempDir;
use vault::tables::queries::Stage;
use vault::tables::records::Ended;
use vault::{Cost, Paths, Vault};

use crate::file_keychain::FileKeychain;
use crate::support::{CARD, PASSWORD, add_report, end, noon, password, read_card};

/// Every format's folder.
fn kept() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

/// The profile in a folder, at noon of the day its report was closed.
fn open(folder: &Path) -> (Arc<Vault>, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(noon()));
    let keychain = FileKeychain { file: folder.join("keychain.json"), before_write: || {} };
    let paths = Paths::at(folder.join("profile"));
    let vault = Vault::open(paths, Arc::new(keychain), Arc::<ManualClock>::clone(&clock), Cost::Floor).unwrap();
    (vault, clock)
}

/// Only what lasts: no log, no lock of a running app.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(name));
        } else if !["-wal", "-shm", "lock"].iter().any(|end| name.to_str().unwrap().ends_with(end)) {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

/// A copy of each format's profile, with the format's number.
fn formats() -> Vec<(usize, TempDir)> {
    let folders = fs::read_dir(kept()).unwrap().map(|entry| entry.unwrap().path());
    let copies = folders.map(|folder| {
        let copied = tempfile::tempdir().unwrap();
        copy(&folder, copied.path());
        (folder.file_name().unwrap().to_str().unwrap().parse().unwrap(), copied)
    });
    copies.collect()
}

#[test]
fn fault_18_the_profile_of_every_format_is_brought_forward_whole() {
    let formats = formats();
    let numbers: BTreeSet<usize> = formats.iter().map(|(format, _)| *format).collect();
    assert_eq!(numbers, (14..=vault::tables::format()).collect(), "each is kept, from the first app's to this one's");
    for (format, folder) in &formats {
        // The second time it is of today's format.
        for _ in 0..2 {
            let (vault, _) = open(folder.path());
            let rows = vault.database().read(|read| read.queries().all()).unwrap();
            assert_eq!(rows.iter().map(|row| row.stage).collect::<Vec<_>>(), [Stage::Ready], "{format}");
            let unlocked = vault.locked().unlock(&password(PASSWORD)).map_err(|(_, refusal)| refusal).unwrap();
            assert_eq!(read_card(&unlocked, rows[0].query), CARD, "{format}: the report opens");
            let records = vault.database().read(|read| read.records().all()).unwrap();
            assert_eq!(records.iter().map(|record| record.ended).collect::<Vec<_>>(), [Ended::Deleted], "{format}");
        }
    }
}

#[test]
fn fault_18_a_report_of_an_older_format_ends_when_it_was_promised() {
    for (format, folder) in &formats() {
        let (vault, clock) = open(folder.path());
        let query = vault.database().read(|read| read.queries().all()).unwrap()[0].query;
        clock.advance(end().since(noon()));
        assert_eq!(vault.sweep().unwrap().ended, [query], "{format}");
        assert!(!vault.paths().section_file(query).exists(), "{format}: its sections are gone");
    }
}

#[test]
#[ignore = "writes the files of a format, once, when it is made"]
fn keep_this_format() {
    let place = kept().join(vault::tables::format().to_string());
    assert!(!place.exists(), "kept already, and never changed");
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = open(folder.path());
    vault.make_device_keys().unwrap();
    vault.confirm_time(noon()).unwrap();
    drop(vault.choose_password(&password(PASSWORD)).unwrap());
    let deleted = add_report(&vault);
    vault.end(deleted, Ended::Deleted, None).unwrap();
    add_report(&vault);
    vault.database().truncate_log().unwrap();
    drop(vault);
    copy(folder.path(), &place);
}
