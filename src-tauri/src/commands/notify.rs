//! Notification: how to tell an official SMS.

use journey::view::MessagesView;
use tauri::{
    Runtime,
    plugin::{Builder, TauriPlugin},
};

use crate::error::Answer;

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("notify").invoke_handler(tauri::generate_handler![messages]).build()
}

/// The messages to expect, with their check characters.
#[tauri::command(rename_all = "snake_case")]
async fn messages(journey: Core<'_>) -> Answer<MessagesView> {
    Ok(journey.notify_messages().await?)
}
