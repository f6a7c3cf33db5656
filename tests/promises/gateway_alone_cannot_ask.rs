//! The gateway alone cannot ask: its own key and a device of its making move no bank; with an attestor it is seen.

use std::sync::Arc;
use std::time::Duration;

use demo_world::{Options, Ports, World};
use device::MemoryKeychain;
use journey::federation::{Federation, Method, Outgoing};
use journey::view::AlarmKind;
use journey::{Address, HttpFederation};
use protocol::answer::{Answer, AnswerState};
use protocol::attestation::Attestation;
use protocol::code::{BankRefusal, FactorKind, Field, Kind, Locale, PartyCode};
use protocol::consent::{
    APPLY_WITHIN, Consent, ConsentKey, Fetch, HOLDS_FOR, Life, LifeUnit, Mode, Notice, Purpose, PurposeCode, Separate,
};
use protocol::encode::{Digest, Nonce, Salt};
use protocol::id::{ConsentId, IdempotencyKey, QueryId};
use protocol::identity::bank_commitment;
use protocol::json::V1;
use protocol::jws::{Typ, Unverified};
use protocol::key::SigningKey;
use protocol::request::{Tag, sign};
use protocol::routes::{Inquiry, InquiryAnswer, Subject};
use protocol::seal::QuerySeed;
use protocol::statement::{self, Factor, Statement};
use protocol::text::Text;
use protocol::time::{Clock, ManualClock};

use crate::stage::{PASSWORD, open, secret};

/// A key of the demonstration as its gateway holds it: they follow from the seed in the open.
fn key(purpose: &str) -> SigningKey {
    let seed = [&b"mingxia/demo/v1"[..], &1_u64.to_be_bytes(), purpose.as_bytes()].concat();
    SigningKey::from_seed(Digest::of(&seed).as_bytes())
}

/// A gateway that turned, and the line to the banks that it has.
pub(crate) struct Turned {
    world: World,
    clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
    banks: u16,
    line: HttpFederation,
    _line: tempfile::TempDir,
}

impl Turned {
    pub(crate) async fn new() -> Self {
        let (folder, line) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clock = Arc::new(ManualClock::at("2026-11-24T04:00:00.000Z".parse().unwrap()));
        let banks = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let options = Options {
            ports: Ports { banks, ..Ports::default() },
            clock: Some(Arc::clone(&clock)),
            ..Options::for_tests(folder.path())
        };
        let world = World::start(options).await.unwrap();
        let address = format!(r#"{{"gateway":"http://127.0.0.1:{banks}","phone":"http://127.0.0.1:{banks}/"}}"#);
        std::fs::write(line.path().join("world.json"), address).unwrap();
        let to_banks = HttpFederation::new(Address::World(line.path().to_owned())).unwrap();
        Self { world, clock, folder, banks, line: to_banks, _line: line }
    }

    /// Asks a bank about a person whose every entry is known; `vouches` signs for the face check.
    pub(crate) async fn asks(&self, person: &str, bank: &str, vouches: &SigningKey) -> Answer {
        let person = self.world.people().by_key(person).unwrap();
        let bank: PartyCode = bank.parse().unwrap();
        let (now, query, device) = (self.clock.now(), QueryId::new(), SigningKey::generate());
        let (salt, bank_salt) = (Salt::random(), Salt::random());
        let subject = person.identity().unwrap().subject(&salt);
        let consent = Consent {
            v: V1,
            consent_id: ConsentId::new(),
            query_id: query,
            subject,
            purpose: Purpose {
                code: PurposeCode::OwnCardsView, text: Text::new("查询本人名下银行卡").unwrap()
            },
            banks: vec![bank_commitment(&bank_salt, &bank)],
            kinds: Kind::ALL.to_vec(),
            fields: Field::ALL.to_vec(),
            separate: [Separate::Sensitive, Separate::Handover],
            notice: Notice {
                version: Text::new("2026-11-01").unwrap(),
                sha256: Digest::of(b"never read by anybody"),
                locale: Locale::ZhCn,
            },
            mode: Mode::View,
            fetch: Fetch::Onetime,
            life: Life { unit: LifeUnit::NaturalDay, value: 7 },
            key: ConsentKey::new(&QuerySeed::generate().public()),
            given_at: now,
            apply_by: now + APPLY_WITHIN,
            expires_at: now + HOLDS_FOR,
            replaces: None,
        }
        .sign(&device);
        let digest = Consent::digest(&consent);
        let factor = |kind| Factor { kind, at: now };
        let statement = Statement {
            v: V1,
            query_id: query,
            consent: digest,
            bank: bank.clone(),
            round: 1,
            device: device.kid(),
            device_since: now,
            subject,
            factors: vec![factor(FactorKind::Sms), factor(FactorKind::Face)],
            iat: now,
            exp: now + statement::HOLDS_FOR,
        };
        let attestation = Attestation {
            v: V1,
            attestor: "FACE1".parse().unwrap(),
            kind: FactorKind::Face,
            consent: digest,
            device: device.kid(),
            subject,
            at: now,
        };
        let inquiry = Inquiry {
            v: V1,
            consent,
            device_key: device.public(),
            statement: statement.sign(&key("gateway")),
            attestation: attestation.sign(vouches),
            bank_salt,
            subject: Subject {
                salt,
                name: person.name.clone(),
                id_type: person.id_type,
                id_number: person.id_number.clone(),
                mobile: person.mobile.clone(),
            },
        };
        self.post(&bank, &inquiry).await
    }

    async fn post(&self, bank: &PartyCode, inquiry: &Inquiry) -> Answer {
        let body = serde_json::to_vec(inquiry).unwrap();
        let (path, once) = (format!("/{bank}/v1/inquiries"), IdempotencyKey::new().to_string());
        let media = "application/json";
        let signed = sign(
            &key("gateway"),
            Tag::Gateway,
            "POST",
            &format!("127.0.0.1:{}", self.banks),
            &path,
            None,
            &body,
            Some(media),
            Some(&once),
            self.clock.now(),
            Nonce::random(),
        );
        let headers = vec![
            ("content-type", media.to_owned()),
            ("idempotency-key", once),
            ("content-digest", signed.content_digest),
            ("signature-input", signed.signature_input),
            ("signature", signed.signature),
        ];
        let request = Outgoing { method: Method::Post, path, query: None, headers, body: body.into(), most: 64 * 1024 };
        let answer = self.line.exchange(request).await.unwrap();
        assert_eq!(answer.status, 200, "the request itself is the gateway's: {:?}", answer.body);
        let answer: InquiryAnswer = protocol::json::parse_response(&answer.body).unwrap();
        let signer = key(&format!("bank/{bank}/0")).public();
        Unverified::read(&answer.answer, Typ::Answer).and_then(|token| token.verify(&signer)).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_somebody_else_to_vouch_no_bank_answers() {
    let turned = Turned::new().await;
    for (whose, vouches) in
        [("its own", key("gateway")), ("nobody's", SigningKey::generate()), ("a bank's", key("bank/CCB/0"))]
    {
        let answer = turned.asks("one", "ICBC", &vouches).await;
        assert_eq!(answer.state, AnswerState::Refused, "an attestation under {whose} key");
        assert_eq!(answer.code, Some(BankRefusal::AttestationMissing), "an attestation under {whose} key");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn together_with_an_attestor_it_asks_and_the_next_report_shows_it() {
    let turned = Turned::new().await;
    let answer = turned.asks("one", "ICBC", &key("face")).await;
    assert_eq!(answer.state, AnswerState::Answered, "two parties together can: this is said, and not hidden");
    turned.clock.advance(Duration::from_secs(9 * 86_400));

    let (place, keychain) = (tempfile::tempdir().unwrap(), MemoryKeychain::new());
    let app = open(place.path(), turned.folder.path(), &keychain, &turned.clock).await;
    crate::walk::enrol(&app, &turned.world, "one").await;
    crate::walk::agree_and_verify(&app, &turned.world).await;
    app.apply_submit().await.unwrap();
    let running = tokio::spawn({
        let app = app.clone();
        async move { app.run().await }
    });
    while app.collect_state().await.unwrap().query.state != journey::view::QueryState::Ready {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.abort();
    app.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = app.read_report().await.unwrap();
    let foreign: Vec<_> = report.inquiries.iter().filter(|inquiry| !inquiry.known).collect();
    assert_eq!(foreign.len(), 1, "the bank lists who asked");
    assert_eq!(foreign[0].bank, "ICBC");
    let alarms = app.settings_home().await.unwrap().alarms;
    assert!(alarms.iter().any(|alarm| alarm.kind == AlarmKind::UnknownInquiry), "and the person is told");
}
