//! Messages: which characters an official message must carry, so that a false one is recognised.

use vault::tables::account::Step;

use crate::Journey;
use crate::fault::Fault;
use crate::view::{Check, ExpectedMessage, MessagesView, Takeover};

/// How many messages are listed.
const LISTED: u32 = 10;

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

    /// Whether the message about a result should be told by the system now: once for each query that became ready.
    ///
    /// # Errors
    /// The database's.
    pub async fn notify_due(&self) -> Result<bool, Fault> {
        self.house(|house| {
            let Some(row) = house.live()?.filter(|row| row.stage == vault::tables::queries::Stage::Ready) else {
                return Ok(false);
            };
            let told = house.setting("notified")?;
            let mark = row.query.to_string();
            if told.as_deref() == Some(mark.as_str()) {
                return Ok(false);
            }
            house.write(|write| write.settings().put("notified", &mark))?;
            Ok(true)
        })
        .await
    }
}
