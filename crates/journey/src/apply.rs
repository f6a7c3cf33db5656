//! Application: the stored body is sent, the same bytes again and again, until the gateway has said one definite thing.

use std::time::Duration;

use protocol::consent::APPLY_WITHIN;
use protocol::id::QueryId;
use protocol::json::{self, V1};
use protocol::routes::{Accepted, Apply, AskedBank, Queries};
use protocol::sms::SmsKind;
use protocol::time::Timestamp;
use vault::tables::outbox::Tell;
use vault::tables::queries::{QueryRow, Stage};
use vault::tables::records::Ended;
use vault::tables::verifications::Act;

use crate::Journey;
use crate::error::{ErrorCode, Refusal};
use crate::federation::calls::CallFault;
use crate::verify::tokens;
use crate::view::{QueryView, What};

/// How long after `apply_by` the same bytes are still sent: only a stored answer can come back then.
const GRACE: Duration = Duration::from_secs(10 * 60);
/// How far the acceptance may lie outside of the consent's own times.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);
/// From acceptance to the close.
const DUE_AFTER: Duration = Duration::from_secs(24 * 3600);

impl Journey {
    /// Stores the whole body durably, then sends it. Without an answer the query stays `sending` and goes on by itself.
    ///
    /// # Errors
    /// `no_query`, `factor_missing`, `consent_lapsed`, and the gateway's definite refusals; the query is a record then.
    pub async fn apply_submit(&self) -> Result<QueryView, Refusal> {
        let _act = self.0.act.lock().await;
        let query = self
            .house(|house| {
                house.active()?;
                let mut row = house.live()?.ok_or(ErrorCode::NoQuery)?;
                match row.stage {
                    Stage::Sending => return Ok(row.query),
                    Stage::Prepared | Stage::Verifying => {}
                    Stage::Collecting | Stage::Ready | Stage::Retrying | Stage::Ending(_) => {
                        return Err(ErrorCode::WrongState.into());
                    }
                }
                if house.now() > row.apply_by {
                    house.end(row.query, Ended::Lapsed, None)?;
                    return Err(ErrorCode::ConsentLapsed.into());
                }
                let rows = house.factors(Act::Query)?;
                let tokens = tokens(&rows, house.now()).ok_or_else(|| {
                    let missing =
                        if rows.iter().any(|row| row.kind == protocol::code::FactorKind::Sms && row.token.is_some()) {
                            "second"
                        } else {
                            "sms"
                        };
                    Refusal::of(ErrorCode::FactorMissing).with("kind", missing)
                })?;
                let consent = house.db()?.read(|read| read.consents().get(row.query))?.ok_or(ErrorCode::NoQuery)?;
                let banks: Option<Vec<AskedBank>> = consent
                    .banks
                    .iter()
                    .map(|bank| Some(AskedBank { code: bank.code.parse().ok()?, salt: bank.salt }))
                    .collect();
                let body = Apply {
                    v: V1,
                    consent: consent.jws,
                    subject_salt: consent.subject_salt,
                    banks: banks.ok_or(ErrorCode::StorageDamaged)?,
                    tokens: tokens.to_vec(),
                };
                row.body = Some(serde_json::to_vec(&body).map_err(|_| ErrorCode::Internal)?);
                row.stage = Stage::Sending;
                house.db()?.write(|write| write.queries().put(&row))?;
                Ok(row.query)
            })
            .await?;
        self.changed(What::Query);
        self.send(query).await?;
        self.view_of(query).await
    }

    /// Drops a query that was not sent: nothing of it stays but a record that it lapsed.
    ///
    /// # Errors
    /// `no_query`, `wrong_state` once it is on its way: withdraw then.
    pub async fn apply_cancel(&self) -> Result<(), Refusal> {
        let _act = self.0.act.lock().await;
        self.house(|house| {
            let row = house.live()?.ok_or(ErrorCode::NoQuery)?;
            match row.stage {
                Stage::Prepared | Stage::Verifying => house.end(row.query, Ended::Lapsed, None),
                Stage::Sending | Stage::Collecting | Stage::Ready | Stage::Retrying | Stage::Ending(_) => {
                    Err(ErrorCode::WrongState.into())
                }
            }
        })
        .await?;
        self.changed(What::Query);
        Ok(())
    }

    /// One try to send; what cannot be answered now is left as it is for the next.
    pub(crate) async fn send(&self, query: QueryId) -> Result<(), Refusal> {
        let (row, key, now) = self
            .house(move |house| Ok((house.db()?.read(|read| read.queries().get(query))?, house.key()?, house.now())))
            .await?;
        let Some(row) = row.filter(|row| row.stage == Stage::Sending) else { return Ok(()) };
        if now > row.given_at + APPLY_WITHIN + GRACE {
            return self.find_out(row, now).await;
        }
        let body = row.body.clone().ok_or(ErrorCode::StorageDamaged)?;
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
    async fn find_out(&self, row: QueryRow, now: Timestamp) -> Result<(), Refusal> {
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
            house.db()?.write(|write| write.outbox().insert(row.query, Tell::Withdraw, now))?;
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
    ) -> Result<(), Refusal> {
        let in_time = row.given_at - TOLERANCE <= accepted_at && accepted_at <= row.apply_by + TOLERANCE;
        if query != row.query || due_at != accepted_at + DUE_AFTER || !in_time {
            self.pause(Duration::from_secs(60));
            return Err(ErrorCode::AnswerRefused.into());
        }
        self.house(move |house| {
            // Withdrawn while the request was on its way: a late acceptance changes nothing.
            let Some(mut row) =
                house.db()?.read(|read| read.queries().get(query))?.filter(|row| row.stage == Stage::Sending)
            else {
                return Ok(());
            };
            row.accepted_at = Some(accepted_at);
            row.due_at = Some(due_at);
            row.ends_at = Some(protocol::calendar::retention_end(due_at));
            row.stage = Stage::Collecting;
            row.body = None;
            house.note_deadline(query, protocol::calendar::retention_end(due_at))?;
            house.db()?.write(|write| {
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
