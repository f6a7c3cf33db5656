//! The vectors of the specification: computed by another implementation, met here byte for byte.

mod federation;

use federation::{at, code, key, noon};
use protocol::answer::{Answer, AnswerState};
use protocol::calendar::retention_end;
use protocol::code::{BankRefusal, IdType, Outcome};
use protocol::consent::Consent;
use protocol::encode::{Digest, Lp, Nonce, Salt, b64u, b64u_decode};
use protocol::id::{ConsentId, QueryId};
use protocol::identity::{IdNumber, Identity, Mobile, Name, bank_commitment};
use protocol::key::PublicKey;
use protocol::request::{self, Received, Tag, Target};
use protocol::seal::{self, QuerySeed};
use protocol::section::{Expected, Section};
use protocol::sms::{CheckKey, SmsKind, check_characters};
use serde_json::Value;

const QUERY: &str = "3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f";
const CONSENT: &str = "8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f";

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors.json")).expect("the vectors are JSON")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("vector {name} is a string"))
}

fn counting<const N: usize>() -> [u8; N] {
    std::array::from_fn(|i| u8::try_from(i).expect("fewer than 256"))
}

fn query() -> QueryId {
    QUERY.parse().expect("the query id of the vectors")
}

#[test]
fn keys_have_the_published_points_and_names() {
    let vectors = vectors();
    for (name, byte) in [("device 01*32", 1), ("gateway 02*32", 2), ("bank 03*32", 3)] {
        let public = key(byte).public();
        let [x, kid] = [0, 1].map(|place| vectors["keys"][name][place].as_str().expect("a pair of strings").to_owned());
        assert_eq!(public.x(), x, "the point of {name}");
        assert_eq!(public.kid().to_string(), kid, "the thumbprint of {name}");
        let jwk = serde_json::to_string(&public).expect("a key is JSON");
        assert_eq!(
            jwk,
            format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#),
            "the JWK is what the thumbprint is made of"
        );
        let read: PublicKey = serde_json::from_str(&jwk).expect("a JWK reads back");
        assert_eq!(read, public, "a JWK names one key");
    }
}

#[test]
fn length_prefixed_lists_are_written_as_laid_down() {
    let written = Lp::new("a").text("bc").text("").finish();
    assert_eq!(written, [0, 0, 0, 1, 0x61, 0, 0, 0, 2, 0x62, 0x63, 0, 0, 0, 0], "LP(\"a\",\"bc\",\"\")");
}

#[test]
fn the_query_key_of_the_counting_seed_is_the_published_one() {
    let vectors = vectors();
    let public = QuerySeed::from_bytes(counting()).public();
    assert_eq!(
        Digest::of(public.as_bytes()).to_string(),
        text(&vectors, "xwing_pub_sha256"),
        "digest of the 1,216 bytes"
    );
    assert_eq!(
        public.thumbprint().to_string(),
        "yEblV8ExOHq67z-UdSx8h3AWCjjtJnYmhTGHVSUH5fM",
        "thumbprint bound to suite 1"
    );
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let ends = &vectors["xwing_pub_first16_last16"];
    assert_eq!(hex(&public.as_bytes()[..16]), ends[0].as_str().expect("hex"), "its first bytes");
    assert_eq!(hex(&public.as_bytes()[1200..]), ends[1].as_str().expect("hex"), "its last bytes");
}

fn zhang(mobile: &str) -> Identity {
    Identity {
        name: Name::parse("张三").expect("a name"),
        id_type: IdType::CnId,
        id_number: IdNumber::parse(IdType::CnId, "11010519491231002X").expect("the document number of the standard"),
        mobile: Mobile::parse(mobile).expect("a mobile"),
    }
}

#[test]
fn commitments_to_person_and_bank_are_the_published_ones() {
    let salt = Salt::from_bytes(counting());
    assert_eq!(
        zhang("13800000000").subject(&salt).to_string(),
        "JiN1lNpA8q4mCFp8So4sOwVgKwh_WDkfS1yg_py_Mvk",
        "the subject"
    );
    let vectors = vectors();
    let other = text(&vectors["subject_variants"], "other mobile");
    assert_eq!(zhang("13900000000").subject(&salt).to_string(), other, "another mobile is another subject");
    assert_eq!(
        bank_commitment(&salt, &code("ICBC")).to_string(),
        "YJ-VJQb0BhaeMoAUFDNnwhBi0-iz4PP92A5Ip9t1LKs",
        "the bank"
    );
}

#[test]
fn a_lower_case_x_is_refused_on_the_wire() {
    let refused = IdNumber::parse(IdType::CnId, "11010519491231002x");
    assert!(refused.is_err(), "only the input fields fold; two spellings of one person would make two subjects");
}

#[test]
fn the_info_of_a_section_is_116_bytes_as_published() {
    let vectors = vectors();
    let consent: Digest = "bnUUWuWXcK70kVycVIWTjXzyyas1km5_aIeFWyQvC1A".parse().expect("a digest");
    let info = seal::section_info(query(), &code("ICBC"), 1, &consent);
    let hex: String = info.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(info.len(), 116, "its length");
    assert!(hex.starts_with("000000126d696e677869612f73656374696f6e2f76310000000101"), "label and suite: {hex}");
    assert!(hex.contains("000000013100000020"), "round 1, then 32 bytes of consent digest");
    assert_eq!(&info[84..], consent.as_bytes(), "it ends in the consent digest");
    assert_eq!(
        Digest::of(&seal::section_info(
            query(),
            &code("ICBC"),
            1,
            &text(&vectors["consent"], "digest").parse().expect("a digest")
        ))
        .to_string(),
        text(&vectors, "info_sha256"),
        "under the published consent"
    );
}

#[test]
fn the_published_consent_holds_and_is_written_to_the_same_bytes() {
    let vectors = vectors();
    let token = text(&vectors, "consent_jws");
    let published = &vectors["consent"];
    assert_eq!(Some(token.len() as u64), published["jws_bytes"].as_u64(), "its length");
    assert_eq!(Consent::digest(token).to_string(), text(published, "digest"), "its digest is over all three parts");
    let device = key(1);
    let consent =
        Consent::verify(token, &device.public(), &device.kid()).expect("the consent holds under the device's key");
    consent.times(noon()).expect("given at noon");
    assert_eq!(consent.query_id, query(), "the query it allows");
    assert_eq!(consent.consent_id, CONSENT.parse::<ConsentId>().expect("an id"), "its id");
    assert_eq!(
        consent.key.open().expect("a good key"),
        QuerySeed::from_bytes(counting()).public(),
        "the query key in it"
    );
    let parts: Vec<&str> = token.split('.').collect();
    assert_eq!(
        Digest::of(&b64u_decode(parts[1]).expect("base64url")).to_string(),
        text(published, "payload_sha256"),
        "its payload"
    );
    assert_eq!(parts[2], text(published, "signature"), "its signature");
    assert_eq!(consent.sign(&device), token, "signing the same consent makes the same bytes");
}

#[test]
fn the_published_sealed_section_opens_and_holds() {
    let vectors = vectors();
    let sealed = b64u_decode(text(&vectors, "sealed_b64u")).expect("base64url");
    assert_eq!(sealed.len(), seal::SEALED_SECTION_BYTES, "every sealed section has one length");
    let digest = Digest::of(&sealed);
    assert_eq!(digest.to_string(), text(&vectors, "sealed_digest"), "its digest");

    let directory = federation::trusted(&federation::directory());
    let bank = code("ICBC");
    let answer =
        Answer::verify(text(&vectors, "answer_of_sealed"), &bank, &directory).expect("the bank's word about it holds");
    assert_eq!((answer.state, answer.sealed), (AnswerState::Answered, Some(digest)), "the answer names these bytes");

    let consent: Digest = text(&vectors["consent"], "digest").parse().expect("a digest");
    let seed = QuerySeed::from_bytes(counting());
    let info = seal::section_info(query(), &bank, 1, &consent);
    let jws = seal::open_section(&seed.decapsulation_key(), &info, &sealed).expect("the device's seed opens it");
    assert_eq!(jws.as_str(), text(&vectors, "section_jws"), "what was sealed");
    assert_eq!(
        Digest::of(&seal::pad(&jws).expect("it fits")).to_string(),
        text(&vectors, "padded_sha256"),
        "padding is laid down"
    );

    let public = seed.public();
    let key = public.thumbprint();
    let expected = Expected {
        query_id: query(),
        bank: &bank,
        round: 1,
        consent: &consent,
        key: &key,
        not_before: at("2026-11-24T03:45:00.000Z"),
        not_after: at("2026-11-25T04:15:00.000Z"),
    };
    let section = Section::verify(&jws, &expected, &directory).expect("the section holds");
    assert_eq!((section.outcome, section.cards.len()), (Outcome::None, 0), "nothing was found");
    assert_eq!(section.inquiries[0].query_id, query(), "this query is the newest inquiry of its own list");
    assert_eq!(section.sign(&federation::key(3)), *jws, "signing the same section makes the same bytes");
}

#[test]
fn the_published_refusal_of_a_bank_holds() {
    let vectors = vectors();
    let token = text(&vectors, "refused_answer_jws");
    let answer =
        Answer::verify(token, &code("ICBC"), &federation::trusted(&federation::directory())).expect("it holds");
    assert_eq!(
        (answer.state, answer.code, answer.sealed),
        (AnswerState::Refused, Some(BankRefusal::TooSoon), None),
        "a code, no bytes"
    );
    assert_eq!(
        protocol::jws::digest(token).to_string(),
        text(&vectors, "refused_answer_digest"),
        "how an envelope names it"
    );
}

#[test]
fn reports_end_at_the_published_instants() {
    let vectors = vectors();
    let ends = vectors["retention"].as_object().expect("a table");
    assert!(!ends.is_empty(), "there are ends to check");
    for (generated, end) in ends {
        assert_eq!(retention_end(at(generated)), at(end.as_str().expect("an instant")), "generated at {generated}");
    }
}

#[test]
fn check_characters_are_the_published_ones() {
    let vectors = vectors();
    let key = CheckKey::from_bytes(counting());
    let table = vectors["sms"].as_object().expect("a table");
    for (name, expected) in table {
        let mut words = name.split(' ');
        let (kind, reference, n) = (words.next().expect("kind"), words.next().expect("ref"), words.next().expect("n"));
        let kind: SmsKind = serde_json::from_value(Value::String(kind.to_owned())).expect("a kind of message");
        let reference = if QUERY.starts_with(reference) { QUERY } else { CONSENT };
        let n = n.strip_prefix("n=").and_then(|n| n.parse().ok()).expect("a count");
        let check = check_characters(&key, kind, reference, n);
        assert_eq!(check.zh.iter().collect::<String>(), expected[0].as_str().expect("zh"), "{name}, in Chinese");
        assert_eq!(check.en, expected[1].as_str().expect("en"), "{name}, in English");
    }
    assert_eq!(table.len(), 7, "every message of the specification was checked");
}

/// A request of the vectors, signed here and then taken apart again as the gateway would.
fn request(target: &Target<'_>, body: &str, post: Option<&str>) -> (request::SignedHeaders, String) {
    let media = post.map(|_| "application/json");
    let nonce = Nonce::from_bytes(counting());
    let signed = request::sign(
        &key(1),
        Tag::Device,
        target.method,
        target.authority,
        target.path,
        target.query,
        body.as_bytes(),
        media,
        post,
        noon(),
        nonce,
    );
    let received = Received {
        target: *target,
        content_type: media,
        idempotency_key: post,
        content_digest: &signed.content_digest,
        signature_input: &signed.signature_input,
        signature: &signed.signature,
    };
    let parsed = request::parse(&received, Tag::Device).expect("of the laid down form");
    assert_eq!(parsed.kid(), key(1).kid(), "it names the device's key");
    assert_eq!(b64u(parsed.nonce().as_bytes()), "AAECAwQFBgcICQoLDA0ODw", "it carries the nonce");
    parsed.verify(&key(1).public(), noon()).expect("it holds");
    request::digest_holds(&signed.content_digest, body.as_bytes()).expect("the body is the signed one");
    let signature = signed.signature.clone();
    (signed, signature)
}

#[test]
fn requests_are_signed_to_the_published_bytes() {
    let vectors = vectors();
    let get = Target { method: "GET", authority: "gw.example", path: "/v1/banks", query: None };
    let (signed, signature) = request(&get, "", None);
    assert_eq!(
        signed.content_digest, "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:",
        "an empty body has a digest too"
    );
    assert_eq!(
        signed.signature_input,
        r#"sig=("@method" "@authority" "@path" "@query" "content-digest");created=1795492800;expires=1795492860;nonce="AAECAwQFBgcICQoLDA0ODw";keyid="UDDReOZl1ipXAfp9wYsm13sDBMK5og--QWdBjzuf6o4";tag="mingxia-device-1""#,
        "Signature-Input of the specification"
    );
    assert_eq!(signature, text(&vectors["http_get"], "signature"), "a GET");

    let path = format!("/v1/queries/{QUERY}/sections/ICBC");
    let section = Target { method: "GET", authority: "gw.example", path: &path, query: Some("round=1") };
    let (_, signature) = request(&section, "", None);
    assert_eq!(signature, text(&vectors, "http_get_query"), "a GET with a query string");

    let published = &vectors["http_post"];
    let path = format!("/v1/queries/{QUERY}/retry");
    let post = Target { method: "POST", authority: "127.0.0.1:8443", path: &path, query: None };
    let (_, signature) = request(&post, text(published, "body"), Some(CONSENT));
    assert_eq!(signature, text(published, "signature"), "a POST covers content type and Idempotency-Key");
}

#[test]
fn published_bases_verify_under_the_device_key() {
    use base64::Engine;
    let vectors = vectors();
    for name in ["http_get", "http_post"] {
        let published = &vectors[name];
        let signature = text(published, "signature").trim_start_matches("sig=:").trim_end_matches(':');
        let signature =
            base64::engine::general_purpose::STANDARD.decode(signature).expect("base64").try_into().expect("64 bytes");
        key(1)
            .public()
            .verify(text(published, "base").as_bytes(), &signature)
            .expect("the published base is what was signed");
    }
}
