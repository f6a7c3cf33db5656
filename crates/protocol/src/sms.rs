//! The only texts ever sent, and the check characters that tell them from fakes.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::code::Locale;
use crate::encode::{EncodeError, Lp, b64u, b64u_array, random};

/// Life of a code.
pub const CODE_LIFE: Duration = Duration::from_secs(5 * 60);
/// Between two sendings of a code.
pub const RESEND_AFTER: Duration = Duration::from_secs(60);

/// The 64 characters of a Chinese check; index 0 is 天.
const ZH: &str = "天地日月山水木火沙石瓜麦竹米牛羊马虎燕贝花草叶果春夏秋冬龙猫鹿兔灯车船钟茶糖醋碗红黄蓝白黑青金银风雨雪云江河湖海桥巷门墙书笔琴棋";
/// The 20 letters of an English check.
const EN: &[u8; 20] = b"ACDEFGHJKMNPQRTUVWXY";

/// The key of the check characters. Never printed; wiped on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct CheckKey([u8; 32]);

impl CheckKey {
    /// A fresh key.
    #[must_use]
    pub fn generate() -> Self {
        Self(random())
    }

    /// Takes the bytes of a key.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a key from the wire.
    ///
    /// # Errors
    /// [`EncodeError`].
    pub fn read(text: &str) -> Result<Self, EncodeError> {
        b64u_array(text).map(Self)
    }

    /// The key for the wire.
    #[must_use]
    pub fn write(&self) -> String {
        b64u(&self.0)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Kinds of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmsKind {
    /// Code of an enrolment.
    EnrolCode,
    /// Code of a query.
    QueryCode,
    /// A query closed, with or without a report.
    Result,
    /// Another device enrols.
    DeviceChanged,
    /// A query was accepted.
    QueryStarted,
}

impl SmsKind {
    /// The word that is hashed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EnrolCode => "enrol_code",
            Self::QueryCode => "query_code",
            Self::Result => "result",
            Self::DeviceChanged => "device_changed",
            Self::QueryStarted => "query_started",
        }
    }
}

/// The check characters of one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckCharacters {
    /// Three Chinese characters.
    pub zh: [char; 3],
    /// Four letters.
    pub en: String,
}

impl CheckCharacters {
    /// As written in a Chinese message: `雪·湖·门`.
    #[must_use]
    pub fn zh_spaced(&self) -> String {
        let [a, b, c] = self.zh;
        format!("{a}·{b}·{c}")
    }
}

/// The check characters of message `n` of one kind about `reference` (an id, as text).
///
/// # Panics
/// Never: HMAC takes keys of any length.
#[must_use]
pub fn check_characters(key: &CheckKey, kind: SmsKind, reference: &str, n: u32) -> CheckCharacters {
    let message = Lp::new("mingxia/sms/v1").text(kind.as_str()).text(reference).bytes(&n.to_be_bytes()).finish();
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
    mac.update(&message);
    let m = mac.finalize().into_bytes();
    let first = u32::from_be_bytes([m[0], m[1], m[2], m[3]]);
    let zh = [26, 20, 14].map(|shift| ZH.chars().nth((first >> shift & 63) as usize).unwrap_or('天'));
    let number = u32::from_be_bytes([m[4], m[5], m[6], m[7]]) % 160_000;
    let en = [8000, 400, 20, 1].map(|place| char::from(EN[(number / place % 20) as usize])).iter().collect();
    CheckCharacters { zh, en }
}

/// What a message says.
#[derive(Clone, Copy)]
pub enum Say<'a> {
    /// The code for enrolling.
    EnrolCode(&'a str),
    /// The code for a query.
    QueryCode(&'a str),
    /// A report waits.
    Ready,
    /// No bank answered.
    NoResult,
    /// Another device enrols.
    DeviceChanged,
    /// A query was accepted.
    QueryStarted,
}

/// The whole text of a message: no link, no bank, no count.
#[must_use]
pub fn text(say: Say<'_>, locale: Locale, check: &CheckCharacters) -> String {
    match locale {
        Locale::ZhCn => chinese(say, &check.zh_spaced()),
        Locale::En => english(say, &check.en),
    }
}

fn chinese(say: Say<'_>, check: &str) -> String {
    let code = |code: &str, what| {
        format!("【名下】验证码{code}，用于{what}，5分钟内有效。任何人索要都是诈骗。核对字：{check}")
    };
    let result = |what| format!("【名下】您的申请{what}，请打开名下App查看。本短信无链接。核对字：{check}");
    match say {
        Say::EnrolCode(digits) => code(digits, "开通"),
        Say::QueryCode(digits) => code(digits, "查询"),
        Say::Ready => result("已有结果"),
        Say::NoResult => result("未取得结果"),
        Say::DeviceChanged => {
            format!("【名下】您的账户正在更换设备。如非本人，请勿提供验证码，并在原设备上点“不是我”。核对字：{check}")
        }
        Say::QueryStarted => format!("【名下】有一次申请以您的名义提交。如非本人，请在App内撤回。核对字：{check}"),
    }
}

fn english(say: Say<'_>, check: &str) -> String {
    let code = |code: &str, what| {
        format!("Mingxia: code {code} for {what}, 5 min. Anyone asking for it is a fraud. Check: {check}")
    };
    let result = |what| format!("Mingxia: your query {what}; open the app. No links. Check: {check}");
    match say {
        Say::EnrolCode(digits) => code(digits, "enrolment"),
        Say::QueryCode(digits) => code(digits, "your query"),
        Say::Ready => result("has a result"),
        Say::NoResult => result("brought no result"),
        Say::DeviceChanged => format!(
            "Mingxia: your account is moving to a new device. Not you? Give no code, press Not me on the old one. Check: {check}"
        ),
        Say::QueryStarted => {
            format!("Mingxia: a query was started in your name. Not you? Withdraw it in the app. Check: {check}")
        }
    }
}
