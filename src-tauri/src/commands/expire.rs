//! The end: a report becomes a record.

use journey::view::RecordView;
use protocol::id::QueryId;
use tauri::{
    Runtime,
    plugin::{Builder, TauriPlugin},
};

use crate::error::Answer;

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("expire").invoke_handler(tauri::generate_handler![delete_now, record, forget_note]).build()
}

/// Ends the report at once.
#[tauri::command(rename_all = "snake_case")]
async fn delete_now(journey: Core<'_>, query_id: QueryId) -> Answer<()> {
    Ok(journey.expire_delete_now(query_id).await?)
}

/// What stays.
#[tauri::command(rename_all = "snake_case")]
async fn record(journey: Core<'_>, query_id: QueryId) -> Answer<RecordView> {
    Ok(journey.expire_record(query_id).await?)
}

/// Forgets what the person kept of a report.
#[tauri::command(rename_all = "snake_case")]
async fn forget_note(journey: Core<'_>, query_id: QueryId) -> Answer<()> {
    Ok(journey.expire_forget_note(query_id).await?)
}
