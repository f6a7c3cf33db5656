//! Everything of one profile that rests on this device, and what may be done with it without the viewing password.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use device::disk::{self, DiskError};
use device::single_instance::SingleInstance;
use device::{Keychain, Protection};
use protocol::encode::random;
use protocol::id::QueryId;
use protocol::key::PublicKey;
use protocol::time::{Clock, Timestamp};
use zeroize::Zeroizing;

use crate::item::{self, Item, ItemError};
use crate::paths::{remove_with_neighbours, with_neighbours};
use crate::tables::queries::Stage;
use crate::tries::{Standing, Tries};
use crate::{ClockFloor, Cost, Database, DatabaseError, Deadlines, Locked, Password, Paths, TimeReading};

/// Why the profile cannot be opened. Nothing is destroyed by any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The folder, or another running app ([`DiskError::Busy`]).
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The keychain, which holds the database's key.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The database is there and its key is not: the keychain was emptied, or the files came from another machine.
    /// Remedy: [`set_aside`] and enrol anew.
    #[error("the key of the database is missing")]
    DatabaseKeyMissing,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// Why something that needs no password could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The keychain or one of its items.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A file.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// There is no device key.
    #[error("this device is not enrolled")]
    NotEnrolled,
    /// No viewing password was chosen yet.
    #[error("no viewing password was chosen yet")]
    NoPassword,
    /// A viewing password was chosen already.
    #[error("a viewing password was chosen already")]
    AlreadyChosen,
    /// A key was altered.
    #[error("a key was altered")]
    Altered,
}

/// Who may read (8-state table 2), as far as it is known without a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No viewing password yet.
    None,
    /// A password opens it.
    Locked {
        /// Wrong tries left before the next wait.
        tries_left: u32,
        /// The password is six digits.
        digits: bool,
    },
    /// Not before this much of running time has passed.
    Waiting {
        /// What is left.
        remaining: Duration,
        /// The password is six digits.
        digits: bool,
    },
}

/// One profile on this device. Its methods block: call them away from the window's thread.
pub struct Vault {
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) paths: Paths,
    pub(crate) database: Database,
    pub(crate) deadlines: Deadlines,
    pub(crate) cost: Cost,
    /// Section files that were found whole since this profile was opened.
    pub(crate) whole: Mutex<BTreeSet<QueryId>>,
    /// Public half of the device key, as the keychain last gave it.
    pub(crate) device: Mutex<Option<PublicKey>>,
    pub(crate) floor: ClockFloor,
    _lock: SingleInstance,
}

impl Vault {
    /// Opens the profile, makes it where there is none, and tidies up what a crash left behind.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(
        paths: Paths,
        keychain: Arc<dyn Keychain>,
        clock: Arc<dyn Clock>,
        cost: Cost,
    ) -> Result<Arc<Self>, OpenError> {
        paths.make()?;
        let lock = SingleInstance::take(&paths.lock())?;
        disk::check_place(&paths.database())?;
        let key = match item::get_key(&*keychain, Item::DatabaseKey)? {
            Some(key) => key,
            None if paths.database().exists() => return Err(OpenError::DatabaseKeyMissing),
            None => {
                let key = Zeroizing::new(random::<32>());
                item::set(&*keychain, Item::DatabaseKey, key.as_slice())?;
                key
            }
        };
        let vault = Self {
            database: Database::open(&paths.database(), &key)?,
            deadlines: Deadlines::at(paths.deadlines()),
            floor: ClockFloor::new(Arc::clone(&keychain), Arc::clone(&clock)),
            keychain,
            clock,
            paths,
            cost,
            whole: Mutex::default(),
            device: Mutex::default(),
            _lock: lock,
        };
        vault.tidy()?;
        Ok(Arc::new(vault))
    }

    /// The tables.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The places of the files.
    #[must_use]
    pub fn paths(&self) -> &Paths {
        &self.paths
    }

    /// The list of ends.
    #[must_use]
    pub fn deadlines(&self) -> &Deadlines {
        &self.deadlines
    }

    /// What the keychain rests on.
    ///
    /// # Errors
    /// [`device::KeychainError`].
    pub fn protection(&self) -> Result<Protection, device::KeychainError> {
        self.keychain.state()
    }

    /// The time as far as it is known.
    ///
    /// # Errors
    /// [`ItemError`] while the keychain never gave the mark since the start.
    pub fn time(&self) -> Result<TimeReading, ItemError> {
        self.floor.read(self.lived_through())
    }

    /// Signed time arrived for our nonce; the caller verified the signature and the nonce.
    ///
    /// # Errors
    /// [`ItemError`] when the mark cannot be kept.
    pub fn confirm_time(&self, signed: Timestamp) -> Result<(), ItemError> {
        self.floor.confirm(signed)
    }

    /// The latest instant the tables know of. Asked for with every look at the clock, so no row is read for it.
    fn lived_through(&self) -> Option<Timestamp> {
        let latest = |read: crate::tables::Read<'_>| {
            Ok::<_, DatabaseError>(read.queries().latest()?.max(read.records().latest()?))
        };
        self.database.read(latest).ok().flatten()
    }

    /// Who may read now.
    ///
    /// # Errors
    /// [`VaultError`].
    pub fn state(&self) -> Result<State, VaultError> {
        let Some(wrap) = self.database.read(|read| read.wraps().in_force())? else { return Ok(State::None) };
        Ok(match Tries::new(&*self.keychain, &*self.clock).standing()? {
            Standing::Free { tries_left } => State::Locked { tries_left, digits: wrap.digits },
            Standing::Waiting { remaining } => State::Waiting { remaining, digits: wrap.digits },
        })
    }

    /// The first viewing password: makes the vault key.
    ///
    /// # Errors
    /// [`VaultError::AlreadyChosen`] when there is one; otherwise nothing was chosen yet.
    pub fn choose_password(self: &Arc<Self>, password: &Password) -> Result<Locked, VaultError> {
        if self.database.read(|read| read.wraps().in_force())?.is_some() {
            return Err(VaultError::AlreadyChosen);
        }
        self.make_vault_key(password)?;
        Ok(self.locked())
    }

    /// The lock, closed.
    #[must_use]
    pub fn locked(self: &Arc<Self>) -> Locked {
        Locked::new(Arc::clone(self))
    }

    /// Undoes what a crash left: queries whose consent was never stored, keychain items and files without a query,
    /// peppers and wraps that do not count.
    fn tidy(&self) -> Result<(), DatabaseError> {
        let queries = self.database.write(|write| {
            for row in write.queries().all()? {
                if row.stage == Stage::Prepared && row.sealed_seed.is_none() {
                    write.consents().delete(row.query)?;
                    write.banks().delete(row.query)?;
                    write.queries().delete(row.query)?;
                }
            }
            write.wraps().delete_leftovers()?;
            write.queries().all()
        })?;
        let lives = |query| queries.iter().any(|row| row.query == query);
        let in_force = self.database.read(|read| read.wraps().in_force())?.map(|wrap| wrap.n);
        // Best effort: a keychain or disk that fails now is asked again at the next start.
        for name in self.keychain.list().unwrap_or_default() {
            let orphan = match name.parse() {
                Ok(Item::Shred(query)) => !lives(query),
                // With no wrap at all the database may be a new one beside an old keychain: the old one may come back.
                Ok(Item::Pepper(n)) => in_force.is_some_and(|counts| counts != n),
                Ok(Item::DeviceKey | Item::CheckKey | Item::DatabaseKey | Item::TryCounter | Item::ClockMark) => false,
                Err(item::UnknownItem) => false,
            };
            if orphan {
                let _ = self.keychain.delete(&name);
            }
        }
        for entry in std::fs::read_dir(self.paths.sections()).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let query = name.to_str().and_then(|name| name.split_once(".db")).and_then(|(id, _)| id.parse().ok());
            if query.is_some_and(|query| !lives(query)) {
                let _ = disk::remove(&entry.path());
            }
        }
        let listed = self.deadlines.read().unwrap_or_default().ends.into_keys();
        let _ = self.deadlines.remove(&listed.filter(|query| !lives(*query)).collect::<Vec<_>>());
        Ok(())
    }
}

/// Puts a database that cannot be opened out of the way, so that the person can enrol anew. It stays unreadable; at
/// most one is kept.
///
/// # Errors
/// [`DiskError`].
pub fn set_aside(paths: &Paths) -> Result<(), DiskError> {
    remove_with_neighbours(&paths.set_aside())?;
    let pairs = with_neighbours(&paths.database()).into_iter().zip(with_neighbours(&paths.set_aside()));
    for (from, to) in pairs.filter(|(from, _)| from.exists()) {
        std::fs::rename(from, to)?;
    }
    Ok(())
}

/// Erases this profile from this device: keys first, then every file of its folder. Repeatable; close the [`Vault`]
/// before.
///
/// # Errors
/// The first that stays; everything else was still tried.
pub fn erase_device(paths: &Paths, keychain: &dyn Keychain) -> Result<(), VaultError> {
    let keys = keychain.list().map_err(ItemError::from).and_then(|names| {
        // All of the profile's items, also those a newer app may have made.
        names.iter().map(|name| item::delete_named(keychain, name)).fold(Ok(()), Result::and)
    });
    let files = match std::fs::read_dir(paths.folder()) {
        Ok(entries) => entries
            .flatten()
            .map(|entry| match entry.file_type() {
                Ok(kind) if kind.is_dir() => std::fs::remove_dir_all(entry.path()).map_err(DiskError::from),
                Ok(_) | Err(_) => disk::remove(&entry.path()),
            })
            .fold(Ok(()), Result::and),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    };
    keys?;
    Ok(files?)
}
