//! A plain list of section files and when each ends, so that a locked keychain stops no end.
//!
//! One line a file: `<query id> <instant>`; one line `mark <instant> <boot milliseconds> <boot id>` for a sweep that
//! cannot read the keychain. Nothing in it is secret: the names of the files beside it say as much.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use device::disk::{self, DiskError};
use protocol::id::QueryId;
use protocol::time::Timestamp;

/// Far more than any number of live reports.
const LARGEST: u64 = 64 * 1024;

/// The list.
pub struct Deadlines {
    file: PathBuf,
    writing: Mutex<()>,
}

/// A time this machine once knew for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainMark {
    /// Not before this instant,
    pub floor: Timestamp,
    /// at this boot time
    pub boottime: Duration,
    /// of this boot.
    pub boot: String,
}

/// What the list says. Lines it does not understand are skipped: they are nobody's deadline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// When each section file ends.
    pub ends: BTreeMap<QueryId, Timestamp>,
    /// The last mark.
    pub mark: Option<PlainMark>,
}

impl Deadlines {
    /// The list in `file`.
    #[must_use]
    pub fn at(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), writing: Mutex::new(()) }
    }

    /// Reads the list; a missing or unreadable one is empty.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn read(&self) -> Result<Listed, DiskError> {
        let bytes = disk::read(&self.file, LARGEST)?.unwrap_or_default();
        let mut listed = Listed::default();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words.as_slice() {
                ["mark", floor, boottime, boot] => {
                    if let (Ok(floor), Ok(boottime)) = (floor.parse(), boottime.parse()) {
                        let boottime = Duration::from_millis(boottime);
                        listed.mark = Some(PlainMark { floor, boottime, boot: (*boot).to_owned() });
                    }
                }
                [query, end] => {
                    if let (Ok(query), Ok(end)) = (query.parse(), end.parse()) {
                        listed.ends.insert(query, end);
                    }
                }
                _ => {}
            }
        }
        Ok(listed)
    }

    /// Changes the list as one step.
    fn change(&self, change: impl FnOnce(&mut Listed)) -> Result<(), DiskError> {
        let _one = self.writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let before = self.read()?;
        let mut listed = before.clone();
        change(&mut listed);
        if listed == before {
            return Ok(());
        }
        let mut text = String::new();
        for (query, end) in &listed.ends {
            text.push_str(&format!("{query} {end}\n"));
        }
        if let Some(mark) = &listed.mark {
            text.push_str(&format!("mark {} {} {}\n", mark.floor, mark.boottime.as_millis(), mark.boot));
        }
        disk::write(&self.file, text.as_bytes())
    }

    /// The section file of `query` ends at `end`.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn set(&self, query: QueryId, end: Timestamp) -> Result<(), DiskError> {
        self.change(|listed| {
            listed.ends.insert(query, end);
        })
    }

    /// The section files of these queries are gone.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn remove(&self, queries: &[QueryId]) -> Result<(), DiskError> {
        self.change(|listed| listed.ends.retain(|query, _| !queries.contains(query)))
    }

    /// Keeps a mark for sweeps without keychain.
    ///
    /// # Errors
    /// [`DiskError`].
    pub fn set_mark(&self, mark: PlainMark) -> Result<(), DiskError> {
        self.change(|listed| listed.mark = Some(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strange_list_is_read_for_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deadlines");
        let query = QueryId::new();
        let text =
            format!("\0\n../../etc 2026\n{query} 2026-12-01T16:00:00.000Z\n{query}x y\nmark x y z\nnonsense\n\u{fffd}");
        std::fs::write(&file, text).unwrap();
        let listed = Deadlines::at(&file).read().unwrap();
        assert_eq!(listed.ends.len(), 1, "only an id and an instant are a deadline: no path can stand there");
        assert_eq!(listed.mark, None);
    }

    #[test]
    fn the_list_is_kept_and_changed_whole() {
        let folder = tempfile::tempdir().unwrap();
        let list = Deadlines::at(folder.path().join("deadlines"));
        let (one, two) = (QueryId::new(), QueryId::new());
        let end: Timestamp = "2026-12-01T16:00:00.000Z".parse().unwrap();
        list.set(one, end).unwrap();
        list.set(two, end - Duration::from_secs(1)).unwrap();
        let mark = PlainMark { floor: end, boottime: Duration::from_millis(5), boot: "boot-1".into() };
        list.set_mark(mark.clone()).unwrap();
        assert_eq!(list.read().unwrap().ends[&two], end - Duration::from_secs(1));
        list.remove(&[two]).unwrap();
        list.remove(&[two]).unwrap();
        assert_eq!(list.read().unwrap(), Listed { ends: BTreeMap::from([(one, end)]), mark: Some(mark) });
    }
}
