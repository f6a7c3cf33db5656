//! `POST /v1/enrolments/{id}/confirm`: the code, and what becomes of the account (8-states table 5).

use std::sync::Arc;
use std::time::Duration;

use protocol::code::FactorKind;
use protocol::refusal::Code;
use protocol::routes::{Code as CodeBody, Enrolled, ProofNeeded, ProofState};
use protocol::sms::{Say, SmsKind};

use super::{KIB, RateOf, Route, Who};
use crate::code_try;
use crate::core::Core;
use crate::entry::{Call, Caller};
use crate::pause::{self, Whose};
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Changes, Enrolment, EnrolmentState};
use crate::takeover;

/// A second device has this long to prove whose it is.
const PROVE_WITHIN: Duration = Duration::from_secs(30 * 60);

pub(super) const ROUTE: Route = Route::post(
    "/v1/enrolments/{id}/confirm",
    "enrol_confirm",
    "Confirm an enrolment with its code",
    "Code",
    &[(200, "Enrolled"), (202, "ProofNeeded")],
    |core, call| Box::pin(handle(core, call)),
)
.who(Who::Applicant)
.rate(RateOf::Other)
.cap(8 * KIB);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: CodeBody = call.read()?;
    decided(|| confirm(core, call, &body)).await
}

async fn confirm(core: &Core, call: &Call, body: &CodeBody) -> Result<Reply, Refusal> {
    let Caller::Applicant(enrolment) = &call.caller else { return Err(Code::NotFound.into()) };
    let mut enrolment = core.store().enrolment(enrolment.doc.enrolment).await?.ok_or(Code::NotFound)?;
    match enrolment.doc.state {
        EnrolmentState::Void => return Err(Code::IdentityNotConfirmed.into()),
        EnrolmentState::Ended => return Err(Code::CodeEnded.into()),
        // The code was right once, for this very key: the answer is the same again.
        EnrolmentState::Active => return enrolled(&enrolment.doc),
        EnrolmentState::Held => {
            return if enrolment.doc.held_until.is_some_and(|until| call.now < until) {
                proof_needed(core)
            } else {
                Err(Code::CodeEnded.into())
            };
        }
        EnrolmentState::Open => {}
    }
    let mut misses = core.misses(Whose::Person(enrolment.doc.person), call.now).await?;
    let given = core.parts.column_key.code(&enrolment.doc.enrolment.to_string(), enrolment.doc.code.n, &body.code);
    if let Err(refusal) = code_try::attempt(&mut enrolment.doc.code, &given, call.now) {
        let misses = pause::counted(&mut misses.doc, refusal, call.now).then_some(misses).into_iter().collect();
        core.store().commit(Changes { enrolments: vec![enrolment], misses, ..Changes::default() }).await?;
        return Err(refusal.into());
    }
    let account = core.store().account_of(enrolment.doc.person).await?;
    let Some(account) = account else {
        return takeover::activate(core, enrolment, None, call).await.and_then(|active| enrolled(&active));
    };
    // "Not me" holds against every further device: only the hotline, or the device that said it, lifts it.
    if account.doc.frozen_by.is_some() {
        return Err(Code::AccountFrozen.into());
    }
    let old = core.store().device(account.doc.device).await?.ok_or(Code::Internal)?;
    // Another device lives: the person is told on both, before anything is proven.
    enrolment.doc.state = EnrolmentState::Held;
    enrolment.doc.held_until = Some(call.now + PROVE_WITHIN);
    let mut account = account;
    account.doc.device_messages += 1;
    let n = account.doc.device_messages;
    let reference = account.doc.account.to_string();
    let message = core.message(&account.doc, &old.doc, SmsKind::DeviceChanged, &reference, n, Say::DeviceChanged)?;
    let changes =
        Changes { enrolments: vec![enrolment], accounts: vec![account], messages: vec![message], ..Changes::default() };
    core.store().commit(changes).await?;
    core.bell.notify_one();
    proof_needed(core)
}

fn proof_needed(core: &Core) -> Result<Reply, Refusal> {
    let face = core.parts.face.as_ref().map(|_| FactorKind::Face);
    let kinds = face.into_iter().chain([FactorKind::CardBank]).collect();
    Reply::json(202, &ProofNeeded { state: ProofState::ProofNeeded, kinds })
}

fn enrolled(enrolment: &Enrolment) -> Result<Reply, Refusal> {
    let account = enrolment.account.ok_or(Code::Internal)?;
    let enrolment = enrolment.statement.clone().ok_or(Code::Internal)?;
    Reply::json(200, &Enrolled { account, enrolment })
}
