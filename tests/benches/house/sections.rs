//! Opening what banks sealed, many at a time: the seal, the bank's signature and every check, without file or screen.

use std::time::{Duration, Instant};

use protocol::code::{AccountClass, CardRole, CardStatus, Kind, Outcome, PartyCode, Role, Used};
use protocol::directory::{Directory, KeyPoint, Party, PartyKey, Root, TrustedDirectory};
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::seal::{QuerySeed, SUITE, open_section, seal_section, section_info};
use protocol::section::{Card, Expected, Inquiry, MaskedNumber, Section};
use protocol::text::Text;
use protocol::time::Timestamp;

use crate::figures::Figures;

/// As many banks as may ever be asked at once.
const BANKS: usize = 400;

/// Seals one section for each of many banks, then opens and checks them all.
pub(crate) fn measure(figures: &mut Figures, runs: usize) {
    let (key, seed, query) = (SigningKey::generate(), QuerySeed::generate(), QueryId::new());
    let now: Timestamp = "2026-11-24T04:00:00.000Z".parse().unwrap();
    let codes: Vec<PartyCode> = (0..BANKS).map(|place| format!("BANK{place:03}").parse().unwrap()).collect();
    let directory = directory(&codes, &key, now);
    let (consent, name) = (Digest::of(b"a consent"), seed.public().thumbprint());
    let sealed: Vec<Vec<u8>> = codes
        .iter()
        .map(|bank| {
            let token = section(bank, query, consent, name, now).sign(&key);
            seal_section(&seed.public(), &section_info(query, bank, 1, &consent), &token).unwrap()
        })
        .collect();
    for _ in 0..runs {
        let began = Instant::now();
        let opens = seed.decapsulation_key();
        for (bank, sealed) in codes.iter().zip(&sealed) {
            let token = open_section(&opens, &section_info(query, bank, 1, &consent), sealed).unwrap();
            let expected = Expected {
                query_id: query,
                bank,
                round: 1,
                consent: &consent,
                key: &name,
                not_before: now,
                not_after: now,
            };
            Section::verify(&token, &expected, &directory).unwrap();
        }
        figures.take("opening and checking 400 sections", began.elapsed());
    }
}

/// Four cards, as at a bank where a person is well known.
fn section(bank: &PartyCode, query: QueryId, consent: Digest, key: Digest, now: Timestamp) -> Section {
    let card = Card {
        product: Text::new("借记卡").unwrap(),
        kind: Kind::Debit,
        brand: Text::new("unionpay").unwrap(),
        number: MaskedNumber::new("6222***********1496").unwrap(),
        class: Some(AccountClass::I),
        status: CardStatus::Active,
        role: CardRole::Primary,
        opened: Some("2019-03".parse().unwrap()),
        city: Some(Text::new("北京").unwrap()),
        last_used: Some("2026-08".parse().unwrap()),
    };
    Section {
        v: V1,
        query_id: query,
        bank: bank.clone(),
        round: 1,
        consent,
        key,
        suite: SUITE,
        as_of: now,
        outcome: Outcome::Found,
        used: vec![Used::Name, Used::IdNumber],
        cards: vec![card; 4],
        omitted: 0,
        inquiries: vec![Inquiry { query_id: query, device: SigningKey::from_seed(&[1; 32]).kid(), at: now }],
    }
}

/// A directory in which every bank signs with the same key: the checks take as long.
fn directory(codes: &[PartyCode], key: &SigningKey, now: Timestamp) -> TrustedDirectory {
    let (root, signer) = (SigningKey::generate(), SigningKey::generate());
    let week = Duration::from_secs(7 * 24 * 3600);
    let party = |code: &PartyCode| Party {
        role: Role::Bank,
        code: code.clone(),
        name_zh: Text::new("银行").ok(),
        name_en: Text::new("Bank").ok(),
        short_zh: Text::new("行").ok(),
        hotline: None,
        contact: None,
        kinds: Some(vec![Kind::Debit]),
        keys: vec![PartyKey {
            x: key.public(),
            not_before: now - week,
            not_after: now + week,
            revoked_at: None,
            revoked_for: None,
        }],
    };
    let first = Root {
        v: V1,
        version: 1,
        root: KeyPoint { x: root.public() },
        directory_key: KeyPoint { x: signer.public() },
        issued_at: now - week,
        expires_at: now + week,
    };
    let directory = Directory {
        v: V1,
        version: 1,
        issued_at: now,
        expires_at: now + week,
        parties: codes.iter().map(party).collect(),
    };
    TrustedDirectory::verify(&[first.sign(&root)], &directory.sign(&signer), &root.public(), now).unwrap()
}
