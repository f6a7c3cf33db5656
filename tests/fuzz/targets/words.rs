//! Single words and numbers: what is accepted is written as it was read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use noise::lettered;
use protocol::code::{IdType, PartyCode};
use protocol::encode::{Digest, b64u, b64u_decode};
use protocol::id::QueryId;
use protocol::identity::{CardNumber, IdNumber, Mobile, Name, fold_input};
use protocol::mask;
use protocol::section::MaskedNumber;
use protocol::text::Text;
use protocol::time::{Timestamp, YearMonth};

fuzz_target!(|data: &[u8]| {
    let Some((letter, text)) = lettered(data) else { return };
    let same = |written: Option<String>| assert!(written.is_none_or(|written| written == text), "another spelling");
    match letter {
        b'a' => same(b64u_decode(text).ok().map(|bytes| b64u(&bytes))),
        b'b' => same(text.parse::<Digest>().ok().map(|read| read.to_string())),
        b'c' => same(text.parse::<QueryId>().ok().map(|read| read.to_string())),
        b'd' => same(text.parse::<Timestamp>().ok().map(|read| read.to_string())),
        b'e' => same(text.parse::<YearMonth>().ok().map(|read| read.to_string())),
        b'f' => same(text.parse::<PartyCode>().ok().map(|read| read.to_string())),
        b'g' => same(Text::<30>::new(text).ok().map(|read| read.to_string())),
        b'h' => same(MaskedNumber::new(text).ok().map(|read| read.as_str().to_owned())),
        b'i' => same(IdNumber::parse(IdType::CnId, text).ok().map(|read| read.as_str().to_owned())),
        b'j' => same(Mobile::parse(text).ok().map(|read| read.as_str().to_owned())),
        b'k' => same(Name::parse(text).ok().map(|read| read.as_str().to_owned())),
        b'l' => card(text),
        b'm' => drop((fold_input(text), mask::holds_long_digits(text))),
        _ => {}
    }
});

/// A masked card number shows no more than eight digits.
fn card(text: &str) {
    let Ok(card) = CardNumber::parse(text) else { return };
    let masked = card.masked();
    assert!(masked.chars().filter(char::is_ascii_digit).count() <= 8, "more digits than may be shown");
    assert!(MaskedNumber::new(&masked).is_ok(), "a bank may send what it masked");
}
