//! What goes on by itself: ends, the outbox, sending, collecting, the own close, the time.

use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::StreamExt;
use protocol::code::{BankState, PartyCode};
use protocol::encode::random;
use protocol::id::{IdempotencyKey, QueryId};
use protocol::json::V1;
use protocol::routes::{Plain, Queries, QueryBank, ReceiptBody};
use protocol::stream::Event;
use vault::tables::banks::BankRow;
use vault::tables::outbox::Tell;
use vault::tables::queries::{QueryRow, Stage};

use crate::Journey;
use crate::fault::Fault;
use crate::federation::sse::{self, Reader};
use crate::house::House;
use crate::verify::query_path;
use crate::view::What;

/// Pause between passes while nothing is heard.
const IDLE: Duration = Duration::from_secs(60);
/// How long a silent stream is believed before the gateway is asked.
const LOOK: Duration = Duration::from_secs(20);
/// What comes within this span of an event is followed together with it.
const TOGETHER: Duration = Duration::from_millis(50);
/// Longest pause of something that could not be told.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

impl Journey {
    /// One pass over everything that goes on by itself. Works as far as keychain and network let it; gives the refusal
    /// of the last thing that did not.
    ///
    /// # Errors
    /// What stood in the way of something; everything else was still done.
    pub async fn tick(&self) -> Result<(), Fault> {
        if self.person_said_no().await {
            return Ok(());
        }
        let ended = self.house(crate::expire::sweep).await;
        if ended == Ok(true) {
            self.changed(What::Query);
        }
        if self.house(|house| Ok(house.doubtful())).await.unwrap_or(false) {
            // Without an answer the doubt stays; nothing is destroyed meanwhile.
            let _ = self.confirm_time().await;
            let _ = self.house(crate::expire::sweep).await;
        }
        self.flush_outbox().await;
        let Ok(_act) = self.0.act.try_lock() else { return ended.map(drop) };
        let live = self.house(|house| {
            let Some(row) = house.live()? else { return Ok(None) };
            Ok(Some((row.query, row.stage, row.stage == Stage::Ready && missing(house, &row)?)))
        });
        let went = match live.await? {
            Some((query, Stage::Sending, _)) if !self.paused() => self.send(query).await,
            // What this device closed without waits at the gateway until the end.
            Some((query, Stage::Collecting | Stage::Retrying, _) | (query, Stage::Ready, true)) => {
                self.collect(query).await
            }
            // Also how a device learns that another one took over.
            Some((_, Stage::Ready, false)) | None => self.allowance_now_and_then().await,
            Some(_) => Ok(()),
        };
        let closed = self
            .house(|house| match house.live()? {
                Some(row) => crate::collect::close_own(house, row),
                None => Ok(false),
            })
            .await?;
        if closed {
            self.changed(What::Query);
        }
        ended.map(drop).and(went)
    }

    /// Runs for as long as the app does: passes on waking, on events of the gateway, and once a minute.
    pub async fn run(&self) {
        let mut failures = 0;
        loop {
            if let Err(fault) = self.tick().await {
                tracing::debug!(%fault, "a pass did not get through");
            }
            let live = self.house(|house| house.live()).await.ok().flatten();
            match live {
                Some(row) if matches!(row.stage, Stage::Collecting | Stage::Retrying) => {
                    let last = row.last_event.and_then(|id| id.parse().ok());
                    let heard = self.listen(row.query, last).await;
                    failures = if heard { 0 } else { failures + 1 };
                    let [chance] = random::<1>();
                    self.rest(sse::pause(failures, chance % 41).min(IDLE * 5)).await;
                }
                Some(row) if row.stage == Stage::Sending => self.rest(Duration::from_secs(3)).await,
                Some(_) | None => self.rest(IDLE).await,
            }
        }
    }

    /// Wakes [`Self::run`]: after sleep, when the network is back, when the window is shown.
    pub fn wake(&self) {
        self.0.wake.notify_one();
    }

    async fn rest(&self, span: Duration) {
        tokio::select! {
            () = self.0.wake.notified() => {}
            () = tokio::time::sleep(span) => {}
        }
    }

    /// Follows the events of a query until the stream ends; each is a reason for one pass. Gives whether any came.
    async fn listen(&self, query: QueryId, last: Option<u64>) -> bool {
        let Ok(key) = self.house(|house| house.key()).await else { return false };
        let path = format!("{}/events", query_path(query));
        let Ok(events) = self.0.gateway.events(&key, &path, last).await else { return false };
        let mut events = events.fuse();
        let mut reader = Reader::after(last);
        let mut any = false;
        loop {
            let part = tokio::select! {
                part = events.next() => part,
                () = self.0.wake.notified() => {
                    let _ = self.tick().await;
                    continue;
                }
                // Right from asking alone: whatever the stream forgot to say is asked for.
                () = tokio::time::sleep(LOOK) => {
                    let _ = self.tick().await;
                    continue;
                }
            };
            let Some(part) = part else { return any };
            let Ok(mut heard) = reader.take(&part) else { return any };
            // Banks answer at one pace: what comes at once is followed in one pass.
            let together = tokio::time::Instant::now() + TOGETHER;
            while let Ok(Some(part)) = tokio::time::timeout_at(together, events.next()).await {
                let Ok(more) = reader.take(&part) else { return any };
                heard.extend(more);
            }
            if !heard.is_empty() {
                any = true;
                if let Err(fault) = self.hear(query, heard).await {
                    tracing::debug!(%fault, "an event could not be followed");
                    return true;
                }
                let collecting = self
                    .house(|house| {
                        Ok(house.live()?.is_some_and(|row| matches!(row.stage, Stage::Collecting | Stage::Retrying)))
                    })
                    .await;
                if collecting != Ok(true) {
                    return true;
                }
            }
        }
    }

    /// Follows events. What they say is checked like anything asked for; the next connection goes on after them.
    async fn hear(&self, query: QueryId, heard: Vec<sse::Heard>) -> Result<(), Fault> {
        let _act = self.0.act.lock().await;
        let last = heard.last().map(|heard| heard.id.to_string());
        let mut close = false;
        let mut banks: BTreeMap<PartyCode, QueryBank> = BTreeMap::new();
        for event in heard {
            match Event::read(&event.event, &event.data) {
                Ok(Some(Event::Snapshot(status))) => self.absorb(query, status).await?,
                Ok(Some(Event::Bank(row))) => drop(banks.insert(row.bank.clone(), row)),
                Ok(Some(Event::Closed(_))) => close = true,
                Ok(Some(Event::Ended(_))) => self.collect(query).await?,
                // A round is begun by this device, or found when it asks; what a later version adds says nothing to it.
                Ok(Some(Event::Round(_)) | None) | Err(_) => {}
            }
        }
        self.absorb_banks(query, banks.into_values().collect()).await?;
        self.confirm_collected(query).await?;
        if close {
            self.close(query).await?;
        }
        match last {
            Some(last) => self.heard_until(query, last).await,
            None => Ok(()),
        }
    }

    /// Tells the gateway what it still has to be told; what cannot be told now waits.
    pub(crate) async fn flush_outbox(&self) {
        let Ok(Some((key, rows))) = self
            .house(|house| {
                let now = house.now();
                let Some(database) = house.database() else { return Ok(None) };
                let rows: Vec<_> =
                    database.read(|read| read.outbox().all())?.into_iter().filter(|row| row.next_at <= now).collect();
                if rows.is_empty() { Ok(None) } else { Ok(Some((house.key()?, rows))) }
            })
            .await
        else {
            return;
        };
        for row in rows {
            let path = query_path(row.query);
            let told = match row.tell {
                Tell::Withdraw => self
                    .0
                    .gateway
                    .post::<ReceiptBody>(&key, &format!("{path}/withdraw"), &Plain { v: V1 }, IdempotencyKey::new())
                    .await
                    .map(Some),
                Tell::Delete => self.0.gateway.delete::<ReceiptBody>(&key, &format!("{path}/report")).await.map(Some),
                Tell::FaceWithdrawn => self.tell_face_withdrawn(&key, row.query).await.map(|()| None),
                Tell::Collected => continue,
            };
            let known = self.directory().await.ok();
            let _ = self
                .house(move |house| {
                    let done = match told {
                        Ok(body) => {
                            if let Some((known, body)) = known.zip(body) {
                                // An unsigned receipt is not kept; the gateway was told all the same.
                                let _ = house.keep_receipt(&body.receipt, &known);
                            }
                            true
                        }
                        // Gone already, or nobody's: there is nothing left to tell.
                        Err(fault) => !fault.passes(),
                    };
                    let pause =
                        Duration::from_secs(30).saturating_mul(2_u32.saturating_pow(row.tries.min(12))).min(LONGEST);
                    let next = house.now() + pause;
                    house.write(|write| {
                        if done {
                            write.outbox().delete(row.query, row.tell)
                        } else {
                            write.outbox().postpone(row.query, row.tell, next)
                        }
                    })
                })
                .await;
        }
    }

    /// Asks about the allowance at most every ten minutes.
    async fn allowance_now_and_then(&self) -> Result<(), Fault> {
        let due = self
            .house(|house| {
                let (now, asks) = (house.clock.boottime(), house.active().is_ok());
                let due = asks && now >= house.ask_allowance_at;
                if due {
                    house.ask_allowance_at = now + Duration::from_secs(600);
                }
                Ok(due)
            })
            .await?;
        if due { self.learn_allowance().await } else { Ok(()) }
    }

    /// When the next query is possible; absent when now. Kept from the last time the gateway said.
    pub(crate) async fn learn_allowance(&self) -> Result<(), Fault> {
        let key = self.house(|house| house.key()).await?;
        let told = self.0.gateway.get::<Queries>(Some(&key), "/v1/queries", None).await;
        let queries = self.heed(told).await?;
        self.house(move |house| {
            house.write(|write| match queries.next_query_at {
                Some(at) => write.settings().put("next_query_at", &at.to_string()),
                None => write.settings().delete("next_query_at"),
            })
        })
        .await?;
        self.changed(What::Query);
        Ok(())
    }
}

/// Whether the gateway may have more of a closed query than is here: its own closing statement, where this device closed
/// by itself, or the section of a bank that answered. A device another one took over from is told nothing any more.
pub(crate) fn missing(house: &House, row: &QueryRow) -> Result<bool, Fault> {
    let waits = |bank: &BankRow| bank.state == BankState::Answered && !bank.stored && bank.refusal.is_none();
    let unclosed = row.revision < row.round.into();
    Ok(house.active().is_ok() && (unclosed || house.banks(row.query)?.iter().any(waits)))
}
