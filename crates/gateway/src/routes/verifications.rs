//! `POST /v1/verifications`: begins one factor for one consent.

use std::sync::Arc;

use protocol::code::FactorKind;
use protocol::refusal::Code;
use protocol::routes::Verify;
use protocol::sms::{Say, SmsKind};

use super::{KIB, RateOf, Route};
use crate::code_try;
use crate::core::Core;
use crate::entry::Call;
use crate::factor::{self, Bearer};
use crate::keys::fresh_code;
use crate::pause::Whose;
use crate::rates::Rate;
use crate::refusal::{Refusal, Reply};
use crate::reinstate;
use crate::store::{Account, Changes, CodeState, Device, Holder, Message, Verification, Versioned};

pub(super) const ROUTE: Route = Route::post(
    "/v1/verifications",
    "verify",
    "Begin one factor",
    "Verify",
    &[(201, "VerificationOpen")],
    |core, call| Box::pin(handle(core, call)),
)
.rate(RateOf::Verifications)
.cap(8 * KIB)
.recovering();

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Verify = call.read()?;
    let known = call.known()?;
    match reinstate::act(known) {
        Some(act) if body.consent == act => {}
        Some(_) => return Err(Code::VerificationOtherConsent.into()),
        None => not_held(&known.account.doc, call)?,
    }
    let entries = core.entries(&known.account.doc)?;
    let bearer =
        Bearer { holder: Holder::Account(known.account.doc.account), key: known.device.doc.key, entries: &entries };
    let mut changes = Changes::default();
    let verification = match body.kind {
        FactorKind::Sms => {
            let mobile = core.parts.column_key.lookup("mobile", &entries.mobile).to_string();
            core.misses(Whose::Account(known.account.doc.account), call.now).await?;
            core.take(Rate::CodeMessages(&mobile)).await?;
            let mut waiting = factor::waiting(&bearer, &body, call.now);
            let (code, message) = send(core, &known.account.doc, &known.device.doc, &waiting, 0, call)?;
            waiting.code = Some(code);
            changes.messages.push(message);
            waiting
        }
        FactorKind::Face => factor::begin_face(core, &bearer, &body, call.now).await?,
        FactorKind::CardBank => factor::begin_card_bank(core, &bearer, &body, call.now).await?,
    };
    let open = factor::opened(&verification);
    changes.verifications.push(Versioned::new(verification));
    core.store().commit(changes).await?;
    core.bell.notify_one();
    Reply::json(201, &open)
}

/// A device that just took over waits a day before it may ask.
pub(super) fn not_held(account: &Account, call: &Call) -> Result<(), Refusal> {
    match account.hold_until.filter(|until| call.now < *until) {
        Some(until) => Err(Refusal::from(Code::DeviceOnHold).with("until", until.to_string())),
        None => Ok(()),
    }
}

/// A fresh code and its message.
pub(super) fn send(
    core: &Core,
    account: &Account,
    device: &Device,
    verification: &Verification,
    n: u32,
    call: &Call,
) -> Result<(CodeState, Message), Refusal> {
    let code = fresh_code();
    let reference = verification.verification.to_string();
    let hash = core.parts.column_key.code(&reference, n, &code);
    let message = core.message(account, device, SmsKind::QueryCode, &reference, n, Say::QueryCode(&code))?;
    Ok((code_try::sent(hash, n, call.now), message))
}
