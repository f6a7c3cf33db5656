//! Settings, and the home screen they frame.

use journey::view::{CompareView, HomeView, ProtectionView, Settings, StartView};
use tauri::{
    AppHandle, Runtime, State,
    plugin::{Builder, TauriPlugin},
};

use crate::{autostart::Autostart, error::Answer, federation::Setup, link::Wanted};

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("settings")
        .invoke_handler(tauri::generate_handler![
            home,
            start,
            demonstration,
            link,
            alarms_seen,
            get,
            set,
            compare,
            set_compare,
            protection,
            delete_account,
            erase_device
        ])
        .build()
}

/// The situation in one view.
#[tauri::command(rename_all = "snake_case")]
async fn home(journey: Core<'_>) -> Answer<HomeView> {
    Ok(journey.settings_home().await?)
}

/// What a first start can begin with.
#[tauri::command(rename_all = "snake_case")]
async fn start(setup: State<'_, Setup>) -> Answer<StartView> {
    Ok(setup.view())
}

/// Opens the demonstration in place of this app.
#[tauri::command(rename_all = "snake_case")]
async fn demonstration<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    crate::demonstration::open()?;
    app.exit(0);
    Ok(())
}

/// The query a link led to, once.
#[tauri::command(rename_all = "snake_case")]
async fn link(wanted: State<'_, Wanted>) -> Answer<Option<String>> {
    Ok(wanted.take().map(|query| query.to_string()))
}

/// Home is silent about these alarms from now on.
#[tauri::command(rename_all = "snake_case")]
async fn alarms_seen(journey: Core<'_>, alarms: Vec<i64>) -> Answer<()> {
    Ok(journey.settings_alarms_seen(alarms).await?)
}

/// The person's choices.
#[tauri::command(rename_all = "snake_case")]
async fn get(journey: Core<'_>) -> Answer<Settings> {
    Ok(journey.settings_get().await?)
}

/// Keeps the person's choices, once the desktop took the one it has a part in.
#[tauri::command(rename_all = "snake_case")]
async fn set(journey: Core<'_>, autostart: State<'_, Autostart>, settings: Settings) -> Answer<Settings> {
    if settings.autostart != journey.settings_get().await?.autostart {
        autostart.set(settings.autostart)?;
    }
    Ok(journey.settings_set(settings).await?)
}

/// Whether reports are compared with the one before.
#[tauri::command(rename_all = "snake_case")]
async fn compare(journey: Core<'_>) -> Answer<CompareView> {
    Ok(journey.settings_compare().await?)
}

/// Compares them from now on, or forgets what was kept for it.
#[tauri::command(rename_all = "snake_case")]
async fn set_compare(journey: Core<'_>, on: bool) -> Answer<CompareView> {
    Ok(journey.settings_set_compare(on).await?)
}

/// How this is protected, on this machine, now.
#[tauri::command(rename_all = "snake_case")]
async fn protection(journey: Core<'_>) -> Answer<ProtectionView> {
    Ok(journey.settings_protection().await?)
}

/// Ends the account everywhere.
#[tauri::command(rename_all = "snake_case")]
async fn delete_account(journey: Core<'_>) -> Answer<()> {
    Ok(journey.settings_delete_account().await?)
}

/// Leaves nothing on this device.
#[tauri::command(rename_all = "snake_case")]
async fn erase_device(journey: Core<'_>) -> Answer<()> {
    Ok(journey.settings_erase_device().await?)
}
