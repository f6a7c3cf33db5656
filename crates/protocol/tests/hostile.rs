//! What comes from outside is hostile: every malformed text, number, key and signature is refused, each for its reason.

mod federation;

use federation::{at, code, directory, key, noon, trusted};
use protocol::answer::{Answer, AnswerState};
use protocol::code::{BankRefusal, SectionFault};
use protocol::directory::{DirectoryError, PartyJwsError, RevokedFor, TrustedDirectory};
use protocol::encode::{Digest, b64u, b64u_decode};
use protocol::id::QueryId;
use protocol::json::{JsonError, V1, parse, parse_response};
use protocol::jws::{self, JwsError, Typ};
use protocol::key::PublicKey;
use protocol::routes::{Banks, Plain, Retry};
use protocol::seal::{self, QueryPublic, QuerySeed};
use protocol::text::{Text, TextError};
use protocol::time::Timestamp;

#[test]
fn json_that_other_readers_read_otherwise_is_refused() {
    let cases: &[(&[u8], &str)] = &[
        (br#"{"v":1,"v":1,"round":2}"#, "a name twice"),
        (br#"{"v":1,"round":2,"\u0072ound":3}"#, "a name twice, once escaped"),
        (br#"{"v":1,"round":2.0}"#, "a float that is whole"),
        (br#"{"v":1,"round":2e0}"#, "an exponent"),
        (br#"{"v":1,"round":1e3}"#, "an exponent that would be out of range"),
        (br#"{"v":1,"round":-0}"#, "minus zero"),
        (br#"{"v":1,"round":-2}"#, "a negative number"),
        (br#"{"v":1,"round":02}"#, "a leading zero"),
        (br#"{"v":1,"round":256}"#, "a number beyond its place"),
        (br#"{"v":1,"round":9007199254740992}"#, "a number beyond 2^53-1"),
        (br#"{"v":1,"round":NaN}"#, "not a number"),
        (br#"{"v":1,"round":null}"#, "null for a fact"),
        (br#"{"v":1,"round":"2"}"#, "a number as text"),
        (br#"{"v":1}"#, "a required member missing"),
        (br#"{"v":1,"round":2}x"#, "something behind the end"),
        (br#"{"v":1,"round":2,}"#, "a trailing comma"),
        (b"\xef\xbb\xbf{\"v\":1,\"round\":2}", "a byte order mark"),
        (b"{\"v\":1,\"round\":2,\"a\":\"\xff\"}", "bytes that are not UTF-8"),
        (br#"{"v":1,"round":2,"a":"\ud800"}"#, "a lone surrogate"),
        (b"", "nothing"),
        (b"[]", "another container"),
    ];
    for (bytes, why) in cases {
        assert_eq!(parse::<Retry>(bytes).err(), Some(JsonError::Malformed), "{why}");
    }
    assert!(parse::<Retry>(br#"{"v":1,"round":2}"#).is_ok(), "the request itself is read");
}

#[test]
fn unknown_members_are_refused_in_requests_and_passed_over_in_responses() {
    assert_eq!(
        parse::<Retry>(br#"{"v":1,"round":2,"more":1}"#).err(),
        Some(JsonError::UnknownMember),
        "a request may say nothing else"
    );
    assert!(parse::<Plain>(br#"{"v":2}"#).is_err(), "another version is refused");
    let response = br#"{"roots":[],"directory":"","health":[],"later":{"a":[1,true]}}"#;
    assert!(parse_response::<Banks>(response).is_ok(), "a response may grow");
}

#[test]
fn depth_ends_at_eight_and_a_bomb_does_not_reach_the_stack() {
    let nested = |depth: usize| {
        format!(r#"{{"roots":[],"directory":"","health":[],"x":{}{}}}"#, "[".repeat(depth), "]".repeat(depth))
    };
    assert!(parse_response::<Banks>(nested(7).as_bytes()).is_ok(), "eight containers, the outermost counted");
    assert!(parse_response::<Banks>(nested(8).as_bytes()).is_err(), "nine containers");
    assert!(parse_response::<Banks>("[".repeat(100_000).as_bytes()).is_err(), "a hundred thousand containers");
}

#[test]
fn base64url_has_one_spelling() {
    for (text, why) in [
        ("AA==", "padding"),
        ("AA\n", "a line break"),
        (" AA", "a space"),
        ("+/8", "the other alphabet"),
        ("AB", "spare bits that are not zero"),
        ("A", "a length no bytes have"),
        ("A\u{e9}", "a character beyond ASCII"),
    ] {
        assert!(b64u_decode(text).is_err(), "{why}");
    }
    assert_eq!(b64u_decode("AA").ok(), Some(vec![0]), "one zero byte");
    assert!("A".repeat(44).parse::<Digest>().is_err(), "a digest has 43 characters");
}

#[test]
fn instants_and_ids_have_one_spelling() {
    for text in [
        "2026-11-24T04:00:00Z",
        "2026-11-24T04:00:00.0Z",
        "2026-11-24T04:00:00.0000Z",
        "2026-11-24T04:00:00.000+00:00",
        "2026-11-24t04:00:00.000z",
        "2026-11-24 04:00:00.000Z",
        "2026-02-30T04:00:00.000Z",
        "2026-11-24T24:00:00.000Z",
        "2026-11-24T04:00:60.000Z",
        "+002026-11-24T04:00:00.000Z",
        "",
    ] {
        assert!(text.parse::<Timestamp>().is_err(), "{text} is not how this wire writes an instant");
    }
    for text in [
        "3F0C2B1E-7A64-4F0E-9D55-0A1B2C3D4E5F",
        "3f0c2b1e7a644f0e9d550a1b2c3d4e5f",
        "{3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f}",
        "3f0c2b1e-7a64-1f0e-9d55-0a1b2c3d4e5f",
        "3f0c2b1e-7a64-4f0e-cd55-0a1b2c3d4e5f",
        "00000000-0000-0000-0000-000000000000",
        "",
    ] {
        assert!(text.parse::<QueryId>().is_err(), "{text} is not a lower-case UUID of version 4");
    }
}

#[test]
fn texts_hide_and_turn_nothing() {
    for c in [
        '\0', '\n', '\u{7f}', '\u{85}', '\u{61c}', '\u{200b}', '\u{200d}', '\u{200e}', '\u{2028}', '\u{202e}',
        '\u{2066}', '\u{feff}',
    ] {
        assert_eq!(Text::<30>::new(format!("借记{c}卡")).err(), Some(TextError::Forbidden), "U+{:04X}", u32::from(c));
    }
    assert_eq!(Text::<30>::new("Cafe\u{301}").err(), Some(TextError::NotNfc), "refused, never normalised");
    assert_eq!(Text::<3>::new("借记卡片").err(), Some(TextError::TooLong), "counted in code points");
    assert!(Text::<4>::new("借记卡片").is_ok(), "four code points fit four");
    for city in ["北京", "Zürich", "O’Neill"] {
        assert!(Text::<12>::new(city).is_ok(), "{city} is a plain text");
    }
}

/// An answer of the bank at noon.
fn answer() -> Answer {
    Answer {
        v: V1,
        query_id: "3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f".parse().expect("an id"),
        bank: code("ICBC"),
        round: 1,
        consent: Digest::of(b"a consent"),
        state: AnswerState::Refused,
        sealed: None,
        code: Some(BankRefusal::TooSoon),
        at: noon(),
    }
}

/// A JWS of the bank over any header and payload text.
fn forged(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", b64u(header.as_bytes()), b64u(payload.as_bytes()));
    format!("{signed}.{}", b64u(&key(3).sign(signed.as_bytes())))
}

#[test]
fn a_header_chooses_nothing() {
    let kid = key(3).kid();
    let payload = serde_json::to_string(&answer()).expect("JSON");
    let opened = |header: &str| jws::open::<Answer>(&forged(header, &payload), Typ::Answer, &key(3).public()).err();
    let right = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"mingxia-answer+jws"}}"#);
    assert_eq!(opened(&right), None, "the right header is read");
    for (header, why) in [
        (format!(r#"{{"alg":"none","kid":"{kid}","typ":"mingxia-answer+jws"}}"#), "no algorithm"),
        (format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"mingxia-answer+jws"}}"#), "a keyed hash with a public key"),
        (format!(r#"{{"alg":"Ed25519","kid":"{kid}","typ":"mingxia-answer+jws"}}"#), "another name of the algorithm"),
        (format!(r#"{{"alg":"EdDSA","typ":"mingxia-answer+jws","jwk":{{}},"kid":"{kid}"}}"#), "a key of its own"),
        (
            format!(r#"{{"alg":"EdDSA","typ":"mingxia-answer+jws","jku":"https://x","kid":"{kid}"}}"#),
            "an address of a key",
        ),
        (format!(r#"{{"alg":"EdDSA","typ":"mingxia-answer+jws","x5c":[],"kid":"{kid}"}}"#), "a certificate"),
        (
            format!(r#"{{"alg":"EdDSA","typ":"mingxia-answer+jws","crit":["b64"],"b64":false,"kid":"{kid}"}}"#),
            "critical members",
        ),
        (format!(r#"{{"alg":"EdDSA","typ":"mingxia-answer+jws","zip":"DEF","kid":"{kid}"}}"#), "compression"),
        (format!(r#"{{"alg":"EdDSA","alg":"none","kid":"{kid}","typ":"mingxia-answer+jws"}}"#), "a member twice"),
        (r#"{"alg":"EdDSA","typ":"mingxia-answer+jws"}"#.to_owned(), "no key named"),
    ] {
        assert_eq!(opened(&header), Some(JwsError::Form), "{why}");
    }
    let section = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"mingxia-section+jws"}}"#);
    assert_eq!(opened(&section), Some(JwsError::Typ), "what is signed for one place is not accepted at another");
}

#[test]
fn a_token_altered_anywhere_does_not_open() {
    let token = answer().sign(&key(3));
    let open = |token: &str| jws::open::<Answer>(token, Typ::Answer, &key(3).public()).err();
    assert_eq!(open(&token), None, "the bank's own answer opens");
    assert_eq!(open(&format!("{token}.")), Some(JwsError::Form), "four parts");
    assert_eq!(open(&format!("{token}=")), Some(JwsError::Form), "padding");
    assert_eq!(
        open(&"a".repeat(2049)),
        Some(JwsError::TooLarge),
        "longer than its type allows, refused before anything is read"
    );
    assert_eq!(
        jws::open::<Answer>(&token, Typ::Answer, &key(2).public()).err(),
        Some(JwsError::UnknownKey),
        "a key the party does not hold"
    );
    for place in (0..token.len()).step_by(7) {
        let mut bytes = token.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(bytes).expect("ASCII");
        assert!(open(&altered).is_some(), "character {place} was altered");
    }
    let malformed =
        forged(&format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"mingxia-answer+jws"}}"#, key(3).kid()), r#"{"v":2}"#);
    assert_eq!(open(&malformed), Some(JwsError::Payload(JsonError::Version)), "another version is named as such");
}

#[test]
fn keys_of_small_order_are_no_keys() {
    // y of the eight small-order points and their non-canonical spellings (RFC 7748 and "Taming the many EdDSAs").
    let low: Vec<[u8; 32]> = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ]
    .iter()
    .map(|hex| std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hexadecimal")))
    .collect();
    for y in low {
        for sign in [0, 0x80] {
            let mut bytes = y;
            bytes[31] |= sign;
            assert!(PublicKey::from_bytes(&bytes).is_err(), "a key that signs anything: {bytes:02x?}");
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&bytes);
            assert!(key(3).public().verify(b"anything", &signature).is_err(), "R of small order: {bytes:02x?}");
        }
    }
}

#[test]
fn query_keys_that_nobody_may_seal_to_are_refused() {
    let good = *QuerySeed::from_bytes([7; 32]).public().as_bytes();
    assert!(QueryPublic::from_bytes(&good).is_ok(), "a key made rightly");
    assert!(QueryPublic::from_bytes(&good[1..]).is_err(), "a byte short");
    assert!(QueryPublic::from_bytes(&[good.as_slice(), &[0]].concat()).is_err(), "a byte long");
    let mut unreduced = good;
    unreduced[..3].fill(0xff);
    assert!(QueryPublic::from_bytes(&unreduced).is_err(), "coefficients beyond the modulus (FIPS 203, section 7.2)");
    let mut low = good;
    low[1184..].fill(0);
    assert!(QueryPublic::from_bytes(&low).is_err(), "an X25519 half of low order");
}

#[test]
fn a_sealed_section_altered_anywhere_does_not_open() {
    let seed = QuerySeed::from_bytes([7; 32]);
    let consent = Digest::of(b"a consent");
    let query = answer().query_id;
    let info = |bank: &str, round| seal::section_info(query, &code(bank), round, &consent);
    let sealed = seal::seal_section(&seed.public(), &info("ICBC", 1), "a.b.c").expect("it fits");
    let open =
        |seed: &QuerySeed, info: &[u8], bytes: &[u8]| seal::open_section(&seed.decapsulation_key(), info, bytes).err();
    assert_eq!(open(&seed, &info("ICBC", 1), &sealed), None, "sealed for this device, query, bank and round");
    assert_eq!(
        open(&QuerySeed::from_bytes([8; 32]), &info("ICBC", 1), &sealed),
        Some(SectionFault::OpenFailed),
        "another query's key"
    );
    assert_eq!(open(&seed, &info("CCB", 1), &sealed), Some(SectionFault::OpenFailed), "replayed as another bank's");
    assert_eq!(open(&seed, &info("ICBC", 2), &sealed), Some(SectionFault::OpenFailed), "replayed in another round");
    assert_eq!(open(&seed, &info("ICBC", 1), &sealed[1..]), Some(SectionFault::OpenFailed), "a byte short");
    for place in [0, 1, 2, 700, 1121, 1122, 9000, sealed.len() - 1] {
        let mut altered = sealed.clone();
        altered[place] ^= 1;
        assert_eq!(open(&seed, &info("ICBC", 1), &altered), Some(SectionFault::OpenFailed), "byte {place} was altered");
    }
    assert!(
        seal::seal_section(&seed.public(), &info("ICBC", 1), &"x".repeat(16_381)).is_err(),
        "what does not fit is not cut"
    );
}

#[test]
fn padding_that_could_carry_something_is_refused() {
    let seed = QuerySeed::from_bytes([7; 32]);
    let bad = |change: fn(&mut Vec<u8>)| {
        let mut plain = seal::pad("a.b.c").expect("it fits").to_vec();
        change(&mut plain);
        let sealed = seal::seal(&seed.public(), b"info", &plain).expect("sealed");
        seal::open_section(&seed.decapsulation_key(), b"info", &sealed).err()
    };
    assert_eq!(bad(|_| {}), None, "padded rightly");
    assert_eq!(bad(|plain| plain[16_383] = 1), Some(SectionFault::Padding), "a last byte that is not zero");
    assert_eq!(bad(|plain| plain[9] = 1), Some(SectionFault::Padding), "a first pad byte that is not zero");
    assert_eq!(
        bad(|plain| plain[..4].copy_from_slice(&16_381_u32.to_be_bytes())),
        Some(SectionFault::Padding),
        "a length beyond the section"
    );
    assert_eq!(
        bad(|plain| plain[..4].copy_from_slice(&u32::MAX.to_be_bytes())),
        Some(SectionFault::Padding),
        "a length beyond everything"
    );
    assert_eq!(bad(|plain| plain.truncate(100)), Some(SectionFault::OpenFailed), "another size altogether");
}

/// The directory with the bank's key revoked.
fn revoked(from: Timestamp, why: Option<RevokedFor>) -> TrustedDirectory {
    let mut directory = directory();
    directory.parties[0].keys[0].revoked_at = Some(from);
    directory.parties[0].keys[0].revoked_for = why;
    trusted(&directory)
}

#[test]
fn a_revoked_key_holds_for_what_it_should() {
    let token = answer().sign(&key(3));
    let verify = |directory: &TrustedDirectory| Answer::verify(&token, &code("ICBC"), directory).err();
    assert_eq!(verify(&trusted(&directory())), None, "the key holds at noon");
    let later = at("2026-11-24T04:00:00.001Z");
    assert_eq!(verify(&revoked(later, None)), None, "retired after noon: what it signed before stays");
    assert_eq!(verify(&revoked(noon(), None)), Some(PartyJwsError::KeyNotValid), "retired by noon");
    assert_eq!(
        verify(&revoked(later, Some(RevokedFor::Compromise))),
        Some(PartyJwsError::KeyNotValid),
        "compromised: it holds for nothing, whatever the time"
    );
}

#[test]
fn an_answer_says_one_thing() {
    let both = Answer { sealed: Some(Digest::of(b"bytes")), ..answer() };
    let neither = Answer { code: None, ..answer() };
    for (answer, why) in [(both, "refused, with bytes"), (neither, "refused, without a code")] {
        let verified = Answer::verify(&answer.sign(&key(3)), &code("ICBC"), &trusted(&directory()));
        assert!(matches!(verified, Err(PartyJwsError::Jws(JwsError::Payload(_)))), "{why}");
    }
    let other = Answer::verify(&answer().sign(&key(2)), &code("ICBC"), &trusted(&directory())).err();
    assert_eq!(other, Some(PartyJwsError::Jws(JwsError::UnknownKey)), "the gateway cannot answer for a bank");
}

#[test]
fn a_directory_leads_back_to_the_pin_or_is_refused() {
    let verify = |roots: &[String], directory: &str, pin: &PublicKey| {
        TrustedDirectory::verify(roots, directory, pin, noon()).err()
    };
    let root = federation::root();
    let (signed, pin) = (root.sign(&key(4)), key(4).public());
    let right = directory().sign(&key(5));
    assert_eq!(
        verify(std::slice::from_ref(&signed), &right, &pin),
        None,
        "the pinned root appoints the key that signed"
    );
    assert_eq!(verify(&[], &right, &pin), Some(DirectoryError::Roots), "no root at all");
    assert_eq!(verify(&[root.sign(&key(9))], &right, &pin), Some(DirectoryError::Roots), "a root of somebody else");
    let by_gateway = verify(std::slice::from_ref(&signed), &directory().sign(&key(2)), &pin);
    assert_eq!(by_gateway, Some(DirectoryError::Signature(JwsError::UnknownKey)), "the gateway cannot name banks");
    for (issued, ends, why) in [
        ("2026-11-01T00:00:00.000Z", "2026-11-15T00:00:00.000Z", "past its end"),
        ("2026-11-24T05:00:00.000Z", "2026-12-01T00:00:00.000Z", "from the future"),
        ("2026-11-20T00:00:00.000Z", "2026-12-04T00:00:00.001Z", "for longer than 14 days"),
    ] {
        let mut directory = directory();
        (directory.issued_at, directory.expires_at) = (at(issued), at(ends));
        assert_eq!(
            verify(std::slice::from_ref(&signed), &directory.sign(&key(5)), &pin),
            Some(DirectoryError::Expired),
            "{why}"
        );
    }
    let mut twice = directory();
    twice.parties.push(twice.parties[0].clone());
    assert_eq!(
        verify(std::slice::from_ref(&signed), &twice.sign(&key(5)), &pin),
        Some(DirectoryError::Contradiction),
        "a bank twice"
    );
    let mut second_gateway = directory();
    let gateway = second_gateway.parties[1].clone();
    second_gateway.parties.push(protocol::directory::Party { code: "GW2".parse().expect("a code"), ..gateway });
    assert_eq!(
        verify(std::slice::from_ref(&signed), &second_gateway.sign(&key(5)), &pin),
        Some(DirectoryError::Contradiction),
        "a federation has one gateway"
    );

    let held = trusted(&directory());
    assert_eq!(
        held.follows(42, &Digest::of(b"")),
        Err(DirectoryError::WentBack),
        "a lower version than one already seen"
    );
    assert_eq!(held.follows(41, &Digest::of(b"")), Err(DirectoryError::WentBack), "the same version with other bytes");
    assert_eq!(held.follows(41, held.digest()), Ok(()), "the same bytes again");
}

#[test]
fn a_root_hands_over_to_its_successor_only() {
    let first = federation::root();
    let mut second = federation::root();
    second.version = 2;
    second.root.x = key(14).public();
    second.directory_key.x = key(15).public();
    let chain = [first.sign(&key(4)), second.sign(&key(4))];
    let directory = directory().sign(&key(15));
    let verify = |roots: &[String], pin: &PublicKey| TrustedDirectory::verify(roots, &directory, pin, noon()).err();
    assert_eq!(verify(&chain, &key(4).public()), None, "the old root signs its successor");
    let seized = [first.sign(&key(4)), second.sign(&key(14))];
    assert_eq!(verify(&seized, &key(4).public()), Some(DirectoryError::Roots), "a new root cannot appoint itself");
    second.version = 3;
    let gap = [first.sign(&key(4)), second.sign(&key(4))];
    assert_eq!(verify(&gap, &key(4).public()), Some(DirectoryError::Roots), "a version was left out");
}
