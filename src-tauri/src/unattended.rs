//! Telephones: banks answer for hours while the app is closed. The system wakes it now and then as long as something is
//! awaited, and no longer; a pass of the journey does the rest. Type-checked; not yet run on a telephone.

#[cfg_attr(target_os = "android", path = "unattended/android.rs")]
#[cfg_attr(target_os = "ios", path = "unattended/ios.rs")]
mod system;

use std::{
    mem::discriminant,
    path::Path,
    sync::{Arc, LazyLock},
};

use device::{
    NoBiometrics, process,
    timer::{Again, Woken},
};
use journey::{Change, Journey, Left, Parts, Turns, What};
use tauri::{AppHandle, Manager, plugin::PermissionState};
use tauri_plugin_notification::NotificationExt;
use tokio::sync::broadcast::error::RecvError;

use crate::{federation::Setup, start::Profile, words::Word};

#[cfg(target_os = "ios")]
pub(crate) use system::answer;
#[cfg(target_os = "android")]
pub(crate) use system::plugin;

/// The app and a pass share one process, and have the profile one after the other.
static TURNS: LazyLock<Turns> = LazyLock::new(Turns::default);

/// The app opens the profile; a pass under way leaves it first.
pub(crate) async fn open(parts: Parts) -> Journey {
    TURNS.take(parts).await
}

/// The system woke the app: one pass over the profile in this folder.
pub(crate) fn collect(folder: &Path) -> Woken {
    // A process without a window was not guarded by its start.
    let _gaps = process::harden();
    let passed = tauri::async_runtime::block_on(TURNS.pass(|| parts(folder)));
    let title = Word::Title.say(passed.language);
    let text = |notice| Word::from(notice).say(passed.language);
    Woken {
        again: again(passed.left),
        notices: passed.notices.into_iter().map(|notice| (title.clone(), text(notice))).collect(),
    }
}

/// When the system should wake the app for what is left.
fn again(left: Left) -> Again {
    match left {
        Left::Nothing => Again::Never,
        Left::End(after) => Again::In(after),
        Left::More => Again::Soon,
        Left::Undone => Again::Undone,
    }
}

/// The system wants its time back.
pub(crate) fn stop() {
    TURNS.stop();
}

/// What a journey without a window is made of: nobody is there to be asked for a finger.
fn parts(folder: &Path) -> Option<Parts> {
    Profile::Real.parts(&Setup::find(), folder.to_owned(), Arc::new(NoBiometrics)).ok()
}

/// Has the system wake the app as things stand, now and whenever they change.
pub(crate) fn follow(app: &AppHandle) {
    let (app, journey) = (app.clone(), app.state::<Journey>().inner().clone());
    let mut changes = journey.changes();
    tauri::async_runtime::spawn(async move {
        let mut asked = None;
        loop {
            // What cannot be known now changes nothing.
            if let Ok(left) = journey.left().await
                && asked.replace(discriminant(&left)) != Some(discriminant(&left))
            {
                system::wake(&app, again(left)).await;
                if left == Left::More {
                    may_tell(&app, &journey).await;
                }
            }
            loop {
                match changes.recv().await {
                    Ok(Change { what: What::Query | What::Account }) | Err(RecvError::Lagged(_)) => break,
                    Ok(_) => {}
                    Err(RecvError::Closed) => return,
                }
            }
        }
    });
}

/// Asks once whether the person may be told, by the system's own question: when there is something to wait for, and if
/// they want to be told at all.
async fn may_tell(app: &AppHandle, journey: &Journey) {
    if !journey.settings_get().await.is_ok_and(|settings| settings.notify) {
        return;
    }
    let app = app.clone();
    let asked = tauri::async_runtime::spawn_blocking(move || {
        let notification = app.notification();
        match notification.permission_state()? {
            PermissionState::Granted | PermissionState::Denied => Ok(()),
            PermissionState::Prompt | PermissionState::PromptWithRationale => {
                notification.request_permission().map(drop)
            }
        }
    });
    if !matches!(asked.await, Ok(Ok::<(), tauri_plugin_notification::Error>(()))) {
        tracing::info!("whether the person may be told could not be asked");
    }
}
