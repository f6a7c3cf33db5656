//! What is due without anybody asking: closes, ends of rounds, ends of reports. Every step is idempotent and decided
//! from rows and the clock, so a late, repeated or interrupted run changes nothing but the time.

use std::collections::HashSet;
use std::sync::Arc;

use protocol::code::QueryState;
use protocol::id::QueryId;
use protocol::refusal::Code;
use protocol::sms::{Say, SmsKind};
use protocol::stream;

use crate::core::Core;
use crate::ending::{days, tell};
use crate::query;
use crate::refusal::{Refusal, decided};
use crate::store::{Changes, Query, Tombstone};

/// Queries looked at in one go.
const AT_ONCE: usize = 64;

/// Brings everything due up to now. What fails is left for the next run, and holds up nothing behind it.
pub(crate) async fn run_due(core: &Arc<Core>) -> Result<(), Refusal> {
    let mut failed = HashSet::new();
    for _ in 0..64 {
        let mut due = core.store().due(core.now(), AT_ONCE + failed.len()).await?;
        due.retain(|id| !failed.contains(id));
        let mut more = false;
        for id in due {
            match advance(core, id).await {
                Ok(moved) => more |= moved,
                Err(refusal) => {
                    tracing::error!(code = refusal.code.as_str(), query = %id, "neither closed nor expired");
                    more |= failed.insert(id);
                }
            }
        }
        if !more {
            return Ok(());
        }
    }
    Ok(())
}

/// Closes or expires one query if it is time; whether anything changed.
pub(crate) async fn advance(core: &Core, id: QueryId) -> Result<bool, Refusal> {
    decided(|| step(core, id)).await
}

async fn step(core: &Core, id: QueryId) -> Result<bool, Refusal> {
    let Some(head) = core.store().query(id).await? else { return Ok(false) };
    let now = core.now();
    if query::closes(&head.doc, now) {
        close(core, head).await?;
        return Ok(true);
    }
    if query::end(&head.doc).is_some_and(|end| now >= end) {
        expire(core, head).await?;
        return Ok(true);
    }
    Ok(false)
}

async fn close(core: &Core, mut head: crate::store::Versioned<Query>) -> Result<(), Refusal> {
    let now = core.now();
    let first = head.doc.state == QueryState::Asking;
    let envelope = query::close(&mut head.doc, now).map_err(|_| Code::StateChanged)?;
    let doc = &mut head.doc;
    doc.envelope = Some(envelope.sign(core.key()));
    let mut changes = Changes::default();
    tell(&mut changes, doc, &stream::Event::Closed(stream::Closed { revision: doc.revision }))?;
    let from = doc.section_end;
    if let Some(end) = doc.expires_at.filter(|_| first) {
        doc.section_end = end;
        core.store().copy_sections(doc.query, from, end).await?;
    }
    if first {
        if let Some(mut allowance) =
            core.store().allowance(doc.person).await?.filter(|allowance| allowance.doc.last == Some(doc.query))
        {
            allowance.doc.live = false;
            allowance.doc.until = doc.expires_at;
            changes.tombstones.push(Tombstone::Allowance { allowance: allowance.doc.clone() });
            changes.allowances.push(allowance);
        }
        announce(core, &mut changes, doc).await?;
    }
    changes.tombstones.push(Tombstone::Query { head: Box::new(doc.clone()) });
    let collected = doc.banks.iter().filter(|row| row.collected).filter_map(|row| row.sealed).collect();
    let (id, to, event) = (doc.query, doc.section_end, if doc.expires_at.is_some() { "closed" } else { "empty" });
    changes.queries.push(head);
    core.store().commit(changes).await?;
    if from != to {
        core.store().erase_sections(from, id, None).await?;
        // What was collected while it was being copied is erased where it went.
        core.store().erase_sections(to, id, Some(collected)).await?;
    }
    core.metrics.count("mingxia_queries_total", format!("event=\"{event}\""));
    core.hub.wrote(id);
    core.bell.notify_one();
    Ok(())
}

/// One message, whether there is a report or none; its key makes repeating harmless.
async fn announce(core: &Core, changes: &mut Changes, head: &Query) -> Result<(), Refusal> {
    let Some(account) = core.store().account(head.account).await? else { return Ok(()) };
    let Some(device) = core.store().device(account.doc.device).await? else { return Ok(()) };
    let say = if head.expires_at.is_some() { Say::Ready } else { Say::NoResult };
    let reference = head.query.to_string();
    changes.messages.push(core.message(&account.doc, &device.doc, SmsKind::Result, &reference, 0, say)?);
    Ok(())
}

async fn expire(core: &Core, mut head: crate::store::Versioned<Query>) -> Result<(), Refusal> {
    let now = core.now();
    query::expire(&mut head.doc, now).map_err(|_| Code::StateChanged)?;
    let doc = &mut head.doc;
    let mut changes = Changes { forget: vec![doc.query], ..Changes::default() };
    tell(&mut changes, doc, &stream::Event::Ended(stream::Ended { state: doc.state }))?;
    changes.tombstones.push(Tombstone::Query { head: Box::new(doc.clone()) });
    let (id, days) = (doc.query, days(doc));
    changes.queries.push(head);
    core.store().commit(changes).await?;
    for day in days {
        core.store().erase_sections(day, id, None).await?;
    }
    core.metrics.count("mingxia_queries_total", "event=\"expired\"".to_owned());
    core.hub.wrote(id);
    Ok(())
}

/// What is swept: ended days with their keys, and small facts nobody keeps.
pub(crate) async fn sweep(core: &Core) -> Result<(), Refusal> {
    let now = core.now();
    core.store().drop_days(now).await?;
    core.store().sweep(now).await?;
    Ok(())
}
