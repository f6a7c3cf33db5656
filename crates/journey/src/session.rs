//! The open session: the open vault, and what of a report was read in it. All of it goes when the vault locks.

use std::ops::Deref;

use vault::Unlocked;

use crate::read::fetched::Fetched;
use crate::read::opened::Opened;
use crate::view::InquiryRow;

/// The open vault, and what was read in it.
pub(crate) struct Session {
    unlocked: Unlocked,
    /// What the banks listed in the report that is open.
    pub(crate) inquiries: Vec<InquiryRow>,
    /// Sections of that report that were read, sealed, while the password was being tried.
    pub(crate) fetched: Fetched,
    /// Sections of that report, checked already.
    pub(crate) opened: Opened,
}

impl Session {
    /// The vault was opened, and this was read meanwhile.
    pub(crate) fn new(unlocked: Unlocked, fetched: Fetched) -> Self {
        Self { unlocked, inquiries: Vec::new(), fetched, opened: Opened::default() }
    }

    /// A report ended: nothing of it stays here.
    pub(crate) fn forget_report(&mut self) {
        self.inquiries.clear();
        self.fetched = Fetched::default();
        self.opened = Opened::default();
    }
}

impl Deref for Session {
    type Target = Unlocked;

    fn deref(&self) -> &Unlocked {
        &self.unlocked
    }
}
