//! Messages: which characters an official message must carry, so that a false one is recognised.

use vault::tables::account::Step;
use vault::tables::queries::Stage;
use vault::tables::records::Ended;

use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::view::{Check, ExpectedMessage, MessagesView, Takeover};

/// How many messages are listed.
const LISTED: u32 = 10;

/// The query that was told last.
const TOLD_QUERY: &str = "notified";
/// The device key that another device's was told of.
pub(crate) const TOLD_DEVICE: &str = "notified_device";

/// What the system tells the person while the window is away: never what there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A query has a result.
    Ready,
    /// A query closed without one.
    NoResult,
    /// Another device took over.
    DeviceChanged,
}

impl Journey {
    /// The last messages and the expected ones, newest first.
    ///
    /// # Errors
    /// The keychain's and the database's.
    pub async fn notify_messages(&self) -> Result<MessagesView, Fault> {
        self.house(|house| {
            let Some(database) = house.database() else {
                return Ok(MessagesView { expected: Vec::new(), not_me: false });
            };
            let rows = database.read(|read| read.messages().newest(LISTED))?;
            let expected = rows.into_iter().map(|row| ExpectedMessage {
                kind: row.kind,
                check: Check { zh: row.zh, en: row.en },
                at: row.at.to_string(),
            });
            let live = house.account()?.is_some_and(|account| account.step == Step::Active);
            let not_me = live || crate::enrol::takeover(house)? == Some(Takeover::Done);
            Ok(MessagesView { expected: expected.collect(), not_me })
        })
        .await
    }

    /// What the system should tell the person now, each once: ask until there is nothing more.
    ///
    /// # Errors
    /// The database's.
    pub async fn notify_due(&self) -> Result<Option<Notice>, Fault> {
        self.house(|house| {
            let Some((notice, setting, mark)) = due(house)? else { return Ok(None) };
            if house.setting(setting)?.as_deref() == Some(mark.as_str()) {
                return Ok(None);
            }
            house.write(|write| write.settings().put(setting, &mark))?;
            Ok(Some(notice))
        })
        .await
    }

    /// As [`Self::notify_due`], all of them at once, without those the person does not want to be told.
    pub async fn notify_wanted(&self) -> Vec<Notice> {
        let mut told = Vec::new();
        while let Ok(Some(notice)) = self.notify_due().await {
            // That the account moved is told in any case.
            if notice == Notice::DeviceChanged || self.settings_get().await.is_ok_and(|settings| settings.notify) {
                told.push(notice);
            }
        }
        told
    }
}

/// What there is to tell, the setting that remembers what was told, and what tells it from others of its kind.
fn due(house: &House) -> Result<Option<(Notice, &'static str, String)>, Fault> {
    if crate::enrol::takeover(house)? == Some(Takeover::Done) {
        let mark = house.account()?.map(|account| account.device_kid.to_string()).unwrap_or_default();
        return Ok(Some((Notice::DeviceChanged, TOLD_DEVICE, mark)));
    }
    let Some(database) = house.database() else { return Ok(None) };
    if let Some(row) = database.read(|read| read.queries().live())? {
        return Ok((row.stage == Stage::Ready).then(|| (Notice::Ready, TOLD_QUERY, row.query.to_string())));
    }
    let last = database.read(|read| read.records().all())?.into_iter().next();
    let empty = last.filter(|record| record.ended == Ended::Empty);
    Ok(empty.map(|record| (Notice::NoResult, TOLD_QUERY, record.query.to_string())))
}
