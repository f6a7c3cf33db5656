//! What goes on while nobody presses anything: the journey runs, its changes reach the window, and the system tells
//! the person that a result came.

use journey::{Change, Journey, What, view::Settings};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_notification::NotificationExt;
use tokio::sync::broadcast::error::RecvError;

use crate::{autostart::Autostart, locking, standing, window, words::Word};

/// The event that tells the page to ask again; it never says what there is to see.
const CHANGED: &str = "changed";

/// Starts both for as long as the app runs.
pub(crate) fn start(app: &AppHandle) {
    let journey = app.state::<Journey>().inner().clone();
    let changes = journey.changes();
    let running = journey.clone();
    tauri::async_runtime::spawn(async move { running.run().await });
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        begin(&app, &journey).await;
        listen(&app, &journey, changes).await;
    });
}

/// A person who told the desktop not to start the app any more is heard; then tray and title bar say their first words.
async fn begin(app: &AppHandle, journey: &Journey) {
    if let Ok(settings) = journey.settings_get().await
        && settings.autostart
        && !app.state::<Autostart>().is_on()
    {
        let _ = journey.settings_set(Settings { autostart: false, ..settings }).await;
    }
    follow(app, journey).await;
    standing::say(app).await;
}

/// The desktop starts the app where it is now, while the person wants it and did not tell the desktop otherwise; erased,
/// nothing does.
async fn follow(app: &AppHandle, journey: &Journey) {
    let Ok(settings) = journey.settings_get().await else { return };
    let autostart = app.state::<Autostart>();
    if settings.autostart && !autostart.is_on() {
        return;
    }
    if let Err(error) = autostart.set(settings.autostart) {
        tracing::info!(%error, "the desktop was not told whether to start the app");
    }
}

/// Passes each change on; a missed one means that everything is asked again.
async fn listen(app: &AppHandle, journey: &Journey, mut changes: tokio::sync::broadcast::Receiver<Change>) {
    loop {
        match changes.recv().await {
            Ok(change) => heard(app, journey, &change).await,
            Err(RecvError::Lagged(_)) => heard(app, journey, &Change { what: What::Query }).await,
            Err(RecvError::Closed) => return,
        }
    }
}

/// Ends a window whose vault was shut, tells the page, and the person what they should know with the window away.
async fn heard(app: &AppHandle, journey: &Journey, change: &Change) {
    locking::follow(app).await;
    tell(app, change.what);
    if change.what == What::Settings {
        follow(app, journey).await;
    }
    standing::say(app).await;
    for notice in journey.notify_wanted().await {
        say(app, journey, notice.into()).await;
    }
}

/// Tells the page what to ask again; one that is just being renewed asks by itself.
pub(crate) fn tell(app: &AppHandle, what: What) {
    let _ = app.emit_to(window::MAIN, CHANGED, Change { what });
}

/// Shows one of the fixed messages; nothing of a query is in it.
pub(crate) async fn say(app: &AppHandle, journey: &Journey, word: Word) {
    let Ok(settings) = journey.settings_get().await else { return };
    let note = app.notification().builder().title(Word::Title.say(settings.locale)).body(word.say(settings.locale));
    if note.show().is_err() {
        tracing::info!("the desktop takes no notifications");
    }
}
