//! "Not me": this device says that another one which wants the account, or took it, is not its owner's, and with both
//! factors here it gets the account back.

use protocol::id::IdempotencyKey;
use protocol::json::V1;
use protocol::routes::{Frozen, Plain};
use protocol::sms::SmsKind;
use vault::tables::account::Step;
use vault::tables::verifications::{Act, VerificationRow};

use super::EnrolError;
use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::notify::TOLD_DEVICE;
use crate::verify::tokens;
use crate::view::{Takeover, What};

/// Setting that names the device key with which "not me" was said of the device that took over.
const SAID: &str = "not_me";

impl Journey {
    /// Ends what waits elsewhere for its proof, and freezes a device that took over already. May be said again.
    ///
    /// # Errors
    /// `wrong_state` where nobody is enrolled; the network's.
    pub async fn enrol_not_me(&self) -> Result<(), EnrolError> {
        let _act = self.0.act.lock().await;
        let key = self
            .house(|house| match house.account()?.map(|account| account.step) {
                Some(Step::Active | Step::Retired) => house.key(),
                Some(Step::Started | Step::CodeWait | Step::Proving | Step::Confirmed) | None => Err(Fault::WrongState),
            })
            .await?;
        let told =
            self.0.gateway.post::<Frozen>(&key, "/v1/account/not-me", &Plain { v: V1 }, IdempotencyKey::new()).await;
        self.heed(told).await?;
        // Whether one took over at all is only learned by asking; without an answer it is learned later, and said again.
        let _ = self.learn_allowance().await;
        self.house(|house| {
            let Some(account) = house.account()? else { return Ok(()) };
            if account.step == Step::Retired {
                house.write(|write| write.settings().put(SAID, &account.device_kid.to_string()))?;
            }
            expect_next(house)
        })
        .await?;
        self.changed(What::Account);
        Ok(())
    }
}

/// Whether another device took over, and whether this one has said "not me" of it.
pub(crate) fn takeover(house: &House) -> Result<Option<Takeover>, Fault> {
    let Some(account) = house.account()?.filter(|account| account.step == Step::Retired) else { return Ok(None) };
    let said = house.setting(SAID)?.is_some_and(|kid| kid == account.device_kid.to_string());
    Ok(Some(if said { Takeover::Frozen } else { Takeover::Done }))
}

/// The gateway no longer takes this device's word: "not me" can be said anew.
pub(crate) fn unsay(house: &House) -> Result<(), Fault> {
    house.write(|write| write.settings().delete(SAID))
}

/// Both factors passed on the device that said "not me": the account is its own again. Gives whether it was so.
pub(crate) fn take_back(house: &House, factors: &[VerificationRow]) -> Result<bool, Fault> {
    let back = takeover(house)? == Some(Takeover::Frozen) && tokens(factors, house.now()).is_some();
    let Some(mut account) = house.account()?.filter(|_| back) else { return Ok(false) };
    account.step = Step::Active;
    account.hold_until = None;
    house.write(|write| {
        write.settings().delete(SAID)?;
        write.settings().delete(TOLD_DEVICE)?;
        // The gateway has used them for this; a new password needs its own.
        write.verifications().delete(Act::Reset)?;
        write.account().put(&account)
    })?;
    Ok(true)
}

/// The next message about a change of device carries the next characters: the last ones may have been used up.
fn expect_next(house: &House) -> Result<(), Fault> {
    let Some(account) = house.account()?.and_then(|account| account.account) else { return Ok(()) };
    let kind = SmsKind::DeviceChanged;
    let known = house.read(|read| read.messages().newest(50))?;
    let last = known.iter().filter(|row| row.kind == kind.as_str()).map(|row| row.n).max().unwrap_or(0);
    house.expect_message(kind, &account.to_string(), last + 1)
}
