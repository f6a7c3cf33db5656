//! Every reader of the wire, given anything at all: it never panics, and what it takes is written again to the same text.

#[expect(dead_code, reason = "keys and noon are all this needs")]
mod federation;

use std::fmt::{Debug, Display};
use std::str::FromStr;

use federation::key;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use protocol::encode::{Digest, Lp, Nonce, Salt, b64u, b64u_decode};
use protocol::json;
use protocol::jws::{self, Typ, Unverified};
use protocol::key::PublicKey;
use protocol::request::{self, Received, Tag, Target};
use protocol::seal::{self, QueryPublic, QuerySeed};
use protocol::section::MaskedNumber;
use protocol::stream::Event;
use protocol::{code, id, identity, refusal, routes, sms, text, time};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Changes characters of a right text here and there: most of what comes out is wrong, some of it is right.
fn edited(right: &'static [&'static str]) -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), 0_u8..4, prop::char::any(), "[0-9a-zA-Z:.\\-_ ]");
    (select(right), prop::collection::vec(edit, 0..3)).prop_map(|(right, edits)| {
        let mut chars: Vec<char> = right.chars().collect();
        for (at, what, any, near) in edits {
            let at = at.index(chars.len() + 1);
            match what {
                0 if at < chars.len() => drop(chars.remove(at)),
                1 => chars.insert(at, any),
                _ if at < chars.len() => chars[at] = near.chars().next().unwrap_or(any),
                _ => chars.push(any),
            }
        }
        chars.into_iter().collect()
    })
}

/// What is read from a text is written as that very text.
fn one_spelling<T: FromStr + Display>(text: &str) -> Result<(), TestCaseError> {
    if let Ok(read) = text.parse::<T>() {
        prop_assert_eq!(read.to_string(), text, "a thing has one spelling");
    }
    Ok(())
}

/// What is read from JSON is read from its own writing as the same.
fn reads_again<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<(), TestCaseError> {
    for read in [json::parse::<T>(bytes), json::parse_response::<T>(bytes)].into_iter().flatten() {
        let written = serde_json::to_vec(&read).expect("what was read can be written");
        let again = json::parse_response::<T>(&written);
        let again = again.map(|again| serde_json::to_vec(&again).expect("what was read can be written"));
        prop_assert_eq!(again.as_ref(), Ok(&written), "it reads its own writing");
    }
    Ok(())
}

/// Every body and payload that anybody sends.
fn bodies(bytes: &[u8]) -> Result<(), TestCaseError> {
    macro_rules! all {
        ($($body:ty),+ $(,)?) => {{ $(reads_again::<$body>(bytes)?;)+ }};
    }
    all![
        routes::Enrol,
        routes::Code,
        routes::Plain,
        routes::Evidence,
        routes::Apply,
        routes::Retry,
        routes::Collected,
        routes::Inquiry,
        routes::Confirm,
        routes::Verify,
        routes::Banks,
        routes::NoticeBody,
        routes::TimeBody,
        routes::EnrolmentOpen,
        routes::Enrolled,
        routes::ProofNeeded,
        routes::Frozen,
        routes::VerificationOpen,
        routes::VerificationStatus,
        routes::Accepted,
        routes::Queries,
        routes::QueryStatus,
        routes::ReceiptBody,
        routes::Report,
        routes::Retrying,
        routes::InquiryAnswer,
        routes::ConfirmationOpen,
        routes::ConfirmationStatus,
        refusal::Problem,
        protocol::answer::Answer,
        protocol::attestation::Attestation,
        protocol::consent::Consent,
        protocol::directory::Directory,
        protocol::directory::Root,
        protocol::enrolment::Enrolment,
        protocol::envelope::Envelope,
        protocol::erase::Erase,
        protocol::face_consent::FaceConsent,
        protocol::receipt::Receipt,
        protocol::section::Section,
        protocol::server_time::ServerTime,
        protocol::statement::Statement,
    ];
    let _ = json::says_other_version(bytes);
    Ok(())
}

/// Every signed payload of this version: line 1 of its record the payload, line 2 the token.
const RECORDS: [(Typ, &str); 14] = [
    (Typ::Root, include_str!("formats/root.txt")),
    (Typ::Directory, include_str!("formats/directory.txt")),
    (Typ::Enrolment, include_str!("formats/enrolment.txt")),
    (Typ::Consent, include_str!("formats/consent.txt")),
    (Typ::FaceConsent, include_str!("formats/face-consent.txt")),
    (Typ::Attestation, include_str!("formats/attestation.txt")),
    (Typ::Statement, include_str!("formats/statement.txt")),
    (Typ::Answer, include_str!("formats/answer-answered.txt")),
    (Typ::Answer, include_str!("formats/answer-refused.txt")),
    (Typ::Section, include_str!("formats/section.txt")),
    (Typ::Envelope, include_str!("formats/envelope.txt")),
    (Typ::Receipt, include_str!("formats/receipt.txt")),
    (Typ::Time, include_str!("formats/time.txt")),
    (Typ::Erase, include_str!("formats/erase.txt")),
];

fn opens(token: &str) -> bool {
    let keys = [1, 2, 3, 4, 5, 6].map(|byte| key(byte).public());
    Typ::ALL.iter().any(|typ| keys.iter().any(|key| jws::open::<serde_json::Value>(token, *typ, key).is_ok()))
}

#[test]
fn the_records_are_what_is_altered_below() {
    for (typ, record) in RECORDS {
        let (payload, token) = record.trim_end().split_once('\n').expect("two lines");
        assert!(opens(token), "{typ:?} opens as it was recorded");
        bodies(payload.as_bytes()).expect("and is read");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn words_and_names_have_one_spelling(
        text in prop_oneof![
            edited(&["2026-11-24T04:00:00.000Z", "0001-01-01T00:00:00.000Z", "9999-12-30T22:00:00.000Z", "-009999-01-02T00:00:00.000Z"]),
            edited(&["2019-03", "9999-12"]),
            edited(&["3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f"]),
            edited(&["bnUUWuWXcK70kVycVIWTjXzyyas1km5_aIeFWyQvC1A", "AAECAwQFBgcICQoLDA0ODw", ""]),
            edited(&["ICBC", "GW", "quasi_credit", "not_activated", "zh-CN", "allowance_used", "wrong_query"]),
            "\\PC{0,60}",
            any::<String>(),
        ]
    ) {
        one_spelling::<time::Timestamp>(&text)?;
        one_spelling::<time::YearMonth>(&text)?;
        one_spelling::<id::QueryId>(&text)?;
        one_spelling::<id::IdempotencyKey>(&text)?;
        one_spelling::<Digest>(&text)?;
        one_spelling::<Salt>(&text)?;
        one_spelling::<Nonce>(&text)?;
        one_spelling::<code::PartyCode>(&text)?;
        one_spelling::<code::Role>(&text)?;
        one_spelling::<code::Kind>(&text)?;
        one_spelling::<code::CardStatus>(&text)?;
        one_spelling::<code::BankState>(&text)?;
        one_spelling::<code::Locale>(&text)?;
        one_spelling::<code::SectionFault>(&text)?;
        one_spelling::<refusal::Code>(&text)?;
        if let Ok(bytes) = b64u_decode(&text) {
            prop_assert_eq!(b64u(&bytes), text.as_str(), "bytes have one spelling");
        }
        if let Ok(key) = PublicKey::from_x(&text) {
            prop_assert_eq!(key.x(), text.as_str(), "a key has one spelling");
        }
        if let Ok(key) = sms::CheckKey::read(&text) {
            prop_assert_eq!(key.write(), text.as_str(), "a check key has one spelling");
        }
    }

    #[test]
    fn identities_and_texts_are_taken_as_they_are_or_not_at_all(
        text in prop_oneof![
            edited(&["11010519491231002X", "10000000001", "6222021234567891496", "6222***********1496", "*2345"]),
            edited(&["张三", "买买提·阿卜杜拉", "Anna-Maria O'Neill"]),
            any::<String>(),
        ]
    ) {
        for kind in code::IdType::ALL {
            if let Ok(number) = identity::IdNumber::parse(*kind, &text) {
                prop_assert_eq!(number.as_str(), text.as_str());
            }
        }
        if let Ok(mobile) = identity::Mobile::parse(&text) {
            prop_assert_eq!(mobile.as_str(), text.as_str());
        }
        if let Ok(name) = identity::Name::parse(&text) {
            prop_assert_eq!(name.as_str(), text.as_str());
            prop_assert!(!text.chars().any(text::is_forbidden), "a name hides and turns nothing");
        }
        if let Ok(card) = identity::CardNumber::parse(&text) {
            prop_assert_eq!(card.digits(), text.as_str());
            prop_assert!(MaskedNumber::new(&card.masked()).is_ok(), "every card can be shown masked");
        }
        if let Ok(masked) = MaskedNumber::new(&text) {
            prop_assert_eq!(masked.as_str(), text.as_str());
            prop_assert!(text.chars().filter(char::is_ascii_digit).count() <= 8, "never nine digits: {}", text);
            prop_assert_eq!(masked.tail().len(), 4, "the last four");
        }
        if let Ok(taken) = text::Text::<30>::new(text.as_str()) {
            prop_assert_eq!(taken.as_str(), text.as_str(), "never normalised");
        }
    }

    #[test]
    fn anything_at_all_panics_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        bodies(&bytes)?;
        prop_assert!(QueryPublic::from_bytes(&bytes).is_err(), "another length than a key has");
        let text = String::from_utf8_lossy(&bytes);
        for typ in Typ::ALL {
            prop_assert!(Unverified::read(&text, typ).is_err(), "nothing random is a token");
        }
        for name in ["snapshot", "bank", "round", "closed", "ended", text.as_ref()] {
            let _ = Event::read(name, &text);
        }
        let key = QuerySeed::from_bytes([7; 32]).decapsulation_key();
        prop_assert!(seal::open(&key, b"", &bytes).is_err(), "nothing random was sealed");
        prop_assert!(seal::open_section(&key, b"", &bytes).is_err(), "nor is it of the one length");
    }

    #[test]
    fn lists_of_other_elements_are_other_bytes(
        one in prop::collection::vec("[ab]{0,3}", 0..4), other in prop::collection::vec("[ab]{0,3}", 0..4),
    ) {
        let written = |list: &[String]| list.iter().fold(Lp::new("label"), |lp, text| lp.text(text)).finish();
        prop_assert_eq!(one == other, written(&one) == written(&other), "what is hashed or bound reads one way");
    }

    #[test]
    fn an_altered_payload_still_reads_its_own_writing(
        record in select(&RECORDS[..]), at in any::<Index>(), byte in any::<u8>(), what in 0_u8..3,
    ) {
        let mut payload = record.1.lines().next().expect("a payload").as_bytes().to_vec();
        let at = at.index(payload.len());
        match what {
            0 => drop(payload.remove(at)),
            1 => payload.insert(at, byte),
            _ => payload[at] = byte,
        }
        bodies(&payload)?;
    }

    #[test]
    fn an_altered_token_never_opens(record in select(&RECORDS[..]), at in any::<Index>(), c in "[A-Za-z0-9_.=-]") {
        let token = record.1.lines().nth(1).expect("a token");
        let at = at.index(token.len());
        let altered = format!("{}{c}{}", &token[..at], &token[at + 1..]);
        prop_assert!(altered == token || !opens(&altered), "character {} was altered", at);
        prop_assert!(!opens(&format!("{}{c}{}", &token[..at], &token[at..])), "a character more at {}", at);
        prop_assert!(!opens(&format!("{}{}", &token[..at], &token[at + 1..])), "a character less at {}", at);
    }
}

/// A request of the device, signed.
fn signed(path: &str, query: Option<&str>, body: &[u8]) -> request::SignedHeaders {
    let (media, key_) = (Some("application/json"), Some("8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f"));
    let at = federation::noon();
    request::sign(&key(1), Tag::Device, "POST", "gw.example", path, query, body, media, key_, at, Nonce::random())
}

fn holds(path: &str, query: Option<&str>, headers: [&str; 3]) -> bool {
    let [content_digest, signature_input, signature] = headers;
    let received = Received {
        target: Target { method: "POST", authority: "gw.example", path, query },
        content_type: Some("application/json"),
        idempotency_key: Some("8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f"),
        content_digest,
        signature_input,
        signature,
    };
    request::parse(&received, Tag::Device)
        .is_ok_and(|parsed| parsed.verify(&key(1).public(), federation::noon()).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn a_request_holds_as_it_was_signed_and_in_no_other_form(
        path in "/[!-~]{0,40}", query in prop::option::of("[!-~]{0,20}"), body in prop::collection::vec(any::<u8>(), 0..100),
        which in 0_usize..3, at in any::<Index>(), c in prop::char::range(' ', '~'),
    ) {
        let signed = signed(&path, query.as_deref(), &body);
        let headers = [&signed.content_digest, &signed.signature_input, &signed.signature].map(String::as_str);
        prop_assert!(holds(&path, query.as_deref(), headers), "as it was signed");
        prop_assert_eq!(request::digest_holds(&signed.content_digest, &body), Ok(()));
        let at = at.index(headers[which].len());
        let altered = format!("{}{c}{}", &headers[which][..at], &headers[which][at + 1..]);
        let mut others = headers;
        others[which] = &altered;
        prop_assert!(altered == headers[which] || !holds(&path, query.as_deref(), others), "altered to {}", altered);
        prop_assert!(!holds(&format!("{path}x"), query.as_deref(), headers), "another path");
    }

    #[test]
    fn headers_of_anything_panic_no_reader(input in any::<String>(), signature in any::<String>(), digest in any::<String>()) {
        prop_assert!(!holds("/", None, [&digest, &input, &signature]), "nothing random is signed");
        let _ = request::digest_holds(&digest, b"");
    }
}

#[test]
fn a_query_key_is_read_from_what_it_writes() {
    fn of<T: DeserializeOwned + Serialize + PartialEq + Debug>(value: &T) {
        let written = serde_json::to_string(value).expect("it can be written");
        assert_eq!(serde_json::from_str::<T>(&written).ok().as_ref(), Some(value), "{written}");
    }
    of(&QuerySeed::from_bytes([7; 32]).public());
    of(&key(1).public());
    of(&Digest::of(b"bytes"));
}
