//! The real window, driven: a walk through the nine acts that tests and the guided tour share.
//!
//! It speaks WebDriver to WebKitWebDriver, which attaches to a running app: the app outlives the
//! sessions, so a lock, which ends the page and its process, is walked through like everything else.

mod app;
pub mod buses;
pub mod dialog;
mod http;
pub mod newcomer;
pub mod page;
pub mod phone;
mod process;
pub mod session;
pub mod stage;
pub mod tray;
pub mod walk;

/// Why a walk could not go on.
#[derive(Debug, thiserror::Error)]
pub enum Stuck {
    /// A tool, the app or the demonstration could not be started or reached.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        error: std::io::Error,
    },
    /// The driver refused a command.
    #[error("{command}: {error}")]
    Driver {
        /// The WebDriver command.
        command: String,
        /// The closed WebDriver error code, with its message.
        error: String,
    },
    /// Something that was waited for never came.
    #[error("waited in vain for {0}")]
    InVain(String),
    /// What is there is not what must be there.
    #[error("{0}")]
    Wrong(String),
}

/// What every step of a walk answers.
pub type Step<T = ()> = Result<T, Stuck>;

/// Names what was tried.
pub(crate) fn trying(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Stuck {
    let what = what.into();
    move |error| Stuck::Io { what, error }
}
