//! The end: intent first, then key and file in whatever order they can go, then a record without cards.

use protocol::id::QueryId;
use protocol::refusal::Code;
use vault::tables::outbox::Tell;
use vault::tables::queries::Stage;
use vault::tables::records::Ended;

use crate::Journey;
use crate::fault::Fault;
use crate::house::{House, ended_view};
use crate::read::note;
use crate::view::{ReceiptRow, RecordRow, RecordView, Refusal, What};

/// Why no record is shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpireError {
    /// No such record.
    #[error("no such record")]
    NotFound,
    /// The vault is locked.
    #[error("the vault is locked")]
    Locked,
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Journey {
    /// Deletes the report at once; works offline, the gateway is told now or later.
    ///
    /// # Errors
    /// `no_query`; `wrong_state` while it is on its way: withdraw then.
    pub async fn expire_delete_now(&self, query_id: QueryId) -> Result<(), Fault> {
        self.end_now(query_id, Ended::Deleted).await
    }

    /// What remains of a query.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn expire_record(&self, query_id: QueryId) -> Result<RecordView, ExpireError> {
        self.decide(move |house| {
            let record = house.read(|read| read.records().get(query_id))?.ok_or(ExpireError::NotFound)?;
            let receipts = house.read(|read| read.receipts().of(query_id))?;
            let banks = house.banks(query_id)?.iter().map(crate::house::bank_view).collect();
            Ok(RecordView {
                banks,
                consent_id: record.consent.map(|id| id.to_string()).unwrap_or_default(),
                accepted_at: record.accepted_at.map(|at| at.to_string()),
                generated_at: record.generated_at.map(|at| at.to_string()),
                receipts: receipts
                    .into_iter()
                    .map(|row| ReceiptRow { reason: row.reason, at: row.at.to_string(), jws: row.jws })
                    .collect(),
                refusal: record
                    .refusal
                    .as_deref()
                    .and_then(|word| word.parse::<Code>().ok())
                    .map(|code| Refusal::of(code.into())),
                note: note::of(house, query_id)?,
                note_locked: house.unlocked.is_none() && note::any(house)?,
                row: row(&record),
            })
        })
        .await
    }

    /// Ends a query by the person's wish.
    pub(crate) async fn end_now(&self, query: QueryId, why: Ended) -> Result<(), Fault> {
        self.house(move |house| {
            let row = house.read(|read| read.queries().get(query))?.ok_or(Fault::NoQuery)?;
            let tell = match (row.stage, why) {
                // There is nothing to delete yet: what is on its way is withdrawn.
                (Stage::Sending, Ended::Deleted) => return Err(Fault::WrongState),
                (Stage::Ready | Stage::Retrying, Ended::Deleted) => Some(Tell::Delete),
                (Stage::Sending | Stage::Collecting | Stage::Ready | Stage::Retrying, _) => Some(Tell::Withdraw),
                (Stage::Prepared | Stage::Verifying | Stage::Ending(_), _) => None,
            };
            // Nothing was sent: it lapses, whatever it was called.
            let why = if matches!(row.stage, Stage::Prepared | Stage::Verifying) { Ended::Lapsed } else { why };
            if let Some(tell) = tell {
                let now = house.now();
                house.write(|write| write.outbox().insert(query, tell, now))?;
            }
            house.end(query, why, None)
        })
        .await?;
        self.changed(What::Query);
        self.flush_outbox().await;
        self.0.wake.notify_one();
        Ok(())
    }
}

/// One record, without anything of its report.
pub(crate) fn row(record: &vault::tables::records::RecordRow) -> RecordRow {
    RecordRow {
        query_id: record.query.to_string(),
        ended: ended_view(record.ended),
        given_at: record.given_at.to_string(),
        ended_at: record.ended_at.to_string(),
        banks: record.banks,
        replaces: record.replaces.is_some(),
    }
}

/// Ends everything whose time is over, and goes on with what was being ended. Never by a clock in doubt.
pub(crate) fn sweep(house: &mut House) -> Result<bool, Fault> {
    let mut changed = false;
    let Some(database) = house.database() else { return Ok(false) };
    for row in database.read(|read| read.queries().all())? {
        match row.stage {
            Stage::Ending(_) => changed |= house.finish(row.query)?,
            Stage::Prepared | Stage::Verifying
                if house.signed_now() > row.apply_by || house.now() > row.apply_by && !house.doubtful() =>
            {
                house.end(row.query, Ended::Lapsed, None)?;
                changed = true;
            }
            Stage::Collecting | Stage::Ready | Stage::Retrying if house.over(&row) => {
                house.end(row.query, Ended::Expired, None)?;
                changed = true;
            }
            Stage::Collecting | Stage::Ready | Stage::Retrying if house.lost(row.query)? => {
                let tell = if row.stage == Stage::Collecting { Tell::Withdraw } else { Tell::Delete };
                house.end_telling(row.query, Ended::Lost, None, Some(tell))?;
                changed = true;
            }
            Stage::Prepared
            | Stage::Verifying
            | Stage::Sending
            | Stage::Collecting
            | Stage::Ready
            | Stage::Retrying => {}
        }
    }
    // Writes the plain mark as well, by which files are unlinked while the keychain says nothing.
    if !house.vault()?.sweep()?.ended.is_empty() {
        house.forget_report();
        changed = true;
    }
    Ok(changed)
}
