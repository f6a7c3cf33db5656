//! New versions of the app. Nobody is asked before the person presses, a demonstration never asks, and what is not signed
//! by the key this app was built with is neither shown nor installed.

mod announced;
mod source;
#[cfg_attr(not(any(target_os = "macos", target_os = "windows")), path = "update/packaged.rs")]
mod system;

use std::sync::{Mutex, PoisonError};

use journey::{
    ErrorCode, Journey, Refusal,
    federation::Silence,
    view::{HomeView, NewVersion, Phase, QueryState, UpdateView},
};
use semver::Version;
use tauri::{AppHandle, Manager};

use crate::{error::Answer, locking, start::Profile};

use announced::Announced;
use source::Source;

/// Why nothing newer is shown, or was not installed. Closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UpdateError {
    /// This copy looks for no new versions, or puts none in by itself.
    #[error("this copy takes no new versions")]
    Off,
    /// Not the version the person was shown.
    #[error("not the version that was shown")]
    OtherVersion,
    /// The place of new versions gave no whole answer.
    #[error(transparent)]
    Silent(#[from] Silence),
    /// A signature that does not fit.
    #[error("a signature that does not fit")]
    Unsigned,
    /// It is signed, and is not understood or holds nothing for this system.
    #[error("nothing for this system")]
    Unreadable,
    /// Something was begun that a new start would cut off.
    #[error("something is not finished")]
    Unfinished,
    /// The system did not put it in.
    #[cfg_attr(not(any(target_os = "macos", target_os = "windows")), expect(dead_code, reason = "nothing is put in"))]
    #[error("the system did not put it in")]
    NotInstalled,
}

impl From<UpdateError> for Refusal {
    fn from(error: UpdateError) -> Self {
        Self::of(match error {
            UpdateError::Off | UpdateError::OtherVersion => ErrorCode::WrongState,
            UpdateError::Silent(Silence::Offline) => ErrorCode::Offline,
            UpdateError::Silent(Silence::TimedOut) => ErrorCode::TimedOut,
            UpdateError::Silent(Silence::TooLarge) | UpdateError::Unreadable => ErrorCode::UpdateUnreadable,
            UpdateError::Unsigned => ErrorCode::UpdateUnsigned,
            UpdateError::Unfinished => ErrorCode::UpdateUnfinished,
            UpdateError::NotInstalled => ErrorCode::UpdateNotInstalled,
        })
    }
}

/// What is known of new versions while this app runs; nothing of it is kept.
pub(crate) struct Updates {
    /// The version this is.
    own: Version,
    source: Option<Source>,
    found: Mutex<Option<Announced>>,
    refused: Mutex<Option<Refusal>>,
}

impl Updates {
    /// Those this profile may look for: none in a demonstration, none where this build names no source.
    pub(crate) fn of(profile: &Profile, own: Version) -> Self {
        let source = match profile {
            Profile::Real => Source::built_in(),
            Profile::Demo(_) => None,
        };
        Self::from(source, own)
    }

    fn from(source: Option<Source>, own: Version) -> Self {
        Self { own, source, found: Mutex::default(), refused: Mutex::default() }
    }

    /// What the about page shows.
    pub(crate) fn view(&self) -> UpdateView {
        UpdateView {
            version: self.own.to_string(),
            address: self.source.as_ref().map(|source| source.address().to_owned()),
            installs: system::INSTALLS,
            newer: held(&self.found)
                .as_ref()
                .map(|found| NewVersion { version: found.version.to_string(), notes: found.notes.clone() }),
            refused: held(&self.refused).clone(),
        }
    }

    /// Asks once. A version that is not newer than this one is no new version, whoever signed it.
    ///
    /// # Errors
    /// [`UpdateError`]; what was found before is forgotten then.
    pub(crate) async fn look(&self) -> Result<UpdateView, UpdateError> {
        *held(&self.found) = None;
        *held(&self.refused) = None;
        let announced = self.source.as_ref().ok_or(UpdateError::Off)?.announced().await?;
        *held(&self.found) = Some(announced).filter(|announced| announced.version > self.own);
        Ok(self.view())
    }

    /// The version the person was shown, and what it consists of here: whole, and signed as just this version.
    async fn fetch(&self, version: &str) -> Result<(&Source, Announced, Vec<u8>), UpdateError> {
        let source = self.source.as_ref().ok_or(UpdateError::Off)?;
        let found = held(&self.found).clone().ok_or(UpdateError::OtherVersion)?;
        if found.version.to_string() != version {
            return Err(UpdateError::OtherVersion);
        }
        let package = found.package(&system::names()).ok_or(UpdateError::Unreadable)?;
        let bytes = source.package(&package, &found.version).await?;
        Ok((source, found, bytes))
    }
}

fn held<T>(what: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Puts the version the person was shown in place of this one; returns only where that did not happen.
///
/// # Errors
/// A refusal, which is also kept for the window that comes after the lock.
pub(crate) async fn install(app: &AppHandle, version: &str) -> Answer<()> {
    let updates = app.state::<Updates>();
    let done = replace(app, &updates, version).await.map_err(Refusal::from);
    *held(&updates.refused) = done.as_ref().err().cloned();
    done
}

async fn replace(app: &AppHandle, updates: &Updates, version: &str) -> Result<(), UpdateError> {
    if !system::INSTALLS {
        return Err(UpdateError::Off);
    }
    let journey = app.state::<Journey>();
    finished(&journey).await?;
    let (source, found, package) = updates.fetch(version).await?;
    // It took its time: the person may have begun something meanwhile.
    finished(&journey).await?;
    locking::lock(app).await;
    system::install(app, source, &found, &package)
}

/// Whether nothing is under way that a new start would cut off.
async fn finished(journey: &Journey) -> Result<(), UpdateError> {
    let home = journey.settings_home().await.map_err(|_| UpdateError::Unfinished)?;
    if rests(&home) { Ok(()) } else { Err(UpdateError::Unfinished) }
}

/// An enrolment or an application stands between two steps of a person; collecting goes on by itself after any start.
fn rests(home: &HomeView) -> bool {
    let asking = match home.query.as_ref().map(|query| query.state) {
        Some(QueryState::Prepared | QueryState::Verifying | QueryState::Sending) => true,
        Some(QueryState::Collecting | QueryState::Ready | QueryState::Retrying | QueryState::Ending) | None => false,
    };
    home.phase != Phase::Enrolling && !asking
}

#[cfg(test)]
#[path = "update/tests.rs"]
mod tests;
