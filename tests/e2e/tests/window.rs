//! What the window refuses, tried from inside its own page.

use std::{
    process::Command,
    sync::{Mutex, MutexGuard, PoisonError},
};

use e2e::{page::Page, stage::Stage};

/// One app runs at a time, as on a person's desktop.
static ONE: Mutex<()> = Mutex::new(());

/// A stage with the app open on its first page.
fn opened(name: &str) -> (Stage, std::path::PathBuf, MutexGuard<'static, ()>) {
    let alone = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = std::env::temp_dir().join(format!("mingxia-{name}-{}", std::process::id()));
    let mut stage = Stage::set(&folder).expect("the demonstration starts");
    stage.open().and_then(|page| page.see("home-say")).expect("the app opens");
    (stage, folder, alone)
}

fn comes_to(page: Page<'_>, expression: &str) -> String {
    let said = page.asks(expression).expect("the page answers");
    said.as_str().map_or_else(|| said.to_string(), str::to_owned)
}

#[test]
fn nothing_in_the_page_reaches_past_its_own_acts() {
    let (stage, folder, _alone) = opened("reach");
    let page = stage.page().expect("the app is open");
    let invoke = |command: &str| comes_to(page, &format!("window.__TAURI_INTERNALS__.invoke('{command}', {{}})"));

    // Fault 44: a command nobody granted, also one a plugin brings along.
    for command in [
        "plugin:notification|notify",
        "plugin:window|create",
        "plugin:webview|create_webview",
        "plugin:app|version",
        "plugin:enrol|everything",
    ] {
        assert!(invoke(command).starts_with("threw: "), "the page may call {command}");
    }
    // Arguments no act takes are refused, and the app lives on.
    for command in ["plugin:consent|agree", "plugin:read|mark", "plugin:unlock|open", "plugin:enrol|start"] {
        assert!(invoke(command).starts_with("threw: "), "{command} takes anything");
    }
    // Fault 42: out of the house, by address, by a new window, by a frame.
    assert_eq!(comes_to(page, "String(window.open('https://example.com/'))"), "null", "a new window opened");
    page.asks("location.assign('https://example.com/') ?? 0").expect("asking to leave is no error");
    page.see("home-say").expect("the page stays");
    assert_eq!(comes_to(page, "location.origin"), "tauri://localhost", "the page went elsewhere");
    // The policy: no foreign code, no network, no script made of text.
    assert!(comes_to(page, "fetch('http://127.0.0.1:9/')").starts_with("threw: "), "the page reached the network");
    assert!(comes_to(page, "new Function('return 1')()").starts_with("threw: "), "text became code");
    // Fault 45, and no global way in.
    assert_eq!(comes_to(page, "Object.isFrozen(Object.prototype)"), "true", "prototypes can be polluted");
    assert_eq!(comes_to(page, "typeof window.__TAURI__"), "undefined", "there is a global way to the core");
    // Nothing is kept by the page.
    assert_eq!(
        comes_to(page, "localStorage.length + sessionStorage.length + document.cookie.length"),
        "0",
        "the page keeps something"
    );

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}

#[test]
fn a_second_start_and_a_wrong_one_open_nothing() {
    let (stage, folder, _alone) = opened("second");
    let start = |argument: &str| Command::new(Stage::app()).arg(argument).status().expect("the app starts");

    assert_eq!(start("--dmo").code(), Some(2), "a mistyped argument opened a profile");
    assert!(start(&format!("--demo={}", folder.display())).success(), "a second start ends by itself");
    let page = stage.page().expect("the first is still open");
    assert!(page.shows("home-say").expect("the first answers"), "the first start lost its window");

    drop(stage);
    std::fs::remove_dir_all(folder).expect("the test owns its folder");
}
