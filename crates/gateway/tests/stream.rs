//! Server-sent events of one query (9-wire section 8).

#![expect(clippy::unwrap_used, reason = "a test says what went wrong by failing")]

mod world;

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http_body_util::BodyExt;
use protocol::encode::Nonce;
use protocol::time::Clock;
use serde_json::{Value, json};
use tower::ServiceExt;
use world::World;
use world::banks::Do;
use world::device::{Device, signed_request};

/// One event of a stream.
#[derive(Debug, PartialEq, Eq)]
struct Event {
    id: u64,
    name: String,
    data: Value,
}

struct Stream {
    body: Body,
    text: String,
}

impl Stream {
    async fn open(world: &World, device: &Device, query: &str, last: Option<&str>) -> Self {
        let target = format!("/v1/queries/{query}/events");
        let mut request = signed_request(&device.key, "GET", &target, b"", None, world.clock.now(), Nonce::random());
        if let Some(last) = last {
            request.headers_mut().insert("last-event-id", last.parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 1))));
        let response = world.gateway.router().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body(), text: String::new() }
    }

    /// The next event; none when the server ended the stream.
    async fn next(&mut self) -> Option<Event> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let (Some(id), Some(name), Some(data)) = (field("id: "), field("event: "), field("data: ")) {
                    let data = serde_json::from_str(&data).unwrap();
                    return Some(Event { id: id.parse().unwrap(), name, data });
                }
            }
            let frame = self.body.frame().await?.unwrap();
            self.text.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_repeats_what_was_missed() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    let query = world.query(&device, &["ICBC", "CCB"]).await.id();
    world.wait_state(&device, &query, "closed").await;

    let mut fresh = Stream::open(&world, &device, &query, None).await;
    let whole = fresh.next().await.unwrap();
    assert_eq!((whole.id, whole.name.as_str()), (3, "snapshot"), "no id: the whole state, at the last event");
    assert_eq!(whole.data["state"], "closed");
    let mut resumed = Stream::open(&world, &device, &query, Some("1")).await;
    let (second, third) = (resumed.next().await.unwrap(), resumed.next().await.unwrap());
    assert_eq!((second.id, second.name.as_str()), (2, "bank"), "everything after the known id, in order");
    assert_eq!((third.id, third.name.as_str(), third.data), (3, "closed", json!({ "revision": 1 })));
    for nowhere in ["99", "x", "-1", ""] {
        let mut stream = Stream::open(&world, &device, &query, Some(nowhere)).await;
        assert_eq!(stream.next().await.unwrap().name, "snapshot", "{nowhere:?}: an id from nowhere gets it all");
        world.pass(std::time::Duration::from_secs(10)); // six connects a minute
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_stream_ends_the_older_and_goes_on() {
    let world = World::start().await;
    let device = Device::of_zhang();
    world.enrol(&device).await;
    world.banks.always("ICBC", Do::Status(500));
    let query = world.query(&device, &["ICBC"]).await.id();

    let mut older = Stream::open(&world, &device, &query, None).await;
    assert_eq!(older.next().await.unwrap().name, "snapshot");
    let mut newer = Stream::open(&world, &device, &query, None).await;
    assert_eq!(older.next().await, None, "one stream a query: the older one ends");
    assert_eq!(newer.next().await.unwrap().name, "snapshot");
    let withdrawn = world.post(&device, &format!("/v1/queries/{query}/withdraw"), &json!({ "v": 1 })).await;
    assert_eq!(withdrawn.status, 200);
    let ended = newer.next().await.unwrap();
    assert_eq!((ended.name.as_str(), ended.data), ("ended", json!({ "state": "withdrawn" })), "the newer one tells");
    assert_eq!(newer.next().await, None, "and nothing comes after the end");
}
