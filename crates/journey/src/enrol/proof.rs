//! The stronger proof of a new device while another one lives: face, or the bank of the own card.

use protocol::code::FactorKind;
use protocol::text::Text;
use vault::tables::account::Step;
use vault::tables::verifications::{Act, FactorState};

use super::EnrolError;
use crate::Journey;
use crate::fault::Fault;
use crate::view::EnrolView;

impl Journey {
    /// Begins the stronger proof a new device needs.
    ///
    /// # Errors
    /// `wrong_state`, `card_bank_unavailable`, the network's.
    pub async fn enrol_prove(&self, kind: FactorKind) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        let (base, reference) = self.proving().await?;
        let start = self.act_start(kind, Act::Enrol, base, reference).await?;
        self.begin_factor(kind, start).await?;
        self.enrol_state().await
    }

    /// Hands in the face evidence.
    ///
    /// # Errors
    /// `face_not_matched`, `verification_void`.
    pub async fn enrol_proof_evidence(&self) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        let (base, _) = self.proving().await?;
        self.evidence(Act::Enrol, &base).await?;
        self.proven().await?;
        self.enrol_state().await
    }

    /// Asks whether the bank confirmed.
    ///
    /// # Errors
    /// The network's.
    pub async fn enrol_proof_poll(&self) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        let (base, _) = self.proving().await?;
        self.poll_factor(Act::Enrol, &base).await?;
        self.proven().await?;
        self.enrol_state().await
    }

    async fn proving(&self) -> Result<(String, String), Fault> {
        self.house(|house| {
            let account = house.account()?.filter(|account| account.step == Step::Proving).ok_or(Fault::WrongState)?;
            let enrolment = account.enrolment.ok_or(Fault::WrongState)?.to_string();
            Ok((format!("/v1/enrolments/{enrolment}/verifications"), enrolment))
        })
        .await
    }

    /// A passed proof moved the account: the confirm is repeated, its answer is the enrolment.
    async fn proven(&self) -> Result<(), EnrolError> {
        let passed = self
            .house(|house| Ok(house.factors(Act::Enrol)?.iter().any(|row| row.state == FactorState::Passed)))
            .await?;
        if passed {
            // The code was right once; any six digits repeat the question.
            self.confirm(&Text::new("000000").map_err(|_| Fault::Internal)?).await?;
        }
        Ok(())
    }
}
