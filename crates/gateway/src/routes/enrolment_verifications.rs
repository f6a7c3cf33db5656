//! `POST /v1/enrolments/{id}/verifications` and its steps: the proof that moves an account to another device.

use std::sync::Arc;

use protocol::attestation::{Act, act_digest};
use protocol::code::FactorKind;
use protocol::id::VerificationId;
use protocol::refusal::Code;
use protocol::routes::{Evidence, VerificationState as Public, VerificationStatus, Verify};

use super::{KIB, RateOf, Route, Who};
use crate::core::Core;
use crate::entry::{Call, Caller};
use crate::factor::{self, Bearer};
use crate::person::{Entries, enrolment_place};
use crate::refusal::{Refusal, Reply};
use crate::store::{Changes, Enrolment, EnrolmentState, Holder, Verification, Versioned};
use crate::takeover;

pub(super) const BEGIN: Route = Route::post(
    "/v1/enrolments/{id}/verifications",
    "enrol_verify",
    "Begin the proof of an enrolment",
    "Verify",
    &[(201, "VerificationOpen")],
    |core, call| Box::pin(begin(core, call)),
)
.who(Who::Applicant)
.rate(RateOf::Verifications)
.cap(8 * KIB);

pub(super) const EVIDENCE: Route = Route::post(
    "/v1/enrolments/{id}/verifications/{vid}/evidence",
    "enrol_verify_evidence",
    "Evidence of a face check, handed on and forgotten",
    "Evidence",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(evidence(core, call)),
)
.who(Who::Applicant)
.rate(RateOf::Other)
.cap(2 * KIB * KIB);

pub(super) const STATUS: Route = Route::get(
    "/v1/enrolments/{id}/verifications/{vid}",
    "enrol_verify_status",
    "How the proof of an enrolment stands",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(status(core, call)),
)
.who(Who::Applicant);

pub(super) const STOP: Route = Route::delete(
    "/v1/enrolments/{id}/verifications/{vid}",
    "enrol_verify_stop",
    "Stop the proof of an enrolment",
    &[(200, "VerificationStatus")],
    |core, call| Box::pin(stop(core, call)),
)
.who(Who::Applicant);

/// The enrolment, while it waits for a proof.
async fn held(core: &Core, call: &Call) -> Result<Versioned<Enrolment>, Refusal> {
    let Caller::Applicant(enrolment) = &call.caller else { return Err(Code::NotFound.into()) };
    let enrolment = core.store().enrolment(enrolment.doc.enrolment).await?.ok_or(Code::NotFound)?;
    let waits =
        enrolment.doc.state == EnrolmentState::Held && enrolment.doc.held_until.is_some_and(|until| call.now < until);
    if waits { Ok(enrolment) } else { Err(Code::StateChanged.into()) }
}

async fn begin(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Verify = call.read()?;
    let enrolment = held(core, call).await?;
    let id = enrolment.doc.enrolment;
    if body.consent != act_digest(Act::Enrol, &id.to_string(), &enrolment.doc.key.kid()) {
        return Err(Code::VerificationOtherConsent.into());
    }
    let entries = Entries::open(&core.parts.column_key, &enrolment_place(id), &enrolment.doc.claim)?;
    let bearer = Bearer { holder: Holder::Enrolment(id), key: enrolment.doc.key, entries: &entries };
    let verification = match body.kind {
        FactorKind::Sms => return Err(Refusal::from(Code::FactorMissing).with("kind", FactorKind::CardBank.as_str())),
        FactorKind::Face => factor::begin_face(core, &bearer, &body, call.now).await?,
        FactorKind::CardBank => factor::begin_card_bank(core, &bearer, &body, call.now).await?,
    };
    let open = factor::opened(&verification);
    core.store().commit(Changes { verifications: vec![Versioned::new(verification)], ..Changes::default() }).await?;
    Reply::json(201, &open)
}

async fn own(core: &Core, call: &Call) -> Result<Versioned<Verification>, Refusal> {
    let Caller::Applicant(enrolment) = &call.caller else { return Err(Code::NotFound.into()) };
    let holder = Holder::Enrolment(enrolment.doc.enrolment);
    let found = core.store().verification(call.id::<VerificationId>(1)?).await?;
    found.filter(|found| found.doc.holder == holder).ok_or_else(|| Code::NotFound.into())
}

async fn evidence(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Evidence = call.read()?;
    let found = own(core, call).await?;
    let said = factor::evidence(core, found, &body.evidence, call.now).await?;
    proven(core, call, &said).await?;
    Reply::json(200, &said)
}

async fn stop(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let said = factor::stop(core, || own(core, call), call.now).await?;
    Reply::json(200, &said)
}

async fn status(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let found = own(core, call).await?;
    let said = factor::poll(core, found, call.now).await?;
    proven(core, call, &said).await?;
    Reply::json(200, &said)
}

/// A passed proof moves the account; the device then repeats its confirm and reads the enrolment.
async fn proven(core: &Core, call: &Call, said: &VerificationStatus) -> Result<(), Refusal> {
    if said.state != Public::Passed {
        return Ok(());
    }
    let Ok(enrolment) = held(core, call).await else { return Ok(()) };
    let account = core.store().account_of(enrolment.doc.person).await?;
    takeover::activate(core, enrolment, account, call).await.map(|_| ())
}
