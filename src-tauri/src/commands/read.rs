//! Reading: the report, while it lives and the vault is open.

use journey::view::{KitView, Mark, PackedReport};
use tauri::{
    Runtime, WebviewWindow,
    plugin::{Builder, TauriPlugin},
};

use crate::{error::Answer, printing};

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("read")
        .invoke_handler(tauri::generate_handler![report, mark, strange, kit, kit_tick, keep_note, print])
        .build()
}

/// The whole report.
#[tauri::command(rename_all = "snake_case")]
async fn report(journey: Core<'_>) -> Answer<PackedReport> {
    Ok(journey.read_report().await?.into())
}

/// Mine, not sure, not mine, or no mark.
#[tauri::command(rename_all = "snake_case")]
async fn mark(journey: Core<'_>, card: String, mark: Option<Mark>) -> Answer<PackedReport> {
    Ok(journey.read_mark(card, mark).await?.into())
}

/// The city a card was opened in is strange to the person, or is not.
#[tauri::command(rename_all = "snake_case")]
async fn strange(journey: Core<'_>, card: String, strange: bool) -> Answer<PackedReport> {
    Ok(journey.read_strange(card, strange).await?.into())
}

/// What to do about a card.
#[tauri::command(rename_all = "snake_case")]
async fn kit(journey: Core<'_>, card: String) -> Answer<KitView> {
    Ok(journey.read_kit(card).await?)
}

/// Ticks a step off.
#[tauri::command(rename_all = "snake_case")]
async fn kit_tick(journey: Core<'_>, card: String, step: String, done: bool) -> Answer<KitView> {
    Ok(journey.read_kit_tick(card, step, done).await?)
}

/// Keeps own words and what is done past the end of the report.
#[tauri::command(rename_all = "snake_case")]
async fn keep_note(journey: Core<'_>, words: String) -> Answer<PackedReport> {
    Ok(journey.read_keep_note(words).await?.into())
}

/// Prints what the page shows, or keeps it as a PDF, where the person says.
#[tauri::command(rename_all = "snake_case")]
async fn print<R: Runtime>(window: WebviewWindow<R>, journey: Core<'_>) -> Answer<()> {
    let language = journey.settings_get().await?.locale;
    printing::page(&window, language).await
}
