//! One bank, asked rightly and wrongly. Refusals first.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod scene;

use std::sync::Arc;
use std::time::Duration;

use bank::store::MemoryStore;
use bank::{InquiryError, Slot};
use protocol::answer::Answer;
use protocol::attestation::Attestation;
use protocol::code::{BankRefusal, FactorKind, Kind, Outcome};
use protocol::directory::{PartyKey, TrustedDirectory};
use protocol::encode::{Digest, Salt, b64u_decode};
use protocol::id::QueryId;
use protocol::jws::Typ;
use protocol::key::SigningKey;
use protocol::seal::SEALED_SECTION_BYTES;
use protocol::statement::Statement;
use protocol::time::Clock;
use scene::{Ask, DAY, Say, Scene, code};

#[tokio::test(start_paused = true)]
async fn a_statement_not_of_the_gateway_gets_no_answer() {
    let scene = Scene::new();
    let mut ask = scene.ask();
    ask.statement_key = SigningKey::generate();
    assert_eq!(scene.send(&ask).await.unwrap_err(), InquiryError::Statement, "only the gateway may ask");
    assert_eq!(scene.looked_up(), 0, "nobody was looked up");
}

/// Each row breaks one thing and everything checked after it too: the code shows which check came first.
#[tokio::test(start_paused = true)]
async fn refusals_come_in_the_order_of_the_protocol() {
    type Break = fn(&mut Ask);
    let breaks: [(BankRefusal, Break); 8] = [
        (BankRefusal::AttestationMissing, |ask| ask.attestor = SigningKey::from_seed(&[77; 32])),
        (BankRefusal::SubjectMismatch, |ask| ask.salt = Salt::random()),
        (BankRefusal::Suite, |ask| ask.consent.key.suite = 2),
        (BankRefusal::NotAsked, |ask| ask.bank_salt = Salt::random()),
        (BankRefusal::ConsentInvalid, |ask| {
            ask.statement = Box::new(|statement| statement.consent = Digest::of(b"another"))
        }),
        (BankRefusal::ConsentInvalid, |ask| ask.consent.apply_by = ask.consent.given_at),
        (BankRefusal::ConsentInvalid, |ask| ask.consent_key = SigningKey::from_seed(&[78; 32])),
        (BankRefusal::StatementInvalid, |ask| ask.statement = Box::new(|statement| statement.bank = code("CCB"))),
    ];
    let scene = Scene::new();
    let mut ask = scene.ask();
    for (expected, spoil) in breaks {
        spoil(&mut ask);
        assert_eq!(scene.refusal(&ask).await, expected, "the earlier check speaks first");
        assert_eq!(scene.looked_up(), 0, "a refused inquiry looks nobody up");
    }
}

#[tokio::test(start_paused = true)]
async fn a_statement_holds_for_its_bank_round_and_half_hour_only() {
    type Spoil = fn(&mut Statement);
    let spoils: [(&str, Spoil); 5] = [
        ("another bank", |s| s.bank = code("CCB")),
        ("round 0", |s| s.round = 0),
        ("round 4", |s| s.round = 4),
        ("an hour long", |s| s.exp = s.iat + Duration::from_secs(3600)),
        ("made an hour ago", |s| {
            s.iat = s.iat - Duration::from_secs(3600);
            s.exp = s.exp - Duration::from_secs(3600);
        }),
    ];
    let scene = Scene::new();
    for (why, spoil) in spoils {
        let mut ask = scene.ask();
        ask.statement = Box::new(spoil);
        assert_eq!(scene.refusal(&ask).await, BankRefusal::StatementInvalid, "{why}");
    }
    assert_eq!(scene.looked_up(), 0, "nobody was looked up");
}

#[tokio::test(start_paused = true)]
async fn an_attestation_vouches_for_this_consent_device_person_and_half_hour_only() {
    type Spoil = fn(&mut Attestation);
    let spoils: [(&str, BankRefusal, Spoil); 5] = [
        ("another consent", BankRefusal::AttestationMissing, |a| a.consent = Digest::of(b"x")),
        ("another device", BankRefusal::AttestationMissing, |a| a.device = Digest::of(b"x")),
        ("another person", BankRefusal::SubjectMismatch, |a| a.subject = Digest::of(b"x")),
        ("31 minutes off", BankRefusal::AttestationMissing, |a| a.at = a.at + Duration::from_secs(31 * 60)),
        ("a factor the statement does not name", BankRefusal::AttestationMissing, |a| a.kind = FactorKind::CardBank),
    ];
    let scene = Scene::new();
    for (why, code, spoil) in spoils {
        let mut ask = scene.ask();
        ask.attestation = Box::new(spoil);
        assert_eq!(scene.refusal(&ask).await, code, "{why}");
    }
    let mut ask = scene.ask();
    ask.statement = Box::new(|statement| statement.factors.retain(|factor| factor.kind != FactorKind::Sms));
    assert_eq!(scene.refusal(&ask).await, BankRefusal::AttestationMissing, "one factor is not two");
    let mut ask = scene.ask();
    ask.attestor = scene.gateway.clone();
    assert_eq!(scene.refusal(&ask).await, BankRefusal::AttestationMissing, "the gateway never vouches");
    assert_eq!(scene.looked_up(), 0, "nobody was looked up");
}

#[tokio::test(start_paused = true)]
async fn clocks_ten_minutes_apart_stop_nobody() {
    let minutes = |n: u64| Duration::from_secs(n * 60);
    for (ahead, behind) in [(minutes(10), minutes(0)), (minutes(0), minutes(10))] {
        let scene = Scene::new();
        let bank_clock = scene.clock.now();
        let gateway_clock = bank_clock + ahead - behind;
        scene.clock.set_wall(gateway_clock);
        let ask = scene.ask();
        let body = ask.body(gateway_clock);
        scene.clock.set_wall(bank_clock);
        let answer = scene.bank.inquire(&body).await.unwrap();
        let section = scene.open(&ask, &answer);
        assert!(section.as_of.within(minutes(15), gateway_clock), "the device takes it as made in the query's time");
    }
    let scene = Scene::new();
    let ask = scene.ask();
    let early = ask.body(scene.clock.now() + minutes(16));
    let answer = scene.bank.inquire(&early).await.unwrap();
    assert_eq!(
        scene.answer(&answer).code,
        Some(BankRefusal::StatementInvalid),
        "sixteen minutes ahead is no clock's fault"
    );
    assert_eq!(scene.looked_up(), 0, "nobody was looked up");
}

#[tokio::test(start_paused = true)]
async fn a_consent_ends_after_72_hours() {
    let scene = Scene::new();
    let ask = scene.ask();
    scene.clock.advance(DAY * 3);
    assert_eq!(scene.refusal(&ask).await, BankRefusal::ConsentExpired, "the person agreed to 72 hours");
    assert_eq!(scene.looked_up(), 0, "nobody is looked up after that");
}

#[tokio::test(start_paused = true)]
async fn other_kinds_than_the_bank_serves_are_not_covered() {
    let scene = Scene::new();
    let mut ask = scene.ask();
    ask.consent.kinds = vec![Kind::QuasiCredit];
    assert_eq!(scene.refusal(&ask).await, BankRefusal::NotCovered, "this bank issues none of these");
    assert_eq!(scene.looked_up(), 0, "so nobody is looked up");
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_query_is_refused_before_and_after_its_answer() {
    let scene = Scene::new();
    let early = scene.ask();
    scene.bank.withdraw(early.consent.query_id).await.unwrap();
    assert_eq!(scene.refusal(&early).await, BankRefusal::Withdrawn, "withdrawn before it came");
    assert_eq!(scene.looked_up(), 0, "nobody was looked up");
    let late = scene.ask();
    scene.send(&late).await.unwrap();
    scene.bank.withdraw(late.consent.query_id).await.unwrap();
    assert!(scene.store.kept(late.consent.query_id, 1).unwrap().is_none(), "the sealed bytes are dropped");
    assert_eq!(scene.refusal(&late).await, BankRefusal::Withdrawn, "withdrawn after its answer");
}

#[tokio::test]
async fn a_withdrawal_overtakes_the_look_up() {
    let scene = Arc::new(Scene::with(Arc::new(MemoryStore::default()), Slot::of(Duration::ZERO)));
    scene.say(Say::WhenOpened);
    let ask = Arc::new(scene.ask());
    let query = ask.consent.query_id;
    let asked = {
        let (scene, ask) = (Arc::clone(&scene), Arc::clone(&ask));
        tokio::spawn(async move { scene.refusal(&ask).await })
    };
    scene.books.asked.notified().await;
    scene.bank.withdraw(query).await.unwrap();
    scene.books.opened.notify_one();
    assert_eq!(asked.await.unwrap(), BankRefusal::Withdrawn, "what was found meanwhile never leaves");
    assert!(scene.store.kept(query, 1).unwrap().is_none(), "and is not kept");
    scene.say(Say::Cards(1));
    let next = scene.ask();
    let section = scene.open(&next, &scene.send(&next).await.unwrap());
    assert_eq!(section.inquiries.len(), 1, "an inquiry that got no answer names nobody, and uses up nothing");
}

#[tokio::test(start_paused = true)]
async fn one_query_under_two_consents_is_replayed() {
    let scene = Scene::new();
    let mut ask = scene.ask();
    scene.send(&ask).await.unwrap();
    ask.consent.consent_id = protocol::id::ConsentId::new();
    assert_eq!(scene.refusal(&ask).await, BankRefusal::Replayed, "the query id was used with another consent");
    ask.round = 2;
    assert_eq!(scene.refusal(&ask).await, BankRefusal::Replayed, "in any round");
}

#[tokio::test(start_paused = true)]
async fn the_same_inquiry_gets_the_same_bytes() {
    let scene = Scene::new();
    let ask = scene.ask();
    let first = scene.send(&ask).await.unwrap();
    scene.clock.advance(Duration::from_secs(600));
    scene.say(Say::Cards(3));
    assert_eq!(scene.send(&ask).await.unwrap(), first, "statement and signature are new, the answer is the stored one");
    assert_eq!(scene.looked_up(), 1, "the books were asked once");
}

#[tokio::test(start_paused = true)]
async fn seven_days_pass_between_two_reports() {
    let scene = Scene::new();
    let first = scene.ask();
    scene.send(&first).await.unwrap();
    let second = scene.ask();
    assert_eq!(scene.refusal(&second).await, BankRefusal::TooSoon, "the first report has not ended");
    scene.bank.withdraw(first.consent.query_id).await.unwrap();
    assert_eq!(scene.refusal(&second).await, BankRefusal::TooSoon, "a withdrawal frees nothing");
    assert_eq!(scene.looked_up(), 1, "and the second query looked nobody up");
    let mut further = scene.ask();
    further.consent.replaces = Some(first.consent.query_id);
    scene.send(&further).await.unwrap();
    let mut again = scene.ask();
    again.consent.replaces = Some(first.consent.query_id);
    assert_eq!(scene.refusal(&again).await, BankRefusal::TooSoon, "one replacement, not two");
    // 12:00 in Beijing on D: the end is D+8 00:00, seven days and twelve hours on.
    scene.clock.advance(DAY * 7 + DAY / 2);
    scene.bank.purge().await.unwrap();
    assert!(scene.send(&scene.ask()).await.unwrap().sealed.is_some(), "the report has ended");
}

#[tokio::test(start_paused = true)]
async fn another_round_of_the_same_query_passes() {
    let scene = Scene::new();
    let mut ask = scene.ask();
    scene.send(&ask).await.unwrap();
    ask.round = 2;
    let again = scene.send(&ask).await.unwrap();
    let section = scene.open(&ask, &again);
    assert_eq!(section.inquiries.len(), 1, "one line a query, whatever its rounds");
}

#[tokio::test(start_paused = true)]
async fn the_books_being_down_leaves_no_trace_in_the_answer() {
    let scene = Scene::new();
    let ask = scene.ask();
    scene.say(Say::Down);
    assert_eq!(scene.send(&ask).await.unwrap_err(), InquiryError::Later { retry_after: 7 }, "the gateway comes later");
    scene.say(Say::Stuck);
    assert!(matches!(scene.send(&ask).await, Err(InquiryError::Later { .. })), "a look-up has a limit");
    scene.say(Say::Cards(2));
    assert_eq!(scene.open(&ask, &scene.send(&ask).await.unwrap()).cards.len(), 2, "asked later, it answers");
}

#[tokio::test(start_paused = true)]
async fn every_outcome_has_the_same_length_and_pace() {
    let outcomes = [
        Say::Cards(1),
        Say::Cards(40),
        Say::LongText,
        Say::Without(Outcome::None),
        Say::Without(Outcome::PossibleMatch),
        Say::Without(Outcome::NoMobile),
        Say::Without(Outcome::IdExpired),
        Say::Without(Outcome::SelfServiceOff),
        Say::Without(Outcome::LedgerUnavailable),
    ];
    let mut lengths = std::collections::HashSet::new();
    for say in outcomes {
        let scene = Scene::new();
        scene.say(say);
        let ask = scene.ask();
        let sent = tokio::time::Instant::now();
        let answer = scene.send(&ask).await.unwrap();
        assert_eq!(sent.elapsed().as_secs(), 2, "an answer leaves at its slot");
        let sealed = b64u_decode(answer.sealed.as_ref().unwrap()).unwrap();
        assert_eq!(sealed.len(), SEALED_SECTION_BYTES, "a section has one length");
        lengths.insert(serde_json::to_vec(&answer).unwrap().len());
        scene.open(&ask, &answer);
    }
    assert_eq!(lengths.len(), 1, "and so has the whole answer, whatever was found");
    let scene = Scene::new();
    let mut ask = scene.ask();
    ask.bank_salt = Salt::random();
    let sent = tokio::time::Instant::now();
    scene.refusal(&ask).await;
    assert_eq!(sent.elapsed().as_secs(), 2, "a refusal leaves at its slot too");
    scene.say(Say::Down);
    let sent = tokio::time::Instant::now();
    assert!(scene.send(&scene.ask()).await.is_err(), "the books are down");
    assert_eq!(sent.elapsed().as_secs(), 2, "and so does a bank that asks for time");
}

#[tokio::test(start_paused = true)]
async fn numbers_are_masked_and_unasked_facts_left_out() {
    let scene = Scene::new();
    let mut ask = scene.ask();
    ask.consent.fields = protocol::consent::FIXED_FIELDS.to_vec();
    let section = scene.open(&ask, &scene.send(&ask).await.unwrap());
    let card = &section.cards[0];
    assert!(card.number.as_str().contains("****"), "the middle of the number is hidden");
    assert!(
        card.class.is_none() && card.opened.is_none() && card.city.is_none() && card.last_used.is_none(),
        "the consent leaves them out"
    );
    let scene = Scene::new();
    scene.say(Say::LongText);
    let ask = scene.ask();
    let section = scene.open(&ask, &scene.send(&ask).await.unwrap());
    assert_eq!(
        (section.outcome, section.omitted),
        (Outcome::LedgerUnavailable, 1),
        "a text with a long number is never shown, and never told as none"
    );
    let scene = Scene::new();
    scene.say(Say::Cards(40));
    let ask = scene.ask();
    let section = scene.open(&ask, &scene.send(&ask).await.unwrap());
    assert_eq!((section.cards.len(), section.omitted), (24, 16), "cards beyond 24 are counted");
}

#[tokio::test(start_paused = true)]
async fn a_person_sees_who_asked_before() {
    let scene = Scene::new();
    let mut asked: Vec<QueryId> = Vec::new();
    for _ in 0..10 {
        scene.issue(scene.parties.clone());
        let ask = scene.ask();
        let section = scene.open(&ask, &scene.send(&ask).await.unwrap());
        asked.insert(0, ask.consent.query_id);
        let listed: Vec<_> = section.inquiries.iter().map(|line| line.query_id).collect();
        assert_eq!(
            listed,
            asked.iter().copied().take(8).collect::<Vec<_>>(),
            "the current inquiry first, then the newest, at most eight"
        );
        assert!(section.inquiries.iter().all(|line| line.device == scene.device.kid()), "each line names the device");
        scene.clock.advance(DAY * 8);
    }
}

#[tokio::test(start_paused = true)]
async fn where_nothing_is_found_nothing_of_the_person_is_kept() {
    let scene = Scene::new();
    scene.say(Say::Without(Outcome::None));
    let ask = scene.ask();
    scene.send(&ask).await.unwrap();
    scene.clock.advance(DAY * 8);
    scene.say(Say::Cards(1));
    let next = scene.ask();
    let section = scene.open(&next, &scene.send(&next).await.unwrap());
    assert_eq!(section.inquiries.len(), 1, "the bank kept no line that names a stranger");
}

#[tokio::test(start_paused = true)]
async fn a_bank_whose_directory_has_ended_believes_nobody() {
    let scene = Scene::new();
    scene.clock.advance(DAY * 14);
    let ask = scene.ask();
    assert_eq!(
        scene.send(&ask).await.unwrap_err(),
        InquiryError::Later { retry_after: 30 },
        "nobody is known to be the gateway"
    );
    assert_eq!(scene.looked_up(), 0, "nobody was looked up");
    scene.issue(scene.parties.clone());
    assert!(scene.send(&ask).await.unwrap().sealed.is_some(), "with a newer directory it answers");
}

#[tokio::test(start_paused = true)]
async fn an_older_directory_is_left_aside() {
    let scene = Scene::new();
    let old = Arc::clone(&scene.directory);
    scene.clock.advance(DAY);
    let without_face = scene.parties.iter().filter(|party| party.code.as_str() != "FACE1").cloned().collect();
    scene.issue(without_face);
    scene.bank.take_directory(old);
    assert_eq!(scene.refusal(&scene.ask()).await, BankRefusal::AttestationMissing, "the newer one stays in force");
}

#[tokio::test(start_paused = true)]
async fn a_rotated_key_signs_once_the_directory_names_it() {
    let scene = Scene::new();
    let (old, new) = (scene.bank_key.kid(), SigningKey::from_seed(&[33; 32]));
    let signer = |token: &str, typ| protocol::jws::Unverified::read(token, typ).unwrap().kid();
    let signers = async |scene: &Scene, directory: &TrustedDirectory| {
        let ask = scene.ask();
        let answer = scene.send(&ask).await.unwrap();
        let section = scene.unsealed(&ask, &answer);
        let verified = Answer::verify(&answer.answer, &code("ICBC"), directory);
        assert!(verified.is_ok(), "every answer is signed with a key that the directory names");
        scene.clock.advance(DAY * 8);
        [signer(&answer.answer, Typ::Answer), signer(&section, Typ::Section)]
    };
    scene.ring.rotate_in(new.clone());
    assert_eq!(signers(&scene, &scene.directory).await, [old; 2], "the office does not know the new key yet");
    let from = scene.clock.now() + DAY * 2;
    let mut parties = scene.parties.clone();
    for party in parties.iter_mut().filter(|party| party.code.as_str() == "ICBC") {
        let next = PartyKey { x: new.public(), not_before: from, ..party.keys[0].clone() };
        party.keys.push(next);
    }
    let directory = scene.issue(parties.clone());
    assert_eq!(signers(&scene, &directory).await, [old; 2], "named, but from a later instant on");
    let directory = scene.issue(parties);
    assert_eq!(signers(&scene, &directory).await, [new.kid(); 2], "and from that instant it signs both");
}

#[tokio::test(start_paused = true)]
async fn nobody_uses_up_the_replacement_of_somebody_else() {
    let scene = Scene::new();
    let own = scene.ask();
    scene.send(&own).await.unwrap();
    let mut stranger = scene.ask();
    stranger.of(scene::SECOND);
    stranger.consent.replaces = Some(own.consent.query_id);
    scene.send(&stranger).await.unwrap();
    let mut again = scene.ask();
    again.consent.replaces = Some(own.consent.query_id);
    assert!(scene.send(&again).await.unwrap().sealed.is_some(), "the person's own replacement is still there");
}
