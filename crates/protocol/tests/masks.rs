//! Masks and identities walked at random: nothing shows more than it may, nothing wrong gets in.

use proptest::prelude::*;
use protocol::code::IdType;
use protocol::identity::{CardNumber, DocumentError, IdNumber, Mobile, Name, fold_input};
use protocol::mask;
use protocol::section::MaskedNumber;

/// A document number of `head` (region), birth date and sequence, with its check character.
fn document(head: &str, birth: &str, sequence: u16) -> String {
    let digits = format!("{head}{birth}{sequence:03}");
    // GB 11643: weights 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2, written out here so that the library's own way is not its own judge.
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// A card number with its Luhn digit.
fn card(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[test]
fn documents_are_refused_each_for_its_reason() {
    let refused = |kind, text: &str| IdNumber::parse(kind, text).err();
    assert_eq!(refused(IdType::CnId, "110105491231002"), Some(DocumentError::Form), "the old 15 digits");
    assert_eq!(refused(IdType::CnId, "11010519491231002x"), Some(DocumentError::Form), "a lower-case x");
    assert_eq!(refused(IdType::CnId, "1101051949123100１X"), Some(DocumentError::Form), "a full-width digit");
    assert_eq!(refused(IdType::CnId, "110105194912310021"), Some(DocumentError::Checksum), "another check character");
    assert_eq!(
        refused(IdType::CnId, &document("110105", "20230229", 2)),
        Some(DocumentError::BirthDate),
        "no such day"
    );
    assert_eq!(
        refused(IdType::CnId, &document("110105", "18991231", 2)),
        Some(DocumentError::BirthDate),
        "another century"
    );
    assert_eq!(
        refused(IdType::CnFpr, "11010519491231002X"),
        Some(DocumentError::Kind),
        "an identity card is no foreigner's card"
    );
    assert_eq!(
        refused(IdType::CnId, &document("911105", "19900101", 2)),
        Some(DocumentError::Kind),
        "a foreigner's card is no identity card"
    );
}

#[test]
fn permits_and_foreigner_cards_are_served() {
    for head in ["810000", "820000", "830000"] {
        assert!(IdNumber::parse(IdType::CnId, &document(head, "19900101", 7)).is_ok(), "residence permit {head}");
    }
    assert!(
        IdNumber::parse(IdType::CnFpr, &document("911105", "19900101", 7)).is_ok(),
        "foreigner's permanent residence card"
    );
    assert!(
        IdNumber::parse(IdType::CnId, &document("990000", "19900101", 7)).is_err(),
        "nine is the foreigner's card alone"
    );
    assert!(IdNumber::parse(IdType::CnId, &document("000101", "19900101", 7)).is_ok(), "regions change; banks decide");
}

#[test]
fn sixteen_begins_on_the_birthday() {
    let number = IdNumber::parse(IdType::CnId, &document("110105", "20101124", 1)).expect("a document number");
    let day = |text: &str| text.parse().expect("a day");
    assert_eq!(number.age_on(day("2026-11-23")), 15, "the day before");
    assert_eq!(number.age_on(day("2026-11-24")), 16, "the birthday itself");
    let leap = IdNumber::parse(IdType::CnId, &document("110105", "20080229", 1)).expect("a document number");
    assert_eq!(leap.age_on(day("2024-02-28")), 15, "born on a leap day, the day before");
    assert_eq!(leap.age_on(day("2026-03-01")), 18, "in a year without that day");
}

#[test]
fn names_and_mobiles() {
    for name in ["张三", "买买提·阿卜杜拉", "Anna-Maria O'Neill", "欧阳娜娜"] {
        assert!(Name::parse(name).is_ok(), "{name} is a name");
    }
    for name in ["张", "", " 张三", "张三 ", "张3", "张\u{200b}三", "张\u{202e}三", "<b>张</b>", "e\u{301}a"]
    {
        assert!(Name::parse(name).is_err(), "{name:?} is no name");
    }
    for mobile in ["1380000000", "138000000000", "23800000000", "1380000000a", "+8613800000000", "１3800000000"] {
        assert!(Mobile::parse(mobile).is_err(), "{mobile} is no mobile");
    }
}

#[test]
fn pasted_numbers_are_folded_on_input_only() {
    assert_eq!(
        fold_input(" ６２２２ 0000-1111\u{2013}２２２２ "),
        "6222000011112222",
        "spaces, dashes, full-width digits"
    );
    assert_eq!(fold_input("11010519491231002ｘ"), "11010519491231002X", "the check character");
}

#[test]
fn masks_are_those_of_the_specification() {
    for (number, masked) in [
        ("123456789012", "1234****9012"),
        ("12345678901", "*******8901"),
        ("12345", "*2345"),
        ("6222021234567891496", "6222***********1496"),
    ] {
        assert_eq!(mask::card_number(number), masked, "a card of {} digits", number.len());
        assert!(MaskedNumber::new(masked).is_ok(), "the wire accepts {masked}");
    }
    assert_eq!(mask::mobile("13800000000"), "138****0000", "3 + 4");
    assert_eq!(mask::id_number("11010519491231002X"), "1****************X", "1 + 1");
    assert_eq!(mask::name("张三丰"), "**丰", "the last character");
}

#[test]
fn masked_numbers_of_other_forms_are_refused() {
    for number in [
        "1234***9012",
        "1234************9012",
        "123****9012",
        "12345****9012",
        "1234****901",
        "****",
        "2345",
        "********2345",
        "1234**5*9012",
        "１234****9012",
        "1234****9012 ",
        "",
        "6222021234567891496",
        "1234****901２",
    ] {
        assert!(MaskedNumber::new(number).is_err(), "{number:?} shows more, less or something else");
    }
}

#[test]
fn card_texts_hide_no_number() {
    for text in [
        "123456789",
        "1 2 3 4 5 6 7 8 9",
        "1234-5678-9",
        "1·2·3·4·5·6·7·8·9",
        "一卡１２３４５６７８９",
        "٠١٢٣٤٥٦٧٨",
        "12345\u{2013}6789",
        "6222.0212.3456",
        "1234a56789",
        "卡6222，号02123",
    ] {
        assert!(mask::holds_long_digits(text), "{text} holds nine digits, whatever stands between them");
    }
    for text in ["12345678", "1234a5678", "理财金账户卡2019", ""] {
        assert!(!mask::holds_long_digits(text), "{text} does not");
    }
}

proptest! {
    #[test]
    fn a_masked_card_shows_eight_digits_at_most_and_keeps_its_length(number in "[0-9]{5,19}") {
        let masked = mask::card_number(&number);
        prop_assert_eq!(masked.len(), number.len(), "one star for each hidden digit");
        let shown = masked.bytes().filter(u8::is_ascii_digit).count();
        prop_assert_eq!(shown, if number.len() >= 12 { 8 } else { 4 });
        prop_assert!(masked.ends_with(&number[number.len() - 4..]));
        prop_assert!(MaskedNumber::new(&masked).is_ok(), "banks and devices agree on the form");
        prop_assert!(!mask::holds_long_digits(&masked));
    }

    #[test]
    fn no_mask_panics_grows_or_shows_a_number(text in prop_oneof!["\\PC{0,40}", "[0-9０-９٠-٩ *]{0,40}"]) {
        for masked in [mask::card_number(&text), mask::mobile(&text), mask::id_number(&text), mask::name(&text)] {
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            prop_assert!(!mask::holds_long_digits(&masked), "no mask shows nine digits: {}", masked);
        }
        let _ = mask::holds_long_digits(&text);
        let _ = fold_input(&text);
    }

    #[test]
    fn every_right_document_is_taken_and_every_slip_of_one_digit_is_refused(
        region in 0_u32..900_000, year in 1900_u16..2026, month in 1_u8..13, day in 1_u8..29, sequence in 0_u16..1000, place in 0_usize..17, slip in 1_u8..10,
    ) {
        let right = document(&format!("{region:06}"), &format!("{year:04}{month:02}{day:02}"), sequence);
        prop_assert!(IdNumber::parse(IdType::CnId, &right).is_ok());
        let mut wrong = right.into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + slip) % 10;
        let wrong = String::from_utf8(wrong).expect("digits");
        prop_assert!(IdNumber::parse(IdType::CnId, &wrong).is_err(), "one digit mistyped");
    }

    #[test]
    fn every_right_card_is_taken_and_every_slip_of_one_digit_is_refused(digits in "[0-9]{11,18}", place in 0_usize..11, slip in 1_u8..10) {
        let right = card(&digits);
        prop_assert!(CardNumber::parse(&right).is_ok());
        let mut wrong = right.into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + slip) % 10;
        prop_assert!(CardNumber::parse(&String::from_utf8(wrong).expect("digits")).is_err(), "one digit mistyped");
    }

    #[test]
    fn folding_is_done_once(text in "\\PC{0,40}") {
        let once = fold_input(&text);
        prop_assert_eq!(fold_input(&once), once.clone());
    }
}
