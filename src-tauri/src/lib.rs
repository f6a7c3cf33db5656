//! The window: it asks the journey and shows what comes back.

mod driven;
mod place;
mod start;
mod window;

use std::process::ExitCode;

use tauri::{RunEvent, WindowEvent};

/// Runs the app until it is left.
pub fn run() -> ExitCode {
    let built = tauri::Builder::default()
        .manage(window::Renewal::default())
        .setup(|app| {
            window::open(app.handle(), None)?;
            Ok(())
        })
        .build(tauri::generate_context!());
    let Ok(app) = built else { return ExitCode::FAILURE };
    app.run(|app, event| match event {
        RunEvent::WindowEvent { event: WindowEvent::Destroyed, .. } => {
            window::gone(app);
        }
        _ => {}
    });
    ExitCode::SUCCESS
}
