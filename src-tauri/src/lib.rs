//! The window: it asks the journey and shows what comes back. Nothing is decided here but what belongs to a window:
//! when it opens, when it locks, what it may reach.

mod app;
mod autostart;
mod away;
mod background;
mod biometrics;
mod closing;
mod commands;
mod demonstration;
mod dial;
#[cfg(target_os = "linux")]
mod drawing;
mod driven;
mod error;
mod federation;
mod folders;
#[cfg(target_os = "android")]
mod hand_over;
mod keep;
#[cfg(target_os = "android")]
mod kotlin;
mod link;
mod locking;
#[cfg(mobile)]
mod phone;
mod place;
mod portal;
mod printing;
mod profile;
#[cfg(desktop)]
mod second;
mod standing;
mod start;
mod timer;
#[cfg_attr(mobile, path = "tray/none.rs")]
mod tray;
#[cfg(mobile)]
mod unattended;
mod update;
mod window;
mod words;

/// Runs the app until it is left.
pub fn run() -> std::process::ExitCode {
    app::run()
}
