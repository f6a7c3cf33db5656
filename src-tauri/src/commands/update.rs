//! New versions of the app, as the about page offers them.

use journey::view::UpdateView;
use tauri::{
    AppHandle, State, Wry,
    plugin::{Builder, TauriPlugin},
};

use crate::{
    error::Answer,
    update::{self, Updates},
};

/// The commands of the about page.
pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("update").invoke_handler(tauri::generate_handler![state, look, install]).build()
}

/// This version, and what is known of newer ones; nobody is asked.
#[tauri::command(rename_all = "snake_case")]
async fn state(updates: State<'_, Updates>) -> Answer<UpdateView> {
    Ok(updates.view())
}

/// Asks for a newer one, because the person pressed.
#[tauri::command(rename_all = "snake_case")]
async fn look(updates: State<'_, Updates>) -> Answer<UpdateView> {
    Ok(updates.look().await?)
}

/// Puts the one the person was shown in place of this one.
#[tauri::command(rename_all = "snake_case")]
async fn install(app: AppHandle, version: String) -> Answer<()> {
    update::install(&app, &version).await
}
