//! What a closed window leaves: everything is locked, and the app goes or runs on in the tray.

use device::disk;
use journey::{Journey, view::QueryState};
use std::path::{Path, PathBuf};
use tauri::{AppHandle, Manager};

use crate::{background, tray, words::Word};

/// A file that is there once it was explained that the app runs on; it goes when the device is erased.
pub(crate) struct Explained(pub(crate) PathBuf);

/// The person closed the window.
pub(crate) async fn closed(app: &AppHandle) {
    let journey = app.state::<Journey>();
    // Nothing is open any more, whatever comes next.
    journey.unlock_lock().await;
    let query = journey.settings_home().await.ok().and_then(|home| home.query).map(|query| query.state);
    let wished = journey.settings_get().await.is_ok_and(|settings| settings.stay_in_tray);
    if !stays(query, wished, tray::is_seen().await) {
        app.exit(0);
    } else if first(&app.state::<Explained>().0) {
        background::say(app, &journey, Word::RunsOn).await;
    }
}

/// Whether the app runs on: while banks are answering, and where the person wishes it and can see that it does.
fn stays(query: Option<QueryState>, wished: bool, tray: bool) -> bool {
    let collecting = matches!(query, Some(QueryState::Sending | QueryState::Collecting | QueryState::Retrying));
    collecting || (wished && tray)
}

/// Whether it was never explained before; from now on it was.
fn first(explained: &Path) -> bool {
    if explained.exists() {
        return false;
    }
    // A disk that takes nothing lets it be explained once more.
    let _ = disk::write(explained, b"");
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_window_ends_the_app_unless_banks_answer_or_the_person_wishes_otherwise() {
        use QueryState::*;
        for query in [Some(Sending), Some(Collecting), Some(Retrying)] {
            assert!(stays(query, false, false), "{query:?} would be left uncollected");
        }
        for query in [None, Some(Prepared), Some(Verifying), Some(Ready), Some(Ending)] {
            assert!(!stays(query, false, true), "{query:?}: nobody wished it");
            assert!(stays(query, true, true), "{query:?}: it was wished");
            assert!(!stays(query, true, false), "{query:?}: a desktop without a tray would hide it");
        }
    }

    #[test]
    fn it_is_explained_once() {
        let file = std::env::temp_dir().join(format!("mingxia-explained-{}", std::process::id()));
        assert!(first(&file));
        assert!(!first(&file));
        disk::remove(&file).unwrap();
    }
}
