//! What rests on the device: the viewing password, the key hierarchy, the encrypted database, and how a report ends.
//!
//! Three legs stand in three places, each with another fate in backups: the keychain, the database, a section file a
//! query. A report opens only while all three and the viewing password are there; the end of any one ends it.
//!
//! ```text
//! viewing password -Argon2id(secret = pepper.n)-> KEK -unwraps-> vault key -opens-> query seed -opens-> sections
//! ```
//!
//! Asking needs no password ([`Vault`]); reading needs [`Unlocked`], which only [`Locked::unlock`] gives, and where the
//! person opted in [`Locked::unlock_by_biometrics`].

pub mod biometrics;
pub mod clock_floor;
pub mod database;
pub mod deadlines;
pub mod device_keys;
pub mod item;
mod kdf;
pub mod locked;
pub mod password;
pub mod paths;
pub mod private;
pub mod query_key;
mod row;
pub mod section_file;
pub mod shred;
pub mod tables;
pub mod tries;
pub mod unlocked;
pub mod vault;
mod wrap;

pub use clock_floor::{ClockFloor, TimeReading};
pub use database::{Database, DatabaseError};
pub use deadlines::Deadlines;
pub use kdf::Cost;
pub use locked::{Locked, UnlockRefusal};
pub use password::{Password, PasswordRefusal, PersonalNumbers};
pub use paths::Paths;
pub use query_key::{NewQueryKey, ReportRefusal};
pub use section_file::{SectionError, SectionFile};
pub use shred::Destroyed;
pub use tries::Standing;
pub use unlocked::Unlocked;
pub use vault::{OpenError, State, Vault, VaultError};
