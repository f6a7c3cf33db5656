//! Writes the permissions of the window's commands, one plugin an act, and sees that the pages
//! to embed exist.

use std::{fs, io, path::Path};

use tauri_build::{Attributes, DefaultPermissionRule, InlinedPlugin};

/// Every command the window may call, by act. What is not named here is refused by Tauri.
const ACTS: [(&str, &[&str]); 11] = [
    (
        "enrol",
        &[
            "state",
            "start",
            "confirm",
            "resend",
            "prove",
            "proof_evidence",
            "proof_poll",
            "phrase",
            "password",
            "cancel",
            "not_me",
        ],
    ),
    ("consent", &["banks", "notice", "agree", "kept", "save", "save_set", "forget_set", "withdraw"]),
    ("verify", &["state", "start", "confirm", "resend", "evidence", "poll", "stop", "withdraw_face"]),
    ("apply", &["submit", "cancel"]),
    ("collect", &["state", "refresh", "retry"]),
    ("notify", &["messages"]),
    (
        "unlock",
        &[
            "state",
            "open",
            "lock",
            "change",
            "forgotten",
            "forgotten_confirm",
            "forgotten_second",
            "forgotten_evidence",
            "forgotten_poll",
            "forgotten_password",
            "by_biometrics",
            "allow_biometrics",
            "forget_biometrics",
        ],
    ),
    ("read", &["report", "mark", "strange", "kit", "kit_tick", "keep_note", "print"]),
    ("expire", &["delete_now", "record", "forget_note"]),
    (
        "settings",
        &[
            "home",
            "start",
            "demonstration",
            "link",
            "alarms_seen",
            "get",
            "set",
            "compare",
            "set_compare",
            "protection",
            "delete_account",
            "erase_device",
        ],
    ),
    ("update", &["state", "look", "install"]),
];

/// Where the built pages stand, from the root of the house.
const PAGES: &str = "ui/dist";

/// Stands in for the pages until `cargo xtask` has built them, so that `cargo check` needs no Node.
const PLACEHOLDER: &str =
    "<!doctype html><meta charset=\"utf-8\"><title>名下</title>\n<p>The pages are not built yet: cargo xtask run\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    placeholder(Path::new(PAGES))?;
    println!("cargo:rerun-if-changed={PAGES}");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    let attributes = ACTS.into_iter().fold(
        Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*"),
        |attributes, (act, commands)| {
            attributes.plugin(
                act,
                InlinedPlugin::new().commands(commands).default_permission(DefaultPermissionRule::AllowAllCommands),
            )
        },
    );
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// Writes the placeholder page, only where no page stands.
fn placeholder(pages: &Path) -> io::Result<()> {
    let page = pages.join("index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all(pages)?;
    fs::write(page, PLACEHOLDER)
}
