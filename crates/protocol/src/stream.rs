//! Events of `GET /v1/queries/{id}/events` (WHATWG server-sent events).

use serde::{Deserialize, Serialize};

use crate::code::QueryState;
use crate::routes::{QueryBank, QueryStatus};
use crate::time::Timestamp;

/// Comment line interval of the server, in seconds.
pub const COMMENT_EVERY_SECS: u64 = 15;
/// Silence after which a client treats the stream as dead, in seconds.
pub const DEAD_AFTER_SECS: u64 = 45;
/// The server closes a stream after this many seconds.
pub const CLOSED_AFTER_SECS: u64 = 600;

/// One event; its name and data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The whole state, at the start or when the client's id is unknown.
    Snapshot(QueryStatus),
    /// One bank's row changed.
    Bank(QueryBank),
    /// A further round began.
    Round(RoundBegan),
    /// The query closed, or a round did.
    Closed(Closed),
    /// The query ended.
    Ended(Ended),
}

/// A further round.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct RoundBegan {
    /// Its number.
    pub round: u8,
    /// When it ends.
    pub due_at: Timestamp,
}

/// An envelope waits.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Closed {
    /// Its revision.
    pub revision: u8,
}

/// No more events come.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct Ended {
    /// `withdrawn`, `deleted` or `expired`.
    pub state: QueryState,
}

impl Event {
    /// Field `event` of the stream.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Snapshot(_) => "snapshot",
            Self::Bank(_) => "bank",
            Self::Round(_) => "round",
            Self::Closed(_) => "closed",
            Self::Ended(_) => "ended",
        }
    }

    /// Field `data` of the stream.
    ///
    /// # Errors
    /// Never in practice: the data are plain structs.
    pub fn data(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Snapshot(status) => serde_json::to_string(status),
            Self::Bank(row) => serde_json::to_string(row),
            Self::Round(round) => serde_json::to_string(round),
            Self::Closed(closed) => serde_json::to_string(closed),
            Self::Ended(ended) => serde_json::to_string(ended),
        }
    }

    /// Reads an event; unknown names are passed over.
    ///
    /// # Errors
    /// [`crate::json::JsonError`] when data of a known name are malformed.
    pub fn read(name: &str, data: &str) -> Result<Option<Self>, crate::json::JsonError> {
        let data = data.as_bytes();
        let event = match name {
            "snapshot" => Self::Snapshot(crate::json::parse_response(data)?),
            "bank" => Self::Bank(crate::json::parse_response(data)?),
            "round" => Self::Round(crate::json::parse_response(data)?),
            "closed" => Self::Closed(crate::json::parse_response(data)?),
            "ended" => Self::Ended(crate::json::parse_response(data)?),
            _ => return Ok(None),
        };
        Ok(Some(event))
    }
}
