//! Who a cardholder is: name, document, mobile, and one own card, each checked before it goes anywhere.

mod card;
mod document;
mod person;

pub use card::{CardNumber, CardNumberError};
pub use document::{DocumentError, IdNumber};
pub use person::{Identity, Mobile, MobileError, Name, NameError, bank_commitment};

/// Folds what people type or paste: full-width digits and letters become half-width, spaces and dashes go.
/// For input fields of numbers only; nothing on the wire is ever folded.
#[must_use]
pub fn fold_input(typed: &str) -> String {
    typed
        .chars()
        .filter_map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
            c => Some(c),
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}'))
        .map(|c| if c == 'x' { 'X' } else { c })
        .collect()
}
