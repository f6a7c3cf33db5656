//! Enrolment: who the person is, proven once for this device.

use journey::view::EnrolView;
use protocol::code::FactorKind;
use tauri::{
    Runtime,
    ipc::Request,
    plugin::{Builder, TauriPlugin},
};

use crate::error::Answer;

use super::{Core, secret, whole};

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("enrol")
        .invoke_handler(tauri::generate_handler![
            state,
            start,
            confirm,
            resend,
            prove,
            proof_evidence,
            proof_poll,
            phrase,
            password,
            cancel,
            not_me
        ])
        .build()
}

/// How far enrolment is.
#[tauri::command(rename_all = "snake_case")]
async fn state(journey: Core<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_state().await?)
}

/// Sends the four entries that must all match.
#[tauri::command(rename_all = "snake_case")]
async fn start(journey: Core<'_>, request: Request<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_start(whole(&request)?).await?)
}

/// The code of the SMS.
#[tauri::command(rename_all = "snake_case")]
async fn confirm(journey: Core<'_>, code: String) -> Answer<EnrolView> {
    Ok(journey.enrol_confirm(code).await?)
}

/// Another SMS, after its minute.
#[tauri::command(rename_all = "snake_case")]
async fn resend(journey: Core<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_resend().await?)
}

/// The stronger factor a new device needs.
#[tauri::command(rename_all = "snake_case")]
async fn prove(journey: Core<'_>, kind: FactorKind) -> Answer<EnrolView> {
    Ok(journey.enrol_prove(kind).await?)
}

/// Hands in the face evidence.
#[tauri::command(rename_all = "snake_case")]
async fn proof_evidence(journey: Core<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_proof_evidence().await?)
}

/// Asks whether the bank confirmed.
#[tauri::command(rename_all = "snake_case")]
async fn proof_poll(journey: Core<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_proof_poll().await?)
}

/// The security phrase shown before any password.
#[tauri::command(rename_all = "snake_case")]
async fn phrase(journey: Core<'_>, phrase: String) -> Answer<EnrolView> {
    Ok(journey.enrol_phrase(phrase).await?)
}

/// The viewing password, as raw bytes.
#[tauri::command(rename_all = "snake_case")]
async fn password(journey: Core<'_>, request: Request<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_password(secret(&request)?).await?)
}

/// Stops, leaving nothing behind.
#[tauri::command(rename_all = "snake_case")]
async fn cancel(journey: Core<'_>) -> Answer<EnrolView> {
    Ok(journey.enrol_cancel().await?)
}

/// Says that a device which wants the account, or took it, is somebody else's.
#[tauri::command(rename_all = "snake_case")]
async fn not_me(journey: Core<'_>) -> Answer<()> {
    Ok(journey.enrol_not_me().await?)
}
