//! One inquiry from the door to the slot (8-states, table 4).

use protocol::answer::{Answer, AnswerState};
use protocol::calendar::retention_end;
use protocol::code::{BankRefusal, Outcome, Role};
use protocol::encode::{Digest, b64u};
use protocol::id::QueryId;
use protocol::json::V1;
use protocol::routes::{self, InquiryAnswer};
use protocol::statement::Statement;
use tokio::time::Instant;

use crate::answer::{Chosen, seal};
use crate::check::{self, Inquiry};
use crate::office::Bank;
use crate::seven_days::too_soon;
use crate::store::{Answered, CONSENT_LIFE, INQUIRIES, InquiryLine, Keeping, KeptAnswer, StoreError};

/// Why an inquiry got no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InquiryError {
    /// The statement is not the gateway's.
    #[error("the statement is not the gateway's")]
    Statement,
    /// Later.
    #[error("ask again in {retry_after} s")]
    Later {
        /// Seconds after which to ask again.
        retry_after: u32,
    },
}

impl From<StoreError> for InquiryError {
    fn from(_: StoreError) -> Self {
        Self::Later { retry_after: 30 }
    }
}

/// Seconds the gateway waits when a look-up took longer than one call may.
const SLOW_LEDGER: u32 = 10;

/// Seconds the gateway waits when the bank's directory has ended and no newer one came.
const NO_DIRECTORY: u32 = 30;

impl Bank {
    /// Answers an inquiry whose request signature was checked. Whatever the outcome, it leaves at a slot.
    ///
    /// # Errors
    /// [`InquiryError`].
    pub async fn inquire(&self, body: &routes::Inquiry) -> Result<InquiryAnswer, InquiryError> {
        let received = Instant::now();
        let answer = self.decide_inquiry(body).await;
        self.terms.slot.wait(received).await;
        answer
    }

    /// The person withdrew: bytes and identifiers go, the query id is remembered until its consent has ended.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn withdraw(&self, query: QueryId) -> Result<(), StoreError> {
        let until = self.now() + CONSENT_LIFE + protocol::consent::AHEAD;
        self.stored(move |store| store.withdraw(query, until)).await
    }

    async fn decide_inquiry(&self, body: &routes::Inquiry) -> Result<InquiryAnswer, InquiryError> {
        let directory = self.directory_in_force().ok_or(InquiryError::Later { retry_after: NO_DIRECTORY })?;
        let statement = Statement::verify(&body.statement, &directory).map_err(|_| InquiryError::Statement)?;
        let stated = statement.clone();
        match check::inquiry(statement, body, &self.terms, &directory, self.now()) {
            Ok(inquiry) => self.remembered(inquiry).await,
            Err(code) => Ok(self.refuse(&stated, code)),
        }
    }

    /// What the store knows: withdrawn, answered before, another report of this person.
    async fn remembered(&self, inquiry: Inquiry) -> Result<InquiryAnswer, InquiryError> {
        let (query, round, consent) = (inquiry.statement.query_id, inquiry.statement.round, inquiry.statement.consent);
        let (person, replaces, now) = (self.index.person(&inquiry.subject), inquiry.consent.replaces, self.now());
        let known = self
            .stored(move |store| {
                if store.is_withdrawn(query)? {
                    return Ok(Known::Refused(BankRefusal::Withdrawn));
                }
                if store.consent_of(query)?.is_some_and(|of| of != consent) {
                    return Ok(Known::Refused(BankRefusal::Replayed));
                }
                if let Some(kept) = store.kept(query, round)? {
                    return Ok(Known::Answered(kept));
                }
                let waits = too_soon(&store.live(&person, now)?, query, replaces);
                Ok(if waits { Known::Refused(BankRefusal::TooSoon) } else { Known::Nothing })
            })
            .await?;
        match known {
            Known::Nothing => self.look_up(inquiry).await,
            Known::Answered(kept) => Ok(InquiryAnswer { answer: kept.answer, sealed: Some(b64u(&kept.sealed)) }),
            Known::Refused(code) => Ok(self.refuse(&inquiry.statement, code)),
        }
    }

    async fn look_up(&self, inquiry: Inquiry) -> Result<InquiryAnswer, InquiryError> {
        let person = self.index.person(&inquiry.subject);
        let line = InquiryLine { query: inquiry.statement.query_id, device: inquiry.statement.device, at: self.now() };
        let (consent, current) = (inquiry.statement.consent, line.clone());
        let before = self
            .stored(move |store| {
                store.log(&person, &consent, &current)?;
                store.inquiries(&person)
            })
            .await?;
        let looked_up = tokio::time::timeout(self.terms.ledger_limit, self.ledger.cards_of(&inquiry.subject)).await;
        let found = match looked_up {
            Ok(Ok(found)) => found,
            Ok(Err(error)) => return Err(InquiryError::Later { retry_after: error.retry_after }),
            Err(_) => return Err(InquiryError::Later { retry_after: SLOW_LEDGER }),
        };
        let chosen = Chosen::from(found, &self.terms.kinds, &inquiry.consent);
        let (outcome, as_of) = (chosen.outcome, self.now());
        let key = self.keys.signing(Role::Bank, &self.terms.code, &self.directory(), as_of);
        let section = chosen.section(&inquiry, as_of, &lines(line, before, outcome));
        let sealed = seal(section, &inquiry, &key).map_err(|_| InquiryError::Later { retry_after: SLOW_LEDGER })?;
        let answer = self.sign(&inquiry.statement, AnswerState::Answered, Some(Digest::of(&sealed)), None);
        let kept = KeptAnswer { consent: inquiry.statement.consent, answer, sealed };
        self.keep(&inquiry, person, outcome, kept).await
    }

    async fn keep(
        &self,
        inquiry: &Inquiry,
        person: crate::store::Person,
        outcome: Outcome,
        kept: KeptAnswer,
    ) -> Result<InquiryAnswer, InquiryError> {
        let answered = Answered {
            query: inquiry.statement.query_id,
            round: inquiry.statement.round,
            person,
            device: inquiry.statement.device,
            outcome,
            at: self.now(),
            consent_expires_at: inquiry.consent.expires_at,
            report_ends_at: retention_end(inquiry.consent.given_at),
            replaces: inquiry.consent.replaces,
            kept: kept.clone(),
        };
        Ok(match self.stored(move |store| store.keep(&answered)).await? {
            Keeping::Kept => InquiryAnswer { answer: kept.answer, sealed: Some(b64u(&kept.sealed)) },
            Keeping::Already(first) => InquiryAnswer { answer: first.answer, sealed: Some(b64u(&first.sealed)) },
            Keeping::Withdrawn => self.refuse(&inquiry.statement, BankRefusal::Withdrawn),
            Keeping::TooSoon => self.refuse(&inquiry.statement, BankRefusal::TooSoon),
            Keeping::Replayed => self.refuse(&inquiry.statement, BankRefusal::Replayed),
        })
    }

    fn refuse(&self, statement: &Statement, code: BankRefusal) -> InquiryAnswer {
        tracing::info!(code = code.as_str(), query = %statement.query_id, "an inquiry was refused");
        if code == BankRefusal::Replayed {
            tracing::error!(alarm = true, code = code.as_str(), query = %statement.query_id, "one query came under two consents");
        }
        InquiryAnswer { answer: self.sign(statement, AnswerState::Refused, None, Some(code)), sealed: None }
    }

    fn sign(
        &self,
        statement: &Statement,
        state: AnswerState,
        sealed: Option<Digest>,
        code: Option<BankRefusal>,
    ) -> String {
        let at = self.now();
        let answer = Answer {
            v: V1,
            query_id: statement.query_id,
            bank: self.terms.code.clone(),
            round: statement.round,
            consent: statement.consent,
            state,
            sealed,
            code,
            at,
        };
        answer.sign(&self.keys.signing(Role::Bank, &self.terms.code, &self.directory(), at))
    }
}

enum Known {
    Nothing,
    Answered(KeptAnswer),
    Refused(BankRefusal),
}

/// The current inquiry first, then the newest others. Where nothing was found nothing is remembered of the person, so
/// only the current one is listed.
fn lines(current: InquiryLine, before: Vec<InquiryLine>, outcome: Outcome) -> Vec<InquiryLine> {
    let query = current.query;
    let mut lines = vec![current];
    if outcome != Outcome::None {
        lines.extend(before.into_iter().filter(|line| line.query != query));
    }
    lines.truncate(INQUIRIES);
    lines
}
