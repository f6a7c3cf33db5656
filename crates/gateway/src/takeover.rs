//! One person, one live device: how a device becomes it, and what becomes of the one before.

use protocol::code::{QueryState, ReceiptReason};
use protocol::enrolment::Enrolment as Statement;
use protocol::erase::Erase;
use protocol::id::AccountId;
use protocol::json::V1;
use protocol::key::Kid;
use protocol::refusal::Code;

use crate::core::{Core, account_place};
use crate::ending;
use crate::entry::Call;
use crate::factor;
use crate::person::{Entries, enrolment_place};
use crate::query::DAY;
use crate::refusal::Refusal;
use crate::store::{Account, Changes, Device, Enrolment, EnrolmentState, Tombstone, Versioned};

/// The device becomes the account's one live device; the one before is retired and its running query withdrawn.
pub(crate) async fn activate(
    core: &Core,
    mut enrolment: Versioned<Enrolment>,
    account: Option<Versioned<Account>>,
    call: &Call,
) -> Result<Enrolment, Refusal> {
    let now = call.now;
    let column = &core.parts.column_key;
    let entries = Entries::open(column, &enrolment_place(enrolment.doc.enrolment), &enrolment.doc.claim)?;
    let kid = enrolment.doc.key.kid();
    let id = account.as_ref().map_or_else(AccountId::new, |account| account.doc.account);
    let mut changes = Changes::default();
    let replaced = match &account {
        Some(account) => Some(retire(core, &mut changes, &account.doc, enrolment.doc.lost_device, call).await?),
        None => None,
    };
    let hold_until = replaced.map(|_| now + DAY);
    let statement = Statement { v: V1, account: id, device: kid, since: now, replaced, hold_until }.sign(core.key());
    let fresh = Account {
        account: id,
        person: enrolment.doc.person,
        claim: String::new(),
        locale: enrolment.doc.locale,
        device: kid,
        frozen_by: None,
        hold_until,
        device_messages: account.as_ref().map_or(0, |account| account.doc.device_messages),
    };
    let fresh = Account { claim: entries.seal(column, &account_place(&fresh))?, ..fresh };
    changes.accounts.push(Versioned { version: account.map_or(0, |account| account.version), doc: fresh });
    changes.devices.push(Versioned::new(Device {
        kid,
        key: enrolment.doc.key,
        account: id,
        since: now,
        check_key: enrolment.doc.check_key.clone(),
        retired_at: None,
        erase: None,
        gone: None,
    }));
    enrolment.doc.state = EnrolmentState::Active;
    enrolment.doc.claim = String::new();
    enrolment.doc.account = Some(id);
    enrolment.doc.statement = Some(statement);
    let active = enrolment.doc.clone();
    changes.enrolments.push(enrolment);
    let ended: Vec<_> = changes.queries.iter().map(|head| head.doc.query).collect();
    core.store().commit(changes).await?;
    for query in ended {
        if let Some(head) = core.store().query(query).await? {
            ending::erase(core, &head.doc).await?;
        }
    }
    Ok(active)
}

/// Retires the account's live device, in `changes`; only one said to be lost is ordered to erase.
pub(crate) async fn retire(
    core: &Core,
    changes: &mut Changes,
    account: &Account,
    lost: bool,
    call: &Call,
) -> Result<Kid, Refusal> {
    let mut old = core.store().device(account.device).await?.ok_or(Code::Internal)?;
    let kid = old.doc.kid;
    old.doc.retired_at = Some(call.now);
    // Only a device said to be lost is ordered to erase; one in the drawer keeps what it may still read.
    old.doc.erase = lost.then(|| Erase { v: V1, device: kid, at: call.now }.sign(core.key()));
    changes.tombstones.push(Tombstone::Retired { device: Box::new(old.doc.clone()) });
    changes.devices.push(old);
    factor::void_all(core, changes, kid).await?;
    for head in core.store().queries_of(account.account, 1).await? {
        if head.state == QueryState::Asking {
            let head = core.store().query(head.query).await?.ok_or(Code::Internal)?;
            let allowance = core.store().allowance(account.person).await?;
            ending::end(core, changes, head, allowance, ReceiptReason::DeviceChanged, call.now)?;
        }
    }
    Ok(kid)
}
