//! The closing kit of a card that is not the person's: what to do, step by step, and what is done. Dies with the report.

use std::collections::BTreeMap;

use protocol::code::{PartyCode, Role};
use protocol::seal::DecapsulationKey;
use vault::SectionFile;

use super::{ReadError, keep, kept, open};
use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::view::{KitStep, KitView};

/// Steps of closing a card that is not the person's.
const KIT_STEPS: [&str; 6] =
    ["call_bank", "ask_what_blocks", "dispute_letter", "report_96110", "go_to_branch", "check_next_report"];
/// Name under which progress is kept beside the sections, sealed to the query key.
const KIT: &str = "kit";

impl Journey {
    /// What to do about a card.
    ///
    /// # Errors
    /// As [`Self::read_report`]; `not_found`.
    pub async fn read_kit(&self, card: String) -> Result<KitView, ReadError> {
        let bank = self.known_card(&card).await?.bank;
        self.decide::<_, ReadError>(move |house| {
            let (_, key, file) = open(house)?;
            let done = progress(&file, &key)?;
            Ok(kit(house, &bank, card, &done))
        })
        .await
    }

    /// Ticks a step off, or not.
    ///
    /// # Errors
    /// As [`Self::read_kit`].
    pub async fn read_kit_tick(&self, card: String, step: String, done: bool) -> Result<KitView, ReadError> {
        let bank = self.known_card(&card).await?.bank;
        if !KIT_STEPS.contains(&step.as_str()) {
            return Err(ReadError::NotFound);
        }
        self.decide::<_, ReadError>(move |house| {
            let (row, key, file) = open(house)?;
            let mut progress = progress(&file, &key)?;
            let steps = progress.entry(card.clone()).or_default();
            steps.retain(|ticked| *ticked != step);
            if done {
                steps.push(step);
            }
            keep(&file, KIT, &row, &progress)?;
            Ok(kit(house, &bank, card, &progress))
        })
        .await
    }
}

fn kit(house: &House, bank: &str, card: String, done: &BTreeMap<String, Vec<String>>) -> KitView {
    let party = bank.parse().ok().and_then(|code: PartyCode| {
        house
            .directory
            .as_ref()
            .and_then(|known| known.directory.party(Role::Bank, &code))
            .and_then(|party| party.hotline.clone())
    });
    let hotline = party.map(|hotline| hotline.to_string()).unwrap_or_default();
    KitView { hotline_confirmed: !hotline.is_empty(), hotline, steps: steps(done.get(&card)), card }
}

/// Every step in order, with whether it is done.
pub(super) fn steps(done: Option<&Vec<String>>) -> Vec<KitStep> {
    let is_done = |step: &str| done.is_some_and(|done| done.iter().any(|ticked| ticked == step));
    KIT_STEPS.iter().map(|step| KitStep { id: (*step).to_owned(), done: is_done(step) }).collect()
}

/// Steps done, by card.
pub(super) fn progress(file: &SectionFile, key: &DecapsulationKey) -> Result<BTreeMap<String, Vec<String>>, Fault> {
    kept(file, KIT, key)
}
