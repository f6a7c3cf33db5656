//! Android: WorkManager wakes a process of the app, without a window, and `Sweeper.kt` calls what stands here. The
//! keychain needs the context of a window: it counts as locked then, which stops no end.
//! Written after the documentation of JNI and type-checked; not yet run there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

pub use jni;
use jni::JNIEnv;
use jni::objects::JString;

/// Hands the folder of the profile to `sweep`; whether what is over was ended.
pub fn swept(env: &mut JNIEnv<'_>, folder: &JString<'_>, sweep: fn(&Path) -> bool) -> bool {
    let Ok(folder) = env.get_string(folder).map(String::from) else { return false };
    // A panic may not pass through Java.
    catch_unwind(AssertUnwindSafe(|| sweep(Path::new(&folder)))).unwrap_or(false)
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
