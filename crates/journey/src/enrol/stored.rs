//! What this device keeps of an enrolment: keys and row before anything is sent, and what a retired device gives up.

use device::disk::DiskError;
use protocol::encode::b64u;
use protocol::erase::Erase;
use protocol::json::V1;
use protocol::key::PublicKey;
use protocol::mask;
use protocol::refusal::Code;
use protocol::routes::Enrol;
use protocol::sms::SmsKind;
use vault::item::ItemError;
use vault::tables::account::{AccountRow, Step};
use vault::tables::queries::Stage;
use vault::tables::records::Ended;
use vault::tables::verifications::Act;
use vault::{DatabaseError, OpenError};

use super::form::Entries;
use crate::directory;
use crate::fault::Fault;
use crate::house::House;
use crate::verify::factor_view;
use crate::view::{EnrolStep, EnrolView, Factor};

/// Keys and row, before anything is sent.
pub(super) fn begin(house: &mut House, entries: &Entries) -> Result<(protocol::key::SigningKey, Enrol), Fault> {
    house.erased = false;
    house.enter();
    if house.trouble.is_some_and(|trouble| opens_no_more(&trouble)) {
        // What cannot be opened any more is put aside; enrolling anew is the remedy.
        vault::vault::set_aside(&house.paths)?;
    }
    let vault = house.vault()?;
    let now = house.now();
    if let Some(account) = house.account()? {
        let lives = vault.device_key()?.is_some();
        match account.step {
            Step::Active | Step::Confirmed if lives => return Err(Fault::WrongState),
            Step::Active | Step::Confirmed | Step::Retired => {
                for row in house.read(|read| read.queries().all())? {
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
    let check_key = vault.check_key()?.ok_or(ItemError::NotKept)?;
    let person = &entries.person;
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(person).map_err(|_| Fault::Internal)?);
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
    house.write(|write| {
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

/// Whether what is stored can be opened by nobody any more: its key is gone, or it is no database of ours.
const fn opens_no_more(trouble: &OpenError) -> bool {
    match trouble {
        OpenError::DatabaseKeyMissing | OpenError::Database(DatabaseError::WrongKey | DatabaseError::Damaged) => true,
        OpenError::Disk(error) | OpenError::Database(DatabaseError::Disk(error)) => {
            matches!(error, DiskError::WrongKind | DiskError::Missing | DiskError::TooLarge | DiskError::Failed)
        }
        OpenError::Item(_) | OpenError::Database(_) => false,
    }
}

/// How far this device is.
pub(super) fn view(house: &House, face: bool) -> Result<EnrolView, Fault> {
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
pub(crate) fn retire(house: &mut House, order: Option<&str>, pin: &PublicKey) -> Result<(), Fault> {
    house.unlocked = None;
    let Some(mut account) = house.account()? else { return Ok(()) };
    let known = directory::known(house, pin).ok().flatten();
    let ordered = order
        .zip(known)
        .is_some_and(|(token, known)| Erase::verify(token, &account.device_kid, &known.directory).is_ok());
    if ordered {
        crate::compare::forget(house)?;
        crate::read::note::forget(house)?;
    }
    if account.step == Step::Active {
        account.step = Step::Retired;
        house.write(|write| write.account().put(&account))?;
    }
    for row in house.read(|read| read.queries().all())? {
        match row.stage {
            Stage::Prepared | Stage::Verifying => house.end(row.query, Ended::Lapsed, None)?,
            Stage::Sending => house.end(row.query, Ended::Refused, Some(Code::DeviceRetired))?,
            Stage::Collecting => house.end(row.query, Ended::DeviceChanged, None)?,
            Stage::Ready | Stage::Retrying if ordered => house.end(row.query, Ended::DeviceChanged, None)?,
            Stage::Ready | Stage::Retrying | Stage::Ending(_) => {}
        }
    }
    Ok(())
}
