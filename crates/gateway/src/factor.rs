//! One factor (8-states table 6), for a consent or an act: begun, tried, passed into a token.

use std::time::Duration;

use protocol::attestation::Attestation;
use protocol::encode::{Digest, Salt, b64u_decode};
use protocol::face_consent::FaceConsent;
use protocol::id::{TokenId, VerificationId};
use protocol::json::V1;
use protocol::key::{Kid, PublicKey};
use protocol::refusal::Code;
use protocol::routes::{
    Confirm, ConfirmationState, Subject, VerificationOpen, VerificationState as Public, VerificationStatus, Verify,
};
use protocol::time::Timestamp;

use crate::core::Core;
use crate::person::Entries;
use crate::ports::{FaceOutcome, FaceRequest, SourceDown};
use crate::refusal::{Refusal, decided};
use crate::store::{Changes, Holder, Verification, VerificationState, Versioned};

/// A verification is open this long, and a token holds as long.
pub(crate) const OPEN_FOR: Duration = Duration::from_secs(10 * 60);
/// Face checks that may miss.
const FACE_TRIES: u32 = 3;

/// Whose factor it is.
pub(crate) struct Bearer<'a> {
    pub(crate) holder: Holder,
    pub(crate) key: PublicKey,
    pub(crate) entries: &'a Entries,
}

/// A verification that waits, without anything sent yet.
pub(crate) fn waiting(bearer: &Bearer<'_>, body: &Verify, now: Timestamp) -> Verification {
    Verification {
        verification: VerificationId::new(),
        holder: bearer.holder,
        device: bearer.key.kid(),
        consent: body.consent,
        kind: body.kind,
        state: VerificationState::Open,
        expires_at: now + OPEN_FOR,
        code: None,
        session: None,
        left: FACE_TRIES,
        subject: None,
        confirmation: None,
        attestation: None,
        passed_at: None,
        token: None,
        token_expires_at: None,
    }
}

fn subject(bearer: &Bearer<'_>, body: &Verify) -> Result<(Salt, Digest), Refusal> {
    let salt = body.subject_salt.ok_or(Code::Malformed)?;
    Ok((salt, bearer.entries.claim()?.identity.subject(&salt)))
}

/// Begins a face check: only with the separate consent to it, signed by this device for this consent.
pub(crate) async fn begin_face(
    core: &Core,
    bearer: &Bearer<'_>,
    body: &Verify,
    now: Timestamp,
) -> Result<Verification, Refusal> {
    let provider = core.parts.face.as_ref().ok_or(Code::Maintenance)?;
    let token = body.face_consent.as_deref().ok_or(Code::FaceConsentMissing)?;
    let agreed = FaceConsent::verify(token, &bearer.key).map_err(|_| Code::FaceConsentMissing)?;
    let ahead = agreed.given_at > now + protocol::consent::AHEAD;
    if agreed.consent != body.consent || agreed.provider != provider.code() || ahead {
        return Err(Code::FaceConsentMissing.into());
    }
    let (_, subject) = subject(bearer, body)?;
    let request = FaceRequest { consent: body.consent, device: bearer.key.kid(), subject };
    let session = provider.open(request).await.map_err(|_| Code::Busy)?;
    Ok(Verification { session: Some(session), subject: Some(subject), ..waiting(bearer, body, now) })
}

/// Asks the bank of the enrolled card to let its customer confirm in its own channel.
pub(crate) async fn begin_card_bank(
    core: &Core,
    bearer: &Bearer<'_>,
    body: &Verify,
    now: Timestamp,
) -> Result<Verification, Refusal> {
    let claim = bearer.entries.claim()?;
    let (salt, subject) = subject(bearer, body)?;
    let issuer = core.parts.identity.issuer(&claim.card_number).await.map_err(|_| Code::Busy)?;
    let bank = issuer.filter(|bank| core.banks.knows(bank)).ok_or(Code::CardBankUnavailable)?;
    let ask = Confirm {
        v: V1,
        consent: body.consent,
        device: bearer.key.kid(),
        subject: Subject {
            salt,
            name: bearer.entries.name.clone(),
            id_type: bearer.entries.id_type,
            id_number: bearer.entries.id_number.clone(),
            mobile: bearer.entries.mobile.clone(),
        },
    };
    let open = core.banks.confirm(&bank, &ask, now).await.map_err(|error| {
        tracing::warn!(bank = bank.as_str(), %error, "card_bank");
        Refusal::from(Code::CardBankUnavailable)
    })?;
    let confirmation = Some((bank, open.confirmation_id.to_string()));
    Ok(Verification { confirmation, subject: Some(subject), ..waiting(bearer, body, now) })
}

pub(crate) fn opened(verification: &Verification) -> VerificationOpen {
    VerificationOpen {
        verification_id: verification.verification,
        expires_at: verification.expires_at,
        resend_at: verification.code.as_ref().map(|code| code.resend_at),
        session: verification.session.clone(),
        bank: verification.confirmation.as_ref().map(|(bank, _)| bank.clone()),
    }
}

/// The state that counts now: time voids what is open or passed.
pub(crate) fn state_at(verification: &Verification, now: Timestamp) -> VerificationState {
    let over = match verification.state {
        VerificationState::Open => now >= verification.expires_at,
        VerificationState::Passed => verification.token_expires_at.is_none_or(|end| now >= end),
        VerificationState::Used | VerificationState::Void => false,
    };
    if over { VerificationState::Void } else { verification.state }
}

/// Passes: a token that holds ten minutes.
pub(crate) fn pass(verification: &mut Verification, attestation: Option<String>, at: Timestamp, now: Timestamp) {
    verification.state = VerificationState::Passed;
    verification.attestation = attestation;
    verification.passed_at = Some(at);
    verification.token = Some(TokenId::new());
    verification.token_expires_at = Some(now + OPEN_FOR);
    verification.session = None;
}

/// Over without a token. What was said about the person goes at once.
pub(crate) fn void(verification: &mut Verification) {
    verification.state = VerificationState::Void;
    verification.code = None;
    verification.session = None;
    verification.subject = None;
    verification.confirmation = None;
    verification.attestation = None;
    verification.token = None;
    verification.token_expires_at = None;
}

/// Voids what a device has open or passed: it was replaced, or its account deleted.
pub(crate) async fn void_all(core: &Core, changes: &mut Changes, device: Kid) -> Result<(), Refusal> {
    for mut found in core.store().verifications_of(device).await? {
        if matches!(found.doc.state, VerificationState::Open | VerificationState::Passed) {
            void(&mut found.doc);
            changes.verifications.push(found);
        }
    }
    Ok(())
}

/// Stops a factor that was not used. The provider of a face check is told to erase what it may hold; as long as it
/// cannot be told, the session is kept and the request refused, so that it is repeated.
pub(crate) async fn stop<F>(core: &Core, own: impl Fn() -> F, now: Timestamp) -> Result<VerificationStatus, Refusal>
where
    F: Future<Output = Result<Versioned<Verification>, Refusal>>,
{
    let (said, session) = decided(|| async {
        let mut found = own().await?;
        if found.doc.state == VerificationState::Used {
            return Err(Code::VerificationVoid.into());
        }
        let session = found.doc.session.clone();
        void(&mut found.doc);
        found.doc.session.clone_from(&session);
        Ok((keep(core, found, now).await?, session))
    })
    .await?;
    let (Some(session), Some(provider)) = (session, core.parts.face.as_ref()) else { return Ok(said) };
    provider.forget(&session).await.map_err(|_| Code::Busy)?;
    decided(|| async {
        let mut found = own().await?;
        found.doc.session = None;
        keep(core, found, now).await
    })
    .await
}

pub(crate) fn status(verification: &Verification, now: Timestamp) -> VerificationStatus {
    let passed = state_at(verification, now) == VerificationState::Passed;
    VerificationStatus {
        state: match state_at(verification, now) {
            VerificationState::Open => Public::Open,
            VerificationState::Passed | VerificationState::Used => Public::Passed,
            VerificationState::Void => Public::Void,
        },
        token: verification.token.filter(|_| passed),
        token_expires_at: verification.token_expires_at.filter(|_| passed),
    }
}

/// The attestor's word must be about this consent, device, person and kind.
fn attested(core: &Core, verification: &Verification, token: &str) -> Result<Timestamp, Refusal> {
    let directory = core.directory()?;
    let word = Attestation::verify(token, &directory).map_err(|error| {
        tracing::error!(%error, "attestation");
        core.metrics.alarm("attestation", "");
        Refusal::from(Code::Busy)
    })?;
    let fits = word.kind == verification.kind
        && word.consent == verification.consent
        && word.device == verification.device
        && Some(word.subject) == verification.subject;
    if fits { Ok(word.at) } else { Err(Code::Busy.into()) }
}

/// Tries evidence of a face. It is handed on and forgotten.
pub(crate) async fn evidence(
    core: &Core,
    found: Versioned<Verification>,
    evidence: &str,
    now: Timestamp,
) -> Result<VerificationStatus, Refusal> {
    let bytes = zeroize::Zeroizing::new(b64u_decode(evidence).map_err(|_| Code::Malformed)?);
    let provider = core.parts.face.as_ref().ok_or(Code::Maintenance)?;
    let id = found.doc.verification;
    let session = found.doc.session.clone().ok_or(Code::VerificationVoid)?;
    // The try counts before it is judged: many at once, or a crash, buy no further one.
    decided(|| async {
        let mut found = open_one(core, id, now).await?;
        found.doc.left = found.doc.left.checked_sub(1).ok_or(Code::VerificationVoid)?;
        keep(core, found, now).await
    })
    .await?;
    let judged = provider.check(&session, &bytes).await;
    decided(|| async {
        let mut found = open_one(core, id, now).await?;
        match &judged {
            Ok(FaceOutcome::Passed(token)) => {
                let at = attested(core, &found.doc, token)?;
                pass(&mut found.doc, Some(token.clone()), at, now);
                keep(core, found, now).await
            }
            Ok(FaceOutcome::NotMatched) => {
                let left = found.doc.left;
                if left == 0 {
                    void(&mut found.doc);
                    keep(core, found, now).await?;
                }
                Err(Refusal::from(Code::FaceNotMatched).with("left", left))
            }
            Err(SourceDown) => {
                found.doc.left += 1; // nobody looked at it
                keep(core, found, now).await?;
                Err(Code::Busy.into())
            }
        }
    })
    .await
}

/// The verification while it waits; whatever ended it meanwhile holds.
async fn open_one(core: &Core, id: VerificationId, now: Timestamp) -> Result<Versioned<Verification>, Refusal> {
    let found = core.store().verification(id).await?.ok_or(Code::NotFound)?;
    if state_at(&found.doc, now) == VerificationState::Open { Ok(found) } else { Err(Code::VerificationVoid.into()) }
}

/// Looks how the bank's confirmation stands; anything but a word of the bank leaves it open.
pub(crate) async fn poll(
    core: &Core,
    mut found: Versioned<Verification>,
    now: Timestamp,
) -> Result<VerificationStatus, Refusal> {
    let waits = state_at(&found.doc, now) == VerificationState::Open;
    let Some((bank, id)) = found.doc.confirmation.clone().filter(|_| waits) else { return Ok(status(&found.doc, now)) };
    let id = id.parse().map_err(|_| Code::Internal)?;
    match core.banks.confirmation(&bank, id, now).await {
        Ok(answer) => match (answer.state, answer.attestation) {
            (ConfirmationState::Passed, Some(token)) => {
                let at = attested(core, &found.doc, &token)?;
                pass(&mut found.doc, Some(token), at, now);
                keep(core, found, now).await
            }
            (ConfirmationState::Refused, _) => {
                void(&mut found.doc);
                keep(core, found, now).await
            }
            (ConfirmationState::Pending | ConfirmationState::Passed, _) => Ok(status(&found.doc, now)),
        },
        Err(error) => {
            tracing::warn!(bank = bank.as_str(), %error, "card_bank");
            Ok(status(&found.doc, now))
        }
    }
}

async fn keep(core: &Core, found: Versioned<Verification>, now: Timestamp) -> Result<VerificationStatus, Refusal> {
    let said = status(&found.doc, now);
    core.store().commit(Changes { verifications: vec![found], ..Changes::default() }).await?;
    Ok(said)
}
