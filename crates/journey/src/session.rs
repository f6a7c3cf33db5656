//! The open session: the open vault, and what of a report was read in it. All of it goes when the vault locks.

use std::ops::Deref;

use vault::Unlocked;

use crate::read::opened::Opened;
use crate::view::InquiryRow;

/// The open vault, and what was read in it.
pub(crate) struct Session {
    unlocked: Unlocked,
    /// What the banks listed in the report that is open.
    pub(crate) inquiries: Vec<InquiryRow>,
    /// Sections of that report, checked already.
    pub(crate) opened: Opened,
}

impl Session {
    /// A report ended: nothing of it stays here.
    pub(crate) fn forget_report(&mut self) {
        self.inquiries.clear();
        self.opened = Opened::default();
    }
}

impl From<Unlocked> for Session {
    fn from(unlocked: Unlocked) -> Self {
        Self { unlocked, inquiries: Vec::new(), opened: Opened::default() }
    }
}

impl Deref for Session {
    type Target = Unlocked;

    fn deref(&self) -> &Unlocked {
        &self.unlocked
    }
}
