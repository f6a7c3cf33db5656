//! Verification: two different factors for every query, one vouched for by somebody other than the gateway.

mod factor;
mod stop;

use protocol::code::FactorKind;
use protocol::id::QueryId;
use vault::tables::queries::{QueryRow, Stage};
use vault::tables::verifications::{Act, FactorState as Stored, VerificationRow};

use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::view::{Factor, VerifyView, What};

use factor::Start;
pub(crate) use factor::{code_text, factor_view, factor_views};
pub(crate) use stop::face_agreed;

/// Where factors of a query and of a reset are begun.
pub(crate) const BASE: &str = "/v1/verifications";

/// Why a factor did not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not six digits.
    #[error("not six digits")]
    NoCode,
    /// No consent to the face check, or no face check on this device.
    #[error("no consent to a face check")]
    NoFaceConsent,
    /// The factor is over: begin a new one.
    #[error("the factor is over")]
    Void,
    /// The consent lapsed before it was sent.
    #[error("the consent lapsed before it was sent")]
    Lapsed,
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Journey {
    /// Both factors as they stand.
    ///
    /// # Errors
    /// `no_query`.
    pub async fn verify_state(&self) -> Result<VerifyView, VerifyError> {
        let kinds = self.second_kinds().await;
        self.decide(move |house| {
            let query = verifying(house)?;
            let consent = house.read(|read| read.consents().get(query.query))?.ok_or(Fault::NoQuery)?;
            let rows = house.factors(Act::Query)?;
            let (sms, second) = factor_views(house, &rows)?;
            let agreed = |kind: &Factor| *kind != Factor::Face || consent.face_consent.is_some();
            Ok(VerifyView {
                ready: tokens(&rows, house.now()).is_some(),
                sms,
                second,
                second_kinds: kinds.into_iter().filter(agreed).collect(),
                apply_by: query.apply_by.to_string(),
            })
        })
        .await
    }

    /// Opens one factor; a void one is replaced by a new one.
    ///
    /// # Errors
    /// `face_consent_missing`, `consent_lapsed`, `sms_limit`, `card_bank_unavailable`, and the network's.
    pub async fn verify_start(&self, kind: FactorKind) -> Result<VerifyView, VerifyError> {
        let _act = self.0.act.lock().await;
        let face = self.0.profile.face;
        let start = self
            .decide(move |house| {
                let query = verifying(house)?;
                let consent = house.read(|read| read.consents().get(query.query))?.ok_or(Fault::NoQuery)?;
                if kind == FactorKind::Face && (consent.face_consent.is_none() || !face) {
                    return Err(VerifyError::NoFaceConsent);
                }
                house.write(|write| write.queries().set_stage(query.query, Stage::Verifying))?;
                let second = kind != FactorKind::Sms;
                Ok(Start {
                    act: Act::Query,
                    base: BASE.to_owned(),
                    bound_to: consent.digest,
                    salt: second.then_some(consent.subject_salt),
                    face_consent: consent.face_consent.filter(|_| kind == FactorKind::Face),
                })
            })
            .await?;
        self.begin_factor(kind, start).await?;
        self.changed(What::Query);
        self.verify_state().await
    }

    /// The code of the SMS.
    ///
    /// # Errors
    /// `code_wrong` with the tries left, `code_ended`, `code_expired`, `verification_void`.
    pub async fn verify_confirm(&self, code: String) -> Result<VerifyView, VerifyError> {
        let _act = self.0.act.lock().await;
        self.decide(verifying).await?;
        self.confirm_factor(Act::Query, BASE, &code).await?;
        self.verify_state().await
    }

    /// Another SMS, after its minute.
    ///
    /// # Errors
    /// `rate_limited`, `sms_limit`, `verification_void`.
    pub async fn verify_resend(&self) -> Result<VerifyView, VerifyError> {
        let _act = self.0.act.lock().await;
        self.decide(verifying).await?;
        self.resend_factor(Act::Query, BASE).await?;
        self.verify_state().await
    }

    /// Hands in the face evidence: in the demonstration a synthetic one, which its telephone page passes or fails.
    ///
    /// # Errors
    /// `face_not_matched` with the tries left, `verification_void`.
    pub async fn verify_evidence(&self) -> Result<VerifyView, VerifyError> {
        let _act = self.0.act.lock().await;
        self.decide(verifying).await?;
        self.evidence(Act::Query, BASE).await?;
        self.verify_state().await
    }

    /// Asks whether the bank confirmed.
    ///
    /// # Errors
    /// The network's.
    pub async fn verify_poll(&self) -> Result<VerifyView, VerifyError> {
        let _act = self.0.act.lock().await;
        self.decide(verifying).await?;
        self.poll_factor(Act::Query, BASE).await?;
        self.verify_state().await
    }
}

/// The query whose factors may be passed now.
fn verifying(house: &mut House) -> Result<QueryRow, VerifyError> {
    house.active()?;
    let query = house.live()?.ok_or(Fault::NoQuery)?;
    if !matches!(query.stage, Stage::Prepared | Stage::Verifying) {
        return Err(Fault::WrongState.into());
    }
    // By the time somebody signed: a clock in doubt ends nothing.
    if house.signed_now() > query.apply_by {
        house.end(query.query, vault::tables::records::Ended::Lapsed, None)?;
        return Err(VerifyError::Lapsed);
    }
    Ok(query)
}

/// The tokens of two different factors, both still good: first the code's, then the other's.
pub(crate) fn tokens(rows: &[VerificationRow], now: protocol::time::Timestamp) -> Option<[protocol::id::TokenId; 2]> {
    let good = |row: &&VerificationRow| row.state == Stored::Passed && row.token_expires_at.is_none_or(|end| now < end);
    let sms = rows.iter().filter(good).find(|row| row.kind == FactorKind::Sms)?.token?;
    let second = rows.iter().filter(good).find(|row| row.kind != FactorKind::Sms)?.token?;
    Some([sms, second])
}

/// Path of one query.
pub(crate) fn query_path(query: QueryId) -> String {
    format!("/v1/queries/{query}")
}
