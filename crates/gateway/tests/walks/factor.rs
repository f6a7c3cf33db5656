//! One factor (8-states table 6), walked at random: the table stands in `table` once more as a model, and after every
//! event state and refusal of both are compared.

mod table;

use std::collections::HashMap;
use std::time::Duration;

use gateway::store::VerificationState as Stored;
use protocol::code::FactorKind;
use protocol::encode::b64u;
use protocol::id::TokenId;
use protocol::time::{Clock, Timestamp};
use serde_json::{Value, json};

use crate::world::device::Device;
use crate::world::rate::{Counted, Misses};
use crate::world::{World, face, walk};
use crate::{Expected, MINUTE, compare};
use table::{Code, Entry, Model, One, State, Step, events, step};

struct Walk {
    world: World,
    device: Device,
    model: Model,
}

impl Walk {
    fn now(&self) -> Timestamp {
        self.world.clock.now()
    }

    async fn begin(&mut self, kind: FactorKind, agreed_to_face: bool) -> Result<(), String> {
        let now = self.now();
        let consent = self.model.consents.len() - 1;
        let agreed = self.model.consents[consent].clone();
        let mut body = json!({ "v": 1, "kind": kind, "consent": agreed.digest() });
        if kind != FactorKind::Sms {
            body["subject_salt"] = json!(agreed.salt);
        }
        if agreed_to_face {
            body["face_consent"] = json!(face::consent(&self.device, agreed.digest(), agreed.consent.given_at));
        }
        let expected = if !self.model.verifications.take(now) {
            Err("rate_limited")
        } else if kind == FactorKind::Sms && (self.model.misses.paused(now) || !self.model.messages.take(now)) {
            Err("sms_limit")
        } else if kind == FactorKind::Face && !agreed_to_face {
            Err("face_consent_missing")
        } else {
            Ok(201)
        };
        let got = self.world.post(&self.device, "/v1/verifications", &body).await;
        compare(&got, expected)?;
        if expected.is_ok() {
            self.world.gateway.tick().await;
            let id = got.text("verification_id");
            let code = (kind == FactorKind::Sms).then(|| Code {
                sent: vec![self.world.inbox.code(&format!("query_code/{id}/0")).unwrap()],
                expires: now + Duration::from_secs(300),
                resend: now + Duration::from_secs(60),
                left: 5,
            });
            let session = kind == FactorKind::Face;
            let ends = now + Duration::from_secs(600);
            let one = One { id, kind, consent, state: State::Open, ends, code, session, left: 3, token: None };
            self.model.all.push(one);
        }
        Ok(())
    }

    async fn code(&mut self, index: usize, entry: Entry) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.others.take(now);
        let paused = self.model.misses.paused(now);
        let one = &mut self.model.all[index];
        let newest =
            one.code.as_ref().and_then(|code| code.sent.last().cloned()).unwrap_or_else(|| "000000".to_owned());
        let other = if newest == "000000" { "000001".to_owned() } else { "000000".to_owned() };
        let given = match entry {
            Entry::Right => newest.clone(),
            Entry::Wrong => other,
            Entry::Old => one.code.as_ref().map_or(other, |code| code.sent[0].clone()),
        };
        let state = one.at(now);
        let got = self
            .world
            .post(&self.device, &format!("/v1/verifications/{}/confirm", one.id), &json!({ "v": 1, "code": given }))
            .await;
        let Some(code) = one.code.as_mut().filter(|_| !limited) else {
            return compare(&got, Err(if limited { "rate_limited" } else { "verification_void" }));
        };
        let right = given == newest;
        match state {
            State::Passed if right => {
                compare(&got, Ok(200))?;
                return if Some(got.text("token")) == one.token { Ok(()) } else { Err("another token".to_owned()) };
            }
            State::Passed | State::Used | State::Void => return compare(&got, Err("verification_void")),
            State::Open => {}
        }
        if paused {
            return compare(&got, Err("sms_limit"));
        }
        if now >= code.expires {
            return compare(&got, Err("code_expired"));
        }
        if right {
            compare(&got, Ok(200))?;
            one.pass(got.text("token"), now);
            return Ok(());
        }
        code.left -= 1;
        let last = code.left == 0;
        if last {
            one.void();
        }
        self.model.misses.add(now);
        compare(&got, Err(if last { "code_ended" } else { "code_wrong" }))
    }

    async fn evidence(&mut self, index: usize, good: bool) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.others.take(now);
        let down = self.model.down;
        let one = &mut self.model.all[index];
        let state = one.at(now);
        let shown: &[u8] = if good { b"pass" } else { b"fail" };
        let got = self
            .world
            .post(
                &self.device,
                &format!("/v1/verifications/{}/evidence", one.id),
                &json!({ "v": 1, "evidence": b64u(shown) }),
            )
            .await;
        let refusal = if limited {
            "rate_limited"
        } else if one.kind != FactorKind::Face || state != State::Open {
            "verification_void"
        } else if down {
            "busy"
        } else if good {
            compare(&got, Ok(200))?;
            one.pass(got.text("token"), now);
            return Ok(());
        } else {
            one.left -= 1;
            if one.left == 0 {
                one.void();
            }
            "face_not_matched"
        };
        compare(&got, Err(refusal))
    }

    async fn look(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.others.take(now);
        let bank = self.model.bank;
        let one = &mut self.model.all[index];
        let got = self.world.get(&self.device, &format!("/v1/verifications/{}", one.id)).await;
        if limited {
            return compare(&got, Err("rate_limited"));
        }
        compare(&got, Ok(200))?;
        if one.kind == FactorKind::CardBank && one.at(now) == State::Open {
            match bank {
                "passed" => one.pass(got.text("token"), now),
                "refused" => one.void(),
                _ => {}
            }
        }
        let (state, token) = match one.at(now) {
            State::Open => ("open", None),
            State::Passed => ("passed", one.token.clone()),
            State::Used => ("passed", None),
            State::Void => ("void", None),
        };
        let shown = (got.text("state"), got.json().get("token").and_then(Value::as_str).map(str::to_owned));
        if shown == (state.to_owned(), token.clone()) { Ok(()) } else { Err(format!("shown {shown:?}, not {state}")) }
    }

    async fn resend(&mut self, index: usize) -> Result<(), String> {
        let now = self.now();
        let limited = !self.model.others.take(now);
        let paused = self.model.misses.paused(now);
        let (id, open, soon) = {
            let one = &self.model.all[index];
            let soon = one.code.as_ref().is_some_and(|code| now < code.resend);
            (one.id.clone(), one.code.is_some() && one.at(now) == State::Open, soon)
        };
        let expected = if limited {
            Err("rate_limited")
        } else if !open {
            Err("verification_void")
        } else if soon || paused || !self.model.messages.take(now) {
            Err("sms_limit")
        } else {
            Ok(200)
        };
        let got = self.world.post(&self.device, &format!("/v1/verifications/{id}/resend"), &json!({ "v": 1 })).await;
        compare(&got, expected)?;
        if expected.is_ok() {
            self.world.gateway.tick().await;
            let code = self.model.all[index].code.as_mut().unwrap();
            let key = format!("query_code/{id}/{}", code.sent.len());
            code.sent.push(self.world.inbox.code(&key).unwrap());
            (code.expires, code.resend) = (now + Duration::from_secs(300), now + Duration::from_secs(60));
        }
        Ok(())
    }

    async fn stop(&mut self, index: usize) -> Result<(), String> {
        let down = self.model.down;
        let one = &mut self.model.all[index];
        let got = self.world.delete(&self.device, &format!("/v1/verifications/{}", one.id)).await;
        if one.state == State::Used {
            return compare(&got, Err("verification_void"));
        }
        let session = one.session;
        one.void();
        one.session = session && down;
        if session && !down && self.world.faces.forgotten.lock().unwrap().is_empty() {
            return Err("the provider was not told to erase".to_owned());
        }
        compare(&got, if one.session { Err("busy") } else { Ok(200) })
    }

    async fn apply(&mut self, first: usize, second: usize) -> Result<(), String> {
        let now = self.now();
        let consent = self.model.all[first].consent;
        let agreed = self.model.consents[consent].clone();
        let given = [first, second].map(|index| self.model.all[index].token.clone());
        let tokens = given.clone().map(|token| token.unwrap_or_else(|| TokenId::new().to_string()));
        let body = agreed.body(&tokens);
        let before =
            self.model.replies.get(&consent).filter(|(_, _, at)| now.since(*at).as_secs() < 96 * 3600).cloned();
        let got = self.world.apply(&self.device, &agreed, &tokens).await;
        if let Some((stored, reply, _)) = before {
            return if stored == body {
                if got.json() == reply { Ok(()) } else { Err("not the stored answer".to_owned()) }
            } else {
                compare(&got, Err("idempotency_mismatch"))
            };
        }
        let expected = if self.model.queries.take(now) {
            self.judged(consent, [first, second], &given, now)
        } else {
            Err("rate_limited")
        };
        compare(&got, expected)?;
        if got.status < 429 {
            self.model.replies.insert(consent, (body, got.json(), now));
        }
        if expected.is_ok() {
            for index in [first, second] {
                self.model.all[index].state = State::Used;
            }
            self.model.accepted.push(consent);
            self.model.live_until = Some(now + Duration::from_secs(86_400));
        }
        Ok(())
    }

    fn judged(&self, consent: usize, which: [usize; 2], given: &[Option<String>; 2], now: Timestamp) -> Expected {
        if self.model.accepted.contains(&consent) {
            return Err("consent_known");
        }
        if now > self.model.consents[consent].consent.apply_by {
            return Err("consent_lapsed");
        }
        for (index, token) in which.into_iter().zip(given) {
            let one = &self.model.all[index];
            if token.is_none() {
                return Err("verification_void");
            }
            if one.consent != consent {
                return Err("verification_other_consent");
            }
            if one.at(now) != State::Passed {
                return Err("verification_void");
            }
        }
        let kinds = which.map(|index| self.model.all[index].kind);
        if !kinds.contains(&FactorKind::Sms) || kinds == [FactorKind::Sms; 2] {
            return Err("factor_missing");
        }
        if self.model.live_until.is_some_and(|until| now < until) { Err("query_live") } else { Ok(201) }
    }

    async fn step(&mut self, step: Step) -> Result<(), String> {
        match step {
            Step::Consent => {
                let agreed = self.world.consent(&self.device, &["ICBC"]);
                self.model.consents.push(agreed);
                Ok(())
            }
            Step::Both | Step::Guess => Err("stands for several events".to_owned()),
            Step::Sms => self.begin(FactorKind::Sms, false).await,
            Step::Face(agreed) => self.begin(FactorKind::Face, agreed).await,
            Step::CardBank => self.begin(FactorKind::CardBank, false).await,
            Step::BankSays(word) => {
                self.world.banks.confirms(Some(word));
                self.model.bank = word;
                Ok(())
            }
            Step::ProviderDown(down) => {
                *self.world.faces.down.lock().unwrap() = down;
                self.model.down = down;
                Ok(())
            }
            Step::Pass(secs) => {
                self.world.pass(Duration::from_secs(secs));
                self.world.gateway.tick().await;
                Ok(())
            }
            Step::Code(back, _)
            | Step::Evidence(back, _)
            | Step::Look(back)
            | Step::Resend(back)
            | Step::Stop(back) => {
                let Some(index) = self.model.pick(step, back) else { return Ok(()) };
                match step {
                    Step::Code(_, entry) => self.code(index, entry).await,
                    Step::Evidence(_, good) => self.evidence(index, good).await,
                    Step::Look(_) => self.look(index).await,
                    Step::Resend(_) => self.resend(index).await,
                    _ => self.stop(index).await,
                }
            }
            Step::ApplyPassed => match self.model.passed(self.now()) {
                Some((one, other)) => self.apply(one, other).await,
                None => Ok(()),
            },
            Step::Apply(one, other) => match (self.model.pick(step, one), self.model.pick(step, other)) {
                (Some(one), Some(other)) => self.apply(one, other).await,
                _ => Ok(()),
            },
        }
    }

    /// The store says of every factor what the model says.
    async fn agrees(&self) -> Result<(), String> {
        let now = self.now();
        for one in &self.model.all {
            let doc = self.world.store.verification(one.id.parse().unwrap()).await.unwrap().unwrap().doc;
            let over = match doc.state {
                Stored::Open => now >= doc.expires_at,
                Stored::Passed => doc.token_expires_at.is_none_or(|end| now >= end),
                Stored::Used | Stored::Void => false,
            };
            let stored = match doc.state {
                _ if over => State::Void,
                Stored::Open => State::Open,
                Stored::Passed => State::Passed,
                Stored::Used => State::Used,
                Stored::Void => State::Void,
            };
            if stored != one.at(now) {
                return Err(format!("{:?} {} is {stored:?}, the table says {:?}", one.kind, one.id, one.at(now)));
            }
            let kept = doc.attestation.is_some() || doc.token.is_some() || doc.subject.is_some();
            if one.state == State::Void && (kept || doc.session.is_some() != one.session) {
                return Err(format!("{:?} {} is void and something of it is kept", one.kind, one.id));
            }
        }
        Ok(())
    }
}

async fn take(steps: Vec<Step>) -> Result<(), String> {
    let world = World::still().await;
    let device = Device::of_zhang();
    let mut messages = Counted::new(10, 144 * MINUTE);
    messages.take(world.clock.now());
    world.enrol_still(&device).await;
    let model = Model {
        all: Vec::new(),
        consents: vec![world.consent(&device, &["ICBC"])],
        replies: HashMap::new(),
        accepted: Vec::new(),
        live_until: None,
        bank: "passed",
        down: false,
        misses: Misses::default(),
        verifications: Counted::new(10, 6 * MINUTE),
        messages,
        others: Counted::new(60, 1000),
        queries: Counted::new(5, 12 * MINUTE),
    };
    let mut walk = Walk { world, device, model };
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
fn whatever_comes_in_whatever_order_a_factor_is_what_the_table_says() {
    walk::each(16, step(), 160, take);
}
