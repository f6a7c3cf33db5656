//! Strings from outside: NFC, without controls, direction marks and invisible characters, of bounded length.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::is_nfc;

/// Why a string was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Longer than this place allows, in code points.
    #[error("too long")]
    TooLong,
    /// Not in normalisation form C; refused, never normalised.
    #[error("not NFC")]
    NotNfc,
    /// A control, direction mark or invisible character.
    #[error("forbidden character")]
    Forbidden,
}

/// Whether a character may not stand in any string of the protocol.
#[must_use]
pub const fn is_forbidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Checks a string against the rules; `newline` allows U+000A (notices).
///
/// # Errors
/// The first rule it breaks.
pub fn check(text: &str, max: usize, newline: bool) -> Result<(), TextError> {
    if text.chars().count() > max {
        Err(TextError::TooLong)
    } else if text.chars().any(|c| is_forbidden(c) && !(newline && c == '\n')) {
        Err(TextError::Forbidden)
    } else if is_nfc(text) {
        Ok(())
    } else {
        Err(TextError::NotNfc)
    }
}

/// A checked string of at most `MAX` code points.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Checks a string.
    ///
    /// # Errors
    /// As [`check`], without line breaks.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        check(&text, MAX, false)?;
        Ok(Self(text))
    }

    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// A checked string in which line breaks are allowed: the words of a notice.
#[derive(Clone, PartialEq, Eq, Serialize, Debug)]
#[serde(transparent)]
pub struct NoticeText(String);

impl NoticeText {
    /// The most code points a notice may have: it has to fit a response.
    pub const MAX: usize = 60_000;

    /// Checks a notice.
    ///
    /// # Errors
    /// As [`check`], with line breaks allowed.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        check(&text, Self::MAX, true)?;
        Ok(Self(text))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for NoticeText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
