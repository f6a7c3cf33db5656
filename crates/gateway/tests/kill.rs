//! Fault 61: the gateway process is killed again and again in the middle of one query; at the end every bank has
//! answered exactly once in the closed envelope. Windowless: a child process, scripted banks, real time.

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::routing::post;
use gateway::clock::MachineClock;
use gateway::{DirectorySource, SmsChannel};
use http::Request;
use protocol::encode::{b64u, random};
use protocol::time::{Clock, ManualClock};
use serde_json::{Value, json};
use world::banks::{Do, Scripted};
use world::device::{AUTHORITY, Device, over_tcp};
use world::{Federation, Inbox, World, key, notice, until};

const BANKS: [&str; 8] = ["BANKA", "BANKB", "BANKC", "BANKD", "BANKE", "BANKF", "BANKG", "BANKH"];

/// Fifty, or as many as `MINGXIA_KILLS` says.
fn kills() -> usize {
    std::env::var("MINGXIA_KILLS").map_or(50, |kills| kills.parse().unwrap())
}

/// The operator's systems behind the ports: messages, identities.
async fn houses(inbox: Arc<Inbox>) -> SocketAddr {
    let messages = |State(inbox): State<Arc<Inbox>>, body: Bytes| async move {
        let sms: Value = serde_json::from_slice(&body).unwrap();
        let part = |name: &str| sms[name].as_str().unwrap().to_owned();
        inbox
            .send(gateway::Sms { mobile: part("mobile"), text: part("text"), dedup_key: part("dedup_key") })
            .await
            .unwrap();
        "{}"
    };
    let router = Router::new()
        .route("/messages", post(messages))
        .route("/matches", post(|| async { r#"{"matches":true}"# }))
        .route("/issuer", post(|| async { r#"{"bank":"BANKA"}"# }))
        .with_state(inbox);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn write_settings(folder: &Path, listen: SocketAddr, house: SocketAddr, banks: &Scripted) {
    let path = |name: &str| folder.join(name);
    std::fs::write(path("gateway.key"), b64u(&*key(102).seed())).unwrap();
    std::fs::write(path("column.key"), b64u(&[7; 32])).unwrap();
    std::fs::write(path("notice.txt"), notice().text).unwrap();
    let (roots, directory) = Federation::new(Arc::new(MachineClock), banks.codes()).current();
    std::fs::write(path("directory.json"), json!({ "roots": roots, "directory": directory }).to_string()).unwrap();
    let settings = json!({
        "listen": listen, "folder": path("data"), "signing_key": path("gateway.key"), "column_key": path("column.key"),
        "root": key(100).public().x(), "directory": path("directory.json"), "banks": banks.urls(), "sms": format!("http://{house}"),
        "identity": format!("http://{house}"), "bank_timeout_secs": 5,
        "notices": [{ "version": notice().version, "locale": "zh-CN", "summary": "s", "text": path("notice.txt") }],
    });
    std::fs::write(path("settings.json"), settings.to_string()).unwrap();
}

/// A child that does not outlive the test.
struct Process(Child);

impl Process {
    async fn start(folder: &Path, listen: SocketAddr) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_gateway"))
            .args(["--settings".as_ref(), folder.join("settings.json").as_os_str()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self(child);
        until("the process is ready", || async {
            let get = Request::builder().uri("/readyz").header("host", AUTHORITY).body(Body::empty()).unwrap();
            over_tcp(listen, get).await.is_ok_and(|got| got.status == 200)
        })
        .await;
        process
    }

    /// kill -9.
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_lose_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let banks = Scripted::serve(&BANKS, Arc::new(MachineClock)).await;
    let inbox = Arc::new(Inbox::default());
    let house = houses(Arc::clone(&inbox)).await;
    let listen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    write_settings(folder.path(), listen, house, &banks);

    let clock = Arc::new(ManualClock::at(MachineClock.now()));
    let mut world = World::on(tempfile::tempdir().unwrap(), Arc::clone(&clock), Arc::clone(&banks), inbox).await;
    world.remote = Some(listen);
    let mut process = Process::start(folder.path(), listen).await;
    let device = Device::of_zhang();
    assert_eq!(world.enrol(&device).await.status, 200);
    for code in BANKS {
        banks.always(code, Do::Status(500));
    }
    let query = world.query(&device, &BANKS).await;

    let kills = kills();
    for n in 0..kills {
        // One bank after another becomes able to answer, so that every kill finds the query in the middle.
        if n > 0 && n % kills.div_ceil(BANKS.len()) == 0 {
            banks.always(BANKS[n * BANKS.len() / kills], Do::Answer);
        }
        let [moment] = random::<1>();
        tokio::time::sleep(Duration::from_millis(u64::from(moment) / 2)).await;
        process.kill();
        process = Process::start(folder.path(), listen).await;
    }
    for code in BANKS {
        banks.always(code, Do::Answer);
    }
    let report = format!("/v1/queries/{}/report", query.id());
    until("the report closed", || async {
        clock.set_wall(MachineClock.now());
        tokio::time::sleep(Duration::from_millis(1100)).await; // sixty reads a minute
        clock.set_wall(MachineClock.now());
        world.get(&device, &report).await.status == 200
    })
    .await;
    let report = world.get(&device, &report).await.json();
    let envelope: Value = payload(report["envelope"].as_str().unwrap());
    let rows = envelope["banks"].as_array().unwrap();
    assert_eq!((envelope["state"].as_str(), rows.len()), (Some("closed"), BANKS.len()));
    let mut seen: HashMap<String, usize> = HashMap::new();
    for answer in report["answers"].as_array().unwrap() {
        *seen.entry(payload(answer.as_str().unwrap())["bank"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    for row in rows {
        let code = row["bank"].as_str().unwrap();
        assert_eq!(row["state"], "answered", "{code}: reachable, so nothing was lost");
        assert_eq!(seen.get(code), Some(&1), "{code}: answered exactly once");
        let kept = banks.sealed(code, &query.id(), 1).unwrap();
        assert_eq!(row["sealed"], protocol::encode::Digest::of(&kept).to_string(), "{code}: the bytes the bank gave");
        clock.set_wall(MachineClock.now());
        let section = world.get(&device, &format!("/v1/queries/{}/sections/{code}?round=1", query.id())).await;
        assert_eq!(section.bytes, kept, "{code}: and they are there");
    }
    assert_eq!(world.sent("query_started"), 1, "the person was told once, whatever was repeated");
}

fn payload(jws: &str) -> Value {
    let part = jws.split('.').nth(1).unwrap();
    serde_json::from_slice(&protocol::encode::b64u_decode(part).unwrap()).unwrap()
}
