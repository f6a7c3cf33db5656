//! Signed requests: six lines as method, path, content digest, Signature-Input, Signature and idempotency key.

#![no_main]

use libfuzzer_sys::fuzz_target;
use noise::{key, noon};
use protocol::request::{self, Received, Tag, Target};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines: Vec<&str> = text.split('\n').collect();
    let [method, path, content_digest, signature_input, signature, idempotency_key] = lines.as_slice() else { return };
    let (path, query) = path.split_once('?').map_or((*path, None), |(path, query)| (path, Some(query)));
    let received = Received {
        target: Target { method, authority: "gw.example", path, query },
        content_type: Some("application/json"),
        idempotency_key: Some(idempotency_key),
        content_digest,
        signature_input,
        signature,
    };
    for tag in [Tag::Device, Tag::Gateway] {
        if let Ok(parsed) = request::parse(&received, tag) {
            assert!(parsed.verify(&key(9).public(), noon()).is_err(), "a stranger's key vouches for nothing");
            let _ = parsed.verify(&key(1).public(), noon());
        }
    }
    let _ = request::digest_holds(content_digest, data);
});
