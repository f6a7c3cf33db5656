//! The federation gateway as a process: `gateway --settings FILE`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use gateway::channels::{FileDirectory, House, HttpFace, HttpIdentity, HttpSms};
use gateway::clock::MachineClock;
use gateway::settings::Settings;
use gateway::tls::Tls;
use gateway::{FaceProvider, Gateway, Parts, SqliteStore};
use tracing_subscriber::EnvFilter;

/// Runs one gateway of the federation.
#[derive(Parser)]
struct Arguments {
    /// The settings file (docs/gateway.md).
    #[arg(long)]
    settings: PathBuf,
}

fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "stopped");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let settings = Settings::read(&arguments.settings, std::env::vars())?;
    std::fs::create_dir_all(&settings.folder)?;
    let column_key = settings.column_key()?;
    let store = SqliteStore::open(&settings.places(), &column_key)?;
    let face: Option<Arc<dyn FaceProvider>> = match &settings.face {
        Some(face) => Some(Arc::new(HttpFace { house: House::at(&face.url)?, code: face.code.clone() })),
        None => None,
    };
    let tls = settings.tls.as_ref().map(|files| Tls::read(&files.certificate, &files.key)).transpose()?;
    let gateway = Gateway::new(Parts {
        clock: Arc::new(MachineClock),
        store: Arc::new(store),
        sms: Arc::new(HttpSms(House::at(&settings.sms)?)),
        identity: Arc::new(HttpIdentity(House::at(&settings.identity)?)),
        face,
        bank_urls: settings.banks.clone(),
        signing_key: settings.signing_key()?,
        pin: settings.pin()?,
        directory: Arc::new(FileDirectory(settings.directory.clone())),
        notices: settings.notices()?,
        column_key,
        limits: settings.limits(),
    });
    let listener = tokio::net::TcpListener::bind(settings.listen).await?;
    tracing::info!(listen = %listener.local_addr()?, "gateway");
    gateway.serve_with(listener, tls, stop()).await?;
    Ok(())
}

/// Until the process is asked to end.
async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
