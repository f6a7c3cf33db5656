//! `POST /v1/enrolments/{id}/resend`: a new code; the old one is void.

use std::sync::Arc;

use protocol::refusal::Code;
use protocol::routes::{EnrolmentOpen, Plain};
use protocol::sms::CheckKey;

use super::enrolments::{opened, send};
use super::{KIB, RateOf, Route, Who};
use crate::code_try;
use crate::core::Core;
use crate::entry::{Call, Caller};
use crate::pause::Whose;
use crate::person::{Entries, enrolment_place};
use crate::rates::Rate;
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Changes, EnrolmentState};

pub(super) const ROUTE: Route = Route::post(
    "/v1/enrolments/{id}/resend",
    "enrol_resend",
    "Send another code",
    "Plain",
    &[(202, "EnrolmentOpen")],
    |core, call| Box::pin(handle(core, call)),
)
.who(Who::Applicant)
.rate(RateOf::Other)
.cap(8 * KIB);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let Plain { .. } = call.read()?;
    let open = decided(|| resend(core, call)).await?;
    core.bell.notify_one();
    Reply::json(202, &open)
}

async fn resend(core: &Core, call: &Call) -> Result<EnrolmentOpen, Refusal> {
    let Caller::Applicant(enrolment) = &call.caller else { return Err(Code::NotFound.into()) };
    let mut enrolment = core.store().enrolment(enrolment.doc.enrolment).await?.ok_or(Code::NotFound)?;
    if !matches!(enrolment.doc.state, EnrolmentState::Open | EnrolmentState::Void) {
        return Err(Code::StateChanged.into());
    }
    if call.now < enrolment.doc.code.resend_at {
        let wait = enrolment.doc.code.resend_at.since(call.now);
        return Err(Refusal::from(Code::SmsLimit).after(wait));
    }
    core.misses(Whose::Person(enrolment.doc.person), call.now).await?;
    let id = enrolment.doc.enrolment;
    let n = enrolment.doc.code.n + 1;
    // A void enrolment takes the same steps, so that nothing tells it apart; only the message is missing.
    core.take(Rate::CodeMessages(&enrolment.doc.mobile.to_string())).await?;
    let mut changes = Changes::default();
    if enrolment.doc.state == EnrolmentState::Open {
        let entries = Entries::open(&core.parts.column_key, &enrolment_place(id), &enrolment.doc.claim)?;
        let claim = entries.claim()?;
        let check = check_key(core, &enrolment.doc)?;
        let (code, message) = send(core, &claim, id, &check, enrolment.doc.locale, n, call.now);
        enrolment.doc.code = code;
        changes.messages.push(message);
    } else {
        enrolment.doc.code = code_try::sent(enrolment.doc.code.hash, n, call.now);
    }
    let open = opened(&enrolment.doc);
    changes.enrolments.push(enrolment);
    core.store().commit(changes).await?;
    Ok(open)
}

pub(super) fn check_key(core: &Core, enrolment: &crate::store::Enrolment) -> Result<CheckKey, Refusal> {
    let place = format!("device/{}", enrolment.key.kid());
    let plain = core.parts.column_key.open(&place, &enrolment.check_key).map_err(|_| Code::Internal)?;
    let bytes: [u8; 32] = plain.as_slice().try_into().map_err(|_| Code::Internal)?;
    Ok(CheckKey::from_bytes(bytes))
}
