//! One call to one bank, and what its answer is worth.

use protocol::answer::{Answer, AnswerState};
use protocol::code::Role;
use protocol::directory::PartyKey;
use protocol::encode::{Digest, Lp, b64u_decode};
use protocol::id::IdempotencyKey;
use protocol::json::V1;
use protocol::routes::{Inquiry, Subject};
use protocol::seal::SEALED_SECTION_BYTES;
use protocol::statement::{Factor, HOLDS_FOR, Statement};
use protocol::time::Timestamp;

use super::append::Final;
use super::{Brought, Job, What};
use crate::banks::CallError;
use crate::core::Core;
use crate::person::Entries;
use crate::query::{self, Word};
use crate::refusal::Refusal;
use crate::store::{Plan, Query};

pub(super) async fn call(core: &Core, job: &Job) -> Brought {
    match &job.what {
        What::Tell => match core.banks.withdraw(&job.bank, job.query, core.now()).await {
            Ok(()) => Brought::Told,
            Err(error) => nothing(core, job, error),
        },
        What::Ask { round, head, plan } => match ask(core, job, *round, head, plan).await {
            Ok(brought) => brought,
            Err(refusal) => {
                tracing::warn!(code = refusal.code.as_str(), bank = job.bank.as_str(), "not asked");
                Brought::Nothing(None)
            }
        },
    }
}

fn nothing(core: &Core, job: &Job, error: CallError) -> Brought {
    tracing::info!(query = %job.query, bank = job.bank.as_str(), %error, "bank call");
    let asked_for = match error {
        CallError::Later(asked_for) => asked_for,
        CallError::OurFault(_) => {
            core.metrics.alarm("bank_says_our_fault", job.bank.as_str());
            None
        }
        CallError::NoAddress | CallError::Network | CallError::Status(_) | CallError::Malformed => None,
    };
    Brought::Nothing(asked_for)
}

async fn ask(core: &Core, job: &Job, round: u8, head: &Query, plan: &Plan) -> Result<Brought, Refusal> {
    // Read again at the last moment: what ended meanwhile asks nobody.
    let standing = core.store().query(job.query).await?;
    if !standing.is_some_and(|standing| standing.doc.fence == job.fence && query::asks(&standing.doc, core.now())) {
        return Ok(Brought::Dropped);
    }
    let directory = core.directory()?;
    let word = |word, answer: String, bytes| {
        Brought::Final(Box::new(Final { query: job.query, bank: job.bank.clone(), round, word, answer, bytes }))
    };
    let now = core.now();
    let speaks =
        directory.party(Role::Bank, &job.bank).is_some_and(|bank| !bank.keys.iter().all(|key| revoked(key, now)));
    if !speaks || !core.banks.knows(&job.bank) {
        return Ok(word(Word::NotCovered, String::new(), None));
    }
    let inquiry = inquiry(core, job, round, head, plan)?;
    let answered = match core.banks.inquire(&job.bank, &inquiry, call_key(job, round), now).await {
        Ok(answered) => answered,
        Err(error) => return Ok(nothing(core, job, error)),
    };
    // As it stands now: a key may have been revoked while the bank worked.
    let directory = core.directory()?;
    let bad = |code: &'static str| {
        core.metrics.alarm(code, job.bank.as_str());
        Ok(Brought::Nothing(None))
    };
    let Ok(answer) = Answer::verify(&answered.answer, &job.bank, &directory) else { return bad("answer_signature") };
    if answer.query_id != job.query
        || answer.bank != job.bank
        || answer.round != round
        || answer.consent != head.consent
    {
        return bad("answer_for_another");
    }
    let digest = protocol::jws::digest(&answered.answer);
    match (answer.state, answer.sealed, answered.sealed) {
        (AnswerState::Refused, _, _) => Ok(word(Word::Refused(digest), answered.answer, None)),
        (AnswerState::Answered, Some(sealed), Some(text)) => {
            let Ok(bytes) = b64u_decode(&text) else { return bad("section_size") };
            if bytes.len() != SEALED_SECTION_BYTES {
                return bad("section_size");
            }
            if Digest::of(&bytes) != sealed {
                return bad("section_digest");
            }
            Ok(word(Word::Answered(digest, sealed), answered.answer, Some(bytes)))
        }
        (AnswerState::Answered, _, _) => bad("section_missing"),
    }
}

fn revoked(key: &PartyKey, now: Timestamp) -> bool {
    key.revoked_for.is_some() || key.revoked_at.is_some_and(|from| now >= from)
}

fn inquiry(core: &Core, job: &Job, round: u8, head: &Query, plan: &Plan) -> Result<Inquiry, Refusal> {
    let internal = || Refusal::from(protocol::refusal::Code::Internal);
    let place = head.banks.iter().position(|row| row.bank == job.bank).ok_or_else(internal)?;
    let salt = plan.salts.get(place).ok_or_else(internal)?;
    let person = Entries::open(&core.parts.column_key, &format!("plan/{}", job.query), &plan.identity)?;
    let now = core.now();
    let statement = Statement {
        v: V1,
        query_id: job.query,
        consent: head.consent,
        bank: job.bank.clone(),
        round,
        device: head.device,
        device_since: plan.device_since,
        subject: plan.subject,
        factors: plan.factors.iter().map(|(kind, at)| Factor { kind: *kind, at: *at }).collect(),
        iat: now,
        exp: now + HOLDS_FOR,
    };
    Ok(Inquiry {
        v: V1,
        consent: plan.consent.clone(),
        device_key: plan.device_key,
        statement: statement.sign(core.key()),
        attestation: plan.attestation.clone(),
        bank_salt: *salt,
        subject: Subject {
            salt: plan.subject_salt,
            name: person.name.clone(),
            id_type: person.id_type,
            id_number: person.id_number.clone(),
            mobile: person.mobile.clone(),
        },
    })
}

/// The same key for query, bank and round, whoever calls and however often: made from them.
fn call_key(job: &Job, round: u8) -> IdempotencyKey {
    let digest = Lp::new("mingxia/gateway-call/v1")
        .text(&job.query.to_string())
        .text(job.bank.as_str())
        .number(round.into())
        .digest();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_bytes()[..16]);
    let id = uuid::Builder::from_random_bytes(bytes).into_uuid();
    id.to_string().parse().unwrap_or_else(|_| IdempotencyKey::new())
}
