//! What the installers of Windows leave behind. Nobody has made them on Windows; their parts are read here.

use serde_json::Value;

use crate::capabilities::house;

fn text(file: &str) -> String {
    std::fs::read_to_string(house().join(file)).unwrap()
}

/// A value that stayed would name a program that is gone, at every login.
#[test]
fn neither_uninstaller_leaves_what_starts_the_program() {
    let config: Value = serde_json::from_str(&text("tauri.windows.conf.json")).unwrap();
    let windows = &config["bundle"]["windows"];
    let (nsis, wix) = (text("src-tauri/windows/hooks.nsh"), text("src-tauri/windows/leaves.wxs"));
    assert_eq!(windows["nsis"]["installerHooks"], "src-tauri/windows/hooks.nsh");
    assert_eq!(windows["wix"]["fragmentPaths"][0], "src-tauri/windows/leaves.wxs");
    let taken_in = windows["wix"]["componentGroupRefs"][0].as_str().unwrap();
    assert!(wix.contains(&format!("<ComponentGroup Id=\"{taken_in}\" />")), "a fragment nobody names is left out");
    let names = text("src-tauri/src/profile.rs");
    for name in ["cn.mingxia.app", "cn.mingxia.app.demo"] {
        assert!(names.contains(&format!("= \"{name}\";")), "{name} is what a profile is started by");
        for key in [r"Run", r"Explorer\StartupApproved\Run"] {
            assert!(nsis.contains(&format!("{key}\" \"{name}\"\n")), "the installer leaves {name} in {key}");
            let deleted = format!(r#"delete HKCU\Software\Microsoft\Windows\CurrentVersion\{key} /v {name} /f" />"#);
            assert!(wix.contains(&deleted), "the .msi leaves {name} in {key}");
        }
    }
}

#[test]
fn an_update_goes_on_starting_the_program() {
    let wix = text("src-tauri/windows/leaves.wxs");
    let (actions, whens) = (wix.matches("<CustomAction ").count(), wix.matches("<Custom ").count());
    let only = wix.matches(">REMOVE=\"ALL\" AND NOT UPGRADINGPRODUCTCODE</Custom>").count();
    assert!(actions == 4 && whens == actions && only == actions, "each runs where the program goes for good");
    assert_eq!(wix.matches("Return=\"ignore\"").count(), actions, "a value that is not there stops no removal");
    let nsis = text("src-tauri/windows/hooks.nsh");
    let after = nsis.split("NSIS_HOOK_POSTUNINSTALL").nth(1).unwrap();
    assert!(after.find("$UpdateMode <> 1") < after.find("DeleteRegValue"));
}
