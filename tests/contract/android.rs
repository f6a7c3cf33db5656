//! What the Android app asks of the system, and what it lets the system do with its data.

use std::path::Path;

/// A file of the house.
fn text(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::fs::read_to_string(root.join(file)).unwrap()
}

/// A file of the Android app's own Kotlin.
fn kotlin(name: &str) -> String {
    text(&format!("gen/android/app/src/main/java/cn/mingxia/app/{name}.kt"))
}

#[test]
fn a_telephone_copies_nothing_away_and_sends_nothing_in_the_clear() {
    let manifest = text("gen/android/app/src/main/AndroidManifest.xml");
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
    let activity = kotlin("MainActivity");
    let (secure, drawn) =
        (activity.find("window.setFlags(WindowManager.LayoutParams.FLAG_SECURE"), activity.find("super.onCreate"));
    assert!(secure.is_some() && secure < drawn, "the screen is closed to pictures before anything is drawn");
}

/// What is over ends while the app is closed only where three files call one thing by the same name.
#[test]
fn the_systems_timer_finds_its_native_half() {
    let sweeper = kotlin("Sweeper");
    assert!(sweeper.starts_with("package cn.mingxia.app\n"));
    assert!(sweeper.contains("class Sweeper(") && sweeper.contains("external fun sweep(folder: String): Boolean"));
    assert!(
        sweeper.contains(r#"System.loadLibrary("mingxia_app")"#)
            && text("Cargo.toml").contains("name = \"mingxia_app\"")
    );
    assert!(text("crates/device/src/timer/android.rs").contains("fn Java_cn_mingxia_app_Sweeper_sweep("));
    assert!(text("gen/android/app/proguard-rules.pro").contains("-keep class cn.mingxia.app.Sweeper {"));
}

/// Rust finds a Kotlin half by its name and its methods by theirs; the page may call none of them.
#[test]
fn each_kotlin_half_is_found_by_rust_and_by_nobody_else() {
    for (rust, plugin, class, commands) in [
        ("src-tauri/src/biometrics/android.rs", "biometrics", "BiometricsPlugin", &["keep", "release"][..]),
        ("src-tauri/src/hand_over.rs", "hand-over", "HandOverPlugin", &["dial", "keep"][..]),
    ] {
        let (rust, kotlin) = (text(rust), kotlin(class));
        assert!(rust.contains(&format!("Builder::new(\"{plugin}\")")) && rust.contains(&format!("\"{class}\"")));
        assert!(kotlin.contains(&format!("@TauriPlugin\nclass {class}(")), "{class}");
        for command in commands {
            let declared = format!("@Command\n  fun {command}(invoke: Invoke)");
            assert!(kotlin.contains(&declared) && rust.contains(&format!("\"{command}\"")), "{class}: {command}");
        }
        for capability in ["main", "back-android", "print-macos"] {
            let granted = text(&format!("src-tauri/capabilities/{capability}.json"));
            assert!(!granted.contains(&format!("\"{plugin}:")), "{capability} lets the page call {plugin}");
        }
    }
}

#[test]
fn a_number_is_shown_in_the_dialler_and_called_by_nobody_but_the_person() {
    let hands = kotlin("HandOverPlugin");
    assert!(hands.contains("Intent.ACTION_DIAL") && !hands.contains("ACTION_CALL"));
    assert!(!text("gen/android/app/src/main/AndroidManifest.xml").contains("CALL_PHONE"));
}

/// The window's library writes a line of ours into its web view: where the names part, keyboards learn again.
#[test]
fn no_keyboard_learns_and_no_service_fills_in_what_is_typed() {
    let settings = text(".cargo/config.toml");
    let line = settings.split("WRY_RUSTWEBVIEW_CLASS_EXTENSION").nth(1).unwrap_or_default();
    assert!(line.contains("override fun onCreateInputConnection(") && line.contains("learnsNothing(outAttrs)"));
    let keyboard = kotlin("Keyboard");
    assert!(keyboard.contains("fun learnsNothing(field: EditorInfo)"));
    assert!(keyboard.contains("field.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING"));
    let activity = kotlin("MainActivity");
    assert!(activity.contains("webView.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS"));
}

#[test]
fn nothing_of_an_older_web_view_lies_under_a_bar_a_notch_or_the_keyboard() {
    let activity = kotlin("MainActivity");
    for taken in ["systemBars()", "displayCutout()", "ime()"] {
        assert!(activity.contains(&format!("WindowInsetsCompat.Type.{taken}")), "{taken}");
    }
    assert!(activity.contains("< KNOWS_INSETS") && activity.contains("const val KNOWS_INSETS = 144"));
}
