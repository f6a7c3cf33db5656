//! Document numbers of 18 characters: GB 11643 with its check character (ISO 7064 MOD 11-2).

use jiff::civil::Date;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::code::IdType;

/// Why a document number was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not 17 digits and a digit or `X`.
    #[error("not 18 characters of a document number")]
    Form,
    /// No such birth date.
    #[error("no such birth date")]
    BirthDate,
    /// The check character does not fit.
    #[error("the check character does not fit")]
    Checksum,
    /// The other kind of document.
    #[error("another kind of document")]
    Kind,
}

/// A document number. Never printed; wiped on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct IdNumber {
    text: String,
    #[zeroize(skip)]
    birth: Date,
}

impl IdNumber {
    /// Checks form, kind, birth date and check character. Regions are not checked: they change, and banks decide.
    ///
    /// Residence permits of Hong Kong, Macao and Taiwan residents (81, 82, 83) are `CN_ID`; the foreigner's permanent
    /// residence card begins with 9 and is `CN_FPR`.
    ///
    /// # Errors
    /// [`DocumentError`]; lower-case `x` is a wrong form here and is folded on input only.
    pub fn parse(kind: IdType, text: &str) -> Result<Self, DocumentError> {
        let bytes: &[u8; 18] = text.as_bytes().try_into().map_err(|_| DocumentError::Form)?;
        let (check, digits) = bytes.split_last().ok_or(DocumentError::Form)?;
        if !digits.iter().all(u8::is_ascii_digit) || !(check.is_ascii_digit() || *check == b'X') {
            return Err(DocumentError::Form);
        }
        let foreign = digits[0] == b'9';
        if foreign != (kind == IdType::CnFpr) {
            return Err(DocumentError::Kind);
        }
        let birth = birth_date(&text[6..14]).ok_or(DocumentError::BirthDate)?;
        if check_character(digits) == *check {
            Ok(Self { text: text.to_owned(), birth })
        } else {
            Err(DocumentError::Checksum)
        }
    }

    /// The number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date in the number.
    #[must_use]
    pub const fn birth_date(&self) -> Date {
        self.birth
    }

    /// Completed years on a day of Beijing; a person is a year older on the birthday itself.
    #[must_use]
    pub fn age_on(&self, day: Date) -> i16 {
        let before_birthday = (day.month(), day.day()) < (self.birth.month(), self.birth.day());
        day.year() - self.birth.year() - i16::from(before_birthday)
    }
}

fn birth_date(digits: &str) -> Option<Date> {
    let date = Date::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?).ok()?;
    (date.year() >= 1900).then_some(date)
}

/// The check character of 17 digits.
fn check_character(digits: &[u8]) -> u8 {
    const CHARACTERS: [u8; 11] = *b"10X98765432";
    // The weight of a place is 2 to the power of its distance from the end, modulo 11.
    let sum = digits.iter().fold(0, |sum, digit| (sum * 2 + u32::from(digit - b'0')) % 11) * 2 % 11;
    CHARACTERS[sum as usize]
}
