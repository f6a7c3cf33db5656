//! The second factor at the bank of an own card: the person confirms in the bank's own app.

use async_trait::async_trait;
use protocol::attestation::Attestation;
use protocol::code::{FactorKind, Role};
use protocol::id::ConfirmationId;
use protocol::json::V1;
use protocol::routes::{self, ConfirmationState, ConfirmationStatus};
use protocol::time::Timestamp;

use crate::check::identity;
use crate::ledger::Subject;
use crate::office::Bank;
use crate::store::{CONFIRMATION_LIFE, Confirmation, Decision, StoreError};

/// How a bank asks a person in its own app. The bank's app answers later by [`Bank::decide`].
#[async_trait]
pub trait CardConfirmation: Send + Sync {
    /// Puts the question before the person.
    ///
    /// # Errors
    /// [`ConfirmationError::Cannot`] when this person cannot be asked here; the factor then counts as refused.
    async fn ask(&self, question: Question<'_>) -> Result<(), ConfirmationError>;
}

/// What is put before the person.
pub struct Question<'a> {
    /// Its id, for the answer.
    pub id: ConfirmationId,
    /// Who is asked; not to be kept longer than the question.
    pub subject: &'a Subject,
    /// Until when an answer counts.
    pub until: Timestamp,
}

/// Why the person was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmationError {
    /// No card, no app, or no way to reach the person.
    #[error("this person cannot be asked here")]
    Cannot,
}

/// A bank that confirms no cards.
pub struct NoConfirmation;

#[async_trait]
impl CardConfirmation for NoConfirmation {
    async fn ask(&self, _: Question<'_>) -> Result<(), ConfirmationError> {
        Err(ConfirmationError::Cannot)
    }
}

impl Bank {
    /// Opens a question to a person; it stays pending until the person presses.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirm(&self, body: &routes::Confirm) -> Result<ConfirmationId, StoreError> {
        let (id, at, salt) = (ConfirmationId::new(), self.now(), body.subject.salt);
        let subject = identity(&body.subject);
        // Somebody whose entries cannot be read is nobody this bank can ask; the gateway learns the same as for a stranger.
        let commitment = subject.as_ref().map_or(body.consent, |subject| subject.subject(&salt));
        let pending = Confirmation {
            id,
            consent: body.consent,
            device: body.device,
            subject: commitment,
            at,
            decision: Decision::Pending,
        };
        self.stored(move |store| store.open_confirmation(&pending)).await?;
        let asked = match &subject {
            Some(subject) => self.confirmation.ask(Question { id, subject, until: at + CONFIRMATION_LIFE }).await,
            None => Err(ConfirmationError::Cannot),
        };
        if asked.is_err() {
            self.stored(move |store| store.decide(id, &Decision::Refused)).await?;
        }
        Ok(id)
    }

    /// The person pressed Confirm or Refuse. `false` when the question is unknown, was decided before, or is past its time.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn decide(&self, id: ConfirmationId, confirmed: bool) -> Result<bool, StoreError> {
        let Some(question) = self.stored(move |store| store.confirmation(id)).await? else { return Ok(false) };
        let at = self.now();
        if at >= question.at + CONFIRMATION_LIFE {
            return Ok(false);
        }
        let decision = if confirmed { self.vouch(&question, at) } else { Decision::Refused };
        self.stored(move |store| store.decide(id, &decision)).await
    }

    fn vouch(&self, question: &Confirmation, at: Timestamp) -> Decision {
        let attestation = Attestation {
            v: V1,
            attestor: self.terms.code.clone(),
            kind: FactorKind::CardBank,
            consent: question.consent,
            device: question.device,
            subject: question.subject,
            at,
        };
        Decision::Passed(attestation.sign(&self.keys.signing(Role::Attestor, &self.terms.code, &self.directory(), at)))
    }

    /// How a question stands; `None` when there is none of this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn confirmation(&self, id: ConfirmationId) -> Result<Option<ConfirmationStatus>, StoreError> {
        let question = self.stored(move |store| store.confirmation(id)).await?;
        Ok(question.map(|question| match question.decision {
            Decision::Pending => ConfirmationStatus { state: ConfirmationState::Pending, attestation: None },
            Decision::Passed(attestation) => {
                ConfirmationStatus { state: ConfirmationState::Passed, attestation: Some(attestation) }
            }
            Decision::Refused => ConfirmationStatus { state: ConfirmationState::Refused, attestation: None },
        }))
    }
}
