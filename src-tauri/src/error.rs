//! The one door for refusals: what the core refused, as a code and its parameters, never as a sentence.
//!
//! Each act's closed enum becomes a code in the core, by an exhaustive match; here every one of
//! them leaves for the window, and what the window itself got wrong becomes one.

use journey::error::{self, ErrorCode, Refused};
use serde::Serialize;

/// What the window learns of a refusal; its words stand in the message files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Refusal(error::Refusal);

impl Refusal {
    /// The arguments of a command are not what its act takes: a fault of the page, not of the person.
    pub(crate) fn malformed() -> Self {
        Self(error::Refusal::of(ErrorCode::Internal))
    }
}

impl<E: Refused> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.refusal())
    }
}
