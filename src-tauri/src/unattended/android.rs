//! Android: `Collector.kt`, which WorkManager runs while there is a network, is set and ended by `CollectorPlugin.kt`.
//! Written after Android's documentation and type-checked; not yet run there.

use device::timer::Again;
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{Builder, PluginHandle, TauriPlugin},
};

/// Where the Kotlin half stands.
const PACKAGE: &str = "cn.mingxia.app";

/// The Kotlin half, once it is loaded.
struct Wakes<R: Runtime>(PluginHandle<R>);

/// Loads the Kotlin half. The page may call none of its commands: no permission names this plugin.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("collector")
        .setup(|app, api| {
            app.manage(Wakes(api.register_android_plugin(PACKAGE, "CollectorPlugin")?));
            Ok(())
        })
        .build()
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
