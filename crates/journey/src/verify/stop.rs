//! A factor the person stops, and the separate consent to the face check taken back: as easy as it was given.

use protocol::code::FactorKind;
use protocol::id::QueryId;
use protocol::key::SigningKey;
use protocol::routes::VerificationStatus;
use vault::tables::outbox::Tell;
use vault::tables::queries::Stage;
use vault::tables::verifications::{Act, FactorState as Stored, VerificationRow};

use super::{BASE, VerifyError, verifying};
use crate::Journey;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::house::House;
use crate::view::{VerifyView, What};

impl Journey {
    /// Stops a factor that waits for the person; a new one may be begun.
    ///
    /// # Errors
    /// `verification_void` where none waits; the network's, and it waits on then.
    pub async fn verify_stop(&self, kind: FactorKind) -> Result<VerifyView, VerifyError> {
        let _act = self.0.act.lock().await;
        self.decide(verifying).await?;
        let (key, row) = self.open_factor(Act::Query, kind).await?;
        let told = self.0.gateway.delete::<VerificationStatus>(&key, &path(&row)).await;
        self.settle(row, told).await?;
        self.verify_state().await
    }

    /// Takes the consent to the face check back while the query is not sent: no face is checked for it any more, and a
    /// check that passed counts for nothing. It holds here at once; the gateway is told now or later.
    ///
    /// # Errors
    /// `face_consent_missing` where there is none; `wrong_state` once the query is sent.
    pub async fn verify_withdraw_face(&self) -> Result<VerifyView, VerifyError> {
        let act = self.0.act.lock().await;
        self.decide(|house| {
            let query = verifying(house)?.query;
            if !face_agreed(house)? {
                return Err(VerifyError::NoFaceConsent);
            }
            let (now, face) = (house.now(), face_of(house, query)?);
            Ok(house.write(|write| {
                write.consents().set_face_consent(query, None)?;
                let Some(face) = face else { return Ok(()) };
                let void = VerificationRow { state: Stored::Void, token: None, token_expires_at: None, ..face };
                write.verifications().put(&void)?;
                write.outbox().insert(query, Tell::FaceWithdrawn, now)
            })?)
        })
        .await?;
        drop(act);
        self.changed(What::Query);
        self.flush_outbox().await;
        self.verify_state().await
    }

    /// Has the gateway void the face check of a query and the provider erase what it may hold. A check this device no
    /// longer knows ended with its query.
    pub(crate) async fn tell_face_withdrawn(&self, key: &SigningKey, query: QueryId) -> Result<(), CallFault> {
        match self.house(move |house| face_of(house, query)).await {
            Ok(Some(face)) => self.0.gateway.delete::<VerificationStatus>(key, &path(&face)).await.map(drop),
            Ok(None) | Err(_) => Ok(()),
        }
    }
}

/// Whether a query not yet sent may check the face, so that this can be taken back.
pub(crate) fn face_agreed(house: &House) -> Result<bool, Fault> {
    let Some(row) = house.live()?.filter(|row| matches!(row.stage, Stage::Prepared | Stage::Verifying)) else {
        return Ok(false);
    };
    Ok(house.read(|read| read.consents().get(row.query))?.is_some_and(|consent| consent.face_consent.is_some()))
}

/// The face check begun for a query.
fn face_of(house: &House, query: QueryId) -> Result<Option<VerificationRow>, Fault> {
    let Some(consent) = house.read(|read| read.consents().get(query))? else { return Ok(None) };
    let of_query = |row: &VerificationRow| row.kind == FactorKind::Face && row.bound_to == consent.digest;
    Ok(house.factors(Act::Query)?.into_iter().find(of_query))
}

fn path(row: &VerificationRow) -> String {
    format!("{BASE}/{}", row.verification)
}
