//! The names this app uses in the keychain.

use std::fmt;
use std::str::FromStr;

use device::{Keychain, KeychainError, Secret};
use protocol::id::QueryId;
use zeroize::Zeroizing;

/// One item of the keychain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Item {
    /// Ed25519 seed that signs requests and consents.
    DeviceKey,
    /// 32 bytes behind the check characters of messages.
    CheckKey,
    /// Raw key of the database.
    DatabaseKey,
    /// Secret input of Argon2id for wrap n.
    Pepper(u32),
    /// Key whose destruction ends a report.
    Shred(QueryId),
    /// Wrong tries of the viewing password.
    TryCounter,
    /// Highest time known for sure.
    ClockMark,
}

/// The name is none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an item of this app")]
pub struct UnknownItem;

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DeviceKey => f.write_str("device-key"),
            Self::CheckKey => f.write_str("check-key"),
            Self::DatabaseKey => f.write_str("database-key"),
            Self::Pepper(n) => write!(f, "pepper.{n}"),
            Self::Shred(query) => write!(f, "shred.{query}"),
            Self::TryCounter => f.write_str("try-counter"),
            Self::ClockMark => f.write_str("clock-mark"),
        }
    }
}

impl FromStr for Item {
    type Err = UnknownItem;

    fn from_str(name: &str) -> Result<Self, UnknownItem> {
        match name {
            "device-key" => Ok(Self::DeviceKey),
            "check-key" => Ok(Self::CheckKey),
            "database-key" => Ok(Self::DatabaseKey),
            "try-counter" => Ok(Self::TryCounter),
            "clock-mark" => Ok(Self::ClockMark),
            other => match other.split_once('.') {
                Some(("pepper", n)) => n.parse().map(Self::Pepper).map_err(|_| UnknownItem),
                Some(("shred", id)) => id.parse().map(Self::Shred).map_err(|_| UnknownItem),
                Some(_) | None => Err(UnknownItem),
            },
        }
    }
}

/// Why a key of the keychain cannot be had or kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// The keychain itself.
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The keychain said it wrote, and reads back something else.
    #[error("the keychain did not keep what it was given")]
    NotKept,
    /// The keychain said it deleted, and the item is still there.
    #[error("the keychain did not delete the item")]
    NotDeleted,
    /// The value is not of the length it was written with.
    #[error("an item of the keychain was changed")]
    Altered,
}

/// The value, or `None`.
pub(crate) fn get(keychain: &dyn Keychain, item: Item) -> Result<Option<Secret>, ItemError> {
    Ok(keychain.get(&item.to_string())?)
}

/// A 32-byte key, or `None`.
pub(crate) fn get_key(keychain: &dyn Keychain, item: Item) -> Result<Option<Zeroizing<[u8; 32]>>, ItemError> {
    let Some(value) = get(keychain, item)? else { return Ok(None) };
    let mut key = Zeroizing::new([0; 32]);
    if value.len() != key.len() {
        return Err(ItemError::Altered);
    }
    key.copy_from_slice(&value);
    Ok(Some(key))
}

/// Writes and reads back: a keychain that loses writes is found out before anything rests on it.
pub(crate) fn set(keychain: &dyn Keychain, item: Item, value: &[u8]) -> Result<(), ItemError> {
    let name = item.to_string();
    keychain.set(&name, value)?;
    match keychain.get(&name)? {
        Some(kept) if kept.as_slice() == value => Ok(()),
        Some(_) | None => Err(ItemError::NotKept),
    }
}

/// Deletes and reads back absent.
pub(crate) fn delete(keychain: &dyn Keychain, item: Item) -> Result<(), ItemError> {
    delete_named(keychain, &item.to_string())
}

/// Deletes by name and reads back absent.
pub(crate) fn delete_named(keychain: &dyn Keychain, name: &str) -> Result<(), ItemError> {
    keychain.delete(name)?;
    match keychain.get(name)? {
        None => Ok(()),
        Some(_) => Err(ItemError::NotDeleted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_is_not_ours() {
        for name in ["", "pepper", "pepper.-1", "pepper.x", "shred.", "shred.1", "DEVICE-KEY", "other"] {
            assert_eq!(name.parse::<Item>(), Err(UnknownItem), "{name} is none of this app's items");
        }
    }

    /// A locked screen closes the leg of the viewing password, and nothing that ending and collecting need.
    #[test]
    fn only_what_the_viewing_password_rests_on_waits_for_a_person() {
        let attended = |item: Item| item.to_string().starts_with(device::keychain::ATTENDED);
        assert!(attended(Item::Pepper(7)));
        let others = [Item::DeviceKey, Item::CheckKey, Item::DatabaseKey, Item::TryCounter, Item::ClockMark];
        for item in others.into_iter().chain([Item::Shred(QueryId::new())]) {
            assert!(!attended(item), "{item}");
        }
    }

    #[test]
    fn names_read_back_as_themselves() {
        let items = [Item::DeviceKey, Item::CheckKey, Item::DatabaseKey, Item::Pepper(7), Item::Shred(QueryId::new())];
        for item in items.into_iter().chain([Item::TryCounter, Item::ClockMark]) {
            assert_eq!(item.to_string().parse(), Ok(item));
        }
    }
}
