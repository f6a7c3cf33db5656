//! The person went away: the machine goes to sleep, or the desktop locks its screen.
//!
//! On Linux the desktop says so on its buses. Elsewhere the window loses the focus, which locks too.

use tauri::AppHandle;

/// Locks whenever the desktop says that the person goes away. Ends with the app.
#[cfg(not(target_os = "linux"))]
pub(crate) fn watch(_app: &AppHandle) {}

/// Locks whenever the desktop says that the person goes away. Ends with the app.
#[cfg(target_os = "linux")]
pub(crate) fn watch(app: &AppHandle) {
    for signal in linux::SIGNALS {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            // No such bus or desktop: losing the focus still locks.
            if let Err(error) = linux::follow(&app, signal).await {
                tracing::info!(%error, signal = signal.member, "the desktop does not say when the person leaves");
            }
        });
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use futures_util::StreamExt as _;
    use tauri::AppHandle;
    use zbus::{Connection, MatchRule, MessageStream, message::Type};

    use crate::locking;

    /// A signal that says somebody left.
    pub(super) struct Signal {
        system: bool,
        interface: &'static str,
        pub(super) member: &'static str,
        /// Whether it carries a flag that is true when leaving and false when coming back.
        flag: bool,
    }

    /// systemd-logind's, and those of the desktops' screen savers.
    pub(super) static SIGNALS: &[Signal] = &[
        Signal { system: true, interface: "org.freedesktop.login1.Manager", member: "PrepareForSleep", flag: true },
        Signal { system: true, interface: "org.freedesktop.login1.Session", member: "Lock", flag: false },
        Signal { system: false, interface: "org.freedesktop.ScreenSaver", member: "ActiveChanged", flag: true },
        Signal { system: false, interface: "org.gnome.ScreenSaver", member: "ActiveChanged", flag: true },
    ];

    /// Locks at each such signal.
    pub(super) async fn follow(app: &AppHandle, signal: &Signal) -> zbus::Result<()> {
        let bus = if signal.system { Connection::system().await? } else { Connection::session().await? };
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(signal.interface)?.member(signal.member)?;
        let mut heard = MessageStream::for_match_rule(rule.build(), &bus, None).await?;
        while let Some(message) = heard.next().await {
            let leaves = !signal.flag || message?.body().deserialize::<bool>().unwrap_or(true);
            if leaves {
                locking::lock(app).await;
            }
        }
        Ok(())
    }
}
