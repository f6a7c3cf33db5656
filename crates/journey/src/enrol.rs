//! Enrolment: the four entries, the code, a stronger proof when another device lives, the phrase and the password.

use protocol::calendar::beijing_day;
use protocol::code::{FactorKind, Locale};
use protocol::consent::Notice;
use protocol::encode::{Salt, b64u};
use protocol::enrolment::Enrolment;
use protocol::erase::Erase;
use protocol::face_consent::{FaceConsent, FacePurpose, Kept, Leaves};
use protocol::id::IdempotencyKey;
use protocol::identity::{CardNumber, DocumentError, IdNumber, Mobile, Name, fold_input};
use protocol::json::{self, V1};
use protocol::mask;
use protocol::routes::{Code, Enrol, Enrolled, EnrolmentOpen, NoticeBody, Queries};
use protocol::sms::SmsKind;
use protocol::text::{self, Text};
use serde::Serialize;
use vault::tables::account::{AccountRow, Step};
use vault::tables::queries::Stage;
use vault::tables::records::Ended;
use vault::tables::verifications::Act;
use vault::{Password, PersonalNumbers};

use crate::error::{ErrorCode, Param, Refusal};
use crate::federation::calls::CallFault;
use crate::house::{House, Person};
use crate::verify::{Start, act_digest, code_text, factor_view};
use crate::view::{EnrolForm, EnrolStep, EnrolView, Factor, What};
use crate::{Journey, Secret};

/// Youngest age served.
const YOUNGEST: i16 = 16;
/// Longest security phrase, in code points.
const LONGEST_PHRASE: usize = 40;

#[derive(Serialize)]
struct Plain {
    v: V1,
}

/// The four entries, each right in itself.
struct Entries {
    person: Person,
    card: CardNumber,
    locale: Locale,
    lost_device: bool,
}

/// Refuses entries that cannot be right: nothing is sent then.
fn check(form: EnrolForm, now: protocol::time::Timestamp) -> Result<Entries, Refusal> {
    let name = Name::parse(form.name.trim()).map_err(|_| ErrorCode::NameInvalid)?;
    let id_number = IdNumber::parse(form.id_type, &fold_input(&form.id_number)).map_err(|error| match error {
        DocumentError::Form | DocumentError::BirthDate | DocumentError::Checksum => ErrorCode::IdNumberInvalid,
        DocumentError::Kind => ErrorCode::DocumentNotServed,
    })?;
    if id_number.age_on(beijing_day(now)) < YOUNGEST {
        return Err(ErrorCode::AgeNotServed.into());
    }
    let mobile = Mobile::parse(&fold_input(&form.mobile)).map_err(|_| ErrorCode::MobileInvalid)?;
    let card = CardNumber::parse(&fold_input(&form.card_number)).map_err(|_| ErrorCode::CardNumberInvalid)?;
    let person = Person {
        name: name.as_str().to_owned(),
        id_type: form.id_type,
        id_number: id_number.as_str().to_owned(),
        mobile: mobile.as_str().to_owned(),
    };
    Ok(Entries { person, card, locale: form.locale.parse().unwrap_or(Locale::ZhCn), lost_device: form.lost_device })
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
            Ok(house.db()?.write(|write| {
                write.account().put(&account)?;
                write.verifications().delete(Act::Enrol)
            })?)
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

/// Keys and row, before anything is sent.
fn begin(house: &mut House, entries: &Entries) -> Result<(protocol::key::SigningKey, Enrol), Refusal> {
    house.erased = false;
    if house.vault().is_err_and(|trouble| trouble.code == ErrorCode::StorageDamaged) {
        // What cannot be opened any more is put aside; enrolling anew is the remedy.
        vault::vault::set_aside(&house.paths)?;
    }
    let vault = house.vault()?;
    let now = house.now();
    if let Some(account) = house.account()? {
        let lives = vault.device_key()?.is_some();
        match account.step {
            Step::Active | Step::Confirmed if lives => return Err(ErrorCode::WrongState.into()),
            Step::Active | Step::Confirmed | Step::Retired => {
                for row in house.db()?.read(|read| read.queries().all())? {
                    let why = if matches!(row.stage, Stage::Prepared | Stage::Verifying) {
                        Ended::Lapsed
                    } else {
                        Ended::Lost
                    };
                    house.end(row.query, why, None)?;
                }
            }
            Step::Started | Step::CodeWait | Step::Proving => {}
        }
    }
    let key = vault.make_device_keys()?;
    let check_key = vault.check_key()?.ok_or(ErrorCode::KeychainUnavailable)?;
    let person = &entries.person;
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(person).map_err(|_| ErrorCode::Internal)?);
    let row = AccountRow {
        step: Step::Started,
        device_kid: key.kid(),
        began_at: now,
        enrolment: None,
        code_expires_at: None,
        resend_at: None,
        resends: 0,
        account: None,
        statement: None,
        hold_until: None,
        phrase: None,
        masked_name: mask::name(&person.name),
        masked_mobile: mask::mobile(&person.mobile),
        masked_id_number: mask::id_number(&person.id_number),
        identity: vault::private::seal_identity(&key, &plain)?,
    };
    house.db()?.write(|write| {
        write.account().put(&row)?;
        write.verifications().delete(Act::Enrol)
    })?;
    let body = Enrol {
        v: V1,
        name: person.name.clone(),
        id_type: person.id_type,
        id_number: person.id_number.clone(),
        mobile: person.mobile.clone(),
        card_number: entries.card.digits().to_owned(),
        device_key: key.public(),
        check_key: b64u(check_key.as_slice()),
        locale: entries.locale,
        lost_device: entries.lost_device,
    };
    Ok((key, body))
}

fn view(house: &House, face: bool) -> Result<EnrolView, Refusal> {
    let nothing = EnrolView {
        step: EnrolStep::Form,
        check: None,
        code_expires_at: None,
        resend_at: None,
        tries_left: None,
        mobile_masked: None,
        proof_kinds: Vec::new(),
        proof: None,
        hold_until: None,
    };
    let Some(account) = house.account()? else { return Ok(nothing) };
    let step = match account.step {
        Step::Started | Step::Retired => return Ok(nothing),
        Step::CodeWait => EnrolStep::Code,
        Step::Proving => EnrolStep::Proof,
        Step::Confirmed => EnrolStep::Password,
        Step::Active => EnrolStep::Done,
    };
    let code = step == EnrolStep::Code;
    let reference = account.enrolment.filter(|_| code);
    let proof = house.factors(Act::Enrol)?.into_iter().max_by_key(|row| row.expires_at);
    Ok(EnrolView {
        step,
        check: reference.map(|id| house.check(SmsKind::EnrolCode, &id.to_string(), account.resends)).transpose()?,
        code_expires_at: account.code_expires_at.filter(|_| code).map(|at| at.to_string()),
        resend_at: account.resend_at.filter(|_| code).map(|at| at.to_string()),
        tries_left: house.code_tries.filter(|_| code),
        mobile_masked: Some(account.masked_mobile),
        proof_kinds: match step {
            EnrolStep::Proof if face => vec![Factor::Face, Factor::CardBank],
            EnrolStep::Proof => vec![Factor::CardBank],
            EnrolStep::Form | EnrolStep::Code | EnrolStep::Password | EnrolStep::Done => Vec::new(),
        },
        proof: proof.filter(|_| step == EnrolStep::Proof).map(|row| factor_view(house, &row)).transpose()?,
        hold_until: account.hold_until.filter(|until| house.now() < *until).map(|at| at.to_string()),
    })
}

/// Another device took over: this one locks. What is ready stays readable unless a signed order says otherwise.
pub(crate) fn retire(house: &mut House, order: Option<&str>) -> Result<(), Refusal> {
    let Some(mut account) = house.account()? else { return Ok(()) };
    house.unlocked = None;
    house.inquiries.clear();
    let ordered = order.is_some_and(|token| {
        house
            .directory
            .as_ref()
            .is_some_and(|known| Erase::verify(token, &account.device_kid, &known.directory).is_ok())
    });
    if account.step == Step::Active {
        account.step = Step::Retired;
        house.db()?.write(|write| write.account().put(&account))?;
    }
    for row in house.db()?.read(|read| read.queries().all())? {
        match row.stage {
            Stage::Prepared | Stage::Verifying => house.end(row.query, Ended::Lapsed, None)?,
            Stage::Sending => house.end(row.query, Ended::Refused, Some(ErrorCode::DeviceRetired))?,
            Stage::Collecting => house.end(row.query, Ended::DeviceChanged, None)?,
            Stage::Ready | Stage::Retrying if ordered => house.end(row.query, Ended::DeviceChanged, None)?,
            Stage::Ready | Stage::Retrying | Stage::Ending(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use protocol::code::IdType;
    use protocol::time::Timestamp;

    use super::*;

    fn form() -> EnrolForm {
        EnrolForm {
            name: "张三".into(),
            id_type: IdType::CnId,
            id_number: "11010519491231002X".into(),
            mobile: "13800000000".into(),
            card_number: "4111111111111111".into(),
            locale: "zh-CN".into(),
            lost_device: false,
        }
    }

    fn refused(change: impl FnOnce(&mut EnrolForm)) -> Option<ErrorCode> {
        let now: Timestamp = "2026-11-24T04:00:00.000Z".parse().unwrap();
        let mut form = form();
        change(&mut form);
        check(form, now).err().map(|refusal| refusal.code)
    }

    #[test]
    fn entries_that_cannot_be_right_are_refused_before_anything_is_sent() {
        assert_eq!(
            refused(|form| form.id_number = "110105194912310021".into()),
            Some(ErrorCode::IdNumberInvalid),
            "the check character does not fit"
        );
        assert_eq!(refused(|form| form.name = "张".into()), Some(ErrorCode::NameInvalid));
        assert_eq!(refused(|form| form.mobile = "1380000000".into()), Some(ErrorCode::MobileInvalid));
        assert_eq!(refused(|form| form.card_number = "4111111111111112".into()), Some(ErrorCode::CardNumberInvalid));
        assert_eq!(
            refused(|form| form.id_type = IdType::CnFpr),
            Some(ErrorCode::DocumentNotServed),
            "another kind of document"
        );
    }

    #[test]
    fn pasted_numbers_are_taken_as_people_paste_them() {
        assert_eq!(refused(|form| form.card_number = "4111 1111-1111 1111".into()), None);
        assert_eq!(
            refused(|form| form.id_number = "１１０１０５１９４９１２３１００２ｘ".into()),
            None,
            "full-width digits and a small x are folded"
        );
    }
}
