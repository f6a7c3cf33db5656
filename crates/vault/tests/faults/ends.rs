//! How a report ends: faults of time, and that each of the two ends is enough.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{CARD, DAY, Machine, add_report, end, noon, read_card};
use device::{Keychain, KeychainError};
use protocol::id::QueryId;
use protocol::time::{Clock, ManualClock, Timestamp};
use vault::tables::outbox::Tell;
use vault::tables::queries::Stage;
use vault::tables::records::Ended;
use vault::{Cost, ReportRefusal, SectionError, Vault, shred};

const HOUR: Duration = Duration::from_secs(3600);

fn refused(unlocked: &vault::Unlocked, query: QueryId) -> Option<ReportRefusal> {
    unlocked.report(query).err()
}

#[test]
fn an_ended_report_is_refused_even_before_anything_was_swept() {
    let (stage, query) = Machine::with_report();
    let unlocked = stage.unlock();
    assert_eq!(read_card(&unlocked, query), CARD, "readable while it lives");
    stage.clock.advance(end().since(noon()) - Duration::from_millis(1));
    assert_eq!(read_card(&unlocked, query), CARD, "readable until the last millisecond");
    stage.clock.advance(Duration::from_millis(1));
    assert_eq!(refused(&unlocked, query), Some(ReportRefusal::Ended), "checked at every read, not by the timer");
}

#[test]
fn fault_1_the_clock_set_back_after_the_end_revives_nothing() {
    for back in [Duration::from_secs(3600), DAY, 365 * DAY] {
        let (stage, query) = Machine::with_report();
        stage.clock.advance(8 * DAY);
        let vault = stage.open();
        assert_eq!(vault.sweep().unwrap().ended, [query], "ended before the first paint");
        stage.clock.set_wall(stage.clock_now() - back);
        drop(vault);
        let unlocked = stage.unlock();
        assert_eq!(refused(&unlocked, query), Some(ReportRefusal::NoReport), "a record has no seed");
        assert!(!stage.keychain.list().unwrap().iter().any(|name| name.starts_with("shred")), "its key is destroyed");
    }
}

#[test]
fn fault_2_the_clock_set_forward_hides_without_destroying_and_back_shows_again() {
    let (stage, query) = Machine::with_report();
    let unlocked = stage.unlock();
    stage.clock.set_wall(noon() + 8 * DAY);
    assert!(unlocked.vault().sweep().unwrap().ended.is_empty(), "nothing is destroyed on a doubtful clock");
    assert_eq!(refused(&unlocked, query), Some(ReportRefusal::ClockDoubtful), "and nothing past the end is readable");
    stage.clock.set_wall(noon());
    assert_eq!(read_card(&unlocked, query), CARD, "set back, it is there until its true end");
    stage.clock.set_wall(noon() + 8 * DAY);
    unlocked.vault().confirm_time(noon() + 8 * DAY).unwrap();
    assert_eq!(unlocked.vault().sweep().unwrap().ended, [query], "confirmed by signed time it ends");
}

#[test]
fn fault_3_a_machine_off_past_the_end() {
    let (stage, query) = Machine::with_report();
    stage.open().sweep().unwrap();
    stage.clock.reboot_after(9 * DAY);
    let unlocked = stage.unlock();
    assert_eq!(refused(&unlocked, query), Some(ReportRefusal::ClockDoubtful), "unreadable from the first paint on");
    unlocked.vault().confirm_time(noon() + 9 * DAY).unwrap();
    assert_eq!(unlocked.vault().sweep().unwrap().ended, [query]);
    assert!(!stage.paths().section_file(query).exists(), "and deleted as soon as the time is signed");
    let (stage, query) = Machine::with_report();
    stage.clock.advance(end().since(noon()) - Duration::from_secs(3600));
    stage.open().confirm_time(stage.clock_now()).unwrap();
    stage.clock.reboot_after(Duration::from_secs(7200));
    assert_eq!(stage.open().sweep().unwrap().ended, [query], "a short night past the end: deleted before first paint");
}

#[test]
fn each_end_alone_is_enough_and_both_are_repeated_until_done() {
    // The keychain refuses: the file goes, and without it there is nothing to open.
    let (stage, query) = Machine::with_report();
    let unlocked = stage.unlock();
    stage.keychain.fail_after(0, KeychainError::Unavailable);
    let destroyed = unlocked.vault().end(query, Ended::Deleted, Some(Tell::Delete)).unwrap();
    assert!(destroyed.section_file && !destroyed.shred_key, "the file alone could be unlinked");
    assert!(destroyed.unreadable());
    assert_eq!(refused(&unlocked, query), Some(ReportRefusal::Ended), "intent is durable: nothing opens it now");
    stage.keychain.heal();
    assert_eq!(unlocked.vault().sweep().unwrap().ended, [query], "repeated until both are done");
    let record = unlocked.vault().database().read(|read| read.records().get(query)).unwrap().unwrap();
    assert_eq!(record.ended, Ended::Deleted, "then the query is a record");
    assert_eq!(unlocked.vault().database().read(|read| read.outbox().all()).unwrap()[0].tell, Tell::Delete);
    drop(unlocked);

    // The file cannot be unlinked: the key goes, and the file opens for nobody.
    let (stage, query) = Machine::with_report();
    let vault = stage.open();
    let file = stage.paths().section_file(query);
    let kept = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    let destroyed = vault.end(query, Ended::Withdrawn, None).unwrap();
    assert!(destroyed.shred_key && !destroyed.section_file, "the key alone could be destroyed");
    assert!(vault.database().read(|read| read.records().get(query)).unwrap().is_none(), "not yet a record");
    fs::remove_dir(&file).unwrap();
    fs::write(&file, kept).unwrap();
    assert_eq!(vault.section_file(query).err(), Some(SectionError::Shredded), "the sealed sections open for nobody");
    assert!(vault.carry_on_ending(query).unwrap().both());
    assert!(vault.carry_on_ending(query).unwrap().both(), "repeating it is harmless");
    assert!(!file.exists());
}

#[test]
fn a_keychain_that_says_deleted_and_did_not_is_not_believed() {
    let (stage, query) = Machine::with_report();
    let vault = stage.open();
    stage.keychain.lose_writes(true);
    assert!(!vault.end(query, Ended::Deleted, None).unwrap().shred_key, "read back absent, or not destroyed");
    let row = vault.database().read(|read| read.queries().get(query)).unwrap().unwrap();
    assert_eq!(row.stage, Stage::Ending(Ended::Deleted));
}

#[test]
fn fault_22_a_locked_keychain_stops_no_end() {
    let (stage, query) = Machine::with_report();
    let vault = stage.open();
    vault.sweep().unwrap();
    drop(vault);
    stage.keychain.fail(Some(KeychainError::Locked));
    let sweep = || shred::sweep_files(&stage.paths(), &stage.keychain, &*stage.clock).unwrap();
    assert!(sweep().is_empty(), "not before the end");
    stage.clock.set_wall(end() + DAY);
    assert!(sweep().is_empty(), "nor by a wall clock alone");
    stage.clock.advance(end().since(noon()));
    assert_eq!(sweep(), [query], "the plain list ends it without the keychain");
    assert!(!stage.paths().section_file(query).exists());
    stage.keychain.heal();
    assert_eq!(stage.open().sweep().unwrap().ended, [query], "the key follows when the keychain opens");
}

/// A machine that sleeps a day whenever its clocks have been read.
struct Sleepy(Arc<ManualClock>);

impl Clock for Sleepy {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn boottime(&self) -> Duration {
        self.0.boottime()
    }

    fn boot_id(&self) -> String {
        let boot = self.0.boot_id();
        self.0.advance(DAY);
        boot
    }
}

#[test]
fn fault_22_a_machine_that_slept_during_a_sweep_gives_no_day_back() {
    let (stage, query) = Machine::with_report();
    let clock = Arc::new(Sleepy(Arc::clone(&stage.clock)));
    let keychain = Arc::new(stage.keychain.clone());
    let vault = Vault::open(stage.paths(), keychain, clock, Cost::Floor).unwrap();
    vault.sweep().unwrap();
    let mark = vault.deadlines().read().unwrap().mark.unwrap();
    assert_eq!(mark.boottime - HOUR, mark.floor.since(noon()), "floor and running time are of one moment");
    drop(vault);
    stage.keychain.fail(Some(KeychainError::Locked));
    stage.clock.advance(end().since(stage.clock_now()));
    assert_eq!(shred::sweep_files(&stage.paths(), &stage.keychain, &*stage.clock).unwrap(), [query]);
}

#[test]
fn fault_17_a_sweep_beside_the_running_app_leaves_the_profile_to_it() {
    let (stage, query) = Machine::with_report();
    let vault = stage.open();
    vault.sweep().unwrap();
    stage.clock.advance(8 * DAY);
    let sweep = || shred::sweep_files(&stage.paths(), &stage.keychain, &*stage.clock).unwrap();
    assert!(sweep().is_empty(), "one program at a time writes a profile");
    assert!(stage.paths().section_file(query).exists());
    assert_eq!(vault.sweep().unwrap().ended, [query], "the app ends it by itself");
    drop(vault);
    assert!(sweep().is_empty(), "and leaves nothing to be ended");
}

#[test]
fn fault_5_suspended_across_the_end_it_is_over_at_the_first_look() {
    let (stage, query) = Machine::with_report();
    let unlocked = stage.unlock();
    assert_eq!(read_card(&unlocked, query), CARD);
    // Asleep, nothing runs and no timer fires; both clocks count the sleep.
    stage.clock.advance(8 * DAY);
    assert_eq!(
        refused(&unlocked, query),
        Some(ReportRefusal::Ended),
        "even where the waking app looks before it sweeps"
    );
    assert_eq!(unlocked.vault().sweep().unwrap().ended, [query], "and the sweep at waking destroys it");
}

#[cfg(unix)]
#[test]
fn fault_13_a_full_disk_stops_no_end() {
    let (stage, query) = Machine::with_report();
    let vault = stage.open();
    stage.clock.advance(8 * DAY);
    // Nothing can be written to the database any more, not even the intent.
    let file = sqlcipher::open(&stage.paths().database()).unwrap();
    let key = stage.keychain.get("database-key").unwrap().unwrap();
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    file.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"; BEGIN IMMEDIATE;")).unwrap();
    assert_eq!(vault.sweep().unwrap().ended, [query], "time itself is the intent");
    assert!(!stage.paths().section_file(query).exists(), "what takes up the disk goes");
    assert!(!stage.keychain.list().unwrap().contains(&format!("shred.{query}")), "and its key");
    file.execute_batch("ROLLBACK;").unwrap();
    drop(file);
    assert_eq!(vault.sweep().unwrap().ended, [query]);
    let record = vault.database().read(|read| read.records().get(query)).unwrap().unwrap();
    assert_eq!(record.ended, Ended::Expired, "with room again it becomes the record it is");
}

#[test]
fn fault_8_a_backup_restored_after_shredding_opens_nothing() {
    let (stage, query) = Machine::with_report();
    let copy = tempfile::tempdir().unwrap();
    let paths = stage.paths();
    fs::copy(paths.database(), copy.path().join("db")).unwrap();
    fs::copy(paths.section_file(query), copy.path().join("section")).unwrap();
    let vault = stage.open();
    assert!(vault.end(query, Ended::Expired, None).unwrap().both());
    drop(vault);
    for beside in vault::paths::with_neighbours(&paths.database()) {
        let _ = fs::remove_file(beside);
    }
    fs::copy(copy.path().join("db"), paths.database()).unwrap();
    fs::copy(copy.path().join("section"), paths.section_file(query)).unwrap();
    let unlocked = stage.unlock();
    assert_eq!(refused(&unlocked, query), Some(ReportRefusal::Shredded), "the right password, and no key to open");
    assert_eq!(unlocked.vault().section_file(query).err(), Some(SectionError::Shredded));
}

#[test]
fn fault_8_an_old_keychain_restored_is_cleaned_of_orphans() {
    let (stage, query) = Machine::with_report();
    let before = stage.keychain.snapshot();
    let vault = stage.open();
    assert!(vault.end(query, Ended::Expired, None).unwrap().both());
    drop(vault);
    stage.keychain.restore(&before);
    let unlocked = stage.unlock();
    assert_eq!(refused(&unlocked, query), Some(ReportRefusal::NoReport));
    assert!(
        !stage.keychain.list().unwrap().contains(&format!("shred.{query}")),
        "a key without a query is deleted at the next start"
    );
}

#[test]
fn only_one_query_lives_and_an_ending_one_does_not_block_the_next() {
    let (stage, query) = Machine::with_report();
    let vault = stage.open();
    let second = crate::support::prepared(QueryId::new());
    let refused = vault.database().write(|write| write.queries().insert(&second));
    assert_eq!(refused, Err(vault::DatabaseError::Rule), "one live query at a time");
    stage.keychain.fail_after(0, KeychainError::Unavailable);
    vault.end(query, Ended::Deleted, None).unwrap();
    stage.keychain.heal();
    let next = add_report(&vault);
    assert_ne!(next, query);
}
