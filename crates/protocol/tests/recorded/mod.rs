//! The payloads that are recorded, and how recording works.

use std::path::PathBuf;
use std::time::Duration;

use protocol::answer::{Answer, AnswerState};
use protocol::attestation::Attestation;
use protocol::calendar::retention_end;
use protocol::code::{
    AccountClass, BankRefusal, BankState, CardRole, CardStatus, FactorKind, Field, Kind, Locale, Outcome,
    ReceiptReason, SectionFault, Used,
};
use protocol::consent::{Consent, ConsentKey, Fetch, Life, LifeUnit, Mode, Notice, Purpose, PurposeCode, Separate};
use protocol::encode::{Digest, Nonce, Salt};
use protocol::enrolment::Enrolment;
use protocol::envelope::{Envelope, EnvelopeBank, EnvelopeError, EnvelopeState};
use protocol::face_consent::{FaceConsent, FacePurpose, Kept, Leaves};
use protocol::id::QueryId;
use protocol::identity::bank_commitment;
use protocol::json::V1;
use protocol::receipt::Receipt;
use protocol::seal::QuerySeed;
use protocol::section::{Card, Inquiry, MaskedNumber, Section};
use protocol::server_time::ServerTime;
use protocol::statement::{Factor, Statement};
use serde::Serialize;

use crate::federation::{code, key, noon, text as checked};

/// Compares a signed payload with the recorded one, or records it.
pub(crate) fn record(name: &str, payload: &impl Serialize, token: &str) {
    let payload = serde_json::to_string(payload).expect("a payload is JSON");
    let signed: Vec<&str> = token.split('.').collect();
    let carried = protocol::encode::b64u_decode(signed[1]).expect("base64url");
    assert_eq!(
        String::from_utf8(carried).ok().as_deref(),
        Some(payload.as_str()),
        "{name}: what is signed is the payload's own bytes"
    );
    text(&format!("{name}.txt"), &format!("{payload}\n{token}\n"));
}

/// Compares a text with the recorded one, or records it.
pub(crate) fn text(file: &str, written: &str) {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "formats", file].iter().collect();
    if std::env::var_os("MINGXIA_RECORD").is_some() {
        std::fs::write(&path, written).expect("the format is recorded");
    }
    let recorded = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file} is not recorded: {error}"));
    assert_eq!(written, recorded, "{file}: a released format never changes");
}

fn query() -> QueryId {
    "3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f".parse().expect("an id")
}

fn seed() -> QuerySeed {
    QuerySeed::from_bytes(std::array::from_fn(|i| u8::try_from(i).expect("fewer than 256")))
}

fn subject() -> Digest {
    "JiN1lNpA8q4mCFp8So4sOwVgKwh_WDkfS1yg_py_Mvk".parse().expect("the subject of the vectors")
}

fn notice() -> Notice {
    Notice { version: checked("2026-11-01"), sha256: Digest::of("告知书".as_bytes()), locale: Locale::ZhCn }
}

pub(crate) fn consent() -> Consent {
    let banks = ["ICBC", "CCB", "ABC"]
        .iter()
        .zip(0_u8..)
        .map(|(bank, salt)| bank_commitment(&Salt::from_bytes([salt; 16]), &code(bank)));
    Consent {
        v: V1,
        consent_id: "8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f".parse().expect("an id"),
        query_id: query(),
        subject: subject(),
        purpose: Purpose { code: PurposeCode::OwnCardsView, text: checked("查询本人名下银行卡") },
        banks: banks.collect(),
        kinds: Kind::ALL.to_vec(),
        fields: Field::ALL.to_vec(),
        separate: [Separate::Sensitive, Separate::Handover],
        notice: notice(),
        mode: Mode::View,
        fetch: Fetch::Onetime,
        life: Life { unit: LifeUnit::NaturalDay, value: 7 },
        key: ConsentKey::new(&seed().public()),
        given_at: noon(),
        apply_by: noon() + Duration::from_secs(15 * 60),
        expires_at: noon() + Duration::from_secs(72 * 3600),
        replaces: None,
    }
}

/// Digest of the recorded consent.
fn agreed() -> Digest {
    Consent::digest(&consent().sign(&key(1)))
}

pub(crate) fn face_consent(consent: &str) -> FaceConsent {
    FaceConsent {
        v: V1,
        consent: Consent::digest(consent),
        provider: code("FACE1"),
        purpose: FacePurpose::LivenessOnce,
        leaves_device: [Leaves::VideoFrames],
        kept: Kept::NotAtAll,
        notice: notice(),
        given_at: noon(),
    }
}

pub(crate) fn attestation() -> Attestation {
    Attestation {
        v: V1,
        attestor: code("FACE1"),
        kind: FactorKind::Face,
        consent: agreed(),
        device: key(1).kid(),
        subject: subject(),
        at: noon(),
    }
}

pub(crate) fn enrolment() -> Enrolment {
    Enrolment {
        v: V1,
        account: "0b5e7a10-52c4-4d0e-8f2a-9c1d2e3f4a5b".parse().expect("an id"),
        device: key(1).kid(),
        since: noon(),
        replaced: Some(key(9).kid()),
        hold_until: Some(noon() + Duration::from_secs(24 * 3600)),
    }
}

pub(crate) fn statement() -> Statement {
    let factors = [FactorKind::Sms, FactorKind::Face].map(|kind| Factor { kind, at: noon() }).to_vec();
    Statement {
        v: V1,
        query_id: query(),
        consent: agreed(),
        bank: code("ICBC"),
        round: 1,
        device: key(1).kid(),
        device_since: noon(),
        subject: subject(),
        factors,
        iat: noon(),
        exp: noon() + Duration::from_secs(30 * 60),
    }
}

pub(crate) fn receipt() -> Receipt {
    Receipt {
        v: V1,
        receipt_id: "5d7c9b1a-3e2f-4a6b-8c0d-1e2f3a4b5c6d".parse().expect("an id"),
        query_id: Some(query()),
        reason: ReceiptReason::Withdrawn,
        sections: vec![Digest::of(b"sealed")],
        kept: vec![checked("consent_digest"), checked("times")],
        kept_until: noon() + Duration::from_secs(400 * 86_400),
        copies_until: noon() + Duration::from_secs(86_400),
        at: noon(),
    }
}

pub(crate) fn server_time() -> ServerTime {
    ServerTime { v: V1, nonce: Nonce::from_bytes([7; 16]), now: noon() }
}

pub(crate) fn answered() -> Answer {
    let sealed = Some(Digest::of(b"sealed"));
    Answer {
        v: V1,
        query_id: query(),
        bank: code("ICBC"),
        round: 1,
        consent: agreed(),
        state: AnswerState::Answered,
        sealed,
        code: None,
        at: noon(),
    }
}

pub(crate) fn refused() -> Answer {
    Answer { state: AnswerState::Refused, sealed: None, code: Some(BankRefusal::TooSoon), ..answered() }
}

pub(crate) fn section() -> Section {
    let debit = Card {
        product: checked("借记卡"),
        kind: Kind::Debit,
        brand: checked("unionpay"),
        number: MaskedNumber::new("6222***********1496").expect("masked"),
        class: Some(AccountClass::I),
        status: CardStatus::Active,
        role: CardRole::Primary,
        opened: Some("2019-03".parse().expect("a month")),
        city: Some(checked("北京")),
        last_used: Some("2026-08".parse().expect("a month")),
    };
    let credit = Card {
        product: checked("贷记卡"),
        kind: Kind::Credit,
        number: MaskedNumber::new("6225********9012").expect("masked"),
        class: None,
        opened: None,
        city: None,
        last_used: None,
        status: CardStatus::NotActivated,
        role: CardRole::Supplementary,
        ..debit.clone()
    };
    Section {
        v: V1,
        query_id: query(),
        bank: code("ICBC"),
        round: 1,
        consent: agreed(),
        key: seed().public().thumbprint(),
        suite: 1,
        as_of: noon(),
        outcome: Outcome::Found,
        used: vec![Used::Name, Used::IdNumber],
        cards: vec![debit, credit],
        omitted: 0,
        inquiries: vec![Inquiry { query_id: query(), device: key(1).kid(), at: noon() }],
    }
}

/// Sections signed by the right bank that must not be shown, each with its fault.
pub(crate) fn spoiled(section: &Section) -> Vec<(SectionFault, Section)> {
    let with = |change: fn(&mut Section)| {
        let mut section = section.clone();
        change(&mut section);
        section
    };
    vec![
        (SectionFault::WrongQuery, with(|s| s.query_id = QueryId::new())),
        (SectionFault::WrongBank, with(|s| s.bank = code("CCB"))),
        (SectionFault::WrongRound, with(|s| s.round = 2)),
        (SectionFault::WrongConsent, with(|s| s.consent = Digest::of(b"another consent"))),
        (SectionFault::WrongKey, with(|s| s.key = Digest::of(b"another key"))),
        (SectionFault::WrongKey, with(|s| s.suite = 2)),
        (SectionFault::Stale, with(|s| s.as_of = s.as_of - Duration::from_millis(1))),
        (SectionFault::Stale, with(|s| s.as_of = s.as_of + Duration::from_millis(1))),
        (SectionFault::Schema, with(|s| s.cards.clear())),
        (SectionFault::Schema, with(|s| s.outcome = Outcome::PossibleMatch)),
        (SectionFault::Schema, with(|s| s.cards[1].class = Some(AccountClass::II))),
        (SectionFault::Schema, with(|s| s.cards = vec![s.cards[0].clone(); 25])),
        (SectionFault::Schema, with(|s| s.inquiries = vec![s.inquiries[0]; 9])),
        (SectionFault::Schema, with(|s| s.inquiries = vec![s.inquiries[0]; 2])),
        (SectionFault::Text, with(|s| s.cards[0].product = checked("卡号 6222 0212 3"))),
    ]
}

pub(crate) fn envelope() -> Envelope {
    let accepted_at = noon() + Duration::from_secs(60);
    let generated_at = accepted_at + Duration::from_secs(3600);
    let row = |bank: &str, state, answer: Option<&Answer>| EnvelopeBank {
        bank: code(bank),
        state,
        round: 1,
        answer: answer.map(|answer| protocol::jws::digest(&answer.sign(&key(3)))),
        sealed: answer.and_then(|answer| answer.sealed),
        at: noon(),
    };
    Envelope {
        v: V1,
        query_id: query(),
        consent: agreed(),
        state: EnvelopeState::Closed,
        revision: 1,
        at: generated_at,
        accepted_at,
        due_at: accepted_at + Duration::from_secs(24 * 3600),
        generated_at: Some(generated_at),
        expires_at: Some(retention_end(generated_at)),
        banks: vec![
            row("ICBC", BankState::Answered, Some(&answered())),
            row("CCB", BankState::Unanswered, None),
            row("ABC", BankState::NotCovered, None),
        ],
    }
}

/// Envelopes signed by the gateway that the device must refuse, each with its reason.
pub(crate) fn spoiled_envelopes(envelope: &Envelope) -> Vec<(EnvelopeError, Envelope)> {
    let with = |change: fn(&mut Envelope)| {
        let mut envelope = envelope.clone();
        change(&mut envelope);
        envelope
    };
    let second = Duration::from_secs(1);
    let later = Envelope { expires_at: envelope.expires_at.map(|end| end + second), ..envelope.clone() };
    vec![
        (EnvelopeError::End, later),
        (EnvelopeError::End, with(|e| e.expires_at = None)),
        (EnvelopeError::End, with(|e| e.state = EnvelopeState::Empty)),
        (
            EnvelopeError::End,
            with(|e| {
                e.state = EnvelopeState::Empty;
                (e.generated_at, e.expires_at) = (None, None);
            }),
        ),
        (
            EnvelopeError::End,
            with(|e| {
                e.generated_at = Some(e.due_at + Duration::from_millis(1));
                e.expires_at = e.generated_at.map(retention_end);
            }),
        ),
        (EnvelopeError::WrongQuery, with(|e| e.query_id = QueryId::new())),
        (EnvelopeError::WrongQuery, with(|e| e.consent = Digest::of(b"another consent"))),
        (EnvelopeError::Acceptance, with(|e| e.accepted_at = e.accepted_at + Duration::from_secs(1))),
        (EnvelopeError::Acceptance, with(|e| e.due_at = e.due_at + Duration::from_secs(1))),
        (EnvelopeError::Banks, with(|e| e.banks.truncate(2))),
        (EnvelopeError::Banks, with(|e| e.banks[1].bank = code("ICBC"))),
        (EnvelopeError::Banks, with(|e| e.banks[1].state = BankState::Pending)),
        (EnvelopeError::Banks, with(|e| e.banks[0].answer = None)),
        (EnvelopeError::WentBack, with(|e| e.revision = 0)),
    ]
}
