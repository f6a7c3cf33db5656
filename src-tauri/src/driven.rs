//! A window driven by a test, in debug builds only: a release refuses the variable that asks for it.

use tauri::{Runtime, WebviewWindow};

/// Whether a test drives the window.
pub(crate) fn driven() -> bool {
    cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some()
}

/// Hands a renewed window to the test: wry knows only the first one of a process.
#[cfg(all(debug_assertions, target_os = "linux"))]
pub(crate) fn hand_over<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{AutomationSessionExt as _, WebContextExt as _, WebViewExt as _};

    if !driven() {
        return Ok(());
    }
    window.with_webview(|platform| {
        let view = platform.inner();
        let Some(context) = view.context() else { return };
        context.connect_automation_started(move |_, session| {
            let view = view.clone();
            session.connect_create_web_view(None, move |_| view.clone());
        });
    })
}

/// Elsewhere nothing is handed over.
#[cfg(not(all(debug_assertions, target_os = "linux")))]
pub(crate) fn hand_over<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}
