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
