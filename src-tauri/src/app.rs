//! The app as a whole: what runs, in which order it starts, and when it ends.

use std::{path::PathBuf, process::ExitCode};

use device::{Keychain, OsKeychain};
use journey::Journey;
use std::sync::Arc;
use tauri::{AppHandle, Manager, RunEvent, WindowEvent};

use crate::{
    autostart::Autostart,
    away, background, biometrics,
    closing::{self, Explained},
    commands, demonstration,
    dial::Hotlines,
    federation::Setup,
    link::{self, Wanted},
    locking::{self, Attention},
    place, portal,
    profile::usual_world,
    standing::Demo,
    start::{self, Profile, Task},
    timer, tray,
    update::Updates,
    window::{self, Renewal, Title, WebData},
};

/// Where the window's place is kept.
struct PlaceFile(PathBuf);

/// Runs the app until it is left.
pub(crate) fn run() -> ExitCode {
    let Ok(gaps) = start::guard() else { return ExitCode::FAILURE };
    log();
    gaps.iter().for_each(|gap| tracing::warn!(%gap, "this machine leaves a gap"));
    match start::task(std::env::args_os().skip(1), usual_world) {
        Ok(Task::Show(profile)) => show(profile, true),
        Ok(Task::Wait(profile)) => show(profile, false),
        Ok(Task::Sweep(profile)) => sweep(&profile),
        Err(start::UnknownArgument) => {
            tracing::error!("known arguments are --demo, --demo=FOLDER, --in-tray and --sweep");
            ExitCode::from(2)
        }
    }
}

/// Ends what is over by the plain list of deadlines; the vault stays closed. A running app does it by itself every
/// minute, and is left to it.
fn sweep(profile: &Profile) -> ExitCode {
    // Nobody sits before the system's timer: a locked keychain stays locked, and stops no end.
    let keychain: Arc<dyn Keychain> = Arc::new(OsKeychain::never_asking(profile.identifier()));
    match journey::sweep(&vault::Paths::at(profile.folder()), &keychain, &profile.clock()) {
        Ok(_) => ExitCode::SUCCESS,
        Err(fault) => {
            tracing::error!(%fault, "not everything that is over could be ended");
            ExitCode::FAILURE
        }
    }
}

/// Shows the window, at once or when the person asks for it.
fn show(profile: Profile, now: bool) -> ExitCode {
    #[cfg(target_os = "linux")]
    crate::drawing::settle();
    let mut context = tauri::generate_context!();
    profile.identifier().clone_into(&mut context.config_mut().identifier);
    let builder = tauri::Builder::default()
        .plugin(tauri_plugin_notification::init())
        .manage(Renewal::default())
        .manage(Attention::default())
        .manage(Title::default())
        .manage(Demo(matches!(profile, Profile::Demo(_))))
        .manage(Autostart::of(&profile))
        .manage(Setup::find())
        .manage(Updates::of(&profile, context.package_info().version.clone()))
        .manage(Hotlines::default())
        .manage(Wanted::default());
    #[cfg(target_os = "android")]
    let builder =
        builder.plugin(biometrics::plugin()).plugin(crate::hand_over::plugin()).plugin(crate::unattended::plugin());
    let builder = commands::all(builder).setup(move |app| set_up(app.handle(), &profile, now));
    let built = portal::start_past_it(|| builder.build(context));
    match built {
        Ok(app) => {
            app.run(happened);
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the app could not start");
            ExitCode::FAILURE
        }
    }
}

/// Leaves the stage to an app that runs already; opens the profile, which ends what is over, and only then the window.
fn set_up(app: &AppHandle, profile: &Profile, now: bool) -> Result<(), Box<dyn std::error::Error>> {
    #[cfg(desktop)]
    crate::second::leaves_to_the_first(app)?;
    link::led(app, &std::env::args().collect::<Vec<_>>());
    app.manage(demonstration::start(profile, now));
    let folder = folder(app, profile)?;
    app.manage(Explained(folder.join("runs-on")));
    app.manage(WebData(folder.join("web")));
    app.manage(PlaceFile(folder.join("window.json")));
    let biometrics = biometrics::of(app, profile.identifier());
    let parts = profile.parts(&app.state::<Setup>(), folder, biometrics)?;
    #[cfg(desktop)]
    let journey = tauri::async_runtime::block_on(Journey::open(parts));
    #[cfg(target_os = "ios")]
    crate::keep::forget();
    #[cfg(mobile)]
    let journey = tauri::async_runtime::block_on(crate::unattended::open(parts));
    app.manage(journey);
    if let Err(error) = tray::show(app) {
        tracing::info!(%error, "this desktop has no tray");
    }
    if now {
        window::open(app, place::load(&app.state::<PlaceFile>().0))?;
    }
    background::start(app);
    away::watch(app);
    timer::follow(app, profile);
    #[cfg(mobile)]
    crate::unattended::follow(app);
    Ok(())
}

/// The folder of everything this profile keeps.
#[cfg(desktop)]
fn folder(_app: &AppHandle, profile: &Profile) -> tauri::Result<PathBuf> {
    Ok(profile.folder())
}

/// On a telephone the system gives each app its own, and says where once the app runs.
#[cfg(mobile)]
fn folder(app: &AppHandle, _profile: &Profile) -> tauri::Result<PathBuf> {
    Ok(app.path().app_data_dir()?.join("profile"))
}

/// What the window system says.
fn happened(app: &AppHandle, event: RunEvent) {
    match event {
        RunEvent::WindowEvent { event: WindowEvent::Focused(focused), .. } => locking::focused(app, focused),
        RunEvent::WindowEvent { event: WindowEvent::CloseRequested { .. }, .. } => keep_place(app),
        RunEvent::WindowEvent { event: WindowEvent::Destroyed, .. } => closed(app),
        // The last window went: the app goes on collecting, or leaves as `closed` decides.
        RunEvent::ExitRequested { code: None, api, .. } => api.prevent_exit(),
        // Left by the tray, with the window open.
        RunEvent::ExitRequested { code: Some(_), .. } => keep_place(app),
        // Elsewhere a link comes as an argument.
        #[cfg(any(target_os = "macos", target_os = "ios", target_os = "android"))]
        RunEvent::Opened { urls } => link::opened(app, &urls),
        // It comes once before anything is set up, too.
        RunEvent::Resumed => {
            if let Some(journey) = app.try_state::<Journey>() {
                journey.wake();
            }
        }
        RunEvent::Exit => {
            if let Some(journey) = app.try_state::<Journey>() {
                journey.shut_down();
            }
        }
        _ => {}
    }
}

/// Keeps where the window stands, if there is one.
fn keep_place(app: &AppHandle) {
    if let Some(place) = app.get_webview_window(window::MAIN).and_then(|window| place::of(&window)) {
        place::save(&app.state::<PlaceFile>().0, place);
    }
}

/// The window has gone: a new one takes its place after a lock, or the person closed it.
fn closed(app: &AppHandle) {
    if window::gone(app) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move { closing::closed(&app).await });
}

/// Logs hold codes and ids only, and go where the system collects what programs complain about.
fn log() {
    let level = if cfg!(debug_assertions) { tracing::Level::INFO } else { tracing::Level::WARN };
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level).init();
}
