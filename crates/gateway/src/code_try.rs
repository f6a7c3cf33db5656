//! One code of six digits: five minutes, one use, five tries (8-states tables 5 and 6).

use protocol::encode::Digest;
use protocol::refusal::Code;
use protocol::sms::{CODE_LIFE, RESEND_AFTER};
use protocol::time::Timestamp;

use crate::keys::same;
use crate::refusal::Refusal;
use crate::store::CodeState;

/// Wrong tries that end a code.
pub const TRIES: u32 = 5;

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefusal {
    /// Another code; tries left.
    #[error("wrong, {0} tries left")]
    Wrong(u32),
    /// Wrong, and it was the last try.
    #[error("wrong, the last try")]
    Last,
    /// No try was left.
    #[error("no try is left")]
    Ended,
    /// Its five minutes are over.
    #[error("its time is over")]
    Expired,
}

impl From<CodeRefusal> for Refusal {
    fn from(refusal: CodeRefusal) -> Self {
        match refusal {
            CodeRefusal::Wrong(left) => Self::from(Code::CodeWrong).with("left", left),
            CodeRefusal::Last | CodeRefusal::Ended => Code::CodeEnded.into(),
            CodeRefusal::Expired => Code::CodeExpired.into(),
        }
    }
}

/// A code's state after being sent for the `n`-th time.
#[must_use]
pub fn sent(hash: Digest, n: u32, now: Timestamp) -> CodeState {
    CodeState { hash, n, left: TRIES, expires_at: now + CODE_LIFE, resend_at: now + RESEND_AFTER }
}

/// Tries a code. A wrong one costs a try, also the last; a right one after its time is not right.
///
/// # Errors
/// [`CodeRefusal`].
pub fn attempt(code: &mut CodeState, given: &Digest, now: Timestamp) -> Result<(), CodeRefusal> {
    if code.left == 0 {
        return Err(CodeRefusal::Ended);
    }
    if now >= code.expires_at {
        return Err(CodeRefusal::Expired);
    }
    if same(&code.hash, given) {
        return Ok(());
    }
    code.left -= 1;
    Err(if code.left == 0 { CodeRefusal::Last } else { CodeRefusal::Wrong(code.left) })
}
