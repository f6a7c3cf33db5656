//! `POST /v1/queries`: one consent, one query, one transaction. The checks stand in the order of 9-wire section 11;
//! whichever fails, nothing has left the house.

use std::sync::Arc;

use protocol::calendar::retention_end;
use protocol::code::{BankState, FactorKind, QueryState, ReceiptReason, Role};
use protocol::consent::{Consent, ConsentError};
use protocol::envelope::DUE_AFTER;
use protocol::identity::bank_commitment;
use protocol::refusal::Code;
use protocol::routes::{Accepted, Apply};
use protocol::sms::{Say, SmsKind};

use super::verifications::not_held;
use super::{RateOf, Route};
use crate::core::Core;
use crate::entry::{Call, Known};
use crate::factor;
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Allowance, BankRow, Changes, Plan, Query, StoredReply, Verification, VerificationState, Versioned};

pub(super) const ROUTE: Route =
    Route::post("/v1/queries", "apply", "Ask the banks of a consent", "Apply", &[(201, "Accepted")], |core, call| {
        Box::pin(handle(core, call))
    })
    .rate(RateOf::Queries);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Apply = call.read()?;
    let reply = decided(|| accept(core, call, &body)).await?;
    core.metrics.count("mingxia_queries_total", "event=\"accepted\"".to_owned());
    core.bell.notify_one();
    Ok(reply)
}

fn invalid(member: &str) -> Refusal {
    Refusal::from(Code::ConsentInvalid).with("member", member)
}

async fn accept(core: &Core, call: &Call, body: &Apply) -> Result<Reply, Refusal> {
    let known = call.known()?;
    let (account, device, now) = (&known.account.doc, &known.device.doc, call.now);
    let consent = Consent::verify(&body.consent, &device.key, &device.kid).map_err(|error| match error {
        ConsentError::Jws(_) => invalid("signature"),
        ConsentError::Device => invalid("device"),
        ConsentError::Member(member) => invalid(member),
        ConsentError::Suite => Code::ConsentSuite.into(),
        ConsentError::Key => Code::ConsentKey.into(),
        ConsentError::Times => Code::ConsentTimes.into(),
    })?;
    let digest = Consent::digest(&body.consent);
    let request = call.key.as_ref().ok_or(Code::IdempotencyMissing)?;
    if request.key != consent.query_id.to_string() {
        return Err(invalid("query_id"));
    }
    if core
        .store()
        .withdrawal(account.account, consent.query_id)
        .await?
        .is_some_and(|withdrawal| now < withdrawal.until)
    {
        return Err(Code::Withdrawn.into());
    }
    if let Some(before) = core.store().query(consent.query_id).await? {
        let over = before.doc.account == account.account && crate::ending::ended(before.doc.state);
        return Err(if over { Code::Withdrawn } else { Code::ConsentKnown }.into());
    }
    if core.store().consent_known(digest).await? {
        return Err(Code::ConsentKnown.into());
    }
    consent
        .key
        .open()
        .map_err(|error| if error == ConsentError::Suite { Code::ConsentSuite } else { Code::ConsentKey })?;
    consent.times(now).map_err(|_| Code::ConsentTimes)?;
    if now > consent.apply_by {
        return Err(Code::ConsentLapsed.into());
    }
    let notice = core.parts.notices.iter().find(|notice| notice.locale == consent.notice.locale);
    if notice.is_none_or(|notice| {
        notice.version != consent.notice.version.as_str() || notice.sha256() != consent.notice.sha256
    }) {
        return Err(Code::ConsentNoticeChanged.into());
    }
    let entries = core.entries(account)?;
    if entries.claim()?.identity.subject(&body.subject_salt) != consent.subject {
        return Err(invalid("subject"));
    }
    banks(core, body, &consent)?;
    not_held(account, call)?;
    let (factors, mut changes) = tokens(core, known, body, &consent, call).await?;
    let allowance = allowed(core, known, &consent, call).await?;

    let due_at = now + DUE_AFTER;
    let row = |bank: &protocol::routes::AskedBank| BankRow {
        bank: bank.code.clone(),
        state: BankState::Pending,
        round: 1,
        sealed: None,
        answer: None,
        at: None,
        collected: false,
    };
    let query = Query {
        query: consent.query_id,
        account: account.account,
        person: account.person,
        consent_id: consent.consent_id,
        consent: digest,
        consent_expires_at: consent.expires_at,
        device: device.kid,
        state: QueryState::Asking,
        accepted_at: now,
        due_at,
        round: 1,
        round_due_at: due_at,
        revision: 0,
        generated_at: None,
        expires_at: None,
        ended_at: None,
        ended: None,
        banks: body.banks.iter().map(row).collect(),
        last_event: 0,
        envelope: None,
        receipt: None,
        collected_receipt: None,
        section_end: retention_end(due_at),
        fence: 0,
        to_tell: Vec::new(),
    };
    let place = format!("plan/{}", consent.query_id);
    changes.plans.push(Plan {
        query: consent.query_id,
        consent: body.consent.clone(),
        device_key: device.key,
        device_since: device.since,
        subject_salt: body.subject_salt,
        subject: consent.subject,
        identity: entries.seal(&core.parts.column_key, &place)?,
        factors: factors.times,
        attestation: factors.attestation,
        salts: body.banks.iter().map(|bank| bank.salt).collect(),
    });
    let reference = consent.query_id.to_string();
    changes.messages.push(core.message(account, device, SmsKind::QueryStarted, &reference, 0, Say::QueryStarted)?);
    let count = u32::try_from(query.banks.len()).unwrap_or(u32::MAX);
    let accepted =
        Accepted { query_id: query.query, accepted_at: now, due_at, state: QueryState::Asking, banks: count };
    changes.queries.push(Versioned::new(query));
    changes.allowances.push(allowance);
    let mut reply = Reply::json(201, &accepted)?;
    let stored = reply.repeatable().ok_or(Code::Internal)?;
    changes.reply = Some(StoredReply { request: request.clone(), reply: stored, at: now });
    core.store().commit(changes).await?;
    reply.stored = true;
    Ok(reply)
}

/// Bank i of the body opens commitment i of the consent, and is a bank we can ask.
fn banks(core: &Core, body: &Apply, consent: &Consent) -> Result<(), Refusal> {
    if body.banks.len() != consent.banks.len() {
        return Err(invalid("banks"));
    }
    let directory = core.directory()?;
    for (bank, commitment) in body.banks.iter().zip(&consent.banks) {
        if bank_commitment(&bank.salt, &bank.code) != *commitment {
            return Err(invalid("banks"));
        }
        if directory.party(Role::Bank, &bank.code).is_none() || !core.banks.knows(&bank.code) {
            return Err(Code::ConsentBankUnknown.into());
        }
    }
    let mut codes: Vec<_> = body.banks.iter().map(|bank| &bank.code).collect();
    codes.sort_unstable();
    codes.dedup();
    if codes.len() == body.banks.len() { Ok(()) } else { Err(invalid("banks")) }
}

struct Factors {
    times: Vec<(FactorKind, protocol::time::Timestamp)>,
    attestation: String,
}

/// Two different factors, one attested by somebody else; each token is spent here.
async fn tokens(
    core: &Core,
    known: &Known,
    body: &Apply,
    consent: &Consent,
    call: &Call,
) -> Result<(Factors, Changes), Refusal> {
    let mut spent: Vec<Versioned<Verification>> = Vec::new();
    for token in &body.tokens {
        let found = core.store().verification_of(*token).await?;
        let found = found.filter(|found| found.doc.device == known.device.doc.kid).ok_or(Code::VerificationVoid)?;
        if found.doc.consent != Consent::digest(&body.consent)
            || found.doc.subject.is_some_and(|subject| subject != consent.subject)
        {
            return Err(Code::VerificationOtherConsent.into());
        }
        if factor::state_at(&found.doc, call.now) != VerificationState::Passed {
            return Err(Code::VerificationVoid.into());
        }
        if !spent.iter().any(|before| before.doc.verification == found.doc.verification) {
            spent.push(found);
        }
    }
    let missing = |kind: FactorKind| Refusal::from(Code::FactorMissing).with("kind", kind.as_str());
    let sms = spent.iter().find(|found| found.doc.kind == FactorKind::Sms).ok_or_else(|| missing(FactorKind::Sms))?;
    let strong =
        spent.iter().find(|found| found.doc.kind != FactorKind::Sms).ok_or_else(|| missing(FactorKind::Face))?;
    let times = [sms, strong].map(|found| (found.doc.kind, found.doc.passed_at.unwrap_or(call.now))).to_vec();
    let attestation = strong.doc.attestation.clone().ok_or_else(|| missing(FactorKind::Face))?;
    for found in &mut spent {
        found.doc.state = VerificationState::Used;
    }
    Ok((Factors { times, attestation }, Changes { verifications: spent, ..Changes::default() }))
}

/// How a query must have ended to be replaced.
const fn replaceable(ended: ReceiptReason) -> bool {
    matches!(ended, ReceiptReason::Withdrawn | ReceiptReason::Deleted | ReceiptReason::DeviceChanged)
}

/// One live query a person, and the next after the last report's days; one that ended early may be replaced once.
async fn allowed(core: &Core, known: &Known, consent: &Consent, call: &Call) -> Result<Versioned<Allowance>, Refusal> {
    let person = known.account.doc.person;
    let fresh = Allowance { person, last: None, live: false, until: None, ended: None, replacement: false };
    let mut allowance = core.store().allowance(person).await?.unwrap_or_else(|| Versioned::new(fresh));
    let now = &mut allowance.doc;
    if now.live {
        let last = now.last.map(|last| last.to_string()).unwrap_or_default();
        return Err(Refusal::from(Code::QueryLive).with("query_id", last));
    }
    let replaces = match consent.replaces {
        None => false,
        Some(id) if now.last == Some(id) && now.ended.is_some_and(replaceable) && !now.replacement => true,
        Some(_) => return Err(invalid("replaces")),
    };
    if let Some(until) = now.until.filter(|until| call.now < *until && !replaces) {
        return Err(Refusal::from(Code::AllowanceUsed).with("next_at", until.to_string()));
    }
    *now =
        Allowance { person, last: Some(consent.query_id), live: true, until: None, ended: None, replacement: replaces };
    Ok(allowance)
}
