//! How a report ends: its shred key destroyed and its section file unlinked. Each is sufficient; whichever can be done
//! now is done now, and both are repeated until they are done. Then the query is a record.

use device::Keychain;
use device::disk::DiskError;
use device::single_instance::SingleInstance;
use protocol::calendar::retention_end;
use protocol::id::QueryId;
use protocol::time::{Clock, Timestamp};

use crate::clock_floor::{ClockMark, Shown};
use crate::item::{self, Item};
use crate::paths::remove_with_neighbours;
use crate::tables::outbox::Tell;
use crate::tables::queries::{QueryRow, Stage};
use crate::tables::records::{Ended, RecordRow};
use crate::tables::verifications::Act;
use crate::{DatabaseError, Deadlines, Paths, TimeReading, Vault, VaultError};

/// Which of the two sufficient ends were reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destroyed {
    /// The shred key is read back absent.
    pub shred_key: bool,
    /// The section file and what lay beside it are unlinked.
    pub section_file: bool,
}

impl Destroyed {
    /// Both: the query is a record.
    #[must_use]
    pub fn both(self) -> bool {
        self.shred_key && self.section_file
    }

    /// At least one: nothing of the report can be opened any more.
    #[must_use]
    pub fn unreadable(self) -> bool {
        self.shred_key || self.section_file
    }
}

/// What a sweep did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swept {
    /// Queries that ended now.
    pub ended: Vec<QueryId>,
    /// The next end, for the timer.
    pub next: Option<Timestamp>,
    /// The time it went by.
    pub time: TimeReading,
}

/// When a report ends: as closed, or provisionally from the instant it is due.
#[must_use]
pub fn end_of(row: &QueryRow) -> Option<Timestamp> {
    row.ends_at.or_else(|| row.due_at.map(retention_end))
}

impl Vault {
    /// The report ends at `end`, also while the keychain is locked. Call it before the first section is stored and
    /// whenever the end becomes known better.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn set_end(&self, query: QueryId, end: Timestamp) -> Result<(), VaultError> {
        Ok(self.deadlines.set(query, end)?)
    }

    /// Ends a query: the intent first, durably; then both ends as far as they go now. `tell` is put into the outbox.
    /// A query that is a record already stays one.
    ///
    /// # Errors
    /// [`VaultError`]; before the intent is kept nothing happened, afterwards it is carried on at the next start.
    pub fn end(&self, query: QueryId, why: Ended, tell: Option<Tell>) -> Result<Destroyed, VaultError> {
        let now = self.time().map_or_else(|_| self.clock.now(), |reading| reading.now);
        self.database.write(|write| {
            let Some(row) = write.queries().get(query)? else { return Ok::<_, DatabaseError>(()) };
            if !matches!(row.stage, Stage::Ending(_)) {
                write.queries().set_stage(query, Stage::Ending(why))?;
                write.verifications().delete(Act::Query)?;
                if let Some(tell) = tell {
                    write.outbox().insert(query, tell, now)?;
                }
            }
            Ok(())
        })?;
        self.carry_on_ending(query)
    }

    /// Goes on with an end that was begun.
    ///
    /// # Errors
    /// [`VaultError`] of the record; the ends themselves never fail, they are only not reached yet.
    pub fn carry_on_ending(&self, query: QueryId) -> Result<Destroyed, VaultError> {
        let destroyed = self.destroy(query);
        let row = self.database.read(|read| read.queries().get(query))?;
        let Some(row) = row else { return Ok(destroyed) };
        if let (Stage::Ending(ended), true) = (row.stage, destroyed.both()) {
            let now = self.time().map_or_else(|_| self.clock.now(), |reading| reading.now);
            self.database.write(|write| {
                let consent = write.consents().get(query)?;
                write.records().insert(&RecordRow {
                    query,
                    ended,
                    given_at: row.given_at,
                    ended_at: match ended {
                        Ended::Expired => end_of(&row).unwrap_or(now),
                        Ended::Lapsed
                        | Ended::Refused
                        | Ended::Withdrawn
                        | Ended::Deleted
                        | Ended::Empty
                        | Ended::Lost
                        | Ended::DeviceChanged => now,
                    },
                    accepted_at: row.accepted_at,
                    generated_at: row.generated_at,
                    ends_at: end_of(&row),
                    banks: u32::try_from(write.banks().of(query)?.len()).unwrap_or(u32::MAX),
                    consent: consent.map(|consent| consent.consent),
                    refusal: row.refusal.clone(),
                    replaces: row.replaces,
                })?;
                write.queries().delete(query)
            })?;
            // A reader in the way keeps the old pages a little longer; they open nothing without the shred key.
            let _ = self.database.truncate_log();
            let _ = self.deadlines.remove(&[query]);
        }
        Ok(destroyed)
    }

    /// Destroys whichever can be destroyed now.
    fn destroy(&self, query: QueryId) -> Destroyed {
        Destroyed {
            section_file: remove_with_neighbours(&self.paths.section_file(query)).is_ok(),
            shred_key: item::delete(&*self.keychain, Item::Shred(query)).is_ok(),
        }
    }

    /// Ends everything that is past its end and goes on with ends that were begun. Runs before the first paint, at
    /// the next deadline, on wake and before every read.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn sweep(&self) -> Result<Swept, VaultError> {
        let time = self.time()?;
        let mut ended = Vec::new();
        let mut next: Option<Timestamp> = None;
        for row in self.database.read(|read| read.queries().all())? {
            let end = end_of(&row);
            let destroyed = match (row.stage, end) {
                (Stage::Ending(_), _) => self.carry_on_ending(row.query)?.both(),
                // Where the intent cannot be written (a full disk) time itself is the intent: it ends all the same, and
                // becomes a record at a later sweep.
                (_, Some(end)) if time.may_destroy(end) => {
                    self.end(row.query, Ended::Expired, None).unwrap_or_else(|_| self.destroy(row.query)).unreadable()
                }
                (_, Some(end)) => {
                    next = Some(next.map_or(end, |sooner| sooner.min(end)));
                    false
                }
                (_, None) => false,
            };
            if destroyed {
                ended.push(row.query);
            }
        }
        if let Some(mark) = self.floor.plain() {
            // For a sweep without keychain; a list that cannot be written now is written at the next sweep.
            let _ = self.deadlines.set_mark(mark);
        }
        Ok(Swept { ended, next, time })
    }
}

/// Unlinks the section files that are past their end, by the plain list alone: what `mingxia --sweep` does, and what a
/// locked keychain cannot stop. The keychain's mark counts where it can be read, the plain one otherwise. A running app
/// sweeps by itself: while one holds the profile, this leaves everything to it.
///
/// # Errors
/// [`VaultError::Disk`] of the list; a file that stays is tried again at the next sweep.
pub fn sweep_files(paths: &Paths, keychain: &dyn Keychain, clock: &dyn Clock) -> Result<Vec<QueryId>, VaultError> {
    let deadlines = Deadlines::at(paths.deadlines());
    if deadlines.read()?.ends.is_empty() {
        return Ok(Vec::new());
    }
    let _alone = match SingleInstance::take(&paths.lock()) {
        Ok(lock) => lock,
        Err(DiskError::Busy) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let listed = deadlines.read()?;
    let shown = Shown::by(clock);
    let kept = item::get(keychain, Item::ClockMark).ok().flatten();
    let mark = kept.and_then(|text| serde_json::from_slice::<ClockMark>(&text).ok());
    let Some(mark) = mark.or_else(|| listed.mark.as_ref().map(ClockMark::from_plain)) else { return Ok(Vec::new()) };
    let (_, time) = mark.observe(&shown);
    let over = listed.ends.into_iter().filter(|(_, end)| time.may_destroy(*end)).map(|(query, _)| query);
    let unlinked: Vec<_> = over.filter(|query| remove_with_neighbours(&paths.section_file(*query)).is_ok()).collect();
    // Last, because a list that cannot be written holds up no file.
    deadlines.remove(&unlinked)?;
    Ok(unlinked)
}
