//! Table 3 as a model: the queries of one person, their bank tasks and the allowance.

use std::time::Duration;

use proptest::prelude::*;
use protocol::calendar::retention_end;
use protocol::code::{BankState, QueryState, ReceiptReason};
use protocol::time::Timestamp;

use crate::MINUTE;
use crate::world::banks::Do;
use crate::world::device::Agreed;
use crate::world::rate::Counted;

pub(super) const HOUR: u64 = 3600;

#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// A fresh consent with both factors; said to replace the last one, or not.
    Apply(bool),
    Again(usize),
    WithdrawEarly,
    /// Every open task is called once, and the three banks do this.
    Ask([Do; 3]),
    Revoke(usize),
    Withdraw(usize),
    Delete(usize),
    Collected(usize, usize),
    Retry(usize, u8),
    Section(usize, usize),
    Report(usize),
    Status(usize),
    Restart,
    Pass(u64),
    /// Time passes and no job runs.
    Late(u64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let which = prop_oneof![6 => Just(0_usize), 2 => Just(1), 1 => 2..4_usize];
    let bank = 0..3_usize;
    let does = prop_oneof![
        5 => Just(Do::Answer),
        4 => Just(Do::Refuse),
        2 => Just(Do::Status(500)),
        1 => Just(Do::ForgeSignature),
        1 => Just(Do::WrongSize),
        1 => Just(Do::Later(60)),
    ];
    let span = || {
        prop_oneof![
            9 => 1..600_u64,
            3 => HOUR..3 * HOUR,
            2 => 20 * HOUR..26 * HOUR,
            1 => Just(24 * HOUR),
            1 => 60 * HOUR..190 * HOUR,
        ]
    };
    prop_oneof![
        6 => prop::bool::weighted(0.3).prop_map(Step::Apply),
        1 => which.clone().prop_map(Step::Again),
        1 => Just(Step::WithdrawEarly),
        8 => [does.clone(), does.clone(), does].prop_map(Step::Ask),
        1 => bank.clone().prop_map(Step::Revoke),
        1 => which.clone().prop_map(Step::Withdraw),
        1 => which.clone().prop_map(Step::Delete),
        3 => (which.clone(), bank.clone()).prop_map(|(one, bank)| Step::Collected(one, bank)),
        5 => (which.clone(), prop_oneof![4 => Just(1_u8), 1 => 0..3_u8]).prop_map(|(one, more)| Step::Retry(one, more)),
        4 => (which.clone(), bank).prop_map(|(one, bank)| Step::Section(one, bank)),
        2 => which.clone().prop_map(Step::Report),
        2 => which.prop_map(Step::Status),
        1 => Just(Step::Restart),
        8 => span().prop_map(Step::Pass),
        2 => span().prop_map(Step::Late),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) state: BankState,
    pub(super) round: u8,
    pub(super) collected: bool,
}

/// One query.
pub(super) struct One {
    pub(super) agreed: Agreed,
    pub(super) tokens: Vec<String>,
    pub(super) reply: serde_json::Value,
    pub(super) state: QueryState,
    pub(super) rows: [Row; 3],
    pub(super) round: u8,
    pub(super) revision: u8,
    pub(super) accepted: Timestamp,
    pub(super) round_due: Timestamp,
    pub(super) generated: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) receipt: Option<String>,
    pub(super) to_tell: bool,
    pub(super) status: Counted,
}

/// What the person may ask.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Allowance {
    pub(super) last: Option<usize>,
    pub(super) live: bool,
    pub(super) until: Option<Timestamp>,
    pub(super) ended: Option<ReceiptReason>,
    pub(super) replacement: bool,
}

pub(super) struct Model {
    pub(super) all: Vec<One>,
    pub(super) allowance: Allowance,
    pub(super) revoked: [bool; 3],
    pub(super) queries: Counted,
    pub(super) others: Counted,
    pub(super) sections: Counted,
}

impl One {
    pub(super) fn runs(&self) -> bool {
        matches!(self.state, QueryState::Asking | QueryState::Retrying)
    }

    pub(super) fn due(&self) -> Timestamp {
        self.accepted + Duration::from_secs(24 * HOUR)
    }

    pub(super) fn pending(&self, bank: usize) -> bool {
        self.runs() && self.rows[bank].state == BankState::Pending
    }

    fn end(&self) -> Option<Timestamp> {
        match self.state {
            QueryState::Closed => self.expires,
            QueryState::Empty | QueryState::Withdrawn | QueryState::Deleted => {
                self.ended.map(|at| at + Duration::from_secs(96 * HOUR))
            }
            QueryState::Asking | QueryState::Retrying | QueryState::Expired => None,
        }
    }

    /// "any | read after expires_at": the clock decides, even if the job is late.
    pub(super) fn at(&self, now: Timestamp) -> QueryState {
        let over = self.end().is_some_and(|end| now >= end)
            || self.state == QueryState::Retrying && self.expires.is_some_and(|end| now >= end);
        if over { QueryState::Expired } else { self.state }
    }

    /// What refuses every read of the report.
    pub(super) fn refuses(&self, now: Timestamp) -> Option<&'static str> {
        match self.at(now) {
            QueryState::Asking | QueryState::Retrying | QueryState::Closed | QueryState::Empty => None,
            QueryState::Withdrawn => Some("withdrawn"),
            QueryState::Deleted => Some("deleted"),
            QueryState::Expired => Some("expired"),
        }
    }

    /// "retry": which rule forbids it, or the banks asked again.
    pub(super) fn retry(&mut self, round: u8, now: Timestamp) -> Result<u16, &'static str> {
        if let Some(code) = self.refuses(now) {
            return Err(code);
        }
        let consent_ends = self.agreed.consent.given_at + Duration::from_secs(72 * HOUR);
        let open = |row: &Row| matches!(row.state, BankState::Refused | BankState::Unanswered);
        match self.state {
            QueryState::Asking | QueryState::Retrying => return Err("not_closed"),
            QueryState::Closed if self.round == 3 => return Err("retry_used_up"),
            QueryState::Closed if round == self.round + 1 && now >= consent_ends => return Err("consent_lapsed"),
            QueryState::Closed if round == self.round + 1 && self.rows.iter().any(open) => {}
            _ => return Err("retry_none_open"),
        }
        for row in self.rows.iter_mut().filter(|row| open(row)) {
            *row = Row { state: BankState::Pending, round, collected: false };
        }
        (self.state, self.round) = (QueryState::Retrying, round);
        self.round_due = (now + Duration::from_secs(24 * HOUR)).min(consent_ends);
        Ok(202)
    }
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            all: Vec::new(),
            allowance: Allowance::default(),
            revoked: [false; 3],
            queries: Counted::new(5, 12 * MINUTE),
            others: Counted::new(60, 1000),
            sections: Counted::new(400, 150),
        }
    }

    /// Counted from the newest.
    pub(super) fn pick(&self, back: usize) -> Option<usize> {
        self.all.len().checked_sub(1 + back)
    }

    /// "all tasks final", "due_at", "expires_at": what the job does when it runs.
    pub(super) fn job(&mut self, now: Timestamp) {
        for index in 0..self.all.len() {
            self.close(index, now);
            let one = &mut self.all[index];
            if one.at(now) == QueryState::Expired {
                (one.state, one.to_tell) = (QueryState::Expired, false);
            }
        }
    }

    pub(super) fn close(&mut self, index: usize, now: Timestamp) {
        let one = &mut self.all[index];
        let all_final = one.rows.iter().all(|row| row.state != BankState::Pending);
        if !one.runs() || !all_final && now < one.round_due {
            return;
        }
        for row in one.rows.iter_mut().filter(|row| row.state == BankState::Pending) {
            row.state = BankState::Unanswered;
        }
        one.revision = one.round;
        if one.state == QueryState::Asking {
            if one.rows.iter().any(|row| row.state == BankState::Answered) {
                let generated = now.min(one.due());
                (one.generated, one.expires) = (Some(generated), Some(retention_end(generated)));
            } else {
                one.ended = Some(now.min(one.due()));
            }
            if self.allowance.last == Some(index) {
                (self.allowance.live, self.allowance.until) = (false, one.expires);
            }
        }
        one.state = if one.generated.is_some() { QueryState::Closed } else { QueryState::Empty };
    }

    /// "withdraw / DELETE report".
    pub(super) fn finish(&mut self, index: usize, reason: ReceiptReason, now: Timestamp) {
        let one = &mut self.all[index];
        let answered = one.rows.iter().any(|row| row.state == BankState::Answered);
        one.to_tell = one.rows.iter().any(|row| row.state != BankState::NotCovered);
        for row in one.rows.iter_mut().filter(|row| row.state == BankState::Pending) {
            row.state = BankState::Withdrawn;
        }
        let deleted = reason == ReceiptReason::Deleted;
        (one.state, one.ended) = (if deleted { QueryState::Deleted } else { QueryState::Withdrawn }, Some(now));
        if self.allowance.last == Some(index) {
            let until = one.expires.unwrap_or_else(|| retention_end(one.accepted));
            self.allowance.live = false;
            self.allowance.ended = Some(reason);
            self.allowance.until = answered.then_some(until);
        }
    }
}
