//! The viewing password: what may be chosen, and what was typed.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Fewest code points, and the digits of one made for a keypad.
pub const SHORTEST: usize = 6;
/// Fewest code points of a new one that is not six digits.
pub const SHORTEST_PHRASE: usize = 8;
/// Most code points.
pub const LONGEST: usize = 128;

/// Why a password may not be chosen; the reason is told, the password never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum PasswordRefusal {
    /// Not UTF-8.
    #[error("not text")]
    NotText,
    /// Fewer than 6 characters; a new one has 8, or is six digits.
    #[error("too short")]
    TooShort,
    /// More than 128 characters.
    #[error("too long")]
    TooLong,
    /// A control character, which keyboards make by accident.
    #[error("holds a control character")]
    Control,
    /// One or two characters only, or one group over and over.
    #[error("repeats itself")]
    Repeats,
    /// Neighbours in a row: 123456, fedcba.
    #[error("a run of neighbours")]
    Run,
    /// Holds the person's birthday.
    #[error("holds the birthday")]
    Birthday,
    /// Holds the end of the person's ID number.
    #[error("holds the end of the ID number")]
    IdNumberTail,
    /// Holds the end of the person's mobile number.
    #[error("holds the end of the mobile number")]
    MobileTail,
}

/// What a guesser would try first.
pub struct PersonalNumbers<'a> {
    /// 18 characters; digits 7 to 14 are the birthday.
    pub id_number: &'a str,
    /// 11 digits.
    pub mobile: &'a str,
}

/// A password in NFC; wiped when dropped, never printed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// What somebody typed to unlock: only its form is checked, so that a typing error costs one try.
    ///
    /// # Errors
    /// [`PasswordRefusal`] of form: nothing that could have been chosen looks so, and no try is counted.
    pub fn typed(bytes: &[u8]) -> Result<Self, PasswordRefusal> {
        // Four bytes a code point, and room for what NFC joins: whatever is longer is not worth normalising.
        if bytes.len() > LONGEST * 16 {
            return Err(PasswordRefusal::TooLong);
        }
        let typed = std::str::from_utf8(bytes).map_err(|_| PasswordRefusal::NotText)?;
        let mut text = Zeroizing::new(String::with_capacity(typed.len() * 3));
        text.extend(typed.nfc());
        match text.chars().count() {
            count if count < SHORTEST => Err(PasswordRefusal::TooShort),
            count if count > LONGEST => Err(PasswordRefusal::TooLong),
            _ if text.chars().any(char::is_control) => Err(PasswordRefusal::Control),
            _ => Ok(Self(text)),
        }
    }

    /// A new password, held against what a guesser would try first.
    ///
    /// # Errors
    /// [`PasswordRefusal`].
    pub fn choose(bytes: &[u8], person: &PersonalNumbers<'_>) -> Result<Self, PasswordRefusal> {
        let password = Self::typed(bytes)?;
        if !password.is_six_digits() && password.0.chars().count() < SHORTEST_PHRASE {
            return Err(PasswordRefusal::TooShort);
        }
        let lower = Zeroizing::new(password.0.to_lowercase());
        let characters = Zeroizing::new(lower.chars().map(u32::from).collect::<Vec<_>>());
        if repeats(&characters) {
            return Err(PasswordRefusal::Repeats);
        }
        if runs(&characters) {
            return Err(PasswordRefusal::Run);
        }
        password.holds_nothing_of(person)?;
        Ok(password)
    }

    fn holds_nothing_of(&self, person: &PersonalNumbers<'_>) -> Result<(), PasswordRefusal> {
        let upper = Zeroizing::new(self.0.to_uppercase());
        let holds = |part: &str| part.len() >= SHORTEST && upper.contains(&part.to_uppercase());
        if let (Some(year), Some(month), Some(day)) =
            (person.id_number.get(6..10), person.id_number.get(10..12), person.id_number.get(12..14))
        {
            let short = &year[2..];
            let ways = [
                format!("{short}{month}{day}"),
                format!("{day}{month}{short}"),
                format!("{month}{day}{short}"),
                format!("{day}{month}{year}"),
                format!("{month}{day}{year}"),
            ];
            if ways.iter().any(|way| holds(way)) {
                return Err(PasswordRefusal::Birthday);
            }
        }
        let tail = |number: &str| number.get(number.len().saturating_sub(SHORTEST)..).unwrap_or_default().to_owned();
        // The check character may be X; on a keypad people leave it away.
        let digits: String = person.id_number.chars().filter(char::is_ascii_digit).collect();
        if holds(&tail(person.id_number)) || holds(&tail(&digits)) {
            return Err(PasswordRefusal::IdNumberTail);
        }
        if holds(&tail(person.mobile)) {
            return Err(PasswordRefusal::MobileTail);
        }
        Ok(())
    }

    /// Six digits: a keypad and six boxes are shown for it. Any other number is typed like a phrase.
    #[must_use]
    pub fn is_six_digits(&self) -> bool {
        self.0.len() == SHORTEST && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// Fewer than three different characters, or one group repeated to the end.
fn repeats(characters: &[u32]) -> bool {
    let mut different = Zeroizing::new(characters.to_vec());
    different.sort_unstable();
    different.dedup();
    let group = |length: usize| characters.iter().zip(&characters[length..]).all(|(a, b)| a == b);
    different.len() < 3
        || (1..=characters.len() / 2).any(|length| characters.len().is_multiple_of(length) && group(length))
}

/// Each character follows its neighbour, up or down; on the keypad 0 follows 9.
fn runs(characters: &[u32]) -> bool {
    let digit = |c: u32| (0x30..=0x39).contains(&c);
    let next = |a: u32, b: u32| b == a + 1 || digit(a) && digit(b) && (a, b) == (0x39, 0x30);
    let up = characters.windows(2).all(|pair| next(pair[0], pair[1]));
    let down = characters.windows(2).all(|pair| next(pair[1], pair[0]));
    up || down
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up person: an unassigned region code.
    const PERSON: PersonalNumbers<'static> = PersonalNumbers { id_number: "99010119870412003X", mobile: "10012345678" };

    fn refused(text: &str) -> Option<PasswordRefusal> {
        Password::choose(text.as_bytes(), &PERSON).err()
    }

    #[test]
    fn fault_31_lengths_and_forms() {
        use PasswordRefusal::{Control, NotText, TooLong, TooShort};
        assert_eq!(refused(""), Some(TooShort), "no password is none");
        assert_eq!(refused("a"), Some(TooShort));
        for text in ["2739158", "a27391b", "雨后彩虹"] {
            assert_eq!(refused(text), Some(TooShort), "{text}: six digits, or eight characters and more");
        }
        assert_eq!(refused(&"é".repeat(5)), Some(TooShort), "characters count, not bytes");
        assert_eq!(refused(&"ab1".repeat(43)), Some(TooLong));
        assert_eq!(refused(&"x9 ".repeat(3334)), Some(TooLong), "ten thousand characters are not even normalised");
        assert_eq!(refused("corre\0ct"), Some(Control), "NUL would end the password in other programs");
        assert_eq!(Password::typed(&[0xff; 8]).err(), Some(NotText));
        assert_eq!(refused("tabs\tand horses"), Some(Control));
    }

    #[test]
    fn fault_31_two_ways_to_write_one_password_are_one() {
        let composed = Password::choose("caf\u{e9} am Fluss".as_bytes(), &PERSON).ok().unwrap();
        let decomposed = Password::typed("cafe\u{301} am Fluss".as_bytes()).ok().unwrap();
        assert_eq!(composed.bytes(), decomposed.bytes(), "another keyboard opens the same report");
    }

    #[test]
    fn what_a_guesser_tries_first_is_refused_with_its_reason() {
        use PasswordRefusal::{Birthday, IdNumberTail, MobileTail, Repeats, Run};
        for (text, reason) in [
            ("888888", Repeats),
            ("121212", Repeats),
            ("123123", Repeats),
            ("abcabcabc", Repeats),
            ("112211", Repeats),
            ("123456", Run),
            ("876543", Run),
            ("789012", Run),
            ("abcdefgh", Run),
            ("HGFEDCBA", Run),
            ("870412", Birthday),
            ("19870412", Birthday),
            ("041287", Birthday),
            ("my870412dog", Birthday),
            ("412003", IdNumberTail),
            ("horse12003X", IdNumberTail),
            ("horse12003x", IdNumberTail),
            ("345678", Run),
            ("x345678y", MobileTail),
        ] {
            assert_eq!(refused(text), Some(reason), "{text}");
        }
    }

    #[test]
    fn honest_choices_pass() {
        for text in ["273915", "27391582", "正确的马电池订书钉", "correct horse"] {
            assert_eq!(refused(text), None, "{text}");
        }
    }

    #[test]
    fn only_six_digits_are_asked_for_in_six_boxes() {
        let six = |text: &str| Password::typed(text.as_bytes()).ok().unwrap().is_six_digits();
        assert!(six("273915"));
        for text in ["27391x", "27391582", "2739158", "２７３９１５"] {
            assert!(!six(text), "{text} would never fit, or be another password");
        }
    }
}
