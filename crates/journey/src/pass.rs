//! One pass with nobody there, as the system of a telephone allows it while the app is closed: what is over ends, what
//! came is collected, and what the person should be told is named. No viewing password is needed: sections arrive
//! sealed and are kept sealed.

use std::time::Duration;

use tokio::sync::{Mutex, watch};
use vault::tables::outbox::{OutboxRow, Tell};
use vault::tables::queries::Stage;

use crate::fault::Fault;
use crate::tick::missing;
use crate::view::Language;
use crate::{Journey, Notice, Parts};

/// What the system should wake the app for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// Nothing.
    Nothing,
    /// Nothing comes any more; what is here ends after this much time.
    End(Duration),
    /// Something comes by itself: banks answer, or the gateway still has to be told of an end.
    More,
    /// It could not be done now, or was stopped: sooner or later again.
    Undone,
}

/// What a pass left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// What is worth another.
    pub left: Left,
    /// What the person should be told, each once.
    pub notices: Vec<Notice>,
    /// In which language.
    pub language: Language,
}

impl Passed {
    /// Nothing was done.
    const UNDONE: Self = Self { left: Left::Undone, notices: Vec::new(), language: Language::System };
}

impl Journey {
    /// What is worth waking the app for, as things stand.
    ///
    /// # Errors
    /// What stands in the way of knowing.
    pub async fn left(&self) -> Result<Left, Fault> {
        self.house(|house| {
            if house.account()?.is_none() {
                return Ok(Left::Nothing);
            }
            let live = house.live()?;
            let comes = match &live {
                Some(row) => waits(row.stage, row.stage == Stage::Ready && missing(house, row)?),
                None => false,
            };
            if comes || untold(&house.read(|read| read.outbox().all())?) {
                return Ok(Left::More);
            }
            let end = live.as_ref().and_then(vault::shred::end_of);
            Ok(end.map_or(Left::Nothing, |end| Left::End(end.since(house.now()))))
        })
        .await
    }

    /// One pass: ends first, then everything that goes on by itself.
    pub async fn pass(&self) -> Passed {
        let went = self.tick().await;
        let notices = self.notify_wanted().await;
        let left = match (went, self.left().await) {
            (Ok(()), Ok(Left::More)) => Left::More,
            (_, Ok(left @ (Left::Nothing | Left::End(_)))) => left,
            (Err(_), Ok(Left::More)) | (_, Ok(Left::Undone) | Err(_)) => Left::Undone,
        };
        let language = self.settings_get().await.map_or(Language::System, |settings| settings.locale);
        Passed { left, notices, language }
    }
}

/// Whether a query in this stage gets something by itself; `missing` is whether the gateway may have more of it than is
/// here.
const fn waits(stage: Stage, missing: bool) -> bool {
    match stage {
        Stage::Sending | Stage::Collecting | Stage::Retrying => true,
        Stage::Ready => missing,
        Stage::Prepared | Stage::Verifying | Stage::Ending(_) => false,
    }
}

/// Whether an end is still to be told; that sections were collected is told with them.
fn untold(outbox: &[OutboxRow]) -> bool {
    outbox.iter().any(|row| row.tell != Tell::Collected)
}

/// Who may have the profile of this process: the app once it runs, and before that one pass at a time.
pub struct Turns {
    running: Mutex<Option<Journey>>,
    stops: watch::Sender<u64>,
}

impl Default for Turns {
    fn default() -> Self {
        Self { running: Mutex::default(), stops: watch::Sender::new(0) }
    }
}

impl Turns {
    /// The app starts: a pass under way is stopped and closed first. From now on passes are made by what is returned.
    pub async fn take(&self, parts: Parts) -> Journey {
        self.stop();
        let mut running = self.running.lock().await;
        let journey = Journey::open(parts).await;
        *running = Some(journey.clone());
        journey
    }

    /// One pass: by the app where it runs, by a journey of its own where it does not, which is closed afterwards.
    pub async fn pass(&self, parts: impl FnOnce() -> Option<Parts>) -> Passed {
        let mut stops = self.stops.subscribe();
        let running = self.running.lock().await;
        if let Some(journey) = running.clone() {
            drop(running);
            return until(&mut stops, &journey).await;
        }
        let Some(parts) = parts() else { return Passed::UNDONE };
        let journey = Journey::open(parts).await;
        let passed = until(&mut stops, &journey).await;
        journey.shut_down();
        passed
    }

    /// Stops the pass that is under way: the app starts, or the system wants its time back.
    pub fn stop(&self) {
        self.stops.send_modify(|stops| *stops = stops.wrapping_add(1));
    }
}

/// A pass, unless it is stopped.
async fn until(stops: &mut watch::Receiver<u64>, journey: &Journey) -> Passed {
    tokio::select! {
        biased;
        _ = stops.changed() => Passed::UNDONE,
        passed = journey.pass() => passed,
    }
}

#[cfg(test)]
mod tests {
    use protocol::id::QueryId;
    use protocol::time::Timestamp;
    use vault::tables::records::Ended;

    use super::*;

    #[test]
    fn the_system_wakes_nobody_for_what_the_person_has_to_do() {
        for stage in [Stage::Prepared, Stage::Verifying, Stage::Ending(Ended::Expired)] {
            assert!(!waits(stage, true), "{stage:?}");
        }
        assert!(!waits(Stage::Ready, false), "the report is whole");
        assert!(waits(Stage::Ready, true), "a section waits at the gateway");
        for stage in [Stage::Sending, Stage::Collecting, Stage::Retrying] {
            assert!(waits(stage, false), "{stage:?}");
        }
    }

    #[test]
    fn an_end_nobody_was_told_of_is_worth_waking_for() {
        let at = Timestamp::from_millis(0);
        let row = |tell| OutboxRow { query: QueryId::new(), tell, since: at, tries: 0, next_at: at };
        assert!(!untold(&[]) && !untold(&[row(Tell::Collected)]));
        for tell in [Tell::Withdraw, Tell::Delete, Tell::FaceWithdrawn] {
            assert!(untold(&[row(Tell::Collected), row(tell)]), "{tell:?}");
        }
    }
}
