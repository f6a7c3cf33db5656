//! Columns as the types they stand for; a value that is none of them means the file was altered.

use std::str::FromStr;

use protocol::time::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Error, Row};

/// The two handles of a table: what a reader may ask, and what a transaction may do beside it.
macro_rules! handles {
    ($(#[$doc:meta])* $read:ident, $write:ident) => {
        $(#[$doc])*
        /// Read handle.
        #[derive(Clone, Copy)]
        pub struct $read<'a>(pub(crate) &'a rusqlite::Connection);

        $(#[$doc])*
        /// Write handle, inside one transaction; reads as well.
        #[derive(Clone, Copy)]
        pub struct $write<'a>(pub(crate) $read<'a>);

        impl<'a> std::ops::Deref for $write<'a> {
            type Target = $read<'a>;

            fn deref(&self) -> &$read<'a> {
                &self.0
            }
        }
    };
}
pub(crate) use handles;

fn altered(column: &str) -> Error {
    Error::InvalidColumnType(0, column.to_owned(), Type::Null)
}

/// A word, id or digest.
pub(crate) fn word<T: FromStr>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    row.get::<_, String>(column)?.parse().map_err(|_| altered(column))
}

/// A word, id or digest that may be absent.
pub(crate) fn maybe_word<T: FromStr>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>> {
    row.get::<_, Option<String>>(column)?.map(|text| text.parse().map_err(|_| altered(column))).transpose()
}

/// An instant, kept as milliseconds.
pub(crate) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    row.get(column).map(Timestamp::from_millis)
}

/// An instant that may be absent.
pub(crate) fn maybe_time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_millis))
}

/// Something kept as JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(|_| altered(column))
}

/// To JSON; the types of the tables always can.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| Error::ToSqlConversionFailure(Box::new(error)))
}

/// An instant for a parameter.
pub(crate) fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::millis)
}

/// A word for a parameter.
pub(crate) fn text<T: ToString>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

/// A number; SQLite knows signed ones only.
pub(crate) fn number(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| altered(column))
}

/// A number for a parameter; those of this app stay far below the limit.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
