//! What the gateway writes to its log holds ids and codes, never a person, a code, a token or a key (faults 38 and 68).

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::io::Write;
use std::sync::{Arc, Mutex};

use protocol::encode::b64u;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use world::World;
use world::device::Device;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_line_names_a_person_or_a_secret() {
    let lines = Lines::default();
    tracing_subscriber::fmt().json().with_max_level(tracing::Level::TRACE).with_writer(lines.clone()).init();
    let world = World::start().await;
    let device = Device::of_zhang();
    world.begin_enrolment(&Device { name: "王五", ..Device::of_zhang() }).await;
    world.enrol(&device).await;
    world.banks.next("ICBC", &[world::banks::Do::ForgeSignature, world::banks::Do::Status(500)]);
    let agreed = world.consent(&device, &["ICBC", "CCB"]);
    let tokens = world.tokens(&device, &agreed).await;
    assert_eq!(world.apply(&device, &agreed, &tokens).await.status, 201);
    world::until("the report closed", || async {
        world.pass(std::time::Duration::from_secs(1));
        world.status(&device, &agreed.id()).await["state"] == "closed"
    })
    .await;
    world.post(&device, &format!("/v1/queries/{}/withdraw", agreed.id()), &json!({ "v": 1 })).await;
    world.delete(&device, "/v1/account").await;

    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("\"operation\":\"apply\"") && log.contains("alarm"), "the log tells what happened");
    let code = world.inbox.code("query_code").unwrap();
    let mut secrets = vec!["张三", "王五", "11010519491231002X", "13800000000", "6222020000000000018", "核对字"];
    let (column, seed) = (b64u(&[7; 32]), b64u(&*world::key(102).seed()));
    secrets.extend([column.as_str(), seed.as_str(), agreed.jws.as_str(), tokens[0].as_str(), tokens[1].as_str()]);
    for secret in secrets {
        assert!(!log.contains(secret), "{secret} stands in the log");
    }
    let words = |c: char| !c.is_ascii_alphanumeric();
    let ours = log.lines().filter(|line| line.contains("\"target\":\"gateway"));
    assert!(ours.flat_map(|line| line.split(words)).all(|word| word != code), "a code stands in the log");
}
