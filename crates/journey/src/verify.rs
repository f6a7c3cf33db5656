//! Verification: two different factors for every query, one vouched for by somebody other than the gateway.

use protocol::code::{FactorKind, Role};
use protocol::encode::{Digest, b64u};
use protocol::id::{IdempotencyKey, QueryId};
use protocol::json::V1;
use protocol::routes::{Code, Evidence, VerificationOpen, VerificationState, VerificationStatus, Verify};
use protocol::sms::SmsKind;
use protocol::text::Text;
use serde::Serialize;
use vault::tables::queries::{QueryRow, Stage};
use vault::tables::verifications::{Act, FactorState as Stored, VerificationRow};

use crate::Journey;
use crate::error::{ErrorCode, Refusal};
use crate::federation::calls::CallFault;
use crate::house::House;
use crate::view::{Check, Factor, FactorState, FactorView, VerifyView, What};

/// Wrong codes that end an SMS factor.
pub(crate) const SMS_TRIES: u32 = 5;
/// Failed looks that end a face factor.
pub(crate) const FACE_TRIES: u32 = 3;

/// A body that says only its version.
#[derive(Serialize)]
struct Plain {
    v: V1,
}

/// Everything one factor is begun with.
pub(crate) struct Start {
    pub(crate) act: Act,
    pub(crate) base: String,
    pub(crate) bound_to: Digest,
    pub(crate) salt: Option<protocol::encode::Salt>,
    pub(crate) face_consent: Option<String>,
}

impl Journey {
    /// Both factors as they stand.
    ///
    /// # Errors
    /// `no_query`.
    pub async fn verify_state(&self) -> Result<VerifyView, Refusal> {
        let known = self.directory().await.ok();
        let (face, attestors) = (
            self.0.profile.face,
            known
                .as_ref()
                .is_some_and(|known| known.directory.parties().iter().any(|party| party.role == Role::Attestor)),
        );
        self.house(move |house| {
            let query = verifying(house)?;
            let consent = house.db()?.read(|read| read.consents().get(query.query))?.ok_or(ErrorCode::NoQuery)?;
            let rows = house.factors(Act::Query)?;
            let (sms, second) = factor_views(house, &rows)?;
            let mut second_kinds = Vec::new();
            if face && consent.face_consent.is_some() {
                second_kinds.push(Factor::Face);
            }
            if attestors {
                second_kinds.push(Factor::CardBank);
            }
            Ok(VerifyView {
                ready: tokens(&rows, house.now()).is_some(),
                sms,
                second,
                second_kinds,
                apply_by: query.apply_by.to_string(),
            })
        })
        .await
    }

    /// Opens one factor; a void one is replaced by a new one.
    ///
    /// # Errors
    /// `face_consent_missing`, `consent_lapsed`, `sms_limit`, `card_bank_unavailable`, and the network's.
    pub async fn verify_start(&self, kind: FactorKind) -> Result<VerifyView, Refusal> {
        let _act = self.0.act.lock().await;
        let face = self.0.profile.face;
        let start = self
            .house(move |house| {
                let query = verifying(house)?;
                let consent = house.db()?.read(|read| read.consents().get(query.query))?.ok_or(ErrorCode::NoQuery)?;
                if kind == FactorKind::Face && (consent.face_consent.is_none() || !face) {
                    return Err(ErrorCode::FaceConsentMissing.into());
                }
                house.db()?.write(|write| write.queries().set_stage(query.query, Stage::Verifying))?;
                let second = kind != FactorKind::Sms;
                Ok(Start {
                    act: Act::Query,
                    base: "/v1/verifications".to_owned(),
                    bound_to: consent.digest,
                    salt: second.then_some(consent.subject_salt),
                    face_consent: consent.face_consent.filter(|_| kind == FactorKind::Face),
                })
            })
            .await?;
        self.begin_factor(kind, start).await?;
        self.changed(What::Query);
        self.verify_state().await
    }

    /// The code of the SMS.
    ///
    /// # Errors
    /// `code_wrong` with the tries left, `code_ended`, `code_expired`, `verification_void`.
    pub async fn verify_confirm(&self, code: String) -> Result<VerifyView, Refusal> {
        let _act = self.0.act.lock().await;
        self.house(verifying).await?;
        self.confirm_factor(Act::Query, "/v1/verifications", &code).await?;
        self.verify_state().await
    }

    /// Another SMS, after its minute.
    ///
    /// # Errors
    /// `rate_limited`, `sms_limit`, `verification_void`.
    pub async fn verify_resend(&self) -> Result<VerifyView, Refusal> {
        let _act = self.0.act.lock().await;
        self.house(verifying).await?;
        self.resend_factor(Act::Query, "/v1/verifications").await?;
        self.verify_state().await
    }

    /// Hands in the face evidence: in the demonstration a synthetic one, which its telephone page passes or fails.
    ///
    /// # Errors
    /// `face_not_matched` with the tries left, `verification_void`.
    pub async fn verify_evidence(&self) -> Result<VerifyView, Refusal> {
        let _act = self.0.act.lock().await;
        self.house(verifying).await?;
        self.evidence(Act::Query, "/v1/verifications").await?;
        self.verify_state().await
    }

    /// Asks whether the bank confirmed.
    ///
    /// # Errors
    /// The network's.
    pub async fn verify_poll(&self) -> Result<VerifyView, Refusal> {
        let _act = self.0.act.lock().await;
        self.house(verifying).await?;
        self.poll_factor(Act::Query, "/v1/verifications").await?;
        self.verify_state().await
    }

    /// Opens a factor of any act.
    pub(crate) async fn begin_factor(&self, kind: FactorKind, start: Start) -> Result<VerificationRow, Refusal> {
        let key = self.house(|house| house.key()).await?;
        let body =
            Verify { v: V1, kind, consent: start.bound_to, subject_salt: start.salt, face_consent: start.face_consent };
        let told = self.0.gateway.post::<VerificationOpen>(&key, &start.base, &body, IdempotencyKey::new()).await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            let bank = (kind == FactorKind::CardBank).then(|| house.card_bank()).flatten();
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
                bank,
            };
            house.db()?.write(|write| write.verifications().put(&row))?;
            if kind == FactorKind::Sms {
                house.expect_message(SmsKind::QueryCode, &row.verification.to_string(), 0)?;
            }
            Ok(row)
        })
        .await
    }

    /// Hands in a code of any act.
    pub(crate) async fn confirm_factor(&self, act: Act, base: &str, code: &str) -> Result<(), Refusal> {
        let code = code_text(code)?;
        let (key, row) = self.open_factor(act, FactorKind::Sms).await?;
        let path = format!("{base}/{}/confirm", row.verification);
        let told =
            self.0.gateway.post::<VerificationStatus>(&key, &path, &Code { v: V1, code }, IdempotencyKey::new()).await;
        self.settle(row, told).await
    }

    /// Asks for another code of any act.
    pub(crate) async fn resend_factor(&self, act: Act, base: &str) -> Result<(), Refusal> {
        let (key, mut row) = self.open_factor(act, FactorKind::Sms).await?;
        let path = format!("{base}/{}/resend", row.verification);
        let told = self.0.gateway.post::<VerificationOpen>(&key, &path, &Plain { v: V1 }, IdempotencyKey::new()).await;
        let open = self.heed(told).await?;
        self.house(move |house| {
            row.resends += 1;
            row.resend_at = open.resend_at;
            row.expires_at = Some(open.expires_at);
            row.tries_left = Some(SMS_TRIES);
            house.db()?.write(|write| write.verifications().put(&row))?;
            house.expect_message(SmsKind::QueryCode, &row.verification.to_string(), row.resends)
        })
        .await
    }

    /// Hands in the evidence of a face check of any act.
    pub(crate) async fn evidence(&self, act: Act, base: &str) -> Result<(), Refusal> {
        let (key, row) = self.open_factor(act, FactorKind::Face).await?;
        let path = format!("{base}/{}/evidence", row.verification);
        let synthetic = format!("synthetic evidence of the demonstration {}", row.session.as_deref().unwrap_or(""));
        let body = Evidence { v: V1, evidence: b64u(synthetic.as_bytes()) };
        let told = self.0.gateway.post::<VerificationStatus>(&key, &path, &body, IdempotencyKey::new()).await;
        self.settle(row, told).await
    }

    /// Asks how a factor of any act stands.
    pub(crate) async fn poll_factor(&self, act: Act, base: &str) -> Result<(), Refusal> {
        let key = self.house(|house| house.key()).await?;
        let rows = self.house(move |house| house.factors(act)).await?;
        for row in rows.into_iter().filter(|row| row.kind != FactorKind::Sms && row.state == Stored::Open) {
            let path = format!("{base}/{}", row.verification);
            let told = self.0.gateway.get::<VerificationStatus>(Some(&key), &path, None).await;
            self.settle(row, told).await?;
        }
        Ok(())
    }

    async fn open_factor(
        &self,
        act: Act,
        kind: FactorKind,
    ) -> Result<(protocol::key::SigningKey, VerificationRow), Refusal> {
        self.house(move |house| {
            let row = house.factors(act)?.into_iter().find(|row| row.kind == kind && row.state == Stored::Open);
            Ok((house.key()?, row.ok_or_else(|| Refusal::of(ErrorCode::VerificationVoid))?))
        })
        .await
    }

    /// Writes down how a factor stands after an answer.
    async fn settle(
        &self,
        mut row: VerificationRow,
        told: Result<VerificationStatus, CallFault>,
    ) -> Result<(), Refusal> {
        let refused = match &told {
            Ok(status) => {
                row.state = match status.state {
                    VerificationState::Open => Stored::Open,
                    VerificationState::Passed => Stored::Passed,
                    VerificationState::Void => Stored::Void,
                };
                row.token = status.token;
                row.token_expires_at = status.token_expires_at;
                false
            }
            Err(CallFault::Refused(told)) => {
                match told.code {
                    ErrorCode::CodeWrong | ErrorCode::FaceNotMatched => {
                        if let Some(crate::error::Param::Number(left)) = told.params.get("left") {
                            row.tries_left = u32::try_from(*left).ok();
                            if *left == 0 {
                                row.state = Stored::Void;
                            }
                        }
                    }
                    ErrorCode::CodeEnded
                    | ErrorCode::VerificationVoid
                    | ErrorCode::NotFound
                    | ErrorCode::CardBankUnavailable => row.state = Stored::Void,
                    _other => {}
                }
                true
            }
            Err(CallFault::Silent(_) | CallFault::Later { .. } | CallFault::NotUnderstood) => false,
        };
        if told.is_ok() || refused {
            self.house(move |house| Ok(house.db()?.write(|write| write.verifications().put(&row))?)).await?;
            self.changed(What::Query);
        }
        self.heed(told).await.map(drop)
    }
}

/// Six digits, however they were typed.
pub(crate) fn code_text(typed: &str) -> Result<Text<6>, Refusal> {
    let folded = protocol::identity::fold_input(typed);
    let six = folded.len() == 6 && folded.bytes().all(|byte| byte.is_ascii_digit());
    if six { Text::new(folded).map_err(|_| ErrorCode::Malformed.into()) } else { Err(ErrorCode::Malformed.into()) }
}

/// The query whose factors may be passed now.
fn verifying(house: &mut House) -> Result<QueryRow, Refusal> {
    house.active()?;
    let query = house.live()?.ok_or(ErrorCode::NoQuery)?;
    if !matches!(query.stage, Stage::Prepared | Stage::Verifying) {
        return Err(ErrorCode::WrongState.into());
    }
    if house.now() > query.apply_by {
        house.end(query.query, vault::tables::records::Ended::Lapsed, None)?;
        return Err(ErrorCode::ConsentLapsed.into());
    }
    Ok(query)
}

/// The tokens of two different factors, both still good: first the code's, then the other's.
pub(crate) fn tokens(rows: &[VerificationRow], now: protocol::time::Timestamp) -> Option<[protocol::id::TokenId; 2]> {
    let good = |row: &&VerificationRow| row.state == Stored::Passed && row.token_expires_at.is_none_or(|end| now < end);
    let sms = rows.iter().filter(good).find(|row| row.kind == FactorKind::Sms)?.token?;
    let second = rows.iter().filter(good).find(|row| row.kind != FactorKind::Sms)?.token?;
    Some([sms, second])
}

/// The code's view, and the other one's when it was begun.
pub(crate) fn factor_views(
    house: &House,
    rows: &[VerificationRow],
) -> Result<(FactorView, Option<FactorView>), Refusal> {
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

/// One factor.
pub(crate) fn factor_view(house: &House, row: &VerificationRow) -> Result<FactorView, Refusal> {
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
        expires_at: row.expires_at.map(|at| at.to_string()),
        resend_at: row.resend_at.map(|at| at.to_string()),
        tries_left: row.tries_left,
        check: check.map(|check| Check { zh: check.zh, en: check.en }),
        bank: row.bank.clone(),
    })
}

/// Names an act other than a query: its factors are bound to it.
pub(crate) fn act_digest(act: &str, reference: &str, device: &protocol::key::Kid) -> Digest {
    protocol::encode::Lp::new("mingxia/act/v1").text(act).text(reference).text(&device.to_string()).digest()
}

/// Path of one query.
pub(crate) fn query_path(query: QueryId) -> String {
    format!("/v1/queries/{query}")
}
