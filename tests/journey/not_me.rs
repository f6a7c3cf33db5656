//! "Not me": the old device stops a device that wants the account, freezes one that took it, and gets the account back.

use std::time::Duration;

use device::MemoryKeychain;
use journey::view::{EnrolStep, QueryState, Takeover};
use journey::{ErrorCode, Journey, Refusal};
use protocol::code::FactorKind;

use crate::stage::{PASSWORD, Stage, code, open, secret};

/// Somebody else's device, with the code that was read off the telephone: the account waits for its proof.
async fn thief(stage: &Stage) -> (tempfile::TempDir, Journey) {
    let device = tempfile::tempdir().unwrap();
    let thief = open(device.path(), stage.folder.path(), &MemoryKeychain::new(), &stage.clock).await;
    let before = stage.world.messages().len();
    thief.enrol_start(stage.form("one")).await.unwrap();
    let view = thief.enrol_confirm(stage.sms_code(before).await).await.unwrap();
    assert_eq!(view.step, EnrolStep::Proof, "a code alone does not move an account");
    (device, thief)
}

/// It took the account.
async fn took_over(stage: &Stage) -> (tempfile::TempDir, Journey) {
    let (device, thief) = thief(stage).await;
    thief.enrol_prove(FactorKind::Face).await.unwrap();
    thief.enrol_proof_evidence().await.unwrap();
    thief.enrol_phrase("雨后山青".to_owned()).await.unwrap();
    thief.enrol_password(secret(PASSWORD)).await.unwrap();
    (device, thief)
}

/// The message about a change of device that came after the first `before`.
async fn warning(stage: &Stage, before: usize) -> String {
    let sent = async {
        loop {
            let messages = stage.world.messages();
            if let Some(warning) = messages.into_iter().skip(before).find(|message| message.text.contains("不是我"))
            {
                return warning.text;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), sent).await.expect("the person is warned")
}

async fn takeover(journey: &Journey) -> Option<Takeover> {
    journey.settings_home().await.unwrap().takeover
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_says_it_of_an_account_that_is_not_theirs() {
    let stage = Stage::new().await;
    let mark = stage.wire.mark();
    assert_eq!(code(stage.journey.enrol_not_me().await), Some(ErrorCode::WrongState), "nobody is enrolled here");
    assert_eq!(stage.wire.mark(), mark, "nothing left the house");
    assert!(!stage.journey.notify_messages().await.unwrap().not_me, "and it is not offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_network_it_is_refused_and_can_be_said_again() {
    let stage = Stage::enrolled("one").await;
    let (_device, _thief) = took_over(&stage).await;
    assert_eq!(code(stage.journey.consent_agree(stage.consent(&["ICBC"]).await).await), Some(ErrorCode::DeviceRetired));
    stage.cut();
    assert_eq!(code(stage.journey.enrol_not_me().await), Some(ErrorCode::Offline));
    assert_eq!(takeover(&stage.journey).await, Some(Takeover::Done), "nothing was said yet");
    assert_eq!(
        code(stage.journey.unlock_forgotten().await),
        Some(ErrorCode::DeviceRetired),
        "and nothing is given back before"
    );
    stage.mend();
    stage.journey.enrol_not_me().await.unwrap();
    assert_eq!(takeover(&stage.journey).await, Some(Takeover::Frozen));
}

#[tokio::test(flavor = "multi_thread")]
async fn said_in_time_it_stops_the_other_device_and_this_one_goes_on() {
    let mut stage = Stage::enrolled("one").await;
    let (_device, thief) = thief(&stage).await;
    let messages = stage.journey.notify_messages().await.unwrap();
    assert!(messages.not_me, "a message about a change of device came: it can be said");
    let warned = warning(&stage, 0).await;
    let known = |text: &str, list: &journey::MessagesView| {
        list.expected.iter().any(|one| one.kind == "device_changed" && text.contains(&one.check.zh))
    };
    assert!(known(&warned, &messages), "with the characters this device shows");
    stage.journey.enrol_not_me().await.unwrap();
    let stopped = code(thief.enrol_prove(FactorKind::Face).await);
    assert!(stopped.is_some(), "the other device proves nothing any more");
    assert_eq!(takeover(&stage.journey).await, None, "nobody took over");
    stage.ready(&["ICBC"]).await;
    stage.stop();
    let before = stage.world.messages().len();
    let (_device, _thief) = self::thief(&stage).await;
    let second = warning(&stage, before).await;
    let messages = stage.journey.notify_messages().await.unwrap();
    assert!(known(&second, &messages), "the next message carries the next characters, and this device knows them");
    assert_ne!(warned, second, "an old one never fits");
}

#[tokio::test(flavor = "multi_thread")]
async fn said_too_late_it_freezes_the_other_device_and_both_factors_here_take_the_account_back() {
    let stage = Stage::enrolled("one").await;
    let (_device, thief) = took_over(&stage).await;
    let hold = thief.settings_home().await.unwrap().hold_until.expect("a day's hold, with its end");
    let refused = Refusal::from(thief.consent_agree(stage.consent(&["ICBC"]).await).await.unwrap_err());
    assert_eq!((refused.code, refused.params.get("until")), (ErrorCode::DeviceOnHold, Some(&hold.as_str().into())));
    stage.clock.advance(Duration::from_secs(601));
    assert_eq!(code(stage.journey.tick().await), Some(ErrorCode::DeviceRetired), "the old device learns of it");
    assert_eq!(takeover(&stage.journey).await, Some(Takeover::Done), "and offers to say so");

    stage.journey.enrol_not_me().await.unwrap();
    assert_eq!(takeover(&stage.journey).await, Some(Takeover::Frozen));
    stage.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(
        code(thief.consent_agree(stage.consent(&["ICBC"]).await).await),
        Some(ErrorCode::AccountFrozen),
        "the hold is over and the other device still asks nobody"
    );

    let before = stage.world.messages().len();
    stage.journey.unlock_forgotten().await.unwrap();
    let view = stage.journey.unlock_forgotten_confirm(stage.sms_code(before).await).await.unwrap();
    assert!(!view.ready, "one factor is not two");
    assert_eq!(takeover(&stage.journey).await, Some(Takeover::Frozen));
    stage.journey.unlock_forgotten_second(FactorKind::Face).await.unwrap();
    let view = stage.journey.unlock_forgotten_evidence().await.unwrap();
    assert!(view.ready, "both passed");
    assert_eq!(takeover(&stage.journey).await, None, "it is the live device again");
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let query = stage.ask(&["ICBC"]).await;
    assert_eq!(query.state, QueryState::Collecting, "and asks at once: no hold of its own");
    assert_eq!(code(thief.consent_agree(stage.consent(&["ICBC"]).await).await), Some(ErrorCode::DeviceRetired));
}
