//! What the screens are shown: one shape for each, generated as TypeScript. Instants are RFC 3339 strings in UTC; an
//! absent fact is `null`. Nothing here decides anything.

mod asking;
pub(crate) mod door;
mod enrol;
mod home;
mod packed;
mod refusal;
mod report;
mod unlock;
mod update;

pub use asking::*;
pub use enrol::*;
pub use home::*;
pub use packed::*;
pub use refusal::*;
pub use report::*;
pub use unlock::*;
pub use update::*;

/// Declares views: plain data that only travels to the screens.
macro_rules! views {
    ($($(#[$doc:meta])* $name:ident { $($(#[$mdoc:meta])* $member:ident: $ty:ty),* $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[ts(export)]
        pub struct $name { $($(#[$mdoc])* pub $member: $ty,)* }
    )+};
}

/// Declares closed words of a view, written in snake case.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(rename_all = "snake_case")]
        #[ts(export)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    )+};
}

use {views, words};

views! {
    /// Check characters of one message: shown, never typed.
    Check {
        /// Three Chinese characters, with dots between.
        zh: String,
        /// Four letters.
        en: String,
    }
}

words! {
    /// What to fetch again.
    What {
        /// The query, its banks or its records.
        Query,
        /// Locked, unlocked, waiting.
        Vault,
        /// The settings.
        Settings,
        /// Enrolment and account.
        Account,
        /// Where a link from outside leads.
        Link,
    }
}

views! {
    /// Told to the screens when something changed; never holds anything private.
    Change {
        /// What to fetch again.
        what: What,
    }
}
