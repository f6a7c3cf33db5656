//! Android: WorkManager wakes a process of the app, without a window, and `Sweeper.kt` and `Collector.kt` call what stands
//! here. A sweep leaves the keychain closed, which stops no end; collecting opens it with the app's own context.
//! Written after the documentation of JNI and type-checked; not yet run there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

pub use jni;
use jni::JNIEnv;
use jni::objects::{JObject, JString, JValue};
use jni::sys::jint;

use super::{Again, Woken};
use crate::keychain::connect_for;

/// Hands the folder of the profile to `sweep`; whether what is over was ended.
pub fn swept(env: &mut JNIEnv<'_>, folder: &JString<'_>, sweep: fn(&Path) -> bool) -> bool {
    let Ok(folder) = env.get_string(folder).map(String::from) else { return false };
    // A panic may not pass through Java.
    catch_unwind(AssertUnwindSafe(|| sweep(Path::new(&folder)))).unwrap_or(false)
}

/// Opens the keychain for a process without a window; whether it is open.
pub fn opened(env: &JNIEnv<'_>, context: &JObject<'_>) -> bool {
    connect_for(env, context).is_ok()
}

/// Hands the folder of the profile to `collect`, and has `Collector.kt` say what the person should know. Gives its word
/// for what is left: 0 nothing, 1 more, 2 undone.
pub fn collected(
    env: &mut JNIEnv<'_>,
    collector: &JObject<'_>,
    folder: &JString<'_>,
    collect: fn(&Path) -> Woken,
) -> jint {
    const UNDONE: jint = 2;
    let Ok(folder) = env.get_string(folder).map(String::from) else { return UNDONE };
    let Ok(woken) = catch_unwind(|| collect(Path::new(&folder))) else { return UNDONE };
    for (title, text) in &woken.notices {
        if say(env, collector, title, text).is_err() {
            // An exception of Java's that stays would be thrown where nobody expects it.
            let _ = env.exception_clear();
        }
    }
    match woken.again {
        // What ends, `Sweeper.kt` ends.
        Again::Never | Again::In(_) => 0,
        Again::Soon => 1,
        Again::Undone => UNDONE,
    }
}

/// Runs `stop`, through which no panic passes into Java either.
pub fn stopped(stop: fn()) {
    let _ = catch_unwind(stop);
}

fn say(env: &mut JNIEnv<'_>, collector: &JObject<'_>, title: &str, text: &str) -> jni::errors::Result<()> {
    let (title, text) = (env.new_string(title)?, env.new_string(text)?);
    let words = [JValue::Object(&title), JValue::Object(&text)];
    env.call_method(collector, "say", "(Ljava/lang/String;Ljava/lang/String;)V", &words).map(drop)
}

/// The native half of `Sweeper.kt`: ends what is over in the folder it is given by a `fn(&Path) -> bool`.
#[macro_export]
macro_rules! sweeps_on_android {
    ($sweep:path) => {
        /// `private external fun sweep(folder: String): Boolean`
        #[unsafe(no_mangle)]
        extern "system" fn Java_cn_mingxia_app_Sweeper_sweep(
            mut env: $crate::timer::android::jni::JNIEnv<'_>,
            _sweeper: $crate::timer::android::jni::objects::JObject<'_>,
            folder: $crate::timer::android::jni::objects::JString<'_>,
        ) -> $crate::timer::android::jni::sys::jboolean {
            $crate::timer::android::swept(&mut env, &folder, $sweep).into()
        }
    };
}

/// The native half of `Collector.kt`: a pass over the folder it is given by a `fn(&Path) -> Woken`, and a `fn()` that stops
/// it.
#[macro_export]
macro_rules! collects_on_android {
    ($collect:path, $stop:path) => {
        /// `private external fun open(context: Context): Boolean`
        #[unsafe(no_mangle)]
        extern "system" fn Java_cn_mingxia_app_Collector_open(
            env: $crate::timer::android::jni::JNIEnv<'_>,
            _collector: $crate::timer::android::jni::objects::JObject<'_>,
            context: $crate::timer::android::jni::objects::JObject<'_>,
        ) -> $crate::timer::android::jni::sys::jboolean {
            $crate::timer::android::opened(&env, &context).into()
        }

        /// `private external fun collect(folder: String): Int`
        #[unsafe(no_mangle)]
        extern "system" fn Java_cn_mingxia_app_Collector_collect(
            mut env: $crate::timer::android::jni::JNIEnv<'_>,
            collector: $crate::timer::android::jni::objects::JObject<'_>,
            folder: $crate::timer::android::jni::objects::JString<'_>,
        ) -> $crate::timer::android::jni::sys::jint {
            $crate::timer::android::collected(&mut env, &collector, &folder, $collect)
        }

        /// `private external fun stop()`
        #[unsafe(no_mangle)]
        extern "system" fn Java_cn_mingxia_app_Collector_stop(
            _env: $crate::timer::android::jni::JNIEnv<'_>,
            _collector: $crate::timer::android::jni::objects::JObject<'_>,
        ) {
            $crate::timer::android::stopped($stop);
        }
    };
}
