//! The line between a device and its gateway: all that passes is remembered, and a test may bend what comes back.
#![allow(dead_code, reason = "shared by several test binaries, each of which uses a part")]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use journey::federation::{Federation, Incoming, Method, Outgoing, Silence};
use journey::{Address, HttpFederation};

/// Changes an answer on its way: path of the request, the honest answer.
pub(crate) type Lie = Box<dyn Fn(&str, Incoming) -> Incoming + Send + Sync>;

/// One request and its answer, as the device saw it; no answer when nobody gave one.
#[derive(Clone)]
pub(crate) struct Passed {
    pub(crate) request: Outgoing,
    pub(crate) answer: Option<Incoming>,
}

/// The line. Clones are the same line.
#[derive(Clone)]
pub(crate) struct Wire(Arc<Inner>);

struct Inner {
    honest: HttpFederation,
    passed: Mutex<Vec<Passed>>,
    events: Arc<Mutex<Vec<u8>>>,
    lie: Mutex<Option<Lie>>,
    held: Mutex<Option<Held>>,
}

/// How the paths end whose answers are held, and until when.
type Held = (&'static str, Arc<tokio::sync::Mutex<()>>);

impl Wire {
    /// To the gateway of the world in this folder.
    pub(crate) fn to(world: &std::path::Path) -> Self {
        Self(Arc::new(Inner {
            honest: HttpFederation::new(Address::World(world.to_owned())).unwrap(),
            passed: Mutex::default(),
            events: Arc::default(),
            lie: Mutex::default(),
            held: Mutex::default(),
        }))
    }

    /// From now on answers come back so.
    pub(crate) fn lie(&self, lie: Lie) {
        *self.0.lie.lock().unwrap() = Some(lie);
    }

    /// From now on answers come back as they are.
    pub(crate) fn honest(&self) {
        *self.0.lie.lock().unwrap() = None;
    }

    /// Answers to paths that end so have passed and are on their way until what is given is dropped.
    pub(crate) fn hold(&self, end: &'static str) -> tokio::sync::OwnedMutexGuard<()> {
        let gate = Arc::new(tokio::sync::Mutex::new(()));
        *self.0.held.lock().unwrap() = Some((end, Arc::clone(&gate)));
        gate.try_lock_owned().unwrap()
    }

    /// Everything that passed so far, oldest first.
    pub(crate) fn passed(&self) -> Vec<Passed> {
        self.0.passed.lock().unwrap().clone()
    }

    /// The bytes of every stream of events so far.
    pub(crate) fn events(&self) -> Vec<u8> {
        self.0.events.lock().unwrap().clone()
    }

    /// Where the line is now, for [`Self::nothing_left_since`].
    pub(crate) fn mark(&self) -> usize {
        self.0.passed.lock().unwrap().len()
    }

    /// Nothing left the house since `mark` but questions that carry nothing: no body, nothing changed anywhere.
    pub(crate) fn nothing_left_since(&self, mark: usize, why: &str) {
        for Passed { request, .. } in &self.passed()[mark..] {
            let reads = request.method == Method::Get && request.body.is_empty();
            assert!(reads, "{why}: {} {} left the house", request.method.as_str(), request.path);
        }
    }
}

#[async_trait]
impl Federation for Wire {
    fn authority(&self) -> Result<String, Silence> {
        self.0.honest.authority()
    }

    async fn exchange(&self, request: Outgoing) -> Result<Incoming, Silence> {
        let answer = self.0.honest.exchange(request.clone()).await;
        let answer = answer.map(|incoming| match self.0.lie.lock().unwrap().as_ref() {
            Some(lie) => lie(&request.path, incoming),
            None => incoming,
        });
        let held = self.0.held.lock().unwrap().clone().filter(|(end, _)| request.path.ends_with(end));
        self.0.passed.lock().unwrap().push(Passed { request, answer: answer.clone().ok() });
        if let Some((_, gate)) = held {
            drop(gate.lock().await);
        }
        answer
    }

    async fn events(&self, request: Outgoing) -> Result<BoxStream<'static, Bytes>, Silence> {
        let stream = self.0.honest.events(request.clone()).await;
        self.0.passed.lock().unwrap().push(Passed { request, answer: None });
        let heard = Arc::clone(&self.0.events);
        Ok(stream?.inspect(move |part| heard.lock().unwrap().extend_from_slice(part)).boxed())
    }
}
