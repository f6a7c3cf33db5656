//! New versions tried against a channel of the test, and over a real connection with keys of the real kind.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::Arc,
    thread,
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream::BoxStream};
use journey::{
    Address, Federation, HttpFederation,
    federation::{Incoming, Outgoing},
};
use minisign::KeyPair;
use serde_json::json;

use super::{announced::Key, *};

const PLACE: &str = "https://new.example.cn/mingxia";
const PACKAGE: &[u8] = b"the whole of a new version";

/// A signer of new versions.
struct Signer(KeyPair);

impl Signer {
    fn new() -> Self {
        Self(KeyPair::generate_unencrypted_keypair().unwrap())
    }

    fn key(&self) -> Key {
        Key::read(&STANDARD.encode(self.0.pk.to_box().unwrap().to_string())).unwrap()
    }

    /// What the tool of Tauri writes beside a file.
    fn sign(&self, bytes: &[u8], version: &str) -> String {
        let beside = format!("timestamp:1\tfile:it\tversion:{version}");
        let signed = minisign::sign(Some(&self.0.pk), &self.0.sk, bytes, Some(&beside), None).unwrap();
        STANDARD.encode(signed.into_string())
    }
}

/// Files by their paths.
#[derive(Default)]
struct Shelf {
    files: BTreeMap<String, Vec<u8>>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Federation for Shelf {
    fn authority(&self) -> Result<String, Silence> {
        Err(Silence::Offline)
    }

    async fn exchange(&self, request: Outgoing) -> Result<Incoming, Silence> {
        assert!(request.headers.is_empty() && request.body.is_empty() && request.query.is_none(), "nothing goes along");
        held(&self.asked).push(request.path.clone());
        let file = self.files.get(&request.path);
        let status = if file.is_some() { 200 } else { 404 };
        let body = Bytes::from(file.cloned().unwrap_or_default());
        Ok(Incoming { status, retry_after: None, answer: None, body })
    }

    async fn events(&self, request: Outgoing) -> Result<BoxStream<'static, Bytes>, Silence> {
        let body = self.exchange(request).await?.body;
        let parts: Vec<Bytes> = body.chunks(7).map(Bytes::copy_from_slice).collect();
        Ok(futures_util::stream::iter(parts).boxed())
    }
}

/// An announcement of this version, its package beside it, and who signed both.
fn shelf(signer: &Signer, version: &str, change: impl FnOnce(&mut serde_json::Value)) -> Shelf {
    let name = &system::names()[0];
    let mut said = json!({
        "version": version,
        "notes": "更快。\nFaster.",
        "platforms": { name: {
            "url": format!("{PLACE}/mingxia.pkg"),
            "signature": signer.sign(PACKAGE, version),
            "bytes": PACKAGE.len(),
        } },
    });
    change(&mut said);
    let said = said.to_string().into_bytes();
    let signature = signer.sign(&said, version).into_bytes();
    let files = [("latest.json", said), ("latest.json.sig", signature), ("mingxia.pkg", PACKAGE.to_vec())];
    let files = files.into_iter().map(|(name, bytes)| (format!("/mingxia/{name}"), bytes)).collect();
    Shelf { files, asked: Mutex::default() }
}

fn updates(shelf: Shelf, key: Key) -> (Updates, Arc<Shelf>) {
    let shelf = Arc::new(shelf);
    let source = Source::at(shelf.clone(), PLACE, "https://new.example.cn", key);
    (Updates::from(Some(source), "1.2.0".parse().unwrap()), shelf)
}

async fn found(shelf: Shelf, key: Key) -> Result<Option<String>, UpdateError> {
    updates(shelf, key).0.look().await.map(|view| view.newer.map(|newer| newer.version))
}

#[tokio::test]
async fn without_a_source_nobody_is_asked_and_that_is_shown() {
    let none = Updates::from(None, "1.2.0".parse().unwrap());
    assert_eq!(none.look().await.unwrap_err(), UpdateError::Off, "a build that names no place and no key");
    let demo = Updates::of(&Profile::Demo("/world".into()), "1.2.0".parse().unwrap());
    assert_eq!(demo.look().await.unwrap_err(), UpdateError::Off, "a demonstration never looks, whatever a build names");
    assert_eq!((demo.view().address, demo.view().version.as_str()), (None, "1.2.0"));
}

#[test]
fn a_source_is_whole_or_none() {
    let key = STANDARD.encode(Signer::new().0.pk.to_box().unwrap().to_string());
    let read = |address: &str, key: &str| Source::read(&json!({ "address": address, "key": key }).to_string());
    let address = |address: &str| read(address, &key).map(|source| source.address().to_owned());
    assert_eq!(address("https://new.example.cn/mingxia/").as_deref(), Some("https://new.example.cn/mingxia"));
    assert_eq!(address("https://new.example.cn:8443").as_deref(), Some("https://new.example.cn:8443"));
    for refused in
        ["", "http://new.example.cn", "https://", "https://a@b/c", "https://b/../c", "https://b//c", "https://b/?c"]
    {
        assert_eq!(address(refused), None, "{refused}");
    }
    assert!(read("https://new.example.cn", "bm8ga2V5").is_none(), "no key, no source");
    assert!(Source::read(r#"{ "address": "https://new.example.cn", "key": null }"#).is_none());
    assert!(Source::read(r#"{ "address": null, "key": null, "other": 1 }"#).is_none());
}

#[tokio::test]
async fn nothing_is_shown_that_the_key_of_this_build_did_not_sign() {
    let (ours, other) = (Signer::new(), Signer::new());
    assert_eq!(
        found(shelf(&other, "9.0.0", |_| {}), ours.key()).await,
        Err(UpdateError::Unsigned),
        "signed by another"
    );
    let mut tampered = shelf(&ours, "9.0.0", |_| {});
    let said = tampered.files.get_mut("/mingxia/latest.json").unwrap();
    *said = String::from_utf8_lossy(said).replace("更快", "请打").into_bytes();
    assert_eq!(found(tampered, ours.key()).await, Err(UpdateError::Unsigned), "words somebody else put in");
    let mut bare = shelf(&ours, "9.0.0", |_| {});
    bare.files.insert("/mingxia/latest.json.sig".to_owned(), b"none".to_vec());
    assert_eq!(found(bare, ours.key()).await, Err(UpdateError::Unsigned));
}

#[tokio::test]
async fn an_older_version_is_no_new_one_whoever_signed_it() {
    let signer = Signer::new();
    for old in ["1.2.0", "1.1.9", "0.9.0", "1.2.0-rc.1"] {
        assert_eq!(found(shelf(&signer, old, |_| {}), signer.key()).await, Ok(None), "{old}");
    }
    assert_eq!(found(shelf(&signer, "1.2.1", |_| {}), signer.key()).await, Ok(Some("1.2.1".to_owned())));
}

#[tokio::test]
async fn what_is_not_understood_is_not_shown() {
    let signer = Signer::new();
    let said = |change: fn(&mut serde_json::Value)| shelf(&signer, "9.0.0", change);
    let shelves = [
        said(|said| said["version"] = json!("nine")),
        said(|said| said["notes"] = json!("\u{1b}[2J")),
        said(|said| said["notes"] = json!("长".repeat(4_001))),
        said(|said| said["notes"] = json!(null)),
    ];
    for shelf in shelves {
        assert_eq!(found(shelf, signer.key()).await, Err(UpdateError::Unreadable));
    }
    let nobody = Shelf::default();
    assert_eq!(found(nobody, signer.key()).await, Err(UpdateError::Silent(Silence::Offline)));
}

#[tokio::test]
async fn only_the_package_that_was_shown_and_signed_as_it_is_taken() {
    let signer = Signer::new();
    let fetched = async |shelf: Shelf, version: &str| {
        let (updates, shelf) = updates(shelf, signer.key());
        updates.look().await.unwrap();
        let bytes = updates.fetch(version).await.map(|(_, _, bytes)| bytes);
        (bytes, shelf)
    };
    let refused = async |version: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let (bytes, shelf) = fetched(shelf(&signer, "9.0.0", |said| change(said)), version).await;
        (bytes.unwrap_err(), held(&shelf.asked).len() > 2)
    };
    let name = system::names()[0].clone();
    let package = |member: &'static str, value: serde_json::Value| {
        let name = name.clone();
        move |said: &mut serde_json::Value| said["platforms"][&name][member] = value.clone()
    };
    let older = signer.sign(PACKAGE, "8.0.0");
    let elsewhere = "https://other.example.cn/mingxia/mingxia.pkg";
    assert_eq!(refused("9.0.1", &|_| {}).await, (UpdateError::OtherVersion, false), "not what was shown");
    assert_eq!(refused("9.0.0", &|said| said["platforms"] = json!({})).await, (UpdateError::Unreadable, false));
    assert_eq!(refused("9.0.0", &package("url", json!(elsewhere))).await, (UpdateError::Unreadable, false));
    let climbs = format!("{PLACE}/../mingxia.pkg");
    assert_eq!(refused("9.0.0", &package("url", json!(climbs))).await, (UpdateError::Unreadable, false));
    assert_eq!(
        refused("9.0.0", &package("signature", json!(older))).await,
        (UpdateError::Unsigned, true),
        "an older one"
    );
    let cut = PACKAGE.len() + 1;
    let silent = UpdateError::Silent(Silence::Offline);
    assert_eq!(refused("9.0.0", &package("bytes", json!(cut))).await, (silent, true), "it broke off on the way");
    let longer = PACKAGE.len() - 1;
    assert_eq!(refused("9.0.0", &package("bytes", json!(longer))).await, (UpdateError::Unsigned, true));
    let (bytes, _) = fetched(shelf(&signer, "9.0.0", |_| {}), "9.0.0").await;
    assert_eq!(bytes.as_deref(), Ok(PACKAGE));
}

/// Serves these files over HTTP on this machine, for as long as the test runs.
fn serve(files: BTreeMap<String, Vec<u8>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut asked = [0; 4096];
            let length = connection.read(&mut asked).unwrap();
            let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
            let body = asked.split(' ').nth(1).and_then(|path| files.get(path)).cloned().unwrap_or_default();
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            connection.write_all(&[head.as_bytes(), &body].concat()).unwrap();
        }
    });
    port
}

#[tokio::test]
async fn over_a_real_connection_a_good_package_arrives_and_a_tampered_one_does_not() {
    let signer = Signer::new();
    for tampered in [false, true] {
        let mut files = shelf(&signer, "9.0.0", |_| {}).files;
        if tampered {
            files.get_mut("/mingxia/mingxia.pkg").unwrap()[3] ^= 1;
        }
        let port = serve(files);
        let folder = tempfile::tempdir().unwrap();
        let here = format!("http://127.0.0.1:{port}");
        fs::write(folder.path().join("world.json"), json!({ "gateway": here, "phone": here }).to_string()).unwrap();
        let carrier = Arc::new(HttpFederation::new(Address::World(folder.path().to_owned())).unwrap());
        let source = Source::at(carrier, PLACE, "https://new.example.cn", signer.key());
        let updates = Updates::from(Some(source), "1.2.0".parse().unwrap());
        assert_eq!(updates.look().await.unwrap().newer.unwrap().notes, "更快。\nFaster.");
        let bytes = updates.fetch("9.0.0").await.map(|(_, _, bytes)| bytes);
        assert_eq!(bytes, if tampered { Err(UpdateError::Unsigned) } else { Ok(PACKAGE.to_vec()) });
    }
}

#[test]
fn what_the_tool_of_tauri_signs_fits() {
    // Made by `tauri signer generate` and `tauri signer sign --app-version 1.2.3`, version 2.12.3; the key is thrown away.
    let key = Key::read(include_str!("tests/key.pub")).unwrap();
    let signature = include_str!("tests/package.sig");
    let version = |text: &str| text.parse().unwrap();
    assert_eq!(key.fits_as(b"hello\n", signature, &version("1.2.3")), Ok(()));
    assert_eq!(key.fits_as(b"hello\n", signature, &version("1.2.4")), Err(UpdateError::Unsigned));
    assert_eq!(key.fits_as(b"hello!", signature, &version("1.2.3")), Err(UpdateError::Unsigned));
}

#[test]
fn nothing_begun_is_cut_off() {
    use QueryState::*;
    let home = |phase: &str, query: Option<QueryState>| -> HomeView {
        let query = query.map(|state| {
            json!({
                "query_id": "a", "state": state, "banks_asked": 1, "banks_answered": 0, "given_at": "", "apply_by": "",
                "accepted_at": null, "due_at": null, "generated_at": null, "ends_at": null, "consent_expires_at": "",
                "result_check": null, "can_retry": false, "replaces": false, "round": 1, "doubtful": false,
            })
        });
        serde_json::from_value(json!({
            "profile": "real", "phase": phase, "who": null, "vault": "locked", "clock": "sure", "query": query,
            "records": [], "next_query_at": null, "hold_until": null, "takeover": null, "now": "", "trouble": null,
            "alarms": [], "phone_page": null,
        }))
        .unwrap()
    };
    for state in [Prepared, Verifying, Sending] {
        assert!(!rests(&home("enrolled", Some(state))), "{state:?}: an application is in the middle");
    }
    assert!(!rests(&home("enrolling", None)), "an enrolment is in the middle");
    for state in [None, Some(Collecting), Some(Ready), Some(Retrying), Some(Ending)] {
        assert!(rests(&home("enrolled", state)), "{state:?} goes on after any start");
    }
}
