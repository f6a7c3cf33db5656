//! Enrolment: the four entries, the code, a stronger proof when another device lives, the phrase and the password.

mod form;
mod stored;

use protocol::code::FactorKind;
use protocol::consent::Notice;
use protocol::encode::Salt;
use protocol::enrolment::Enrolment;
use protocol::face_consent::{FaceConsent, FacePurpose, Kept, Leaves};
use protocol::id::IdempotencyKey;
use protocol::json::{self, V1};
use protocol::routes::{Code, Enrolled, EnrolmentOpen, NoticeBody, Queries};
use protocol::sms::SmsKind;
use protocol::text::{self, Text};
use serde::Serialize;
use vault::tables::account::Step;
use vault::tables::verifications::Act;
use vault::{Password, PersonalNumbers};

use crate::error::{ErrorCode, Param, Refusal};
use crate::federation::calls::CallFault;
use crate::verify::{Start, act_digest, code_text};
use crate::view::{EnrolForm, EnrolView, What};
use crate::{Journey, Secret};

use form::check;
pub(crate) use stored::retire;
use stored::{begin, view};

/// Longest security phrase, in code points.
const LONGEST_PHRASE: usize = 40;

#[derive(Serialize)]
struct Plain {
    v: V1,
}

impl Journey {
    /// How far enrolment is.
    ///
    /// # Errors
    /// What stands in the way of keychain and database.
    pub async fn enrol_state(&self) -> Result<EnrolView, Refusal> {
        let face = self.0.profile.face;
        self.house(move |house| view(house, face)).await
    }

    /// Sends the four entries that must all match.
    ///
    /// # Errors
    /// The entry that cannot be right, with nothing sent; `wrong_state` when enrolled already; the network's.
    pub async fn enrol_start(&self, form: EnrolForm) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        let now = self.house(|house| Ok(house.now())).await?;
        let entries = check(form, now)?;
        self.fresh_directory().await?;
        let (key, body) = self.house(move |house| begin(house, &entries)).await?;
        let told = self.0.gateway.post::<EnrolmentOpen>(&key, "/v1/enrolments", &body, IdempotencyKey::new()).await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            let mut account = house.account()?.ok_or(ErrorCode::WrongState)?;
            account.step = Step::CodeWait;
            account.enrolment = Some(open.enrolment_id);
            account.code_expires_at = Some(open.code_expires_at);
            account.resend_at = Some(open.resend_at);
            account.resends = 0;
            house.code_tries = None;
            house.db()?.write(|write| write.account().put(&account))?;
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
    pub async fn enrol_confirm(&self, code: String) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        self.confirm(&code_text(&code)?).await?;
        self.enrol_state().await
    }

    async fn confirm(&self, code: &Text<6>) -> Result<(), Refusal> {
        let (key, enrolment) = self
            .house(|house| {
                let account = house.account()?.ok_or(ErrorCode::WrongState)?;
                if !matches!(account.step, Step::CodeWait | Step::Proving) {
                    return Err(ErrorCode::WrongState.into());
                }
                Ok((house.key()?, account.enrolment.ok_or(ErrorCode::WrongState)?))
            })
            .await?;
        let body = serde_json::to_vec(&Code { v: V1, code: code.clone() }).map_err(|_| ErrorCode::Internal)?;
        let told = self
            .0
            .gateway
            .post_bytes(&key, &format!("/v1/enrolments/{enrolment}/confirm"), body.into(), IdempotencyKey::new())
            .await;
        if let Err(CallFault::Refused(refused)) = &told {
            let left = match refused.params.get("left") {
                Some(Param::Number(left)) => u32::try_from(*left).ok(),
                Some(Param::Word(_)) | None => None,
            };
            self.house(move |house| {
                house.code_tries = left;
                Ok(())
            })
            .await?;
        }
        let incoming = self.heed(told).await?;
        if incoming.status == 202 {
            self.house(|house| {
                let mut account = house.account()?.ok_or(ErrorCode::WrongState)?;
                account.step = Step::Proving;
                Ok(house.db()?.write(|write| write.account().put(&account))?)
            })
            .await?;
            self.changed(What::Account);
            return Ok(());
        }
        let enrolled: Enrolled = json::parse_response(&incoming.body).map_err(|_| ErrorCode::AnswerRefused)?;
        let known = self.directory().await?;
        let statement =
            Enrolment::verify(&enrolled.enrolment, &known.directory).map_err(|_| ErrorCode::AnswerRefused)?;
        if statement.device != key.kid() || statement.account != enrolled.account {
            return Err(ErrorCode::AnswerRefused.into());
        }
        self.house(move |house| {
            let mut account = house.account()?.ok_or(ErrorCode::WrongState)?;
            account.step = Step::Confirmed;
            account.account = Some(enrolled.account);
            account.statement = Some(enrolled.enrolment);
            account.hold_until = statement.hold_until;
            house.db()?.write(|write| {
                write.account().put(&account)?;
                write.verifications().delete(Act::Enrol)
            })?;
            // What the first message about a change of device would carry.
            house.expect_message(SmsKind::DeviceChanged, &enrolled.account.to_string(), 1)
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
                Ok(house.db()?.write(|write| {
                    let earlier = queries.queries.iter().filter(|query| query.accepted_at < since);
                    earlier
                        .into_iter()
                        .try_for_each(|query| write.inquiries().insert(query.query_id, query.accepted_at))
                })?)
            })
            .await;
    }

    /// Another SMS, after its minute.
    ///
    /// # Errors
    /// `rate_limited`, `sms_limit`.
    pub async fn enrol_resend(&self) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        let (key, enrolment) = self
            .house(|house| {
                let account =
                    house.account()?.filter(|account| account.step == Step::CodeWait).ok_or(ErrorCode::WrongState)?;
                Ok((house.key()?, account.enrolment.ok_or(ErrorCode::WrongState)?))
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
            let mut account = house.account()?.ok_or(ErrorCode::WrongState)?;
            account.resends += 1;
            account.code_expires_at = Some(open.code_expires_at);
            account.resend_at = Some(open.resend_at);
            house.code_tries = None;
            house.db()?.write(|write| write.account().put(&account))?;
            house.expect_message(SmsKind::EnrolCode, &enrolment.to_string(), account.resends)
        })
        .await?;
        self.enrol_state().await
    }

    /// Begins the stronger proof a new device needs.
    ///
    /// # Errors
    /// `wrong_state`, `card_bank_unavailable`, the network's.
    pub async fn enrol_prove(&self, kind: FactorKind) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        let (base, reference) = self.proving().await?;
        let start = self.act_start(kind, Act::Enrol, base, "enrol", reference).await?;
        self.begin_factor(kind, start).await?;
        self.enrol_state().await
    }

    /// Hands in the face evidence.
    ///
    /// # Errors
    /// `face_not_matched`, `verification_void`.
    pub async fn enrol_proof_evidence(&self) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        let (base, _) = self.proving().await?;
        self.evidence(Act::Enrol, &base).await?;
        self.proven().await?;
        self.enrol_state().await
    }

    /// Asks whether the bank confirmed.
    ///
    /// # Errors
    /// The network's.
    pub async fn enrol_proof_poll(&self) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        let (base, _) = self.proving().await?;
        self.poll_factor(Act::Enrol, &base).await?;
        self.proven().await?;
        self.enrol_state().await
    }

    async fn proving(&self) -> Result<(String, String), Refusal> {
        self.house(|house| {
            let account =
                house.account()?.filter(|account| account.step == Step::Proving).ok_or(ErrorCode::WrongState)?;
            let enrolment = account.enrolment.ok_or(ErrorCode::WrongState)?.to_string();
            Ok((format!("/v1/enrolments/{enrolment}/verifications"), enrolment))
        })
        .await
    }

    /// A passed proof moved the account: the confirm is repeated, its answer is the enrolment.
    async fn proven(&self) -> Result<(), Refusal> {
        let passed = self
            .house(|house| {
                Ok(house
                    .factors(Act::Enrol)?
                    .iter()
                    .any(|row| row.state == vault::tables::verifications::FactorState::Passed))
            })
            .await?;
        if passed {
            // The code was right once; any six digits repeat the question.
            self.confirm(&Text::new("000000").map_err(|_| ErrorCode::Internal)?).await?;
        }
        Ok(())
    }

    /// What a factor of an act other than a query is begun with; a face check has its own consent here too.
    pub(crate) async fn act_start(
        &self,
        kind: FactorKind,
        act: Act,
        base: String,
        word: &'static str,
        reference: String,
    ) -> Result<Start, Refusal> {
        if kind == FactorKind::Face && !self.0.profile.face {
            return Err(ErrorCode::FaceConsentMissing.into());
        }
        let key = self.house(|house| house.key()).await?;
        let bound_to = act_digest(word, &reference, &key.kid());
        let mut face_consent = None;
        if kind == FactorKind::Face {
            let known = self.directory().await?;
            let provider = crate::consent::face_provider(&known).ok_or(ErrorCode::FaceConsentMissing)?;
            let notice: NoticeBody = self.0.gateway.get(None, "/v1/notices/current", Some("locale=zh-CN")).await?;
            let given_at = self.house(|house| Ok(house.now())).await?;
            let consent = FaceConsent {
                v: V1,
                consent: bound_to,
                provider,
                purpose: FacePurpose::LivenessOnce,
                leaves_device: [Leaves::VideoFrames],
                kept: Kept::NotAtAll,
                notice: Notice { version: notice.version, sha256: notice.sha256, locale: notice.locale },
                given_at,
            };
            face_consent = Some(consent.sign(&key));
        }
        Ok(Start { act, base, bound_to, salt: (kind != FactorKind::Sms).then(Salt::random), face_consent })
    }

    /// The security phrase shown before any password.
    ///
    /// # Errors
    /// `phrase_invalid`, `wrong_state`.
    pub async fn enrol_phrase(&self, phrase: String) -> Result<EnrolView, Refusal> {
        let phrase = phrase.trim().to_owned();
        if phrase.is_empty() || text::check(&phrase, LONGEST_PHRASE, false).is_err() {
            return Err(ErrorCode::PhraseInvalid.into());
        }
        self.house(move |house| {
            let mut account = house
                .account()?
                .filter(|account| matches!(account.step, Step::Confirmed | Step::Active))
                .ok_or(ErrorCode::WrongState)?;
            account.phrase = Some(phrase);
            Ok(house.db()?.write(|write| write.account().put(&account))?)
        })
        .await?;
        self.enrol_state().await
    }

    /// The viewing password; enrolment is done with it.
    ///
    /// # Errors
    /// Why it may not be chosen; `phrase_invalid` while there is no phrase.
    pub async fn enrol_password(&self, password: Secret) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        self.house(move |house| {
            let mut account =
                house.account()?.filter(|account| account.step == Step::Confirmed).ok_or(ErrorCode::WrongState)?;
            if account.phrase.is_none() {
                return Err(ErrorCode::PhraseInvalid.into());
            }
            let person = house.person()?;
            let password =
                Password::choose(&password, &PersonalNumbers { id_number: &person.id_number, mobile: &person.mobile })?;
            let vault = house.vault()?;
            match vault.choose_password(&password) {
                Ok(_locked) => {}
                // Left from an enrolment before on this device: its reports open no more.
                Err(vault::VaultError::AlreadyChosen) => {
                    drop(vault.locked().forgotten(&password).map_err(|(_, error)| Refusal::from(error))?)
                }
                Err(error) => return Err(error.into()),
            }
            account.step = Step::Active;
            Ok(house.db()?.write(|write| write.account().put(&account))?)
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
    pub async fn enrol_cancel(&self) -> Result<EnrolView, Refusal> {
        let _act = self.0.act.lock().await;
        self.house(|house| {
            match house.account()?.map(|account| account.step) {
                None => return Ok(()),
                Some(Step::Started | Step::CodeWait | Step::Proving) => {}
                Some(Step::Confirmed | Step::Active | Step::Retired) => return Err(ErrorCode::WrongState.into()),
            }
            house.db()?.write(|write| {
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
