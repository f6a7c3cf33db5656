//! Application: the query goes out.

use journey::view::QueryView;
use tauri::{
    Runtime,
    plugin::{Builder, TauriPlugin},
};

use crate::error::Answer;

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("apply").invoke_handler(tauri::generate_handler![submit, cancel]).build()
}

/// Sends the prepared query.
#[tauri::command(rename_all = "snake_case")]
async fn submit(journey: Core<'_>) -> Answer<QueryView> {
    Ok(journey.apply_submit().await?)
}

/// Drops the prepared query; nothing was sent.
#[tauri::command(rename_all = "snake_case")]
async fn cancel(journey: Core<'_>) -> Answer<()> {
    Ok(journey.apply_cancel().await?)
}
