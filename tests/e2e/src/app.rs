//! One run of the app with the driver pointed at it.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    Step,
    process::{Running, free_ports},
    session::Session,
};

/// The app, its driver, and the session on its page. Dropping it ends all three.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) session: Option<Session>,
    started: Instant,
    driver: String,
    // Ended in this order.
    _driving: Running,
    pub(crate) running: Running,
}

impl App {
    /// Starts the app as the command says, and attaches to its first page.
    ///
    /// # Errors
    /// Where the app or the driver does not start.
    pub(crate) fn start(command: &mut Command) -> Step<Self> {
        let (inspector, port) = (free_ports(1)?, free_ports(1)?);
        let started = Instant::now();
        let running = Running::start(
            command
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .env("WEBKIT_INSPECTOR_SERVER", format!("127.0.0.1:{inspector}")),
        )?;
        let target = format!("--target=127.0.0.1:{inspector}");
        let driving = Running::start(
            Command::new("WebKitWebDriver")
                .args([format!("--port={port}"), target])
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let driver = format!("127.0.0.1:{port}");
        let mut app = Self { session: None, started, driver, _driving: driving, running };
        app.attach()?;
        Ok(app)
    }

    /// Closes the old session, if any, and opens one on the page that is there now.
    ///
    /// # Errors
    /// Where no page comes.
    pub(crate) fn attach(&mut self) -> Step {
        if let Some(old) = self.session.take() {
            old.close();
        }
        self.session = Some(Session::attach(&self.driver)?);
        Ok(())
    }

    /// How long ago it was started.
    pub(crate) fn age_at(&self, now: Instant) -> Duration {
        now.duration_since(self.started)
    }
}
