//! The banks' own apps on the phone page: each question waits until somebody presses.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bank::{CardConfirmation, ConfirmationError, Question};
use protocol::code::PartyCode;
use protocol::id::ConfirmationId;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::people::People;
use crate::state::StateError;

/// The most questions kept.
const KEPT: usize = 100;

/// A question on the phone.
#[derive(Clone, Serialize, Deserialize)]
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

/// All banks' apps, kept so that a restart loses no question.
pub(crate) struct Apps {
    file: PathBuf,
    questions: Mutex<Vec<Asked>>,
}

impl Apps {
    /// Takes up the questions that waited before.
    pub(crate) fn open(file: PathBuf) -> Self {
        let before =
            std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, questions: Mutex::new(before) }
    }

    /// The questions that still take an answer, oldest first.
    pub(crate) fn open_at(&self, now: Timestamp) -> Vec<Asked> {
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        questions.iter().filter(|asked| now < asked.until).cloned().collect()
    }

    /// One question.
    pub(crate) fn find(&self, id: ConfirmationId) -> Option<Asked> {
        let questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        questions.iter().find(|asked| asked.id == id).cloned()
    }

    /// A question was answered.
    pub(crate) fn remove(&self, id: ConfirmationId) -> Result<(), StateError> {
        self.change(|questions| questions.retain(|asked| asked.id != id))
    }

    fn put(&self, question: Asked) -> Result<(), StateError> {
        self.change(|questions| {
            questions.push(question);
            let over = questions.len().saturating_sub(KEPT);
            questions.drain(..over);
        })
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Asked>)) -> Result<(), StateError> {
        let mut questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut questions);
        let bytes = serde_json::to_vec(&*questions).map_err(|_| StateError)?;
        device::disk::write(&self.file, &bytes).map_err(|_| StateError)
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
        let asked =
            Asked { id: question.id, bank: self.bank.clone(), person: person.key.clone(), until: question.until };
        // A question that cannot be kept cannot be asked.
        self.apps.put(asked).map_err(|_| ConfirmationError::Cannot)
    }
}
