//! What a bank checks before it looks anything up, in the order of the protocol (9-wire section 11).
//!
//! Two kinds of failure: a request that is not the gateway's is refused at the door, without an answer; a request of
//! the gateway that does not hold gets a signed answer with a code, so that the refusal is the bank's own word.

use protocol::attestation::{self, Attestation};
use protocol::code::{BankRefusal, FactorKind, Kind};
use protocol::consent::{Consent, ConsentError};
use protocol::directory::TrustedDirectory;
use protocol::identity::{IdNumber, Mobile, Name, bank_commitment};
use protocol::routes;
use protocol::seal::QueryPublic;
use protocol::statement::Statement;
use protocol::time::Timestamp;

use crate::ledger::Subject;
use crate::office::Terms;

/// An inquiry that may be looked up.
pub(crate) struct Inquiry {
    pub(crate) statement: Statement,
    pub(crate) consent: Consent,
    pub(crate) key: QueryPublic,
    pub(crate) subject: Subject,
}

/// The most rounds of one query.
const ROUNDS: std::ops::RangeInclusive<u8> = 1..=3;

/// Everything after the gateway's two signatures and before what the store knows.
pub(crate) fn inquiry(
    statement: Statement,
    body: &routes::Inquiry,
    terms: &Terms,
    directory: &TrustedDirectory,
    now: Timestamp,
) -> Result<Inquiry, BankRefusal> {
    if statement.bank != terms.code || !ROUNDS.contains(&statement.round) || !statement.holds_at(now) {
        return Err(BankRefusal::StatementInvalid);
    }
    let consent = Consent::verify(&body.consent, &body.device_key, &statement.device).map_err(consent_refusal)?;
    consent.times(now).map_err(consent_refusal)?;
    if now >= consent.expires_at {
        return Err(BankRefusal::ConsentExpired);
    }
    if Consent::digest(&body.consent) != statement.consent || consent.query_id != statement.query_id {
        return Err(BankRefusal::ConsentInvalid);
    }
    if !consent.banks.contains(&bank_commitment(&body.bank_salt, &terms.code)) {
        return Err(BankRefusal::NotAsked);
    }
    let key = consent.key.open().map_err(consent_refusal)?;
    let subject = identity(&body.subject).ok_or(BankRefusal::SubjectMismatch)?;
    let commitment = subject.subject(&body.subject.salt);
    if commitment != consent.subject || commitment != statement.subject {
        return Err(BankRefusal::SubjectMismatch);
    }
    attested(&body.attestation, &statement, &consent, directory)?;
    if !terms.kinds.iter().any(|kind: &Kind| consent.kinds.contains(kind)) {
        return Err(BankRefusal::NotCovered);
    }
    Ok(Inquiry { statement, consent, key, subject })
}

/// Reads the entries; nothing is looked up by entries that are not well formed.
pub(crate) fn identity(body: &routes::Subject) -> Option<Subject> {
    Some(Subject {
        name: Name::parse(&body.name).ok()?,
        id_type: body.id_type,
        id_number: IdNumber::parse(body.id_type, &body.id_number).ok()?,
        mobile: Mobile::parse(&body.mobile).ok()?,
    })
}

fn attested(
    token: &str,
    statement: &Statement,
    consent: &Consent,
    directory: &TrustedDirectory,
) -> Result<(), BankRefusal> {
    let attestation = Attestation::verify(token, directory).map_err(|_| BankRefusal::AttestationMissing)?;
    if attestation.subject != consent.subject {
        return Err(BankRefusal::SubjectMismatch);
    }
    let stated = |kind: FactorKind| statement.factors.iter().any(|factor| factor.kind == kind);
    let holds = attestation.consent == statement.consent
        && attestation.device == statement.device
        && attestation.at.within(attestation::WITHIN, consent.given_at)
        && stated(attestation.kind)
        && stated(FactorKind::Sms);
    if holds { Ok(()) } else { Err(BankRefusal::AttestationMissing) }
}

fn consent_refusal(error: ConsentError) -> BankRefusal {
    match error {
        ConsentError::Suite | ConsentError::Key => BankRefusal::Suite,
        ConsentError::Jws(_) | ConsentError::Device | ConsentError::Member(_) | ConsentError::Times => {
            BankRefusal::ConsentInvalid
        }
    }
}
