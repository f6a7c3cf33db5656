//! The one thing the person may keep past the report's end: own words and which steps are done, never a fact of a card.
//!
//! All notes lie in one setting, sealed to the vault key and padded so that its length tells little. Only the open
//! vault reads them; a forgotten password kills them.

use std::collections::BTreeMap;

use protocol::encode::{b64u, b64u_decode};
use protocol::id::QueryId;
use protocol::text;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};
use vault::Unlocked;
use zeroize::Zeroizing;

use super::kit::{progress, steps};
use super::{ReadError, open};
use crate::Journey;
use crate::expire::ExpireError;
use crate::fault::Fault;
use crate::house::House;
use crate::view::{NoteView, ReportView, What};

/// The setting, and the purpose it is sealed for.
const NAME: &str = "notes";
/// The sealed length is a multiple of this, in bytes.
const PAD: usize = 4096;
/// Longest text, in code points.
const LONGEST: usize = 300;
/// So many digits in a row may be of a card, and are not kept.
const DIGITS: usize = 4;

/// What is kept, by query.
type Notes = BTreeMap<QueryId, Note>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    words: String,
    at: Timestamp,
    /// Steps done, card by card; which card is not said.
    done: Vec<Vec<String>>,
}

impl Journey {
    /// Keeps a note past the report's end: these words, and which steps of closing are done so far. One a report; the
    /// last one stays.
    ///
    /// # Errors
    /// As [`Self::read_report`]; `malformed` for words with four digits in a row, too long, or nothing to keep.
    pub async fn read_keep_note(&self, words: String) -> Result<ReportView, ReadError> {
        let words = words.trim().to_owned();
        if text::check(&words, LONGEST, true).is_err() || holds_digits(&words) {
            return Err(ReadError::Note);
        }
        self.read_report().await?;
        self.decide::<_, ReadError>(move |house| {
            let (row, key, file) = open(house)?;
            let done: Vec<_> = progress(&file, &key)?.into_values().filter(|steps| !steps.is_empty()).collect();
            if words.is_empty() && done.is_empty() {
                return Err(ReadError::Note);
            }
            let mut notes = notes(house)?.ok_or(ReadError::Locked)?;
            notes.insert(row.query, Note { words, at: house.now(), done });
            Ok(keep(house, &notes)?)
        })
        .await?;
        self.read_report().await
    }

    /// Forgets the note of a query; one that is not there is forgotten already.
    ///
    /// # Errors
    /// `locked`; the database's.
    pub async fn expire_forget_note(&self, query_id: QueryId) -> Result<(), ExpireError> {
        self.decide::<_, ExpireError>(move |house| {
            let mut notes = notes(house)?.ok_or(ExpireError::Locked)?;
            if notes.remove(&query_id).is_none() {
                return Ok(());
            }
            if notes.is_empty() {
                forget(house)?
            } else {
                keep(house, &notes)?
            }
            Ok(())
        })
        .await?;
        self.changed(What::Query);
        Ok(())
    }
}

/// The note of a query, while the vault is open.
pub(crate) fn of(house: &House, query: QueryId) -> Result<Option<NoteView>, Fault> {
    let note = notes(house)?.and_then(|mut notes| notes.remove(&query));
    Ok(note.map(|note| NoteView {
        words: note.words,
        at: note.at.to_string(),
        cards: note.done.iter().map(|done| steps(Some(done))).collect(),
    }))
}

/// Whether any note is kept; known while locked too.
pub(crate) fn any(house: &House) -> Result<bool, Fault> {
    Ok(house.setting(NAME)?.is_some())
}

/// Removes every note, also from the log of the database.
pub(crate) fn forget(house: &House) -> Result<(), Fault> {
    if any(house)? {
        house.write(|write| write.settings().delete(NAME))?;
        // A reader in the way only delays it: what is left there opens for nobody but this vault.
        let _ = house.database().map(vault::Database::truncate_log);
    }
    Ok(())
}

/// All notes; `None` while the vault is locked.
fn notes(house: &House) -> Result<Option<Notes>, Fault> {
    let Some(unlocked) = &house.unlocked else { return Ok(None) };
    let Some(kept) = house.setting(NAME)? else { return Ok(Some(Notes::new())) };
    let notes = read(unlocked, &kept);
    if notes.is_none() {
        // Another vault's: its password was forgotten.
        forget(house)?;
    }
    Ok(Some(notes.unwrap_or_default()))
}

fn read(unlocked: &Unlocked, kept: &str) -> Option<Notes> {
    let plain = unlocked.open_private(NAME, &b64u_decode(kept).ok()?).ok()?;
    serde_json::from_slice(&plain).ok()
}

fn keep(house: &House, notes: &Notes) -> Result<(), Fault> {
    let mut plain = Zeroizing::new(serde_json::to_vec(notes).map_err(|_| Fault::Internal)?);
    let padded = plain.len().next_multiple_of(PAD);
    plain.resize(padded, b' ');
    let sealed = b64u(&house.vault.as_ref().ok_or(Fault::Internal)?.seal_private(NAME, &plain)?);
    house.write(|write| write.settings().put(NAME, &sealed))
}

/// Whether there are so many digits in a row, of any script, and however spaced.
fn holds_digits(words: &str) -> bool {
    let mut row = 0;
    words.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '*')).any(|c| {
        row = if c.is_numeric() { row + 1 } else { 0 };
        row >= DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::holds_digits;

    #[test]
    fn the_tail_of_a_card_is_seen_however_it_is_written() {
        for words in ["尾号1496", "尾号１４９６", "14 96", "1-4-9-6", "1*496", "٣٣٠٧", "call 95588"] {
            assert!(holds_digits(words), "{words} may be of a card");
        }
        for words in ["", "工行说三个工作日内答复", "11 月 28 日再去，找 3 号柜台", "第 496 号"] {
            assert!(!holds_digits(words), "{words} is of no card");
        }
    }
}
