//! docs/protocol.md is what another client is written from: whatever this crate knows by name stands in it.

use std::collections::BTreeSet;

use protocol::code::{
    AccountClass, BankRefusal, BankState, CardRole, CardStatus, FactorKind, Field, Health, IdType, Kind, Locale,
    Outcome, QueryState, ReceiptReason, Role, SectionFault, Used,
};
use protocol::jws::Typ;
use protocol::refusal::Code;
use protocol::routes::{REQUESTS, RESPONSES};
use protocol::sms::{CheckKey, Say, SmsKind, check_characters, text};
use serde_json::Value;

const DOCUMENT: &str = include_str!("../../../docs/protocol.md");

/// Cells of every row of every table.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    DOCUMENT.lines().filter(|line| line.starts_with("| ")).map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells.map(str::trim).collect()
    })
}

/// Whether a word stands there by itself.
fn holds(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        !before.is_some_and(inside) && !after.is_some_and(inside)
    })
}

#[test]
fn every_refusal_stands_in_it_with_its_status_and_params() {
    for code in Code::ALL {
        let row = rows().find(|cells| {
            cells.len() == 4 && cells[0].contains(&code.status().to_string()) && holds(cells[1], code.as_str())
        });
        let row = row.unwrap_or_else(|| panic!("{code} stands in the table of refusals"));
        for param in code.params() {
            assert!(row[1].contains(&format!("{code} {{{param}}}")), "{code} comes with {param}: {}", row[1]);
        }
        assert!(!row[2].is_empty(), "{code}: when it is said");
    }
}

#[test]
fn every_word_of_a_closed_list_stands_in_it() {
    macro_rules! lists {
        ($($list:ty),+ $(,)?) => {{ $(for word in <$list>::ALL {
            assert!(holds(DOCUMENT, word.as_str()), "{} {word}", stringify!($list));
        })+ }};
    }
    lists![
        AccountClass,
        BankRefusal,
        BankState,
        CardRole,
        CardStatus,
        FactorKind,
        Field,
        Health,
        IdType,
        Kind,
        Locale,
        Outcome,
        QueryState,
        ReceiptReason,
        Role,
        SectionFault,
        Used,
    ];
}

#[test]
fn every_signed_payload_stands_in_it_with_its_size() {
    for typ in Typ::ALL {
        let name = typ.as_str().trim_start_matches("mingxia-").trim_end_matches("+jws");
        let row = rows().find(|cells| cells.len() == 5 && cells[0] == name);
        let row = row.unwrap_or_else(|| panic!("{name} stands in the table of payloads"));
        let bytes: String = row[2].chars().filter(char::is_ascii_digit).collect();
        assert_eq!(bytes, typ.max_bytes().to_string(), "the most bytes of {name}");
    }
}

/// Names of all members, however deep.
fn members(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                names.insert(name.clone());
                members(value, names);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| members(value, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_member_of_a_signed_payload_stands_in_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/formats");
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(folder).expect("the records") {
        let record = std::fs::read_to_string(file.expect("a record").path()).expect("a text");
        if let Ok(payload) = serde_json::from_str(record.lines().next().unwrap_or_default()) {
            members(&payload, &mut names);
        }
    }
    assert!(names.len() > 60, "the records hold all payloads");
    for name in names {
        assert!(holds(DOCUMENT, &name), "member {name}");
    }
}

#[test]
fn every_member_of_a_body_stands_in_it() {
    for shape in REQUESTS.iter().chain(RESPONSES) {
        for member in shape.members {
            assert!(holds(DOCUMENT, member.name), "member {} of {}", member.name, shape.name);
        }
    }
}

#[test]
fn every_message_stands_in_it_word_for_word() {
    let check = check_characters(&CheckKey::from_bytes([3; 32]), SmsKind::Result, "a", 0);
    let pieces = |say, locale| {
        // What stands in braces there is one of two, or differs from message to message.
        let message = text(say, locale, &check).replace(&check.zh_spaced(), "\0").replace(&check.en, "\0");
        let message = message.replace("123456", "\0");
        let choices =
            ["开通", "查询", "已有结果", "未取得结果", "enrolment", "your query,", "has a result", "brought no result"];
        let cut = choices.iter().fold(message, |message, choice| message.replacen(choice, "\0", 1));
        cut.split('\0').map(|piece| piece.trim_matches(',').to_owned()).collect::<Vec<_>>()
    };
    for say in [
        Say::EnrolCode("123456"),
        Say::QueryCode("123456"),
        Say::Ready,
        Say::NoResult,
        Say::DeviceChanged,
        Say::QueryStarted,
    ] {
        for locale in [Locale::ZhCn, Locale::En] {
            for piece in pieces(say, locale) {
                assert!(DOCUMENT.contains(&piece), "{piece:?} of a message");
            }
        }
    }
    for kind in [SmsKind::EnrolCode, SmsKind::QueryCode, SmsKind::Result, SmsKind::DeviceChanged, SmsKind::QueryStarted]
    {
        assert!(holds(DOCUMENT, kind.as_str()), "the check characters of {}", kind.as_str());
    }
}
