//! What the apps of macOS and iOS say of themselves and ask of the system. Nobody has built them on a Mac; their lists are
//! read here as a Mac reads them.

use std::path::PathBuf;

use plist::{Dictionary, Value};

use crate::capabilities::house;

fn list(file: &str) -> Dictionary {
    let file = house().join("src-tauri").join(file);
    Value::from_file(&file).unwrap().into_dictionary().unwrap_or_else(|| panic!("{} is no list", file.display()))
}

fn keys(list: &Dictionary) -> Vec<&str> {
    let mut keys: Vec<&str> = list.keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// Every link these apps are opened by.
fn schemes(list: &Dictionary) -> Vec<&str> {
    let types = list["CFBundleURLTypes"].as_array().unwrap().iter().filter_map(Value::as_dictionary);
    types.flat_map(|kind| kind["CFBundleURLSchemes"].as_array().unwrap()).filter_map(Value::as_string).collect()
}

#[test]
fn a_mac_is_asked_for_nothing_and_weakens_nothing() {
    assert!(list("macos/entitlements.plist").is_empty(), "each exception of the hardened runtime is one to explain");
    let info = list("macos/Info.plist");
    let said = ["CFBundleDevelopmentRegion", "CFBundleLocalizations", "CFBundleURLTypes", "LSHasLocalizedDisplayName"];
    assert_eq!(keys(&info), said, "each is one to explain");
    assert_eq!(schemes(&info), ["mingxia"]);
}

#[test]
fn an_iphone_is_asked_for_a_face_for_being_woken_and_for_nothing_else() {
    let info = list("ios/Info.plist");
    let said = [
        "BGTaskSchedulerPermittedIdentifiers",
        "CFBundleDevelopmentRegion",
        "CFBundleLocalizations",
        "CFBundleURLTypes",
        "NSFaceIDUsageDescription",
        "UIBackgroundModes",
    ];
    // No NSAppTransportSecurity: nothing travels in the clear. No UIFileSharingEnabled: no file of ours lies open.
    assert_eq!(keys(&info), said, "each is one to explain");
    assert_eq!(schemes(&info), ["mingxia"]);
}

/// The system refuses a task its list does not name, and ends an app that asks for one nobody answers.
#[test]
fn an_iphone_is_woken_for_the_one_task_that_is_answered() {
    let info = list("ios/Info.plist");
    let words = |key: &str| -> Vec<String> {
        info[key].as_array().unwrap().iter().filter_map(Value::as_string).map(str::to_owned).collect()
    };
    let tasks = words("BGTaskSchedulerPermittedIdentifiers");
    assert_eq!(words("UIBackgroundModes"), ["fetch"], "refreshed now and then, and never kept running");
    let native = std::fs::read_to_string(house().join("crates/device/src/timer/ios.rs")).unwrap();
    assert_eq!(tasks.len(), 1);
    assert!(native.contains(&format!("const TASK: &str = \"{}\";", tasks[0])));
}

#[test]
fn what_a_system_shows_stands_in_both_languages() {
    let words = |system: &str, language: &str| -> Vec<(String, String)> {
        let file: PathBuf = ["src-tauri", system, &format!("{language}.lproj"), "InfoPlist.strings"].iter().collect();
        let text = std::fs::read_to_string(house().join(file)).unwrap();
        let pair = |line: &str| {
            let mut parts = line.split('"').skip(1).step_by(2).map(str::to_owned);
            assert!(line.ends_with("\";"), "{line}");
            (parts.next().unwrap(), parts.next().unwrap())
        };
        text.lines().map(pair).collect()
    };
    for system in ["macos", "ios"] {
        let (zh, en) = (words(system, "zh-Hans"), words(system, "en"));
        let names = |all: &[(String, String)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&zh), names(&en), "{system}");
        assert!(zh.iter().zip(&en).all(|(zh, en)| !zh.1.is_ascii() && en.1.is_ascii()), "{system}");
    }
    let face = list("ios/Info.plist")["NSFaceIDUsageDescription"].as_string().unwrap().to_owned();
    assert_eq!(words("ios", "zh-Hans").last().unwrap().1, face, "one sentence, wherever it is read");
}
