//! The guarded process seen by its neighbours: fault 33 (core files, a debugger of the same user) and 37 (swap).
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::env;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use device::key_page::KeyPage;
use device::process::{HardeningGap, harden};
use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit, getuid};

/// Names the part that runs in a process of its own, and whether it guards itself.
const INSIDE: &str = "MINGXIA_TEST_PROCESS";

/// A user without rights: root reads everybody, and would prove nothing here.
const NOBODY: u32 = 65_534;

/// One at a time: a program that is just being copied cannot be started while a child of another test holds it open.
static STARTING: Mutex<()> = Mutex::new(());

/// A command of an ordinary user.
fn ordinary(program: &Path) -> Command {
    let mut command = Command::new(program);
    if getuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Starts `part` of this very test from a place every user may read, and waits until it says that it is ready.
fn part(folder: &Path, part: &str, guarded: bool) -> Child {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let copy = folder.join("part");
    if !copy.exists() {
        fs::copy(env::current_exe().unwrap(), &copy).unwrap();
    }
    let mut child = ordinary(&copy)
        .args([part, "--exact", "--ignored", "--nocapture"])
        .env(INSIDE, if guarded { "guarded" } else { "bare" })
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
    assert!(said.any(|line| line == "ready"), "{part} gets ready");
    child
}

fn folder_for_everybody() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
    folder
}

fn ready() {
    let mut out = std::io::stdout();
    writeln!(out, "\nready").unwrap();
    out.flush().unwrap();
}

/// Whether another process of the same user may look into the memory of `child`.
fn open_to_neighbours(child: &Child) -> bool {
    let _alone = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    let looked = ordinary(Path::new("cat")).arg(format!("/proc/{}/maps", child.id())).stderr(Stdio::null()).output();
    let looked = looked.unwrap();
    looked.status.success() && !looked.stdout.is_empty()
}

#[test]
fn fault_33_another_process_of_the_same_user_looks_into_nothing() {
    let folder = folder_for_everybody();
    for guarded in [true, false] {
        let mut child = part(folder.path(), "inside_waits", guarded);
        let open = open_to_neighbours(&child);
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        assert_eq!(open, !guarded, "guarded: {guarded}; an unguarded one shows that looking would work");
    }
}

#[test]
#[ignore = "looked at by fault_33"]
fn inside_waits() {
    if env::var_os(INSIDE).unwrap() == "guarded" {
        let gaps = harden();
        assert!(!gaps.contains(&HardeningGap::CoreFiles) && !gaps.contains(&HardeningGap::Attachable), "{gaps:?}");
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
        let core = getrlimit(Resource::Core);
        assert_eq!((core.current, core.maximum), (Some(0), Some(0)), "and nobody raises it again");
    }
    ready();
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn fault_33_a_crash_leaves_no_core_file() {
    let folder = folder_for_everybody();
    let mut child = part(folder.path(), "inside_crashes", true);
    drop(child.stdin.take());
    let ended = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(6), "it was aborted");
    assert!(!ended.core_dumped(), "and its memory was not written down");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the program itself lies there");
}

#[test]
#[ignore = "crashed by fault_33"]
fn inside_crashes() {
    let _ = harden();
    ready();
    let _ = std::io::stdin().read(&mut [0]);
    std::process::abort();
}

/// KiB of this process that stay out of swap.
fn locked() -> u64 {
    let status = File::open("/proc/self/status").unwrap();
    let line = BufReader::new(status).lines().map_while(Result::ok).find(|line| line.starts_with("VmLck:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn fault_37_a_key_lies_on_a_page_that_is_never_swapped() {
    let folder = folder_for_everybody();
    let mut child = part(folder.path(), "inside_holds_a_key", false);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
#[ignore = "run by fault_37"]
fn inside_holds_a_key() {
    let allowed = getrlimit(Resource::Memlock).current.is_none_or(|bytes| bytes >= 4096);
    let before = locked();
    let key = KeyPage::new([7; 32]);
    assert_eq!(key.is_locked(), allowed, "where the system allows it, and it is told where not");
    assert_eq!(locked() - before, if allowed { 4 } else { 0 }, "one page");
    drop(key);
    assert_eq!(locked(), before, "given back with the key");
    ready();
}
