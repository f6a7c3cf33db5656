//! The gateway as a whole: loops beside a listener, a start that applies the tombstone log before it serves, and an
//! end that lets requests finish.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use http::HeaderValue;
use http::header::{CONNECTION, CONTENT_TYPE};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use protocol::id::AccountId;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior};
use tower::ServiceExt;

use crate::core::{Core, Parts};
use crate::pace::{Pace, Paced};
use crate::refusal::EVENTS;
use crate::store::Recovered;
use crate::tls::Tls;
use crate::{closing, fanout, outbox, reinstate, routes};

/// Headers of a request must be there within this, and weigh at most [`MAX_HEADERS`].
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
const MAX_HEADERS: usize = 16 * 1024;
/// How often the clock is read for what is due. Time may jump: no deadline is a timer's.
const TICK: Duration = Duration::from_millis(200);
const SWEEP_EVERY: Duration = Duration::from_secs(10);
/// Requests still running at the end have this long.
const DRAIN: Duration = Duration::from_secs(10);

/// Why a gateway did not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The store did not come up.
    #[error("the store did not come up: {0}")]
    Store(#[from] crate::store::StoreError),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(std::io::Error),
    /// One of its loops ended by itself: banks would not be asked, or nothing closed, and nobody would see it.
    #[error("a loop ended by itself")]
    Loop,
}

/// One gateway.
#[derive(Clone)]
pub struct Gateway(Arc<Core>);

impl Gateway {
    /// Puts a gateway together; nothing runs yet.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(Core::new(parts)))
    }

    /// Applies the tombstone log, then counts as ready.
    ///
    /// # Errors
    /// [`ServeError::Store`]: stays not ready.
    pub async fn start(&self) -> Result<Recovered, ServeError> {
        let recovered = self.0.store().recover(self.0.now()).await?;
        if recovered.applied > 0 {
            tracing::warn!(applied = recovered.applied, voided = recovered.voided, "tombstones applied");
        }
        self.0.ready.store(true, Ordering::Release);
        Ok(recovered)
    }

    /// The routes without a listener, for tests in one process.
    pub fn router(&self) -> Router {
        routes::router(Arc::clone(&self.0))
    }

    /// Serves plain HTTP until `shutdown` is done: the demonstration, tests, and a gateway behind a proxy.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        self.serve_with(listener, None, shutdown).await
    }

    /// Serves, with TLS when given.
    ///
    /// # Errors
    /// [`ServeError`].
    pub async fn serve_with(
        &self,
        listener: TcpListener,
        tls: Option<Tls>,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        self.start().await?;
        let (stop, stopped) = watch::channel(false);
        let mut loops = JoinSet::new();
        loops.spawn(fanout::run(Arc::clone(&self.0), stopped.clone()));
        loops.spawn(self.clone().due_loop(stopped.clone()));
        loops.spawn(self.clone().message_loop(stopped));
        let mut whole = true;
        let end = async {
            tokio::select! {
                () = shutdown => {}
                _ = loops.join_next() => whole = false,
            }
        };
        let served = self.accept(&listener, tls, end).await;
        self.0.ready.store(false, Ordering::Release);
        let _ = stop.send(true);
        while loops.join_next().await.is_some() {}
        if whole { served } else { Err(ServeError::Loop) }
    }

    async fn accept(
        &self,
        listener: &TcpListener,
        tls: Option<Tls>,
        shutdown: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        let router = self.router();
        let graceful = GracefulShutdown::new();
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let (stream, from) = tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok(accepted) => accepted,
                    Err(error) if error.kind() == std::io::ErrorKind::ConnectionAborted => continue,
                    Err(error) => {
                        // Out of file descriptors: others finish meanwhile.
                        tracing::error!(kind = ?error.kind(), "accept");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                },
                () = &mut shutdown => break,
            };
            let watcher = graceful.watcher();
            let router = router.clone();
            let tls = tls.clone();
            tokio::spawn(async move {
                match tls {
                    None => connection(stream, from, router, watcher).await,
                    Some(tls) => {
                        let accepted = tokio::time::timeout(HEADERS_WITHIN, tls.acceptor().accept(stream)).await;
                        if let Ok(Ok(stream)) = accepted {
                            connection(stream, from, router, watcher).await;
                        }
                    }
                }
            });
        }
        // Event streams never finish by themselves; they are cut and come back.
        let _ = tokio::time::timeout(DRAIN, graceful.shutdown()).await;
        Ok(())
    }

    /// Every open task of the fan-out, called once. For tests that move a clock by hand.
    pub async fn ask_once(&self) {
        if let Err(refusal) = fanout::once(&self.0).await {
            tracing::warn!(code = refusal.code.as_str(), "ask once");
        }
    }

    /// Everything due now, messages included: what the loops do, once. For tests that move a clock by hand.
    pub async fn tick(&self) {
        self.run_due().await;
        self.send_due().await;
    }

    async fn run_due(&self) {
        if let Err(refusal) = closing::run_due(&self.0).await {
            tracing::warn!(code = refusal.code.as_str(), "due");
        }
    }

    async fn send_due(&self) {
        if let Err(refusal) = outbox::send_due(&self.0).await {
            tracing::warn!(code = refusal.code.as_str(), "messages");
        }
    }

    /// Apart from [`Self::due_loop`]: a channel that hangs holds up no end. It is not waited for when told to stop; what
    /// was not said to be sent is sent again, under the same key.
    async fn message_loop(self, mut stop: watch::Receiver<bool>) {
        let mut tick = beat();
        let send = async {
            loop {
                tick.tick().await;
                self.send_due().await;
            }
        };
        tokio::select! {
            () = send => {}
            _ = stop.changed() => {}
        }
    }

    async fn due_loop(self, mut stop: watch::Receiver<bool>) {
        let mut tick = beat();
        let mut swept: Option<(Duration, i64)> = None;
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                _ = stop.changed() => return,
            }
            self.run_due().await;
            let (boot, wall) = (self.0.parts.clock.boottime(), self.0.now().millis());
            let jumped = swept
                .is_none_or(|(at, before)| boot.saturating_sub(at) >= SWEEP_EVERY || (wall - before).abs() > 15_000);
            if jumped {
                swept = Some((boot, wall));
                if let Err(refusal) = closing::sweep(&self.0).await {
                    tracing::error!(code = refusal.code.as_str(), "sweep");
                }
            }
        }
    }

    /// The hotline's decision: the account is no longer frozen.
    ///
    /// # Errors
    /// [`crate::store::StoreError`] when it could not be written.
    pub async fn unfreeze(&self, account: AccountId) -> Result<(), crate::store::StoreError> {
        reinstate::unfreeze(&self.0, account).await.map_err(|_| crate::store::StoreError::Unavailable)
    }
}

fn beat() -> Interval {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

pub(crate) async fn connection<S>(stream: S, from: SocketAddr, router: Router, watcher: Watcher)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let pace = Pace::default();
    let io = TokioIo::new(Paced::new(stream, pace.clone()));
    let began = pace.clone();
    let service = router
        .map_request(move |mut request: http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo(from));
            request.extensions_mut().insert(began.request());
            request.map(axum::body::Body::new)
        })
        .map_response(move |mut response: axum::response::Response| {
            let stream = response.headers().get(CONTENT_TYPE).is_some_and(|media| media == EVENTS);
            if stream {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            pace.answered(stream);
            response
        });
    let served = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(MAX_HEADERS)
        .serve_connection(io, TowerToHyperService::new(service));
    let _ = watcher.watch(served).await;
}
