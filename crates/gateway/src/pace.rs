//! The time of one connection (9-wire section 4): ten seconds to send a request, thirty for the whole of it. Counted
//! from a request's first byte to the last byte of its answer, so that neither a slow sender nor a slow reader stays.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use protocol::stream::CLOSED_AFTER_SECS;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// A request is sent within this.
pub(crate) const SEND_WITHIN: Duration = Duration::from_secs(10);
/// A request is decided within this; what is left of the whole is for sending the answer.
pub(crate) const ANSWER_WITHIN: Duration = Duration::from_secs(25);
/// The whole of it.
const WHOLE_WITHIN: Duration = Duration::from_secs(30);

/// When the first byte of a request came; travels with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Began(pub(crate) Instant);

#[derive(Debug, Default)]
struct Times {
    began: Option<Instant>,
    until: Option<Instant>,
    answered: bool,
}

/// What a connection and its requests know of each other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pace(Arc<Mutex<Times>>);

impl Pace {
    fn times(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request now at the door.
    pub(crate) fn request(&self) -> Began {
        Began(self.times().began.unwrap_or_else(Instant::now))
    }

    /// Its answer is about to be sent. An event stream has its own ten minutes, and is a connection's last answer.
    pub(crate) fn answered(&self, stream: bool) {
        let mut times = self.times();
        if stream {
            times.until = Some(Instant::now() + Duration::from_secs(CLOSED_AFTER_SECS) + WHOLE_WITHIN);
        } else {
            times.answered = true;
        }
    }

    fn received(&self) {
        let mut times = self.times();
        if times.began.is_none() {
            let now = Instant::now();
            *times = Times { began: Some(now), until: Some(now + WHOLE_WITHIN), answered: false };
        }
    }

    /// Everything written so far has left; after an answer the next byte begins another request.
    fn flushed(&self) {
        let mut times = self.times();
        if times.answered {
            times.began = None;
        }
    }
}

/// A connection that ends when its request's time is over.
pub(crate) struct Paced<S> {
    stream: S,
    pace: Pace,
    timer: Pin<Box<Sleep>>,
}

impl<S> Paced<S> {
    pub(crate) fn new(stream: S, pace: Pace) -> Self {
        Self { stream, pace, timer: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }

    fn in_time<T>(&mut self, cx: &mut Context<'_>, done: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        let (idle, until) = {
            let times = self.pace.times();
            (times.began.is_none(), times.until)
        };
        let Some(until) = until.filter(|_| !idle) else { return done };
        if self.timer.deadline() != until {
            self.timer.as_mut().reset(until);
        }
        if self.timer.as_mut().poll(cx).is_ready() { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { done }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let done = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pace.received();
        }
        self.in_time(cx, done)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let done = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.in_time(cx, done)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_flush(cx);
        let done = self.in_time(cx, done);
        if matches!(done, Poll::Ready(Ok(()))) {
            self.pace.flushed();
        }
        done
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let done = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.in_time(cx, done)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use hyper_util::server::graceful::GracefulShutdown;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

    use super::*;
    use crate::refusal::EVENTS;

    /// A caller's end of a connection to a server with three answers: at once, half a megabyte, a stream.
    fn connect() -> (DuplexStream, tokio::task::JoinHandle<()>, GracefulShutdown) {
        let events = || async {
            let beats = futures_util::stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_secs(15)).await;
                Some((Ok::<_, std::convert::Infallible>(": here\n\n"), ()))
            });
            ([(http::header::CONTENT_TYPE, EVENTS)], Body::from_stream(beats))
        };
        let router = Router::new()
            .route("/", get(|| async { "there" }))
            .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(20)).await }))
            .route("/large", get(|| async { vec![7_u8; 512 * 1024] }))
            .route("/events", get(events));
        let (caller, server) = tokio::io::duplex(1024);
        let from = std::net::SocketAddr::from(([192, 0, 2, 1], 1));
        let open = GracefulShutdown::new();
        let served = tokio::spawn(crate::serve::connection(server, from, router, open.watcher()));
        (caller, served, open)
    }

    async fn ask(caller: &mut DuplexStream, path: &str) {
        caller.write_all(format!("GET {path} HTTP/1.1\r\nhost: gw.example\r\n\r\n").as_bytes()).await.unwrap();
    }

    /// How long the connection lasted.
    async fn lasted(began: Instant, served: tokio::task::JoinHandle<()>) -> Duration {
        served.await.unwrap();
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_drips_in_is_not_waited_for() {
        let (mut caller, served, _open) = connect();
        let began = Instant::now();
        let drips = tokio::spawn(async move {
            for byte in b"GET / HTTP/1.1\r\nhost: gw.example\r\nx: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy" {
                if caller.write_all(&[*byte]).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(lasted(began, served).await, SEND_WITHIN, "ten seconds to send a request");
        drips.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_nobody_reads_is_not_kept() {
        let (mut caller, served, _open) = connect();
        let began = Instant::now();
        ask(&mut caller, "/large").await;
        let reads = tokio::spawn(async move {
            while caller.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
        assert_eq!(lasted(began, served).await, WHOLE_WITHIN, "also when a byte is read now and then");
        reads.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn every_request_of_a_connection_has_its_own_time() {
        let (mut caller, served, _open) = connect();
        for _ in 0..3 {
            ask(&mut caller, "/slow").await;
            let mut head = [0; 12];
            caller.read_exact(&mut head).await.unwrap();
            assert_eq!(&head, b"HTTP/1.1 200", "sixty seconds in all, twenty each");
            while caller.read_u8().await.unwrap() != b'\r' {}
            let mut rest = [0; 4096];
            let _ = caller.read(&mut rest).await.unwrap();
        }
        drop(caller);
        served.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_stream_is_excepted() {
        let (mut caller, served, _open) = connect();
        let began = Instant::now();
        ask(&mut caller, "/events").await;
        let reads = tokio::spawn(async move {
            let mut all = Vec::new();
            let _ = caller.read_to_end(&mut all).await;
            String::from_utf8_lossy(&all).into_owned()
        });
        let ten_minutes = Duration::from_secs(CLOSED_AFTER_SECS);
        assert_eq!(lasted(began, served).await, ten_minutes + WHOLE_WITHIN, "at most the stream's own ten minutes");
        let read = reads.await.unwrap();
        assert!(read.to_lowercase().contains("connection: close"), "and it is the connection's last answer");
        assert!(read.matches(": here").count() > 30, "the stream went on");
    }
}
