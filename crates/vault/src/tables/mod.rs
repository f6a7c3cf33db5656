//! The tables, one file each: its migration, its row, its read handle, its write handle.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

pub mod account;
pub mod alarms;
pub mod banks;
pub mod biometrics;
pub mod consents;
pub mod directory;
pub mod inquiries;
pub mod messages;
pub mod outbox;
pub mod queries;
pub mod receipts;
pub mod records;
pub mod settings;
pub mod verifications;
pub mod wraps;

/// Every step from the first released format on, forward only. Lines are added at the end and never changed.
const STEPS: &[M<'static>] = &[
    M::up(account::CREATE),
    M::up(consents::CREATE),
    M::up(queries::CREATE),
    M::up(banks::CREATE),
    M::up(records::CREATE),
    M::up(receipts::CREATE),
    M::up(directory::CREATE),
    M::up(verifications::CREATE),
    M::up(messages::CREATE),
    M::up(inquiries::CREATE),
    M::up(settings::CREATE),
    M::up(outbox::CREATE),
    M::up(alarms::CREATE),
    M::up(wraps::CREATE),
    M::up(biometrics::CREATE),
];

/// The list as rusqlite_migration walks it; the format's number is the length of the list.
pub(crate) fn migrations() -> Migrations<'static> {
    Migrations::from_slice(STEPS)
}

/// The format this app writes.
#[must_use]
pub fn format() -> usize {
    STEPS.len()
}

/// What a reader may ask.
#[derive(Clone, Copy)]
pub struct Read<'a>(pub(crate) &'a Connection);

/// What one transaction may do; it reads as well, through the write handles.
#[derive(Clone, Copy)]
pub struct Write<'a>(pub(crate) &'a Connection);

macro_rules! doors {
    ($($name:ident: $read:ident, $write:ident;)+) => {
        impl<'a> Read<'a> {
            $(#[doc = concat!("The table `", stringify!($name), "`.")]
            #[must_use]
            pub fn $name(self) -> $name::$read<'a> {
                $name::$read(self.0)
            })+
        }

        impl<'a> Write<'a> {
            $(#[doc = concat!("The table `", stringify!($name), "`.")]
            #[must_use]
            pub fn $name(self) -> $name::$write<'a> {
                $name::$write($name::$read(self.0))
            })+
        }
    };
}

doors! {
    account: Account, AccountMut;
    consents: Consents, ConsentsMut;
    queries: Queries, QueriesMut;
    banks: Banks, BanksMut;
    records: Records, RecordsMut;
    receipts: Receipts, ReceiptsMut;
    directory: KnownDirectory, KnownDirectoryMut;
    verifications: Verifications, VerificationsMut;
    messages: Messages, MessagesMut;
    inquiries: Inquiries, InquiriesMut;
    settings: Settings, SettingsMut;
    outbox: Outbox, OutboxMut;
    alarms: Alarms, AlarmsMut;
    wraps: Wraps, WrapsMut;
    biometrics: Biometrics, BiometricsMut;
}

/// A closed list of words kept as text.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// The word in the table.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::tables::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::tables::UnknownWord> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($crate::tables::UnknownWord) }
            }
        }
    };
}
pub(crate) use words;

/// A word that stands in no list: the file was altered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a word of this table")]
pub struct UnknownWord;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_sound_and_every_table_is_strict() {
        migrations().validate().unwrap();
        let mut connection = sqlcipher::open(":memory:".as_ref()).unwrap();
        migrations().to_latest(&mut connection).unwrap();
        let loose: i64 = connection
            .query_row(
                "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND strict = 0",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(loose, 0, "no column takes a value of another type");
    }
}
