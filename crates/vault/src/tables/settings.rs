//! The person's settings: a few named values.

use rusqlite::OptionalExtension;

use crate::DatabaseError;
use crate::row::handles;

pub(crate) const CREATE: &str = "CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;";

handles! {
    /// The settings.
    Settings, SettingsMut
}

impl Settings<'_> {
    /// A setting; `None` means its default.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn get(&self, name: &str) -> Result<Option<String>, DatabaseError> {
        Ok(self.0.query_row("SELECT value FROM settings WHERE name = ?1", [name], |row| row.get(0)).optional()?)
    }
}

impl SettingsMut<'_> {
    /// Changes a setting.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn put(&self, name: &str, value: &str) -> Result<(), DatabaseError> {
        self.0.0.execute("INSERT OR REPLACE INTO settings VALUES (?1, ?2)", (name, value))?;
        Ok(())
    }

    /// Back to the default.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn delete(&self, name: &str) -> Result<(), DatabaseError> {
        self.0.0.execute("DELETE FROM settings WHERE name = ?1", [name])?;
        Ok(())
    }
}
