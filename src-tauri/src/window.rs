//! The one window: opened closed to the outside, and renewed with its web process at every lock.
//!
//! Strings a page has shown cannot be wiped from its process, so a lock ends that process and a
//! new one shows the lock screen. The page keeps nothing, so its window is not a private one: each of those would
//! have a web context of its own, and the runtime serves our pages to the first only.

use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use tauri::{
    AppHandle, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tokio::sync::Notify;

use crate::{
    driven,
    place::{self, Place},
    words,
};

/// The name capabilities know the window by.
pub(crate) const MAIN: &str = "main";

/// Where the page's way to the network leads: its own pages and commands need none, and what no policy stops (a
/// connection made in advance, a name looked up) ends here.
const NOWHERE: &str = "http://127.0.0.1:0";

/// Whether a window that just went is to come back, and where it stood.
#[derive(Default)]
pub(crate) struct Renewal {
    asked: Mutex<Option<Option<Place>>>,
    done: Notify,
}

impl Renewal {
    /// Asks for a window where the old one stood.
    #[cfg(desktop)]
    fn ask(&self, place: Option<Place>) {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(place);
    }

    /// Whether it was asked for, once.
    fn take(&self) -> Option<Option<Place>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What the title bar says; empty until it was said in the person's language.
#[derive(Default)]
pub(crate) struct Title(Mutex<String>);

/// Where the web view keeps its own: below the profile, so that erasing the device takes it along.
pub(crate) struct WebData(pub(crate) PathBuf);

/// Opens the window described in tauri.conf.json, where it stood the last time; it is shown once its page stands.
///
/// # Errors
/// What the window system refused.
pub(crate) fn open<R: Runtime>(app: &AppHandle<R>, place: Option<Place>) -> tauri::Result<WebviewWindow<R>> {
    let config = app.config().app.windows.first().cloned().unwrap_or_default();
    let mut window = WebviewWindowBuilder::from_config(app, &config)?;
    if cfg!(all(target_os = "linux", feature = "custom-protocol")) {
        window = window.proxy_url(Url::parse(NOWHERE).map_err(tauri::Error::InvalidUrl)?);
    }
    let title = app.state::<Title>().0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !title.is_empty() {
        window = window.title(title);
    }
    let window = window
        .initialization_script(words::for_the_page())
        .data_directory(app.state::<WebData>().0.clone())
        .on_navigation(leads(app))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished {
                // A window system that refuses to show it now shows it when the person asks for it.
                let _ = window.show();
            }
        })
        .build()?;
    #[cfg(target_os = "ios")]
    {
        device::ios::fill_the_screen();
        device::ios::cover_when_left();
    }
    if let Some(place) = place {
        place::put(&window, place);
    }
    #[cfg(target_os = "linux")]
    crate::printing::by_us_alone(&window)?;
    driven::hand_over(&window)?;
    Ok(window)
}

/// Begins the page anew. A telephone's window is the app itself and cannot be ended without it; what the page held is
/// given back to its process, which the system keeps.
#[cfg(mobile)]
pub(crate) fn renew<R: Runtime>(app: &AppHandle<R>) -> bool {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.reload()
    {
        tracing::error!(%error, "the page could not be begun anew");
    }
    false
}

/// Ends the window together with its web process; a new one takes its place. Returns whether one is on its way.
#[cfg(desktop)]
pub(crate) fn renew<R: Runtime>(app: &AppHandle<R>) -> bool {
    let Some(window) = app.get_webview_window(MAIN) else { return false };
    app.state::<Renewal>().ask(place::of(&window));
    match window.destroy() {
        Ok(()) => true,
        Err(error) => {
            tracing::error!(%error, "the window could not be ended");
            false
        }
    }
}

/// As [`renew`], and waits until the old window has gone.
pub(crate) async fn renewed<R: Runtime>(app: &AppHandle<R>) {
    let renewal = app.state::<Renewal>();
    let done = renewal.done.notified();
    if renew(app) {
        done.await;
    }
}

/// The window has gone: opens the one that was asked for. Returns whether it was.
pub(crate) fn gone<R: Runtime>(app: &AppHandle<R>) -> bool {
    let renewal = app.state::<Renewal>();
    let Some(place) = renewal.take() else { return false };
    let opened = open(app, place);
    renewal.done.notify_waiters();
    match opened {
        Ok(_) => true,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened again");
            false
        }
    }
}

/// Whether a dialog of the app itself has the focus: the person chooses a file or a printer.
#[cfg(target_os = "linux")]
pub(crate) async fn asks_something<R: Runtime>(app: &AppHandle<R>) -> bool {
    use gtk::prelude::{Cast as _, GtkWindowExt as _};

    let (tell, told) = tokio::sync::oneshot::channel();
    let look = move || {
        let all = gtk::Window::list_toplevels();
        let active =
            |widget: &gtk::Widget| widget.downcast_ref::<gtk::Window>().is_some_and(|window| window.is_active());
        // Nobody may be waiting any more.
        let _ = tell.send(all.iter().any(active));
    };
    app.run_on_main_thread(look).is_ok() && told.await.unwrap_or(false)
}

/// Elsewhere a dialog belongs to the window, which keeps the focus.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn asks_something<R: Runtime>(_app: &AppHandle<R>) -> bool {
    false
}

/// Raises the window, as a second start or the tray asks; opens it where it was closed.
#[cfg(desktop)]
pub(crate) fn raise<R: Runtime>(app: &AppHandle<R>) {
    match app.get_webview_window(MAIN) {
        Some(window) => {
            // Each may be refused by the window system; the person sees the window all the same.
            let _ = window.unminimize();
            let _ = window.show();
            let _ = window.set_focus();
        }
        None => {
            if let Err(error) = open(app, None) {
                tracing::error!(%error, "the window could not be opened");
            }
        }
    }
}

/// Names the window, now and when it is opened again.
pub(crate) fn rename<R: Runtime>(app: &AppHandle<R>, title: String) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // A window system without title bars may refuse.
        let _ = window.set_title(&title);
    }
    *app.state::<Title>().0.lock().unwrap_or_else(PoisonError::into_inner) = title;
}

/// Where a link of the page leads: to another of the app's own, or nowhere.
#[cfg(desktop)]
fn leads<R: Runtime>(_app: &AppHandle<R>) -> impl Fn(&Url) -> bool + Send + 'static {
    ours
}

/// Where a link of the page leads: to another of the app's own, a known number to the dialler, anything else nowhere.
#[cfg(mobile)]
fn leads<R: Runtime>(app: &AppHandle<R>) -> impl Fn(&Url) -> bool + Send + 'static {
    let app = app.clone();
    move |to| ours(to) || crate::dial::dialled(&app, to)
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
            "tel:96110",
        ] {
            assert!(!goes(out), "the window would follow {out}");
        }
        assert!(goes("tauri://localhost/index.html"), "its own pages stay reachable");
    }
}
