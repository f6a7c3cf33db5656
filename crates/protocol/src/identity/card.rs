//! Bank card numbers: ISO/IEC 7812 with the Luhn check digit.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Why a card number was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardNumberError {
    /// Not 12 to 19 digits.
    #[error("not 12 to 19 digits")]
    Length,
    /// The check digit does not fit.
    #[error("the check digit does not fit")]
    Checksum,
}

/// A whole card number. Never printed; wiped on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct CardNumber(String);

impl CardNumber {
    /// Checks digits, length and check digit.
    ///
    /// # Errors
    /// [`CardNumberError`].
    pub fn parse(text: &str) -> Result<Self, CardNumberError> {
        if !(12..=19).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CardNumberError::Length);
        }
        if luhn_sum(text).is_multiple_of(10) { Ok(Self(text.to_owned())) } else { Err(CardNumberError::Checksum) }
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The digits with the middle hidden.
    #[must_use]
    pub fn masked(&self) -> String {
        crate::mask::card_number(&self.0)
    }
}

fn luhn_sum(digits: &str) -> u32 {
    digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit) {
                (0, digit) => digit,
                (_, digit) if digit > 4 => digit * 2 - 9,
                (_, digit) => digit * 2,
            }
        })
        .sum()
}
