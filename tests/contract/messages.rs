//! Every message that is ever sent, whole.

use protocol::code::Locale;
use protocol::sms::{CheckCharacters, Say, text};

#[test]
fn nothing_else_is_ever_sent() {
    let check = CheckCharacters { zh: ['雪', '湖', '门'], en: "EDGY".to_owned() };
    let says = [
        Say::EnrolCode("123456"),
        Say::QueryCode("123456"),
        Say::Ready,
        Say::NoResult,
        Say::DeviceChanged,
        Say::QueryStarted,
    ];
    let all: Vec<String> =
        [Locale::ZhCn, Locale::En].iter().flat_map(|locale| says.map(|say| text(say, *locale, &check))).collect();
    insta::assert_snapshot!(all.join("\n"));
}
