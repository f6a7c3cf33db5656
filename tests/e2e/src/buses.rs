//! The machine and the desktop as the app hears them: sleep and locks on a system bus of its own, the screen and
//! notifications on the session's.

use std::{
    collections::HashMap,
    fs,
    io::{Read as _, Write as _},
    os::{
        fd::OwnedFd,
        unix::{fs::MetadataExt as _, net::UnixStream},
    },
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
};

use zbus::{
    blocking::{Connection, connection::Builder, fdo::DBusProxy},
    fdo, interface,
    zvariant::{OwnedFd as Passed, OwnedObjectPath, OwnedValue},
};

use crate::{
    Step, Stuck,
    process::Running,
    session::{PATIENCE, until},
    trying,
};

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";

/// Our end of a delay the app asked for: it closes when the app lets go.
type Held = Arc<Mutex<Option<UnixStream>>>;

/// What the desktop was told to show: title and text.
type Shown = Arc<Mutex<Vec<(String, String)>>>;

/// How many items of a service the keychain of this session holds.
///
/// # Errors
/// Where no keychain answers.
pub fn secrets(service: &str) -> Step<usize> {
    let session = Connection::session().map_err(spoken)?;
    let (keychain, wanted) = ("org.freedesktop.secrets", HashMap::from([("service", service)]));
    let said = session.call_method(
        Some(keychain),
        "/org/freedesktop/secrets",
        Some("org.freedesktop.Secret.Service"),
        "SearchItems",
        &wanted,
    );
    let said = said.map_err(spoken)?;
    let (open, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = said.body().deserialize().map_err(spoken)?;
    Ok(open.len() + locked.len())
}

/// A machine that can sleep and lock its session, and a desktop around the app.
#[derive(Debug)]
pub struct Machine {
    address: String,
    logind: Connection,
    desktop: Connection,
    held: Held,
    shown: Shown,
    // The bus ends after those who speak on it.
    _bus: Running,
}

impl Machine {
    /// Starts it, its bus in a folder.
    ///
    /// # Errors
    /// Where there is no D-Bus to speak on.
    pub(crate) fn start(folder: &Path) -> Step<Self> {
        let address = format!("unix:path={}", folder.join("system-bus").display());
        let mut daemon = Command::new("dbus-daemon");
        daemon.args(["--session", "--nofork", "--nopidfile"]).arg(format!("--address={address}"));
        let bus = Running::start(daemon.stdout(Stdio::null()).stderr(Stdio::null()))?;
        let held = Held::default();
        let logind = until("the system bus", || Ok(logind(&address, &held).ok()))?;
        let shown = Shown::default();
        let desktop = desktop(&shown).map_err(spoken)?;
        Ok(Self { address, logind, desktop, held, shown, _bus: bus })
    }

    /// Where its system bus is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Goes to sleep, once the app has let go of the delay it asked for.
    ///
    /// # Errors
    /// Where the app never asked for one, or holds the machine awake.
    pub fn sleep(&self) -> Step {
        let mut held = until("the app to ask that sleep waits for it", || Ok(take(&self.held)))?;
        self.logind.emit_signal(None::<&str>, MANAGER_PATH, MANAGER, "PrepareForSleep", &(true,)).map_err(spoken)?;
        held.set_read_timeout(Some(PATIENCE)).map_err(trying("the delay"))?;
        // Nothing is ever written: the end comes when the app lets go.
        held.read_to_end(&mut Vec::new()).map(drop).map_err(trying("the app to let the machine sleep"))
    }

    /// Wakes.
    ///
    /// # Errors
    /// Where the bus is gone.
    pub fn wake(&self) -> Step {
        self.logind.emit_signal(None::<&str>, MANAGER_PATH, MANAGER, "PrepareForSleep", &(false,)).map_err(spoken)
    }

    /// Locks the session, as `loginctl lock-session` does.
    ///
    /// # Errors
    /// Where the bus is gone.
    pub fn lock_session(&self) -> Step {
        let (path, interface) = ("/org/freedesktop/login1/session/_31", "org.freedesktop.login1.Session");
        self.logind.emit_signal(None::<&str>, path, interface, "Lock", &()).map_err(spoken)
    }

    /// Locks the screen, as a desktop's screen saver does.
    ///
    /// # Errors
    /// Where the bus is gone.
    pub fn lock_screen(&self) -> Step {
        let (path, interface) = ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver");
        self.desktop.emit_signal(None::<&str>, path, interface, "ActiveChanged", &(true,)).map_err(spoken)
    }

    /// Every notification shown so far: title and text.
    #[must_use]
    pub fn notifications(&self) -> Vec<(String, String)> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn take(held: &Held) -> Option<UnixStream> {
    held.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn spoken(error: zbus::Error) -> Stuck {
    Stuck::Wrong(format!("on the bus: {error}"))
}

fn logind(address: &str, held: &Held) -> zbus::Result<Connection> {
    Builder::address(address)?.serve_at(MANAGER_PATH, Logind(Arc::clone(held)))?.name(LOGIND)?.build()
}

fn desktop(shown: &Shown) -> zbus::Result<Connection> {
    let notes = Notifications(Arc::clone(shown));
    let desktop = Builder::session()?.serve_at("/org/freedesktop/Notifications", notes)?;
    desktop.name("org.freedesktop.Notifications")?.name("org.gnome.ScreenSaver")?.build()
}

/// A desktop portal that took its name and says nothing, as a crashed one does.
#[derive(Debug)]
pub struct SilentPortal {
    /// Never read from again.
    _bus: UnixStream,
}

impl SilentPortal {
    /// Takes the name.
    ///
    /// # Errors
    /// Where there is no session bus.
    pub fn start() -> Step<Self> {
        let address = std::env::var("DBUS_SESSION_BUS_ADDRESS").unwrap_or_default();
        let place = address.split([':', ',']).find_map(|part| part.strip_prefix("path=")).unwrap_or_default();
        let mut bus = UnixStream::connect(place).map_err(trying("the session bus"))?;
        let user = fs::metadata("/proc/self").map_err(trying("/proc"))?.uid().to_string();
        let user: String = user.bytes().map(|byte| format!("{byte:02x}")).collect();
        bus.write_all(format!("\0AUTH EXTERNAL {user}\r\nBEGIN\r\n").as_bytes()).map_err(trying("the session bus"))?;
        let name = "org.freedesktop.portal.Desktop";
        for message in [asked("Hello", &()), asked("RequestName", &(name, 4_u32))] {
            bus.write_all(message.map_err(spoken)?.data()).map_err(trying("the session bus"))?;
        }
        let desktop = Connection::session().and_then(|bus| DBusProxy::new(&bus)).map_err(spoken)?;
        until("the silent portal", || {
            let name = name.try_into().map_err(|_| Stuck::Wrong(name.to_owned()))?;
            Ok(desktop.name_has_owner(name).unwrap_or(false).then_some(()))
        })?;
        Ok(Self { _bus: bus })
    }
}

/// A question to the bus itself.
fn asked(what: &str, about: &(impl serde::Serialize + zbus::zvariant::DynamicType)) -> zbus::Result<zbus::Message> {
    let bus = "org.freedesktop.DBus";
    zbus::Message::method_call("/org/freedesktop/DBus", what)?.destination(bus)?.interface(bus)?.build(about)
}

/// The part of systemd-logind an app asks to wait before sleep.
struct Logind(Held);

#[interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> fdo::Result<Passed> {
        if (what, mode) != ("sleep", "delay") {
            return Err(fdo::Error::AccessDenied(format!("an app may not hold {what} by {mode}")));
        }
        let (ours, theirs) = UnixStream::pair().map_err(|error| fdo::Error::IOError(error.to_string()))?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ours);
        Ok(OwnedFd::from(theirs).into())
    }
}

/// The desktop's notifications, written down instead of shown.
struct Notifications(Shown);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "as the desktop's specification has it")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shown.push((summary.to_owned(), body.to_owned()));
        u32::try_from(shown.len()).unwrap_or(u32::MAX)
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned()]
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let [name, vendor, version, specification] = ["desktop", "mingxia", "1", "1.2"].map(str::to_owned);
        (name, vendor, version, specification)
    }
}
