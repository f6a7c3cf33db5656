//! Where the window stood and how large it was: kept for the next start, and across a lock.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};
use tauri::{Monitor, PhysicalPosition, PhysicalSize, Runtime, WebviewWindow};

/// A place on the screens, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    maximized: bool,
}

/// The part of a screen that windows may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Area {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
}

/// The smallest window worth going back to; anything less was a broken file.
const SMALLEST: (u32, u32) = (390, 600);

impl From<&Monitor> for Area {
    fn from(monitor: &Monitor) -> Self {
        let area = monitor.work_area();
        Self { x: area.position.x, y: area.position.y, width: area.size.width, height: area.size.height }
    }
}

impl Area {
    /// How much of a place it shows.
    fn shows(self, place: Place) -> i64 {
        let overlap = |at: i32, length: u32, from: i32, room: u32| {
            let end = (i64::from(at) + i64::from(length)).min(i64::from(from) + i64::from(room));
            (end - i64::from(at.max(from))).max(0)
        };
        overlap(place.x, place.width, self.x, self.width) * overlap(place.y, place.height, self.y, self.height)
    }

    /// The place moved and cut so that all of it lies in here.
    fn hold(self, place: Place) -> Place {
        let (width, height) = (place.width.min(self.width), place.height.min(self.height));
        let within =
            |at: i32, length: u32, from: i32, room: u32| at.clamp(from, from.saturating_add_unsigned(room - length));
        let x = within(place.x, width, self.x, self.width);
        let y = within(place.y, height, self.y, self.height);
        Place { x, y, width, height, maximized: place.maximized }
    }
}

/// Where to put a window on the screens there are now: wholly on the one that shows most of its old place; nowhere
/// where none shows any of it, as after a screen was unplugged.
fn on(screens: &[Area], place: Place) -> Option<Place> {
    if place.width < SMALLEST.0 || place.height < SMALLEST.1 {
        return None;
    }
    let screen = screens.iter().max_by_key(|screen| screen.shows(place)).filter(|screen| screen.shows(place) > 0)?;
    Some(screen.hold(place))
}

/// Where a window stands now; none where the window system does not say.
pub(crate) fn of<R: Runtime>(window: &WebviewWindow<R>) -> Option<Place> {
    let (position, size) = (window.outer_position().ok()?, window.inner_size().ok()?);
    let maximized = window.is_maximized().ok()?;
    Some(Place { x: position.x, y: position.y, width: size.width, height: size.height, maximized })
}

/// Puts a window there, if any screen still shows that place.
pub(crate) fn put<R: Runtime>(window: &WebviewWindow<R>, place: Place) {
    let screens: Vec<Area> = window.available_monitors().unwrap_or_default().iter().map(Area::from).collect();
    let Some(place) = on(&screens, place) else { return };
    // A window system that places windows itself may refuse; then its place is as good.
    let _ = window.set_size(PhysicalSize::new(place.width, place.height));
    let _ = window.set_position(PhysicalPosition::new(place.x, place.y));
    #[cfg(desktop)]
    if place.maximized {
        let _ = window.maximize();
    }
}

/// The place kept in a file; none where there is no such file or it is not understood.
pub(crate) fn load(file: &Path) -> Option<Place> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

/// Keeps a place for the next start. A window that fills its screen keeps the size it goes back to.
pub(crate) fn save(file: &Path, place: Place) {
    let before = load(file).filter(|_| place.maximized);
    let place = before.map_or(place, |before| Place { maximized: true, ..before });
    let kept = serde_json::to_vec(&place).map(|bytes| fs::write(file, bytes));
    if !matches!(kept, Ok(Ok(()))) {
        tracing::warn!("the window's place could not be kept");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Place = Place { x: 100, y: 80, width: 1080, height: 760, maximized: false };
    const LEFT: Area = Area { x: 0, y: 0, width: 1920, height: 1040 };
    const RIGHT: Area = Area { x: 1920, y: -200, width: 2560, height: 1400 };

    #[test]
    fn a_file_that_is_not_understood_is_no_place() {
        let file = std::env::temp_dir().join(format!("mingxia-place-{}", std::process::id()));
        assert_eq!(load(&file), None, "there is no file yet");
        fs::write(&file, b"{\"x\":1,\"y\":2}").unwrap();
        assert_eq!(load(&file), None, "half a place is none");
        save(&file, USUAL);
        assert_eq!(load(&file), Some(USUAL), "the window comes back where it stood");
        save(&file, Place { x: 0, y: 0, width: 1920, height: 1040, maximized: true });
        let kept = load(&file);
        assert_eq!(kept, Some(Place { maximized: true, ..USUAL }), "no longer filling the screen, it is as it was");
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_window_comes_back_on_the_screen_it_stood_on() {
        assert_eq!(on(&[LEFT, RIGHT], USUAL), Some(USUAL));
        let beside = Place { x: 2500, y: -150, ..USUAL };
        assert_eq!(on(&[LEFT, RIGHT], beside), Some(beside), "a screen that begins above the first");
        let between = Place { x: 1800, y: 50, ..USUAL };
        assert_eq!(on(&[LEFT, RIGHT], between), Some(Place { x: 1920, ..between }), "whole on the one that shows most");
    }

    #[test]
    fn a_place_no_screen_shows_is_left_to_the_window_system() {
        assert_eq!(on(&[LEFT], Place { x: 2500, ..USUAL }), None, "its screen was unplugged");
        assert_eq!(on(&[], USUAL), None, "no screen is named");
        assert_eq!(on(&[LEFT], Place { width: 20, ..USUAL }), None, "a broken file");
        for far in [i32::MIN, i32::MAX] {
            assert_eq!(on(&[LEFT], Place { x: far, y: far, width: u32::MAX, ..USUAL }), None, "{far}");
        }
    }

    #[test]
    fn a_window_half_off_the_screen_can_be_held_again() {
        let above = Place { x: -700, y: -500, ..USUAL };
        assert_eq!(on(&[LEFT], above), Some(Place { x: 0, y: 0, ..USUAL }), "its title bar was out of reach");
        let small = Area { x: 0, y: 0, width: 800, height: 700 };
        assert_eq!(on(&[small], USUAL), Some(Place { x: 0, y: 0, width: 800, height: 700, maximized: false }));
    }
}
