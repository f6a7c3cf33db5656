//! `POST /v1/enrolments/{id}/confirm`: the code, and what becomes of the account (8-states table 5).

use std::sync::Arc;
use std::time::Duration;

use protocol::code::{FactorKind, QueryState, ReceiptReason};
use protocol::enrolment::Enrolment as Statement;
use protocol::erase::Erase;
use protocol::id::AccountId;
use protocol::json::V1;
use protocol::refusal::Code;
use protocol::routes::{Code as CodeBody, Enrolled, ProofNeeded, ProofState};
use protocol::sms::{Say, SmsKind};
use protocol::time::Timestamp;

use super::enrolments::place;
use super::{KIB, RateOf, Route, Who};
use crate::code_try::{self, CodeRefusal};
use crate::core::{Core, account_place};
use crate::ending;
use crate::entry::{Call, Caller};
use crate::factor;
use crate::pause::{self, Whose};
use crate::person::Entries;
use crate::query::DAY;
use crate::refusal::{Refusal, Reply, decided};
use crate::store::{Account, Changes, Device, Enrolment, EnrolmentState, Misses, Tombstone, Versioned};

/// A second device has this long to prove whose it is.
const PROVE_WITHIN: Duration = Duration::from_secs(30 * 60);

pub(super) const ROUTE: Route = Route::post(
    "/v1/enrolments/{id}/confirm",
    "enrol_confirm",
    "Confirm an enrolment with its code",
    "Code",
    &[(200, "Enrolled"), (202, "ProofNeeded")],
    |core, call| Box::pin(handle(core, call)),
)
.who(Who::Applicant)
.rate(RateOf::Other)
.cap(8 * KIB);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: CodeBody = call.read()?;
    decided(|| confirm(core, call, &body)).await
}

async fn confirm(core: &Core, call: &Call, body: &CodeBody) -> Result<Reply, Refusal> {
    let Caller::Applicant(enrolment) = &call.caller else { return Err(Code::NotFound.into()) };
    let mut enrolment = core.store().enrolment(enrolment.doc.enrolment).await?.ok_or(Code::NotFound)?;
    match enrolment.doc.state {
        EnrolmentState::Void => return Err(Code::IdentityNotConfirmed.into()),
        EnrolmentState::Ended => return Err(Code::CodeEnded.into()),
        // The code was right once, for this very key: the answer is the same again.
        EnrolmentState::Active => return enrolled(&enrolment.doc),
        EnrolmentState::Held => {
            return if enrolment.doc.held_until.is_some_and(|until| call.now < until) {
                proof_needed(core)
            } else {
                Err(Code::CodeEnded.into())
            };
        }
        EnrolmentState::Open => {}
    }
    let mut misses = core.misses(Whose::Person(enrolment.doc.person), call.now).await?;
    let given = core.parts.column_key.code(&enrolment.doc.enrolment.to_string(), enrolment.doc.code.n, &body.code);
    if let Err(refusal) = code_try::attempt(&mut enrolment.doc.code, &given, call.now) {
        let misses = counted(&mut misses.doc, refusal, call.now).then_some(misses).into_iter().collect();
        core.store().commit(Changes { enrolments: vec![enrolment], misses, ..Changes::default() }).await?;
        return Err(wrong(refusal));
    }
    let account = core.store().account_of(enrolment.doc.person).await?;
    let Some(account) = account else { return activate(core, enrolment, None, call).await };
    let old = core.store().device(account.doc.device).await?.ok_or(Code::Internal)?;
    // Another device lives: the person is told on both, before anything is proven.
    enrolment.doc.state = EnrolmentState::Held;
    enrolment.doc.held_until = Some(call.now + PROVE_WITHIN);
    let mut account = account;
    account.doc.device_messages += 1;
    let n = account.doc.device_messages;
    let reference = account.doc.account.to_string();
    let message = core.message(&account.doc, &old.doc, SmsKind::DeviceChanged, &reference, n, Say::DeviceChanged)?;
    let changes =
        Changes { enrolments: vec![enrolment], accounts: vec![account], messages: vec![message], ..Changes::default() };
    core.store().commit(changes).await?;
    core.bell.notify_one();
    proof_needed(core)
}

/// How a code that was not taken is said.
pub(super) fn wrong(refusal: CodeRefusal) -> Refusal {
    match refusal {
        CodeRefusal::Wrong(left) => Refusal::from(Code::CodeWrong).with("left", left),
        CodeRefusal::Last | CodeRefusal::Ended => Code::CodeEnded.into(),
        CodeRefusal::Expired => Code::CodeExpired.into(),
    }
}

/// Counts a try for the day's pause; only what was looked at counts.
pub(super) fn counted(misses: &mut Misses, refusal: CodeRefusal, now: Timestamp) -> bool {
    let looked_at = matches!(refusal, CodeRefusal::Wrong(_) | CodeRefusal::Last);
    if looked_at {
        pause::missed(misses, now);
    }
    looked_at
}

fn proof_needed(core: &Core) -> Result<Reply, Refusal> {
    let face = core.parts.face.as_ref().map(|_| FactorKind::Face);
    let kinds = face.into_iter().chain([FactorKind::CardBank]).collect();
    Reply::json(202, &ProofNeeded { state: ProofState::ProofNeeded, kinds })
}

fn enrolled(enrolment: &Enrolment) -> Result<Reply, Refusal> {
    let account = enrolment.account.ok_or(Code::Internal)?;
    let enrolment = enrolment.statement.clone().ok_or(Code::Internal)?;
    Reply::json(200, &Enrolled { account, enrolment })
}

/// The device becomes the account's one live device; the one before is retired and its running query withdrawn.
pub(crate) async fn activate(
    core: &Core,
    mut enrolment: Versioned<Enrolment>,
    account: Option<Versioned<Account>>,
    call: &Call,
) -> Result<Reply, Refusal> {
    let now = call.now;
    let column = &core.parts.column_key;
    let entries = Entries::open(column, &place(enrolment.doc.enrolment), &enrolment.doc.claim)?;
    let kid = enrolment.doc.key.kid();
    let id = account.as_ref().map_or_else(AccountId::new, |account| account.doc.account);
    let mut changes = Changes::default();
    let replaced = match &account {
        Some(account) => Some(retire(core, &mut changes, &account.doc, enrolment.doc.lost_device, call).await?),
        None => None,
    };
    let hold_until = replaced.map(|_| now + DAY);
    let statement = Statement { v: V1, account: id, device: kid, since: now, replaced, hold_until }.sign(core.key());
    let fresh = Account {
        account: id,
        person: enrolment.doc.person,
        claim: String::new(),
        locale: enrolment.doc.locale,
        device: kid,
        frozen_by: None,
        hold_until,
        device_messages: account.as_ref().map_or(0, |account| account.doc.device_messages),
    };
    let fresh = Account { claim: entries.seal(column, &account_place(&fresh))?, ..fresh };
    changes.accounts.push(Versioned { version: account.map_or(0, |account| account.version), doc: fresh });
    changes.devices.push(Versioned::new(Device {
        kid,
        key: enrolment.doc.key,
        account: id,
        since: now,
        check_key: enrolment.doc.check_key.clone(),
        retired_at: None,
        erase: None,
        gone: None,
    }));
    enrolment.doc.state = EnrolmentState::Active;
    enrolment.doc.claim = String::new();
    enrolment.doc.account = Some(id);
    enrolment.doc.statement = Some(statement);
    let reply = enrolled(&enrolment.doc)?;
    changes.enrolments.push(enrolment);
    let ended: Vec<_> = changes.queries.iter().map(|head| head.doc.query).collect();
    core.store().commit(changes).await?;
    for query in ended {
        if let Some(head) = core.store().query(query).await? {
            ending::erase(core, &head.doc).await?;
        }
    }
    Ok(reply)
}

/// Retires the account's live device, in `changes`; only one said to be lost is ordered to erase.
pub(crate) async fn retire(
    core: &Core,
    changes: &mut Changes,
    account: &Account,
    lost: bool,
    call: &Call,
) -> Result<protocol::key::Kid, Refusal> {
    let mut old = core.store().device(account.device).await?.ok_or(Code::Internal)?;
    let kid = old.doc.kid;
    old.doc.retired_at = Some(call.now);
    // Only a device said to be lost is ordered to erase; one in the drawer keeps what it may still read.
    old.doc.erase = lost.then(|| Erase { v: V1, device: kid, at: call.now }.sign(core.key()));
    changes.tombstones.push(Tombstone::Retired { device: Box::new(old.doc.clone()) });
    changes.devices.push(old);
    factor::void_all(core, changes, kid).await?;
    for head in core.store().queries_of(account.account, 1).await? {
        if head.state == QueryState::Asking {
            let head = core.store().query(head.query).await?.ok_or(Code::Internal)?;
            let allowance = core.store().allowance(account.person).await?;
            ending::end(core, changes, head, allowance, ReceiptReason::DeviceChanged, call.now)?;
        }
    }
    Ok(kid)
}
