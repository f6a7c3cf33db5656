//! One factor of any act: begun, tried, asked after, and how it is shown.

use protocol::attestation::{self, act_digest};
use protocol::code::{FactorKind, Locale, Role};
use protocol::encode::{Digest, Salt, b64u};
use protocol::id::IdempotencyKey;
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::refusal::Code as Why;
use protocol::routes::{Code, Evidence, Plain, VerificationOpen, VerificationState, VerificationStatus, Verify};
use protocol::sms::{CODE_LIFE, RESEND_AFTER, SmsKind};
use protocol::text::Text;
use protocol::time::Timestamp;
use vault::tables::verifications::{Act, FactorState as Stored, VerificationRow};

use super::VerifyError;
use crate::Journey;
use crate::directory::Known;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::house::House;
use crate::view::{Check, Factor, FactorState, FactorView, What};

/// Wrong codes that end an SMS factor.
pub(crate) const SMS_TRIES: u32 = 5;
/// Failed looks that end a face factor.
pub(crate) const FACE_TRIES: u32 = 3;

/// Everything one factor is begun with.
pub(crate) struct Start {
    pub(crate) act: Act,
    pub(crate) base: String,
    pub(crate) bound_to: Digest,
    pub(crate) salt: Option<Salt>,
    pub(crate) face_consent: Option<String>,
}

impl Journey {
    /// Ways for the factor beside the code.
    pub(crate) async fn second_kinds(&self) -> Vec<Factor> {
        let attested = |known: Known| known.directory.parties().iter().any(|party| party.role == Role::Attestor);
        let bank = self.directory().await.is_ok_and(attested).then_some(Factor::CardBank);
        self.0.profile.face.then_some(Factor::Face).into_iter().chain(bank).collect()
    }

    /// What a factor of an act other than a query is begun with; a face check has its own consent here too.
    pub(crate) async fn act_start(
        &self,
        kind: FactorKind,
        act: Act,
        base: String,
        reference: String,
    ) -> Result<Start, VerifyError> {
        if kind == FactorKind::Face && !self.0.profile.face {
            return Err(VerifyError::NoFaceConsent);
        }
        let key = self.house(|house| house.key()).await?;
        let word = match act {
            Act::Enrol => attestation::Act::Enrol,
            Act::Query | Act::Reset => attestation::Act::Reset,
        };
        let bound_to = act_digest(word, &reference, &key.kid());
        let mut face_consent = None;
        if kind == FactorKind::Face {
            let known = self.directory().await?;
            let provider = crate::consent::face_provider(&known).ok_or(VerifyError::NoFaceConsent)?;
            let notice = self.notice(Locale::ZhCn).await?;
            let given_at = self.house(|house| Ok(house.now())).await?;
            face_consent = Some(crate::consent::to_face(bound_to, provider, &notice, given_at).sign(&key));
        }
        Ok(Start { act, base, bound_to, salt: (kind != FactorKind::Sms).then(Salt::random), face_consent })
    }

    /// Opens a factor of any act.
    pub(crate) async fn begin_factor(&self, kind: FactorKind, start: Start) -> Result<(), Fault> {
        let key = self.house(|house| house.key()).await?;
        let body =
            Verify { v: V1, kind, consent: start.bound_to, subject_salt: start.salt, face_consent: start.face_consent };
        let told = self.0.gateway.post::<VerificationOpen>(&key, &start.base, &body, IdempotencyKey::new()).await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            let row = VerificationRow {
                act: start.act,
                kind,
                verification: open.verification_id,
                bound_to: start.bound_to,
                state: Stored::Open,
                expires_at: Some(open.expires_at),
                resend_at: open.resend_at,
                resends: 0,
                tries_left: match kind {
                    FactorKind::Sms => Some(SMS_TRIES),
                    FactorKind::Face => Some(FACE_TRIES),
                    FactorKind::CardBank => None,
                },
                token: None,
                token_expires_at: None,
                session: open.session,
                bank: open.bank.map(|bank| bank.to_string()),
            };
            house.write(|write| write.verifications().put(&row))?;
            if kind == FactorKind::Sms {
                house.expect_message(SmsKind::QueryCode, &row.verification.to_string(), 0)?;
            }
            Ok(())
        })
        .await
    }

    /// Hands in a code of any act.
    pub(crate) async fn confirm_factor(&self, act: Act, base: &str, code: &str) -> Result<(), VerifyError> {
        let code = code_text(code)?;
        let (key, row) = self.open_factor(act, FactorKind::Sms).await?;
        let path = format!("{base}/{}/confirm", row.verification);
        let told =
            self.0.gateway.post::<VerificationStatus>(&key, &path, &Code { v: V1, code }, IdempotencyKey::new()).await;
        self.settle(row, told).await
    }

    /// Asks for another code of any act.
    pub(crate) async fn resend_factor(&self, act: Act, base: &str) -> Result<(), VerifyError> {
        let (key, mut row) = self.open_factor(act, FactorKind::Sms).await?;
        let path = format!("{base}/{}/resend", row.verification);
        let told = self.0.gateway.post::<VerificationOpen>(&key, &path, &Plain { v: V1 }, IdempotencyKey::new()).await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            row.resends += 1;
            row.resend_at = open.resend_at;
            row.expires_at = Some(open.expires_at);
            // Another code brings no more tries.
            house.write(|write| write.verifications().put(&row))?;
            house.expect_message(SmsKind::QueryCode, &row.verification.to_string(), row.resends)
        })
        .await?;
        Ok(())
    }

    /// Hands in the evidence of a face check of any act.
    pub(crate) async fn evidence(&self, act: Act, base: &str) -> Result<(), VerifyError> {
        let (key, row) = self.open_factor(act, FactorKind::Face).await?;
        let path = format!("{base}/{}/evidence", row.verification);
        let synthetic = format!("synthetic evidence of the demonstration {}", row.session.as_deref().unwrap_or(""));
        let body = Evidence { v: V1, evidence: b64u(synthetic.as_bytes()) };
        let told = self.0.gateway.post::<VerificationStatus>(&key, &path, &body, IdempotencyKey::new()).await;
        self.settle(row, told).await
    }

    /// Asks how a factor of any act stands.
    pub(crate) async fn poll_factor(&self, act: Act, base: &str) -> Result<(), VerifyError> {
        let key = self.house(|house| house.key()).await?;
        let rows = self.house(move |house| house.factors(act)).await?;
        for row in rows.into_iter().filter(|row| row.kind != FactorKind::Sms && row.state == Stored::Open) {
            let path = format!("{base}/{}", row.verification);
            let told = self.0.gateway.get::<VerificationStatus>(Some(&key), &path, None).await;
            self.settle(row, told).await?;
        }
        Ok(())
    }

    pub(super) async fn open_factor(
        &self,
        act: Act,
        kind: FactorKind,
    ) -> Result<(SigningKey, VerificationRow), VerifyError> {
        self.decide(move |house| {
            let row = house.factors(act)?.into_iter().find(|row| row.kind == kind && row.state == Stored::Open);
            Ok((house.key()?, row.ok_or(VerifyError::Void)?))
        })
        .await
    }

    /// Writes down how a factor stands after an answer.
    pub(super) async fn settle(
        &self,
        mut row: VerificationRow,
        told: Result<VerificationStatus, CallFault>,
    ) -> Result<(), VerifyError> {
        match &told {
            Ok(status) => {
                row.state = match status.state {
                    VerificationState::Open => Stored::Open,
                    VerificationState::Passed => Stored::Passed,
                    VerificationState::Void => Stored::Void,
                };
                row.token = status.token;
                row.token_expires_at = status.token_expires_at;
            }
            Err(CallFault::Refused(told)) => {
                let left = (told.code == Why::CodeEnded).then_some(0).or(told.with.left);
                row.tries_left = left.map(u32::from).or(row.tries_left);
                let over = [Why::CodeEnded, Why::VerificationVoid, Why::NotFound, Why::CardBankUnavailable]
                    .contains(&told.code);
                if over || left == Some(0) {
                    row.state = Stored::Void;
                }
            }
            Err(CallFault::Silent(_) | CallFault::Later { .. } | CallFault::NotUnderstood) => {
                return Ok(self.heed(told).await.map(drop)?);
            }
        }
        self.house(move |house| house.write(|write| write.verifications().put(&row))).await?;
        self.changed(What::Query);
        Ok(self.heed(told).await.map(drop)?)
    }
}

/// Six digits, however they were typed.
pub(crate) fn code_text(typed: &str) -> Result<Text<6>, VerifyError> {
    let folded = protocol::identity::fold_input(typed);
    let six = folded.len() == 6 && folded.bytes().all(|byte| byte.is_ascii_digit());
    if six { Text::new(folded).map_err(|_| VerifyError::NoCode) } else { Err(VerifyError::NoCode) }
}

/// The code's view, and the other one's when it was begun.
pub(crate) fn factor_views(house: &House, rows: &[VerificationRow]) -> Result<(FactorView, Option<FactorView>), Fault> {
    let sms = match rows.iter().find(|row| row.kind == FactorKind::Sms) {
        Some(row) => factor_view(house, row)?,
        None => FactorView {
            kind: Factor::Sms,
            state: FactorState::None,
            expires_at: None,
            resend_at: None,
            tries_left: None,
            check: None,
            bank: None,
        },
    };
    let rank = |row: &&VerificationRow| match row.state {
        Stored::Passed => 0,
        Stored::Open => 1,
        Stored::Void => 2,
    };
    let second = rows.iter().filter(|row| row.kind != FactorKind::Sms).min_by_key(rank);
    Ok((sms, second.map(|row| factor_view(house, row)).transpose()?))
}

/// When the code sent last is too old; the factor it is for waits longer, for another one.
fn code_end(row: &VerificationRow) -> Option<Timestamp> {
    row.resend_at.filter(|_| row.kind == FactorKind::Sms).map(|again| again + (CODE_LIFE - RESEND_AFTER))
}

/// One factor.
pub(crate) fn factor_view(house: &House, row: &VerificationRow) -> Result<FactorView, Fault> {
    let check = if row.kind == FactorKind::Sms {
        Some(house.check(SmsKind::QueryCode, &row.verification.to_string(), row.resends)?)
    } else {
        None
    };
    let over = row.state == Stored::Open && row.expires_at.is_some_and(|end| house.now() >= end);
    let stale = row.state == Stored::Passed && row.token_expires_at.is_some_and(|end| house.now() >= end);
    Ok(FactorView {
        kind: match row.kind {
            FactorKind::Sms => Factor::Sms,
            FactorKind::Face => Factor::Face,
            FactorKind::CardBank => Factor::CardBank,
        },
        state: match row.state {
            _ if over || stale => FactorState::Void,
            Stored::Open => FactorState::Open,
            Stored::Passed => FactorState::Passed,
            Stored::Void => FactorState::Void,
        },
        expires_at: row.expires_at.map(|end| code_end(row).map_or(end, |code| code.min(end)).to_string()),
        resend_at: row.resend_at.map(|at| at.to_string()),
        tries_left: row.tries_left,
        check: check.map(|check| Check { zh: check.zh, en: check.en }),
        bank: row.bank.clone(),
    })
}
