//! Enrolment: the four entries, the code, a stronger proof when another device lives, the phrase and the password.

mod form;
mod not_me;
mod proof;
mod stored;

use std::ops::RangeInclusive;

use protocol::enrolment::Enrolment;
use protocol::id::IdempotencyKey;
use protocol::json::{self, V1};
use protocol::routes::{Code, Enrolled, EnrolmentOpen, Plain, Queries};
use protocol::sms::SmsKind;
use protocol::text::{self, Text};
use vault::tables::account::Step;
use vault::tables::verifications::Act;
use vault::{PasswordRefusal, VaultError};

use crate::compare::forget;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::unlock::choose;
use crate::verify::{VerifyError, code_text};
use crate::view::{EnrolForm, EnrolView, What};
use crate::{Journey, Secret};

use form::check;
pub(crate) use not_me::{take_back, takeover, unsay};
pub(crate) use stored::retire;
use stored::{begin, view};

/// How long a security phrase is, in code points: long enough not to be guessed by a fake page, short enough to be seen.
const PHRASE: RangeInclusive<usize> = 4..=20;

/// Why enrolment did not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// Not a name.
    #[error("not a name")]
    Name,
    /// Not a document number: form, birth date or check character.
    #[error("not a document number")]
    IdNumber,
    /// Another document than the two served.
    #[error("another document than the two served")]
    Document,
    /// Younger than 16.
    #[error("younger than 16")]
    Age,
    /// Not a mobile.
    #[error("not a mobile")]
    Mobile,
    /// Not a card number.
    #[error("not a card number")]
    CardNumber,
    /// No security phrase, or one that cannot be shown.
    #[error("no security phrase that can be shown")]
    Phrase,
    /// The viewing password may not be chosen.
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    /// A code or a proof.
    #[error(transparent)]
    Factor(#[from] VerifyError),
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Journey {
    /// How far enrolment is.
    ///
    /// # Errors
    /// What stands in the way of keychain and database.
    pub async fn enrol_state(&self) -> Result<EnrolView, EnrolError> {
        let face = self.0.profile.face;
        Ok(self.house(move |house| view(house, face)).await?)
    }

    /// Sends the four entries that must all match.
    ///
    /// # Errors
    /// The entry that cannot be right, with nothing sent; `wrong_state` when enrolled already; the network's.
    pub async fn enrol_start(&self, form: EnrolForm) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        let now = self.house(|house| Ok(house.now())).await?;
        let entries = check(form, now)?;
        self.fresh_directory().await?;
        let (key, body) = self.house(move |house| begin(house, &entries)).await?;
        // Ends of codes and holds are the federation's: a clock that is off must not show them as over.
        self.confirm_time().await?;
        let told = self.0.gateway.post::<EnrolmentOpen>(&key, "/v1/enrolments", &body, IdempotencyKey::new()).await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            let mut account = house.account()?.ok_or(Fault::WrongState)?;
            account.step = Step::CodeWait;
            account.enrolment = Some(open.enrolment_id);
            account.code_expires_at = Some(open.code_expires_at);
            account.resend_at = Some(open.resend_at);
            account.resends = 0;
            house.code_tries = None;
            house.write(|write| write.account().put(&account))?;
            house.expect_message(SmsKind::EnrolCode, &open.enrolment_id.to_string(), 0)
        })
        .await?;
        self.changed(What::Account);
        self.enrol_state().await
    }

    /// The code of the SMS.
    ///
    /// # Errors
    /// `code_wrong` with the tries left, `code_ended`, `code_expired`, `identity_not_confirmed`.
    pub async fn enrol_confirm(&self, code: String) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        self.confirm(&code_text(&code)?).await?;
        self.enrol_state().await
    }

    async fn confirm(&self, code: &Text<6>) -> Result<(), EnrolError> {
        let (key, enrolment) = self
            .house(|house| {
                let account = house.account()?.ok_or(Fault::WrongState)?;
                if !matches!(account.step, Step::CodeWait | Step::Proving) {
                    return Err(Fault::WrongState);
                }
                Ok((house.key()?, account.enrolment.ok_or(Fault::WrongState)?))
            })
            .await?;
        let body = serde_json::to_vec(&Code { v: V1, code: code.clone() }).map_err(|_| Fault::Internal)?;
        let told = self
            .0
            .gateway
            .post_bytes(&key, &format!("/v1/enrolments/{enrolment}/confirm"), body.into(), IdempotencyKey::new())
            .await;
        if let Err(CallFault::Refused(refused)) = &told {
            let left = refused.with.left.map(u32::from);
            self.house(move |house| {
                house.code_tries = left;
                Ok(())
            })
            .await?;
        }
        let incoming = self.heed(told).await?;
        if incoming.status == 202 {
            self.house(|house| {
                let mut account = house.account()?.ok_or(Fault::WrongState)?;
                account.step = Step::Proving;
                house.write(|write| write.account().put(&account))
            })
            .await?;
            self.changed(What::Account);
            return Ok(());
        }
        let enrolled: Enrolled = json::parse_response(&incoming.body).map_err(|_| Fault::AnswerRefused)?;
        let known = self.directory().await?;
        let statement = Enrolment::verify(&enrolled.enrolment, &known.directory).map_err(|_| Fault::AnswerRefused)?;
        if statement.device != key.kid() || statement.account != enrolled.account {
            return Err(Fault::AnswerRefused.into());
        }
        self.house(move |house| {
            let mut account = house.account()?.ok_or(Fault::WrongState)?;
            account.step = Step::Confirmed;
            account.account = Some(enrolled.account);
            account.statement = Some(enrolled.enrolment);
            account.hold_until = statement.hold_until;
            house.write(|write| {
                write.account().put(&account)?;
                write.verifications().delete(Act::Enrol)
            })?;
            // What the next message about a change of device would carry: the first was about this very change.
            let next = if statement.replaced.is_some() { 2 } else { 1 };
            house.expect_message(SmsKind::DeviceChanged, &enrolled.account.to_string(), next)
        })
        .await?;
        if statement.replaced.is_some() {
            self.learn_earlier(&key, statement.since).await;
        }
        self.changed(What::Account);
        Ok(())
    }

    /// Queries of the device before are known ones; those after this enrolment are this device's own or nobody's.
    async fn learn_earlier(&self, key: &protocol::key::SigningKey, since: protocol::time::Timestamp) {
        let Ok(queries) = self.0.gateway.get::<Queries>(Some(key), "/v1/queries", None).await else { return };
        let _ = self
            .house(move |house| {
                house.write(|write| {
                    let mut earlier = queries.queries.iter().filter(|query| query.accepted_at < since);
                    earlier.try_for_each(|query| write.inquiries().insert(query.query_id, query.accepted_at))
                })
            })
            .await;
    }

    /// Another SMS, after its minute.
    ///
    /// # Errors
    /// `rate_limited`, `sms_limit`.
    pub async fn enrol_resend(&self) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        let (key, enrolment) = self
            .house(|house| {
                let account =
                    house.account()?.filter(|account| account.step == Step::CodeWait).ok_or(Fault::WrongState)?;
                Ok((house.key()?, account.enrolment.ok_or(Fault::WrongState)?))
            })
            .await?;
        let told = self
            .0
            .gateway
            .post::<EnrolmentOpen>(
                &key,
                &format!("/v1/enrolments/{enrolment}/resend"),
                &Plain { v: V1 },
                IdempotencyKey::new(),
            )
            .await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            let mut account = house.account()?.ok_or(Fault::WrongState)?;
            account.resends += 1;
            account.code_expires_at = Some(open.code_expires_at);
            account.resend_at = Some(open.resend_at);
            house.code_tries = None;
            house.write(|write| write.account().put(&account))?;
            house.expect_message(SmsKind::EnrolCode, &enrolment.to_string(), account.resends)
        })
        .await?;
        self.enrol_state().await
    }

    /// The security phrase shown before any password.
    ///
    /// # Errors
    /// `phrase_invalid`, `wrong_state`.
    pub async fn enrol_phrase(&self, phrase: String) -> Result<EnrolView, EnrolError> {
        let phrase = phrase.trim().to_owned();
        if phrase.chars().count() < *PHRASE.start() || text::check(&phrase, *PHRASE.end(), false).is_err() {
            return Err(EnrolError::Phrase);
        }
        self.house(move |house| {
            let mut account = house
                .account()?
                .filter(|account| matches!(account.step, Step::Confirmed | Step::Active))
                .ok_or(Fault::WrongState)?;
            account.phrase = Some(phrase);
            house.write(|write| write.account().put(&account))
        })
        .await?;
        self.enrol_state().await
    }

    /// The viewing password; enrolment is done with it.
    ///
    /// # Errors
    /// Why it may not be chosen; `phrase_invalid` while there is no phrase.
    pub async fn enrol_password(&self, password: Secret) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        self.decide(move |house| {
            let mut account =
                house.account()?.filter(|account| account.step == Step::Confirmed).ok_or(Fault::WrongState)?;
            if account.phrase.is_none() {
                return Err(EnrolError::Phrase);
            }
            let password = choose::<EnrolError>(house, &password)?;
            let vault = house.vault()?;
            match vault.choose_password(&password) {
                Ok(_locked) => {}
                // Left from an enrolment before on this device: its reports open no more.
                Err(VaultError::AlreadyChosen) => {
                    drop(vault.locked().forgotten(&password).map_err(|(_, error)| Fault::from(error))?);
                    forget(house)?;
                    crate::read::note::forget(house)?;
                }
                Err(error) => return Err(Fault::from(error).into()),
            }
            account.step = Step::Active;
            Ok(house.write(|write| write.account().put(&account))?)
        })
        .await?;
        self.changed(What::Account);
        self.changed(What::Vault);
        self.enrol_state().await
    }

    /// Stops an enrolment that is not done, leaving nothing of it.
    ///
    /// # Errors
    /// `wrong_state` once it is done.
    pub async fn enrol_cancel(&self) -> Result<EnrolView, EnrolError> {
        let _act = self.0.act.lock().await;
        self.house(|house| {
            match house.account()?.map(|account| account.step) {
                None => return Ok(()),
                Some(Step::Started | Step::CodeWait | Step::Proving) => {}
                Some(Step::Confirmed | Step::Active | Step::Retired) => return Err(Fault::WrongState),
            }
            house.write(|write| {
                write.account().delete()?;
                write.verifications().delete(Act::Enrol)
            })?;
            Ok(house.vault()?.delete_device_keys()?)
        })
        .await?;
        self.changed(What::Account);
        self.enrol_state().await
    }
}
