//! Every format recorded once with constant keys: what this version writes, every later one must write and read.
//!
//! `MINGXIA_RECORD=1 cargo test -p protocol --test formats` records anew; the difference is for review.

mod federation;
mod recorded;

use federation::{code, directory, key, noon, root, trusted};
use protocol::answer::Answer;
use protocol::attestation::Attestation;
use protocol::consent::{Consent, MAX_BANKS};
use protocol::directory::{Directory, Root};
use protocol::encode::Digest;
use protocol::enrolment::Enrolment;
use protocol::envelope::{Asked, Envelope, EnvelopeError};
use protocol::erase::Erase;
use protocol::face_consent::FaceConsent;
use protocol::jws::{self, Typ};
use protocol::receipt::Receipt;
use protocol::refusal::{Code, Problem};
use protocol::section::{Expected, Section};
use protocol::server_time::ServerTime;
use protocol::statement::Statement;
use recorded::record;
use std::time::Duration;

#[test]
fn the_root_and_the_directory() {
    let root = root();
    let token = root.sign(&key(4));
    record("root", &root, &token);
    assert_eq!(jws::open::<Root>(&token, Typ::Root, &key(4).public()).ok(), Some(root), "the root reads back");
    let directory = directory();
    let token = directory.sign(&key(5));
    record("directory", &directory, &token);
    assert_eq!(
        jws::open::<Directory>(&token, Typ::Directory, &key(5).public()).ok(),
        Some(directory),
        "the directory reads back"
    );
}

#[test]
fn what_the_device_signs() {
    let consent = recorded::consent();
    let token = consent.sign(&key(1));
    record("consent", &consent, &token);
    assert_eq!(
        Consent::verify(&token, &key(1).public(), &key(1).kid()).ok(),
        Some(consent.clone()),
        "the consent holds"
    );
    let face = recorded::face_consent(&token);
    let signed = face.sign(&key(1));
    record("face-consent", &face, &signed);
    assert_eq!(FaceConsent::verify(&signed, &key(1).public()).ok(), Some(face), "the face consent holds");
}

#[test]
fn what_the_attestor_signs() {
    let attestation = recorded::attestation();
    let token = attestation.sign(&key(6));
    record("attestation", &attestation, &token);
    let held = trusted(&directory());
    assert_eq!(Attestation::verify(&token, &held).ok(), Some(attestation.clone()), "the attestation holds");
    assert!(Attestation::verify(&attestation.sign(&key(2)), &held).is_err(), "the gateway never vouches");
    assert!(
        Attestation::verify(&attestation.sign(&key(3)), &held).is_err(),
        "a bank without the role of attestor does not vouch"
    );
    let sms = Attestation { kind: protocol::code::FactorKind::Sms, ..attestation };
    assert!(Attestation::verify(&sms.sign(&key(6)), &held).is_err(), "an SMS is never attested");
}

#[test]
fn what_the_gateway_signs() {
    let held = trusted(&directory());
    let enrolment = recorded::enrolment();
    let token = enrolment.sign(&key(2));
    record("enrolment", &enrolment, &token);
    assert_eq!(Enrolment::verify(&token, &held).ok(), Some(enrolment), "the enrolment holds");

    let statement = recorded::statement();
    let token = statement.sign(&key(2));
    record("statement", &statement, &token);
    assert_eq!(Statement::verify(&token, &held).ok(), Some(statement.clone()), "the statement holds");
    assert!(statement.holds_at(noon()), "for thirty minutes from when it was made");
    assert!(!statement.holds_at(noon() + Duration::from_secs(1800)), "not at its end");
    assert!(
        !Statement { exp: statement.exp + Duration::from_secs(1), ..statement }.holds_at(noon()),
        "not for longer than laid down"
    );

    let receipt = recorded::receipt();
    let token = receipt.sign(&key(2));
    record("receipt", &receipt, &token);
    assert_eq!(Receipt::verify(&token, &held).ok(), Some(receipt.clone()), "the receipt holds");
    let every = (0..MAX_BANKS).map(|n| Digest::of(&n.to_be_bytes())).collect();
    let token = Receipt { sections: every, ..receipt }.sign(&key(2));
    assert!(Receipt::verify(&token, &held).is_ok(), "it can name the sections of as many banks as a query may ask");

    let time = recorded::server_time();
    let token = time.sign(&key(2));
    record("time", &time, &token);
    assert!(
        ServerTime::verify(&token, &protocol::encode::Nonce::from_bytes([1; 16]), &held).is_err(),
        "a time answers one nonce"
    );
    assert_eq!(ServerTime::verify(&token, &time.nonce, &held).ok(), Some(time.clone()), "the time holds");

    let erase = Erase { v: protocol::json::V1, device: key(1).kid(), at: noon() };
    let token = erase.sign(&key(2));
    record("erase", &erase, &token);
    assert!(Erase::verify(&token, &key(9).kid(), &held).is_err(), "an order for another device erases nothing here");
    assert!(Erase::verify(&erase.sign(&key(3)), &key(1).kid(), &held).is_err(), "no bank orders a device to erase");
    assert_eq!(Erase::verify(&token, &key(1).kid(), &held).ok(), Some(erase), "the order holds");
}

#[test]
fn what_the_bank_signs() {
    let held = trusted(&directory());
    for (name, answer) in [("answer-answered", recorded::answered()), ("answer-refused", recorded::refused())] {
        let token = answer.sign(&key(3));
        record(name, &answer, &token);
        assert_eq!(Answer::verify(&token, &code("ICBC"), &held).ok(), Some(answer), "{name} holds");
    }
    let section = recorded::section();
    let token = section.sign(&key(3));
    record("section", &section, &token);
    assert!(token.len() <= protocol::seal::MAX_SECTION_JWS, "it fits the padding");
    let bank = code("ICBC");
    let expected = Expected {
        query_id: section.query_id,
        bank: &bank,
        round: 1,
        consent: &section.consent,
        key: &section.key,
        not_before: noon(),
        not_after: noon(),
    };
    assert_eq!(Section::verify(&token, &expected, &held).ok().as_ref(), Some(&section), "the section holds");
    for (fault, spoiled) in recorded::spoiled(&section) {
        assert_eq!(
            Section::verify(&spoiled.sign(&key(3)), &expected, &held).err(),
            Some(fault),
            "{fault}: nothing of the section may be shown"
        );
    }
}

#[test]
fn how_the_gateway_closes_a_query() {
    let held = trusted(&directory());
    let envelope = recorded::envelope();
    let token = envelope.sign(&key(2));
    record("envelope", &envelope, &token);
    let banks = [code("ICBC"), code("CCB"), code("ABC")];
    let asked = Asked {
        query_id: envelope.query_id,
        consent: &envelope.consent,
        banks: &banks,
        given_at: noon(),
        apply_by: noon() + Duration::from_secs(900),
        accepted_at: envelope.accepted_at,
        due_at: envelope.due_at,
        revision: 0,
    };
    assert_eq!(Envelope::verify(&token, &asked, &held), Ok(envelope.clone()), "the envelope holds");
    let answered = recorded::answered();
    assert!(
        envelope.banks[0].matches(envelope.query_id, &envelope.consent, &answered.sign(&key(3)), &answered),
        "the bank says what its row says"
    );
    let refused = recorded::refused();
    assert!(
        !envelope.banks[0].matches(envelope.query_id, &envelope.consent, &refused.sign(&key(3)), &refused),
        "a row cannot turn a refusal into an answer"
    );
    for (error, spoiled) in recorded::spoiled_envelopes(&envelope) {
        assert_eq!(Envelope::verify(&spoiled.sign(&key(2)), &asked, &held).err(), Some(error), "{error}");
    }
    assert_eq!(
        Envelope::verify(&token, &Asked { revision: 2, ..asked.clone() }, &held).err(),
        Some(EnvelopeError::WentBack),
        "older than the one held"
    );
    assert_eq!(
        Envelope::verify(&token, &Asked { banks: &banks[..2], ..asked }, &held).err(),
        Some(EnvelopeError::Banks),
        "a bank nobody asked"
    );
}

#[test]
fn refusals_are_a_closed_list() {
    let table: Vec<String> =
        Code::ALL.iter().map(|code| format!("{} {code} {}", code.status(), code.params().join(","))).collect();
    recorded::text("refusals.txt", &format!("{}\n", table.join("\n")));
    for code in Code::ALL {
        assert_eq!(code.as_str().parse::<Code>().ok(), Some(*code), "{code} reads back");
    }
    assert!("teapot".parse::<Code>().is_err(), "no other word is a refusal");
    let mut params = serde_json::Map::new();
    params.insert("next_at".to_owned(), "2026-12-01T16:00:00.000Z".into());
    let request = "3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f".parse().expect("an id");
    let problem = Problem::new(Code::AllowanceUsed, params, request, noon());
    let written = serde_json::to_string(&problem).expect("JSON");
    assert_eq!(
        written,
        r#"{"type":"urn:mingxia:problem:allowance_used","title":"allowance used","status":409,"code":"allowance_used","params":{"next_at":"2026-12-01T16:00:00.000Z"},"request_id":"3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f","time":"2026-11-24T04:00:00.000Z"}"#,
        "as the specification shows it"
    );
    assert_eq!(protocol::json::parse_response::<Problem>(written.as_bytes()).ok(), Some(problem), "it reads back");
}
