//! The window: it asks the journey and shows what comes back.

use std::process::ExitCode;

use tauri::WebviewWindowBuilder;

/// Runs the app until it is left.
pub fn run() -> ExitCode {
    let started = tauri::Builder::default()
        .setup(|app| {
            let config = app.config().app.windows[0].clone();
            let window = WebviewWindowBuilder::from_config(app.handle(), &config)?.build()?;
            window.show()?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match started {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
