//! Who is who: the directory from the gateway, believed only along the chain from the pinned root, never older than
//! one already seen.

use std::sync::Arc;

use protocol::directory::{DirectoryError, TrustedDirectory};
use protocol::routes::{BankHealth, Banks};
use protocol::time::Timestamp;
use vault::DatabaseError;
use vault::tables::directory::DirectoryRow;

use crate::Journey;
use crate::fault::Fault;
use crate::house::House;

/// The directory and the health told beside it.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) directory: Arc<TrustedDirectory>,
    pub(crate) health: Vec<BankHealth>,
}

impl Journey {
    /// Fetches the directory, checks it against the pin and against the one already known, and keeps it.
    pub(crate) async fn fresh_directory(&self) -> Result<Known, Fault> {
        let told: Banks = self.0.gateway.get(None, "/v1/banks", None).await?;
        let pin = self.0.profile.root;
        let known = self
            .house(move |house| {
                let now = house.now();
                let trusted = TrustedDirectory::verify(&told.roots, &told.directory, &pin, now)?;
                if let Some(before) = house.directory.as_ref() {
                    trusted.follows(before.directory.version(), before.directory.digest())?;
                }
                if let Some(database) = house.database() {
                    let row = DirectoryRow {
                        version: trusted.version(),
                        roots: told.roots,
                        directory: told.directory,
                        health: serde_json::to_string(&told.health).unwrap_or_default(),
                        fetched_at: now,
                    };
                    match database.write(|write| write.directory().put(&row)) {
                        // The table itself holds that no version goes back.
                        Err(DatabaseError::Rule) => return Err(DirectoryError::WentBack.into()),
                        written => written?,
                    }
                }
                let known = Known { directory: Arc::new(trusted), health: told.health };
                house.directory = Some(known.clone());
                Ok(known)
            })
            .await?;
        Ok(known)
    }

    /// The directory already known while it holds, otherwise a fresh one.
    pub(crate) async fn directory(&self) -> Result<Known, Fault> {
        let known = self
            .house(|house| Ok(house.directory.clone().filter(|known| house.now() < known.directory.expires_at())))
            .await?;
        match known {
            Some(known) => Ok(known),
            None => self.fresh_directory().await,
        }
    }
}

/// The one kept, as it was trusted when it was fetched: enough for signatures made then, also offline.
pub(crate) fn kept(house: &House, pin: &protocol::key::PublicKey) -> Result<Option<Known>, Fault> {
    let Some(database) = house.database() else { return Ok(None) };
    let Some(row) = database.read(|read| read.directory().get())? else { return Ok(None) };
    let fetched: Timestamp = row.fetched_at;
    let directory = TrustedDirectory::verify(&row.roots, &row.directory, pin, fetched)?;
    let health = serde_json::from_str(&row.health).unwrap_or_default();
    Ok(Some(Known { directory: Arc::new(directory), health }))
}
