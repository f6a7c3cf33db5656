//! `POST /v1/enrolments`: four entries, one answer. Whether they belong together shows only at the code.

use std::sync::Arc;

use protocol::calendar::beijing_day;
use protocol::encode::b64u_array;
use protocol::id::EnrolmentId;
use protocol::refusal::Code;
use protocol::routes::{Enrol, EnrolmentOpen};
use protocol::sms::{CheckKey, Say, SmsKind};
use protocol::time::Timestamp;

use super::{KIB, Route, Who};
use crate::code_try;
use crate::core::Core;
use crate::entry::{Call, Caller};
use crate::keys::fresh_code;
use crate::pause::Whose;
use crate::person::{Entries, enrolment_place, lookup};
use crate::ports::Claim;
use crate::rates::Rate;
use crate::refusal::{Refusal, Reply};
use crate::store::{Changes, CodeState, Enrolment, EnrolmentState, Message, Versioned};

/// Nobody younger is served (their consent needs a guardian at the counter).
const MIN_AGE: i16 = 16;

pub(super) const ROUTE: Route =
    Route::post("/v1/enrolments", "enrol", "Begin an enrolment", "Enrol", &[(202, "EnrolmentOpen")], |core, call| {
        Box::pin(handle(core, call))
    })
    .who(Who::KeyInBody)
    .cap(8 * KIB);

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let body: Enrol = call.read()?;
    let Caller::New(key) = &call.caller else { return Err(Code::KeyUnknown.into()) };
    let check: [u8; 32] = b64u_array(&body.check_key).map_err(|_| Code::Malformed)?;
    let entries = Entries {
        name: body.name.clone(),
        id_type: body.id_type,
        id_number: body.id_number.clone(),
        mobile: body.mobile.clone(),
        card_number: body.card_number.clone(),
    };
    let claim = entries.claim()?;
    if claim.identity.id_number.age_on(beijing_day(call.now)) < MIN_AGE {
        return Err(Code::AgeNotServed.into());
    }
    let column = &core.parts.column_key;
    let person = lookup(column, &claim);
    let mobile_lookup = column.lookup("mobile", claim.identity.mobile.as_str());
    let mobile = mobile_lookup.to_string();
    core.misses(Whose::Person(person), call.now).await?;
    core.take(Rate::EnrolPerson(&person.to_string())).await?;
    core.take(Rate::EnrolMobile(&mobile)).await?;
    // Counted whether or not a message goes out: the count must not tell either.
    core.take(Rate::CodeMessages(&mobile)).await?;
    if core.store().device(key.kid()).await?.is_some() {
        return Err(Code::StateChanged.into()); // a device key enrols once
    }
    let matched = core.parts.identity.matches(&claim).await.map_err(|_| Code::Busy)?;

    let id = EnrolmentId::new();
    let (code, message) = send(core, &claim, id, &CheckKey::from_bytes(check), body.locale, 0, call.now);
    let enrolment = Enrolment {
        enrolment: id,
        key: *key,
        person,
        mobile: mobile_lookup,
        claim: if matched { entries.seal(column, &enrolment_place(id))? } else { String::new() },
        check_key: column.seal(&format!("device/{}", key.kid()), &check),
        locale: body.locale,
        lost_device: body.lost_device,
        state: if matched { EnrolmentState::Open } else { EnrolmentState::Void },
        code,
        held_until: None,
        account: None,
        statement: None,
    };
    let open = opened(&enrolment);
    let messages = if matched { vec![message] } else { Vec::new() };
    core.store()
        .commit(Changes { enrolments: vec![Versioned::new(enrolment)], messages, ..Changes::default() })
        .await?;
    core.bell.notify_one();
    Reply::json(202, &open)
}

pub(super) fn opened(enrolment: &Enrolment) -> EnrolmentOpen {
    EnrolmentOpen {
        enrolment_id: enrolment.enrolment,
        code_expires_at: enrolment.code.expires_at,
        resend_at: enrolment.code.resend_at,
    }
}

/// A fresh code and its message.
pub(super) fn send(
    core: &Core,
    claim: &Claim,
    id: EnrolmentId,
    check: &CheckKey,
    locale: protocol::code::Locale,
    n: u32,
    now: Timestamp,
) -> (CodeState, Message) {
    let code = fresh_code();
    let reference = id.to_string();
    let hash = core.parts.column_key.code(&reference, n, &code);
    let message = core.compose(
        claim.identity.mobile.as_str(),
        locale,
        check,
        SmsKind::EnrolCode,
        &reference,
        n,
        Say::EnrolCode(&code),
    );
    (code_try::sent(hash, n, now), message)
}
