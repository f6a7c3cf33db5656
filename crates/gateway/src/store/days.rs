//! Sealed sections, one SQLCipher file for every day they end on. The day's key rests in another folder; destroying it
//! and unlinking the file ends the whole day at once, whatever was in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use protocol::encode::{Digest, random};
use protocol::id::QueryId;
use protocol::time::Timestamp;
use rusqlite::{Connection, OptionalExtension};
use zeroize::Zeroizing;

use super::{SectionBytes, StoreError};

/// The files of all days still to end.
pub struct Days {
    files: PathBuf,
    keys: PathBuf,
    open: BTreeMap<i64, Connection>,
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(kind = ?error.kind(), os = ?error.raw_os_error(), "store file");
        Self::Unavailable
    }
}

impl Days {
    /// Uses (and makes) the two folders.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub fn open(files: &Path, keys: &Path) -> Result<Self, StoreError> {
        for folder in [files, keys] {
            fs::create_dir_all(folder)?;
            private(folder, 0o700)?;
        }
        Ok(Self { files: files.to_owned(), keys: keys.to_owned(), open: BTreeMap::new() })
    }

    fn file(&self, day: i64) -> PathBuf {
        self.files.join(format!("{day}.db"))
    }

    fn key(&self, day: i64) -> PathBuf {
        self.keys.join(format!("{day}.key"))
    }

    /// The database of a day; none when it does not exist and `make` is not set.
    fn day(&mut self, end: Timestamp, make: bool) -> Result<Option<&mut Connection>, StoreError> {
        let day = end.millis();
        if !self.open.contains_key(&day) {
            let key = match read_key(&self.key(day))? {
                Some(key) => key,
                None if !make => return Ok(None),
                None => {
                    // Without its key an old file is noise; it is begun anew.
                    unlink(&self.file(day))?;
                    let key = Zeroizing::new(random::<32>());
                    write_durably(&self.key(day), &*key)?;
                    key
                }
            };
            let db = super::sqlite::schema::open(&self.file(day), &key)?;
            db.execute_batch(
                "CREATE TABLE IF NOT EXISTS section(query TEXT NOT NULL, sealed TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(query, sealed)) STRICT;",
            )?;
            self.open.insert(day, db);
        }
        Ok(self.open.get_mut(&day))
    }

    /// Keeps bytes; the same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put(&mut self, end: Timestamp, sections: &[SectionBytes]) -> Result<(), StoreError> {
        if sections.is_empty() {
            return Ok(());
        }
        let db = self.day(end, true)?.ok_or(StoreError::Unavailable)?;
        let tx = db.transaction()?;
        for section in sections {
            tx.prepare_cached("INSERT INTO section(query, sealed, bytes) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING")?
                .execute((section.query.to_string(), section.sealed.to_string(), &section.bytes))?;
        }
        Ok(tx.commit()?)
    }

    /// The bytes, if the day still has its key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn get(&mut self, end: Timestamp, query: QueryId, sealed: &Digest) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(db) = self.day(end, false)? else { return Ok(None) };
        let found = db
            .prepare_cached("SELECT bytes FROM section WHERE query = ?1 AND sealed = ?2")?
            .query_row([query.to_string(), sealed.to_string()], |row| row.get(0))
            .optional()?;
        Ok(found)
    }

    /// Copies a query's bytes to another day; they are erased here once the query names the other.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn copy(&mut self, query: QueryId, from: Timestamp, to: Timestamp) -> Result<(), StoreError> {
        if from == to {
            return Ok(());
        }
        let Some(db) = self.day(from, false)? else { return Ok(()) };
        let rows: Vec<(String, Vec<u8>)> = {
            let mut statement = db.prepare_cached("SELECT sealed, bytes FROM section WHERE query = ?1")?;
            statement.query_map([query.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
        };
        let sections = rows
            .into_iter()
            .map(|(sealed, bytes)| {
                Ok(SectionBytes { query, sealed: sealed.parse().map_err(|_| StoreError::Damaged)?, bytes })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.put(to, &sections)
    }

    /// Erases bytes, also from the write-ahead log.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn erase(&mut self, end: Timestamp, query: QueryId, sealed: Option<&[Digest]>) -> Result<(), StoreError> {
        let Some(db) = self.day(end, false)? else { return Ok(()) };
        let tx = db.transaction()?;
        match sealed {
            None => {
                tx.execute("DELETE FROM section WHERE query = ?1", [query.to_string()])?;
            }
            Some(digests) => {
                for digest in digests {
                    tx.execute(
                        "DELETE FROM section WHERE query = ?1 AND sealed = ?2",
                        [query.to_string(), digest.to_string()],
                    )?;
                }
            }
        }
        tx.commit()?;
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Destroys the keys of the days that ended, then unlinks their files. A file without a key is unlinked as well.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: what could not be destroyed is tried again at the next call.
    pub fn drop_ended(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        let mut dropped = 0;
        for folder in [self.keys.clone(), self.files.clone()] {
            for entry in fs::read_dir(folder)? {
                let name = entry?.file_name();
                let day = name.to_str().and_then(|name| name.split('.').next()).and_then(|day| day.parse::<i64>().ok());
                let Some(day) = day.filter(|day| *day <= now.millis()) else { continue };
                drop(self.open.remove(&day));
                destroy(&self.key(day))?;
                unlink(&self.file(day))?;
                dropped += 1;
            }
        }
        Ok(dropped)
    }
}

/// A day's key. None when there is no file or only a part of one: nothing was encrypted before all of it was durable. A
/// file that is there and cannot be read is an error, or its day would be begun anew and lost.
fn read_key(path: &Path) -> Result<Option<Zeroizing<[u8; 32]>>, StoreError> {
    match fs::read(path).map(Zeroizing::new) {
        Ok(bytes) => Ok(<[u8; 32]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Overwrites a key before its name goes; on copying file systems the overwrite may miss, so the key's folder is kept
/// on a plain one (docs/gateway.md).
fn destroy(key: &Path) -> Result<(), StoreError> {
    if key.exists() {
        write_durably(key, &[0; 32])?;
        fs::remove_file(key)?;
    }
    Ok(())
}

fn unlink(file: &Path) -> Result<(), StoreError> {
    for end in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{end}", file.display()));
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn write_durably(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut file = fs::OpenOptions::new().create(true).write(true).truncate(false).open(path)?;
    private(path, 0o600)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn private(_path: &Path, _mode: u32) -> Result<(), StoreError> {
    Ok(())
}
