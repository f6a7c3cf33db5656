//! Table 6 as a model, with the rates and the pause that its "limit reached" means.

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use protocol::code::FactorKind;
use protocol::time::Timestamp;
use serde_json::Value;

use crate::world::device::Agreed;
use crate::world::rate::{Counted, Misses};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    Right,
    Wrong,
    Old,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Consent,
    Sms,
    Face(bool),
    CardBank,
    Code(usize, Entry),
    Evidence(usize, bool),
    Look(usize),
    BankSays(&'static str),
    ProviderDown(bool),
    Resend(usize),
    Stop(usize),
    Apply(usize, usize),
    ApplyPassed,
    /// A fresh consent with both factors, without a detour.
    Both,
    /// A code, and all tries wrong.
    Guess,
    Pass(u64),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let which = prop_oneof![6 => Just(0_usize), 2 => Just(1), 1 => 2..5_usize];
    let entry = prop_oneof![3 => Just(Entry::Right), 7 => Just(Entry::Wrong), 1 => Just(Entry::Old)];
    let bank = prop_oneof![1 => Just("pending"), 3 => Just("passed"), 1 => Just("refused")];
    let span = prop_oneof![20 => 1..40_u64, 6 => 60..310_u64, 2 => 300..700_u64, 1 => 3000..90_000_u64];
    prop_oneof![
        1 => Just(Step::Consent),
        4 => Just(Step::Sms),
        4 => prop_oneof![4 => Just(true), 1 => Just(false)].prop_map(Step::Face),
        3 => Just(Step::CardBank),
        16 => (which.clone(), entry).prop_map(|(one, entry)| Step::Code(one, entry)),
        7 => (which.clone(), any::<bool>()).prop_map(|(one, good)| Step::Evidence(one, good)),
        4 => which.clone().prop_map(Step::Look),
        1 => bank.prop_map(Step::BankSays),
        2 => prop_oneof![1 => Just(true), 3 => Just(false)].prop_map(Step::ProviderDown),
        3 => which.clone().prop_map(Step::Resend),
        2 => which.clone().prop_map(Step::Stop),
        2 => (which.clone(), which).prop_map(|(one, other)| Step::Apply(one, other)),
        6 => Just(Step::ApplyPassed),
        2 => Just(Step::Both),
        4 => Just(Step::Guess),
        9 => span.prop_map(Step::Pass),
    ]
}

pub(super) fn events(step: Step) -> Vec<Step> {
    match step {
        Step::Both => {
            vec![Step::Consent, Step::Sms, Step::Code(0, Entry::Right), Step::Face(true), Step::Evidence(0, true)]
        }
        Step::Guess => [vec![Step::Sms], vec![Step::Code(0, Entry::Wrong); 5]].concat(),
        event => vec![event],
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Passed,
    Used,
    Void,
}

#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) sent: Vec<String>,
    pub(super) expires: Timestamp,
    pub(super) resend: Timestamp,
    pub(super) left: u32,
}

#[derive(Debug, Clone)]
pub(super) struct One {
    pub(super) id: String,
    pub(super) kind: FactorKind,
    pub(super) consent: usize,
    pub(super) state: State,
    pub(super) ends: Timestamp,
    pub(super) code: Option<Code>,
    pub(super) session: bool,
    pub(super) left: u32,
    pub(super) token: Option<String>,
}

impl One {
    /// Time voids what is open or passed.
    pub(super) fn at(&self, now: Timestamp) -> State {
        let waits = matches!(self.state, State::Open | State::Passed);
        if waits && now >= self.ends { State::Void } else { self.state }
    }

    pub(super) fn pass(&mut self, token: String, now: Timestamp) {
        (self.state, self.ends, self.token, self.session) =
            (State::Passed, now + Duration::from_secs(600), Some(token), false);
    }

    pub(super) fn void(&mut self) {
        (self.state, self.token, self.session, self.code) = (State::Void, None, false, None);
    }
}

/// The table, with the rates and the pause that its "limit reached" means.
pub(super) struct Model {
    pub(super) all: Vec<One>,
    pub(super) consents: Vec<Agreed>,
    pub(super) replies: HashMap<usize, (Value, Value, Timestamp)>,
    pub(super) accepted: Vec<usize>,
    pub(super) live_until: Option<Timestamp>,
    pub(super) bank: &'static str,
    pub(super) down: bool,
    pub(super) misses: Misses,
    pub(super) verifications: Counted,
    pub(super) messages: Counted,
    pub(super) others: Counted,
    pub(super) queries: Counted,
}

impl Model {
    /// Counted from the newest that a step is for; now and then from the newest of all.
    pub(super) fn pick(&self, step: Step, back: usize) -> Option<usize> {
        let fits = |one: &One| match step {
            _ if back > 3 => true,
            Step::Code(..) | Step::Resend(_) => one.kind == FactorKind::Sms,
            Step::Evidence(..) => one.kind == FactorKind::Face,
            _ => true,
        };
        (0..self.all.len()).rev().filter(|index| fits(&self.all[*index])).nth(back)
    }

    /// A passed code, and something else that passed for the same consent.
    pub(super) fn passed(&self, now: Timestamp) -> Option<(usize, usize)> {
        let passed = |index: &usize| self.all[*index].at(now) == State::Passed;
        let sms = |index: &usize| self.all[*index].kind == FactorKind::Sms;
        let all: Vec<_> = (0..self.all.len()).rev().filter(passed).collect();
        let first = *all.iter().find(|index| sms(index))?;
        let fits = |index: &&usize| !sms(index) && self.all[**index].consent == self.all[first].consent;
        Some((first, *all.iter().find(fits)?))
    }
}
