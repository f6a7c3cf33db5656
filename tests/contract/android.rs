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

/// Collecting crosses between Kotlin and Rust five times, and a name that parts is found out on a telephone alone.
#[test]
fn what_collects_while_the_app_is_closed_finds_its_native_half() {
    let (collector, native) = (kotlin("Collector"), text("crates/device/src/timer/android.rs"));
    for (declared, exported) in [
        ("external fun open(context: Context): Boolean", "fn Java_cn_mingxia_app_Collector_open("),
        ("external fun collect(folder: String): Int", "fn Java_cn_mingxia_app_Collector_collect("),
        ("external fun stop()", "fn Java_cn_mingxia_app_Collector_stop("),
        ("fun say(title: String, text: String)", r#""say", "(Ljava/lang/String;Ljava/lang/String;)V""#),
    ] {
        assert!(collector.contains(declared) && native.contains(exported), "{declared}");
    }
    assert!(collector.contains("const val NOTHING = 0") && native.contains("Again::Never | Again::In(_) => 0,"));
    assert!(collector.contains("const val MORE = 1") && native.contains("Again::Soon => 1,"));
    let kept = text("gen/android/app/proguard-rules.pro");
    assert!(kept.contains("-keep class cn.mingxia.app.Collector {"));
    assert!(kept.contains("void say(java.lang.String, java.lang.String);"));
}

/// The window's library brings the keychain its context, and ends the process if another did before it.
#[test]
fn the_keychain_is_opened_for_a_pass_where_no_window_ever_meets_it() {
    let (collector, activity) = (kotlin("Collector"), kotlin("MainActivity"));
    assert!(collector.contains("MainActivity.began || open(applicationContext)"), "only before any activity");
    assert!(collector.contains("Handler(Looper.getMainLooper()).post("), "where activities begin");
    let (began, created) = (activity.find("began = true"), activity.find("super.onCreate"));
    assert!(began.is_some() && began < created, "said before the library hears of the activity");
    let native = text("crates/device/src/keychain/android.rs");
    let (lent, back) = (native.find("::initialize_android_context("), native.find("::release_android_context("));
    assert!(lent.is_some() && lent < back, "what is lent is taken back");
}

#[test]
fn nothing_is_collected_without_a_network_or_without_an_end() {
    let collector = kotlin("Collector");
    assert!(collector.contains("setRequiredNetworkType(NetworkType.CONNECTED)"));
    assert!(collector.contains("NOTHING -> Result.success().also { rest(applicationContext) }"));
    assert!(
        collector.contains("isAtLeast(Lifecycle.State.STARTED)) return Result.success()"),
        "in use it does nothing"
    );
}

/// Rust finds a Kotlin half by its name and its methods by theirs; the page may call none of them.
#[test]
fn each_kotlin_half_is_found_by_rust_and_by_nobody_else() {
    for (rust, plugin, class, commands) in [
        ("src-tauri/src/biometrics/android.rs", "biometrics", "BiometricsPlugin", &["keep", "release"][..]),
        ("src-tauri/src/hand_over.rs", "hand-over", "HandOverPlugin", &["dial", "keep"][..]),
        ("src-tauri/src/unattended/android.rs", "collector", "CollectorPlugin", &["begin", "rest"][..]),
    ] {
        let (rust, kotlin) = (text(rust), kotlin(class));
        assert!(rust.contains(&format!("kotlin::load(\"{plugin}\", \"{class}\"")), "{class}");
        assert!(kotlin.contains(&format!("@TauriPlugin\nclass {class}(")), "{class}");
        for command in commands {
            let declared = format!("@Command\n  fun {command}(invoke: Invoke)");
            assert!(kotlin.contains(&declared) && rust.contains(&format!("\"{command}\"")), "{class}: {command}");
        }
        for capability in ["main", "back-android"] {
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
