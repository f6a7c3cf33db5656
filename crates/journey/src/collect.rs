//! Collection: each bank's sealed bytes are taken once, checked against the bank's own signed answer, and kept; the
//! gateway's closing statement is checked against everything this device knows.

mod rounds;
mod sections;

use std::collections::BTreeMap;

use protocol::answer::{Answer, AnswerState};
use protocol::calendar::retention_end;
use protocol::code::{BankState, PartyCode, QueryState, SectionFault};
use protocol::encode::Digest;
use protocol::envelope::{Asked, DUE_AFTER, Envelope, EnvelopeState};
use protocol::id::{IdempotencyKey, QueryId};
use protocol::json::V1;
use protocol::jws;
use protocol::refusal::Code;
use protocol::routes::{Collected, QueryBank, QueryStatus, ReceiptBody, Report};
use vault::tables::alarms::AlarmKind;
use vault::tables::banks::BankRow;
use vault::tables::queries::{QueryRow, Stage};
use vault::tables::records::Ended;

use crate::Journey;
use crate::directory::Known;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::house::House;
use crate::verify::query_path;
use crate::view::{CollectView, What};

pub(crate) use rounds::open_again;

/// Why banks are not asked again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CollectError {
    /// The report is still open.
    #[error("the report is still open")]
    NotClosed,
    /// Both further rounds are used.
    #[error("both further rounds are used")]
    UsedUp,
    /// Every bank has answered.
    #[error("every bank has answered")]
    NoneOpen,
    /// The consent is over.
    #[error("the consent is over")]
    Lapsed,
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Journey {
    /// The query with its banks, as known here.
    ///
    /// # Errors
    /// `no_query`.
    pub async fn collect_state(&self) -> Result<CollectView, Fault> {
        self.house(|house| {
            let row = house.live()?.ok_or(Fault::NoQuery)?;
            house.collect_view(&row)
        })
        .await
    }

    /// Asks the gateway now, then as [`Self::collect_state`].
    ///
    /// # Errors
    /// `no_query` and the network's.
    pub async fn collect_refresh(&self) -> Result<CollectView, Fault> {
        let act = self.0.act.lock().await;
        let query = self.house(|house| house.live()?.map(|row| (row.query, row.stage)).ok_or(Fault::NoQuery)).await?;
        match query.1 {
            Stage::Sending => self.send(query.0).await?,
            Stage::Collecting | Stage::Ready | Stage::Retrying => match self.collect(query.0).await {
                // The stream of events tells it anyway; asking too often is no failure.
                Err(Fault::Call(CallFault::Later { code: Code::RateLimited, .. })) => {}
                asked => asked?,
            },
            Stage::Prepared | Stage::Verifying | Stage::Ending(_) => {}
        }
        drop(act);
        self.collect_state().await
    }

    /// One pass by asking: status, new sections, what may be erased at the gateway, the closing statement.
    pub(crate) async fn collect(&self, query: QueryId) -> Result<(), Fault> {
        let key = self.house(|house| house.key()).await?;
        let told = self.0.gateway.get::<QueryStatus>(Some(&key), &query_path(query), None).await;
        let status = self.heed(told).await?;
        self.absorb(query, status).await
    }

    /// What the gateway says of the whole query, asked for or told.
    pub(crate) async fn absorb(&self, query: QueryId, status: QueryStatus) -> Result<(), Fault> {
        let Some(row) = self.house(move |house| accepted(house, query)).await? else { return Ok(()) };
        if status.query_id != query {
            return Err(Fault::AnswerRefused);
        }
        if status.round == row.round + 1 {
            self.begin(query, status.round, status.due_at).await?;
        }
        let went = self.absorb_banks(query, status.banks).await;
        self.confirm_collected(query).await?;
        let newer = u64::from(status.revision) > row.revision;
        match status.state {
            QueryState::Empty => self.close(query).await?,
            QueryState::Closed | QueryState::Retrying if newer => self.close(query).await?,
            QueryState::Withdrawn => self.house(move |house| house.end(query, Ended::Withdrawn, None)).await?,
            QueryState::Deleted => self.house(move |house| house.end(query, Ended::Deleted, None)).await?,
            QueryState::Asking | QueryState::Retrying | QueryState::Closed | QueryState::Expired => {}
        }
        went?;
        self.heard_until(query, status.last_event).await
    }

    /// What the gateway says of some banks: rows are noted, sections that can be had are taken.
    pub(crate) async fn absorb_banks(&self, query: QueryId, banks: Vec<QueryBank>) -> Result<(), Fault> {
        let known = self.directory().await?;
        let (wanted, changed) = self.house(move |house| note(house, query, &banks)).await?;
        if changed {
            self.changed(What::Query);
        }
        self.take(query, &known, wanted).await
    }

    /// Remembers the last event, for the next connection.
    pub(crate) async fn heard_until(&self, query: QueryId, event: String) -> Result<(), Fault> {
        self.house(move |house| {
            let Some(mut row) = accepted(house, query)? else { return Ok(()) };
            row.last_event = Some(event);
            house.write(|write| write.queries().put(&row))
        })
        .await
    }

    /// Tells the gateway what is kept here, so that it may erase it.
    pub(crate) async fn confirm_collected(&self, query: QueryId) -> Result<(), Fault> {
        let (key, kept) = self
            .house(move |house| {
                let kept: Vec<BankRow> =
                    house.banks(query)?.into_iter().filter(|row| row.stored && !row.erased).collect();
                Ok((house.key()?, kept))
            })
            .await?;
        if kept.is_empty() {
            return Ok(());
        }
        let body = Collected { v: V1, sealed: kept.iter().filter_map(|row| row.sealed).collect() };
        let Ok(receipt) = self
            .0
            .gateway
            .post::<ReceiptBody>(&key, &format!("{}/collected", query_path(query)), &body, IdempotencyKey::new())
            .await
        else {
            return Ok(());
        };
        let known = self.directory().await?;
        self.house(move |house| {
            house.keep_receipt(&receipt.receipt, &known)?;
            house.write(|write| {
                kept.into_iter().try_for_each(|row| write.banks().put(query, &BankRow { erased: true, ..row }))
            })
        })
        .await
    }

    /// Takes the closing statement, if it holds.
    pub(crate) async fn close(&self, query: QueryId) -> Result<(), Fault> {
        let key = self.house(|house| house.key()).await?;
        let told = self.0.gateway.get::<Report>(Some(&key), &format!("{}/report", query_path(query)), None).await;
        let report = self.heed(told).await?;
        let known = self.directory().await?;
        let ready = self.house(move |house| accept_envelope(house, query, &report, &known)).await?;
        if ready {
            self.changed(What::Query);
        }
        Ok(())
    }
}

/// The query, unless its end was begun: what was on its way then changes nothing any more.
fn accepted(house: &House, query: QueryId) -> Result<Option<QueryRow>, Fault> {
    Ok(house.read(|read| read.queries().get(query))?.filter(|row| row.stage.is_accepted()))
}

/// Writes down the gateway's word on each bank; gives the sections that can be fetched now.
fn note(house: &mut House, query: QueryId, told: &[QueryBank]) -> Result<(Vec<(PartyCode, u8)>, bool), Fault> {
    let mut wanted = Vec::new();
    let mut changed = Vec::new();
    for mut row in house.banks(query)? {
        let Some(told) = told.iter().find(|told| told.bank == row.bank) else { continue };
        if row.stored {
            continue; // a second section of one bank never replaces the first
        }
        if told.state == BankState::Answered && row.refusal.is_none() {
            wanted.push((row.bank.clone(), told.round));
        }
        if (row.state, row.round, row.at) != (told.state, told.round, told.at) && told.round >= row.round {
            row.state = told.state;
            row.round = told.round;
            row.at = told.at;
            changed.push(row);
        }
    }
    house.write(|write| changed.iter().try_for_each(|row| write.banks().put(query, row)))?;
    Ok((wanted, !changed.is_empty()))
}

/// Checks the envelope and every bank's answer beside it. Gives whether anything was taken.
fn accept_envelope(house: &mut House, query: QueryId, report: &Report, known: &Known) -> Result<bool, Fault> {
    let Some(mut row) = accepted(house, query)? else { return Ok(false) };
    let (Some(consent), Some(accepted_at), Some(due_at)) = (row.consent_digest, row.accepted_at, row.due_at) else {
        return Ok(false);
    };
    let mut banks = house.banks(query)?;
    let codes: Vec<PartyCode> = banks.iter().map(|bank| bank.bank.clone()).collect();
    let asked = Asked {
        query_id: query,
        consent: &consent,
        banks: &codes,
        given_at: row.given_at,
        apply_by: row.apply_by,
        accepted_at,
        due_at,
        revision: u8::try_from(row.revision).unwrap_or(u8::MAX),
    };
    let now = house.now();
    let envelope = match Envelope::verify(&report.envelope, &asked, &known.directory) {
        Ok(envelope) if u64::from(envelope.revision) > row.revision => envelope,
        Ok(_) => return Ok(false),
        Err(error) => {
            tracing::warn!(%error, "an envelope was refused");
            house.write(|write| write.alarms().raise(AlarmKind::EnvelopeRefused, None, Some(query), now))?;
            return Ok(false);
        }
    };
    if envelope.state == EnvelopeState::Empty {
        house.end(query, Ended::Empty, None)?;
        return Ok(true);
    }
    let answers: BTreeMap<Digest, &String> = report.answers.iter().map(|token| (jws::digest(token), token)).collect();
    for told in &envelope.banks {
        let Some(bank) = banks.iter_mut().find(|bank| bank.bank == told.bank) else { continue };
        if bank.stored {
            continue;
        }
        (bank.state, bank.round, bank.at) = (told.state, told.round, Some(told.at));
        if let Some(digest) = told.answer {
            let token = answers.get(&digest);
            let answer = token.and_then(|token| {
                Answer::verify(token, &told.bank, &known.directory).ok().map(|answer| (*token, answer))
            });
            match answer.filter(|(token, answer)| told.matches(query, &consent, token, answer)) {
                Some((_, answer)) => {
                    bank.answer = Some(digest);
                    if answer.state == AnswerState::Refused {
                        bank.refusal = answer.code.map(|code| code.to_string());
                    }
                }
                None => bank.refusal = Some(SectionFault::Signature.to_string()),
            }
        }
    }
    let generated = envelope.generated_at.unwrap_or(due_at);
    let end = retention_end(generated);
    // Where this device closed by itself before, the earlier end wins.
    row.ends_at = Some(row.ends_at.map_or(end, |own| own.min(end)));
    row.generated_at = Some(row.generated_at.map_or(generated, |own| own.min(generated)));
    row.revision = envelope.revision.into();
    row.envelope = Some(report.envelope.clone());
    if envelope.revision >= row.round {
        row.stage = Stage::Ready;
        row.round_due_at = None;
    }
    if let Some(end) = row.ends_at {
        house.note_deadline(query, end)?;
    }
    house.write(|write| {
        write.queries().put(&row)?;
        banks.iter().try_for_each(|bank| write.banks().put(query, bank))
    })?;
    Ok(true)
}

/// Closes by itself what the gateway did not close: a day after it was due, or when a round's time or the consent is over.
pub(crate) fn close_own(house: &mut House, mut row: QueryRow) -> Result<bool, Fault> {
    let (now, query) = (house.now(), row.query);
    let over = match row.stage {
        Stage::Collecting => row.due_at.is_some_and(|due| now >= due + DUE_AFTER),
        Stage::Retrying => now >= row.consent_expires_at || row.round_due_at.is_some_and(|due| now >= due),
        Stage::Prepared | Stage::Verifying | Stage::Sending | Stage::Ready | Stage::Ending(_) => false,
    };
    if !over || house.doubtful() {
        return Ok(false);
    }
    let mut banks = house.banks(query)?;
    for bank in banks.iter_mut().filter(|bank| bank.state == BankState::Pending) {
        bank.state = BankState::Unanswered;
    }
    if row.stage == Stage::Collecting {
        row.generated_at = row.due_at;
        row.ends_at = row.due_at.map(retention_end);
    }
    row.stage = Stage::Ready;
    row.round_due_at = None;
    house.write(|write| {
        write.queries().put(&row)?;
        banks.iter().try_for_each(|bank| write.banks().put(query, bank))
    })?;
    Ok(true)
}
