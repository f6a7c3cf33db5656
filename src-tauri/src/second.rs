//! A second start: it leaves the stage to the app that runs already, which shows itself, and goes where a link leads.

use journey::What;
use tauri::AppHandle;

use crate::{background, link, start::IN_TRAY, window};

/// Leaves to an app of this profile that runs already, or hears from here on of those that start after this one.
///
/// # Errors
/// What the window system refused.
pub(crate) fn leaves_to_the_first(app: &AppHandle) -> tauri::Result<()> {
    app.plugin(tauri_plugin_single_instance::init(|app, arguments, _| again(app, &arguments)))
}

/// Opens the window, unless the desktop started the app by itself.
fn again(app: &AppHandle, arguments: &[String]) {
    if link::led(app, arguments) {
        background::tell(app, What::Link);
    }
    if !arguments.iter().any(|argument| argument == IN_TRAY) {
        window::raise(app);
    }
}
