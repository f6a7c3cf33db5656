//! Nothing leaves at a refusal: what the device refuses is told to nobody, and loses nothing.

use std::time::Duration;

use device::KeychainError;
use journey::view::QueryState;
use journey::{ConsentForm, EnrolForm, ErrorCode};
use protocol::code::FactorKind;
use protocol::id::QueryId;

use crate::stage::{PASSWORD, Stage, code, secret};

/// What one slip of the hand changes in a form.
type Slip<T> = (fn(&mut T), ErrorCode);

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_cannot_be_right_stays_here() {
    let stage = Stage::new().await;
    let slips: [Slip<EnrolForm>; 6] = [
        (|form| form.name = String::new(), ErrorCode::NameInvalid),
        (|form| form.id_number.replace_range(16..17, "9"), ErrorCode::IdNumberInvalid),
        (|form| form.id_number.truncate(17), ErrorCode::IdNumberInvalid),
        (|form| form.mobile.truncate(10), ErrorCode::MobileInvalid),
        (|form| form.card_number.truncate(11), ErrorCode::CardNumberInvalid),
        (|form| form.card_number.replace_range(5..6, "1"), ErrorCode::CardNumberInvalid),
    ];
    for (slip, expected) in slips {
        let mut form = stage.form("one");
        slip(&mut form);
        assert_eq!(code(stage.journey.enrol_start(form).await), Some(expected));
    }
    assert_eq!(code(stage.journey.enrol_start(stage.form("young")).await), Some(ErrorCode::AgeNotServed));
    assert_eq!(stage.wire.mark(), 0, "nobody was even asked");
    stage.enrol("one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_lacks_a_word_stays_here() {
    let stage = Stage::enrolled("one").await;
    let good = stage.consent(&["ICBC", "CCB"]).await;
    let slips: [Slip<ConsentForm>; 8] = [
        (|form| form.read_to_end = false, ErrorCode::NoticeNotRead),
        (|form| form.sensitive = false, ErrorCode::SeparateConsentMissing),
        (|form| form.handover = false, ErrorCode::SeparateConsentMissing),
        (|form| form.banks.clear(), ErrorCode::NoBankChosen),
        (|form| form.kinds.clear(), ErrorCode::NoKindChosen),
        (|form| form.fields.retain(|field| field != "number"), ErrorCode::ConsentInvalid),
        (|form| form.notice_version = "2020-01-01".into(), ErrorCode::ConsentNoticeChanged),
        (|form| form.banks.push("NOSUCHBANK".into()), ErrorCode::ConsentBankUnknown),
    ];
    let mark = stage.wire.mark();
    let keys = device::Keychain::list(&stage.keychain).unwrap();
    for (slip, expected) in slips {
        let mut form = good.clone();
        slip(&mut form);
        assert_eq!(code(stage.journey.consent_agree(form).await), Some(expected));
        stage.wire.nothing_left_since(mark, expected.as_str());
        assert!(stage.journey.settings_home().await.unwrap().query.is_none(), "{expected:?} prepared a query");
        assert_eq!(device::Keychain::list(&stage.keychain).unwrap(), keys, "{expected:?} left a key");
    }
    stage.keychain.fail_after(0, KeychainError::Locked);
    assert_eq!(code(stage.journey.consent_agree(good.clone()).await), Some(ErrorCode::KeychainLocked));
    stage.wire.nothing_left_since(mark, "a keychain that keeps no key");
    stage.keychain.heal();
    stage.clock.set_wall("2027-11-24T04:00:00.000Z".parse().unwrap());
    assert_eq!(code(stage.journey.consent_agree(good).await), Some(ErrorCode::ClockDoubtful));
    stage.wire.nothing_left_since(mark, "a clock in doubt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_without_both_factors_stays_here() {
    let mut stage = Stage::enrolled("one").await;
    stage.agree(&["ICBC"]).await;
    let mark = stage.wire.mark();
    assert_eq!(code(stage.journey.apply_submit().await), Some(ErrorCode::FactorMissing));
    assert_eq!(code(stage.journey.verify_confirm("12345".into()).await), Some(ErrorCode::Malformed), "five digits");
    assert_eq!(code(stage.journey.consent_withdraw(QueryId::new()).await), Some(ErrorCode::NoQuery));
    assert_eq!(stage.wire.mark(), mark, "nobody was even asked");
    stage.verify().await;
    let mark = stage.wire.mark();
    stage.clock.advance(Duration::from_secs(15 * 60 + 1));
    let late = code(stage.journey.apply_submit().await);
    assert!(matches!(late, Some(ErrorCode::ConsentLapsed | ErrorCode::NoQuery)), "{late:?}");
    stage.wire.nothing_left_since(mark, "a consent that lapsed");
    stage.ready(&["ICBC"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_query_inside_the_seven_days_stays_here_and_names_the_instant() {
    let mut stage = Stage::enrolled("one").await;
    let query = stage.ready(&["ICBC"]).await;
    stage.stop();
    let form = stage.consent(&["CCB"]).await;
    let mark = stage.wire.mark();
    let live = journey::Refusal::from(stage.journey.consent_agree(form).await.unwrap_err());
    assert_eq!((live.code, stage.wire.mark()), (ErrorCode::QueryLive, mark), "one lives; nobody was even asked");
    let home = stage.journey.settings_home().await.unwrap();
    assert_eq!(home.next_query_at, query.ends_at, "home names the instant of the next one");
    assert_eq!(home.query.unwrap().state, QueryState::Ready, "and the report is untouched");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_may_not_be_read_asks_nobody() {
    let mut stage = Stage::enrolled("one").await;
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let mark = stage.wire.mark();
    assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked));
    assert_eq!(code(stage.journey.read_kit("a card".into()).await), Some(ErrorCode::Locked));
    assert_eq!(code(stage.journey.unlock_open(secret(b"wrong password")).await), Some(ErrorCode::PasswordWrong));
    assert_eq!(code(stage.journey.unlock_open(secret(b"")).await), Some(ErrorCode::PasswordShort));
    for error in [KeychainError::Missing, KeychainError::Locked, KeychainError::Denied, KeychainError::Cancelled] {
        stage.keychain.fail(Some(error));
        assert!(stage.journey.unlock_open(secret(PASSWORD)).await.is_err(), "{error:?}");
    }
    stage.keychain.heal();
    assert_eq!(stage.wire.mark(), mark, "nobody was even asked");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    let again = code(stage.journey.verify_start(FactorKind::Sms).await);
    assert_eq!((again, stage.wire.mark()), (Some(ErrorCode::WrongState), mark), "no message for a query that is over");
}
