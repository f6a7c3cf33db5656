//! Application: the stored body is sent, the same bytes again and again, until the gateway has said one definite thing.

use std::time::Duration;

use protocol::code::FactorKind;
use protocol::consent::APPLY_WITHIN;
use protocol::id::QueryId;
use protocol::json::{self, V1};
use protocol::routes::{Accepted, Apply, AskedBank, Queries};
use protocol::sms::SmsKind;
use protocol::time::Timestamp;
use vault::tables::outbox::Tell;
use vault::tables::queries::{QueryRow, Stage};
use vault::tables::records::Ended;
use vault::tables::verifications::{Act, VerificationRow};

use crate::Journey;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::verify::tokens;
use crate::view::{QueryView, What};

/// How long after `apply_by` the same bytes are still sent: only a stored answer can come back then.
const GRACE: Duration = Duration::from_secs(10 * 60);
/// How far the acceptance may lie outside of the consent's own times.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);
/// From acceptance to the close.
const DUE_AFTER: Duration = Duration::from_secs(24 * 3600);

/// Why a query was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// A factor is missing.
    #[error("a factor is missing: {}", .0.as_str())]
    Missing(Missing),
    /// The consent lapsed before it was sent; the query is a record now.
    #[error("the consent lapsed before it was sent")]
    Lapsed,
    /// What any act can meet, and the gateway's definite refusals.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The factor that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The code.
    Sms,
    /// The one beside the code.
    Second,
}

impl Missing {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Second => "second",
        }
    }
}

impl Journey {
    /// Stores the whole body durably, then sends it. Without an answer the query stays `sending` and goes on by itself.
    ///
    /// # Errors
    /// `no_query`, `factor_missing`, `consent_lapsed`, and the gateway's definite refusals; the query is a record then.
    pub async fn apply_submit(&self) -> Result<QueryView, ApplyError> {
        let _act = self.0.act.lock().await;
        let query = self
            .decide(|house| {
                house.active()?;
                let mut row = house.live()?.ok_or(Fault::NoQuery)?;
                match row.stage {
                    Stage::Sending => return Ok(row.query),
                    Stage::Prepared | Stage::Verifying => {}
                    Stage::Collecting | Stage::Ready | Stage::Retrying | Stage::Ending(_) => {
                        return Err(ApplyError::Fault(Fault::WrongState));
                    }
                }
                if house.signed_now() > row.apply_by {
                    house.end(row.query, Ended::Lapsed, None)?;
                    return Err(ApplyError::Lapsed);
                }
                let rows = house.factors(Act::Query)?;
                let code = |row: &VerificationRow| row.kind == FactorKind::Sms && row.token.is_some();
                let missing = if rows.iter().any(code) { Missing::Second } else { Missing::Sms };
                let tokens = tokens(&rows, house.now()).ok_or(ApplyError::Missing(missing))?;
                let consent = house.read(|read| read.consents().get(row.query))?.ok_or(Fault::NoQuery)?;
                let banks: Option<Vec<AskedBank>> = consent
                    .banks
                    .iter()
                    .map(|bank| Some(AskedBank { code: bank.code.parse().ok()?, salt: bank.salt }))
                    .collect();
                let body = Apply {
                    v: V1,
                    consent: consent.jws,
                    subject_salt: consent.subject_salt,
                    banks: banks.ok_or(Fault::Damaged)?,
                    tokens: tokens.to_vec(),
                };
                row.body = Some(serde_json::to_vec(&body).map_err(|_| Fault::Internal)?);
                row.stage = Stage::Sending;
                house.write(|write| write.queries().put(&row))?;
                Ok(row.query)
            })
            .await?;
        self.changed(What::Query);
        // Whatever comes of this try, the next ones go by themselves.
        self.wake();
        self.send(query).await?;
        Ok(self.view_of(query).await?)
    }

    /// Drops a query that was not sent: nothing of it stays but a record that it lapsed.
    ///
    /// # Errors
    /// `no_query`, `wrong_state` once it is on its way: withdraw then.
    pub async fn apply_cancel(&self) -> Result<(), Fault> {
        let _act = self.0.act.lock().await;
        self.house(|house| {
            let row = house.live()?.ok_or(Fault::NoQuery)?;
            match row.stage {
                Stage::Prepared | Stage::Verifying => house.end(row.query, Ended::Lapsed, None),
                Stage::Sending | Stage::Collecting | Stage::Ready | Stage::Retrying | Stage::Ending(_) => {
                    Err(Fault::WrongState)
                }
            }
        })
        .await?;
        self.changed(What::Query);
        Ok(())
    }

    /// One try to send; what cannot be answered now is left as it is for the next.
    pub(crate) async fn send(&self, query: QueryId) -> Result<(), Fault> {
        let (row, key, now) = self
            .house(move |house| Ok((house.read(|read| read.queries().get(query))?, house.key()?, house.signed_now())))
            .await?;
        let Some(row) = row.filter(|row| row.stage == Stage::Sending) else { return Ok(()) };
        if now > row.given_at + APPLY_WITHIN + GRACE {
            return self.find_out(row, now).await;
        }
        let body = row.body.clone().ok_or(Fault::Damaged)?;
        let answer = self.0.gateway.post_bytes(&key, "/v1/queries", body.into(), query.into()).await;
        let accepted = match answer {
            Ok(incoming) => json::parse_response::<Accepted>(&incoming.body).map_err(|_| CallFault::NotUnderstood),
            Err(fault) => Err(fault),
        };
        match accepted {
            Ok(accepted) => self.accept(row, accepted.query_id, accepted.accepted_at, accepted.due_at).await,
            Err(fault) if fault.passes() => {
                self.pause(fault.pause());
                Ok(())
            }
            Err(fault) => {
                let code = fault.code();
                self.house(move |house| house.end(query, Ended::Refused, code)).await?;
                self.changed(What::Query);
                self.heed::<()>(Err(fault)).await
            }
        }
    }

    /// Long after: either the gateway has it, or it must never begin.
    async fn find_out(&self, row: QueryRow, now: Timestamp) -> Result<(), Fault> {
        let key = self.house(|house| house.key()).await?;
        let queries: Queries = match self.0.gateway.get(Some(&key), "/v1/queries", None).await {
            Ok(queries) => queries,
            Err(fault) if fault.passes() => {
                self.pause(fault.pause());
                return Ok(());
            }
            Err(fault) => return self.heed::<()>(Err(fault)).await,
        };
        if let Some(found) = queries.queries.iter().find(|found| found.query_id == row.query) {
            return self.accept(row, found.query_id, found.accepted_at, found.accepted_at + DUE_AFTER).await;
        }
        self.house(move |house| {
            house.write(|write| write.outbox().insert(row.query, Tell::Withdraw, now))?;
            house.end(row.query, Ended::Lapsed, None)
        })
        .await?;
        self.changed(What::Query);
        self.flush_outbox().await;
        Ok(())
    }

    /// The gateway has accepted: its times are kept when they are those of this consent.
    async fn accept(
        &self,
        row: QueryRow,
        query: QueryId,
        accepted_at: Timestamp,
        due_at: Timestamp,
    ) -> Result<(), Fault> {
        let in_time = row.given_at - TOLERANCE <= accepted_at && accepted_at <= row.apply_by + TOLERANCE;
        if query != row.query || due_at != accepted_at + DUE_AFTER || !in_time {
            self.pause(Duration::from_secs(60));
            return Err(Fault::AnswerRefused);
        }
        self.house(move |house| {
            // Withdrawn while the request was on its way: a late acceptance changes nothing.
            let Some(mut row) = house.read(|read| read.queries().get(query))?.filter(|row| row.stage == Stage::Sending)
            else {
                return Ok(());
            };
            row.accepted_at = Some(accepted_at);
            row.due_at = Some(due_at);
            row.ends_at = Some(protocol::calendar::retention_end(due_at));
            row.stage = Stage::Collecting;
            row.body = None;
            house.note_deadline(query, protocol::calendar::retention_end(due_at))?;
            house.write(|write| {
                write.queries().put(&row)?;
                write.verifications().delete(Act::Query)
            })?;
            house.expect_message(SmsKind::QueryStarted, &query.to_string(), 0)?;
            house.expect_message(SmsKind::Result, &query.to_string(), 0)
        })
        .await?;
        self.changed(What::Query);
        self.0.wake.notify_one();
        Ok(())
    }
}
