//! Rounds: banks that refused or stayed silent are asked again, inside the same consent and to the same end.

use protocol::code::BankState;
use protocol::consent::HOLDS_FOR;
use protocol::envelope::DUE_AFTER;
use protocol::id::{IdempotencyKey, QueryId};
use protocol::json::V1;
use protocol::refusal::Code;
use protocol::routes::{Retry, Retrying};
use protocol::time::Timestamp;
use vault::tables::banks::BankRow;
use vault::tables::queries::Stage;

use super::CollectError;
use crate::Journey;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::verify::query_path;
use crate::view::{CollectView, What};

impl Journey {
    /// Asks again every bank that refused or stayed silent, inside the same consent and with the same end.
    ///
    /// # Errors
    /// `not_closed`, `retry_none_open`, `retry_used_up`, `consent_lapsed`.
    pub async fn collect_retry(&self) -> Result<CollectView, CollectError> {
        let act = self.0.act.lock().await;
        let (row, key) = self
            .decide(|house| {
                let row = house.live()?.ok_or(Fault::NoQuery)?;
                match row.stage {
                    Stage::Ready => {}
                    Stage::Prepared | Stage::Verifying | Stage::Sending | Stage::Collecting => {
                        return Err(CollectError::NotClosed);
                    }
                    Stage::Retrying | Stage::Ending(_) => return Err(CollectError::Fault(Fault::WrongState)),
                }
                if row.round >= 3 {
                    return Err(CollectError::UsedUp);
                }
                if house.now() >= row.consent_expires_at {
                    return Err(CollectError::Lapsed);
                }
                if !house.banks(row.query)?.iter().any(open_again) {
                    return Err(CollectError::NoneOpen);
                }
                Ok((row, house.key()?))
            })
            .await?;
        let (query, round) = (row.query, row.round + 1);
        let path = format!("{}/retry", query_path(query));
        let told = self.0.gateway.post::<Retrying>(&key, &path, &Retry { v: V1, round }, IdempotencyKey::new()).await;
        let unheard = told.as_ref().is_err_and(unheard);
        match self.heed(told).await {
            Ok(began) => self.begin(query, round, began.due_at).await?,
            Err(_) if unheard && self.began(query, round).await => {}
            Err(fault) => return Err(fault.into()),
        }
        drop(act);
        Ok(self.collect_state().await?)
    }

    /// Whether the round began although its beginning was not told.
    async fn began(&self, query: QueryId, round: u8) -> bool {
        // Without an answer nobody knows; the next press asks once more.
        let _ = self.collect(query).await;
        let live = self.house(|house| house.live()).await;
        live.ok().flatten().is_some_and(|row| row.query == query && row.round == round)
    }

    /// The gateway began a round: open banks are waited for again, for a day and no longer than the consent lasts.
    pub(super) async fn begin(&self, query: QueryId, round: u8, due_at: Timestamp) -> Result<(), Fault> {
        self.house(move |house| {
            let Some(mut row) = house.live()?.filter(|row| row.query == query && row.stage == Stage::Ready) else {
                return Ok(());
            };
            row.stage = Stage::Retrying;
            row.round = round;
            row.round_due_at = Some(due_at.min(house.now() + DUE_AFTER).min(row.given_at + HOLDS_FOR));
            let banks = house.banks(query)?;
            house.write(|write| {
                write.queries().put(&row)?;
                for bank in banks.into_iter().filter(open_again) {
                    write.banks().put(query, &BankRow { round, ..BankRow::pending(bank.bank, bank.place) })?;
                }
                Ok(())
            })
        })
        .await?;
        self.changed(What::Query);
        self.0.wake.notify_one();
        Ok(())
    }
}

/// Whether a retry would ask this bank again.
pub(crate) fn open_again(row: &BankRow) -> bool {
    matches!(row.state, BankState::Refused | BankState::Unanswered)
}

/// Whether an earlier press, or this one, may have been heard and its answer lost.
fn unheard(fault: &CallFault) -> bool {
    let once = matches!(fault.code(), Some(Code::NotClosed | Code::RetryNoneOpen | Code::RetryUsedUp));
    once || fault.passes()
}
