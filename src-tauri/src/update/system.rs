//! A verified package put in place of this app, by the installer of new versions that Tauri brings. It is handed what was
//! fetched and verified here, and verifies it once more; it is never let at the network.

use journey::Journey;
use tauri::{
    AppHandle, Manager,
    utils::{config::BundleType, platform::bundle_type},
};
use tauri_plugin_updater::UpdaterExt as _;

use super::{UpdateError, announced::Announced, source::Source};

/// Whether this app puts a new version in its own place.
pub(super) const INSTALLS: bool = true;

/// What a package for this system is called in an announcement: by how this one was installed, then by the system.
pub(super) fn names() -> Vec<String> {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "windows" };
    let here = format!("{system}-{}", std::env::consts::ARCH);
    let installed = match bundle_type() {
        Some(BundleType::Msi) => Some("msi"),
        Some(BundleType::Nsis) => Some("nsis"),
        Some(BundleType::App) => Some("app"),
        _ => None,
    };
    installed.map(|kind| format!("{here}-{kind}")).into_iter().chain([here.clone()]).collect()
}

/// Puts it in and starts it; this process ends on the way.
///
/// # Errors
/// [`UpdateError::NotInstalled`]: this version goes on.
pub(super) fn install(app: &AppHandle, source: &Source, found: &Announced, package: &[u8]) -> Result<(), UpdateError> {
    put_in(app, source, found, package).map_err(|error| {
        tracing::error!(%error, "the new version was not put in");
        UpdateError::NotInstalled
    })
}

fn put_in(
    app: &AppHandle,
    source: &Source,
    found: &Announced,
    package: &[u8],
) -> Result<(), tauri_plugin_updater::Error> {
    if app.try_state::<Ready>().is_none() {
        app.plugin(tauri_plugin_updater::Builder::new().pubkey(source.key().text()).build())?;
        app.manage(Ready);
    }
    // On Windows the process ends inside: what is open is closed first.
    let journey = app.state::<Journey>().inner().clone();
    let updater = app.updater_builder().endpoints(vec![source.address().parse()?])?;
    let updater = updater.on_before_exit(move || journey.shut_down()).build()?;
    let update = updater.restore_update(found.whole.clone())?.ok_or(tauri_plugin_updater::Error::ReleaseNotFound)?;
    update.install(package)?;
    app.restart()
}

/// The installer is there once the person has asked for it.
struct Ready;
