//! The banks' own apps on the phone page: each question waits until somebody presses.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bank::{CardConfirmation, ConfirmationError, Question};
use protocol::code::PartyCode;
use protocol::id::ConfirmationId;
use protocol::time::Timestamp;
use serde::Serialize;

use crate::people::People;

/// A question on the phone.
#[derive(Clone, Serialize)]
pub(crate) struct Asked {
    /// Its id.
    pub(crate) id: ConfirmationId,
    /// The bank whose app asks.
    pub(crate) bank: PartyCode,
    /// Short name of the person asked.
    pub(crate) person: String,
    /// Until when an answer counts.
    pub(crate) until: Timestamp,
}

/// All banks' apps.
#[derive(Default)]
pub(crate) struct Apps(Mutex<Vec<Asked>>);

impl Apps {
    pub(crate) fn all(&self) -> Vec<Asked> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn take(&self, id: ConfirmationId) -> Option<Asked> {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = asked.iter().position(|asked| asked.id == id)?;
        Some(asked.remove(at))
    }

    fn put(&self, question: Asked) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(question);
        let over = asked.len().saturating_sub(100);
        asked.drain(..over);
    }
}

/// The app of one bank.
pub(crate) struct App {
    pub(crate) bank: PartyCode,
    pub(crate) people: Arc<People>,
    pub(crate) apps: Arc<Apps>,
}

#[async_trait]
impl CardConfirmation for App {
    async fn ask(&self, question: Question<'_>) -> Result<(), ConfirmationError> {
        let person = self.people.of(question.subject).ok_or(ConfirmationError::Cannot)?;
        let own = person.banks.iter().any(|holding| holding.bank == self.bank && !holding.cards.is_empty());
        if !own {
            return Err(ConfirmationError::Cannot);
        }
        self.apps.put(Asked {
            id: question.id,
            bank: self.bank.clone(),
            person: person.key.clone(),
            until: question.until,
        });
        Ok(())
    }
}
