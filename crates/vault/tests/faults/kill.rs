//! The process really killed (SIGKILL) while it asks and ends, again and again, and what a restart finds.
//!
//! The killed process keeps its keychain in a file, written as durably as the database; it says on its standard
//! output what it is about to do, and is killed after a number of such lines.
#![cfg(unix)]

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use device::{Keychain, OsClock};
use vault::tables::records::Ended;
use vault::{Cost, Paths, Vault};

use crate::file_keychain::FileKeychain;
use crate::support::{PASSWORD, add_report, password};

/// Names the part that is killed.
const INSIDE: &str = "MINGXIA_TEST_KILL";

fn say(step: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "step {step}");
    let _ = out.flush();
}

fn open(folder: &OsString) -> Arc<Vault> {
    let folder = PathBuf::from(folder);
    let keychain = Arc::new(FileKeychain { file: folder.join("keychain.json"), before_write: || say("keychain") });
    let paths = Paths::at(folder.join("profile"));
    Vault::open(paths, keychain, Arc::new(OsClock::new()), Cost::Floor).unwrap()
}

#[test]
fn fault_16_killed_at_each_step_nothing_is_half_alive() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().as_os_str().to_owned();
    let vault = open(&place);
    vault.make_device_keys().unwrap();
    drop(vault.choose_password(&password(PASSWORD)).unwrap());
    drop(vault);
    for steps in 1..=30 {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command
            .args(["kill::inside_asks_and_ends", "--exact", "--ignored", "--nocapture"])
            .env(INSIDE, &place)
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert_eq!(
            said.filter(|line| line.contains("step ")).take(steps).count(),
            steps,
            "it works until it is killed"
        );
        child.kill().unwrap();
        child.wait().unwrap();

        let vault = open(&place);
        let (queries, records) = vault
            .database()
            .read(|read| Ok::<_, vault::DatabaseError>((read.queries().all()?, read.records().all()?)))
            .unwrap();
        vault.sweep().unwrap();
        for row in &queries {
            assert!(row.sealed_seed.is_some(), "after {steps} steps: what had no consent is undone");
            assert!(records.iter().all(|record| record.query != row.query), "after {steps} steps: never both");
        }
        assert!(queries.len() <= 1 + records.len(), "one query lives at a time");
        let mut live = vault.database().read(|read| read.queries().all()).unwrap();
        let keychain = FileKeychain { file: folder.path().join("keychain.json"), before_write: || () };
        let keys = keychain.list().unwrap();
        let shred = keys.iter().filter(|name| name.starts_with("shred.")).count();
        assert_eq!(shred, live.len(), "after {steps} steps: a key for each query and none beside");
        if let Some(row) = live.pop() {
            assert!(vault.end(row.query, Ended::Deleted, None).unwrap().both(), "what lives can be ended");
        }
    }
}

#[test]
#[ignore = "killed by fault_16"]
fn inside_asks_and_ends() {
    let vault = open(&std::env::var_os(INSIDE).unwrap());
    loop {
        say("ask");
        let query = add_report(&vault);
        say("end");
        vault.end(query, Ended::Deleted, None).unwrap();
        say("ended");
    }
}
