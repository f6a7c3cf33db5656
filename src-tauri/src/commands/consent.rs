//! Consent: what the person agrees to, before every query.

use journey::view::{BankSet, BanksView, ConsentForm, KeptConsent, NoticeView, QueryView};
use protocol::{code::Locale, id::QueryId};
use tauri::{
    AppHandle, Runtime, State,
    plugin::{Builder, TauriPlugin},
};

use crate::{dial::Hotlines, error::Answer, keep};

use super::Core;

/// The commands of this act.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("consent")
        .invoke_handler(tauri::generate_handler![banks, save_set, forget_set, notice, agree, kept, save, withdraw])
        .build()
}

/// The banks that can be asked.
#[tauri::command(rename_all = "snake_case")]
async fn banks(journey: Core<'_>, hotlines: State<'_, Hotlines>) -> Answer<BanksView> {
    let view = journey.consent_banks().await?;
    hotlines.are_those_of(&view.banks);
    Ok(view)
}

/// Keeps a set of banks under a name.
#[tauri::command(rename_all = "snake_case")]
async fn save_set(journey: Core<'_>, name: String, banks: Vec<String>) -> Answer<Vec<BankSet>> {
    Ok(journey.consent_save_set(name, banks).await?)
}

/// Forgets a set of that name.
#[tauri::command(rename_all = "snake_case")]
async fn forget_set(journey: Core<'_>, name: String) -> Answer<Vec<BankSet>> {
    Ok(journey.consent_forget_set(name).await?)
}

/// The text to read.
#[tauri::command(rename_all = "snake_case")]
async fn notice(journey: Core<'_>, locale: Locale) -> Answer<NoticeView> {
    Ok(journey.consent_notice(locale).await?)
}

/// Signs the consent and prepares the query.
#[tauri::command(rename_all = "snake_case")]
async fn agree(journey: Core<'_>, form: ConsentForm) -> Answer<QueryView> {
    Ok(journey.consent_agree(form).await?)
}

/// The person's own copy.
#[tauri::command(rename_all = "snake_case")]
async fn kept(journey: Core<'_>, query_id: QueryId) -> Answer<KeptConsent> {
    Ok(journey.consent_kept(query_id).await?)
}

/// Keeps that copy as a file where the person says; whether they said where.
#[tauri::command(rename_all = "snake_case")]
async fn save<R: Runtime>(app: AppHandle<R>, journey: Core<'_>, query_id: QueryId) -> Answer<bool> {
    let kept = journey.consent_kept(query_id).await?;
    let language = journey.settings_get().await?.locale;
    keep::consent(&app, &kept, language).await
}

/// Takes the consent back.
#[tauri::command(rename_all = "snake_case")]
async fn withdraw(journey: Core<'_>, query_id: QueryId) -> Answer<()> {
    Ok(journey.consent_withdraw(query_id).await?)
}
