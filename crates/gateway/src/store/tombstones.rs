//! The log of ends: one JSON line each, durable before the end is acknowledged, and never restored with the database.
//! A database older than the log learns from it what ended in between.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, Tombstone};

/// An append-only file; line numbers count from 1.
pub struct TombstoneLog {
    path: PathBuf,
    file: File,
    lines: u64,
    /// How many bytes these lines take.
    length: u64,
}

impl TombstoneLog {
    /// Opens the log; a last line cut off by a crash was never acknowledged and is cut away.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut reader = BufReader::new(&mut file);
        let (mut lines, mut length, mut line) = (0, 0_u64, Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 || line.last() != Some(&b'\n') {
                break;
            }
            lines += 1;
            length += read as u64;
        }
        file.set_len(length)?;
        Ok(Self { path: path.to_owned(), file, lines, length })
    }

    /// Appends and waits until it is on the disk; the number of the last line. What an append that failed left behind it
    /// was never acknowledged and is cut away first, as at the opening.
    ///
    /// # Errors
    /// [`StoreError`]: nothing may be acknowledged then.
    pub fn append(&mut self, tombstones: &[Tombstone]) -> Result<u64, StoreError> {
        let mut text = Vec::new();
        for tombstone in tombstones {
            serde_json::to_writer(&mut text, tombstone).map_err(|_| StoreError::Damaged)?;
            text.push(b'\n');
        }
        self.file.set_len(self.length)?;
        self.file.write_all(&text)?;
        self.file.sync_data()?;
        self.length += text.len() as u64;
        self.lines += tombstones.len() as u64;
        Ok(self.lines)
    }

    /// The lines after `known`.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the database knows more lines than there are, or a line does not read.
    pub fn after(&self, known: u64) -> Result<Vec<(u64, Tombstone)>, StoreError> {
        if known > self.lines {
            return Err(StoreError::Damaged);
        }
        let mut missing = Vec::new();
        for (index, line) in BufReader::new(File::open(&self.path)?).lines().enumerate() {
            let number = index as u64 + 1;
            if number > known {
                missing.push((number, serde_json::from_str(&line?).map_err(|_| StoreError::Damaged)?));
            }
        }
        Ok(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Withdrawal;

    fn ended(receipt: &str) -> Tombstone {
        let withdrawal = Withdrawal {
            account: protocol::id::AccountId::new(),
            query: protocol::id::QueryId::new(),
            receipt: receipt.to_owned(),
            until: "2026-11-24T04:00:00.000Z".parse().unwrap(),
        };
        Tombstone::Withdrawal { withdrawal }
    }

    #[test]
    fn what_a_full_disk_left_of_a_line_does_not_swallow_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ends");
        let mut log = TombstoneLog::open(&path).unwrap();
        let (first, second) = (ended("first"), ended("second"));
        assert_eq!(log.append(std::slice::from_ref(&first)).unwrap(), 1);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"kind\":\"wi").unwrap();
        assert_eq!(log.append(std::slice::from_ref(&second)).unwrap(), 2);
        for log in [log, TombstoneLog::open(&path).unwrap()] {
            assert_eq!(
                log.after(0).unwrap(),
                [(1, first.clone()), (2, second.clone())],
                "both, and nothing between them"
            );
        }
    }
}
