//! A signed request has one form; everything else is refused with the code that tells the sender what to mend.

use protocol::encode::Nonce;
use protocol::key::SigningKey;
use protocol::request::{self, Parsed, Received, RequestError, SignedHeaders, Tag, Target};
use protocol::time::Timestamp;
use std::time::Duration;

const IDEMPOTENCY: &str = "8d9e6f70-1a2b-4c3d-8e4f-5a6b7c8d9e0f";
const BODY: &[u8] = br#"{"v":1,"round":2}"#;
const TARGET: Target<'static> =
    Target { method: "POST", authority: "gw.example", path: "/v1/queries/x/retry", query: None };

fn noon() -> Timestamp {
    "2026-11-24T04:00:00.000Z".parse().expect("an instant as the wire writes it")
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&[byte; 32])
}

fn signed_by(key: &SigningKey, tag: Tag, created: Timestamp) -> SignedHeaders {
    let nonce = Nonce::from_bytes([9; 16]);
    request::sign(
        key,
        tag,
        TARGET.method,
        TARGET.authority,
        TARGET.path,
        TARGET.query,
        BODY,
        Some("application/json"),
        Some(IDEMPOTENCY),
        created,
        nonce,
    )
}

fn received<'a>(target: Target<'a>, signed: &'a SignedHeaders) -> Received<'a> {
    Received {
        target,
        content_type: Some("application/json"),
        idempotency_key: Some(IDEMPOTENCY),
        content_digest: &signed.content_digest,
        signature_input: &signed.signature_input,
        signature: &signed.signature,
    }
}

fn parsed(signed: &SignedHeaders) -> Result<Parsed, RequestError> {
    request::parse(&received(TARGET, signed), Tag::Device)
}

/// Signs again after `change` touched the parameters, so that only their form can be what is refused.
fn with_input(change: impl Fn(&str) -> String) -> Result<Parsed, RequestError> {
    let mut signed = signed_by(&key(1), Tag::Device, noon());
    signed.signature_input = change(&signed.signature_input);
    parsed(&signed)
}

#[test]
fn nothing_but_the_laid_down_parameters_is_accepted() {
    let kid = key(1).kid();
    let created = noon().seconds();
    let cases: Vec<(&str, Result<Parsed, RequestError>)> = vec![
        ("another label", with_input(|input| input.replacen("sig=", "sig1=", 1))),
        ("two signatures", with_input(|input| format!("{input}, sig2=()"))),
        ("the same label twice", with_input(|input| format!("{input}, {input}"))),
        (
            "another order",
            with_input(|input| input.replacen(r#""@method" "@authority""#, r#""@authority" "@method""#, 1)),
        ),
        ("a component twice", with_input(|input| input.replacen(r#""@method""#, r#""@method" "@method""#, 1))),
        ("a component missing", with_input(|input| input.replacen(r#" "content-digest""#, "", 1))),
        (
            "a component more",
            with_input(|input| input.replacen(r#" "idempotency-key""#, r#" "idempotency-key" "date""#, 1)),
        ),
        ("a component with a parameter", with_input(|input| input.replacen(r#""@method""#, r#""@method";req"#, 1))),
        ("the components of a GET", with_input(|input| input.replacen(r#" "content-type" "idempotency-key""#, "", 1))),
        ("a parameter twice", with_input(|input| format!("{input};created={created}"))),
        ("a parameter more", with_input(|input| format!(r#"{input};context="x""#))),
        ("a flag", with_input(|input| format!("{input};strict"))),
        ("no tag", with_input(|input| input.replacen(r#";tag="mingxia-device-1""#, "", 1))),
        ("another tag", with_input(|input| input.replacen("mingxia-device-1", "mingxia-gateway-1", 1))),
        ("no nonce", with_input(|input| input.replacen(r#";nonce="CQkJCQkJCQkJCQkJCQkJCQ""#, "", 1))),
        (
            "a nonce of 15 bytes",
            with_input(|input| input.replacen("CQkJCQkJCQkJCQkJCQkJCQ", "CQkJCQkJCQkJCQkJCQkJ", 1)),
        ),
        ("a key name that is none", with_input(|input| input.replacen(&kid.to_string(), "test-key-ed25519", 1))),
        ("a time in words", with_input(|input| input.replacen(&format!("created={created}"), r#"created="now""#, 1))),
        (
            "a time with decimals",
            with_input(|input| input.replacen(&format!("created={created}"), &format!("created={created}.0"), 1)),
        ),
        (
            "a longer life",
            with_input(|input| {
                input.replacen(&format!("expires={}", created + 60), &format!("expires={}", created + 61), 1)
            }),
        ),
        ("an algorithm of its own", with_input(|input| format!(r#"{input};alg="hmac-sha256""#))),
        ("a trailing space", with_input(|input| format!("{input} "))),
        ("nothing", with_input(|_| String::new())),
    ];
    for (why, parsed) in cases {
        let refused = parsed.err().unwrap_or_else(|| panic!("accepted: {why}"));
        assert!(
            matches!(refused, RequestError::Coverage | RequestError::Invalid | RequestError::Missing),
            "{why}: {refused:?}"
        );
    }
}

#[test]
fn naming_the_algorithm_chooses_nothing_and_is_signed_as_received() {
    let named = with_input(|input| format!(r#"{input};alg="ed25519""#)).expect("libraries add it");
    assert_eq!(
        named.verify(&key(1).public(), noon()),
        Err(RequestError::Invalid),
        "the base holds the text as received"
    );
}

#[test]
fn parameters_may_stand_in_any_order() {
    use base64::Engine;
    let (created, kid) = (noon().seconds(), key(1).kid());
    let params = format!(
        r#"("@method" "@authority" "@path" "@query" "content-digest" "content-type" "idempotency-key");tag="mingxia-device-1";alg="ed25519";keyid="{kid}";nonce="CQkJCQkJCQkJCQkJCQkJCQ";expires={};created={created}"#,
        created + 60
    );
    let content_digest = request::content_digest(BODY);
    let base = format!(
        "\"@method\": POST\n\"@authority\": gw.example\n\"@path\": /v1/queries/x/retry\n\"@query\": ?\n\"content-digest\": {content_digest}\n\
         \"content-type\": application/json\n\"idempotency-key\": {IDEMPOTENCY}\n\"@signature-params\": {params}"
    );
    let signature = base64::engine::general_purpose::STANDARD.encode(key(1).sign(base.as_bytes()));
    let signed = SignedHeaders {
        content_digest,
        signature_input: format!("sig={params}"),
        signature: format!("sig=:{signature}:"),
    };
    assert_eq!(
        parsed(&signed).and_then(|parsed| parsed.verify(&key(1).public(), noon())),
        Ok(()),
        "the base is made of the text received"
    );
}

#[test]
fn every_covered_part_is_really_covered() {
    let signed = signed_by(&key(1), Tag::Device, noon());
    let verify = |received: &Received<'_>| {
        request::parse(received, Tag::Device).and_then(|parsed| parsed.verify(&key(1).public(), noon()))
    };
    assert_eq!(verify(&received(TARGET, &signed)), Ok(()), "the request as sent holds");
    for (target, why) in [
        (Target { method: "PUT", ..TARGET }, "another method"),
        (Target { authority: "gw.example:8443", ..TARGET }, "another port"),
        (Target { path: "/v1/queries/x/retry/", ..TARGET }, "another path"),
        (Target { query: Some("round=3"), ..TARGET }, "a query string"),
    ] {
        assert!(verify(&received(target, &signed)).is_err(), "{why}");
    }
    let whole = received(TARGET, &signed);
    let empty = request::content_digest(b"");
    for (received, why, error) in [
        (Received { content_type: None, ..whole }, "no content type", RequestError::Coverage),
        (
            Received { content_type: Some("application/json; charset=utf-8"), ..whole },
            "a content type with more",
            RequestError::Coverage,
        ),
        (Received { idempotency_key: None, ..whole }, "no Idempotency-Key", RequestError::Coverage),
        (
            Received { idempotency_key: Some("3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f"), ..whole },
            "another Idempotency-Key",
            RequestError::Invalid,
        ),
        (Received { content_digest: &empty, ..whole }, "another digest", RequestError::Invalid),
        (Received { signature: "sig=:AAAA:", ..whole }, "a signature of three bytes", RequestError::Invalid),
        (Received { signature: "", ..whole }, "an empty signature", RequestError::Missing),
    ] {
        assert_eq!(verify(&received), Err(error), "{why}");
    }
}

#[test]
fn the_key_is_the_one_looked_up_and_none_else() {
    let signed = signed_by(&key(1), Tag::Device, noon());
    let parsed = parsed(&signed).expect("of the laid down form");
    assert_eq!(parsed.verify(&key(2).public(), noon()), Err(RequestError::Invalid), "another key than the one named");
    let pretended = signed_by(&key(2), Tag::Device, noon());
    let renamed = SignedHeaders {
        signature_input: pretended.signature_input.replace(&key(2).kid().to_string(), &key(1).kid().to_string()),
        ..pretended
    };
    let parsed = request::parse(&received(TARGET, &renamed), Tag::Device).expect("of the laid down form");
    assert_eq!(parsed.verify(&key(1).public(), noon()), Err(RequestError::Invalid), "signed by another than it says");
    assert!(request::parse(&received(TARGET, &signed), Tag::Gateway).is_err(), "a device is not the gateway");
}

#[test]
fn a_window_of_its_own_for_devices_and_for_the_gateway() {
    let secs = Duration::from_secs;
    let verify = |tag: Tag, now: Timestamp| {
        let signed = signed_by(&key(1), tag, noon());
        request::parse(&received(TARGET, &signed), tag).and_then(|parsed| parsed.verify(&key(1).public(), now))
    };
    let noon = noon();
    for (tag, behind, ahead) in [(Tag::Device, secs(90), secs(30)), (Tag::Gateway, secs(900), secs(900))] {
        let ms = Duration::from_millis(1);
        assert_eq!(verify(tag, noon + behind), Ok(()), "{tag:?}: as old as it may be");
        assert_eq!(verify(tag, noon + behind + ms), Err(RequestError::Skew), "{tag:?}: older");
        assert_eq!(verify(tag, noon - ahead), Ok(()), "{tag:?}: as early as it may be");
        assert_eq!(verify(tag, noon - ahead - ms), Err(RequestError::Skew), "{tag:?}: earlier");
    }
}

#[test]
fn the_body_is_the_signed_one() {
    let digest = request::content_digest(BODY);
    assert_eq!(request::digest_holds(&digest, BODY), Ok(()), "the body as sent");
    assert_eq!(request::digest_holds(&digest, b"{}"), Err(RequestError::Digest), "another body");
    for (header, why) in [
        (digest.replacen("sha-256", "sha-512", 1), "another algorithm"),
        (format!("{digest}, {digest}"), "two digests"),
        (digest.replace('=', ""), "no padding"),
        (String::new(), "none"),
    ] {
        assert_eq!(request::digest_holds(&header, BODY), Err(RequestError::Digest), "{why}");
    }
}

#[test]
fn what_is_sent_is_a_structured_field_for_any_reader() {
    let signed = signed_by(&key(1), Tag::Device, noon());
    for field in [&signed.signature_input, &signed.signature, &signed.content_digest] {
        let dictionary: sfv::Dictionary = sfv::Parser::new(field.as_str()).parse().expect("RFC 9651 reads it");
        assert_eq!(dictionary.len(), 1, "one member");
    }
}
