//! The port to the federation: one signed request out, one answer back, and the stream of a query's events.
//!
//! Everything that decides stands above this port, in [`calls`]; what carries stands below, in [`http`].

pub mod calls;
pub mod configured;
pub mod http;
pub mod sse;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;

/// Longest JSON answer, in bytes.
pub const MAX_JSON: usize = 512 << 10;
/// Longest sealed section that is read at all, in bytes; a right one is 17,522.
pub const MAX_SECTION: usize = 32 << 10;

/// The three methods of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Act, once for each idempotency key.
    Post,
    /// Delete.
    Delete,
}

impl Method {
    /// The method on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// A request, signed already.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Method.
    pub method: Method,
    /// Path, as signed.
    pub path: String,
    /// Query without `?`.
    pub query: Option<String>,
    /// Header fields beyond those of HTTP itself.
    pub headers: Vec<(&'static str, String)>,
    /// Body; empty for none.
    pub body: Bytes,
    /// The most bytes of body the answer may have.
    pub most: usize,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Status.
    pub status: u16,
    /// Header `retry-after`, whole seconds.
    pub retry_after: Option<Duration>,
    /// Header `mingxia-answer`: the bank's signed answer of a section.
    pub answer: Option<String>,
    /// Body.
    pub body: Bytes,
}

/// No answer that may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// Nobody could be reached.
    #[error("nobody could be reached")]
    Offline,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The answer is larger than any right one.
    #[error("the answer is too large")]
    TooLarge,
}

/// Carries requests to the one gateway of this profile.
#[async_trait]
pub trait Federation: Send + Sync {
    /// `@authority` as it will be sent: lower case, default port removed.
    ///
    /// # Errors
    /// [`Silence::Offline`] when the gateway's address is not known now.
    fn authority(&self) -> Result<String, Silence>;

    /// One request, one answer, whatever its status.
    ///
    /// # Errors
    /// [`Silence`].
    async fn exchange(&self, request: Outgoing) -> Result<Incoming, Silence>;

    /// The bytes of an event stream as they come; ends when the server closes it or is silent for 45 s.
    ///
    /// # Errors
    /// [`Silence`], also for an answer that is no event stream.
    async fn events(&self, request: Outgoing) -> Result<BoxStream<'static, Bytes>, Silence>;
}
