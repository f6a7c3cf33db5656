//! Collection: banks answer one by one.

use journey::view::CollectView;
use tauri::{
    Runtime,
    plugin::{Builder, TauriPlugin},
};

use crate::error::Answer;

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("collect").invoke_handler(tauri::generate_handler![state, refresh, retry]).build()
}

/// Each bank as it stands.
#[tauri::command(rename_all = "snake_case")]
async fn state(journey: Core<'_>) -> Answer<CollectView> {
    Ok(journey.collect_state().await?)
}

/// Looks for new answers now.
#[tauri::command(rename_all = "snake_case")]
async fn refresh(journey: Core<'_>) -> Answer<CollectView> {
    Ok(journey.collect_refresh().await?)
}

/// Asks all banks that failed once more.
#[tauri::command(rename_all = "snake_case")]
async fn retry(journey: Core<'_>) -> Answer<CollectView> {
    Ok(journey.collect_retry().await?)
}
