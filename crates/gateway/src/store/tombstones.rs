//! The log of ends: one JSON line each, durable before the end is acknowledged, and never restored with the database.
//! A database older than the log learns from it what ended in between.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::{StoreError, Tombstone};

/// An append-only file; line numbers count from 1.
pub struct TombstoneLog {
    path: PathBuf,
    file: File,
    lines: u64,
}

impl TombstoneLog {
    /// Opens the log; a last line cut off by a crash was never acknowledged and is cut away.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut reader = BufReader::new(&mut file);
        let (mut lines, mut whole, mut line) = (0, 0_u64, Vec::new());
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line)?;
            if read == 0 || line.last() != Some(&b'\n') {
                break;
            }
            lines += 1;
            whole += read as u64;
        }
        file.set_len(whole)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { path: path.to_owned(), file, lines })
    }

    /// Appends and waits until it is on the disk; the number of the last line.
    ///
    /// # Errors
    /// [`StoreError`]: nothing may be acknowledged then.
    pub fn append(&mut self, tombstones: &[Tombstone]) -> Result<u64, StoreError> {
        let mut text = Vec::new();
        for tombstone in tombstones {
            serde_json::to_writer(&mut text, tombstone).map_err(|_| StoreError::Damaged)?;
            text.push(b'\n');
        }
        self.file.write_all(&text)?;
        self.file.sync_data()?;
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
