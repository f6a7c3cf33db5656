//! New since the last report: opt-in, from keyed fingerprints and never from kept data.
//!
//! Key and fingerprints lie in one setting, sealed to the vault key, padded so that its length counts no cards. Only
//! the open vault reads them; a forgotten password kills them, opting out removes them.

use std::collections::{BTreeMap, BTreeSet};

use protocol::code::{Kind, Outcome};
use protocol::encode::{Digest, Lp, b64u, b64u_decode, random};
use protocol::id::QueryId;
use serde::{Deserialize, Serialize};
use vault::Unlocked;
use vault::private::fingerprint;
use zeroize::{Zeroize, Zeroizing};

use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::view::{BankReport, CardView, Changed, CompareView, ReportView, Unusual, What};

/// The setting, and the purpose it is sealed for.
const NAME: &str = "compare";
/// The sealed length is a multiple of this, in bytes.
const PAD: usize = 4096;
/// New since the last report.
const NEW: &str = "new_since_last";

/// What is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    key: [u8; 32],
    /// The newest report that was read.
    newest: Option<Prints>,
    /// The one before it.
    before: Option<Prints>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

/// One report, as far as it can be compared.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Prints {
    query: QueryId,
    generated_at: Option<String>,
    /// Kinds of card that were asked for.
    kinds: BTreeSet<Kind>,
    /// Cards by bank; a bank that did not say which there are is absent.
    banks: BTreeMap<String, Vec<Print>>,
}

/// One card.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Print {
    kind: Kind,
    is: Digest,
}

impl Journey {
    /// Whether reports are compared.
    ///
    /// # Errors
    /// The database's.
    pub async fn settings_compare(&self) -> Result<CompareView, Fault> {
        self.house(|house| view(house)).await
    }

    /// Compares reports from now on, or forgets everything that was kept for it.
    ///
    /// # Errors
    /// `wrong_state` while there is no viewing password; the database's.
    pub async fn settings_set_compare(&self, on: bool) -> Result<CompareView, Fault> {
        let view = self
            .house(move |house| {
                if !on {
                    forget(house)?;
                } else if house.setting(NAME)?.is_none() {
                    keep(house, &Kept { key: random::<32>(), newest: None, before: None })?;
                }
                view(house)
            })
            .await?;
        self.changed(What::Settings);
        Ok(view)
    }
}

fn view(house: &House) -> Result<CompareView, Fault> {
    let kept = house.unlocked.as_ref().map(|unlocked| open(house, unlocked)).transpose()?.flatten();
    let since = kept.and_then(|mut kept| kept.newest.take()).and_then(|newest| newest.generated_at);
    Ok(CompareView { on: house.setting(NAME)?.is_some(), since })
}

/// Removes the key and every fingerprint, also from the log of the database.
pub(crate) fn forget(house: &House) -> Result<(), Fault> {
    if house.setting(NAME)?.is_none() {
        return Ok(());
    }
    house.write(|write| write.settings().delete(NAME))?;
    // A reader in the way only delays it: what is left there opens for nobody but this vault.
    let _ = house.database().map(vault::Database::truncate_log);
    Ok(())
}

/// What is kept, as far as this vault opens it.
fn open(house: &House, unlocked: &Unlocked) -> Result<Option<Kept>, Fault> {
    let Some(sealed) = house.setting(NAME)?.and_then(|text| b64u_decode(&text).ok()) else { return Ok(None) };
    let plain = unlocked.open_private(NAME, &sealed).ok();
    let kept = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
    if kept.is_none() {
        // Another vault's: its password was forgotten.
        forget(house)?;
    }
    Ok(kept)
}

fn keep(house: &House, kept: &Kept) -> Result<(), Fault> {
    let mut plain = Zeroizing::new(serde_json::to_vec(kept).map_err(|_| Fault::Internal)?);
    let padded = plain.len().next_multiple_of(PAD);
    plain.resize(padded, b' ');
    let sealed = b64u(&house.vault.as_ref().ok_or(Fault::Internal)?.seal_private(NAME, &plain)?);
    house.write(|write| write.settings().put(NAME, &sealed))
}

/// Compares a report that is being read with the one before it, where the person wants that.
pub(crate) fn compare(
    house: &House,
    unlocked: &Unlocked,
    query: QueryId,
    kinds: &[Kind],
    report: &mut ReportView,
) -> Result<(), Fault> {
    let Some(mut kept) = open(house, unlocked)? else { return Ok(()) };
    let prints = Prints {
        query,
        generated_at: report.query.generated_at.clone(),
        kinds: kinds.iter().copied().collect(),
        banks: report.banks.iter().filter(|bank| says_all(bank)).map(|bank| of_bank(&kept.key, bank)).collect(),
    };
    if prints.generated_at.is_none() {
        // It is still coming, and may yet be withdrawn: the last whole one stays what is compared with.
        let whole = kept.newest.as_ref().filter(|newest| newest.query != query).or(kept.before.as_ref());
        if let Some(before) = whole {
            tell(report, &kept.key, before, &prints);
        }
        return Ok(());
    }
    if kept.newest.as_ref() != Some(&prints) {
        let newest = kept.newest.replace(prints.clone());
        if let Some(newest) = newest.filter(|newest| newest.query != query) {
            kept.before = Some(newest);
        }
        keep(house, &kept)?;
    }
    if let Some(before) = &kept.before {
        tell(report, &kept.key, before, &prints);
    }
    Ok(())
}

/// Marks what is new beside `before`, and counts what is gone: at banks that named their cards both times, among the
/// kinds asked for both times.
fn tell(report: &mut ReportView, key: &[u8; 32], before: &Prints, now: &Prints) {
    let both = |kind| before.kinds.contains(&kind) && now.kinds.contains(&kind);
    let mut changed = Changed { since: before.generated_at.clone().unwrap_or_default(), new_cards: 0, gone_cards: 0 };
    for bank in report.banks.iter_mut().filter(|bank| now.banks.contains_key(&bank.bank)) {
        let Some(left) = before.banks.get(&bank.bank) else { continue };
        let mut left: Vec<&Print> = left.iter().filter(|print| both(print.kind)).collect();
        for card in bank.cards.iter_mut().filter(|card| both(card.kind)) {
            let is = print(key, card).is;
            if let Some(place) = left.iter().position(|known| known.is == is) {
                left.swap_remove(place);
                continue;
            }
            card.flags.push(NEW.to_owned());
            let (bank, card) = (bank.bank.clone(), Some(card.id.clone()));
            report.unusual.push(Unusual { flag: NEW.to_owned(), bank, card, count: 1 });
            changed.new_cards += 1;
        }
        changed.gone_cards += u32::try_from(left.len()).unwrap_or(u32::MAX);
    }
    report.changed_since_last = Some(changed);
}

/// Whether a bank said which cards there are, and left none out.
fn says_all(bank: &BankReport) -> bool {
    let said = bank.outcome.as_deref().and_then(|outcome| outcome.parse().ok());
    matches!(said, Some(Outcome::Found | Outcome::None)) && bank.omitted == 0
}

fn of_bank(key: &[u8; 32], bank: &BankReport) -> (String, Vec<Print>) {
    (bank.bank.clone(), bank.cards.iter().map(|card| print(key, card)).collect())
}

/// What stays the same as long as it is the same card; never its status or its product's name.
fn print(key: &[u8; 32], card: &CardView) -> Print {
    let what = [&card.bank, card.kind.as_str(), &card.brand, &card.number, card.role.as_str()];
    let is = fingerprint(key, what.into_iter().fold(Lp::new("mingxia/fingerprint/v1"), |all, one| all.text(one)));
    Print { kind: card.kind, is }
}
