//! The only texts ever sent: word for word, without link, bank or count, short enough for one message.

use protocol::code::Locale;
use protocol::sms::{CheckKey, Say, SmsKind, check_characters, text};

const CASES: [Say<'static>; 6] = [
    Say::EnrolCode("123456"),
    Say::QueryCode("123456"),
    Say::Ready,
    Say::NoResult,
    Say::DeviceChanged,
    Say::QueryStarted,
];

fn check() -> protocol::sms::CheckCharacters {
    let key = CheckKey::from_bytes(std::array::from_fn(|i| u8::try_from(i).expect("fewer than 256")));
    check_characters(&key, SmsKind::QueryCode, "3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f", 0)
}

#[test]
fn messages_say_what_is_laid_down() {
    let zh = [
        "【名下】验证码123456，用于开通，5分钟内有效。任何人索要都是诈骗。核对字：雪·湖·门",
        "【名下】验证码123456，用于查询，5分钟内有效。任何人索要都是诈骗。核对字：雪·湖·门",
        "【名下】您的申请已有结果，请打开名下App查看。本短信无链接。核对字：雪·湖·门",
        "【名下】您的申请未取得结果，请打开名下App查看。本短信无链接。核对字：雪·湖·门",
        "【名下】您的账户正在更换设备。如非本人，请勿提供验证码，并在原设备上点“不是我”。核对字：雪·湖·门",
        "【名下】有一次申请以您的名义提交。如非本人，请在App内撤回。核对字：雪·湖·门",
    ];
    let en = [
        "Mingxia: code 123456 for enrolment, 5 min. Anyone asking for it is a fraud. Check: EDGY",
        "Mingxia: code 123456 for your query, 5 min. Anyone asking for it is a fraud. Check: EDGY",
        "Mingxia: your query has a result; open the app. No links. Check: EDGY",
        "Mingxia: your query brought no result; open the app. No links. Check: EDGY",
        "Mingxia: your account is moving to a new device. Not you? Give no code, press Not me on the old one. Check: EDGY",
        "Mingxia: a query was started in your name. Not you? Withdraw it in the app. Check: EDGY",
    ];
    for ((say, zh), en) in CASES.into_iter().zip(zh).zip(en) {
        assert_eq!(text(say, Locale::ZhCn, &check()), zh, "in Chinese, word for word");
        assert_eq!(text(say, Locale::En, &check()), en, "in English, word for word");
    }
}

#[test]
fn a_chinese_message_is_one_message_and_holds_no_link() {
    for say in CASES {
        let message = text(say, Locale::ZhCn, &check());
        assert!(message.chars().count() <= 70, "70 characters are one message: {message}");
        for sign in ["http", "://", "www", ".cn", ".com", "/"] {
            assert!(!message.contains(sign), "nothing to tap: {message}");
        }
    }
}

#[test]
fn an_old_message_never_fits_a_new_one() {
    let key = CheckKey::from_bytes([3; 32]);
    let other = CheckKey::from_bytes([4; 32]);
    let of = |key: &CheckKey, kind, reference: &str, n| check_characters(key, kind, reference, n);
    let first = of(&key, SmsKind::QueryCode, "a", 0);
    for (next, why) in [
        (of(&key, SmsKind::QueryCode, "a", 1), "a resend"),
        (of(&key, SmsKind::QueryCode, "b", 0), "another query"),
        (of(&key, SmsKind::Result, "a", 0), "another kind of message"),
        (of(&other, SmsKind::QueryCode, "a", 0), "another enrolment"),
    ] {
        assert_ne!(first, next, "{why}");
    }
}
