//! The few words the system shows for the app: notifications, the tray, the title bar. Fixed, and nothing private in
//! them.

use std::collections::BTreeMap;

use journey::{Notice, view::Language};

/// Words by their keys.
type Words = BTreeMap<String, String>;

/// What the system may say in the app's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(mobile, expect(dead_code, reason = "a telephone has no tray and no dialog to say some of it in"))]
pub(crate) enum Word {
    /// The app's name.
    Title,
    /// Its name in the demonstration.
    DemoTitle,
    /// Nothing is being asked.
    NoQuery,
    /// A consent was given, and nothing sent.
    NotSent,
    /// Banks are answering.
    Collecting,
    /// There is a report.
    ReportReady,
    /// What is kept is closed.
    Locked,
    /// What is kept is open.
    Unlocked,
    /// The window was closed and the app runs on.
    RunsOn,
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
    #[cfg_attr(any(target_os = "macos", windows), expect(dead_code, reason = "only Linux asks a sleep to wait"))]
    BeforeSleep,
    /// The dialog that asks where the consent is kept.
    KeepConsent,
    /// The dialog that asks where the letter is printed.
    #[cfg_attr(any(target_os = "macos", windows), expect(dead_code, reason = "only Linux leaves the title to us"))]
    PrintLetter,
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
            Self::DemoTitle => "demo_title",
            Self::NoQuery => "no_query",
            Self::NotSent => "not_sent",
            Self::Collecting => "collecting",
            Self::ReportReady => "report_ready",
            Self::Locked => "locked",
            Self::Unlocked => "unlocked",
            Self::RunsOn => "runs_on",
            Self::Ready => "ready",
            Self::NoResult => "no_result",
            Self::DeviceChanged => "device_changed",
            Self::Open => "open",
            Self::Lock => "lock",
            Self::Leave => "leave",
            Self::BeforeSleep => "before_sleep",
            Self::KeepConsent => "keep_consent",
            Self::PrintLetter => "print_letter",
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
        Language::System => chinese_first(sys_locale::get_locales()),
    }
}

/// Whether the first language of a system is Chinese; one that names none is taken for English, as web views take it.
fn chinese_first(mut named: impl Iterator<Item = String>) -> bool {
    named.next().is_some_and(|first| first.to_ascii_lowercase().starts_with("zh"))
}

/// Tells the page which language the system speaks, so that page, tray and notifications never differ about it.
pub(crate) fn for_the_page() -> String {
    let language = if chinese(Language::System) { "zh-CN" } else { "en" };
    format!("Object.defineProperty(navigator, 'languages', {{ value: Object.freeze(['{language}']) }})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_in_both_languages_and_gives_nothing_away() {
        use Word::*;
        let states = [NoQuery, NotSent, Collecting, ReportReady, Locked, Unlocked];
        let others =
            [Title, DemoTitle, Ready, NoResult, DeviceChanged, Open, Lock, Leave, BeforeSleep, KeepConsent, RunsOn];
        for word in states.into_iter().chain(others) {
            for language in [Language::ZhCn, Language::En] {
                let said = word.say(language);
                assert!(!said.is_empty(), "{word:?} has no words in {language:?}");
                assert!(!said.contains("http") && !said.contains(|letter: char| letter.is_ascii_digit()), "{said}");
            }
        }
    }

    #[test]
    fn the_first_language_of_the_system_is_spoken() {
        for (named, zh) in [
            (&["zh-CN", "en-US"][..], true),
            (&["ZH-Hant-TW"], true),
            (&["en-US", "zh-CN"], false),
            (&["fr-FR"], false),
            (&["C"], false),
            (&[], false),
        ] {
            assert_eq!(chinese_first(named.iter().map(|name| (*name).to_owned())), zh, "{named:?}");
        }
    }
}
