//! One query after another (8-states table 3), walked at random beside its model.

mod table;

use std::time::Duration;

use gateway::store::{Changes, Holder, Verification, VerificationState, Versioned};
use protocol::code::{BankState, FactorKind, QueryState, ReceiptReason};
use protocol::id::{TokenId, VerificationId};
use protocol::time::{Clock, Timestamp};
use serde_json::json;

use crate::world::banks::Do;
use crate::world::device::{Agreed, Device};
use crate::world::rate::Counted;
use crate::world::{BANKS, World, bank, walk};
use crate::{Expected, compare};
use table::{Model, One, Row, Step, step};

struct Walk {
    world: World,
    device: Device,
    model: Model,
}

impl Walk {
    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    /// Both factors, as table 6 leaves them.
    async fn tokens(&self, agreed: &Agreed) -> Vec<String> {
        let kid = self.device.key.kid();
        let account = self.world.store.device(kid).await.unwrap().unwrap().doc.account;
        let passed = |kind| Verification {
            verification: VerificationId::new(),
            holder: Holder::Account(account),
            device: kid,
            consent: agreed.digest(),
            kind,
            state: VerificationState::Passed,
            expires_at: self.now(),
            code: None,
            session: None,
            left: 3,
            subject: None,
            confirmation: None,
            attestation: Some("attestation".to_owned()),
            passed_at: Some(self.now()),
            token: Some(TokenId::new()),
            token_expires_at: Some(self.now() + Duration::from_secs(600)),
        };
        let both = [passed(FactorKind::Sms), passed(FactorKind::CardBank)];
        let tokens = both.iter().filter_map(|found| found.token.map(|token| token.to_string())).collect();
        let verifications = both.map(Versioned::new).into();
        self.world.store.commit(Changes { verifications, ..Changes::default() }).await.unwrap();
        tokens
    }

    async fn apply(&mut self, replaces: bool) -> Result<(), String> {
        let now = self.now();
        let last = self.model.allowance.last;
        let named = last.filter(|_| replaces).map(|last| self.model.all[last].agreed.consent.query_id);
        let agreed = self.world.consent_with(&self.device, BANKS, |consent| consent.replaces = named);
        let tokens = self.tokens(&agreed).await;
        let allowance = &self.model.allowance;
        let replaced = allowance.ended.is_some() && !allowance.replacement;
        let expected: Expected = if !self.model.queries.take(now) {
            Err("rate_limited")
        } else if allowance.live {
            Err("query_live")
        } else if named.is_some() && !replaced {
            Err("consent_invalid")
        } else if named.is_none() && allowance.until.is_some_and(|until| now < until) {
            Err("allowance_used")
        } else {
            Ok(201)
        };
        let got = self.world.apply(&self.device, &agreed, &tokens).await;
        compare(&got, expected)?;
        if expected.is_ok() {
            let pending = Row { state: BankState::Pending, round: 1, collected: false };
            self.model.allowance = table::Allowance {
                last: Some(self.model.all.len()),
                live: true,
                until: None,
                ended: None,
                replacement: named.is_some(),
            };
            self.model.all.push(One {
                agreed,
                tokens,
                reply: got.json(),
                state: QueryState::Asking,
                rows: [pending; 3],
                round: 1,
                revision: 0,
                accepted: now,
                round_due: now + Duration::from_secs(24 * table::HOUR),
                generated: None,
                expires: None,
                ended: None,
                receipt: None,
                to_tell: false,
                status: Counted::new(10, 10_000),
            });
        }
        Ok(())
    }

    /// The same request again: for 96 h the stored answer, whatever became of the query.
    async fn again(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let one = &self.model.all[index];
        let got = self.world.apply(&self.device, &one.agreed, &one.tokens).await;
        if now.since(one.accepted).as_secs() < 96 * table::HOUR {
            return if got.json() == one.reply { Ok(()) } else { Err("not the stored answer".to_owned()) };
        }
        let ended = matches!(one.state, QueryState::Withdrawn | QueryState::Deleted);
        let known = if ended { "withdrawn" } else { "consent_known" };
        compare(&got, Err(if self.model.queries.take(now) { known } else { "rate_limited" }))
    }

    /// "none | withdraw of unknown id", then "withdrawn* | POST".
    async fn withdraw_early(&mut self) -> Result<(), String> {
        let now = self.now();
        let agreed = self.world.consent(&self.device, BANKS);
        let tokens = self.tokens(&agreed).await;
        let place = format!("/v1/queries/{}/withdraw", agreed.id());
        let receipts = [(); 2].map(|()| if self.model.others.take(now) { Ok(200) } else { Err("rate_limited") });
        for expected in receipts {
            let got = self.world.post(&self.device, &place, &json!({ "v": 1 })).await;
            compare(&got, expected)?;
        }
        let withdrawn = receipts.iter().any(Result::is_ok);
        if !withdrawn {
            return Ok(());
        }
        let expected = if self.model.queries.take(now) { "withdrawn" } else { "rate_limited" };
        compare(&self.world.apply(&self.device, &agreed, &tokens).await, Err(expected))
    }

    async fn ask(&mut self, does: [Do; 3]) -> Result<(), String> {
        let now = self.now();
        for (code, what) in BANKS.iter().zip(does) {
            self.world.banks.always(code, what);
        }
        let before = self.world.banks.asked().len();
        self.world.gateway.ask_once().await;
        let mut expected = 0;
        for index in 0..self.model.all.len() {
            let revoked = self.model.revoked;
            let one = &mut self.model.all[index];
            one.to_tell = false;
            let asks = one.runs() && now < one.round_due;
            let open: Vec<_> = (0..3).filter(|bank| asks && one.pending(*bank)).collect();
            for place in &open {
                expected += usize::from(!revoked[*place]);
                one.rows[*place].state = match does[*place] {
                    _ if revoked[*place] => BankState::NotCovered,
                    Do::Answer => BankState::Answered,
                    Do::Refuse => BankState::Refused,
                    _ => BankState::Pending,
                };
            }
            if open.iter().any(|place| self.model.all[index].rows[*place].state != BankState::Pending) {
                self.model.close(index, now);
            }
        }
        let asked = self.world.banks.asked().len() - before;
        if asked == expected { Ok(()) } else { Err(format!("{asked} banks were asked, the table asks {expected}")) }
    }

    /// "withdraw / DELETE report"; repeated, the same receipt.
    async fn end(&mut self, index: usize, reason: ReceiptReason) -> Result<(), String> {
        let now = self.now();
        let id = self.model.all[index].agreed.id();
        let got = if reason == ReceiptReason::Deleted {
            self.world.delete(&self.device, &format!("/v1/queries/{id}/report")).await
        } else {
            let limited = !self.model.others.take(now);
            let got = self.world.post(&self.device, &format!("/v1/queries/{id}/withdraw"), &json!({ "v": 1 })).await;
            if limited {
                return compare(&got, Err("rate_limited"));
            }
            got
        };
        if let Some(receipt) = &self.model.all[index].receipt {
            return if got.text("receipt") == *receipt { Ok(()) } else { Err("another receipt".to_owned()) };
        }
        match self.model.all[index].at(now) {
            QueryState::Expired => return compare(&got, Err("expired")),
            QueryState::Asking | QueryState::Retrying | QueryState::Closed => self.model.finish(index, reason, now),
            QueryState::Empty | QueryState::Withdrawn | QueryState::Deleted => {}
        }
        self.model.all[index].receipt = Some(got.text("receipt"));
        compare(&got, Ok(200))
    }

    /// What the route says while the report can be read.
    fn read(&self, index: usize, now: Timestamp, otherwise: Expected) -> Expected {
        self.model.all[index].refuses(now).map_or(otherwise, Err)
    }

    async fn collected(&mut self, index: usize, place: usize) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.sections.take(now);
        let expected = if limited { Err("rate_limited") } else { self.read(index, now, Ok(200)) };
        let one = &mut self.model.all[index];
        let (id, row) = (one.agreed.id(), one.rows[place]);
        let bytes = self.world.banks.sealed(BANKS[place], &id, row.round).unwrap_or_default();
        let sealed = protocol::encode::Digest::of(&bytes);
        let target = format!("/v1/queries/{id}/collected");
        let got = self.world.post(&self.device, &target, &json!({ "v": 1, "sealed": [sealed] })).await;
        if expected.is_ok() && row.state == BankState::Answered {
            one.rows[place].collected = true;
        }
        compare(&got, expected)
    }

    async fn retry(&mut self, index: usize, more: u8) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.others.take(now);
        let one = &mut self.model.all[index];
        let round = one.round + more;
        let target = format!("/v1/queries/{}/retry", one.agreed.id());
        let expected = if limited { Err("rate_limited") } else { one.retry(round, now) };
        compare(&self.world.post(&self.device, &target, &json!({ "v": 1, "round": round })).await, expected)
    }

    async fn section(&mut self, index: usize, place: usize) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.sections.take(now);
        let one = &self.model.all[index];
        let (id, row) = (one.agreed.id(), one.rows[place]);
        let kept = match row.state {
            BankState::Answered if row.collected => Err("deleted"),
            BankState::Answered => Ok(200),
            _ => Err("not_found"),
        };
        let expected = if limited { Err("rate_limited") } else { self.read(index, now, kept) };
        let target = format!("/v1/queries/{id}/sections/{}?round={}", BANKS[place], row.round);
        let got = self.world.get(&self.device, &target).await;
        compare(&got, expected)?;
        let given = self.world.banks.sealed(BANKS[place], &id, row.round);
        let same = expected.is_err() || Some(got.bytes) == given;
        if same { Ok(()) } else { Err("not the bytes the bank gave".to_owned()) }
    }

    async fn report(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.others.take(now);
        let one = &self.model.all[index];
        let closed = if one.revision == 0 { Err("not_closed") } else { Ok(200) };
        let expected = if limited { Err("rate_limited") } else { self.read(index, now, closed) };
        let target = format!("/v1/queries/{}/report", one.agreed.id());
        compare(&self.world.get(&self.device, &target).await, expected)
    }

    async fn status(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let one = &mut self.model.all[index];
        let expected = if one.status.take(now) { Ok(200) } else { Err("rate_limited") };
        let got = self.world.get(&self.device, &format!("/v1/queries/{}", one.agreed.id())).await;
        compare(&got, expected)?;
        let shown = got.json()["state"].clone();
        let same = expected.is_err() || shown == one.at(now).as_str();
        if same { Ok(()) } else { Err(format!("shown as {shown}, the table says {}", one.at(now))) }
    }

    async fn restart(self) -> Self {
        let Self { world, device, model } = self;
        Self { world: world.restart_still().await, device, model }
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        let Some(index) = (match step {
            Step::Again(back)
            | Step::Withdraw(back)
            | Step::Delete(back)
            | Step::Collected(back, _)
            | Step::Retry(back, _)
            | Step::Section(back, _)
            | Step::Report(back)
            | Step::Status(back) => self.model.pick(back),
            _ => Some(0),
        }) else {
            return Ok(());
        };
        match step {
            Step::Apply(replaces) => self.apply(replaces).await,
            Step::WithdrawEarly => self.withdraw_early().await,
            Step::Ask(does) => self.ask(does).await,
            Step::Revoke(place) => {
                self.world.federation.revoke(BANKS[place]);
                self.model.revoked[place] = true;
                Ok(())
            }
            Step::Again(_) => self.again(index).await,
            Step::Withdraw(_) => self.end(index, ReceiptReason::Withdrawn).await,
            Step::Delete(_) => self.end(index, ReceiptReason::Deleted).await,
            Step::Collected(_, place) => self.collected(index, place).await,
            Step::Retry(_, more) => self.retry(index, more).await,
            Step::Section(_, place) => self.section(index, place).await,
            Step::Report(_) => self.report(index).await,
            Step::Status(_) => self.status(index).await,
            Step::Restart => Ok(()),
            Step::Pass(secs) => {
                self.world.pass(Duration::from_secs(secs));
                self.world.gateway.tick().await;
                self.model.job(self.now());
                Ok(())
            }
            Step::Late(secs) => {
                self.world.pass(Duration::from_secs(secs));
                Ok(())
            }
        }
    }

    /// The store says of every query and of the allowance what the model says.
    async fn agrees(&self) -> Result<(), String> {
        for one in &self.model.all {
            let doc = self.world.store.query(one.agreed.consent.query_id).await.unwrap().unwrap().doc;
            let rows: Vec<_> = doc
                .banks
                .iter()
                .map(|row| Row { state: row.state, round: row.round, collected: row.collected })
                .collect();
            let stored = (doc.state, doc.round, doc.revision, doc.generated_at, doc.expires_at, doc.ended_at);
            let model = (one.state, one.round, one.revision, one.generated, one.expires, one.ended);
            if stored != model || rows != one.rows || doc.to_tell.is_empty() == one.to_tell {
                return Err(format!("query {stored:?} {rows:?}, the table says {model:?} {:?}", one.rows));
            }
            for (place, row) in one.rows.iter().enumerate() {
                let Some(bytes) = self.world.banks.sealed(BANKS[place], &one.agreed.id(), row.round) else { continue };
                let lies = self.lies(&doc, protocol::encode::Digest::of(&bytes)).await;
                let over = !one.runs() && one.state != QueryState::Closed;
                if lies && (over || row.collected) {
                    return Err(format!("bytes of {} are kept", bank(BANKS[place])));
                }
            }
        }
        let Some(one) = self.model.all.first() else { return Ok(()) };
        let person = self.world.store.query(one.agreed.consent.query_id).await.unwrap().unwrap().doc.person;
        let doc = self.world.store.allowance(person).await.unwrap().unwrap().doc;
        let last = |index: usize| self.model.all[index].agreed.consent.query_id;
        let model = &self.model.allowance;
        let stored = (doc.last, doc.live, doc.until, doc.ended, doc.replacement);
        let model = (model.last.map(last), model.live, model.until, model.ended, model.replacement);
        if stored == model { Ok(()) } else { Err(format!("allowance {stored:?}, the table says {model:?}")) }
    }

    /// Whether bytes lie in any day's file a query may have used.
    async fn lies(&self, doc: &gateway::store::Query, sealed: protocol::encode::Digest) -> bool {
        let first = protocol::calendar::retention_end(doc.due_at);
        for day in [doc.section_end, first] {
            if self.world.store.section(day, doc.query, sealed).await.unwrap().is_some() {
                return true;
            }
        }
        false
    }
}

async fn take(steps: Vec<Step>) -> Result<(), String> {
    let world = World::still().await;
    let device = Device::of_zhang();
    world.enrol_still(&device).await;
    let mut walk = Walk { world, device, model: Model::new() };
    for (number, step) in steps.into_iter().enumerate() {
        let at = |broken: String| format!("step {number}, {step:?}: {broken}");
        if matches!(step, Step::Restart) {
            walk = walk.restart().await;
        }
        walk.step(step).await.map_err(at)?;
        walk.agrees().await.map_err(at)?;
    }
    Ok(())
}

#[test]
fn whatever_comes_in_whatever_order_a_query_is_what_the_table_says() {
    walk::each(16, step(), 120, take);
}
