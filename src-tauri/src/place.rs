//! Where the window stood and how large it was: kept for the next start, and across a lock.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use tauri::{PhysicalPosition, PhysicalSize, Runtime, WebviewWindow};

/// A place on the screen, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    maximized: bool,
}

/// The smallest window worth going back to; anything less was a broken file or a vanished screen.
const SMALLEST: (u32, u32) = (390, 600);

/// Where a window stands now; none where the window system does not say.
pub(crate) fn of<R: Runtime>(window: &WebviewWindow<R>) -> Option<Place> {
    let (position, size) = (window.outer_position().ok()?, window.inner_size().ok()?);
    let maximized = window.is_maximized().ok()?;
    Some(Place { x: position.x, y: position.y, width: size.width, height: size.height, maximized })
}

/// Puts a window there, if any screen still shows that place.
pub(crate) fn put<R: Runtime>(window: &WebviewWindow<R>, place: Place) {
    let shown = window.monitor_from_point(f64::from(place.x) + 40.0, f64::from(place.y) + 40.0);
    if place.width < SMALLEST.0 || place.height < SMALLEST.1 || !matches!(shown, Ok(Some(_))) {
        return;
    }
    // A window system that places windows itself may refuse; then its place is as good.
    let _ = window.set_size(PhysicalSize::new(place.width, place.height));
    let _ = window.set_position(PhysicalPosition::new(place.x, place.y));
    if place.maximized {
        let _ = window.maximize();
    }
}

/// The place kept in a file; none where there is no such file or it is not understood.
pub(crate) fn load(file: &Path) -> Option<Place> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Keeps a place for the next start.
pub(crate) fn save(file: &Path, place: Place) {
    let kept = serde_json::to_vec(&place).map(|bytes| fs::write(file, bytes));
    if !matches!(kept, Ok(Ok(()))) {
        tracing::warn!("the window's place could not be kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_understood_is_no_place() {
        let file = std::env::temp_dir().join(format!("mingxia-place-{}", std::process::id()));
        assert_eq!(load(&file), None, "there is no file yet");
        fs::write(&file, b"{\"x\":1,\"y\":2}").unwrap();
        assert_eq!(load(&file), None, "half a place is none");
        let place = Place { x: -5, y: 7, width: 1080, height: 760, maximized: false };
        save(&file, place);
        assert_eq!(load(&file), Some(place), "the window comes back where it stood");
        fs::remove_file(&file).unwrap();
    }
}
