//! A federation of one bank, one gateway, one face-check provider and one person, all made up.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::allow_attributes,
    reason = "each test file uses its part of the scene"
)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bank::store::{BankStore, MemoryStore};
use bank::{
    Bank, CardConfirmation, CardLedger, ConfirmationError, IndexKey, KeyRing, LedgerAnswer, LedgerCard, LedgerError,
    Parts, Question, Slot, Subject, Terms,
};
use protocol::answer::Answer;
use protocol::attestation::Attestation;
use protocol::code::{
    AccountClass, BankRefusal, CardRole, CardStatus, FactorKind, Field, IdType, Kind, Locale, Outcome, PartyCode, Role,
};
use protocol::consent::{Consent, ConsentKey, Fetch, Life, LifeUnit, Mode, Notice, Purpose, PurposeCode, Separate};
use protocol::directory::{Directory, KeyPoint, Party, PartyKey, Root, TrustedDirectory};
use protocol::encode::{Digest, Salt};
use protocol::id::{ConsentId, QueryId};
use protocol::identity::{CardNumber, IdNumber, Identity, Mobile, Name, bank_commitment};
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::routes::{self, InquiryAnswer};
use protocol::seal::{QuerySeed, open_section, section_info};
use protocol::section::{Expected, Section};
use protocol::statement::{Factor, Statement};
use protocol::text::Text;
use protocol::time::{Clock, ManualClock, Timestamp};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

pub(crate) fn text<const N: usize>(text: &str) -> Text<N> {
    Text::new(text).unwrap()
}

pub(crate) fn code(code: &str) -> PartyCode {
    code.parse().unwrap()
}

/// Books of one bank: what they say, and when, is set by the test.
pub(crate) struct Books {
    say: std::sync::Mutex<Say>,
    looked_up: std::sync::atomic::AtomicUsize,
    pub(crate) asked: tokio::sync::Notify,
    pub(crate) opened: tokio::sync::Notify,
}

#[derive(Clone, Copy)]
pub(crate) enum Say {
    Cards(usize),
    Without(Outcome),
    LongText,
    Down,
    Stuck,
    /// One card, but only once the test opens the books.
    WhenOpened,
}

#[async_trait]
impl CardLedger for Books {
    async fn cards_of(&self, _: &Subject) -> Result<LedgerAnswer, LedgerError> {
        self.looked_up.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let say = *self.say.lock().unwrap();
        match say {
            Say::Cards(count) => Ok(LedgerAnswer::found((0..count).map(|_| card("测试借记卡")).collect())),
            Say::LongText => Ok(LedgerAnswer::found(vec![card("卡 6222-0212 3456 789")])),
            Say::Without(outcome) => Ok(LedgerAnswer::without_cards(outcome, vec![])),
            Say::Down => Err(LedgerError { retry_after: 7 }),
            Say::WhenOpened => {
                self.asked.notify_one();
                self.opened.notified().await;
                Ok(LedgerAnswer::found(vec![card("测试借记卡")]))
            }
            Say::Stuck => {
                std::future::pending::<()>().await;
                Err(LedgerError { retry_after: 1 })
            }
        }
    }
}

pub(crate) fn card(product: &str) -> LedgerCard {
    LedgerCard {
        product: text(product),
        kind: Kind::Debit,
        brand: text("unionpay"),
        number: CardNumber::parse("6222020000000000000").unwrap(),
        class: Some(AccountClass::I),
        status: CardStatus::Active,
        role: CardRole::Primary,
        opened: "2019-03".parse().ok(),
        city: Some(text("北京")),
        last_used: "2026-08".parse().ok(),
    }
}

struct Asks;

#[async_trait]
impl CardConfirmation for Asks {
    async fn ask(&self, question: Question<'_>) -> Result<(), ConfirmationError> {
        if question.subject.name.as_str() == "甲示例" { Ok(()) } else { Err(ConfirmationError::Cannot) }
    }
}

pub(crate) struct Scene {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) root: SigningKey,
    pub(crate) gateway: SigningKey,
    pub(crate) bank_key: SigningKey,
    pub(crate) face: SigningKey,
    pub(crate) device: SigningKey,
    pub(crate) parties: Vec<Party>,
    pub(crate) directory: Arc<TrustedDirectory>,
    pub(crate) ring: Arc<KeyRing>,
    pub(crate) store: Arc<dyn BankStore>,
    pub(crate) books: Arc<Books>,
    pub(crate) bank: Arc<Bank>,
}

pub(crate) fn person(last: &str) -> Identity {
    Identity {
        name: Name::parse("甲示例").unwrap(),
        id_type: IdType::CnId,
        id_number: IdNumber::parse(IdType::CnId, last).unwrap(),
        mobile: Mobile::parse("10000000001").unwrap(),
    }
}

pub(crate) const FIRST: &str = "11010519491231002X";
/// Somebody else.
pub(crate) const SECOND: &str = "190101199003070016";

pub(crate) fn party(role: Role, name: &str, key: &SigningKey, from: Timestamp) -> Party {
    let bank = role == Role::Bank;
    Party {
        role,
        code: code(name),
        name_zh: bank.then(|| text("示例银行")),
        name_en: bank.then(|| text("Example Bank")),
        short_zh: bank.then(|| text("示例")),
        hotline: None,
        contact: None,
        kinds: bank.then(|| vec![Kind::Debit, Kind::Credit]),
        keys: vec![PartyKey {
            x: key.public(),
            not_before: from,
            not_after: from + DAY * 400,
            revoked_at: None,
            revoked_for: None,
        }],
    }
}

/// A directory of these parties from `now` on; a later one has a higher version.
fn issue(root: &SigningKey, parties: Vec<Party>, now: Timestamp) -> Arc<TrustedDirectory> {
    let point = KeyPoint { x: root.public() };
    let first = Root {
        v: V1,
        version: 1,
        root: point.clone(),
        directory_key: point,
        issued_at: now - DAY,
        expires_at: now + DAY * 400,
    };
    let version = u64::try_from(now.millis()).unwrap();
    let directory = Directory { v: V1, version, issued_at: now, expires_at: now + DAY * 14, parties }.sign(root);
    Arc::new(TrustedDirectory::verify(&[first.sign(root)], &directory, &root.public(), now).unwrap())
}

fn bank_of(
    slot: Slot,
    ring: &Arc<KeyRing>,
    directory: &Arc<TrustedDirectory>,
    clock: &Arc<ManualClock>,
    store: &Arc<dyn BankStore>,
    books: &Arc<Books>,
) -> Arc<Bank> {
    let terms = Terms {
        code: code("ICBC"),
        kinds: vec![Kind::Debit, Kind::Credit],
        slot,
        ledger_limit: Duration::from_secs(8),
    };
    Arc::new(Bank::new(Parts {
        terms,
        keys: Arc::clone(ring),
        index: Arc::new(IndexKey::new([9; 32])),
        directory: Arc::clone(directory),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        store: Arc::clone(store),
        ledger: Arc::clone(books) as Arc<dyn CardLedger>,
        confirmation: Arc::new(Asks),
    }))
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(Arc::new(MemoryStore::default()), Slot::PROTOCOL)
    }

    pub(crate) fn with(store: Arc<dyn BankStore>, slot: Slot) -> Self {
        let now: Timestamp = "2026-11-24T04:00:00.000Z".parse().unwrap();
        let clock = Arc::new(ManualClock::at(now));
        let key = |n| SigningKey::from_seed(&[n; 32]);
        let (root, gateway, bank_key, face, device) = (key(1), key(2), key(3), key(4), key(5));
        let from = now - DAY * 30;
        let parties = vec![
            party(Role::Bank, "ICBC", &bank_key, from),
            party(Role::Attestor, "ICBC", &bank_key, from),
            party(Role::Gateway, "GW", &gateway, from),
            party(Role::Attestor, "FACE1", &face, from),
        ];
        let directory = issue(&root, parties.clone(), now);
        let ring = Arc::new(KeyRing::new(bank_key.clone()));
        let books = Arc::new(Books {
            say: std::sync::Mutex::new(Say::Cards(1)),
            looked_up: std::sync::atomic::AtomicUsize::new(0),
            asked: tokio::sync::Notify::new(),
            opened: tokio::sync::Notify::new(),
        });
        let bank = bank_of(slot, &ring, &directory, &clock, &store, &books);
        Self { clock, root, gateway, bank_key, face, device, parties, directory, ring, store, books, bank }
    }

    /// The bank's process starts anew over this store.
    pub(crate) fn restart(&mut self, store: Arc<dyn BankStore>) {
        let directory = issue(&self.root, self.parties.clone(), self.clock.now());
        let slot = Slot::of(Duration::ZERO);
        self.bank = bank_of(slot, &self.ring, &directory, &self.clock, &store, &self.books);
        self.store = store;
    }

    /// The federation office issues a directory of these parties now, and the bank takes it.
    pub(crate) fn issue(&self, parties: Vec<Party>) -> Arc<TrustedDirectory> {
        let directory = issue(&self.root, parties, self.clock.now());
        self.bank.take_directory(Arc::clone(&directory));
        directory
    }

    /// How often anybody was looked up in the books.
    pub(crate) fn looked_up(&self) -> usize {
        self.books.looked_up.load(std::sync::atomic::Ordering::SeqCst)
    }

    pub(crate) fn say(&self, say: Say) {
        *self.books.say.lock().unwrap() = say;
    }

    pub(crate) fn ask(&self) -> Ask {
        let now = self.clock.now();
        let (seed, bank_salt, salt) = (QuerySeed::generate(), Salt::random(), Salt::random());
        let identity = person(FIRST);
        let consent = Consent {
            v: V1,
            consent_id: ConsentId::new(),
            query_id: QueryId::new(),
            subject: identity.subject(&salt),
            purpose: Purpose { code: PurposeCode::OwnCardsView, text: text("查询本人名下银行卡") },
            banks: vec![bank_commitment(&bank_salt, &code("ICBC"))],
            kinds: vec![Kind::Debit, Kind::Credit],
            fields: Field::ALL.to_vec(),
            separate: [Separate::Sensitive, Separate::Handover],
            notice: Notice { version: text("2026-11-01"), sha256: Digest::of(b"notice"), locale: Locale::ZhCn },
            mode: Mode::View,
            fetch: Fetch::Onetime,
            life: Life { unit: LifeUnit::NaturalDay, value: 7 },
            key: ConsentKey::new(&seed.public()),
            given_at: now,
            apply_by: now + protocol::consent::APPLY_WITHIN,
            expires_at: now + protocol::consent::HOLDS_FOR,
            replaces: None,
        };
        Ask {
            round: 1,
            seed,
            bank_salt,
            salt,
            identity,
            consent,
            device: self.device.clone(),
            consent_key: self.device.clone(),
            statement_key: self.gateway.clone(),
            attestor: self.face.clone(),
            statement: Box::new(|_| {}),
            attestation: Box::new(|_| {}),
        }
    }

    pub(crate) async fn send(&self, ask: &Ask) -> Result<InquiryAnswer, bank::InquiryError> {
        self.bank.inquire(&ask.body(self.clock.now())).await
    }

    pub(crate) async fn refusal(&self, ask: &Ask) -> BankRefusal {
        let answer = self.send(ask).await.expect("a request of the gateway gets the bank's own word");
        assert!(answer.sealed.is_none(), "a refusal carries nothing sealed");
        self.answer(&answer).code.expect("a refused inquiry has a code")
    }

    pub(crate) fn answer(&self, answer: &InquiryAnswer) -> Answer {
        Answer::verify(&answer.answer, &code("ICBC"), &self.directory).unwrap()
    }

    /// The section's JWS as the person's device finds it in the seal.
    pub(crate) fn unsealed(&self, ask: &Ask, answer: &InquiryAnswer) -> String {
        let sealed = protocol::encode::b64u_decode(answer.sealed.as_ref().expect("answered")).unwrap();
        let consent = Consent::digest(&ask.consent.sign(&ask.consent_key));
        let info = section_info(ask.consent.query_id, &code("ICBC"), ask.round, &consent);
        open_section(&ask.seed.decapsulation_key(), &info, &sealed).expect("the query key opens it").as_str().to_owned()
    }

    pub(crate) fn open(&self, ask: &Ask, answer: &InquiryAnswer) -> Section {
        let sealed = protocol::encode::b64u_decode(answer.sealed.as_ref().expect("answered")).unwrap();
        assert_eq!(Some(Digest::of(&sealed)), self.answer(answer).sealed, "the answer names the sealed bytes");
        let token = self.unsealed(ask, answer);
        let consent = Consent::digest(&ask.consent.sign(&ask.consent_key));
        let now = self.clock.now();
        let expected = Expected {
            query_id: ask.consent.query_id,
            bank: &code("ICBC"),
            round: ask.round,
            consent: &consent,
            key: &ask.seed.public().thumbprint(),
            not_before: now - DAY,
            not_after: now + DAY,
        };
        Section::verify(&token, &expected, &self.directory).expect("the section passes every check of the device")
    }
}

/// One inquiry in the making; tests change one thing of it.
pub(crate) struct Ask {
    pub(crate) round: u8,
    pub(crate) seed: QuerySeed,
    pub(crate) bank_salt: Salt,
    pub(crate) salt: Salt,
    pub(crate) identity: Identity,
    pub(crate) consent: Consent,
    pub(crate) device: SigningKey,
    pub(crate) consent_key: SigningKey,
    pub(crate) statement_key: SigningKey,
    pub(crate) attestor: SigningKey,
    pub(crate) statement: Box<dyn Fn(&mut Statement) + Send + Sync>,
    pub(crate) attestation: Box<dyn Fn(&mut Attestation) + Send + Sync>,
}

impl Ask {
    /// The same inquiry about the person of another document.
    pub(crate) fn of(&mut self, document: &str) {
        self.identity = person(document);
        self.consent.subject = self.identity.subject(&self.salt);
    }

    pub(crate) fn body(&self, now: Timestamp) -> routes::Inquiry {
        let consent = self.consent.sign(&self.consent_key);
        let digest = Consent::digest(&consent);
        let given = self.consent.given_at;
        let mut statement = Statement {
            v: V1,
            query_id: self.consent.query_id,
            consent: digest,
            bank: code("ICBC"),
            round: self.round,
            device: self.device.kid(),
            device_since: given - DAY,
            subject: self.consent.subject,
            factors: vec![Factor { kind: FactorKind::Sms, at: given }, Factor { kind: FactorKind::Face, at: given }],
            iat: now,
            exp: now + protocol::statement::HOLDS_FOR,
        };
        (self.statement)(&mut statement);
        let mut attestation = Attestation {
            v: V1,
            attestor: code("FACE1"),
            kind: FactorKind::Face,
            consent: digest,
            device: self.device.kid(),
            subject: self.consent.subject,
            at: given + Duration::from_secs(60),
        };
        (self.attestation)(&mut attestation);
        routes::Inquiry {
            v: V1,
            consent,
            device_key: self.device.public(),
            statement: statement.sign(&self.statement_key),
            attestation: attestation.sign(&self.attestor),
            bank_salt: self.bank_salt,
            subject: self.subject(),
        }
    }

    pub(crate) fn subject(&self) -> routes::Subject {
        routes::Subject {
            salt: self.salt,
            name: self.identity.name.as_str().to_owned(),
            id_type: self.identity.id_type,
            id_number: self.identity.id_number.as_str().to_owned(),
            mobile: self.identity.mobile.as_str().to_owned(),
        }
    }
}
