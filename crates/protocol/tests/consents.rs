//! A consent that says anything else than what is laid down is refused, whoever signed it; so is a section that hides
//! something in its texts. Both are spoiled on the wire, so that no type of this crate can have mended them.

mod federation;

use std::time::Duration;

use federation::{code, directory, key, noon, trusted};
use protocol::code::SectionFault;
use protocol::consent::{Consent, ConsentError};
use protocol::json::JsonError;
use protocol::jws::{self, JwsError, Typ};
use protocol::key::{Kid, PublicKey};
use protocol::section::{Expected, Section};

const CONSENT: &str = include_str!("formats/consent.txt");
const SECTION: &str = include_str!("formats/section.txt");

/// The recorded payload with one text in place of another.
fn changed(record: &str, from: &str, to: &str) -> String {
    let payload = record.lines().next().expect("line 1 is the payload");
    assert!(payload.contains(from), "the record holds {from}");
    payload.replacen(from, to, 1)
}

fn signed(payload: &str) -> String {
    jws::sign_bytes(&key(1), Typ::Consent, payload.as_bytes())
}

fn read(token: &str) -> Result<Consent, ConsentError> {
    Consent::verify(token, &key(1).public(), &key(1).kid())
}

#[test]
fn a_consent_under_another_key_is_refused() {
    let token = signed(&changed(CONSENT, "", ""));
    assert!(read(&token).is_ok(), "the recorded consent holds");
    let other = |device: &PublicKey, expected: &Kid| Consent::verify(&token, device, expected).err();
    assert_eq!(other(&key(2).public(), &key(1).kid()), Some(ConsentError::Device), "the key beside it is another");
    assert_eq!(other(&key(2).public(), &key(2).kid()), Some(ConsentError::Device), "another device was enrolled");
    assert_eq!(other(&key(1).public(), &key(2).kid()), Some(ConsentError::Device), "another device was attested");
    let stranger = jws::sign_bytes(&key(9), Typ::Consent, changed(CONSENT, "", "").as_bytes());
    assert_eq!(read(&stranger).err(), Some(ConsentError::Device), "signed by somebody else");
    let face = jws::sign_bytes(&key(1), Typ::FaceConsent, changed(CONSENT, "", "").as_bytes());
    assert_eq!(read(&face).err(), Some(ConsentError::Jws(JwsError::Typ)), "a face consent is no consent");
}

#[test]
fn a_consent_to_anything_else_is_no_consent() {
    let bank = changed(CONSENT, "", "").split(r#""banks":[""#).nth(1).expect("banks")[..43].to_owned();
    let doubled = format!(r#""banks":["{bank}","{bank}","#);
    for (from, to, error, why) in [
        ("OWN_CARDS_VIEW", "CREDIT_SCORE", None, "another purpose"),
        (r#""mode":"VIEW""#, r#""mode":"STORE""#, None, "more than viewing"),
        (r#""fetch":"ONETIME""#, r#""fetch":"PERIODIC""#, None, "more than once"),
        (r#""unit":"NATURAL_DAY""#, r#""unit":"MONTH""#, None, "months"),
        (r#"["sensitive","handover"]"#, r#"["sensitive"]"#, None, "one separate agreement of two"),
        (r#"["sensitive","handover"]"#, r#"["sensitive","handover","marketing"]"#, None, "a third agreement"),
        (r#""locale":"zh-CN""#, r#""locale":"zh""#, None, "a notice in a language that is not served"),
        (r#""kinds":["debit""#, r#""kinds":["prepaid""#, None, "a kind of card that is none"),
        (r#""v":1"#, r#""v":1,"replaces":null"#, None, "null for a fact"),
        (
            r#""given_at":"2026-11-24T04:00:00.000Z""#,
            r#""given_at":"2026-11-24T12:00:00.000+08:00""#,
            None,
            "another zone",
        ),
        (r#""value":7"#, r#""value":8"#, Some("life"), "eight days"),
        (
            r#"["sensitive","handover"]"#,
            r#"["handover","sensitive"]"#,
            Some("separate"),
            "the agreements in another order",
        ),
        (r#""kinds":["debit","credit","quasi_credit"]"#, r#""kinds":[]"#, Some("kinds"), "no kind"),
        (r#""kinds":["debit","credit""#, r#""kinds":["debit","debit""#, Some("kinds"), "a kind twice"),
        (r#""fields":["bank","#, r#""fields":["#, Some("fields"), "a fixed fact left out"),
        (r#""fields":["bank","#, r#""fields":["bank","bank","#, Some("fields"), "a fact twice"),
        (r#""banks":["#, &doubled, Some("banks"), "a bank twice"),
        (r#""version":"2026-11-01""#, r#""version":"""#, Some("notice"), "a notice without a version"),
        (r#""text":"查询本人名下银行卡""#, r#""text":"""#, Some("purpose"), "a purpose without words"),
    ] {
        let expected = error.map_or(ConsentError::Jws(JwsError::Payload(JsonError::Malformed)), ConsentError::Member);
        assert_eq!(read(&signed(&changed(CONSENT, from, to))).err(), Some(expected), "{why}");
    }
    let more = read(&signed(&changed(CONSENT, r#""v":1"#, r#""v":1,"share_with":"anybody""#)));
    let unknown = ConsentError::Jws(JwsError::Payload(JsonError::UnknownMember));
    assert_eq!(more.err(), Some(unknown), "a member that this version does not know");
    let later = read(&signed(&changed(CONSENT, r#""v":1"#, r#""v":2"#)));
    assert_eq!(later.err(), Some(ConsentError::Jws(JwsError::Payload(JsonError::Version))), "another version");
}

#[test]
fn a_consent_names_at_most_400_banks() {
    let one = |n: u16| protocol::encode::Digest::of(&n.to_be_bytes()).to_string();
    let asked = |count| {
        let banks: Vec<String> = (0..count).map(one).collect();
        let payload = changed(CONSENT, "", "");
        let (before, rest) = payload.split_once(r#""banks":["#).expect("banks");
        let (_, after) = rest.split_once(']').expect("the end of the list");
        read(&signed(&format!(r#"{before}"banks":["{}"]{after}"#, banks.join(r#"",""#)))).map(drop)
    };
    assert_eq!(asked(400), Ok(()), "four hundred banks fit");
    assert_eq!(asked(401), Err(ConsentError::Member("banks")), "one more does not");
    assert_eq!(asked(700), Err(ConsentError::Jws(JwsError::TooLarge)), "and many more are not even read");
}

#[test]
fn query_keys_and_times_of_a_consent_are_those_laid_down() {
    let with = |from: &str, to: &str| read(&signed(&changed(CONSENT, from, to))).expect("of the right shape");
    let right = with("", "");
    assert_eq!(with(r#""suite":1"#, r#""suite":2"#).key.open().err(), Some(ConsentError::Suite), "another suite");
    assert_eq!(with(r#""pub":""#, r#""pub":"AAAA"#).key.open().err(), Some(ConsentError::Key), "three bytes more");
    assert!(right.key.open().is_ok(), "the key itself may be sealed to");
    let (ms, ahead) = (Duration::from_millis(1), Duration::from_secs(15 * 60));
    assert_eq!(right.times(noon() - ahead), Ok(()), "a device whose clock is a quarter of an hour ahead");
    assert_eq!(right.times(noon() - ahead - ms), Err(ConsentError::Times), "not further");
    for (from, to, why) in [
        ("2026-11-24T04:15:00.000Z", "2026-11-24T04:15:00.001Z", "longer than 15 minutes to apply"),
        ("2026-11-27T04:00:00.000Z", "2026-11-27T04:00:00.001Z", "longer than 72 hours"),
        ("2026-11-27T04:00:00.000Z", "2026-11-27T03:59:59.999Z", "shorter than 72 hours"),
    ] {
        assert_eq!(with(from, to).times(noon()), Err(ConsentError::Times), "{why}");
    }
}

#[test]
fn a_section_that_hides_something_is_refused_as_text() {
    let held = trusted(&directory());
    let right: Section = serde_json::from_str(&changed(SECTION, "", "")).expect("the recorded section");
    let bank = code("ICBC");
    let expected = Expected {
        query_id: right.query_id,
        bank: &bank,
        round: 1,
        consent: &right.consent,
        key: &right.key,
        not_before: noon(),
        not_after: noon(),
    };
    let fault = |from: &str, to: &str| {
        let token = jws::sign_bytes(&key(3), Typ::Section, changed(SECTION, from, to).as_bytes());
        Section::verify(&token, &expected, &held).err()
    };
    assert_eq!(fault("", ""), None, "the section holds as it was recorded");
    for (to, why) in [
        ("借\u{202e}记卡", "a direction mark"),
        ("借\u{200b}记卡", "an invisible character"),
        ("借\\n记卡", "a line break"),
        ("借\\u0000记卡", "a NUL"),
        ("cafe\u{301} 卡", "another normal form"),
        ("卡 6222.0212.3456", "twelve digits, whatever stands between them"),
        ("卡 ٠١٢٣٤٥٦٧٨", "nine digits of another script"),
    ] {
        assert_eq!(fault("借记卡", to), Some(SectionFault::Text), "{why}");
    }
    for (from, to, why) in [
        ("借记卡", "长".repeat(31), "a product name that is too long"),
        (r#""kind":"debit""#, r#""kind":"gift""#.to_owned(), "a kind of card that is none"),
        (r#""omitted":0"#, r#""omitted":-1"#.to_owned(), "fewer than no cards"),
        (r#""v":1"#, r#""v":1,"html":"<b>""#.to_owned(), "a member that this version does not know"),
    ] {
        assert_eq!(fault(from, &to), Some(SectionFault::Schema), "{why}");
    }
}
