//! Table 5 as a model, seen from the gateway: enrolments of one person, and the account they lead to.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use protocol::time::Timestamp;

use crate::MINUTE;
use crate::world::device::Device;
use crate::world::rate::{Counted, Misses};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// All four entries match, or not; the device before is lost, or not.
    Begin(bool, bool),
    Code(usize, bool),
    Resend(usize),
    Prove(usize, bool),
    NotMe(usize),
    Ask(usize),
    Verify(usize),
    GiveBack(usize),
    Unfreeze,
    Delete(usize),
    /// An enrolment up to its code, without a detour.
    Enrol(bool),
    /// The same with the proof.
    TakeOver(bool),
    /// All wrong.
    Guess,
    Pass(u64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let which = prop_oneof![5 => Just(0_usize), 3 => Just(1), 1 => 2..5_usize];
    let span = prop_oneof![8 => 1..70_u64, 3 => 60..310_u64, 2 => 300..2000_u64, 5 => 20_000..100_000_u64];
    prop_oneof![
        2 => (prop::bool::weighted(0.7), any::<bool>()).prop_map(|(matched, lost)| Step::Begin(matched, lost)),
        3 => any::<bool>().prop_map(Step::Enrol),
        3 => any::<bool>().prop_map(Step::TakeOver),
        5 => (which.clone(), any::<bool>()).prop_map(|(one, right)| Step::Code(one, right)),
        1 => Just(Step::Guess),
        3 => which.clone().prop_map(Step::Resend),
        5 => (which.clone(), prop::bool::weighted(0.7)).prop_map(|(one, good)| Step::Prove(one, good)),
        4 => which.clone().prop_map(Step::NotMe),
        4 => which.clone().prop_map(Step::Ask),
        2 => which.clone().prop_map(Step::Verify),
        3 => which.clone().prop_map(Step::GiveBack),
        1 => Just(Step::Unfreeze),
        1 => which.prop_map(Step::Delete),
        8 => span.prop_map(Step::Pass),
    ]
}

pub(super) fn events(step: Step) -> Vec<Step> {
    match step {
        Step::Enrol(lost) => vec![Step::Begin(true, lost), Step::Code(0, true)],
        Step::TakeOver(lost) => vec![Step::Begin(true, lost), Step::Code(0, true), Step::Prove(0, true)],
        Step::Guess => vec![Step::Code(0, false); 5],
        event => vec![event],
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Void,
    Held,
    Ended,
    Active,
    /// Removed with the account.
    Gone,
}

/// One enrolment with its device.
pub(super) struct One {
    pub(super) device: Device,
    pub(super) id: String,
    pub(super) state: State,
    pub(super) sent: Vec<String>,
    pub(super) expires: Timestamp,
    pub(super) resend: Timestamp,
    pub(super) left: u32,
    pub(super) held_until: Option<Timestamp>,
    pub(super) statement: String,
    pub(super) others: Counted,
    pub(super) verifications: Counted,
    /// Number of the account the device belongs to, once active.
    pub(super) account: Option<usize>,
    /// Replaced or deleted; whether it is ordered to erase.
    pub(super) retired: Option<bool>,
    pub(super) deleted: Option<(String, Timestamp)>,
    pub(super) own: Counted,
}

impl One {
    pub(super) fn waits(&self, now: Timestamp) -> bool {
        self.state == State::Held && self.held_until.is_some_and(|until| now < until)
    }
}

/// The one account that lives.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) number: usize,
    pub(super) id: String,
    pub(super) live: usize,
    pub(super) frozen_by: Option<usize>,
    pub(super) hold_until: Option<Timestamp>,
}

pub(super) struct Model {
    pub(super) all: Vec<One>,
    pub(super) account: Option<Account>,
    pub(super) accounts: usize,
    pub(super) told: usize,
    pub(super) misses: Misses,
    pub(super) by_address: Counted,
    pub(super) by_person: Counted,
    pub(super) by_mobile: Counted,
    pub(super) messages: Counted,
    pub(super) others: HashMap<usize, Counted>,
    pub(super) verifications: HashMap<usize, Counted>,
}

impl Model {
    pub(super) fn new() -> Self {
        Self {
            all: Vec::new(),
            account: None,
            accounts: 0,
            told: 0,
            misses: Misses::default(),
            by_address: Counted::new(20, 72 * MINUTE),
            by_person: Counted::new(3, 480 * MINUTE),
            by_mobile: Counted::new(5, 288 * MINUTE),
            messages: Counted::new(10, 144 * MINUTE),
            others: HashMap::new(),
            verifications: HashMap::new(),
        }
    }

    /// Counted from the newest.
    pub(super) fn pick(&self, back: usize) -> Option<usize> {
        self.all.len().checked_sub(1 + back)
    }

    /// Counted from the newest that was ever enrolled; now and then from the newest of all.
    pub(super) fn enrolled(&self, back: usize) -> Option<usize> {
        let fits = |index: &usize| back > 3 || self.all[*index].account.is_some();
        (0..self.all.len()).rev().filter(fits).nth(back)
    }

    /// The account whose live device this is.
    pub(super) fn lives(&self, index: usize) -> Option<&Account> {
        self.account.as_ref().filter(|account| account.live == index)
    }

    /// Whether this device said "not me" and waits to have its account back.
    pub(super) fn froze(&self, index: usize) -> bool {
        self.account.as_ref().is_some_and(|account| account.frozen_by == Some(index))
    }

    pub(super) fn other(&mut self, number: usize, now: Timestamp) -> bool {
        self.others.entry(number).or_insert_with(|| Counted::new(60, 1000)).take(now)
    }

    pub(super) fn verification(&mut self, number: usize, now: Timestamp) -> bool {
        self.verifications.entry(number).or_insert_with(|| Counted::new(10, 6 * MINUTE)).take(now)
    }

    /// The enrolled device becomes the one that lives.
    pub(super) fn activate(&mut self, index: usize, lost: bool, id: &str, now: Timestamp) {
        let hold_until = match self.account.take() {
            Some(before) => {
                self.all[before.live].retired = Some(lost);
                Some((before, now + Duration::from_secs(86_400)))
            }
            None => None,
        };
        let number = hold_until.as_ref().map_or(self.accounts, |(before, _)| before.number);
        self.accounts = self.accounts.max(number + 1);
        let hold_until = hold_until.map(|(_, until)| until);
        self.account = Some(Account { number, id: id.to_owned(), live: index, frozen_by: None, hold_until });
        self.all[index].state = State::Active;
        self.all[index].account = Some(number);
    }
}
