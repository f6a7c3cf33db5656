//! Android: the halves of this app that are written in Kotlin. Written after Android's documentation and type-checked;
//! not yet run there.

use tauri::{
    Manager, Runtime,
    plugin::{Builder, PluginHandle, TauriPlugin},
};

/// Where they stand.
const PACKAGE: &str = "cn.mingxia.app";

/// Loads the half of this class, and keeps it in the app as what `kept` makes of it. The page may call none of its
/// commands: no permission names such a plugin.
pub(crate) fn load<R: Runtime, T: Send + Sync + 'static>(
    name: &'static str,
    class: &'static str,
    kept: fn(PluginHandle<R>) -> T,
) -> TauriPlugin<R> {
    Builder::new(name)
        .setup(move |app, api| {
            app.manage(kept(api.register_android_plugin(PACKAGE, class)?));
            Ok(())
        })
        .build()
}
