//! `GET /v1/queries/{id}/events`: what happens to a query, as server-sent events. The stream reads the store; a missed
//! pulse costs at most one comment's time.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use protocol::id::QueryId;
use protocol::stream::{CLOSED_AFTER_SECS, COMMENT_EVERY_SECS, Event as Wire};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::query_status::alive;
use super::{RateOf, Route};
use crate::core::Core;
use crate::entry::Call;
use crate::query;
use crate::refusal::{EVENTS, Refusal, Reply};

pub(super) const ROUTE: Route = Route::get(
    "/v1/queries/{id}/events",
    "events",
    "Server-sent events of one query",
    &[(200, "events")],
    |core, call| Box::pin(handle(core, call)),
)
.rate(RateOf::Streams);

type Lines = mpsc::Sender<Result<Bytes, std::convert::Infallible>>;

async fn handle(core: &Arc<Core>, call: &Call) -> Result<Reply, Refusal> {
    let head = alive(core, call).await?.doc;
    // Only plain decimals are ids of ours; anything else gets the whole state.
    let known: Option<u64> =
        call.last_event_id.as_deref().and_then(|id| id.parse().ok()).filter(|id| *id <= head.last_event);
    let mut first = "retry: 3000\n\n".to_owned();
    if known.is_none() {
        let snapshot = Wire::Snapshot(query::status(&head, call.now));
        first.push_str(&lines(head.last_event, snapshot.name(), &snapshot.data().unwrap_or_default()));
    }
    let (send, receive) = mpsc::channel(16);
    let last = known.unwrap_or(head.last_event);
    tokio::spawn(follow(Arc::clone(core), head.query, last, first, send));
    let stream =
        futures_util::stream::unfold(
            receive,
            |mut receive| async move { receive.recv().await.map(|line| (line, receive)) },
        );
    Ok(Reply::body(EVENTS, Body::from_stream(stream)))
}

fn lines(id: u64, name: &str, data: &str) -> String {
    format!("id: {id}\nevent: {name}\ndata: {data}\n\n")
}

async fn follow(core: Arc<Core>, id: QueryId, mut last: u64, first: String, send: Lines) {
    let (number, mut pulse) = core.hub.open(id);
    let until = Instant::now() + Duration::from_secs(CLOSED_AFTER_SECS);
    let mut comment = tokio::time::interval(Duration::from_secs(COMMENT_EVERY_SECS));
    comment.reset();
    if send.send(Ok(first.into())).await.is_err() {
        return;
    }
    loop {
        let Ok(events) = core.store().events_after(id, last).await else { return };
        for event in events {
            last = event.id;
            let over = event.name == "ended";
            if send.send(Ok(lines(event.id, &event.name, &event.data).into())).await.is_err() || over {
                return;
            }
        }
        tokio::select! {
            changed = pulse.changed() => {
                let newer = pulse.borrow_and_update().newest != number;
                if changed.is_err() || newer {
                    return;
                }
            }
            _ = comment.tick() => {
                if send.send(Ok(Bytes::from_static(b": here\n\n"))).await.is_err() {
                    return;
                }
            }
            () = tokio::time::sleep_until(until) => return,
            () = send.closed() => return,
        }
    }
}
