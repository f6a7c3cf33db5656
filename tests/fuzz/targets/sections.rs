//! Sealed sections: noise as sealed bytes, as what was padded, and as a section the right bank signed and sealed.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use noise::{directory, key};
use protocol::code::PartyCode;
use protocol::directory::TrustedDirectory;
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::jws::{self, Typ};
use protocol::mask::holds_long_digits;
use protocol::seal::{self, QuerySeed, open_section, seal_section, section_info};
use protocol::section::{Expected, Section};

static DIRECTORY: LazyLock<TrustedDirectory> = LazyLock::new(directory);

fuzz_target!(|data: &[u8]| {
    let Some((letter, rest)) = data.split_first() else { return };
    let seed = QuerySeed::from_bytes([7; 32]);
    match letter {
        b's' => assert!(open_section(&seed.decapsulation_key(), b"info", rest).is_err(), "what was not sealed to this key opens"),
        b'p' => {
            let sealed = seal::seal(&seed.public(), b"info", rest).expect("anything can be sealed");
            if let Ok(token) = open_section(&seed.decapsulation_key(), b"info", &sealed) {
                let padded = seal::pad(&token).expect("what was padded can be padded");
                assert_eq!(padded.as_slice(), rest, "padding has one spelling");
            }
        }
        b'c' => signed(rest),
        _ => {}
    }
});

/// A section is held against what it says itself, so that every check behind the first is reached.
fn signed(payload: &[u8]) {
    let token = jws::sign_bytes(&key(3), Typ::Section, payload);
    let Ok(said) = jws::open::<Section>(&token, Typ::Section, &key(3).public()) else { return };
    let (query, bank): (QueryId, PartyCode) = (said.query_id, said.bank.clone());
    let (consent, name): (Digest, Digest) = (said.consent, said.key);
    let seed = QuerySeed::from_bytes([7; 32]);
    let info = section_info(query, &bank, said.round, &consent);
    let Ok(sealed) = seal_section(&seed.public(), &info, &token) else { return };
    let opened = open_section(&seed.decapsulation_key(), &info, &sealed).expect("what was sealed opens");
    assert_eq!(*opened, token, "what was sealed is what is opened");
    let expected = Expected {
        query_id: query,
        bank: &bank,
        round: said.round,
        consent: &consent,
        key: &name,
        not_before: said.as_of,
        not_after: said.as_of,
    };
    let Ok(shown) = Section::verify(&opened, &expected, &DIRECTORY) else { return };
    for card in shown.cards {
        let texts = [card.product.as_str(), card.brand.as_str(), card.city.as_deref().unwrap_or_default()];
        assert!(!texts.iter().any(|text| holds_long_digits(text)), "a number stands where a text should");
        assert!(card.number.as_str().contains('*'), "a number that is not masked");
    }
}
