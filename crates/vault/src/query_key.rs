//! The key of one query: made without the password, opened only with it, ended by destroying its shred key.
//!
//! The seed is sealed to the vault key (HPKE), and that under the shred key (XChaCha20-Poly1305), bound to the query
//! and to this device.

use protocol::encode::{Lp, random};
use protocol::id::QueryId;
use protocol::key::Kid;
use protocol::seal::{self, QueryPublic, QuerySeed};
use zeroize::Zeroizing;

use crate::item::{self, Item, ItemError};
use crate::tables::queries::Stage;
use crate::{DatabaseError, SectionError, SectionFile, Unlocked, Vault, VaultError, wrap};

/// A fresh query key: its public half for the consent, its sealed seed for the row.
#[derive(Clone, PartialEq, Eq)]
pub struct NewQueryKey {
    /// Stands in the consent; banks seal to it.
    pub public: QueryPublic,
    /// Goes into [`crate::tables::queries::QueryRow::sealed_seed`] in one commit with the consent.
    pub sealed_seed: Vec<u8>,
}

/// Why a report cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReportRefusal {
    /// There is no such query, or it is a record already.
    #[error("no such report")]
    NoReport,
    /// It ended, or is being ended.
    #[error("the report has ended")]
    Ended,
    /// It looks ended by a clock that is not believed: unreadable, not destroyed.
    #[error("the clock is doubtful and past the report's end")]
    ClockDoubtful,
    /// The shred key is gone while its neighbours are there: the report is lost.
    #[error("the report's key is gone")]
    Shredded,
    /// All keys are gone: the keychain was emptied.
    #[error("the keychain was emptied")]
    KeychainEmptied,
    /// The keychain does not answer; nothing is lost by that.
    #[error(transparent)]
    Item(ItemError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The file of its sections.
    #[error(transparent)]
    File(#[from] SectionError),
    /// The sealed seed or the shred key was altered, or belongs to another query, device or password.
    #[error("does not open on this device")]
    DoesNotOpen,
}

fn info(query: QueryId) -> Vec<u8> {
    Lp::new("mingxia/query-seed/v1").text(&query.to_string()).finish()
}

fn place(query: QueryId, device: &Kid) -> Vec<u8> {
    Lp::new("mingxia/query-shred/v1").text(&query.to_string()).text(&device.to_string()).finish()
}

impl Vault {
    /// Makes the key of a query: shred key into the keychain first, read back, then the sealed seed for the caller to
    /// commit with the consent. Before that commit a crash leaves an orphan that the next start deletes.
    ///
    /// # Errors
    /// [`VaultError`]; nothing then rests on the key.
    pub fn make_query_key(&self, query: QueryId) -> Result<NewQueryKey, VaultError> {
        let device = self.device_key()?.ok_or(VaultError::NotEnrolled)?.kid();
        let in_force = self.database.read(|read| read.wraps().in_force())?.ok_or(VaultError::NoPassword)?;
        let vault_public = QueryPublic::from_bytes(&in_force.vault_public).map_err(|_| VaultError::Altered)?;
        let seed = QuerySeed::generate();
        let sealed = seal::seal(&vault_public, &info(query), seed.as_bytes()).map_err(|_| VaultError::Altered)?;
        let shred = Zeroizing::new(random::<32>());
        let sealed_seed = wrap::lock_up(&shred, &place(query, &device), &sealed).map_err(|_| VaultError::Altered)?;
        item::set(&*self.keychain, Item::Shred(query), shred.as_slice())?;
        Ok(NewQueryKey { public: seed.public(), sealed_seed })
    }

    /// Whether a query's shred key lives.
    ///
    /// # Errors
    /// [`ReportRefusal::Shredded`], [`ReportRefusal::KeychainEmptied`], or why the keychain does not say.
    pub fn check_shred_key(&self, query: QueryId) -> Result<(), ReportRefusal> {
        self.shred_key(query).map(drop)
    }

    fn shred_key(&self, query: QueryId) -> Result<Zeroizing<[u8; 32]>, ReportRefusal> {
        match item::get_key(&*self.keychain, Item::Shred(query)).map_err(ReportRefusal::Item)? {
            Some(key) => Ok(key),
            // The database is open, so its key was there: missing now, too, means that everything was taken away.
            None => match item::get(&*self.keychain, Item::DatabaseKey).map_err(ReportRefusal::Item)? {
                Some(_) => Err(ReportRefusal::Shredded),
                None => Err(ReportRefusal::KeychainEmptied),
            },
        }
    }
}

impl Unlocked {
    /// The seed of a query that may be read now, and the file of its sections.
    ///
    /// # Errors
    /// [`ReportRefusal`].
    pub fn report(&self, query: QueryId) -> Result<(QuerySeed, SectionFile), ReportRefusal> {
        let sealed = self.sealed_seed(query)?;
        let shred = self.vault().shred_key(query)?;
        let seed = self.open_seed(query, &sealed, &shred)?;
        Ok((seed, self.vault().section_file_under(query, &shred)?))
    }

    /// The sealed seed, where its report has not ended.
    fn sealed_seed(&self, query: QueryId) -> Result<Vec<u8>, ReportRefusal> {
        let vault = self.vault();
        let row = vault.database.read(|read| read.queries().get(query))?.ok_or(ReportRefusal::NoReport)?;
        let end = crate::shred::end_of(&row);
        let sealed = match (row.stage, row.sealed_seed) {
            (Stage::Ending(_), _) => return Err(ReportRefusal::Ended),
            (_, None) => return Err(ReportRefusal::NoReport),
            (_, Some(sealed)) => sealed,
        };
        if let Some(end) = end {
            let reading = vault.time().map_err(ReportRefusal::Item)?;
            if reading.is_past(end) {
                return Err(if reading.may_destroy(end) { ReportRefusal::Ended } else { ReportRefusal::ClockDoubtful });
            }
        }
        Ok(sealed)
    }

    fn open_seed(&self, query: QueryId, sealed: &[u8], shred: &[u8; 32]) -> Result<QuerySeed, ReportRefusal> {
        let device =
            self.vault().device_public().map_err(ReportRefusal::Item)?.ok_or(ReportRefusal::KeychainEmptied)?;
        let sealed =
            wrap::open_up(shred, &place(query, &device.kid()), sealed).map_err(|_| ReportRefusal::DoesNotOpen)?;
        let seed = seal::open(&self.vault_key().decapsulation_key(), &info(query), &sealed)
            .map_err(|_| ReportRefusal::DoesNotOpen)?;
        let seed: Zeroizing<[u8; 32]> =
            Zeroizing::new(seed.as_slice().try_into().map_err(|_| ReportRefusal::DoesNotOpen)?);
        Ok(QuerySeed::from_bytes(*seed))
    }
}
