//! The steps of one verification: code, evidence, resend, and how it stands.

use std::sync::Arc;

use protocol::refusal::Code;
use protocol::routes::{Code as CodeBody, Evidence, Plain, VerificationOpen, VerificationStatus};

use super::verifications::send;
use super::{KIB, RateOf, Route};
use crate::code_try::{self, CodeRefusal};
use crate::core::Core;
use crate::entry::Call;
use crate::factor;
use crate::pause::{self, Whose};
use crate::rates::Rate;
use crate::refusal::{Refusal, Reply, decided};
use crate::reinstate;
use crate::store::{Changes, Holder, Verification, VerificationState, Versioned};

pub(super) const CONFIRM: Route = Route::post(
    "/v1/verifications/{id}/confirm",
    "verify_confirm",
    "The code of an SMS",
    "Code",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(confirm(core, call)),
)
.rate(RateOf::Other)
.cap(8 * KIB)
.recovering();

pub(super) const EVIDENCE: Route = Route::post(
    "/v1/verifications/{id}/evidence",
    "verify_evidence",
    "Evidence of a face check, handed on and forgotten",
    "Evidence",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(evidence(core, call)),
)
.rate(RateOf::Other)
.cap(2 * KIB * KIB)
.recovering();

pub(super) const RESEND: Route = Route::post(
    "/v1/verifications/{id}/resend",
    "verify_resend",
    "Send another code",
    "Plain",
    &[(200, "VerificationOpen")],
    |core, call| Box::pin(resend(core, call)),
)
.rate(RateOf::Other)
.cap(8 * KIB)
.recovering();

pub(super) const STATUS: Route = Route::get(
    "/v1/verifications/{id}",
    "verify_status",
    "How a factor stands",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(status(core, call)),
)
.recovering();

pub(super) const STOP: Route = Route::delete(
    "/v1/verifications/{id}",
    "verify_stop",
    "Stop a factor, or withdraw the consent to a face check",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(stop(core, call)),
)
.recovering();

/// The caller's own verification, as it stands.
async fn own(core: &Core, call: &Call) -> Result<Versioned<Verification>, Refusal> {
    let known = call.known()?;
    let holder = Holder::Account(known.account.doc.account);
    let found = core.store().verification(call.id(0)?).await?;
    let own = found.filter(|found| found.doc.holder == holder && found.doc.device == known.device.doc.kid);
    own.ok_or_else(|| Code::NotFound.into())
}

async fn confirm(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: CodeBody = call.read()?;
    let said = decided(|| try_code(core, call, &body)).await?;
    reinstate::when_proven(core, call).await?;
    Reply::json(200, &said)
}

async fn try_code(core: &Core, call: &Call, body: &CodeBody) -> Result<VerificationStatus, Refusal> {
    let mut found = own(core, call).await?;
    let given = |n| core.parts.column_key.code(&found.doc.verification.to_string(), n, &body.code);
    let given = found.doc.code.as_ref().map(|code| given(code.n)).ok_or(Code::VerificationVoid)?;
    let code = found.doc.code.as_mut().ok_or(Code::VerificationVoid)?;
    // The same right code again (its answer was lost) finds the same token.
    let repeated = crate::keys::same(&code.hash, &given) && code.left > 0;
    match factor::state_at(&found.doc, call.now) {
        VerificationState::Passed if repeated => return Ok(factor::status(&found.doc, call.now)),
        VerificationState::Open => {}
        VerificationState::Passed | VerificationState::Used | VerificationState::Void => {
            return Err(Code::VerificationVoid.into());
        }
    }
    let mut misses = core.misses(Whose::Account(call.account()?), call.now).await?;
    let code = found.doc.code.as_mut().ok_or(Code::VerificationVoid)?;
    let tried = code_try::attempt(code, &given, call.now);
    let mut changes = Changes::default();
    match tried {
        Ok(()) => factor::pass(&mut found.doc, None, call.now, call.now),
        Err(CodeRefusal::Last | CodeRefusal::Ended) => factor::void(&mut found.doc),
        Err(CodeRefusal::Wrong(_) | CodeRefusal::Expired) => {}
    }
    if let Err(refusal) = tried
        && pause::counted(&mut misses.doc, refusal, call.now)
    {
        changes.misses.push(misses);
    }
    let said = factor::status(&found.doc, call.now);
    changes.verifications.push(found);
    core.store().commit(changes).await?;
    tried.map(|()| said).map_err(Refusal::from)
}

async fn evidence(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Evidence = call.read()?;
    let found = own(core, call).await?;
    let said = factor::evidence(core, found, &body.evidence, call.now).await?;
    reinstate::when_proven(core, call).await?;
    Reply::json(200, &said)
}

async fn status(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let found = own(core, call).await?;
    let said = factor::poll(core, found, call.now).await?;
    reinstate::when_proven(core, call).await?;
    Reply::json(200, &said)
}

/// The person stops this factor, or withdraws the consent to the face check.
async fn stop(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let said = factor::stop(core, || own(core, call), call.now).await?;
    Reply::json(200, &said)
}

async fn resend(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let Plain { .. } = call.read()?;
    let open = decided(|| again(core, call)).await?;
    core.bell.notify_one();
    Reply::json(200, &open)
}

async fn again(core: &Core, call: &Call) -> Result<VerificationOpen, Refusal> {
    let known = call.known()?;
    let mut found = own(core, call).await?;
    let before = found.doc.code.clone().filter(|_| factor::state_at(&found.doc, call.now) == VerificationState::Open);
    let before = before.ok_or(Code::VerificationVoid)?;
    if call.now < before.resend_at {
        let wait = before.resend_at.since(call.now);
        return Err(Refusal::from(Code::SmsLimit).after(wait));
    }
    core.misses(Whose::Account(known.account.doc.account), call.now).await?;
    let entries = core.entries(&known.account.doc)?;
    core.take(Rate::CodeMessages(&core.parts.column_key.lookup("mobile", &entries.mobile).to_string())).await?;
    let (mut code, message) = send(core, &known.account.doc, &known.device.doc, &found.doc, before.n + 1, call)?;
    // Another code brings no more tries: five wrong ones end this verification, however many were sent.
    code.left = before.left;
    found.doc.code = Some(code);
    let open = factor::opened(&found.doc);
    core.store().commit(Changes { verifications: vec![found], messages: vec![message], ..Changes::default() }).await?;
    Ok(open)
}
