//! The keychain of this machine against the suite: under a private, throw-away Secret Service that this test starts
//! itself, so that the person's own keychain is never touched. Needs `dbus-run-session` and `gnome-keyring-daemon`.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
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
    run(folder.path(), &["dbus-run-session", "--", "bash", "-c", &script, "keyring"], part);
}

fn run(folder: &Path, before: &[&str], part: &str) {
    let (data, runtime) = (folder.join("data"), folder.join("run"));
    for private in [&data, &runtime] {
        device::disk::private_folder(private).unwrap();
    }
    let test = env::current_exe().unwrap();
    let mut words: Vec<&std::ffi::OsStr> = before.iter().map(|word| (*word).as_ref()).collect();
    words.push(test.as_os_str());
    let output = Command::new(words[0])
        .args(&words[1..])
        .args([part, "--exact", "--ignored", "--nocapture"])
        .env("XDG_DATA_HOME", &data)
        .env("XDG_RUNTIME_DIR", &runtime)
        .env(INSIDE, "1")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .stdin(Stdio::null())
        .output()
        .expect("dbus-run-session and gnome-keyring-daemon are installed");
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
    run(folder.path(), &["env"], "inside_no_bus");
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
    let service = secret_service::blocking::SecretService::connect(secret_service::EncryptionType::Plain).unwrap();
    service.get_default_collection().unwrap().lock().unwrap();
    assert_eq!(keychain.get("shred.a").err(), Some(KeychainError::Locked), "a locked item is not lost");
    assert_eq!(keychain.delete("shred.a").err(), Some(KeychainError::Locked), "and not deleted");
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
