//! What was opened and checked in this session: pressing a button of the report opens no seal a second time. Whether the
//! report may be read at all is asked anew each time, before any of this; what is kept counts only for the very query,
//! key, consent, times and directory it was checked against, and is freed, which wipes it, when the session ends.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::code::PartyCode;
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::section::Section;
use protocol::time::Timestamp;

/// Everything a section of a report is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Against {
    pub(super) query: QueryId,
    /// Digest of the consent.
    pub(super) consent: Digest,
    /// Thumbprint of the query key.
    pub(super) key: Digest,
    /// Digest of the directory of banks.
    pub(super) directory: Digest,
    pub(super) accepted_at: Timestamp,
    /// End of the first round.
    pub(super) due_at: Timestamp,
    /// End of the further ones.
    pub(super) consent_expires_at: Timestamp,
}

/// Sections that passed every check.
#[derive(Default)]
pub(crate) struct Opened {
    against: Option<Against>,
    sections: BTreeMap<(PartyCode, u8), Arc<Section>>,
}

impl Opened {
    /// What was checked against exactly this; nothing, where anything of it differs.
    pub(super) fn against(self, against: &Against) -> Self {
        if self.against.as_ref() == Some(against) {
            return self;
        }
        Self { against: Some(against.clone()), sections: BTreeMap::new() }
    }

    pub(super) fn section(&self, bank: &PartyCode, round: u8) -> Option<Arc<Section>> {
        self.sections.get(&(bank.clone(), round)).cloned()
    }

    /// Keeps a section that passed.
    pub(super) fn keep(&mut self, section: Arc<Section>) {
        self.sections.insert((section.bank.clone(), section.round), section);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use protocol::code::Outcome;
    use protocol::json::V1;
    use protocol::seal::SUITE;

    use super::*;

    fn against() -> Against {
        let at: Timestamp = "2026-11-24T04:00:00.000Z".parse().unwrap();
        Against {
            query: QueryId::new(),
            consent: Digest::of(b"consent"),
            key: Digest::of(b"key"),
            directory: Digest::of(b"directory"),
            accepted_at: at,
            due_at: at,
            consent_expires_at: at,
        }
    }

    fn section(of: &Against) -> Section {
        Section {
            v: V1,
            query_id: of.query,
            bank: "ICBC".parse().unwrap(),
            round: 1,
            consent: of.consent,
            key: of.key,
            suite: SUITE,
            as_of: of.accepted_at,
            outcome: Outcome::None,
            used: Vec::new(),
            cards: Vec::new(),
            omitted: 0,
            inquiries: Vec::new(),
        }
    }

    #[test]
    fn what_was_checked_against_anything_else_counts_for_nothing() {
        let of = against();
        let later = of.accepted_at + Duration::from_millis(1);
        let others = [
            Against { query: QueryId::new(), ..of.clone() },
            Against { consent: Digest::of(b"another"), ..of.clone() },
            Against { key: Digest::of(b"another"), ..of.clone() },
            Against { directory: Digest::of(b"a newer one, in which a key is revoked"), ..of.clone() },
            Against { accepted_at: later, ..of.clone() },
            Against { due_at: later, ..of.clone() },
            Against { consent_expires_at: later, ..of.clone() },
        ];
        let bank = "ICBC".parse().unwrap();
        for other in others {
            let mut opened = Opened::default().against(&of);
            opened.keep(Arc::new(section(&of)));
            assert_eq!(opened.section(&bank, 1), Some(Arc::new(section(&of))), "kept for the report it is of");
            assert_eq!(opened.section(&bank, 2), None, "another round is another section");
            let opened = opened.against(&other);
            assert_eq!(opened.section(&bank, 1), None, "{other:?}");
            assert_eq!(opened.against(&of).section(&bank, 1), None, "and it does not come back");
        }
    }
}
