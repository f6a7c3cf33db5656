//! The one window: opened closed to the outside, and renewed with its web process at every lock.
//!
//! Strings a page has shown cannot be wiped from its process, so a lock ends that process and a
//! new one shows the lock screen.

use crate::driven;

use tauri::{
    AppHandle, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
};

/// The name capabilities know the window by.
pub(crate) const MAIN: &str = "main";

/// Opens the window described in tauri.conf.json; it is shown once its page stands.
///
/// # Errors
/// What the window system refused.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<WebviewWindow<R>> {
    let config = app.config().app.windows.first().cloned().unwrap_or_default();
    let window = WebviewWindowBuilder::from_config(app, &config)?
        .incognito(!driven::driven())
        .on_navigation(ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                // A window system that refuses to show it now shows it at the next start.
                let _ = window.show();
            }
        })
        .build()?;
    driven::hand_over(&window)?;
    Ok(window)
}

/// Ends the window together with its web process; [`reopen`] follows when it is gone.
pub(crate) fn renew<R: Runtime>(app: &AppHandle<R>) {
    match app.get_webview_window(MAIN) {
        Some(window) => {
            app.state::<Renewal>().ask();
            let _ = window.destroy();
        }
        None => reopen(app),
    }
}

/// Opens the window again after it was ended by [`renew`].
pub(crate) fn reopen<R: Runtime>(app: &AppHandle<R>) {
    if let Err(error) = open(app) {
        tracing::error!(%error, "the window could not be opened again");
    }
}

/// Whether a window that just went is to come back.
#[derive(Default)]
pub(crate) struct Renewal(std::sync::atomic::AtomicBool);

impl Renewal {
    fn ask(&self) {
        self.0.store(true, std::sync::atomic::Ordering::SeqCst);
    }

    /// Whether it was asked for, once.
    pub(crate) fn due(&self) -> bool {
        self.0.swap(false, std::sync::atomic::Ordering::SeqCst)
    }
}

/// Only the app's own pages: `tauri://localhost`, on Windows and Android `http(s)://tauri.localhost`.
fn ours(to: &Url) -> bool {
    match (to.scheme(), to.host_str()) {
        ("tauri", Some("localhost")) => true,
        ("http" | "https", Some("tauri.localhost")) => cfg!(any(windows, target_os = "android")),
        // The development server of `tauri dev`.
        ("http", Some("localhost")) => cfg!(all(debug_assertions, not(feature = "custom-protocol"))),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::ours;

    fn goes(to: &str) -> bool {
        ours(&to.parse().unwrap())
    }

    #[test]
    fn nothing_leads_out_of_the_house() {
        for out in [
            "https://example.com/",
            "http://localhost.example.com/",
            "http://tauri.localhost.example.com/",
            "http://127.0.0.1:5173/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!goes(out), "the window would follow {out}");
        }
        assert!(goes("tauri://localhost/index.html"), "its own pages stay reachable");
    }
}
