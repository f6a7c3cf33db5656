//! Public vectors: the algorithms are those of the RFCs and drafts, not our own reading of them.

use base64::Engine;
use hpke::kem::XWing;
use hpke::{Deserializable, Kem};
use protocol::encode::b64u_array;
use protocol::key::{PublicKey, SigningKey};
use protocol::seal::{QueryPublic, QuerySeed};
use serde_json::Value;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal")).collect()
}

fn bytes<const N: usize>(value: &Value) -> [u8; N] {
    hex(value.as_str().expect("a string")).try_into().expect("the length of the vector")
}

fn signatures() -> Value {
    serde_json::from_str(include_str!("known/signatures.json")).expect("the vectors are JSON")
}

#[test]
fn ed25519_is_that_of_rfc_8032() {
    let vectors = signatures();
    for vector in vectors["ed25519"]["vectors"].as_array().expect("a list") {
        let key = SigningKey::from_seed(&bytes(&vector["seed"]));
        assert_eq!(
            key.public(),
            PublicKey::from_bytes(&bytes(&vector["public"])).expect("a public key"),
            "the public key"
        );
        let message = hex(vector["message"].as_str().expect("a string"));
        let signature: [u8; 64] = bytes(&vector["signature"]);
        assert_eq!(key.sign(&message), signature, "the signature");
        key.public().verify(&message, &signature).expect("it verifies strictly");
    }
}

#[test]
fn thumbprints_are_those_of_rfc_8037() {
    let vector = &signatures()["thumbprint"];
    let key = PublicKey::from_x(vector["x"].as_str().expect("a string")).expect("a public key");
    assert_eq!(Some(key.kid().to_string().as_str()), vector["kid"].as_str(), "the thumbprint");
}

#[test]
fn a_signature_base_of_rfc_9421_is_signed_to_the_same_bytes() {
    let vectors = signatures();
    let vector = &vectors["http_message_signature"];
    let text = |name: &str| vector[name].as_str().expect("a string").to_owned();
    let key = SigningKey::from_seed(&b64u_array(&text("seed")).expect("32 bytes"));
    assert_eq!(key.public().x(), text("public"), "the key test-key-ed25519");
    let signature = base64::engine::general_purpose::STANDARD.encode(key.sign(text("base").as_bytes()));
    assert_eq!(signature, text("signature"), "Ed25519 is deterministic");
}

#[test]
fn x_wing_is_that_of_the_draft() {
    let vectors: Value = serde_json::from_str(include_str!("known/x-wing.json")).expect("the vectors are JSON");
    let list = vectors["vectors"].as_array().expect("a list");
    assert_eq!(list.len(), 3, "all vectors of the draft");
    for vector in list {
        let seed: [u8; 32] = bytes(&vector["seed"]);
        let public =
            QueryPublic::from_bytes(&hex(vector["pk"].as_str().expect("a string"))).expect("a usable query key");
        assert_eq!(QuerySeed::from_bytes(seed).public(), public, "the public key of the seed");
        let private = <XWing as Kem>::PrivateKey::from_bytes(&seed).expect("32 bytes");
        let enc = <XWing as Kem>::EncappedKey::from_bytes(&hex(vector["ct"].as_str().expect("a string")))
            .expect("1,120 bytes");
        let shared = XWing::decap(&private, None, &enc).expect("it decapsulates");
        assert_eq!(shared.0.as_slice(), bytes::<32>(&vector["ss"]), "the shared secret");
    }
}
