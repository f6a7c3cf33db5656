//! New versions, as the about page shows them.

use super::{Refusal, views};

views! {
    /// A version newer than this one, announced under the key this one was built with.
    NewVersion {
        /// Its number.
        version: String,
        /// What is new in it: plain words.
        notes: String,
    }
    /// This version, and what is known of newer ones.
    UpdateView {
        /// The number of this version.
        version: String,
        /// Where new versions are announced; none where this copy looks for none.
        address: Option<String>,
        /// Whether this copy puts a new version in its own place; else it only tells of it.
        installs: bool,
        /// The newer one that was found.
        newer: Option<NewVersion>,
        /// Why the last one was not installed; the window is another by then.
        refused: Option<Refusal>,
    }
}
