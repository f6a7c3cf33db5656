//! Fault 20: what stays of a report after its end, looked for in every file and, opened by hand with the key, in every
//! page of the database, the free ones and those of the log included.

use std::fs;

use aes::cipher::{BlockModeDecrypt, KeyIvInit};
use device::Keychain;
use protocol::seal::QueryPublic;
use vault::paths::with_neighbours;
use vault::tables::records::Ended;

use crate::support::{CARD, Machine, holds, section};

const PAGE: usize = 4096;
/// At the end of each page of SQLCipher 4: 16 bytes of IV, 64 of HMAC.
const RESERVED: usize = 80;
/// At the beginning of the first page.
const SALT: usize = 16;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// One page as SQLite sees it.
fn open_page(key: &[u8], page: &[u8], first: bool) -> Vec<u8> {
    let (sealed, reserved) = page.split_at(PAGE - RESERVED);
    let mut plain = sealed[if first { SALT } else { 0 }..].to_vec();
    let mut cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(key, &reserved[..16]).unwrap();
    for block in plain.chunks_exact_mut(16) {
        cipher.decrypt_block(block.try_into().unwrap());
    }
    plain
}

/// Every page of database and log, free or not, current or not, with the key of the keychain.
fn every_page(machine: &Machine) -> Vec<u8> {
    let key = machine.keychain.get("database-key").unwrap().unwrap();
    let [database, log, ..] = with_neighbours(&machine.paths().database());
    let (database, log) = (fs::read(database).unwrap(), fs::read(log).unwrap_or_default());
    let pages = database.chunks_exact(PAGE).enumerate().map(|(n, page)| open_page(&key, page, n == 0));
    let frames = log.get(LOG_HEADER..).unwrap_or_default().chunks_exact(FRAME_HEADER + PAGE).map(|frame| {
        let number = u32::from_be_bytes(frame[..4].try_into().unwrap());
        open_page(&key, &frame[FRAME_HEADER..], number == 1)
    });
    pages.chain(frames).flatten().collect()
}

#[test]
fn fault_20_nothing_of_a_report_stays_after_its_end() {
    let (machine, query) = Machine::with_report();
    let vault = machine.open();
    // More than a page each, so that whole pages become free.
    let (body, envelope) = ("the body that was sent ".repeat(500), "who answered ".repeat(500));
    let mut row = vault.database().read(|read| read.queries().get(query)).unwrap().unwrap();
    (row.body, row.envelope) = (Some(body.clone().into_bytes()), Some(envelope.clone()));
    vault.database().write(|write| write.queries().put(&row)).unwrap();
    let public = QueryPublic::from_bytes(row.public_key.as_deref().unwrap()).unwrap();
    vault.section_file(query).unwrap().keep("marks", &public, b"not mine").unwrap();
    let sealed = section(query, &public, CARD).sealed;
    let seed = row.sealed_seed.unwrap();
    let of_the_report = [
        &seed[..64],
        &seed[seed.len() - 64..],
        public.as_bytes().as_slice(),
        &body.as_bytes()[..64],
        &envelope.as_bytes()[..64],
    ];
    let before = every_page(&machine);
    for part in of_the_report {
        assert!(holds(&before, part), "opened by hand, what lives is found: this search would find what stays");
    }

    assert!(vault.end(query, Ended::Deleted, None).unwrap().both());
    let (raw, opened) = (machine.everything(), every_page(&machine));
    assert!(holds(&opened, query.to_string().as_bytes()), "the record is there");
    for part in of_the_report.into_iter().chain([CARD.as_bytes(), b"not mine", &sealed[..64]]) {
        assert!(!holds(&raw, part), "nothing of the report lies in any file");
        assert!(!holds(&opened, part), "nor in any page, with the key of the database");
    }
    let log = fs::metadata(&with_neighbours(&machine.paths().database())[1]).map_or(0, |found| found.len());
    assert_eq!(log, 0, "the log that held the deleted rows is empty");
    assert!(!holds(&fs::read(machine.paths().deadlines()).unwrap(), query.to_string().as_bytes()));
    assert_eq!(fs::read_dir(machine.paths().sections()).unwrap().flatten().count(), 1, "only the tag for backups");
}

#[test]
fn fault_20_erase_this_device_leaves_nothing() {
    let (machine, _) = Machine::with_report();
    vault::vault::set_aside(&machine.paths()).unwrap();
    fs::write(machine.paths().folder().join("settings.json"), b"{}").unwrap();
    machine.keychain.set("made-by-a-newer-app", b"key").unwrap();
    vault::vault::erase_device(&machine.paths(), &machine.keychain).unwrap();
    vault::vault::erase_device(&machine.paths(), &machine.keychain).unwrap();
    assert!(machine.keychain.list().unwrap().is_empty(), "no key is left");
    assert_eq!(fs::read_dir(machine.paths().folder()).unwrap().count(), 0, "no file is left");
    drop(machine.open());
}
