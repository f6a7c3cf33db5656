//! The one door for refusals: a code and its parameters go to the window, never a sentence.
//!
//! Each act's closed enum becomes a code in the core by an exhaustive match, and the screens hold one row for each
//! code. The window itself adds a single one: a call that no act can understand.

use journey::{ErrorCode, Refusal};

/// What every command answers.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// The arguments of a command are not what its act takes: a fault of the page, never of the person.
pub(crate) fn malformed() -> Refusal {
    Refusal::of(ErrorCode::Malformed)
}
