//! Unlocking: the viewing password, the way back when it is lost, and biometrics beside it.

use journey::view::{ResetView, UnlockView};
use protocol::code::FactorKind;
use tauri::{
    AppHandle, Wry,
    ipc::Request,
    plugin::{Builder, TauriPlugin},
};

use crate::{error::Answer, locking};

use super::{Core, secret};

/// The commands of this act.
pub(crate) fn plugin() -> TauriPlugin<Wry> {
    Builder::new("unlock")
        .invoke_handler(tauri::generate_handler![
            state,
            open,
            lock,
            change,
            forgotten,
            forgotten_confirm,
            forgotten_second,
            forgotten_evidence,
            forgotten_poll,
            forgotten_password,
            by_biometrics,
            allow_biometrics,
            forget_biometrics
        ])
        .build()
}

/// Whether, and when, a password may be tried.
#[tauri::command(rename_all = "snake_case")]
async fn state(journey: Core<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_state().await?)
}

/// Tries the viewing password, as raw bytes.
#[tauri::command(rename_all = "snake_case")]
async fn open(journey: Core<'_>, request: Request<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_open(secret(&request)?).await?)
}

/// Locks at once; the window and its process end with it.
#[tauri::command(rename_all = "snake_case")]
async fn lock(app: AppHandle, journey: Core<'_>) -> Answer<UnlockView> {
    locking::lock(&app).await;
    Ok(journey.unlock_state().await?)
}

/// Old and new password: u32 length of the old, the old, the new.
#[tauri::command(rename_all = "snake_case")]
async fn change(journey: Core<'_>, request: Request<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_change(secret(&request)?).await?)
}

/// Begins the way back: both factors again.
#[tauri::command(rename_all = "snake_case")]
async fn forgotten(journey: Core<'_>) -> Answer<ResetView> {
    Ok(journey.unlock_forgotten().await?)
}

/// The code of the SMS.
#[tauri::command(rename_all = "snake_case")]
async fn forgotten_confirm(journey: Core<'_>, code: String) -> Answer<ResetView> {
    Ok(journey.unlock_forgotten_confirm(code).await?)
}

/// The second factor.
#[tauri::command(rename_all = "snake_case")]
async fn forgotten_second(journey: Core<'_>, kind: FactorKind) -> Answer<ResetView> {
    Ok(journey.unlock_forgotten_second(kind).await?)
}

/// Hands in the face evidence.
#[tauri::command(rename_all = "snake_case")]
async fn forgotten_evidence(journey: Core<'_>) -> Answer<ResetView> {
    Ok(journey.unlock_forgotten_evidence().await?)
}

/// Asks whether the bank confirmed.
#[tauri::command(rename_all = "snake_case")]
async fn forgotten_poll(journey: Core<'_>) -> Answer<ResetView> {
    Ok(journey.unlock_forgotten_poll().await?)
}

/// The new viewing password, as raw bytes.
#[tauri::command(rename_all = "snake_case")]
async fn forgotten_password(journey: Core<'_>, request: Request<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_forgotten_password(secret(&request)?).await?)
}

/// Asks for a finger or the face.
#[tauri::command(rename_all = "snake_case")]
async fn by_biometrics(journey: Core<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_by_biometrics().await?)
}

/// Opts in, with the viewing password as raw bytes.
#[tauri::command(rename_all = "snake_case")]
async fn allow_biometrics(journey: Core<'_>, request: Request<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_allow_biometrics(secret(&request)?).await?)
}

/// Opts out.
#[tauri::command(rename_all = "snake_case")]
async fn forget_biometrics(journey: Core<'_>) -> Answer<UnlockView> {
    Ok(journey.unlock_forget_biometrics().await?)
}
