//! The one door for refusals: every act's closed error reaches the window as a code and its parameters, never as a
//! sentence. The exhaustive match stands beside the shape it fills, in `journey::view`, because tests without a window
//! read it too; `?` in a command goes through it. The window itself adds a single refusal: a call no act can understand.

use journey::{ErrorCode, Refusal};

/// What every command answers.
pub(crate) type Answer<T> = Result<T, Refusal>;

/// The arguments of a command are not what its act takes: a fault of the page, never of the person.
pub(crate) fn malformed() -> Refusal {
    Refusal::of(ErrorCode::Malformed)
}
