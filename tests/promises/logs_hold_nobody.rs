//! Logs hold nobody: gateway, banks and app at their most talkative, through a walk with everything that goes wrong.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use demo_world::{FaceSetting, Scenario};
use device::Keychain;
use protocol::code::FactorKind;
use protocol::key::SigningKey;
use tracing_subscriber::fmt::MakeWriter;

use crate::gateway_alone_cannot_ask::Turned;
use crate::stage::{PASSWORD, Stage, secret};
use crate::traces::{self, Trace};

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn says(&self, words: &str) -> bool {
        String::from_utf8_lossy(&self.0.lock().unwrap()).contains(words)
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Kept {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// All that must not be logged of this stage now: who, which cards, words chosen, codes, keys.
fn private(stage: &Stage, person: &str) -> Vec<Trace> {
    let person = stage.person(person);
    let mut traces = traces::identity(&person);
    traces.extend(traces::cards(&person));
    traces.push(Trace::text("the viewing password", std::str::from_utf8(PASSWORD).unwrap()));
    traces.push(Trace::text("a wrong password", "wrong password"));
    traces.push(Trace::text("the security phrase", "雨后山青"));
    for message in stage.world.messages() {
        traces.push(Trace::text("a message", &message.text));
        let code: Option<String> = message.text.split("验证码").nth(1).map(|rest| rest.chars().take(6).collect());
        traces.extend(code.map(|code| Trace::text("a code", &format!("\"{code}\""))));
    }
    for name in stage.keychain.list().unwrap() {
        let value = stage.keychain.get(&name).unwrap().unwrap();
        if value.len() == 32 {
            traces.push(Trace::secret(&name, &value));
        }
    }
    traces
}

/// One life with everything that goes wrong in it; gives what must not have been logged of it.
async fn live(log: &Kept) -> Vec<Trace> {
    let mut stage = Stage::in_scenario(Scenario::HostileText).await;
    let mut form = stage.form("many");
    form.mobile = stage.person("one").mobile;
    stage.journey.enrol_start(form).await.unwrap();
    let _ = stage.journey.enrol_confirm("123456".into()).await;
    stage.journey.enrol_cancel().await.unwrap();
    stage.enrol("many").await;
    let _ = stage.journey.unlock_open(secret(b"wrong password")).await;
    stage.agree(&[]).await;
    stage.world.set_face(FaceSetting::RetryOnce).unwrap();
    stage.journey.verify_start(FactorKind::Face).await.unwrap();
    let _ = stage.journey.verify_evidence().await;
    let before = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    let right = stage.sms_code(before).await;
    let _ = stage.journey.verify_confirm(if right == "111111" { "222222" } else { "111111" }.into()).await;
    stage.journey.verify_confirm(right).await.unwrap();
    stage.journey.verify_evidence().await.unwrap();
    stage.cut();
    stage.journey.apply_submit().await.unwrap();
    stage.mend();
    stage.clock.advance(Duration::from_secs(60));
    stage.run();
    stage.until(journey::view::QueryState::Ready).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    stage.journey.read_report().await.unwrap();
    let traces = private(&stage, "many");
    stage.restart().await;
    stage.cut();
    stage.clock.advance(Duration::from_secs(601));
    stage.run();
    while !log.says("a pass did not get through") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stage.stop();
    stage.mend();
    stage.clock.advance(Duration::from_secs(8 * 86_400));
    stage.until_record().await;
    let _ = stage.journey.tick().await;
    stage.journey.settings_delete_account().await.unwrap();
    // And one that a bank refuses.
    Turned::new().await.asks("many", "ICBC", &SigningKey::generate()).await;
    traces
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_with_all_its_failures() {
    let kept = Kept::default();
    let all = tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(kept.clone());
    // Another test of this binary may log into it too: its people are as private.
    tracing::subscriber::set_global_default(all.finish()).unwrap();
    let traces = live(&kept).await;
    for speaker in ["gateway", "bank", "journey"] {
        let spoke = kept.says(&format!("\"target\":\"{speaker}"));
        assert!(spoke, "{speaker} logs what it does, or there is nothing to search");
    }
    let log = kept.0.lock().unwrap().clone();
    for trace in traces {
        assert!(!trace.is_in(&log), "{} stands in a log", trace.what);
    }
}
