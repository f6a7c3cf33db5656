//! Cities the person marks as strange: every card opened in one of them is flagged. Dies with the report.

use std::collections::BTreeSet;

use protocol::seal::DecapsulationKey;
use vault::SectionFile;

use super::{ReadError, keep, kept, open};
use crate::Journey;
use crate::fault::Fault;
use crate::view::ReportView;

/// Name under which the cities are kept beside the sections, sealed to the query key.
const STRANGE: &str = "strange_cities";

impl Journey {
    /// Marks the city a card was opened in as strange, or takes that back.
    ///
    /// # Errors
    /// As [`Self::read_report`]; `not_found` also where the bank gave no city.
    pub async fn read_strange(&self, card: String, strange: bool) -> Result<ReportView, ReadError> {
        let city = self.known_card(&card).await?.city.ok_or(ReadError::NotFound)?;
        self.decide::<_, ReadError>(move |house| {
            let (row, key, file) = open(house)?;
            let mut cities = cities(&file, &key)?;
            if strange {
                cities.insert(city);
            } else {
                cities.remove(&city);
            }
            Ok(keep(&file, STRANGE, &row, &cities)?)
        })
        .await?;
        self.read_report().await
    }
}

/// The cities marked so far.
pub(super) fn cities(file: &SectionFile, key: &DecapsulationKey) -> Result<BTreeSet<String>, Fault> {
    kept(file, STRANGE, key)
}
