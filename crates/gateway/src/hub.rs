//! Tells open event streams that something was written; the stream then reads the store, which alone is right.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::id::QueryId;
use tokio::sync::watch;

/// What a stream waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Pulse {
    /// Counts writes.
    pub(crate) writes: u64,
    /// Which stream is the newest; an older one ends.
    pub(crate) newest: u64,
}

#[derive(Default)]
pub(crate) struct Hub(Mutex<HashMap<QueryId, Arc<watch::Sender<Pulse>>>>);

impl Hub {
    fn streams(&self) -> MutexGuard<'_, HashMap<QueryId, Arc<watch::Sender<Pulse>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the one stream of a query; its number and what it waits on.
    pub(crate) fn open(&self, query: QueryId) -> (u64, watch::Receiver<Pulse>) {
        let mut streams = self.streams();
        streams.retain(|id, sender| *id == query || sender.receiver_count() > 0);
        let sender = streams.entry(query).or_default();
        let mut number = 0;
        sender.send_modify(|pulse| {
            pulse.newest += 1;
            number = pulse.newest;
        });
        (number, sender.subscribe())
    }

    /// Something was written about a query.
    pub(crate) fn wrote(&self, query: QueryId) {
        if let Some(sender) = self.streams().get(&query) {
            sender.send_modify(|pulse| pulse.writes += 1);
        }
    }
}
