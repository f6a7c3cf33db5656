//! The viewing password.

use super::{VaultState, views, words};

words! {
    /// How the password is typed.
    PasswordStyle {
        /// A passphrase.
        Passphrase,
        /// Six digits.
        Digits,
    }
}

views! {
    /// Whether, and when, a password may be tried.
    UnlockView {
        /// The vault.
        state: VaultState,
        /// The security phrase, shown before any password is asked.
        phrase: Option<String>,
        /// Tries before a wait.
        tries_left: Option<u32>,
        /// Seconds to wait.
        #[ts(type = "number | null")]
        wait_secs: Option<u64>,
        /// How it is typed.
        style: PasswordStyle,
    }
}
