//! Android: `Collector.kt`, which WorkManager runs while there is a network, is set and ended by `CollectorPlugin.kt`.
//! Written after Android's documentation and type-checked; not yet run there.

use device::timer::Again;
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{PluginHandle, TauriPlugin},
};

use crate::kotlin;

/// The Kotlin half, once it is loaded.
struct Wakes<R: Runtime>(PluginHandle<R>);

/// Loads the Kotlin half.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    kotlin::load("collector", "CollectorPlugin", Wakes)
}

/// Has the app woken while something comes; what ends, `Sweeper.kt` ends.
pub(super) async fn wake<R: Runtime>(app: &AppHandle<R>, again: Again) {
    let wakes = app.state::<Wakes<R>>().0.clone();
    let command = match again {
        Again::Soon | Again::Undone => "begin",
        Again::Never | Again::In(_) => "rest",
    };
    if wakes.run_mobile_plugin_async::<()>(command, ()).await.is_err() {
        tracing::info!("what banks answer is collected while the app runs");
    }
}
