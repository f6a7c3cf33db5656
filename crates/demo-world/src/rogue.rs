//! A gateway and a face check that ask together in people's names, with a device of their own.
//!
//! Every check of the banks holds: that is what two colluding parties can do. Nine days ago, since a report that still
//! runs would keep the person's own query waiting; the banks' next sections list an inquiry the person never made.

use std::sync::Arc;
use std::time::Duration;

use bank::{Bank, IndexKey, InquiryError, KeyRing, NoConfirmation, Parts, Slot, Terms};
use protocol::code::{FactorKind, Field, Kind, Locale};
use protocol::consent::{
    self, Consent, ConsentKey, Fetch, Life, LifeUnit, Mode, Notice, Purpose, PurposeCode, Separate,
};
use protocol::directory::TrustedDirectory;
use protocol::encode::{Digest, Salt};
use protocol::id::{ConsentId, QueryId};
use protocol::identity::bank_commitment;
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::routes::{Inquiry, Subject};
use protocol::seal::QuerySeed;
use protocol::statement::{self, Factor, Statement};
use protocol::text::Text;
use protocol::time::{Clock, Timestamp};

use crate::clock::Behind;
use crate::face::Face;
use crate::inner::OneBank;
use crate::people::Person;

/// How long ago they asked.
const AGO: Duration = Duration::from_secs(9 * 24 * 3600);

/// The two that collude.
pub(crate) struct Collusion<'a> {
    pub(crate) gateway: SigningKey,
    pub(crate) face: &'a Face,
    pub(crate) directory: Arc<TrustedDirectory>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Collusion<'_> {
    /// Asks every bank that holds a card of this person; gives the query id that nobody's device knows.
    pub(crate) async fn ask(&self, person: &Person, banks: &[OneBank]) -> Option<QueryId> {
        let at = self.clock.now() - AGO;
        let (query, device) = (QueryId::new(), SigningKey::generate());
        let holding =
            |one: &&OneBank| person.banks.iter().any(|held| held.bank == one.row.code && !held.cards.is_empty());
        for one in banks.iter().filter(holding) {
            let inquiry = self.inquiry(person, one, query, &device, at)?;
            let answered: Result<_, InquiryError> = self.back_then(one).inquire(&inquiry).await;
            if let Err(error) = answered {
                tracing::warn!(code = "rogue", bank = %one.row.code, %error, "a bank was not asked");
            }
        }
        Some(query)
    }

    /// The same bank, store and books, nine days ago.
    fn back_then(&self, one: &OneBank) -> Bank {
        Bank::new(Parts {
            terms: Terms {
                code: one.row.code.clone(),
                kinds: one.row.kinds(),
                slot: Slot::of(Duration::ZERO),
                ledger_limit: Duration::from_secs(8),
            },
            keys: Arc::new(KeyRing::new(one.key.clone())),
            index: Arc::new(IndexKey::new(one.index)),
            directory: Arc::clone(&self.directory),
            clock: Arc::new(Behind { clock: Arc::clone(&self.clock), by: AGO }),
            store: Arc::clone(&one.store),
            ledger: Arc::clone(&one.ledger),
            confirmation: Arc::new(NoConfirmation),
        })
    }

    fn inquiry(
        &self,
        person: &Person,
        one: &OneBank,
        query: QueryId,
        device: &SigningKey,
        at: Timestamp,
    ) -> Option<Inquiry> {
        let (salt, bank_salt) = (Salt::random(), Salt::random());
        let subject = person.identity()?.subject(&salt);
        let consent = Consent {
            v: V1,
            consent_id: ConsentId::new(),
            query_id: query,
            subject,
            purpose: Purpose { code: PurposeCode::OwnCardsView, text: Text::new("查询本人名下银行卡").ok()? },
            banks: vec![bank_commitment(&bank_salt, &one.row.code)],
            kinds: Kind::ALL.to_vec(),
            fields: Field::ALL.to_vec(),
            separate: [Separate::Sensitive, Separate::Handover],
            notice: Notice {
                version: Text::new("2026-11-01").ok()?,
                sha256: Digest::of(b"never read by anybody"),
                locale: Locale::ZhCn,
            },
            mode: Mode::View,
            fetch: Fetch::Onetime,
            life: Life { unit: LifeUnit::NaturalDay, value: 7 },
            key: ConsentKey::new(&QuerySeed::generate().public()),
            given_at: at,
            apply_by: at + consent::APPLY_WITHIN,
            expires_at: at + consent::HOLDS_FOR,
            replaces: None,
        }
        .sign(device);
        let digest = Consent::digest(&consent);
        let factor = |kind| Factor { kind, at };
        let statement = Statement {
            v: V1,
            query_id: query,
            consent: digest,
            bank: one.row.code.clone(),
            round: 1,
            device: device.kid(),
            device_since: at,
            subject,
            factors: vec![factor(FactorKind::Sms), factor(FactorKind::Face)],
            iat: at,
            exp: at + statement::HOLDS_FOR,
        };
        Some(Inquiry {
            v: V1,
            consent,
            device_key: device.public(),
            statement: statement.sign(&self.gateway),
            attestation: self.face.vouch(digest, device.kid(), subject, at),
            bank_salt,
            subject: Subject {
                salt,
                name: person.name.clone(),
                id_type: person.id_type,
                id_number: person.id_number.clone(),
                mobile: person.mobile.clone(),
            },
        })
    }
}
