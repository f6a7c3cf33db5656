//! Enrolment (8-states table 5), walked at random beside its model.

mod table;

use std::time::Duration;

use gateway::store::EnrolmentState as Stored;
use protocol::attestation::{Act, act_digest};
use protocol::encode::{Digest, Salt, b64u};
use protocol::time::{Clock, Timestamp};
use serde_json::json;

use crate::world::device::{Device, Got};
use crate::world::rate::Counted;
use crate::world::{World, face, walk};
use crate::{Expected, MINUTE, compare};
use table::{Model, One, State, Step, events, step};

struct Walk {
    world: World,
    model: Model,
}

impl Walk {
    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    fn admitted(&mut self, now: Timestamp) -> Expected {
        let model = &mut self.model;
        if !model.by_address.take(now) {
            return Err("rate_limited");
        }
        if model.misses.paused(now) {
            return Err("sms_limit");
        }
        if !model.by_person.take(now) || !model.by_mobile.take(now) {
            return Err("rate_limited");
        }
        if model.messages.take(now) { Ok(202) } else { Err("sms_limit") }
    }

    async fn begin(&mut self, matched: bool, lost: bool) -> Result<(), String> {
        let now = self.now();
        let device = Device { lost, name: if matched { "张三" } else { "王五" }, ..Device::of_zhang() };
        let expected = self.admitted(now);
        let got = self.world.begin_enrolment(&device).await;
        compare(&got, expected)?;
        if expected.is_err() {
            return Ok(());
        }
        self.world.gateway.tick().await;
        let id = got.text("enrolment_id");
        let sent = self.world.inbox.code(&format!("enrol_code/{id}/0"));
        if sent.is_some() != matched {
            return Err("a message goes out exactly when all four match".to_owned());
        }
        self.model.all.push(One {
            device,
            id,
            state: if matched { State::Open } else { State::Void },
            sent: vec![sent.unwrap_or_default()],
            expires: now + Duration::from_secs(300),
            resend: now + Duration::from_secs(60),
            left: 5,
            held_until: None,
            statement: String::new(),
            others: Counted::new(60, 1000),
            verifications: Counted::new(10, 6 * MINUTE),
            account: None,
            retired: None,
            deleted: None,
            own: Counted::new(60, 1000),
        });
        Ok(())
    }

    async fn code(&mut self, index: usize, right: bool) -> Result<(), String> {
        let now = self.now();
        let paused = self.model.misses.paused(now);
        let moves = self.model.account.is_some();
        let frozen = self.model.account.as_ref().is_some_and(|account| account.frozen_by.is_some());
        let one = &mut self.model.all[index];
        let newest = one.sent.last().cloned().unwrap_or_default();
        let wrong = if newest == "000000" { "000001" } else { "000000" };
        let given = if right && !newest.is_empty() { newest.as_str() } else { wrong };
        let place = format!("/v1/enrolments/{}/confirm", one.id);
        let got = self.world.post(&one.device, &place, &json!({ "v": 1, "code": given })).await;
        if one.state == State::Gone {
            return compare(&got, Err("not_found"));
        }
        if !one.others.take(now) {
            return compare(&got, Err("rate_limited"));
        }
        let expected = match one.state {
            State::Void => Err("identity_not_confirmed"),
            State::Ended | State::Gone => Err("code_ended"),
            State::Held if one.waits(now) => Ok(202),
            State::Held => Err("code_ended"),
            State::Active => {
                let same = one.statement.is_empty() || one.statement == got.text("enrolment");
                one.statement = got.text("enrolment");
                if !same {
                    return Err("another statement for the same key".to_owned());
                }
                Ok(200)
            }
            State::Open if paused => Err("sms_limit"),
            State::Open if one.left == 0 => Err("code_ended"),
            State::Open if now >= one.expires => Err("code_expired"),
            State::Open if given != newest => {
                one.left -= 1;
                let last = one.left == 0;
                self.model.misses.add(now);
                Err(if last { "code_ended" } else { "code_wrong" })
            }
            State::Open if frozen => Err("account_frozen"),
            State::Open if moves => {
                (one.state, one.held_until) = (State::Held, Some(now + Duration::from_secs(1800)));
                self.model.told += 1;
                Ok(202)
            }
            State::Open => {
                one.statement = got.text("enrolment");
                self.model.activate(index, false, &got.text("account"), now);
                Ok(200)
            }
        };
        compare(&got, expected)
    }

    async fn resend(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let paused = self.model.misses.paused(now);
        let one = &mut self.model.all[index];
        let expected = if one.state == State::Gone {
            Err("not_found")
        } else if !one.others.take(now) {
            Err("rate_limited")
        } else if !matches!(one.state, State::Open | State::Void) {
            Err("state_changed")
        } else if now < one.resend || paused || !self.model.messages.take(now) {
            Err("sms_limit")
        } else {
            Ok(202)
        };
        let place = format!("/v1/enrolments/{}/resend", one.id);
        let got = self.world.post(&one.device, &place, &json!({ "v": 1 })).await;
        compare(&got, expected)?;
        if expected.is_ok() {
            self.world.gateway.tick().await;
            let sent = self.world.inbox.code(&format!("enrol_code/{}/{}", one.id, one.sent.len())).unwrap_or_default();
            one.sent.push(sent);
            (one.left, one.expires, one.resend) = (5, now + Duration::from_secs(300), now + Duration::from_secs(60));
        }
        Ok(())
    }

    async fn prove(&mut self, index: usize, good: bool) -> Result<(), String> {
        let now = self.now();
        let one = &mut self.model.all[index];
        let expected = if one.state == State::Gone {
            Err("not_found")
        } else if !one.verifications.take(now) {
            Err("rate_limited")
        } else if one.waits(now) {
            Ok(201)
        } else {
            Err("state_changed")
        };
        let place = format!("/v1/enrolments/{}/verifications", one.id);
        let begun = self
            .world
            .post(
                &one.device,
                &place,
                &face::for_act(&one.device, act_digest(Act::Enrol, &one.id, &one.device.key.kid())),
            )
            .await;
        compare(&begun, expected)?;
        if expected.is_err() {
            return Ok(());
        }
        let shown: &[u8] = if good { b"pass" } else { b"fail" };
        let evidence = format!("{place}/{}/evidence", begun.text("verification_id"));
        let limited = !one.others.take(now);
        let got = self.world.post(&one.device, &evidence, &json!({ "v": 1, "evidence": b64u(shown) })).await;
        if limited || !good {
            return compare(&got, Err(if limited { "rate_limited" } else { "face_not_matched" }));
        }
        compare(&got, Ok(200))?;
        let id = self.model.account.as_ref().map(|account| account.id.clone()).unwrap_or_default();
        let lost = self.model.all[index].device.lost;
        self.model.activate(index, lost, &id, now);
        Ok(())
    }

    /// What stands before every route of a device: known, live, not frozen (unless it ends something), not too often.
    fn standing(&mut self, index: usize, ends: bool, now: Timestamp) -> Expected {
        if self.model.all[index].account.is_none() {
            return Err("key_unknown");
        }
        let Some(account) = self.model.lives(index).cloned() else { return Err("device_retired") };
        if account.frozen_by.is_some() && !ends {
            return Err("account_frozen");
        }
        if self.model.other(account.number, now) { Ok(200) } else { Err("rate_limited") }
    }

    async fn not_me(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let mut expected = self.standing(index, true, now);
        if expected == Err("device_retired") {
            let of = self.model.all[index].account;
            let theirs = self.model.account.as_ref().is_some_and(|account| Some(account.number) == of);
            expected = match self.model.all[index].own.take(now) {
                false => Err("rate_limited"),
                true if theirs => Ok(200),
                true => Err("key_unknown"),
            };
        }
        let got = self.world.post(&self.model.all[index].device, "/v1/account/not-me", &json!({ "v": 1 })).await;
        compare(&got, expected)?;
        if expected.is_ok() {
            for one in self.model.all.iter_mut().filter(|one| one.state == State::Held) {
                one.state = State::Ended;
            }
            let freezes = self.model.lives(index).is_none();
            if let Some(account) = self.model.account.as_mut().filter(|_| freezes) {
                account.frozen_by.get_or_insert(index);
            }
        }
        Ok(())
    }

    async fn ask(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let expected = self.standing(index, false, now);
        let got = self.world.get(&self.model.all[index].device, "/v1/queries").await;
        let erases = !got.text("erase").is_empty();
        let ordered = self.model.all[index].retired == Some(true);
        if erases != (ordered && expected == Err("device_retired")) {
            return Err(format!("ordered to erase: {erases}"));
        }
        compare(&got, expected)
    }

    /// A factor for something else than giving back: only the live device, and not on hold.
    async fn verify(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let body = json!({ "v": 1, "kind": "sms", "consent": Digest::of(b"a query") });
        let expected = if self.model.froze(index) {
            let number = self.model.account.as_ref().map_or(0, |account| account.number);
            Err(if self.model.verification(number, now) { "verification_other_consent" } else { "rate_limited" })
        } else if self.model.all[index].account.is_none() {
            Err("key_unknown")
        } else if let Some(account) = self.model.lives(index).cloned() {
            if account.frozen_by.is_some() {
                Err("account_frozen")
            } else if !self.model.verification(account.number, now) {
                Err("rate_limited")
            } else if account.hold_until.is_some_and(|until| now < until) {
                Err("device_on_hold")
            } else if self.model.messages.take(now) {
                Ok(201)
            } else {
                Err("sms_limit")
            }
        } else {
            Err("device_retired")
        };
        let got = self.world.post(&self.model.all[index].device, "/v1/verifications", &body).await;
        compare(&got, expected)
    }

    /// Both factors on the device that said "not me".
    async fn give_back(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let Some(account) = self.model.account.clone().filter(|_| self.model.froze(index)) else { return Ok(()) };
        let kid = self.model.all[index].device.key.kid();
        let act = act_digest(Act::Reset, &account.id, &kid);
        let begin = |kind: &str| json!({ "v": 1, "kind": kind, "consent": act });
        let expected = match self.model.verification(account.number, now) {
            false => Err("rate_limited"),
            true if !self.model.messages.take(now) => Err("sms_limit"),
            true => Ok(201),
        };
        let sms = self.world.post(&self.model.all[index].device, "/v1/verifications", &begin("sms")).await;
        compare(&sms, expected)?;
        if expected.is_err() {
            return Ok(());
        }
        self.world.gateway.tick().await;
        let id = sms.text("verification_id");
        let code = self.world.inbox.code(&format!("query_code/{id}/0")).unwrap();
        let expected = if self.model.other(account.number, now) { Ok(200) } else { Err("rate_limited") };
        let device = &self.model.all[index].device;
        let confirmed =
            self.world.post(device, &format!("/v1/verifications/{id}/confirm"), &json!({ "v": 1, "code": code })).await;
        compare(&confirmed, expected)?;
        let expected = if self.model.verification(account.number, now) { Ok(201) } else { Err("rate_limited") };
        let mut body = begin("card_bank");
        body["subject_salt"] = json!(Salt::random());
        let device = &self.model.all[index].device;
        let bank = self.world.post(device, "/v1/verifications", &body).await;
        compare(&bank, expected)?;
        if expected.is_err() || confirmed.status != 200 {
            return Ok(());
        }
        let expected = if self.model.other(account.number, now) { Ok(200) } else { Err("rate_limited") };
        let place = format!("/v1/verifications/{}", bank.text("verification_id"));
        compare(&self.world.get(&self.model.all[index].device, &place).await, expected)?;
        if expected.is_ok() {
            self.model.all[account.live].retired = Some(true);
            self.model.all[index].retired = None;
            let back = self.model.account.as_mut().unwrap();
            (back.live, back.frozen_by, back.hold_until) = (index, None, None);
        }
        Ok(())
    }

    async fn delete(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let known = self.model.all[index].account.is_some();
        let lives = self.model.lives(index).is_some();
        let repeated = self.model.all[index].deleted.clone().filter(|(_, until)| now < *until);
        let got: Got = self.world.delete(&self.model.all[index].device, "/v1/account").await;
        if let Some((receipt, _)) = repeated {
            return if got.text("receipt") == receipt { Ok(()) } else { Err("another receipt".to_owned()) };
        }
        if !lives {
            return compare(&got, Err(if known { "device_retired" } else { "key_unknown" }));
        }
        if self.model.account.as_ref().is_some_and(|account| account.frozen_by.is_some()) {
            return compare(&got, Err("account_frozen"));
        }
        compare(&got, Ok(200))?;
        self.model.account = None;
        let one = &mut self.model.all[index];
        one.retired = Some(false);
        one.deleted = Some((got.text("receipt"), now + Duration::from_secs(96 * 3600)));
        for one in &mut self.model.all {
            one.state = State::Gone;
        }
        Ok(())
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        let picked = |back| self.model.pick(back);
        match step {
            Step::Begin(matched, lost) => self.begin(matched, lost).await,
            Step::Enrol(_) | Step::TakeOver(_) | Step::Guess => Err("stands for several events".to_owned()),
            Step::Pass(secs) => {
                self.world.pass(Duration::from_secs(secs));
                self.world.gateway.tick().await;
                Ok(())
            }
            Step::Unfreeze => {
                if let Some(account) = &mut self.model.account {
                    account.frozen_by = None;
                    self.world
                        .gateway
                        .unfreeze(account.id.parse().unwrap())
                        .await
                        .map_err(|error| error.to_string())?;
                }
                Ok(())
            }
            Step::GiveBack(_) => match self.model.account.as_ref().and_then(|account| account.frozen_by) {
                Some(index) => self.give_back(index).await,
                None => Ok(()),
            },
            Step::Code(back, right) => match picked(back) {
                Some(index) => self.code(index, right).await,
                None => Ok(()),
            },
            Step::Resend(back) => match picked(back) {
                Some(index) => self.resend(index).await,
                None => Ok(()),
            },
            Step::Prove(back, good) => match picked(back) {
                Some(index) => self.prove(index, good).await,
                None => Ok(()),
            },
            Step::NotMe(back) | Step::Ask(back) | Step::Verify(back) | Step::Delete(back) => {
                let Some(index) = self.model.enrolled(back) else { return Ok(()) };
                match step {
                    Step::NotMe(_) => self.not_me(index).await,
                    Step::Ask(_) => self.ask(index).await,
                    Step::Verify(_) => self.verify(index).await,
                    _ => self.delete(index).await,
                }
            }
        }
    }

    /// The store says of every enrolment, of the account and of the devices what the model says.
    async fn agrees(&self) -> Result<(), String> {
        self.world.gateway.tick().await;
        let told = self.world.sent("device_changed");
        if told != self.model.told {
            return Err(format!("{told} messages of a change of device, not {}", self.model.told));
        }
        let mut person = None;
        for one in &self.model.all {
            let stored = self.world.store.enrolment(one.id.parse().unwrap()).await.unwrap().map(|found| found.doc);
            person = person.or(stored.as_ref().map(|doc| doc.person));
            let state = stored.map_or(State::Gone, |doc| match doc.state {
                Stored::Open => State::Open,
                Stored::Void => State::Void,
                Stored::Ended => State::Ended,
                Stored::Held => State::Held,
                Stored::Active => State::Active,
            });
            if state != one.state {
                return Err(format!("enrolment {} is {state:?}, the table says {:?}", one.id, one.state));
            }
            let device = self.world.store.device(one.device.key.kid()).await.unwrap().map(|found| found.doc);
            let retired = device.and_then(|doc| doc.retired_at.map(|_| doc.erase.is_some()));
            if retired != one.retired {
                return Err(format!("retired {retired:?}, the table says {:?}", one.retired));
            }
        }
        let Some(person) = person else { return Ok(()) };
        let stored = self.world.store.account_of(person).await.unwrap().map(|found| found.doc);
        let stored = stored.map(|doc| (doc.device, doc.frozen_by, doc.hold_until));
        let kid = |index: usize| self.model.all[index].device.key.kid();
        let account = self.model.account.as_ref();
        let account = account.map(|account| (kid(account.live), account.frozen_by.map(kid), account.hold_until));
        if stored == account { Ok(()) } else { Err(format!("account {stored:?}, the table says {account:?}")) }
    }
}

async fn take(steps: Vec<Step>) -> Result<(), String> {
    let mut walk = Walk { world: World::still().await, model: Model::new() };
    for (number, step) in steps.into_iter().enumerate() {
        for event in events(step) {
            let at = |broken: String| format!("step {number}, {event:?}: {broken}");
            walk.step(event).await.map_err(at)?;
            walk.agrees().await.map_err(at)?;
        }
    }
    Ok(())
}

#[test]
fn whatever_comes_in_whatever_order_an_enrolment_is_what_the_table_says() {
    walk::each(16, step(), 120, take);
}
