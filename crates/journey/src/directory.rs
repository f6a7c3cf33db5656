//! Who is who: the directory from the gateway, believed only along the chain from the pinned root, never older than
//! one already seen.

use std::sync::Arc;

use protocol::directory::{DirectoryError, TrustedDirectory, UndatedDirectory};
use protocol::encode::{Nonce, b64u};
use protocol::routes::{BankHealth, Banks, TimeBody};
use protocol::server_time::ServerTime;
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
    ///
    /// A clock that is an hour or a year off must stop nobody: a directory signed along the chain that does not hold by
    /// this clock is judged by the time its own gateway signs for our nonce, and if it holds then, that is the time.
    pub(crate) async fn fresh_directory(&self) -> Result<Known, Fault> {
        let told: Banks = self.0.gateway.get(None, "/v1/banks", None).await?;
        let undated = UndatedDirectory::verify(&told.roots, &told.directory, &self.0.profile.root)?;
        let now = self.house(|house| Ok(house.now())).await?;
        let (trusted, signed) = match undated.clone().at(now) {
            Ok(trusted) => (trusted, None),
            Err(_) => {
                let (nonce, token) = self.ask_time().await?;
                let time = ServerTime::verify_undated(&token, &nonce, &undated).map_err(|_| Fault::AnswerRefused)?.now;
                (undated.at(time)?, Some(time))
            }
        };
        self.house(move |house| {
            if let Some(before) = house.directory.as_ref() {
                trusted.follows(before.directory.version(), before.directory.digest())?;
            }
            if let (Some(time), Some(vault)) = (signed, &house.vault) {
                vault.confirm_time(time)?;
            }
            if let Some(database) = house.database() {
                let row = DirectoryRow {
                    version: trusted.version(),
                    roots: told.roots,
                    directory: told.directory,
                    health: serde_json::to_string(&told.health).unwrap_or_default(),
                    fetched_at: house.now(),
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
        .await
    }

    /// Asks for signed time and believes it when it answers our nonce.
    pub(crate) async fn confirm_time(&self) -> Result<(), Fault> {
        let (nonce, token) = self.ask_time().await?;
        let pin = self.0.profile.root;
        self.house(move |house| {
            // The directory as it was trusted, also when it is over by a clock in doubt.
            let known = known(house, &pin)?.ok_or(DirectoryError::Expired)?;
            let time = ServerTime::verify(&token, &nonce, &known.directory).map_err(|_| Fault::AnswerRefused)?;
            Ok(house.vault()?.confirm_time(time.now)?)
        })
        .await
    }

    /// The time as the gateway signs it, and the nonce it must answer.
    async fn ask_time(&self) -> Result<(Nonce, String), Fault> {
        let nonce = Nonce::random();
        let query = format!("nonce={}", b64u(nonce.as_bytes()));
        let body: TimeBody = self.0.gateway.get(None, "/v1/time", Some(&query)).await?;
        Ok((nonce, body.time))
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

/// The one in use, or else the one kept.
pub(crate) fn known(house: &House, pin: &protocol::key::PublicKey) -> Result<Option<Known>, Fault> {
    house.directory.clone().map_or_else(|| kept(house, pin), |known| Ok(Some(known)))
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
