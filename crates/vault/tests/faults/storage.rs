//! Faults of the disk: copied, cut, flipped, replaced, full, read-only, linked, doubled, older, newer.

use std::fs;
use std::path::Path;

use device::disk::DiskError;
use vault::paths::with_neighbours;
use vault::{Database, DatabaseError, OpenError, UnlockRefusal};

use crate::support::{CARD, Machine, PASSWORD, password, read_card};

const PAGE: usize = 4096;
const KEY: [u8; 32] = [9; 32];

fn remove(file: &Path) {
    for beside in with_neighbours(file) {
        let _ = fs::remove_file(beside);
    }
}

/// A machine with a report, and the whole bytes of its database.
fn machine_and_bytes() -> (Machine, Vec<u8>) {
    let (machine, _) = Machine::with_report();
    drop(machine.open());
    let bytes = fs::read(machine.paths().database()).unwrap();
    assert!(bytes.len() > 10 * PAGE && bytes.len() % PAGE == 0, "a database of some pages");
    (machine, bytes)
}

fn put(machine: &Machine, bytes: &[u8]) {
    remove(&machine.paths().database());
    fs::write(machine.paths().database(), bytes).unwrap();
}

#[test]
fn fault_7_the_database_copied_to_another_machine_does_not_open() {
    let (machine, query) = Machine::with_report();
    let other = Machine::empty();
    drop((machine.open(), other.open()));
    put(&other, &fs::read(machine.paths().database()).unwrap());
    fs::copy(machine.paths().section_file(query), other.paths().section_file(query)).unwrap();
    assert_eq!(other.try_open().err(), Some(OpenError::Database(DatabaseError::WrongKey)), "the key stayed behind");
    // Without any keychain on the other machine it is the same, said differently.
    let bare = Machine::empty();
    bare.paths().make().unwrap();
    put(&bare, &fs::read(machine.paths().database()).unwrap());
    assert_eq!(bare.try_open().err(), Some(OpenError::DatabaseKeyMissing));
    vault::vault::set_aside(&bare.paths()).unwrap();
    drop(bare.open());
    assert!(bare.paths().set_aside().exists(), "set aside, and a new start is possible");
}

#[test]
fn fault_7_database_and_keychain_copied_together_is_the_honest_limit() {
    let (machine, query) = Machine::with_report();
    drop(machine.open());
    let thief = Machine::empty();
    thief.paths().make().unwrap();
    put(&thief, &fs::read(machine.paths().database()).unwrap());
    fs::copy(machine.paths().section_file(query), thief.paths().section_file(query)).unwrap();
    thief.keychain.restore(&machine.keychain.snapshot());
    let refused = thief.open().locked().unlock(&password("battery staple")).map_err(|(_, refusal)| refusal).err();
    assert!(matches!(refused, Some(UnlockRefusal::Wrong { .. })), "the viewing password still stands in between");
    assert_eq!(read_card(&thief.unlock(), query), CARD, "with it as well, the report opens: said in docs/security.md");
}

#[test]
fn fault_9_cut_off_at_each_page() {
    let (machine, bytes) = machine_and_bytes();
    for pages in 1..bytes.len() / PAGE {
        put(&machine, &bytes[..pages * PAGE]);
        let refused = machine.try_open().err();
        let told = matches!(refused, Some(OpenError::Database(DatabaseError::Damaged | DatabaseError::WrongKey)));
        assert!(told, "{pages} pages: {refused:?}");
        put(&machine, &bytes[..pages * PAGE + 100]);
        assert!(machine.try_open().is_err(), "cut inside a page");
    }
    put(&machine, &bytes);
    drop(machine.unlock());
}

#[test]
fn fault_9_a_section_file_cut_off_at_each_page_is_not_shown_as_fewer_cards() {
    let (machine, query) = Machine::with_report();
    let file = machine.paths().section_file(query);
    let whole = fs::read(&file).unwrap();
    assert!(whole.len() > 4 * PAGE, "a section lies on more than one page");
    for pages in 1..whole.len() / PAGE {
        remove(&file);
        fs::write(&file, &whole[..pages * PAGE]).unwrap();
        let vault = machine.open();
        assert!(vault.section_file(query).is_err(), "{pages} pages");
    }
}

#[test]
fn fault_10_one_bit_flipped_on_each_page() {
    let (machine, bytes) = machine_and_bytes();
    for page in 0..bytes.len() / PAGE {
        let mut flipped = bytes.clone();
        flipped[page * PAGE + (page * 131 + 17) % PAGE] ^= 1 << (page % 8);
        put(&machine, &flipped);
        let refused = machine.try_open().err();
        let told = matches!(refused, Some(OpenError::Database(DatabaseError::Damaged | DatabaseError::WrongKey)));
        assert!(told, "page {page}: {refused:?}");
    }
}

#[test]
fn fault_10_a_flipped_bit_in_a_section_file_closes_that_file_only() {
    let (machine, query) = Machine::with_report();
    let file = machine.paths().section_file(query);
    drop(machine.open().section_file(query));
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    remove(&file);
    fs::write(&file, bytes).unwrap();
    let vault = machine.open();
    assert!(vault.section_file(query).is_err(), "not shown as fewer cards, but as not readable");
    assert!(vault.database().read(|read| read.queries().get(query)).unwrap().is_some());
}

#[test]
fn fault_10_a_section_altered_after_its_file_was_found_whole_is_not_read_either() {
    let (machine, query) = Machine::with_report();
    let vault = machine.open();
    let sections = vault.section_file(query).unwrap().all().unwrap();
    let file = machine.paths().section_file(query);
    let whole = fs::read(&file).unwrap();
    let mut refused = 0;
    for page in 0..whole.len() / PAGE {
        let mut bytes = whole.clone();
        bytes[page * PAGE + 1000] ^= 1;
        fs::write(&file, bytes).unwrap();
        match vault.section_file(query).and_then(|file| file.all()) {
            // A page of another table is not asked for here.
            Ok(read) => assert_eq!(read, sections, "page {page}: never other bytes than the bank's"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused * PAGE >= sections[0].sealed.len(), "every page of the section itself is refused");
}

#[test]
fn fault_11_an_empty_or_random_file() {
    let machine = Machine::enrolled();
    let random: Vec<u8> = (0..9000_u32).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
    for bytes in [b"x".as_slice(), &random, b"SQLite format 3\0 and nothing else"] {
        put(&machine, bytes);
        let refused = machine.try_open().err();
        assert_eq!(refused, Some(OpenError::Database(DatabaseError::WrongKey)), "not a database of ours");
    }
    put(&machine, b"");
    let vault = machine.open();
    let state = vault.state().unwrap();
    assert_eq!(state, vault::State::None, "an empty file is a new database: enrolment is gone, nothing pretends");
}

#[test]
fn fault_12_the_log_deleted_or_from_another_time() {
    let (machine, query) = Machine::with_report();
    let wal = machine.paths().folder().join("mingxia.db-wal");
    let vault = machine.open();
    vault.database().write(|write| write.settings().put("theme", "dark")).unwrap();
    let early = fs::read(&wal).unwrap();
    assert!(!early.is_empty(), "the commit lies in the log first");
    vault.database().truncate_log().unwrap();
    vault.database().write(|write| write.settings().put("theme", "light")).unwrap();
    vault.database().truncate_log().unwrap();
    drop(vault);
    remove_log(&machine);
    fs::write(&wal, &early).unwrap();
    match machine.try_open() {
        Ok(vault) => {
            let theme = vault.database().read(|read| read.settings().get("theme")).unwrap();
            assert!(matches!(theme.as_deref(), Some("dark" | "light")), "one state or the other, never a mixture");
        }
        Err(OpenError::Database(DatabaseError::Damaged | DatabaseError::WrongKey)) => {}
        Err(other) => panic!("{other:?}"),
    }
    remove_log(&machine);
    assert_eq!(read_card(&machine.unlock(), query), CARD, "without a log the last checkpoint stands");
    fs::write(&wal, vec![0xa5; 20_000]).unwrap();
    assert_eq!(read_card(&machine.unlock(), query), CARD, "a log of somebody else's bytes is ignored");
}

fn remove_log(machine: &Machine) {
    for beside in &with_neighbours(&machine.paths().database())[1..] {
        let _ = fs::remove_file(beside);
    }
}

#[cfg(unix)]
#[test]
fn fault_14_a_read_only_folder() {
    use std::os::unix::fs::PermissionsExt;
    let machine = Machine::empty();
    let outer = machine.folder.path().join("outer");
    fs::create_dir(&outer).unwrap();
    fs::set_permissions(&outer, fs::Permissions::from_mode(0o500)).unwrap();
    let paths = vault::Paths::at(outer.join("profile"));
    match paths.make() {
        Err(refused) => assert!(matches!(refused, DiskError::Denied | DiskError::ReadOnly), "{refused:?}"),
        // Root writes where nobody else may: the refusal is then seen on a file system without writing.
        Ok(()) => {
            let refused = vault::Paths::at("/proc/mingxia").make().err();
            assert!(refused.is_some(), "a place that takes no folder is refused");
        }
    }
    fs::set_permissions(&outer, fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(unix)]
#[test]
fn fault_15_a_link_in_any_place_is_refused_and_its_target_untouched() {
    for name in ["mingxia.db", "mingxia.db-wal", "lock", "sections", "deadlines"] {
        let (machine, _) = Machine::with_report();
        let target = machine.folder.path().join("somebody's");
        fs::write(&target, b"precious").unwrap();
        let place = machine.paths().folder().join(name);
        let _ = fs::remove_file(&place);
        let _ = fs::remove_dir_all(&place);
        std::os::unix::fs::symlink(&target, &place).unwrap();
        match machine.try_open() {
            Ok(vault) => assert!(vault.set_end(protocol::id::QueryId::new(), crate::support::end()).is_err(), "{name}"),
            Err(refused) => {
                let wrong = matches!(
                    refused,
                    OpenError::Disk(DiskError::WrongKind)
                        | OpenError::Database(DatabaseError::Disk(DiskError::WrongKind))
                );
                assert!(wrong, "{name}: {refused:?}");
            }
        }
        assert_eq!(fs::read(&target).unwrap(), b"precious", "{name}: nothing is written through a link");
    }
}

#[test]
fn fault_17_a_second_process_is_refused() {
    let machine = Machine::enrolled();
    let first = machine.open();
    assert_eq!(machine.try_open().err(), Some(OpenError::Disk(DiskError::Busy)));
    drop(first);
    drop(machine.open());
}

#[test]
fn fault_18_a_newer_format_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("db");
    drop(Database::open(&file, &KEY).unwrap());
    set_format(&file, vault::tables::format() + 1);
    let before = fs::read(&file).unwrap();
    assert_eq!(Database::open(&file, &KEY).err(), Some(DatabaseError::Newer), "an older app refuses newer data");
    assert_eq!(fs::read(&file).unwrap(), before, "and changes nothing of it");
}

fn raw(file: &Path) -> rusqlite::Connection {
    let connection = sqlcipher::open(file).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\";", "09".repeat(32))).unwrap();
    connection
}

fn set_format(file: &Path, format: usize) {
    let connection = raw(file);
    connection.execute_batch(&format!("PRAGMA user_version = {format}; PRAGMA wal_checkpoint(TRUNCATE);")).unwrap();
}

#[test]
fn fault_19_the_file_is_really_encrypted() {
    let (machine, query) = Machine::with_report();
    let vault = machine.open();
    vault.database().write(|write| write.settings().put("phrase", "the-security-phrase")).unwrap();
    let everything = machine.everything();
    for plain in
        [b"SQLite format 3".as_slice(), b"the-security-phrase", b"CREATE TABLE", CARD.as_bytes(), PASSWORD.as_bytes()]
    {
        assert!(!crate::support::holds(&everything, plain), "{} in plain", String::from_utf8_lossy(plain));
    }
    drop(vault);
    // A plain database in its place is refused, not used.
    remove(&machine.paths().database());
    let plain = sqlcipher::open(&machine.paths().database()).unwrap();
    plain.execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1);").unwrap();
    drop(plain);
    assert_eq!(machine.try_open().err(), Some(OpenError::Database(DatabaseError::WrongKey)));
    let _ = query;
}
