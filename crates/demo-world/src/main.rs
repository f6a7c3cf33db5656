//! `mingxia-demo-world`: the federation of the demonstration until it is stopped.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use demo_world::{Options, Ports, Scenario, World};
use tokio::sync::oneshot;
use tracing_subscriber::EnvFilter;

/// Made-up people, 28 banks, gateway, face check and phone on loopback, speaking the real protocol.
#[derive(Parser)]
#[command(name = "mingxia-demo-world")]
struct Arguments {
    /// Where the world keeps everything [default: XDG data folder, mingxia-demo-world].
    #[arg(long)]
    dir: Option<PathBuf>,
    /// A folder of `.json` files with other people.
    #[arg(long)]
    people: Option<PathBuf>,
    /// A `.csv` file of other banks than the 28.
    #[arg(long)]
    banks: Option<PathBuf>,
    /// What the keys of gateway, banks and face check follow from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What goes wrong; without it as in the last run.
    #[arg(long)]
    scenario: Option<Scenario>,
    /// First of three ports: gateway, phone, banks; 0 for any that are free.
    #[arg(long, default_value_t = 47180)]
    port: u16,
    /// Says the address of its phone on standard output and ends once its input is closed: for the app that starts it.
    #[arg(long)]
    tied: bool,
    /// How the log is written.
    #[arg(long, value_enum, default_value_t = Log::Text)]
    log: Log,
}

#[derive(Clone, Copy, ValueEnum)]
enum Log {
    Text,
    Json,
}

fn default_dir() -> Option<PathBuf> {
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let data = data.or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))?;
    Some(data.join("mingxia-demo-world"))
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match arguments.log {
        Log::Text => log.init(),
        Log::Json => log.json().init(),
    }
    let Some(dir) = arguments.dir.or_else(default_dir) else {
        tracing::error!("no folder: give one with --dir");
        return ExitCode::FAILURE;
    };
    let options = Options {
        dir,
        seed: arguments.seed,
        people: arguments.people,
        banks: arguments.banks,
        ports: Ports::from(arguments.port),
        clock: None,
        slot: Duration::from_secs(2),
        scenario: arguments.scenario,
    };
    match World::start(options).await {
        Ok(world) => {
            tracing::info!(
                gateway = world.addresses().gateway,
                phone = world.addresses().phone,
                "the demonstration runs"
            );
            if arguments.tied {
                tied(&world.addresses().phone).await;
            } else {
                stopped().await;
            }
            world.stop().await;
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the demonstration did not start");
            ExitCode::FAILURE
        }
    }
}

/// Says where the phone is and waits until whoever started this has gone, or for the end asked for by the system.
async fn tied(phone: &str) {
    // Nobody listens: there is nothing more to say.
    let _ = writeln!(io::stdout(), "{phone}");
    let (gone, heard) = oneshot::channel();
    // A thread of its own, for nothing wakes it but the end of the input, and nobody waits for it.
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = gone.send(());
    });
    tokio::select! {
        _ = heard => {}
        () = stopped() => {}
    }
}

/// Waits for Ctrl-C or the end asked for by the system.
async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut end) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = end.recv() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}
