//! Every closed list of words that crosses a border: refusals with their status, and the lists of the wire.

use std::collections::BTreeMap;

use journey::ErrorCode;
use protocol::code;
use protocol::refusal::Code;

#[test]
fn refusals_of_the_gateway_and_their_status() {
    let all: Vec<String> = Code::ALL.iter().map(|code| format!("{} {}", code.status(), code.as_str())).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn refusals_the_window_is_told() {
    let words: Vec<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    insta::assert_snapshot!(words.join("\n"));
    for told in Code::ALL {
        assert!(words.contains(&told.as_str()), "the device has no word for the gateway's {told}");
    }
}

#[test]
fn lists_of_the_wire() {
    fn all<T: std::fmt::Display>(list: &[T]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }
    let lists = BTreeMap::from([
        ("account class", all(code::AccountClass::ALL)),
        ("bank refusal", all(code::BankRefusal::ALL)),
        ("bank state", all(code::BankState::ALL)),
        ("card role", all(code::CardRole::ALL)),
        ("card status", all(code::CardStatus::ALL)),
        ("factor", all(code::FactorKind::ALL)),
        ("field", all(code::Field::ALL)),
        ("health", all(code::Health::ALL)),
        ("document", all(code::IdType::ALL)),
        ("kind", all(code::Kind::ALL)),
        ("language", all(code::Locale::ALL)),
        ("outcome", all(code::Outcome::ALL)),
        ("query state", all(code::QueryState::ALL)),
        ("receipt", all(code::ReceiptReason::ALL)),
        ("role", all(code::Role::ALL)),
        ("section fault", all(code::SectionFault::ALL)),
        ("used", all(code::Used::ALL)),
        ("signed type", protocol::jws::Typ::ALL.map(|typ| typ.as_str().to_owned()).into()),
    ]);
    insta::assert_json_snapshot!(lists);
}
