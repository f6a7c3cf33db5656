//! The icon in the tray: opens the window, locks at once, leaves. With it the app goes on collecting and ending
//! reports while its window is closed.

use journey::view::Language;
use tauri::{
    AppHandle,
    menu::{Menu, MenuItem},
    tray::TrayIconBuilder,
};

use crate::{locking, window, words::Word};

const OPEN: &str = "open";
const LOCK: &str = "lock";
const LEAVE: &str = "leave";

/// Puts the icon there.
///
/// # Errors
/// What the desktop refused; the app works without it.
pub(crate) fn show(app: &AppHandle, language: Language) -> tauri::Result<()> {
    let item = |id: &str, word: Word| MenuItem::with_id(app, id, word.say(language), true, None::<&str>);
    let menu =
        Menu::with_items(app, &[&item(OPEN, Word::Open)?, &item(LOCK, Word::Lock)?, &item(LEAVE, Word::Leave)?])?;
    let mut tray = TrayIconBuilder::new().menu(&menu).tooltip(Word::Title.say(language));
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.on_menu_event(|app, event| chosen(app, event.id.as_ref())).build(app)?;
    Ok(())
}

/// Does what was chosen.
fn chosen(app: &AppHandle, id: &str) {
    match id {
        OPEN => window::raise(app),
        LOCK => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { locking::lock(&app).await });
        }
        LEAVE => app.exit(0),
        _ => {}
    }
}
