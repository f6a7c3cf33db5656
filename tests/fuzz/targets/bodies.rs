//! Bodies of requests and responses: what is read can be written, and reads the same again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use noise::lettered;
use protocol::json;
use protocol::refusal::Problem;
use protocol::routes::{
    Accepted, Apply, Banks, Code, Collected, Confirm, Enrol, Evidence, Inquiry, InquiryAnswer, Plain, Queries,
    QueryStatus, Report, Retry, Verify,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fuzz_target!(|data: &[u8]| {
    let Some((letter, text)) = lettered(data) else { return };
    let _ = json::says_other_version(text.as_bytes());
    match letter {
        b'a' => request::<Apply>(text),
        b'b' => request::<Code>(text),
        b'c' => request::<Collected>(text),
        b'd' => request::<Confirm>(text),
        b'e' => request::<Enrol>(text),
        b'f' => request::<Evidence>(text),
        b'g' => request::<Inquiry>(text),
        b'h' => request::<Plain>(text),
        b'i' => request::<Retry>(text),
        b'j' => request::<Verify>(text),
        b'k' => response::<Accepted>(text),
        b'l' => response::<Banks>(text),
        b'm' => response::<InquiryAnswer>(text),
        b'n' => response::<Queries>(text),
        b'o' => response::<QueryStatus>(text),
        b'p' => response::<Report>(text),
        b'q' => response::<Problem>(text),
        _ => {}
    }
});

fn request<T: Serialize + DeserializeOwned>(text: &str) {
    twice(text, |bytes| json::parse::<T>(bytes).ok());
}

fn response<T: Serialize + DeserializeOwned>(text: &str) {
    twice(text, |bytes| json::parse_response::<T>(bytes).ok());
}

fn twice<T: Serialize>(text: &str, read: impl Fn(&[u8]) -> Option<T>) {
    let Some(first) = read(text.as_bytes()) else { return };
    let written = serde_json::to_vec(&first).expect("what was read can be written");
    let again = read(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_vec(&again).ok(), Some(written), "nothing is lost on the way");
}
