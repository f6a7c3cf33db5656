//! The keychain of this machine against the suite: under a private, throw-away Secret Service that this test starts
//! itself, so that the person's own keychain is never touched. Needs `dbus-run-session` and `gnome-keyring-daemon`; its
//! question is asked and answered on a screen in memory, with `Xvfb` and `xdotool`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use device::keychain::{Keychain, KeychainError, OsKeychain, Protection};
use device::keychain_suite;

const PROFILE: &str = "app.mingxia.test";
/// Names the part that runs inside the private session.
const INSIDE: &str = "MINGXIA_TEST_KEYRING";

/// What the private keyring is like.
enum Keyring {
    /// The service runs, no keyring was ever made.
    NeverMade,
    /// Made and unlocked with a password.
    WithPassword,
    /// Made without one, as automatic login leaves it.
    WithoutPassword,
}

/// Runs `part` of this very test inside a private session with such a keyring.
fn inside(part: &str, keyring: &Keyring) {
    inside_with(part, keyring, None);
}

/// The same with a screen on which the keychain may ask.
fn inside_with(part: &str, keyring: &Keyring, screen: Option<&Screen>) {
    let folder = tempfile::tempdir().unwrap();
    let running = "gnome-keyring-daemon --start --foreground --components=secrets >/dev/null 2>&1 & ";
    let (start, collection) = match keyring {
        Keyring::NeverMade => (running, "path \"/\""),
        Keyring::WithPassword => (
            "printf throwaway | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; ",
            "collection/login",
        ),
        Keyring::WithoutPassword => {
            let keyrings = folder.path().join("data/keyrings");
            device::disk::private_folder(&keyrings).unwrap();
            let plain = "[keyring]\ndisplay-name=login\nctime=0\nmtime=0\nlock-on-idle=false\nlock-after=false\n";
            std::fs::write(keyrings.join("login.keyring"), plain).unwrap();
            std::fs::write(keyrings.join("default"), "login").unwrap();
            (running, "collection/login")
        }
    };
    let script = format!(
        "{start}for i in $(seq 200); do dbus-send --session --print-reply --dest=org.freedesktop.secrets \
         /org/freedesktop/secrets org.freedesktop.Secret.Service.ReadAlias string:default 2>/dev/null \
         | grep -q '{collection}' && break; sleep 0.05; done; exec \"$@\""
    );
    run(folder.path(), &["dbus-run-session", "--", "bash", "-c", &script, "keyring"], part, screen);
}

/// A screen in memory.
struct Screen {
    server: Child,
    name: String,
}

impl Screen {
    fn new() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed");
        let mut number = String::new();
        BufReader::new(server.stdout.as_mut().unwrap()).read_line(&mut number).unwrap();
        Self { server, name: format!(":{}", number.trim()) }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn run(folder: &Path, before: &[&str], part: &str, screen: Option<&Screen>) {
    let (data, runtime) = (folder.join("data"), folder.join("run"));
    for private in [&data, &runtime] {
        device::disk::private_folder(private).unwrap();
    }
    let test = env::current_exe().unwrap();
    let mut words: Vec<&std::ffi::OsStr> = before.iter().map(|word| (*word).as_ref()).collect();
    words.push(test.as_os_str());
    let mut command = Command::new(words[0]);
    command
        .args(&words[1..])
        .args([part, "--exact", "--ignored", "--nocapture"])
        .env("XDG_DATA_HOME", &data)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env(INSIDE, "1")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::null());
    if let Some(screen) = screen {
        // A dead accessibility bus would hold up the question.
        command.env("DISPLAY", &screen.name).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1");
    }
    let output = command.output().expect("dbus-run-session and gnome-keyring-daemon are installed");
    assert!(
        output.status.success() && String::from_utf8_lossy(&output.stdout).contains("1 passed"),
        "{part} inside a private keyring: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn keychain() -> OsKeychain {
    assert!(env::var_os(INSIDE).is_some(), "this part runs inside a private keyring only");
    OsKeychain::with_deadline(PROFILE, Duration::from_secs(20))
}

#[test]
fn fault_21_no_keychain_service_is_missing_not_empty() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["env"], "inside_no_bus", None);
}

#[test]
#[ignore = "run by fault_21"]
fn inside_no_bus() {
    let keychain = keychain();
    assert_eq!(keychain.get("shred.a").err(), Some(KeychainError::Missing), "no service is not a missing item");
    assert_eq!(keychain.state().err(), Some(KeychainError::Missing));
}

#[test]
fn fault_21_a_keychain_never_set_up_proves_nothing_absent() {
    inside("inside_not_set_up", &Keyring::NeverMade);
}

#[test]
#[ignore = "run by fault_21"]
fn inside_not_set_up() {
    let keychain = keychain();
    assert_eq!(keychain.get("shred.a").err(), Some(KeychainError::NotSetUp), "absent here would look like shredded");
    assert_eq!(keychain.set("shred.a", b"x").err(), Some(KeychainError::NotSetUp));
}

#[test]
fn fault_22_locked_is_told_apart() {
    inside("inside_locked", &Keyring::WithPassword);
}

#[test]
#[ignore = "run by fault_22"]
fn inside_locked() {
    let keychain = keychain();
    keychain.set("shred.a", b"x").unwrap();
    lock();
    assert_eq!(keychain.get("shred.a").err(), Some(KeychainError::Locked), "a locked item is not lost");
    assert_eq!(keychain.delete("shred.a").err(), Some(KeychainError::Locked), "and not deleted");
}

/// Somebody locks the keyring.
fn lock() {
    let service = secret_service::blocking::SecretService::connect(secret_service::EncryptionType::Plain).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
}

/// The password of the private keyring, typed.
const RIGHT: &[&str] = &["type", "--args", "1", "throwaway", "key", "Return"];

/// Waits for the question of the keychain on the screen and answers it.
fn answer(keys: &[&str]) {
    let shown = ["search", "--sync", "--onlyvisible", "--class", "gcr-prompter", "windowfocus", "--sync"];
    for arguments in [&shown[..], keys] {
        let done = Command::new("timeout").args(["20", "xdotool"]).args(arguments).stdout(Stdio::null()).status();
        assert!(done.expect("xdotool is installed").success(), "the keychain asks on the screen: {arguments:?}");
    }
}

#[test]
fn fault_22_and_23_asked_on_the_screen_the_person_refuses_or_unlocks() {
    inside_with("inside_asked", &Keyring::WithPassword, Some(&Screen::new()));
}

#[test]
#[ignore = "run by fault_22_and_23"]
fn inside_asked() {
    let keychain = Arc::new(keychain());
    keychain.set("shred.a", b"x").unwrap();
    lock();
    let quiet = OsKeychain::never_asking(PROFILE);
    assert_eq!(quiet.get("shred.a").err(), Some(KeychainError::Locked), "in the background nobody is asked");

    let asked = |keys: &[&str]| {
        let asking = Arc::clone(&keychain);
        let asking = thread::spawn(move || asking.get("shred.a"));
        answer(keys);
        asking.join().unwrap().map(|value| value.map(|value| value.to_vec()))
    };
    assert_eq!(asked(&["key", "Escape"]), Err(KeychainError::Cancelled), "a question that was closed is told apart");
    assert_eq!(asked(RIGHT), Ok(Some(b"x".to_vec())), "answered, nothing was lost");

    lock();
    let hasty = OsKeychain::with_deadline(PROFILE, Duration::from_secs(1));
    assert_eq!(hasty.get("shred.a").err(), Some(KeychainError::TimedOut), "an open question does not hold the app");
    answer(RIGHT);
    assert_eq!(keychain.get("shred.a").unwrap().unwrap().as_slice(), b"x", "answered later, it opens all the same");
}

#[test]
fn fault_24_changed_by_another_program_is_told_apart() {
    inside("inside_changed", &Keyring::WithPassword);
}

#[test]
#[ignore = "run by fault_24"]
fn inside_changed() {
    let keychain = keychain();
    keychain.set("shred.a", b"x").unwrap();
    let service = secret_service::blocking::SecretService::connect(secret_service::EncryptionType::Plain).unwrap();
    let attributes = std::collections::HashMap::from([("service", PROFILE), ("username", "shred.a")]);
    let found = service.search_items(attributes.clone()).unwrap();
    found.unlocked[0].set_secret(b"!not ours!", "text/plain").unwrap();
    assert_eq!(keychain.get("shred.a").err(), Some(KeychainError::Altered), "another program's value is not ours");
    keychain.set("shred.a", b"x").unwrap();
    assert_eq!(keychain.get("shred.a").unwrap().unwrap().as_slice(), b"x", "writing heals it");
}

#[test]
fn the_secret_service_passes_the_suite_of_every_keychain() {
    inside("inside_suite", &Keyring::WithPassword);
}

#[test]
#[ignore = "run by the suite"]
fn inside_suite() {
    let keychain = keychain();
    keychain_suite(&keychain);
    assert_eq!(keychain.state(), Ok(Protection::Protected), "this keyring has a password");
    let other = OsKeychain::new("app.mingxia.other");
    other.set("shred.a", b"theirs").unwrap();
    assert!(keychain.get("shred.a").unwrap().is_none(), "profiles never see each other's items");
    assert!(keychain.list().unwrap().is_empty(), "nor list them");
}

#[test]
fn calls_side_by_side_share_one_connection() {
    inside("inside_side_by_side", &Keyring::WithPassword);
}

#[test]
#[ignore = "run by calls_side_by_side"]
fn inside_side_by_side() {
    let keychain = keychain();
    keychain.set("shred.a", b"x").unwrap();
    let before = newest_connection();
    let together = Barrier::new(3);
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                together.wait();
                assert_eq!(keychain.get("shred.a").unwrap().unwrap().as_slice(), b"x");
            });
        }
    });
    assert_eq!(newest_connection(), before + 1, "connecting takes longer than asking; only this question is new");
}

/// The bus numbers its connections one by one: the number of the newest, which is that of this question itself.
fn newest_connection() -> u64 {
    let listed = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames"])
        .output()
        .expect("dbus-send is installed");
    let text = String::from_utf8(listed.stdout).unwrap();
    let numbers = text.split('"').filter_map(|name| name.strip_prefix(":1.")?.parse().ok());
    numbers.max().unwrap()
}

#[test]
fn a_keyring_without_password_is_seen() {
    inside("inside_no_password", &Keyring::WithoutPassword);
}

#[test]
#[ignore = "run by a_keyring_without_password"]
fn inside_no_password() {
    let keychain = keychain();
    keychain.set("shred.a", b"x").unwrap();
    assert_eq!(keychain.state(), Ok(Protection::NoPassword), "a keyring readable as it lies protects nothing");
}
