//! The viewing password, and biometrics beside it.

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

words! {
    /// The other way to unlock.
    BiometricsState {
        /// This machine has none: it is not spoken of.
        None,
        /// The person may opt in.
        Off,
        /// A finger or the face unlocks.
        On,
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
        /// Whether a finger or the face unlocks too.
        biometrics: BiometricsState,
    }
}
