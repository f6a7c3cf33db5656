//! A desktop portal that does not answer must not hold the window up: GTK asks it at its start and waits 25 seconds.

/// Starts what starts GTK. Where the portal is silent, GTK finds no session bus meanwhile, and asks nobody.
#[cfg(target_os = "linux")]
pub(crate) fn start_past_it<T>(start: impl FnOnce() -> T) -> T {
    const BUS: &str = "DBUS_SESSION_BUS_ADDRESS";
    let Some(bus) = std::env::var_os(BUS).filter(|_| linux::silent()) else { return start() };
    tracing::warn!("the desktop portal does not answer; starting without it");
    // Nothing else runs yet that could be reading the environment.
    let hidden = gtk::glib::setenv(BUS, "disabled:", true).is_ok();
    let started = start();
    if hidden && gtk::glib::setenv(BUS, bus, true).is_err() {
        tracing::error!("the session bus could not be found again");
    }
    started
}

/// Elsewhere there is no such portal.
#[cfg(not(target_os = "linux"))]
pub(crate) fn start_past_it<T>(start: impl FnOnce() -> T) -> T {
    start()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    /// How long a portal may take, also to be started first.
    const ANSWER: Duration = Duration::from_secs(1);

    /// Whether there is a portal that says nothing; one that is not there says so at once.
    pub(super) fn silent() -> bool {
        let asked = async { tokio::time::timeout(ANSWER, ping()).await };
        tauri::async_runtime::block_on(asked).is_err()
    }

    async fn ping() -> zbus::Result<()> {
        let bus = zbus::Connection::session().await?;
        let (name, path) = ("org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop");
        bus.call_method(Some(name), path, Some("org.freedesktop.DBus.Peer"), "Ping", &()).await.map(drop)
    }
}
