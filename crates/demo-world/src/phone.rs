//! The phone: every message the gateway sends, kept so that a restart loses none.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use gateway::ports::{self, SmsChannel, SourceDown};
use protocol::time::{Clock, Timestamp};
use serde::{Deserialize, Serialize};

/// The most messages kept.
const KEPT: usize = 200;

/// One message on the phone.
#[derive(Clone, Serialize, Deserialize)]
pub struct Sms {
    /// To whom.
    pub mobile: String,
    /// Its text.
    pub text: String,
    /// When it came.
    pub at: Timestamp,
    /// Same key, same message.
    pub dedup_key: String,
}

/// Everybody's phone.
pub(crate) struct Phone {
    file: PathBuf,
    clock: Arc<dyn Clock>,
    messages: Mutex<Vec<Sms>>,
}

impl Phone {
    /// Takes up the messages that came before.
    pub(crate) fn open(file: PathBuf, clock: Arc<dyn Clock>) -> Self {
        let before =
            std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, clock, messages: Mutex::new(before) }
    }

    pub(crate) fn all(&self) -> Vec<Sms> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl SmsChannel for Phone {
    async fn send(&self, sms: ports::Sms) -> Result<(), SourceDown> {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.iter().any(|before| before.dedup_key == sms.dedup_key) {
            return Ok(());
        }
        messages.push(Sms { mobile: sms.mobile, text: sms.text, at: self.clock.now(), dedup_key: sms.dedup_key });
        let over = messages.len().saturating_sub(KEPT);
        messages.drain(..over);
        let bytes = serde_json::to_vec(&*messages).map_err(|_| SourceDown)?;
        device::disk::write(&self.file, &bytes).map_err(|_| SourceDown)
    }
}
