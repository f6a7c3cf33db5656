//! What the Android app asks of the system, and what it lets the system do with its data.

use std::path::Path;

#[test]
fn a_telephone_copies_nothing_away_and_sends_nothing_in_the_clear() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = std::fs::read_to_string(root.join("gen/android/app/src/main/AndroidManifest.xml")).unwrap();
    for kept in [
        r#"android:allowBackup="false""#,
        r#"android:fullBackupContent="false""#,
        r#"android:dataExtractionRules="@xml/data_extraction_rules""#,
        r#"android:usesCleartextTraffic="false""#,
    ] {
        assert!(manifest.contains(kept), "{kept}");
    }
    let asked: Vec<&str> =
        manifest.split("uses-permission android:name=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(
        asked,
        ["INTERNET", "POST_NOTIFICATIONS", "USE_BIOMETRIC"].map(|name| format!("android.permission.{name}")),
        "each is one to explain"
    );
    let activity = root.join("gen/android/app/src/main/java/cn/mingxia/app/MainActivity.kt");
    let activity = std::fs::read_to_string(activity).unwrap();
    let (secure, drawn) =
        (activity.find("window.setFlags(WindowManager.LayoutParams.FLAG_SECURE"), activity.find("super.onCreate"));
    assert!(secure.is_some() && secure < drawn, "the screen is closed to pictures before anything is drawn");
}

/// What is over ends while the app is closed only where three files call one thing by the same name.
#[test]
fn the_systems_timer_finds_its_native_half() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = |file: &str| std::fs::read_to_string(root.join(file)).unwrap();
    let sweeper = text("gen/android/app/src/main/java/cn/mingxia/app/Sweeper.kt");
    assert!(sweeper.starts_with("package cn.mingxia.app\n"));
    assert!(sweeper.contains("class Sweeper(") && sweeper.contains("external fun sweep(folder: String): Boolean"));
    assert!(
        sweeper.contains(r#"System.loadLibrary("mingxia_app")"#)
            && text("Cargo.toml").contains("name = \"mingxia_app\"")
    );
    assert!(text("crates/device/src/timer/android.rs").contains("fn Java_cn_mingxia_app_Sweeper_sweep("));
    assert!(text("gen/android/app/proguard-rules.pro").contains("-keep class cn.mingxia.app.Sweeper {"));
}
