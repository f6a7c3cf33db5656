//! The four entries of a cardholder, as they rest in a sealed column.

use protocol::code::IdType;
use protocol::id::EnrolmentId;
use protocol::identity::{CardNumber, DocumentError, IdNumber, Identity, Mobile, Name};
use protocol::refusal::Code;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::keys::ColumnKey;
use crate::ports::Claim;
use crate::refusal::Refusal;

/// Plain entries on their way into or out of a column. No Debug; wiped on drop.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Entries {
    pub(crate) name: String,
    #[zeroize(skip)]
    pub(crate) id_type: IdType,
    pub(crate) id_number: String,
    pub(crate) mobile: String,
    pub(crate) card_number: String,
}

impl Entries {
    /// Checks the entries; what a form on the device would have refused is malformed here.
    pub(crate) fn claim(&self) -> Result<Claim, Refusal> {
        let malformed = |()| Refusal::from(Code::Malformed);
        let identity = Identity {
            name: Name::parse(&self.name).map_err(|_| malformed(()))?,
            id_type: self.id_type,
            id_number: IdNumber::parse(self.id_type, &self.id_number).map_err(|error| match error {
                DocumentError::Kind => Code::DocumentNotServed,
                DocumentError::Form | DocumentError::BirthDate | DocumentError::Checksum => Code::Malformed,
            })?,
            mobile: Mobile::parse(&self.mobile).map_err(|_| malformed(()))?,
        };
        let card_number = CardNumber::parse(&self.card_number).map_err(|_| malformed(()))?;
        Ok(Claim { identity, card_number })
    }

    pub(crate) fn seal(&self, key: &ColumnKey, place: &str) -> Result<String, Refusal> {
        let plain = zeroize::Zeroizing::new(serde_json::to_vec(self).map_err(|_| Code::Internal)?);
        Ok(key.seal(place, &plain))
    }

    pub(crate) fn open(key: &ColumnKey, place: &str, sealed: &str) -> Result<Self, Refusal> {
        let plain = key.open(place, sealed).map_err(|_| Code::Internal)?;
        serde_json::from_slice(&plain).map_err(|_| Code::Internal.into())
    }
}

/// The place of an enrolment's entries, before they are the account's.
pub(crate) fn enrolment_place(id: EnrolmentId) -> String {
    format!("enrolment/{id}")
}

/// Keyed hash of kind and number of the document: one person, whatever the account.
pub(crate) fn lookup(key: &ColumnKey, claim: &Claim) -> protocol::encode::Digest {
    key.lookup("person", &format!("{}/{}", claim.identity.id_type.as_str(), claim.identity.id_number.as_str()))
}
