//! Android: what other apps do for a person who pressed for it, through `HandOverPlugin.kt`. Written after Android's
//! documentation and type-checked; not yet run there.

use device::disk::DiskError;
use serde::{Deserialize, Serialize};
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{PluginHandle, TauriPlugin},
};

use crate::kotlin;

/// The Kotlin half, once it is loaded.
struct HandsOver<R: Runtime>(PluginHandle<R>);

/// Loads the Kotlin half.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    kotlin::load("hand-over", "HandOverPlugin", HandsOver)
}

/// A number for the dialler.
#[derive(Serialize)]
struct Line {
    number: String,
}

/// Shows a number in the dialler. Asked on the system's own thread, nobody waits for it.
pub(crate) fn dial<R: Runtime>(app: &AppHandle<R>, number: &str) {
    let (app, line) = (app.clone(), Line { number: number.to_owned() });
    tauri::async_runtime::spawn(async move {
        let hands = app.state::<HandsOver<R>>().0.clone();
        if hands.run_mobile_plugin_async::<()>("dial", line).await.is_err() {
            tracing::info!("this device has no dialler");
        }
    });
}

/// A file for the place the person chooses.
#[derive(Serialize)]
struct Copy<'a> {
    name: &'a str,
    text: &'a str,
}

/// Whether they chose one.
#[derive(Deserialize)]
struct Kept {
    kept: bool,
}

/// Has a copy written where the person says; whether they said.
///
/// # Errors
/// [`DiskError::Failed`] where the place took nothing, or the system asks nobody.
pub(crate) async fn keep<R: Runtime>(app: &AppHandle<R>, name: &str, text: &str) -> Result<bool, DiskError> {
    let hands = app.state::<HandsOver<R>>().0.clone();
    let kept: Kept = hands.run_mobile_plugin_async("keep", Copy { name, text }).await.map_err(|_| DiskError::Failed)?;
    Ok(kept.kept)
}
