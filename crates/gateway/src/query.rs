//! One query (8-states table 3): pure transitions on the head. Whoever has read a head decides here what it becomes,
//! and commits that; an event not listed for a state is refused and changes nothing.

use std::time::Duration;

use protocol::calendar::retention_end;
use protocol::code::{BankState, PartyCode, QueryState, ReceiptReason};
use protocol::encode::Digest;
use protocol::envelope::{DUE_AFTER, Envelope, EnvelopeBank, EnvelopeState};
use protocol::json::V1;
use protocol::routes::{QueryBank, QueryStatus};
use protocol::time::Timestamp;

use crate::store::{BankRow, Query};

/// A day.
pub const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long an end without a calendar end is remembered.
pub const REMEMBERED: Duration = Duration::from_secs(96 * 3600);
/// First round and two retries.
pub const ROUNDS: u8 = 3;

/// The event does not belong to this state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    /// Ended, or in another round.
    #[error("the query's state does not take this")]
    State,
    /// The bank has its final word already.
    #[error("this bank's word stands")]
    Final,
    /// Not closed yet.
    #[error("not closed yet")]
    NotClosed,
    /// The consent has ended.
    #[error("the consent has ended")]
    ConsentEnded,
    /// No bank is open.
    #[error("no bank is open")]
    NoneOpen,
    /// No round is left.
    #[error("no round is left")]
    UsedUp,
}

/// A bank's final word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Answered: digests of answer and sealed bytes.
    Answered(Digest, Digest),
    /// Refused: digest of the answer.
    Refused(Digest),
    /// The bank takes no part (no longer in the directory).
    NotCovered,
}

/// Whether banks are being asked.
#[must_use]
pub const fn running(query: &Query) -> bool {
    matches!(query.state, QueryState::Asking | QueryState::Retrying)
}

/// Whether a bank may be asked: nobody is after the round's end, also when the close is late.
#[must_use]
pub fn asks(query: &Query, now: Timestamp) -> bool {
    running(query) && now < round_end(query)
}

/// Whether workers have something to do: banks to ask, or to tell of a withdrawal.
#[must_use]
pub fn has_work(query: &Query) -> bool {
    !query.to_tell.is_empty() || running(query) && query.banks.iter().any(|row| row.state == BankState::Pending)
}

/// The next instant something is due without anybody asking.
#[must_use]
pub fn next_due(query: &Query) -> Option<Timestamp> {
    match query.state {
        QueryState::Asking | QueryState::Retrying => {
            let all_final = query.banks.iter().all(|row| row.state != BankState::Pending);
            let round = if all_final { query.accepted_at } else { query.round_due_at };
            Some(query.expires_at.map_or(round, |end| round.min(end)))
        }
        QueryState::Closed | QueryState::Empty | QueryState::Withdrawn | QueryState::Deleted => end(query),
        QueryState::Expired => None,
    }
}

/// When the record becomes `expired`: the report's end, or 96 h after an end without one.
#[must_use]
pub fn end(query: &Query) -> Option<Timestamp> {
    match query.state {
        QueryState::Closed | QueryState::Retrying => query.expires_at,
        QueryState::Empty | QueryState::Withdrawn | QueryState::Deleted => query.ended_at.map(|at| at + REMEMBERED),
        QueryState::Asking | QueryState::Expired => None,
    }
}

/// The state as it must be read at `now`, even when the job that expires is late.
#[must_use]
pub fn state_at(query: &Query, now: Timestamp) -> QueryState {
    if end(query).is_some_and(|end| now >= end) { QueryState::Expired } else { query.state }
}

/// A bank's final word in the running round.
///
/// # Errors
/// [`NotNow::State`] and [`NotNow::Final`]: a late or second word changes nothing.
pub fn word(query: &mut Query, bank: &PartyCode, round: u8, word: Word, now: Timestamp) -> Result<BankRow, NotNow> {
    if round != query.round || !asks(query, now) {
        return Err(NotNow::State);
    }
    let row = query.banks.iter_mut().find(|row| row.bank == *bank).ok_or(NotNow::State)?;
    if row.state != BankState::Pending || row.round != round {
        return Err(NotNow::Final);
    }
    (row.state, row.answer, row.sealed) = match word {
        Word::Answered(answer, sealed) => (BankState::Answered, Some(answer), Some(sealed)),
        Word::Refused(answer) => (BankState::Refused, Some(answer), None),
        Word::NotCovered => (BankState::NotCovered, None, None),
    };
    row.at = Some(now);
    Ok(row.clone())
}

fn round_end(query: &Query) -> Timestamp {
    query.expires_at.map_or(query.round_due_at, |end| query.round_due_at.min(end))
}

/// Whether the running round must close now: every task final, or its time over.
#[must_use]
pub fn closes(query: &Query, now: Timestamp) -> bool {
    running(query) && (now >= round_end(query) || query.banks.iter().all(|row| row.state != BankState::Pending))
}

/// Closes the running round; silence becomes `unanswered`. Returns the envelope to sign.
///
/// # Errors
/// [`NotNow::NotClosed`] while banks may still answer.
pub fn close(query: &mut Query, now: Timestamp) -> Result<Envelope, NotNow> {
    if !closes(query, now) {
        return Err(NotNow::NotClosed);
    }
    let at = now.min(round_end(query));
    for row in query.banks.iter_mut().filter(|row| row.state == BankState::Pending) {
        row.state = BankState::Unanswered;
        row.at = Some(at);
    }
    query.revision = query.round;
    if query.state == QueryState::Asking {
        if query.banks.iter().any(|row| row.state == BankState::Answered) {
            let generated = now.min(query.due_at);
            query.generated_at = Some(generated);
            query.expires_at = Some(retention_end(generated));
        } else {
            query.ended_at = Some(at);
        }
    }
    query.state = if query.generated_at.is_some() { QueryState::Closed } else { QueryState::Empty };
    Ok(envelope(query, now))
}

fn envelope(query: &Query, now: Timestamp) -> Envelope {
    let row = |row: &BankRow| EnvelopeBank {
        bank: row.bank.clone(),
        state: row.state,
        round: row.round,
        answer: row.answer,
        sealed: row.sealed,
        at: row.at.unwrap_or(now),
    };
    Envelope {
        v: V1,
        query_id: query.query,
        consent: query.consent,
        state: if query.generated_at.is_some() { EnvelopeState::Closed } else { EnvelopeState::Empty },
        revision: query.revision,
        at: now,
        accepted_at: query.accepted_at,
        due_at: query.due_at,
        generated_at: query.generated_at,
        expires_at: query.expires_at,
        banks: query.banks.iter().map(row).collect(),
    }
}

/// Asks all refused and unanswered banks once more, under the same consent and to the same end.
///
/// # Errors
/// [`NotNow`], by the rule that forbids it.
pub fn retry(query: &mut Query, round: u8, now: Timestamp) -> Result<Vec<PartyCode>, NotNow> {
    match query.state {
        QueryState::Closed => {}
        QueryState::Asking | QueryState::Retrying => return Err(NotNow::NotClosed),
        QueryState::Empty | QueryState::Withdrawn | QueryState::Deleted | QueryState::Expired => {
            return Err(NotNow::State);
        }
    }
    if query.round >= ROUNDS {
        return Err(NotNow::UsedUp);
    }
    if round != query.round + 1 {
        return Err(NotNow::State);
    }
    if now >= query.consent_expires_at {
        return Err(NotNow::ConsentEnded);
    }
    let open: Vec<_> =
        query.banks.iter_mut().filter(|row| matches!(row.state, BankState::Refused | BankState::Unanswered)).collect();
    if open.is_empty() {
        return Err(NotNow::NoneOpen);
    }
    let mut asked = Vec::with_capacity(open.len());
    for row in open {
        *row = BankRow {
            bank: row.bank.clone(),
            state: BankState::Pending,
            round,
            sealed: None,
            answer: None,
            at: None,
            collected: false,
        };
        asked.push(row.bank.clone());
    }
    query.state = QueryState::Retrying;
    query.round = round;
    query.round_due_at = (now + DUE_AFTER).min(query.consent_expires_at);
    Ok(asked)
}

/// Ends a query early. Whoever may hold something of it is told; the digests of what is erased are returned.
///
/// # Errors
/// [`NotNow::State`] when it ended before.
pub fn finish(query: &mut Query, reason: ReceiptReason, now: Timestamp) -> Result<Vec<Digest>, NotNow> {
    let takes = match reason {
        ReceiptReason::Withdrawn | ReceiptReason::DeviceChanged | ReceiptReason::Account | ReceiptReason::Deleted => {
            matches!(query.state, QueryState::Asking | QueryState::Retrying | QueryState::Closed)
        }
        ReceiptReason::Collected | ReceiptReason::Deadline => false,
    };
    if !takes {
        return Err(NotNow::State);
    }
    let erased = query.banks.iter().filter_map(|row| row.sealed).collect();
    query.to_tell =
        query.banks.iter().filter(|row| row.state != BankState::NotCovered).map(|row| row.bank.clone()).collect();
    for row in query.banks.iter_mut().filter(|row| row.state == BankState::Pending) {
        row.state = BankState::Withdrawn;
        row.at = Some(now);
    }
    query.state = if reason == ReceiptReason::Deleted { QueryState::Deleted } else { QueryState::Withdrawn };
    query.ended = Some(reason);
    query.ended_at = Some(now);
    query.envelope = None;
    Ok(erased)
}

/// The record alone stays.
///
/// # Errors
/// [`NotNow::State`] before the end.
pub fn expire(query: &mut Query, now: Timestamp) -> Result<(), NotNow> {
    if end(query).is_none_or(|end| now < end) {
        return Err(NotNow::State);
    }
    query.state = QueryState::Expired;
    query.envelope = None;
    query.to_tell.clear();
    Ok(())
}

/// Whether any bank answered.
#[must_use]
pub fn answered(query: &Query) -> bool {
    query.banks.iter().any(|row| row.state == BankState::Answered)
}

/// The row as everybody may know it.
#[must_use]
pub fn public_row(row: &BankRow) -> QueryBank {
    QueryBank { bank: row.bank.clone(), state: row.state, round: row.round, sealed: row.sealed, at: row.at }
}

/// The body of a status.
#[must_use]
pub fn status(query: &Query, now: Timestamp) -> QueryStatus {
    QueryStatus {
        query_id: query.query,
        state: state_at(query, now),
        due_at: query.round_due_at,
        round: query.round,
        revision: query.revision,
        banks: query.banks.iter().map(public_row).collect(),
        last_event: query.last_event.to_string(),
    }
}
