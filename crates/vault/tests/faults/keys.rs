//! Who may read: the viewing password, the keychain, and what is left when one of them is gone.

use std::time::Duration;

use device::{Keychain, KeychainError};
use protocol::id::QueryId;
use vault::item::ItemError;
use vault::tables::records::Ended;
use vault::tables::wraps::WrapRow;
use vault::unlocked::ChangeRefusal;
use vault::vault::State;
use vault::{OpenError, Password, ReportRefusal, UnlockRefusal, Unlocked, Vault, VaultError};

use crate::support::{CARD, Machine, PASSWORD, add_report, password, read_card};

const OTHER: &str = "battery staple";

fn attempt(machine: &Machine, text: &str) -> Result<Unlocked, UnlockRefusal> {
    machine.open().locked().unlock(&password(text)).map_err(|(_, refusal)| refusal)
}

fn wrap(vault: &Vault) -> WrapRow {
    vault.database().read(|read| read.wraps().in_force()).unwrap().unwrap()
}

#[test]
fn nothing_is_readable_before_a_password_was_chosen() {
    let machine = Machine::empty();
    let vault = machine.open();
    assert_eq!(vault.state().unwrap(), State::None);
    assert_eq!(vault.make_query_key(QueryId::new()).err(), Some(VaultError::NotEnrolled));
    vault.make_device_keys().unwrap();
    assert_eq!(vault.make_query_key(QueryId::new()).err(), Some(VaultError::NoPassword), "nobody could read it later");
    assert!(matches!(vault.locked().unlock(&password(PASSWORD)), Err((_, UnlockRefusal::NoPassword))));
}

#[test]
fn fault_29_wrong_tries_are_counted_across_restarts() {
    let machine = Machine::enrolled();
    for left in [4, 3, 2, 1] {
        let refused = attempt(&machine, OTHER).err();
        assert_eq!(refused, Some(UnlockRefusal::Wrong { tries_left: left, wait: None }), "each restart counts on");
    }
    let minute = Duration::from_secs(60);
    assert_eq!(attempt(&machine, OTHER).err(), Some(UnlockRefusal::Wrong { tries_left: 0, wait: Some(minute) }));
    machine.clock.set_wall(machine.clock_now() + Duration::from_secs(86_400));
    let refused = attempt(&machine, PASSWORD).err();
    assert_eq!(
        refused,
        Some(UnlockRefusal::Waiting { remaining: minute }),
        "not even the right one, whatever the wall says"
    );
    machine.clock.advance(minute);
    drop(attempt(&machine, PASSWORD).unwrap());
    let state = machine.open().state().unwrap();
    assert_eq!(state, State::Locked { tries_left: 5, digits: false }, "the right one clears the counter");
}

#[test]
fn fault_29_a_try_that_cannot_be_counted_is_not_made() {
    let machine = Machine::enrolled();
    let vault = machine.open();
    machine.keychain.fail_after(0, KeychainError::Unavailable);
    let refused = vault.locked().unlock(&password(PASSWORD)).map_err(|(_, refusal)| refusal).err();
    assert_eq!(
        refused,
        Some(UnlockRefusal::Item(ItemError::Keychain(KeychainError::Unavailable))),
        "otherwise tries were free while the keychain is read-only"
    );
}

#[test]
fn fault_29_a_counter_taken_away_costs_a_day() {
    let machine = Machine::enrolled();
    machine.keychain.tamper("try-counter", None);
    let day = Duration::from_secs(86_400);
    assert_eq!(attempt(&machine, PASSWORD).err(), Some(UnlockRefusal::Waiting { remaining: day }));
}

#[test]
fn fault_21_to_23_a_keychain_that_does_not_answer_is_no_loss() {
    let (machine, query) = Machine::with_report();
    let unlocked = machine.unlock();
    let refusals = [
        KeychainError::Missing,
        KeychainError::Locked,
        KeychainError::Denied,
        KeychainError::Cancelled,
        KeychainError::NotSetUp,
        KeychainError::Unavailable,
        KeychainError::TimedOut,
    ];
    for refusal in refusals {
        machine.keychain.fail(Some(refusal));
        let told = unlocked.report(query).err();
        assert_eq!(told, Some(ReportRefusal::Item(ItemError::Keychain(refusal))), "each refusal stays itself");
        let told = unlocked.vault().check_shred_key(query).err();
        assert_eq!(told, Some(ReportRefusal::Item(ItemError::Keychain(refusal))), "and is never taken for shredded");
    }
    machine.keychain.heal();
    assert_eq!(read_card(&unlocked, query), CARD, "nothing was lost");
    drop(unlocked);
    machine.keychain.fail(Some(KeychainError::Locked));
    let refused = machine.try_open().err();
    assert_eq!(refused, Some(OpenError::Item(ItemError::Keychain(KeychainError::Locked))), "no plain-text fallback");
}

#[test]
fn fault_21_a_lost_shred_key_beside_its_neighbours_is_a_loss() {
    let (machine, query) = Machine::with_report();
    machine.keychain.tamper(&format!("shred.{query}"), None);
    let unlocked = machine.unlock();
    assert_eq!(unlocked.report(query).err(), Some(ReportRefusal::Shredded), "the report is lost, and said so");
    assert!(unlocked.vault().end(query, Ended::Lost, None).unwrap().both());
}

#[test]
fn fault_24_the_keychain_emptied_under_us() {
    let (machine, query) = Machine::with_report();
    let unlocked = machine.unlock();
    let before = machine.keychain.snapshot();
    for name in machine.keychain.list().unwrap() {
        machine.keychain.tamper(&name, None);
    }
    assert_eq!(unlocked.report(query).err(), Some(ReportRefusal::KeychainEmptied));
    drop(unlocked);
    assert_eq!(machine.try_open().err(), Some(OpenError::DatabaseKeyMissing), "said, and nothing destroyed");
    machine.keychain.restore(&before);
    assert_eq!(read_card(&machine.unlock(), query), CARD);
    machine.keychain.tamper("database-key", Some(b"short"));
    assert_eq!(machine.try_open().err(), Some(OpenError::Item(ItemError::Altered)));
}

#[test]
fn fault_24_a_shred_key_swapped_for_another_opens_nothing() {
    let (machine, query) = Machine::with_report();
    machine.keychain.tamper(&format!("shred.{query}"), Some(&[7; 32]));
    let unlocked = machine.unlock();
    assert_eq!(unlocked.report(query).err(), Some(ReportRefusal::DoesNotOpen));
    assert!(unlocked.vault().section_file(query).is_err());
}

#[test]
fn fault_25_a_pepper_deleted_or_altered_is_told_apart_from_a_wrong_password() {
    for value in [None, Some([7; 32].as_slice()), Some(b"short")] {
        let (machine, query) = Machine::with_report();
        machine.keychain.tamper("pepper.1", value);
        assert_eq!(attempt(&machine, PASSWORD).err(), Some(UnlockRefusal::CannotBeOpened), "offer the reset");
        let vault = machine.open();
        assert_eq!(vault.state().unwrap(), State::Locked { tries_left: 5, digits: false }, "no try was counted");
        assert!(vault.section_file(query).unwrap().all().unwrap().len() == 1, "and nothing destroyed by itself");
    }
}

#[test]
fn fault_25_an_altered_wrap_cannot_be_opened() {
    let alterations: [fn(&mut WrapRow); 4] =
        [|row| row.wrapped[30] ^= 1, |row| row.salt[0] ^= 1, |row| row.vault_public[0] ^= 1, |row| row.passes = 4];
    for alter in alterations {
        let machine = Machine::enrolled();
        let vault = machine.open();
        let mut row = wrap(&vault);
        alter(&mut row);
        vault.database().write(|write| write.wraps().put(&row)).unwrap();
        drop(vault);
        assert_eq!(attempt(&machine, PASSWORD).err(), Some(UnlockRefusal::CannotBeOpened));
    }
}

#[test]
fn fault_30_parameters_outside_of_the_limits_are_refused_before_any_work() {
    for (memory_kib, passes) in [(8, 1), (64 * 1024, 2), (64 * 1024 * 1024, 3), (64 * 1024, 11)] {
        let machine = Machine::enrolled();
        let vault = machine.open();
        let mut row = wrap(&vault);
        (row.memory_kib, row.passes) = (memory_kib, passes);
        vault.database().write(|write| write.wraps().put(&row)).unwrap();
        drop(vault);
        assert_eq!(
            attempt(&machine, PASSWORD).err(),
            Some(UnlockRefusal::KdfParameters),
            "{memory_kib} KiB x {passes}"
        );
    }
}

#[test]
fn fault_28_the_database_alone_gives_no_oracle() {
    // Everything of the database, its key and the device key, but not the pepper: the right password among the
    // guesses behaves as all others do. All 10^6 codes are tried beside the wrap itself.
    let machine = Machine::enrolled();
    machine.keychain.tamper("pepper.1", Some(&[0; 32]));
    for guess in ["000123", "273915", "864209", PASSWORD, OTHER] {
        assert_eq!(
            attempt(&machine, guess).err(),
            Some(UnlockRefusal::CannotBeOpened),
            "no guess is told from another"
        );
    }
}

#[test]
fn fault_31_what_cannot_be_a_password_costs_no_try() {
    for typed in [b"".as_slice(), b"1", &[b'x'; 10_000], b"nul\0nul", &[0xff; 8]] {
        assert!(Password::typed(typed).is_err(), "refused before the counter is touched");
    }
    let machine = Machine::empty();
    let vault = machine.open();
    vault.make_device_keys().unwrap();
    drop(vault.choose_password(&password("caf\u{e9} am Fluss")).map_err(|error| error.to_string()));
    let typed = Password::typed("cafe\u{301} am Fluss".as_bytes()).unwrap_or_else(|_| unreachable!("a password"));
    assert!(vault.locked().unlock(&typed).is_ok(), "another keyboard's way to write é opens it too");
}

#[test]
fn a_changed_password_opens_the_same_reports_and_the_old_one_none() {
    let (machine, query) = Machine::with_report();
    let unlocked = machine.unlock();
    let refused = unlocked.change_password(&password(OTHER), &password("another secret")).err();
    assert!(matches!(refused, Some(ChangeRefusal::Old(UnlockRefusal::Wrong { .. }))), "the old one is asked for");
    unlocked.change_password(&password(PASSWORD), &password(OTHER)).unwrap();
    drop(unlocked);
    assert!(matches!(attempt(&machine, PASSWORD).err(), Some(UnlockRefusal::Wrong { .. })));
    assert_eq!(read_card(&attempt(&machine, OTHER).unwrap(), query), CARD);
    let names = machine.keychain.list().unwrap();
    assert!(names.contains(&"pepper.2".to_owned()) && !names.contains(&"pepper.1".to_owned()), "one pepper is left");
}

#[test]
fn a_forgotten_password_loses_the_reports_and_starts_anew() {
    let (machine, query) = Machine::with_report();
    let before = machine.keychain.snapshot();
    let vault = machine.open();
    let locked = vault.locked().forgotten(&password(OTHER)).map_err(|(_, error)| error).unwrap();
    let record = vault.database().read(|read| read.records().get(query)).unwrap().unwrap();
    assert_eq!(record.ended, Ended::Lost, "lost by construction, as said before");
    let unlocked = locked.unlock(&password(OTHER)).map_err(|(_, refusal)| refusal).unwrap();
    let next = add_report(&vault);
    assert_eq!(read_card(&unlocked, next), CARD, "the next report is readable under the new password");
    drop((unlocked, vault));
    // The old keychain brought back does not bring back the old vault.
    let after = machine.keychain.snapshot();
    machine.keychain.restore(&before);
    assert!(matches!(attempt(&machine, PASSWORD).err(), Some(UnlockRefusal::CannotBeOpened)));
    machine.keychain.restore(&after);
}

#[test]
fn private_things_are_written_locked_and_read_unlocked_only() {
    let machine = Machine::enrolled();
    let vault = machine.open();
    let sealed = vault.seal_private("note", "记得去柜台".as_bytes()).unwrap();
    let device = vault.device_key().unwrap().unwrap();
    let identity = vault::private::seal_identity(&device, b"a made-up person").unwrap();
    assert_eq!(vault::private::open_identity(&device, &identity).unwrap().as_slice(), b"a made-up person");
    let other = vault.make_device_keys().unwrap();
    assert!(vault.device_public().unwrap() == Some(other.public()), "the one that was made, not the one before");
    assert!(vault::private::open_identity(&other, &identity).is_err(), "gone with the device key");
    drop(vault);
    // The wrap is bound to the device key: put the old one back to unlock.
    machine.keychain.tamper("device-key", Some(device.seed().as_slice()));
    let unlocked = machine.unlock();
    assert!(unlocked.open_private("other", &sealed).is_err(), "bound to its purpose");
    assert_eq!(unlocked.open_private("note", &sealed).unwrap().as_slice(), "记得去柜台".as_bytes());
}

#[test]
fn marks_die_with_the_report() {
    let (machine, query) = Machine::with_report();
    let unlocked = machine.unlock();
    let (seed, file) = unlocked.report(query).unwrap();
    file.keep("marks", &seed.public(), b"not mine").unwrap();
    file.keep("marks", &seed.public(), b"mine").unwrap();
    assert_eq!(file.kept("marks", &seed.decapsulation_key()).unwrap().unwrap().as_slice(), b"mine");
    assert!(
        file.kept("marks", &protocol::seal::QuerySeed::generate().decapsulation_key()).is_err(),
        "another query's key opens none"
    );
    assert_eq!(file.kept_names().unwrap(), ["marks"]);
}

#[test]
fn a_second_section_of_a_bank_and_round_never_replaces_the_first() {
    let (machine, query) = Machine::with_report();
    let vault = machine.open();
    let file = vault.section_file(query).unwrap();
    let mut second = file.all().unwrap().remove(0);
    second.sealed[100] ^= 1;
    assert!(!file.store(&second).unwrap(), "ignored");
    assert_ne!(file.all().unwrap()[0].sealed, second.sealed);
    second.sealed.push(0);
    assert!(file.store(&second).is_err(), "every sealed section has one length");
}
