//! Verification: two factors for every query.

use journey::view::VerifyView;
use protocol::code::FactorKind;
use tauri::{
    Runtime,
    plugin::{Builder, TauriPlugin},
};

use crate::error::Answer;

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("verify")
        .invoke_handler(tauri::generate_handler![state, start, confirm, resend, evidence, poll, stop, withdraw_face])
        .build()
}

/// Both factors as they stand.
#[tauri::command(rename_all = "snake_case")]
async fn state(journey: Core<'_>) -> Answer<VerifyView> {
    Ok(journey.verify_state().await?)
}

/// Opens one factor.
#[tauri::command(rename_all = "snake_case")]
async fn start(journey: Core<'_>, kind: FactorKind) -> Answer<VerifyView> {
    Ok(journey.verify_start(kind).await?)
}

/// The code of the SMS.
#[tauri::command(rename_all = "snake_case")]
async fn confirm(journey: Core<'_>, code: String) -> Answer<VerifyView> {
    Ok(journey.verify_confirm(code).await?)
}

/// Another SMS, after its minute.
#[tauri::command(rename_all = "snake_case")]
async fn resend(journey: Core<'_>) -> Answer<VerifyView> {
    Ok(journey.verify_resend().await?)
}

/// Hands in the face evidence.
#[tauri::command(rename_all = "snake_case")]
async fn evidence(journey: Core<'_>) -> Answer<VerifyView> {
    Ok(journey.verify_evidence().await?)
}

/// Asks whether the bank confirmed.
#[tauri::command(rename_all = "snake_case")]
async fn poll(journey: Core<'_>) -> Answer<VerifyView> {
    Ok(journey.verify_poll().await?)
}

/// Stops a factor that waits.
#[tauri::command(rename_all = "snake_case")]
async fn stop(journey: Core<'_>, kind: FactorKind) -> Answer<VerifyView> {
    Ok(journey.verify_stop(kind).await?)
}

/// Takes the consent to the face check back.
#[tauri::command(rename_all = "snake_case")]
async fn withdraw_face(journey: Core<'_>) -> Answer<VerifyView> {
    Ok(journey.verify_withdraw_face().await?)
}
