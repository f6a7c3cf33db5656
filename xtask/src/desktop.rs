//! A desktop of its own where there is none: a screen in memory, a window manager, a session bus
//! and a throw-away keychain, all gone when it is dropped. It never touches the person's own.

use std::{
    fs, io,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    say,
    step::{self, Failure},
};

/// How long the keychain may take to answer for the first time.
const KEYCHAIN: Duration = Duration::from_secs(20);

/// The name of the keychain on the session bus.
const SERVICE: &str = "org.freedesktop.secrets";

/// The running desktop.
pub(crate) struct Desktop {
    children: Vec<Child>,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

impl Desktop {
    /// Whether the person sits before a screen.
    pub(crate) fn present() -> bool {
        cfg!(not(target_os = "linux"))
            || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|it| !it.is_empty()))
    }

    /// Starts a private one.
    pub(crate) fn private() -> Result<Self, Failure> {
        say::step("a screen, a session and a throw-away keychain");
        let folder = folder()?;
        let mut desktop = Self { children: Vec::new(), folder, variables: Vec::new() };
        for (name, inside) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            let path = desktop.folder.join(inside);
            private_folder(&path).map_err(step::file(&path))?;
            desktop.variables.push((name, path.to_string_lossy().into_owned()));
        }
        // A dead portal or accessibility bus would hold every window up for half a minute.
        desktop.variables.extend([
            ("GTK_USE_PORTAL", "0".to_owned()),
            ("NO_AT_BRIDGE", "1".to_owned()),
            ("GDK_BACKEND", "x11".to_owned()),
            ("LIBGL_ALWAYS_SOFTWARE", "1".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ]);
        let screen = ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"];
        let display = desktop.started("Xvfb", &screen)?;
        desktop.variables.push(("DISPLAY", format!(":{display}")));
        let bus = desktop.started("dbus-daemon", &["--session", "--nofork", "--print-address=1"])?;
        desktop.variables.push(("DBUS_SESSION_BUS_ADDRESS", bus));
        let openbox = desktop.quiet("openbox").arg("--sm-disable").stdout(Stdio::null()).spawn();
        desktop.children.push(openbox.map_err(|error| Failure::Missing("openbox".to_owned(), error))?);
        desktop.keychain()?;
        Ok(desktop)
    }

    /// Gives a tool this desktop instead of the one it was started under.
    pub(crate) fn enter(&self, command: &mut Command) {
        command.env_remove("WAYLAND_DISPLAY").env_remove("XAUTHORITY");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
    }

    /// Starts a part that says one line when it is ready, and returns that line.
    fn started(&mut self, tool: &str, arguments: &[&str]) -> Result<String, Failure> {
        let spawned = self.quiet(tool).args(arguments).stdout(Stdio::piped()).spawn();
        let mut child = spawned.map_err(|error| Failure::Missing(tool.to_owned(), error))?;
        let mut line = String::new();
        if let Some(out) = child.stdout.take() {
            let mut out = BufReader::new(out);
            out.read_line(&mut line).map_err(|error| Failure::Missing(tool.to_owned(), error))?;
            // Kept open: a closed pipe would end the part at its next word.
            thread::spawn(move || io::copy(&mut out, &mut io::sink()));
        }
        self.children.push(child);
        match line.trim() {
            "" => Err(Failure::Refused(format!("{tool} did not start"))),
            ready => Ok(ready.to_owned()),
        }
    }

    /// Starts the keychain unlocked and waits until its default collection answers.
    fn keychain(&mut self) -> Result<(), Failure> {
        let tool = "gnome-keyring-daemon";
        let mut command = self.quiet(tool);
        command.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = command.spawn().map_err(|error| step::missing(&command, error))?;
        if let Some(mut password) = child.stdin.take() {
            password.write_all(b"throw-away").map_err(|error| step::missing(&command, error))?;
        }
        self.children.push(child);
        // Asking for the service before it is there would start a second, locked one.
        let asked = Instant::now();
        while asked.elapsed() < KEYCHAIN {
            let there =
                self.ask(&["--dest=org.freedesktop.DBus", "/org/freedesktop/DBus"], "DBus.NameHasOwner", SERVICE)?;
            if there.contains("boolean true") {
                let service = ["--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"];
                if self.ask(&service, "Secret.Service.ReadAlias", "default")?.contains("collection/login") {
                    return Ok(());
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(Failure::Refused(format!("{tool} did not open its keychain")))
    }

    /// One question over the session bus; a refusal is an empty answer.
    fn ask(&self, whom: &[&str], what: &str, about: &str) -> Result<String, Failure> {
        let mut ask = self.quiet("dbus-send");
        ask.args(["--session", "--print-reply"]).args(whom);
        ask.args([format!("org.freedesktop.{what}"), format!("string:{about}")]);
        let said = ask.output().map_err(|error| step::missing(&ask, error))?;
        Ok(String::from_utf8_lossy(&said.stdout).into_owned())
    }

    /// A tool on this desktop that keeps its complaints to itself.
    fn quiet(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        self.enter(&mut command);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // Already gone is as good as ended.
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A new folder only this user can enter.
fn folder() -> Result<PathBuf, Failure> {
    let folder = std::env::temp_dir().join(format!("mingxia-desktop-{}", std::process::id()));
    private_folder(&folder).map_err(step::file(&folder))?;
    Ok(folder)
}

#[cfg(unix)]
fn private_folder(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn private_folder(path: &std::path::Path) -> io::Result<()> {
    fs::create_dir(path)
}
