//! `POST /v1/account/not-me`: an earlier device says that the new one is not its owner's. The new one is frozen until
//! the hotline, or both factors on the old one, decide.

use std::sync::Arc;

use protocol::refusal::Code;
use protocol::routes::{Frozen, FrozenState, Plain};

use super::{RateOf, Route, Who};
use crate::core::Core;
use crate::entry::{Call, Caller};
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Changes, EnrolmentState};

pub(super) const ROUTE: Route = Route::post(
    "/v1/account/not-me",
    "not_me",
    "The old device freezes the new one",
    "Plain",
    &[(200, "Frozen")],
    |core, call| Box::pin(handle(core, call)),
)
.who(Who::DeviceOrRetired)
.rate(RateOf::Other)
.ending();

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let Plain { .. } = call.read()?;
    decided(|| freeze(core, call)).await?;
    Reply::json(200, &Frozen { state: FrozenState::Frozen })
}

async fn freeze(core: &Core, call: &Call) -> Result<(), Refusal> {
    let (device, account) = match &call.caller {
        Caller::Device(known) => (&known.device.doc, known.account.doc.account),
        Caller::Retired(device) => (&device.doc, device.doc.account),
        Caller::Anyone | Caller::Applicant(_) | Caller::New(_) => return Err(Code::KeyUnknown.into()),
    };
    let mut account = core.store().account(account).await?.ok_or(Code::KeyUnknown)?;
    let mut changes = Changes::default();
    // Enrolments that wait for a proof are over: the old device stays.
    for mut enrolment in core.store().held_enrolments(account.doc.person).await? {
        enrolment.doc.state = EnrolmentState::Ended;
        changes.enrolments.push(enrolment);
    }
    if account.doc.device != device.kid && account.doc.frozen_by.is_none() {
        account.doc.frozen_by = Some(device.kid);
        changes.accounts.push(account);
    }
    Ok(core.store().commit(changes).await?)
}
