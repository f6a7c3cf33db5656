//! The icon in the tray: says how things stand, opens the window, locks at once, leaves. With it the app goes on
//! collecting and ending reports while its window is closed.

use journey::view::Language;
use tauri::{
    AppHandle, Manager, Wry,
    menu::{Menu, MenuItem},
    tray::{TrayIcon, TrayIconBuilder},
};

use crate::{locking, window, words::Word};

const STANDING: &str = "standing";
const OPEN: &str = "open";
const LOCK: &str = "lock";
const LEAVE: &str = "leave";

/// The icon and what can be chosen at it.
struct Tray {
    icon: TrayIcon<Wry>,
    standing: MenuItem<Wry>,
    open: MenuItem<Wry>,
    lock: MenuItem<Wry>,
    leave: MenuItem<Wry>,
}

/// Puts the icon there; what it says comes with [`say`].
///
/// # Errors
/// What the desktop refused; the app works without it.
pub(crate) fn show(app: &AppHandle) -> tauri::Result<()> {
    let item = |id: &str, enabled: bool| MenuItem::with_id(app, id, "", enabled, None::<&str>);
    let (standing, lock) = (item(STANDING, false)?, item(LOCK, false)?);
    let (open, leave) = (item(OPEN, true)?, item(LEAVE, true)?);
    let mut tray = TrayIconBuilder::new().menu(&Menu::with_items(app, &[&standing, &open, &lock, &leave])?);
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    let icon = tray.on_menu_event(|app, event| chosen(app, event.id.as_ref())).build(app)?;
    app.manage(Tray { icon, standing, open, lock, leave });
    Ok(())
}

/// Says how things stand, in the person's language; locking is offered while something is open.
///
/// # Errors
/// What the desktop refused.
pub(crate) fn say(app: &AppHandle, language: Language, standing: &str, unlocked: bool) -> tauri::Result<()> {
    let Some(tray) = app.try_state::<Tray>() else { return Ok(()) };
    tray.icon.set_tooltip(Some(standing))?;
    tray.standing.set_text(standing)?;
    tray.open.set_text(Word::Open.say(language))?;
    tray.lock.set_text(Word::Lock.say(language))?;
    tray.lock.set_enabled(unlocked)?;
    tray.leave.set_text(Word::Leave.say(language))
}

/// Whether the desktop shows such icons: an app that nobody sees should not stay.
#[cfg(target_os = "linux")]
pub(crate) async fn is_seen() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
        watcher.get_property("IsStatusNotifierHostRegistered").await
    };
    asked.await.unwrap_or(false)
}

/// Elsewhere every desktop does.
#[cfg(not(target_os = "linux"))]
pub(crate) async fn is_seen() -> bool {
    true
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
