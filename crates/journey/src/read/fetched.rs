//! What of a report can be read and checked without its seals: the sealed sections, and that each is what its bank
//! answered with. It is done beside the cost of the viewing password, and counts only for the report it was done for.

use std::collections::BTreeMap;

use protocol::answer::Answer;
use protocol::code::{PartyCode, SectionFault};
use protocol::directory::PartyJwsError;
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::key::PublicKey;
use vault::section_file::StoredSection;
use vault::{SectionError, SectionFile};

use crate::directory::{self, Known};
use crate::house::House;

/// What a bank's answer is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) query: QueryId,
    /// Digest of the consent.
    pub(crate) consent: Digest,
    /// Digest of the directory of banks.
    pub(crate) directory: Digest,
}

/// A sealed section, and whether its bank's answer vouches for it.
pub(crate) type Vouched = (StoredSection, Result<(), SectionFault>);

/// The sealed sections of one report, each until it is taken.
#[derive(Default)]
pub(crate) struct Fetched {
    asked: Option<Asked>,
    sections: BTreeMap<(PartyCode, u8), Vouched>,
}

impl Fetched {
    /// Reads the live report; nothing of one that is over, or where anything is amiss: the reading itself will tell.
    pub(crate) fn ahead(house: &House, pin: &PublicKey) -> Option<Self> {
        let row = house.live().ok()?.filter(|row| row.stage.is_accepted() && !house.over(row))?;
        let known = directory::known(house, pin).ok()??;
        let asked = Asked { query: row.query, consent: row.consent_digest?, directory: *known.directory.digest() };
        Self::of(&house.section_file(row.query).ok()?, asked, &known).ok()
    }

    /// Reads and checks the newest section of every bank.
    fn of(file: &SectionFile, asked: Asked, known: &Known) -> Result<Self, SectionError> {
        let mut fetched = Self { asked: Some(asked), sections: BTreeMap::new() };
        for (bank, round) in file.newest()? {
            let vouched = fetched.take(file, &asked, &bank, round, known)?;
            fetched.sections.extend(vouched.map(|vouched| ((bank, round), vouched)));
        }
        Ok(fetched)
    }

    /// The section of a bank and round, read now where it was not before, or for anything else.
    ///
    /// # Errors
    /// [`SectionError`].
    pub(crate) fn take(
        &mut self,
        file: &SectionFile,
        asked: &Asked,
        bank: &PartyCode,
        round: u8,
        known: &Known,
    ) -> Result<Option<Vouched>, SectionError> {
        if let Some(vouched) = self.held(asked, bank, round) {
            return Ok(Some(vouched));
        }
        let stored = file.get(bank, round)?;
        Ok(stored.map(|stored| {
            let vouched = vouch(asked, &stored, known);
            (stored, vouched)
        }))
    }

    fn held(&mut self, asked: &Asked, bank: &PartyCode, round: u8) -> Option<Vouched> {
        let same = self.asked.as_ref() == Some(asked);
        same.then(|| self.sections.remove(&(bank.clone(), round))).flatten()
    }
}

/// Everything of 9-wire section 11 that is outside of the seal, in its order.
fn vouch(asked: &Asked, stored: &StoredSection, known: &Known) -> Result<(), SectionFault> {
    let answer = Answer::verify(&stored.answer, &stored.bank, &known.directory).map_err(|error| match error {
        PartyJwsError::KeyNotValid => SectionFault::KeyRevoked,
        PartyJwsError::Jws(_) => SectionFault::Signature,
    })?;
    let agrees = [
        (answer.query_id == asked.query, SectionFault::WrongQuery),
        (answer.bank == stored.bank, SectionFault::WrongBank),
        (answer.round == stored.round, SectionFault::WrongRound),
        (answer.consent == asked.consent, SectionFault::WrongConsent),
        (answer.sealed == Some(Digest::of(&stored.sealed)), SectionFault::Digest),
    ];
    agrees.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, fault)| Err(fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_for_anything_else_counts_for_nothing() {
        let asked =
            Asked { query: QueryId::new(), consent: Digest::of(b"consent"), directory: Digest::of(b"directory") };
        let bank: PartyCode = "ICBC".parse().unwrap();
        let stored = StoredSection {
            bank: bank.clone(),
            round: 1,
            sealed: Vec::new(),
            digest: Digest::of(b""),
            answer: String::new(),
            at: "2026-11-24T04:00:00.000Z".parse().unwrap(),
        };
        let others = [
            Asked { query: QueryId::new(), ..asked },
            Asked { consent: Digest::of(b"another"), ..asked },
            Asked { directory: Digest::of(b"a newer one, in which a key is revoked"), ..asked },
        ];
        let mut fetched = Fetched {
            asked: Some(asked),
            sections: BTreeMap::from([((bank.clone(), 1), (stored.clone(), Err(SectionFault::Digest)))]),
        };
        for other in others {
            assert_eq!(fetched.held(&other, &bank, 1), None, "{other:?}");
        }
        assert_eq!(fetched.held(&asked, &bank, 2), None, "another round is another section");
        assert_eq!(fetched.held(&asked, &bank, 1), Some((stored, Err(SectionFault::Digest))), "with what was found");
        assert_eq!(fetched.held(&asked, &bank, 1), None, "and once");
    }
}
