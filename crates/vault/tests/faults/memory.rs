//! Fault 32: the memory of a process that unlocked, read and locked again, searched by another for what it had read.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;

use device::stack;
use protocol::id::QueryId;
use protocol::time::ManualClock;
use vault::{Cost, Password, Paths, Vault};
use zeroize::Zeroizing;

use crate::file_keychain::FileKeychain;
use crate::support::{add_report_saying, holds, noon, read_card};

/// Names the part whose memory is searched.
const INSIDE: &str = "MINGXIA_TEST_MEMORY";

fn open(folder: &Path) -> Arc<Vault> {
    let keychain = Arc::new(FileKeychain { file: folder.join("keychain.json"), before_write: || () });
    let paths = Paths::at(folder.join("profile"));
    Vault::open(paths, keychain, Arc::new(ManualClock::at(noon())), Cost::Floor).unwrap()
}

/// Whether any memory the process may write holds either half of `secret`: what frees memory writes over its beginning.
fn remembers(child: &Child, secret: &[u8]) -> bool {
    let maps = fs::read_to_string(format!("/proc/{}/maps", child.id())).unwrap();
    let memory = File::open(format!("/proc/{}/mem", child.id())).unwrap();
    maps.lines().filter(|line| line.contains(" rw")).any(|line| {
        let (from, to) = line.split_once(' ').unwrap().0.split_once('-').unwrap();
        let (from, to) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // Pages of the kernel's own cannot be read.
        memory.read_exact_at(&mut bytes, from).is_ok()
            && secret.chunks(secret.len() / 2).any(|half| half.len() >= 16 && holds(&bytes, half))
    })
}

/// Text that stands nowhere else: not in the program, not in a file.
fn never_written() -> String {
    format!("{}-{}", QueryId::new(), QueryId::new())
}

#[test]
fn fault_32_locked_the_process_remembers_neither_password_nor_keys_nor_cards() {
    let folder = tempfile::tempdir().unwrap();
    let (secret, card) = (never_written(), never_written());
    let typed = Password::typed(secret.as_bytes()).ok().unwrap();
    let vault = open(folder.path());
    vault.make_device_keys().unwrap();
    let locked = vault.choose_password(&typed).unwrap();
    let query = add_report_saying(&vault, &card);
    let unlocked = locked.unlock(&typed).map_err(|(_, refusal)| refusal).unwrap();
    let seed = unlocked.report(query).unwrap().0;
    drop((unlocked, vault));

    let temporary = folder.path().join("temporary");
    fs::create_dir(&temporary).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["memory::inside_reads_and_locks", "--exact", "--ignored", "--nocapture"])
        .env(INSIDE, folder.path())
        .env("TMPDIR", &temporary)
        .env("SQLITE_TMPDIR", &temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut said = BufReader::new(from).lines().map_while(Result::ok);
    let mut until = |word: &str| assert!(said.any(|line| line == word), "it gets as far as {word}");
    to.write_all(format!("{query}{secret}").as_bytes()).unwrap();
    until("reading");
    assert!(remembers(&child, card.as_bytes()), "while it is read it is in memory: this search would find it");
    to.write_all(b".").unwrap();
    until("locked");
    let left: Vec<_> = [("card", card.as_bytes()), ("password", secret.as_bytes()), ("query seed", seed.as_bytes())]
        .into_iter()
        .filter(|(_, bytes)| remembers(&child, bytes))
        .map(|(name, _)| name)
        .collect();
    to.write_all(b".").unwrap();
    assert!(child.wait().unwrap().success());
    assert!(left.is_empty(), "after locking the process still knows: {left:?}");
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0, "and nothing was laid down in passing");
}

fn say(word: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{word}").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "searched by fault_32"]
fn inside_reads_and_locks() {
    let folder = PathBuf::from(std::env::var_os(INSIDE).unwrap());
    // Past the buffer of the standard library, which keeps what went through it.
    let mut from = File::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let mut typed = Zeroizing::new(vec![0; 36 + 73]);
    from.read_exact(&mut typed).unwrap();
    let query: QueryId = std::str::from_utf8(&typed[..36]).unwrap().parse().unwrap();
    let vault = open(&folder);
    let unlocked = {
        let password = Password::typed(&typed[36..]).ok().unwrap();
        drop(typed);
        vault.locked().unlock(&password).map_err(|(_, refusal)| refusal).unwrap()
    };
    // From hand to hand in ordinary text, as a view and its JSON on the way to the window are; and on another thread, whose
    // stack is kept when it ends.
    let read = || stack::wiping(|| read_card(&unlocked, query));
    let view = vec![thread::scope(|scope| scope.spawn(read).join().unwrap())];
    let json = serde_json::to_vec(&view).unwrap();
    say("reading");
    from.read_exact(&mut [0]).unwrap();
    drop((view, json));
    drop(unlocked.lock());
    say("locked");
    from.read_exact(&mut [0]).unwrap();
}
