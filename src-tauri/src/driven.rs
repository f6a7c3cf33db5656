//! A window driven by a test, in debug builds only: a release refuses the variable that asks for it.

use tauri::{Runtime, WebviewWindow};

/// Hands the window that is open now to every test that attaches from here on, where a test drives it.
#[cfg(all(debug_assertions, target_os = "linux"))]
pub(crate) fn hand_over<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    if std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_none() {
        return Ok(());
    }
    window.with_webview(|platform| sessions::answer_with(platform.inner()))
}

/// Elsewhere nothing is handed over.
#[cfg(not(all(debug_assertions, target_os = "linux")))]
pub(crate) fn hand_over<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

#[cfg(all(debug_assertions, target_os = "linux"))]
mod sessions {
    use std::cell::RefCell;

    use webkit2gtk::{AutomationSessionExt as _, WebContextExt as _, WebView, WebViewExt as _};

    thread_local! {
        /// The view that is open now; views belong to the thread of the window system.
        static NOW: RefCell<Option<WebView>> = const { RefCell::new(None) };
    }

    /// Answers every session with this view. Wry answers before us, always with the first one of the process.
    pub(super) fn answer_with(view: WebView) {
        let context = view.context();
        let first = NOW.replace(Some(view.clone())).is_none();
        let (true, Some(context)) = (first, context) else { return };
        context.connect_automation_started(move |_, session| {
            let first = view.clone();
            session.connect_create_web_view(None, move |_| {
                // Our answer replaces wry's, and the answer that is replaced loses a reference it was never given.
                std::mem::forget(first.clone());
                NOW.with_borrow(|now| now.as_ref().unwrap_or(&first).clone())
            });
        });
    }
}
