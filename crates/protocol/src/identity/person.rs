//! Name, mobile, and the person they make up, hidden in a salted commitment.

use unicode_normalization::is_nfc;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::IdNumber;
use crate::code::{IdType, PartyCode};
use crate::encode::{Digest, Lp, Salt};

/// Why a name was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Not 2 to 50 characters.
    #[error("not 2 to 50 characters")]
    Length,
    /// A character that stands in no name.
    #[error("a character that stands in no name")]
    Character,
}

/// Why a mobile number was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a mobile number of 11 digits beginning with 1")]
pub struct MobileError;

/// A name as on the document. Never printed; wiped on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Name(String);

impl Name {
    /// Checks a name: letters of any script, middle dot, space, hyphen, apostrophe and full stop; NFC.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn parse(text: &str) -> Result<Self, NameError> {
        if !(2..=50).contains(&text.chars().count()) {
            return Err(NameError::Length);
        }
        let fits = |c: char| c.is_alphabetic() || matches!(c, '\u{b7}' | ' ' | '-' | '\'' | '.');
        let whole = is_nfc(text) && text.trim() == text && text.chars().all(fits);
        if whole { Ok(Self(text.to_owned())) } else { Err(NameError::Character) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mobile number of mainland China. Never printed; wiped on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Mobile(String);

impl Mobile {
    /// Checks 11 digits beginning with 1.
    ///
    /// # Errors
    /// [`MobileError`].
    pub fn parse(text: &str) -> Result<Self, MobileError> {
        let whole = text.len() == 11 && text.starts_with('1') && text.bytes().all(|b| b.is_ascii_digit());
        if whole { Ok(Self(text.to_owned())) } else { Err(MobileError) }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A person as banks know one. Never printed; wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// Name.
    pub name: Name,
    /// Kind of document.
    pub id_type: IdType,
    /// Document number.
    pub id_number: IdNumber,
    /// Mobile.
    pub mobile: Mobile,
}

impl Identity {
    /// The salted commitment that stands for this person in consents and attestations.
    #[must_use]
    pub fn subject(&self, salt: &Salt) -> Digest {
        Lp::new("mingxia/subject/v1")
            .bytes(salt.as_bytes())
            .text(self.name.as_str())
            .text(self.id_type.as_str())
            .text(self.id_number.as_str())
            .text(self.mobile.as_str())
            .digest()
    }
}

/// The salted commitment to one bank: a bank finds its own and learns only how many there are.
#[must_use]
pub fn bank_commitment(salt: &Salt, bank: &PartyCode) -> Digest {
    Lp::new("mingxia/bank/v1").bytes(salt.as_bytes()).text(bank.as_str()).digest()
}
