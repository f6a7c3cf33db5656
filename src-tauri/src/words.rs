//! The few words the system shows for the app: notifications and the tray. Fixed, and nothing private in them.

use std::collections::BTreeMap;

use journey::{Notice, view::Language};

/// Words by their keys.
type Words = BTreeMap<String, String>;

/// What the system may say in the app's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    /// The app's name.
    Title,
    /// A result came.
    Ready,
    /// A query closed without a result.
    NoResult,
    /// Another device took over.
    DeviceChanged,
    /// Show the window.
    Open,
    /// Lock now.
    Lock,
    /// Leave the app.
    Leave,
    /// Why sleep waits for a moment.
    BeforeSleep,
    /// The dialog that asks where the consent is kept.
    KeepConsent,
}

impl From<Notice> for Word {
    fn from(notice: Notice) -> Self {
        match notice {
            Notice::Ready => Self::Ready,
            Notice::NoResult => Self::NoResult,
            Notice::DeviceChanged => Self::DeviceChanged,
        }
    }
}

impl Word {
    /// The key in the message files.
    fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Ready => "ready",
            Self::NoResult => "no_result",
            Self::DeviceChanged => "device_changed",
            Self::Open => "open",
            Self::Lock => "lock",
            Self::Leave => "leave",
            Self::BeforeSleep => "before_sleep",
            Self::KeepConsent => "keep_consent",
        }
    }

    /// The word in the person's language.
    pub(crate) fn say(self, language: Language) -> String {
        let text = if chinese(language) {
            include_str!("../messages/zh-CN.json")
        } else {
            include_str!("../messages/en.json")
        };
        let words: Words = serde_json::from_str(text).unwrap_or_default();
        words.get(self.key()).cloned().unwrap_or_default()
    }
}

/// Whether to speak Chinese; as the system does where the person left it so.
fn chinese(language: Language) -> bool {
    match language {
        Language::ZhCn => true,
        Language::En => false,
        Language::System => ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
            .is_none_or(|value| !value.starts_with("en")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages_and_gives_nothing_away() {
        use Word::*;
        for word in [Title, Ready, NoResult, DeviceChanged, Open, Lock, Leave, BeforeSleep, KeepConsent] {
            for language in [Language::ZhCn, Language::En] {
                let said = word.say(language);
                assert!(!said.is_empty(), "{word:?} has no words in {language:?}");
                assert!(!said.contains("http") && !said.contains(|letter: char| letter.is_ascii_digit()), "{said}");
            }
        }
    }
}
