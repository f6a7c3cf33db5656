//! What a person may do on a walk, what the table says to it, and where both must stand afterwards.

use std::collections::BTreeSet;

use device::{Keychain, KeychainError};
use journey::view::{ClockState, Ended, QueryState};
use journey::{ConsentForm, ErrorCode};
use protocol::code::{BankState, FactorKind, QueryState as AtGateway};
use protocol::encode::Digest;

use super::gateway::{HOUR, Network};
use super::model::Query;
use super::parties::{BANKS, Does};
use super::walk::{Event, Must, Walk, code};
use crate::stage::secret;

const CODE: &str = "123456";
const WRONG: &str = "654321";

/// A consent with everything said, under the notice as it first was.
pub(crate) fn form() -> ConsentForm {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    ConsentForm {
        banks: words(&BANKS),
        kinds: words(&["debit"]),
        fields: words(&["bank", "product", "kind", "brand", "number", "status", "role"]),
        sensitive: true,
        handover: true,
        face: true,
        notice_version: "2026-11-01".to_owned(),
        notice_sha256: Digest::of("告知书".as_bytes()).to_string(),
        locale: "zh-CN".to_owned(),
        read_to_end: true,
    }
}

/// The four refusals of the keychain and their kin, told apart.
fn told_apart(error: KeychainError) -> ErrorCode {
    match error {
        KeychainError::Missing => ErrorCode::KeychainMissing,
        KeychainError::Locked => ErrorCode::KeychainLocked,
        KeychainError::Denied => ErrorCode::KeychainDenied,
        KeychainError::Cancelled => ErrorCode::KeychainCancelled,
        KeychainError::NotSetUp => ErrorCode::KeychainNotSetUp,
        KeychainError::TimedOut => ErrorCode::KeychainTimedOut,
        KeychainError::Unavailable | KeychainError::Altered | KeychainError::Unfit => ErrorCode::KeychainUnavailable,
    }
}

impl Walk {
    fn reachable(&self) -> bool {
        self.gateway.inner().network == Network::Up
    }

    /// What the table says to a command now.
    pub(crate) fn must(&self, event: Event) -> Must {
        use QueryState::{Collecting, Ending, Prepared, Ready, Retrying, Sending, Verifying};
        let model = &self.model;
        let wrong = Must::Refuse(ErrorCode::WrongState);
        if model.blind {
            return if matches!(event, Event::Tick(_) | Event::Refresh(_)) { Must::Any } else { Must::RefuseSomehow };
        }
        let Some(query) = &model.query else {
            return match event {
                Event::Agree | Event::AgreeOld | Event::AgreeUnkept(_) => self.may_agree(),
                Event::Unlock | Event::Forgotten | Event::Read => self.may_read(event),
                _ if model.retired && matches!(event, Event::Prove(_) | Event::Fail(..) | Event::Submit(_)) => {
                    Must::Refuse(ErrorCode::DeviceRetired)
                }
                _ => Must::Refuse(ErrorCode::NoQuery),
            };
        };
        match (event, query.state) {
            (Event::Agree | Event::AgreeOld | Event::AgreeUnkept(_), _) => self.may_agree(),
            (Event::Prove(_) | Event::Fail(..) | Event::Submit(_), _) if model.retired => {
                Must::Refuse(ErrorCode::DeviceRetired)
            }
            (Event::Prove(_) | Event::Fail(..), Prepared | Verifying) => self.may_verify(),
            (Event::Prove(_) | Event::Fail(..), _) => wrong,
            (Event::Cancel, Prepared | Verifying) => Must::Hold,
            (Event::Cancel, _) => wrong,
            (Event::Submit(_), Prepared | Verifying) if !model.verified() => Must::Refuse(ErrorCode::FactorMissing),
            (Event::Submit(_), Prepared | Verifying | Sending) => Must::Any,
            (Event::Submit(_), _) => wrong,
            (Event::Delete, Sending) => wrong,
            (Event::Withdraw | Event::Delete, _) => Must::Hold,
            (Event::Retry | Event::RetryUnheard, Prepared | Verifying | Sending | Collecting) => {
                Must::Refuse(ErrorCode::NotClosed)
            }
            (Event::Retry | Event::RetryUnheard, Retrying | Ending) => wrong,
            (Event::Retry | Event::RetryUnheard, Ready) => self.may_retry(query),
            (Event::Unlock | Event::Forgotten | Event::Read, _) => self.may_read(event),
            (_, _) => Must::Any,
        }
    }

    fn may_agree(&self) -> Must {
        let (model, inner) = (&self.model, self.gateway.inner());
        let last = inner.queries.iter().max_by_key(|(_, held)| held.accepted_at);
        let replaceable = last.is_some_and(|(id, held)| {
            let replaced_itself = model.records.iter().any(|(record, _, replaces)| record == id && *replaces);
            matches!(held.state, AtGateway::Withdrawn | AtGateway::Deleted) && !replaced_itself
        });
        let used = inner.allowance.is_some_and(|next| model.now < next) && !replaceable;
        match () {
            () if model.retired => Must::Refuse(ErrorCode::DeviceRetired),
            () if model.doubtful() => Must::Refuse(ErrorCode::ClockDoubtful),
            () if model.query.is_some() => Must::Refuse(ErrorCode::QueryLive),
            () if model.keychain.is_some() || inner.network != Network::Up => Must::RefuseSomehow,
            () if inner.directory_old => Must::RefuseSomehow,
            () if model.overdue() => Must::Any,
            () if inner.notice != "告知书" => Must::Refuse(ErrorCode::ConsentNoticeChanged),
            () if inner.retired.is_some() => Must::Refuse(ErrorCode::DeviceRetired),
            () if used => Must::Refuse(ErrorCode::AllowanceUsed),
            () => Must::Hold,
        }
    }

    fn may_verify(&self) -> Must {
        match () {
            () if self.model.keychain.is_some() || !self.reachable() => Must::RefuseSomehow,
            () if self.gateway.inner().retired.is_some() => Must::Refuse(ErrorCode::DeviceRetired),
            () => Must::Hold,
        }
    }

    fn may_retry(&self, query: &Query) -> Must {
        let closed = self.gateway.inner().queries.get(&query.id).is_some_and(|held| held.state == AtGateway::Closed);
        match () {
            () if query.round >= 3 => Must::Refuse(ErrorCode::RetryUsedUp),
            () if self.model.shown() >= query.given_at + HOUR * 72 => Must::Refuse(ErrorCode::RetryUsedUp),
            () if !query.open_again() => Must::Refuse(ErrorCode::RetryNoneOpen),
            () if self.model.keychain.is_some() || !self.reachable() => Must::RefuseSomehow,
            () if self.gateway.inner().retired.is_some() => Must::Refuse(ErrorCode::DeviceRetired),
            () if !closed => Must::Refuse(ErrorCode::NotClosed),
            () => Must::Hold,
        }
    }

    fn may_read(&self, event: Event) -> Must {
        let model = &self.model;
        let healthy = model.keychain.is_none();
        let lives = matches!(model.state(), Some(QueryState::Collecting | QueryState::Ready | QueryState::Retrying));
        let past = model.query.as_ref().and_then(|query| query.end).is_some_and(|end| model.shown() >= end);
        match event {
            Event::Unlock if healthy => Must::Hold,
            Event::Forgotten if healthy && self.reachable() && !model.retired => match self.gateway.inner().retired {
                // Whether the time is heard before the factors are looked at is not laid down.
                _ if model.ahead && !model.known_ahead => Must::Any,
                Some(_) => Must::Refuse(ErrorCode::DeviceRetired),
                None => Must::Hold,
            },
            Event::Read if healthy && !model.unlocked => Must::RefuseSomehow,
            Event::Read if healthy && lives && past => Must::Refuse(ErrorCode::ClockDoubtful),
            Event::Read if healthy && lives => Must::Hold,
            Event::Read if healthy => Must::Refuse(ErrorCode::NoQuery),
            _ => Must::RefuseSomehow,
        }
    }

    pub(crate) async fn agree(&mut self, event: Event) -> (Must, Option<ErrorCode>) {
        let said = self.app().consent_agree(form()).await;
        // What the gateway still had to be told was told first, and counts.
        let must = self.must(event);
        self.hears_time().await;
        if let Ok(view) = &said {
            self.agreed(&view.query_id);
        }
        let said = code(said);
        self.hears_of_another(said);
        (must, said)
    }

    /// Signed time ends every doubt, whatever it was asked for; without the gateway nothing does.
    pub(crate) async fn hears_time(&mut self) {
        if !self.model.ahead || self.model.known_ahead || self.model.blind || !self.reachable() {
            return;
        }
        let now = self.app().settings_home().await.unwrap().now.parse().unwrap();
        if self.model.shown() > now {
            self.model.hears_time();
        }
    }

    pub(crate) fn agreed(&mut self, query: &str) {
        let replaces = self.gateway.inner().allowance.is_some_and(|next| self.model.now < next);
        self.model.query = Some(Query::prepared(query.parse().unwrap(), self.model.now, replaces));
    }

    /// The gateway's word that another device took over is heeded by whatever heard it.
    pub(crate) fn hears_of_another(&mut self, said: Option<ErrorCode>) {
        let retired = self.gateway.inner().retired;
        if let (Some(ErrorCode::DeviceRetired), Some(ordered), false) = (said, retired, self.model.retired) {
            self.model.is_retired(ordered);
        }
    }

    /// A factor was begun: the person went on, whether or not somebody could be asked.
    pub(crate) fn begins(&mut self, asked: bool, kind: FactorKind) {
        if self.model.blind || self.model.retired {
            return;
        }
        if let Some(query) = self.model.query.as_mut().filter(|query| query.state == QueryState::Prepared) {
            query.state = QueryState::Verifying;
        }
        if asked {
            self.model.factor(kind, false);
        }
    }

    pub(crate) async fn prove(&self, kind: FactorKind) -> Option<ErrorCode> {
        self.gateway.inner().faces_fail(false);
        let app = self.app();
        let begun = code(app.verify_start(kind).await);
        if begun.is_some() {
            return begun;
        }
        code(match kind {
            FactorKind::Sms => app.verify_confirm(CODE.to_owned()).await,
            FactorKind::Face | FactorKind::CardBank => app.verify_evidence().await,
        })
    }

    pub(crate) async fn fail(&self, kind: FactorKind, tries: u32) -> Option<ErrorCode> {
        self.gateway.inner().faces_fail(true);
        let app = self.app();
        let mut said = code(app.verify_start(kind).await);
        if said.is_none() {
            for _ in 0..tries {
                said = code(match kind {
                    FactorKind::Sms => app.verify_confirm(WRONG.to_owned()).await,
                    FactorKind::Face | FactorKind::CardBank => app.verify_evidence().await,
                });
            }
        }
        said
    }

    pub(crate) async fn end(&mut self, event: Event, must: Must) -> (Must, Option<ErrorCode>) {
        let id = self.id();
        let said = match event {
            Event::Delete => self.app().expire_delete_now(id).await,
            _ => self.app().consent_withdraw(id).await,
        };
        if must == Must::Hold {
            let why = match (event, self.model.state()) {
                (_, Some(QueryState::Prepared | QueryState::Verifying)) => Ended::Lapsed,
                (Event::Delete, _) => Ended::Deleted,
                (_, _) => Ended::Withdrawn,
            };
            self.model.ends(why);
        }
        (must, code(said))
    }

    /// One pass of what goes on by itself.
    pub(crate) async fn tick(&mut self) {
        let _ = self.app().tick().await;
        if self.model.blind {
            return;
        }
        self.model.looks();
        if self.model.doubtful() && self.reachable() {
            self.model.hears_time();
            self.model.looks();
        }
        let inner = self.gateway.inner();
        match self.model.state() {
            Some(QueryState::Sending) if self.model.now >= self.model.paused_until => self.model.sends(&inner),
            Some(QueryState::Collecting | QueryState::Retrying) => self.model.collects(&inner),
            Some(QueryState::Ready) if self.model.unclosed() => self.model.collects(&inner),
            Some(QueryState::Ready) | None if !self.model.retired && self.model.now >= self.model.asks_from => {
                self.model.asks_from = self.model.now + HOUR / 6;
                if let Some(ordered) =
                    inner.retired.filter(|_| inner.network == Network::Up && self.model.keychain.is_none())
                {
                    self.model.is_retired(ordered);
                }
            }
            _ => {}
        }
        drop(inner);
        self.model.closes();
    }

    /// The person asks how it stands.
    pub(crate) async fn refresh(&mut self) {
        let _ = self.app().collect_refresh().await;
        self.hears_time().await;
        if self.model.blind {
            return;
        }
        let inner = self.gateway.inner();
        match self.model.state() {
            Some(QueryState::Sending) => self.model.sends(&inner),
            Some(QueryState::Collecting | QueryState::Ready | QueryState::Retrying) => self.model.collects(&inner),
            Some(QueryState::Prepared | QueryState::Verifying | QueryState::Ending) | None => {}
        }
    }

    pub(crate) fn retries(&mut self) {
        let now = self.model.now;
        if let Some(query) = &mut self.model.query {
            query.round += 1;
            query.state = QueryState::Retrying;
            query.round_due = Some((now + HOUR * 24).min(query.given_at + HOUR * 72));
            let again = |state: &&mut BankState| matches!(state, BankState::Refused | BankState::Unanswered);
            query.banks.values_mut().filter(again).for_each(|state| *state = BankState::Pending);
        }
    }

    pub(crate) async fn read(&self) -> Option<ErrorCode> {
        let report = match self.app().read_report().await {
            Ok(report) => report,
            Err(refusal) => return code(Err::<(), _>(refusal)),
        };
        assert_eq!(report.banks.len(), BANKS.len(), "a row a bank");
        let query = self.model.query.as_ref().unwrap();
        for row in report.banks {
            let answered = query.banks[&row.bank] == BankState::Answered;
            let honest = query.did.get(&row.bank) == Some(&Does::Answers);
            let told = (row.outcome.is_some(), row.fault.is_some());
            assert_eq!(told, (answered && honest, answered && !honest), "{} as it first answered: {query:?}", row.bank);
        }
        None
    }

    pub(crate) async fn forgotten(&self) -> Option<ErrorCode> {
        self.gateway.inner().faces_fail(false);
        let app = self.app();
        let steps = async {
            app.unlock_forgotten().await?;
            app.unlock_forgotten_confirm(CODE.to_owned()).await?;
            app.unlock_forgotten_second(FactorKind::Face).await?;
            app.unlock_forgotten_evidence().await?;
            app.unlock_forgotten_password(secret(crate::stage::PASSWORD)).await
        };
        code(steps.await)
    }

    /// App and table stand at the same place, and nothing of what ended is left.
    pub(crate) async fn look(&mut self, event: Event, when: &str) {
        let home = self.app().settings_home().await.unwrap();
        self.model.looks();
        if self.model.keychain.is_none() {
            self.model.keeps();
        }
        let model = &self.model;
        let at = format!("{when} {event:?} at {model:#?}");
        if let Some(error) = model.keychain {
            let trouble = home.trouble.map(|trouble| trouble.code);
            assert_eq!(trouble, Some(told_apart(error)), "the keychain's trouble is told {at}");
            return;
        }
        let trouble = home.trouble.map(|trouble| trouble.code);
        assert_eq!(trouble, model.retired.then_some(ErrorCode::DeviceRetired), "nothing else is in the way {at}");
        assert_eq!(home.query.as_ref().map(|query| query.state), model.state(), "the state {at}");
        let ended = |mut all: Vec<Ended>| {
            all.sort_by_key(|ended| format!("{ended:?}"));
            all
        };
        let records = home.records.iter().map(|record| record.ended).collect();
        assert_eq!(ended(records), ended(model.records.iter().map(|(_, why, _)| *why).collect()), "the records {at}");
        assert_eq!(home.clock == ClockState::Doubtful, model.doubtful(), "the doubt {at}");
        if let (Some(seen), Some(query)) = (&home.query, &model.query) {
            let text = |time: Option<protocol::time::Timestamp>| time.map(|time| time.to_string());
            assert_eq!(seen.ends_at, text(query.end), "the end {at}");
            assert_eq!(seen.generated_at, text(query.generated_at), "when it was generated {at}");
            assert_eq!(seen.round, u32::from(query.round), "the round {at}");
            let banks = if query.accepted_at.is_some() { query.answered() } else { 0 };
            assert_eq!(seen.banks_answered as usize, banks, "the answers {at}");
        }
        let keys: BTreeSet<String> =
            self.keychain.list().unwrap().into_iter().filter(|name| name.starts_with("shred.")).collect();
        let wanted = model.query.iter().filter(|query| query.key_there).map(|query| format!("shred.{}", query.id));
        assert_eq!(keys, wanted.collect(), "a key for what lives and for nothing else {at}");
        let sections = super::walk::files(&self.device.path().join("sections"));
        let files = sections.iter().filter(|(name, _)| name.extension().is_some_and(|it| it == "db"));
        let foreign = files.filter(|(name, _)| {
            model.query.as_ref().is_none_or(|query| !name.starts_with(query.id.to_string() + ".db"))
        });
        assert_eq!(foreign.count(), 0, "no section outlives its query {at}");
        let inner = self.gateway.inner();
        for (id, body) in &inner.applied {
            let first = inner.applied.iter().find(|(other, _)| other == id).map(|(_, first)| first);
            assert_eq!(first, Some(body), "the same bytes each time {at}");
        }
    }
}
