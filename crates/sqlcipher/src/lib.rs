//! The one door through which a SQLite file is opened, encrypted or not.
//!
//! SQLite calls itself ready before SQLCipher has set itself up: until then a second thread gets past and every key it
//! gives is refused. So the first opening of a process is done alone, and every other waits for it. This holds only
//! while nobody opens a file in another way (`clippy.toml` forbids it).

use std::path::Path;
use std::sync::Once;

use rusqlite::{Connection, OpenFlags, Result};
use zeroize::Zeroizing;

/// Opens or makes a file.
///
/// # Errors
/// What SQLite says.
pub fn open(file: &Path) -> Result<Connection> {
    static FIRST: Once = Once::new();
    // An opening that failed has set up all it could: the next one says what is wrong.
    FIRST.call_once(|| drop(connect(Path::new(":memory:"))));
    connect(file)
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn connect(file: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags)
}

/// Gives a raw key to a file just opened. Whether it is the right one shows when the first page is read.
///
/// # Errors
/// What SQLCipher says; nothing can have been written in plain text then.
pub fn give_key(connection: &Connection, key: &[u8; 32]) -> Result<()> {
    let mut sql = Zeroizing::new(String::with_capacity(96));
    sql.push_str("PRAGMA key = \"x'");
    for byte in key {
        sql.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        sql.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
    }
    sql.push_str("'\";");
    connection.execute_batch(&sql)
}
