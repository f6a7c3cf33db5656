//! How a frozen account is freed. The device that said "not me" gets it back with both factors on it, and the one that had
//! taken over is retired and ordered to erase; or the hotline decides for the new device.

use protocol::attestation::{Act, act_digest};
use protocol::code::FactorKind;
use protocol::encode::Digest;
use protocol::id::AccountId;
use protocol::refusal::Code;

use crate::core::Core;
use crate::ending;
use crate::entry::{Call, Known};
use crate::factor;
use crate::refusal::{Refusal, decided};
use crate::store::{Changes, Tombstone, VerificationState};
use crate::takeover::retire;

/// What both factors must be about, when this device is the one that froze the account; none otherwise.
pub(crate) fn act(known: &Known) -> Option<Digest> {
    let kid = known.device.doc.kid;
    let froze = known.account.doc.frozen_by == Some(kid);
    froze.then(|| act_digest(Act::Reset, &known.account.doc.account.to_string(), &kid))
}

/// Gives the account back, once both factors have passed.
pub(crate) async fn when_proven(core: &Core, call: &Call) -> Result<(), Refusal> {
    match act(call.known()?) {
        Some(act) => decided(|| give_back(core, call, act)).await,
        None => Ok(()),
    }
}

async fn give_back(core: &Core, call: &Call, act: Digest) -> Result<(), Refusal> {
    let kid = call.known()?.device.doc.kid;
    let mut factors = core.store().verifications_of(kid).await?;
    factors.retain(|found| {
        found.doc.consent == act && factor::state_at(&found.doc, call.now) == VerificationState::Passed
    });
    let sms = factors.iter().any(|found| found.doc.kind == FactorKind::Sms);
    let strong = factors.iter().any(|found| found.doc.kind != FactorKind::Sms);
    let mut account = core.store().account(call.account()?).await?.ok_or(Code::KeyUnknown)?;
    if !(sms && strong) || account.doc.frozen_by != Some(kid) {
        return Ok(());
    }
    let mut own = core.store().device(kid).await?.ok_or(Code::KeyUnknown)?;
    let mut changes = Changes::default();
    retire(core, &mut changes, &account.doc, true, call).await?;
    for found in &mut factors {
        found.doc.state = VerificationState::Used;
    }
    changes.verifications.append(&mut factors);
    own.doc.retired_at = None;
    own.doc.erase = None;
    account.doc.device = kid;
    account.doc.frozen_by = None;
    account.doc.hold_until = None;
    // The log holds that this device was retired; it must also hold that it is so no longer.
    changes.tombstones.push(Tombstone::Retired { device: Box::new(own.doc.clone()) });
    changes.devices.push(own);
    changes.accounts.push(account);
    let ended: Vec<_> = changes.queries.iter().map(|head| head.doc.query).collect();
    core.store().commit(changes).await?;
    for query in ended {
        if let Some(head) = core.store().query(query).await? {
            ending::erase(core, &head.doc).await?;
        }
    }
    Ok(())
}

/// The hotline's decision: the device that took over was the person's, and the account is no longer frozen.
pub(crate) async fn unfreeze(core: &Core, account: AccountId) -> Result<(), Refusal> {
    decided(|| async {
        let mut found = core.store().account(account).await?.ok_or(Code::NotFound)?;
        found.doc.frozen_by = None;
        core.store().commit(Changes { accounts: vec![found], ..Changes::default() }).await?;
        Ok(())
    })
    .await
}
