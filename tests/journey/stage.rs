//! A person, a device and a federation, all made up, with one clock that is moved by hand.
#![allow(dead_code, reason = "shared by several test binaries, each of which uses a part")]

use std::sync::Arc;
use std::time::Duration;

use demo_world::{Options, Person, Scenario, World};
use device::{MemoryBiometrics, MemoryKeychain};
use journey::view::{EnrolStep, QueryState, ReportView};
use journey::{ConsentForm, EnrolForm, ErrorCode, Journey, Parts, Profile, QueryView, Refusal, Secret};
use protocol::code::{FactorKind, Locale};
use protocol::time::ManualClock;
use tempfile::TempDir;
use vault::{Cost, Paths};

use crate::wire::Wire;

/// The viewing password of every made-up person.
pub(crate) const PASSWORD: &[u8] = "correct horse 电池".as_bytes();
/// How long something that goes on by itself may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) keychain: MemoryKeychain,
    pub(crate) fingers: MemoryBiometrics,
    pub(crate) journey: Journey,
    pub(crate) device: TempDir,
    pub(crate) folder: TempDir,
    /// Between this device and the gateway.
    pub(crate) wire: Wire,
    running: Option<tokio::task::JoinHandle<()>>,
}

pub(crate) fn secret(bytes: &[u8]) -> Secret {
    Secret::new(bytes.to_vec())
}

/// The code of a refusal.
pub(crate) fn code<T, E: Into<Refusal>>(result: Result<T, E>) -> Option<ErrorCode> {
    result.err().map(|error| error.into().code)
}

impl Stage {
    /// A federation in which every bank is well, and a device on which nobody enrolled.
    pub(crate) async fn new() -> Self {
        Self::in_scenario(Scenario::AllWell).await
    }

    pub(crate) async fn in_scenario(scenario: Scenario) -> Self {
        let (folder, device) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clock = Arc::new(ManualClock::at("2026-11-24T04:00:00.000Z".parse().unwrap()));
        let options =
            Options { clock: Some(Arc::clone(&clock)), scenario: Some(scenario), ..Options::for_tests(folder.path()) };
        let world = World::start(options).await.unwrap();
        let keychain = MemoryKeychain::new();
        let wire = Wire::to(folder.path());
        let fingers = MemoryBiometrics::new();
        let journey = open_on(&wire, device.path(), folder.path(), (&keychain, &fingers), &clock).await;
        Self { world, clock, keychain, fingers, journey, device, folder, wire, running: None }
    }

    /// Enrolled, with a viewing password.
    pub(crate) async fn enrolled(person: &str) -> Self {
        let stage = Self::new().await;
        stage.enrol(person).await;
        stage
    }

    /// The app is ended and started again on the same device.
    pub(crate) async fn restart(&mut self) {
        self.close().await;
        let secrets = (&self.keychain, &self.fingers);
        self.journey = open_on(&self.wire, self.device.path(), self.folder.path(), secrets, &self.clock).await;
    }

    /// What an app on this device is made of.
    pub(crate) fn parts(&self) -> Parts {
        let secrets = (&self.keychain, &self.fingers);
        parts_on(&self.wire, self.device.path(), self.folder.path(), secrets, &self.clock)
    }

    /// The app is ended; another one stands in its place, on a device of its own.
    pub(crate) async fn close(&mut self) {
        self.stop();
        let nowhere = tempfile::tempdir().unwrap();
        self.journey = open(nowhere.path(), self.folder.path(), &MemoryKeychain::new(), &self.clock).await;
        // The ended one gives its lock back when its last task is gone.
        let place = Paths::at(self.device.path()).lock();
        let free = async {
            while device::single_instance::SingleInstance::take(&place).is_err() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, free).await.expect("the ended app leaves its profile");
    }

    /// Lets the app do by itself what it does by itself.
    pub(crate) fn run(&mut self) {
        let journey = self.journey.clone();
        self.running = Some(tokio::spawn(async move { journey.run().await }));
    }

    pub(crate) fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.abort();
        }
    }

    pub(crate) fn person(&self, key: &str) -> Person {
        self.world.people().by_key(key).unwrap().clone()
    }

    pub(crate) fn form(&self, key: &str) -> EnrolForm {
        let person = self.person(key);
        let card = person.first_card().map(|card| card.number.clone());
        EnrolForm {
            name: person.name.clone(),
            id_type: person.id_type,
            id_number: person.id_number.clone(),
            mobile: person.mobile.clone(),
            card_number: card.unwrap_or_else(|| "6222020000000000".to_owned() + "00"),
            locale: "zh-CN".to_owned(),
            lost_device: false,
        }
    }

    /// The code of the first message with one that came after the first `before`.
    pub(crate) async fn sms_code(&self, before: usize) -> String {
        let sent = async {
            loop {
                let messages = self.world.messages();
                // The warning about another device names the word and carries no code.
                let texts = messages.iter().skip(before).filter_map(|message| message.text.split("验证码").nth(1));
                let mut codes = texts.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
                if let Some(code) = codes.find(|code| code.len() == 6) {
                    return code;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, sent).await.expect("the telephone gets the code")
    }

    pub(crate) async fn enrol(&self, person: &str) {
        let before = self.world.messages().len();
        self.journey.enrol_start(self.form(person)).await.unwrap();
        let code = self.sms_code(before).await;
        let view = self.journey.enrol_confirm(code).await.unwrap();
        assert_eq!(view.step, EnrolStep::Password, "a right code and right entries enrol");
        self.journey.enrol_phrase("雨后山青".to_owned()).await.unwrap();
        let view = self.journey.enrol_password(secret(PASSWORD)).await.unwrap();
        assert_eq!(view.step, EnrolStep::Done);
    }

    /// A consent with everything said, for these banks (all when empty).
    pub(crate) async fn consent(&self, banks: &[&str]) -> ConsentForm {
        let all = self.journey.consent_banks().await.unwrap();
        let notice = self.journey.consent_notice(Locale::ZhCn).await.unwrap();
        let chosen = |code: &String| banks.is_empty() || banks.contains(&code.as_str());
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        ConsentForm {
            banks: all.banks.into_iter().map(|bank| bank.code).filter(chosen).collect(),
            kinds: words(&["debit", "credit", "quasi_credit"]),
            fields: words(&[
                "bank",
                "product",
                "kind",
                "brand",
                "number",
                "class",
                "status",
                "role",
                "opened",
                "city",
                "last_used",
            ]),
            sensitive: true,
            handover: true,
            face: true,
            notice_version: notice.version,
            notice_sha256: notice.sha256,
            locale: "zh-CN".to_owned(),
            read_to_end: true,
        }
    }

    pub(crate) async fn agree(&self, banks: &[&str]) -> QueryView {
        let form = self.consent(banks).await;
        self.journey.consent_agree(form).await.unwrap()
    }

    /// Both factors.
    pub(crate) async fn verify(&self) {
        self.journey.verify_start(FactorKind::Face).await.unwrap();
        self.journey.verify_evidence().await.unwrap();
        let before = self.world.messages().len();
        self.journey.verify_start(FactorKind::Sms).await.unwrap();
        let code = self.sms_code(before).await;
        let view = self.journey.verify_confirm(code).await.unwrap();
        assert!(view.ready, "two different factors are enough");
    }

    /// A query on its way.
    pub(crate) async fn ask(&self, banks: &[&str]) -> QueryView {
        self.agree(banks).await;
        self.verify().await;
        self.journey.apply_submit().await.unwrap()
    }

    /// A report that is whole.
    pub(crate) async fn ready(&mut self, banks: &[&str]) -> QueryView {
        self.ask(banks).await;
        self.run();
        self.until(QueryState::Ready).await
    }

    /// Waits until the query stands there.
    pub(crate) async fn until(&self, state: QueryState) -> QueryView {
        let mut changes = self.journey.changes();
        let reached = async {
            loop {
                if let Some(query) =
                    self.journey.settings_home().await.unwrap().query.filter(|query| query.state == state)
                {
                    return query;
                }
                tokio::select! {
                    _ = changes.recv() => {}
                    () = tokio::time::sleep(Duration::from_millis(200)) => {}
                }
            }
        };
        match tokio::time::timeout(PATIENCE, reached).await {
            Ok(query) => query,
            Err(_) => panic!("the query never came to {state:?}: {:?}", self.journey.collect_state().await),
        }
    }

    /// One bank answers, another one never does, and the report closes at its deadline.
    pub(crate) async fn closes_without_one(&mut self) {
        self.run();
        while self.journey.collect_state().await.unwrap().query.banks_answered < 1 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.stop();
        self.clock.advance(Duration::from_secs(24 * 3600 + 60));
        self.run();
        self.until(QueryState::Ready).await;
        self.stop();
    }

    /// The open report, as soon as a card is in it: that a bank answered is known a moment before its section is there.
    pub(crate) async fn until_cards(&self) -> ReportView {
        let came = async {
            loop {
                let report = self.journey.read_report().await.unwrap();
                if report.total > 0 {
                    return report;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, came).await.expect("what came is there")
    }

    /// Waits until nothing is left of the query but a record.
    pub(crate) async fn until_record(&self) -> journey::view::RecordRow {
        let reached = async {
            loop {
                let home = self.journey.settings_home().await.unwrap();
                if home.query.is_none()
                    && let Some(record) = home.records.into_iter().next()
                {
                    return record;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.expect("the query becomes a record")
    }

    /// No network: the gateway's address leads nowhere.
    pub(crate) fn cut(&self) {
        std::fs::rename(self.folder.path().join("world.json"), self.folder.path().join("away.json")).unwrap();
    }

    /// The network is back.
    pub(crate) fn mend(&self) {
        std::fs::rename(self.folder.path().join("away.json"), self.folder.path().join("world.json")).unwrap();
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An app on a device, on a line of its own.
pub(crate) async fn open(
    device: &std::path::Path,
    world: &std::path::Path,
    keychain: &MemoryKeychain,
    clock: &Arc<ManualClock>,
) -> Journey {
    open_on(&Wire::to(world), device, world, (keychain, &MemoryBiometrics::new()), clock).await
}

/// An app on a device, on this line.
pub(crate) async fn open_on(
    wire: &Wire,
    device: &std::path::Path,
    world: &std::path::Path,
    secrets: (&MemoryKeychain, &MemoryBiometrics),
    clock: &Arc<ManualClock>,
) -> Journey {
    Journey::open(parts_on(wire, device, world, secrets, clock)).await
}

/// What such an app is made of.
fn parts_on(
    wire: &Wire,
    device: &std::path::Path,
    world: &std::path::Path,
    (keychain, fingers): (&MemoryKeychain, &MemoryBiometrics),
    clock: &Arc<ManualClock>,
) -> Parts {
    Parts {
        keychain: Arc::new(keychain.clone()),
        biometrics: Arc::new(fingers.clone()),
        clock: Arc::clone(clock) as Arc<_>,
        federation: Arc::new(wire.clone()),
        paths: Paths::at(device),
        profile: Profile::demo(world).unwrap(),
        cost: Cost::Floor,
    }
}
