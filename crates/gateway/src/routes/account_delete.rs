//! `DELETE /v1/account`: everything of a person goes, but for what the allowance needs until it ends.

use std::sync::Arc;

use protocol::code::ReceiptReason;
use protocol::refusal::Code;
use protocol::routes::ReceiptBody;

use super::{Route, Who};
use crate::core::Core;
use crate::ending;
use crate::entry::{Call, Caller};
use crate::factor;
use crate::query::{self, REMEMBERED};
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Changes, Gone, Tombstone};

pub(super) const ROUTE: Route =
    Route::delete("/v1/account", "delete_account", "Delete the account", &[(200, "ReceiptBody")], |core, call| {
        Box::pin(handle(core, call))
    })
    .who(Who::DeviceOrRetired)
    .not_when_frozen();

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let receipt = decided(|| delete(core, call)).await?;
    Reply::json(200, &ReceiptBody { receipt })
}

async fn delete(core: &Core, call: &Call) -> Result<String, Refusal> {
    let known = match &call.caller {
        Caller::Device(known) => known,
        Caller::Retired(device) => {
            let gone = device.doc.gone.as_ref().filter(|gone| call.now < gone.until);
            let refusal = || Refusal::from(Code::DeviceRetired).with_erase(device.doc.erase.clone());
            return gone.map(|gone| gone.receipt.clone()).ok_or_else(refusal);
        }
        Caller::Anyone | Caller::Applicant(_) | Caller::New(_) => return Err(Code::KeyUnknown.into()),
    };
    let account = known.account.doc.account;
    let Some(mut device) = core.store().device(known.device.doc.kid).await? else {
        return Err(Code::KeyUnknown.into());
    };
    let mut changes = Changes::default();
    let mut ended = Vec::new();
    for head in core.store().queries_of(account, 12).await? {
        let Some(head) = core.store().query(head.query).await? else { continue };
        if query::state_at(&head.doc, call.now) == head.doc.state {
            let allowance = core.store().allowance(head.doc.person).await?;
            let id = head.doc.query;
            if ending::end(core, &mut changes, head, allowance, ReceiptReason::Account, call.now)? {
                ended.push(id);
            }
        }
    }
    let sections = changes.queries.iter().flat_map(|head| head.doc.banks.iter().filter_map(|row| row.sealed)).collect();
    let receipt = ending::receipt(core, None, ReceiptReason::Account, sections, call.now + REMEMBERED, call.now);
    device.doc.retired_at = Some(call.now);
    device.doc.check_key = String::new();
    device.doc.gone = Some(Gone { receipt: receipt.clone(), until: call.now + REMEMBERED });
    changes.tombstones.push(Tombstone::Account { account, device: Box::new(device.doc.clone()) });
    changes.devices.push(device);
    factor::void_all(core, &mut changes, known.device.doc.kid).await?;
    changes.gone.push(account);
    core.store().commit(changes).await?;
    for id in ended {
        if let Some(head) = core.store().query(id).await? {
            ending::erase(core, &head.doc).await?;
        }
    }
    Ok(receipt)
}
