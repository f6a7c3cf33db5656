//! Enrol: only the person whose four entries match, only with the code, one device at a time.

use journey::ErrorCode;
use journey::view::{EnrolStep, Phase};
use protocol::code::FactorKind;

use crate::stage::{Stage, code, open, secret};

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_cannot_be_right_send_nothing() {
    let stage = Stage::new().await;
    let mut form = stage.form("one");
    form.id_number.replace_range(17..18, if form.id_number.ends_with('6') { "7" } else { "6" });
    assert_eq!(
        code(stage.journey.enrol_start(form).await),
        Some(ErrorCode::IdNumberInvalid),
        "the check character does not fit"
    );
    assert_eq!(
        code(stage.journey.enrol_start(stage.form("young")).await),
        Some(ErrorCode::AgeNotServed),
        "fourteen is too young"
    );
    assert!(stage.world.messages().is_empty(), "nothing left the house");
    assert_eq!(stage.journey.settings_home().await.unwrap().phase, Phase::NotEnrolled);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_do_not_belong_together_get_no_message_and_one_answer() {
    let stage = Stage::new().await;
    let mut form = stage.form("one");
    form.mobile = stage.person("many").mobile.clone();
    let view = stage.journey.enrol_start(form).await.unwrap();
    assert_eq!(view.step, EnrolStep::Code, "the answer is the same as for a match");
    assert_eq!(code(stage.journey.enrol_confirm("123456".into()).await), Some(ErrorCode::IdentityNotConfirmed));
    assert!(stage.world.messages().is_empty(), "no message goes to a number that does not match");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_costs_a_try_and_the_fifth_ends_it() {
    let stage = Stage::new().await;
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    let right = stage.sms_code(0).await;
    let wrong = if right == "111111" { "222222" } else { "111111" };
    for left in (1..5).rev() {
        let refusal = journey::Refusal::from(stage.journey.enrol_confirm(wrong.into()).await.unwrap_err());
        assert_eq!(refusal.code, ErrorCode::CodeWrong);
        assert_eq!(stage.journey.enrol_state().await.unwrap().tries_left, Some(left), "the tries left are told");
    }
    let last = code(stage.journey.enrol_confirm(wrong.into()).await);
    assert!(matches!(last, Some(ErrorCode::CodeEnded | ErrorCode::CodeWrong)), "the fifth ends the code: {last:?}");
    assert_eq!(
        code(stage.journey.enrol_confirm(right).await),
        Some(ErrorCode::CodeEnded),
        "the right code comes too late"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_code_does_not_enrol() {
    let stage = Stage::new().await;
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    let right = stage.sms_code(0).await;
    stage.clock.advance(std::time::Duration::from_secs(5 * 60 + 1));
    assert_eq!(code(stage.journey.enrol_confirm(right).await), Some(ErrorCode::CodeExpired), "five minutes are over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_made_of_the_persons_numbers_is_refused() {
    let stage = Stage::new().await;
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    stage.journey.enrol_confirm(stage.sms_code(0).await).await.unwrap();
    assert_eq!(
        code(stage.journey.enrol_password(secret(b"a long passphrase")).await),
        Some(ErrorCode::PhraseInvalid),
        "the phrase comes first"
    );
    for phrase in ["山", "雨后山", "一二三四五六七八九十一二三四五六七八九十一", "雨后\u{202e}山青"]
    {
        assert_eq!(code(stage.journey.enrol_phrase(phrase.into()).await), Some(ErrorCode::PhraseInvalid), "{phrase}");
    }
    stage.journey.enrol_phrase("雨后山青".into()).await.unwrap();
    for (weak, why) in
        [("900307", "birthday"), ("123456", "a run"), ("111111", "one digit"), ("000001", "end of the mobile")]
    {
        assert_eq!(
            code(stage.journey.enrol_password(secret(weak.as_bytes())).await),
            Some(ErrorCode::PasswordWeak),
            "{why}"
        );
    }
    for short in ["12345", "seven77", "2739158"] {
        let refused = code(stage.journey.enrol_password(secret(short.as_bytes())).await);
        assert_eq!(refused, Some(ErrorCode::PasswordShort), "{short}: six digits, or eight characters and more");
    }
    assert_eq!(code(stage.journey.enrol_password(secret(&[b'x'; 10_000])).await), Some(ErrorCode::PasswordLong));
    assert_eq!(
        code(stage.journey.enrol_password(secret(b"with\0nul inside")).await),
        Some(ErrorCode::PasswordCharacters)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gateway_out_of_reach_is_said_and_nothing_is_enrolled() {
    let stage = Stage::new().await;
    stage.cut();
    assert_eq!(code(stage.journey.enrol_start(stage.form("one")).await), Some(ErrorCode::Offline));
    stage.mend();
    stage.enrol("one").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_enrolment_goes_on_where_the_app_was_closed() {
    let mut stage = Stage::new().await;
    stage.journey.enrol_start(stage.form("one")).await.unwrap();
    let right = stage.sms_code(0).await;
    stage.restart().await;
    let view = stage.journey.enrol_state().await.unwrap();
    assert_eq!(view.step, EnrolStep::Code, "the code is still waited for");
    assert!(
        stage.world.messages()[0].text.contains(&view.check.unwrap().zh),
        "the message carries the characters the app shows"
    );
    stage.journey.enrol_confirm(right).await.unwrap();
    stage.restart().await;
    assert_eq!(stage.journey.enrol_state().await.unwrap().step, EnrolStep::Password);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_needs_a_strong_proof_and_retires_the_first() {
    let stage = Stage::enrolled("many").await;
    let (device, keychain) = (tempfile::tempdir().unwrap(), device::MemoryKeychain::new());
    let second = open(device.path(), stage.folder.path(), &keychain, &stage.clock).await;
    let before = stage.world.messages().len();
    second.enrol_start(stage.form("many")).await.unwrap();
    let view = second.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    assert_eq!(view.step, EnrolStep::Proof, "a code alone does not move an account");
    second.enrol_prove(FactorKind::Face).await.unwrap();
    let view = second.enrol_proof_evidence().await.unwrap();
    assert_eq!(view.step, EnrolStep::Password, "the proof moves it");
    assert!(view.hold_until.is_some(), "a day passes before the new device may ask");
    let form = stage.consent(&["ICBC"]).await;
    assert_eq!(
        code(stage.journey.consent_agree(form).await),
        Some(ErrorCode::DeviceRetired),
        "the old device may ask no more"
    );
}

/// The account moves to another device; `lost` orders the old one to be erased.
async fn taken_over(stage: &Stage, lost: bool) -> (tempfile::TempDir, journey::Journey) {
    let (device, keychain) = (tempfile::tempdir().unwrap(), device::MemoryKeychain::new());
    let second = open(device.path(), stage.folder.path(), &keychain, &stage.clock).await;
    let before = stage.world.messages().len();
    let mut form = stage.form("one");
    form.lost_device = lost;
    second.enrol_start(form).await.unwrap();
    second.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    second.enrol_prove(FactorKind::Face).await.unwrap();
    second.enrol_proof_evidence().await.unwrap();
    (device, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_was_replaced_keeps_what_is_ready_until_a_signed_order_erases_it() {
    for lost in [false, true] {
        let mut stage = Stage::enrolled("one").await;
        stage.ready(&["ICBC"]).await;
        stage.stop();
        stage.journey.unlock_open(secret(crate::stage::PASSWORD)).await.unwrap();
        let _second = taken_over(&stage, lost).await;
        stage.clock.advance(std::time::Duration::from_secs(601));
        let told = stage.journey.tick().await;
        assert_eq!(code(told), Some(ErrorCode::DeviceRetired), "the old device learns of it by itself");
        assert_eq!(code(stage.journey.read_report().await), Some(ErrorCode::Locked), "it locks");
        if lost {
            assert_eq!(
                stage.until_record().await.ended,
                journey::view::Ended::DeviceChanged,
                "the signed order ended it"
            );
        } else {
            stage.journey.unlock_open(secret(crate::stage::PASSWORD)).await.unwrap();
            assert_eq!(stage.journey.read_report().await.unwrap().total, 1, "what was ready stays the person's");
        }
    }
}
