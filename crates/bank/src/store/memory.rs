//! Everything in memory, gone with the process: for tests and for trying things out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use protocol::code::Outcome;
use protocol::encode::{Digest, Nonce};
use protocol::id::{ConfirmationId, QueryId};
use protocol::key::Kid;
use protocol::time::Timestamp;

use super::{
    Answered, BankStore, CONFIRMATION_LIFE, CONSENT_LIFE, Confirmation, Decision, INQUIRIES, InquiryLine, Keeping,
    KeptAnswer, LOG_LIFE, LiveQuery, Person, StoreError,
};
use crate::seven_days::too_soon;

/// A [`BankStore`] in memory.
#[derive(Default)]
pub struct MemoryStore(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    nonces: HashMap<(Kid, Nonce), Timestamp>,
    answers: HashMap<(QueryId, u8), (KeptAnswer, Timestamp)>,
    withdrawn: HashMap<QueryId, Timestamp>,
    reports: HashMap<QueryId, Report>,
    log: HashMap<QueryId, Line>,
    confirmations: HashMap<ConfirmationId, Confirmation>,
}

struct Report {
    person: Person,
    ends_at: Timestamp,
    replaced_by: Option<QueryId>,
}

struct Line {
    person: Option<Person>,
    consent: Digest,
    outcome: Option<Outcome>,
    line: InquiryLine,
}

impl MemoryStore {
    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tables {
    fn live(&self, person: &Person, now: Timestamp) -> Vec<LiveQuery> {
        let reports = self.reports.iter().filter(|(_, report)| report.person == *person && now < report.ends_at);
        reports.map(|(query, report)| LiveQuery { query: *query, replaced_by: report.replaced_by }).collect()
    }

    fn consent_of(&self, query: QueryId) -> Option<Digest> {
        let answer = self.answers.iter().find(|((of, _), _)| *of == query).map(|(_, (kept, _))| kept.consent);
        answer.or_else(|| self.log.get(&query).filter(|line| line.outcome.is_some()).map(|line| line.consent))
    }
}

impl BankStore for MemoryStore {
    fn take_nonce(&self, key: &Kid, nonce: &Nonce, until: Timestamp) -> Result<bool, StoreError> {
        Ok(self.tables().nonces.insert((*key, *nonce), until).is_none())
    }

    fn is_withdrawn(&self, query: QueryId) -> Result<bool, StoreError> {
        Ok(self.tables().withdrawn.contains_key(&query))
    }

    fn withdraw(&self, query: QueryId, or_until: Timestamp) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let until = tables.answers.iter().find(|((of, _), _)| *of == query).map_or(or_until, |(_, (_, until))| *until);
        tables.answers.retain(|(of, _), _| *of != query);
        tables.withdrawn.entry(query).or_insert(until);
        if let Some(line) = tables.log.get_mut(&query).filter(|line| line.outcome.is_none()) {
            line.person = None;
        }
        Ok(())
    }

    fn kept(&self, query: QueryId, round: u8) -> Result<Option<KeptAnswer>, StoreError> {
        Ok(self.tables().answers.get(&(query, round)).map(|(kept, _)| kept.clone()))
    }

    fn consent_of(&self, query: QueryId) -> Result<Option<Digest>, StoreError> {
        Ok(self.tables().consent_of(query))
    }

    fn live(&self, person: &Person, now: Timestamp) -> Result<Vec<LiveQuery>, StoreError> {
        Ok(self.tables().live(person, now))
    }

    fn log(&self, person: &Person, consent: &Digest, line: &InquiryLine) -> Result<(), StoreError> {
        let mut tables = self.tables();
        let fresh = Line { person: Some(*person), consent: *consent, outcome: None, line: line.clone() };
        match tables.log.get_mut(&line.query).filter(|before| before.outcome.is_some()) {
            Some(before) => before.line = line.clone(),
            None => {
                tables.log.insert(line.query, fresh);
            }
        }
        Ok(())
    }

    fn inquiries(&self, person: &Person) -> Result<Vec<InquiryLine>, StoreError> {
        let tables = self.tables();
        let mut lines: Vec<_> = tables
            .log
            .values()
            .filter(|line| line.person.as_ref() == Some(person))
            .map(|line| line.line.clone())
            .collect();
        lines.sort_by(|a, b| b.at.cmp(&a.at).then(b.query.cmp(&a.query)));
        lines.truncate(INQUIRIES);
        Ok(lines)
    }

    fn keep(&self, answered: &Answered) -> Result<Keeping, StoreError> {
        let mut tables = self.tables();
        if tables.withdrawn.contains_key(&answered.query) {
            return Ok(Keeping::Withdrawn);
        }
        if tables.consent_of(answered.query).is_some_and(|consent| consent != answered.kept.consent) {
            return Ok(Keeping::Replayed);
        }
        if let Some((kept, _)) = tables.answers.get(&(answered.query, answered.round)) {
            return Ok(Keeping::Already(kept.clone()));
        }
        if too_soon(&tables.live(&answered.person, answered.at), answered.query, answered.replaces) {
            return Ok(Keeping::TooSoon);
        }
        let named = answered.replaces.and_then(|replaced| tables.reports.get_mut(&replaced));
        if let Some(report) = named.filter(|report| report.person == answered.person) {
            report.replaced_by = Some(answered.query);
        }
        let report = Report { person: answered.person, ends_at: answered.report_ends_at, replaced_by: None };
        tables.reports.entry(answered.query).or_insert(report);
        tables.answers.insert((answered.query, answered.round), (answered.kept.clone(), answered.consent_expires_at));
        if let Some(line) = tables.log.get_mut(&answered.query) {
            line.person = (answered.outcome != Outcome::None).then_some(answered.person);
            (line.outcome, line.consent) = (Some(answered.outcome), answered.kept.consent);
        }
        Ok(Keeping::Kept)
    }

    fn open_confirmation(&self, confirmation: &Confirmation) -> Result<(), StoreError> {
        self.tables().confirmations.insert(confirmation.id, confirmation.clone());
        Ok(())
    }

    fn confirmation(&self, id: ConfirmationId) -> Result<Option<Confirmation>, StoreError> {
        Ok(self.tables().confirmations.get(&id).cloned())
    }

    fn decide(&self, id: ConfirmationId, decision: &Decision) -> Result<bool, StoreError> {
        let mut tables = self.tables();
        let pending =
            tables.confirmations.get_mut(&id).filter(|confirmation| confirmation.decision == Decision::Pending);
        Ok(pending.map(|confirmation| confirmation.decision = decision.clone()).is_some())
    }

    fn purge(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tables = self.tables();
        tables.nonces.retain(|_, until| now < *until);
        tables.answers.retain(|_, (_, until)| now < *until);
        tables.withdrawn.retain(|_, until| now < *until);
        tables.reports.retain(|_, report| now < report.ends_at);
        tables.log.retain(|_, line| now < line.line.at + LOG_LIFE);
        for line in tables.log.values_mut().filter(|line| line.outcome.is_none() && now >= line.line.at + CONSENT_LIFE)
        {
            line.person = None;
        }
        tables.confirmations.retain(|_, confirmation| now < confirmation.at + CONFIRMATION_LIFE);
        Ok(())
    }
}
