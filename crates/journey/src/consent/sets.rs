//! Sets of banks the person named, to be chosen again at the next consent.

use protocol::code::PartyCode;
use protocol::text;

use super::{ConsentError, unique};
use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::view::BankSet;

/// Setting that keeps them.
const SETS: &str = "bank_sets";
/// Longest name, in code points.
const LONGEST_NAME: usize = 20;
/// Most sets.
const MOST: usize = 10;

impl Journey {
    /// Keeps a set under a name, in the place of one of that name.
    ///
    /// # Errors
    /// `malformed` for a name that cannot be shown or an eleventh set, `no_bank_chosen`, `consent_bank_unknown`.
    pub async fn consent_save_set(&self, name: String, banks: Vec<String>) -> Result<Vec<BankSet>, ConsentError> {
        let name = name.trim().to_owned();
        if name.is_empty() || text::check(&name, LONGEST_NAME, false).is_err() {
            return Err(ConsentError::Set);
        }
        if banks.is_empty() {
            return Err(ConsentError::NoBank);
        }
        let codes: Vec<PartyCode> = unique(&banks).ok_or(ConsentError::UnknownBank(None))?;
        let banks = codes.iter().map(ToString::to_string).collect();
        self.decide(move |house| {
            let mut kept = sets(house)?;
            let room = kept.len() < MOST;
            match kept.iter_mut().find(|set| set.name == name) {
                Some(set) => set.banks = banks,
                None if room => kept.push(BankSet { name, banks }),
                None => return Err(ConsentError::Set),
            }
            keep(house, &kept)?;
            Ok(kept)
        })
        .await
    }

    /// Forgets a set; one that is not there is forgotten already.
    ///
    /// # Errors
    /// The database's.
    pub async fn consent_forget_set(&self, name: String) -> Result<Vec<BankSet>, Fault> {
        self.house(move |house| {
            let mut kept = sets(house)?;
            kept.retain(|set| set.name != name);
            keep(house, &kept)?;
            Ok(kept)
        })
        .await
    }
}

/// The sets that are kept, in the order they were first saved.
pub(super) fn sets(house: &House) -> Result<Vec<BankSet>, Fault> {
    Ok(house.setting(SETS)?.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
}

fn keep(house: &House, sets: &[BankSet]) -> Result<(), Fault> {
    let text = serde_json::to_string(sets).map_err(|_| Fault::Internal)?;
    house.write(|write| write.settings().put(SETS, &text))
}
