//! The demonstration's federation, running beside the app.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    machine, say,
    step::{self, Failure, cargo},
};

/// How long the world may take to say where it listens.
const START: Duration = Duration::from_secs(30);

/// Builds the app and the world it is shown with.
pub(crate) fn build() -> Result<(), Failure> {
    step::run(
        "cargo build (the app and its demonstration)",
        &mut cargo(["build", "--package", "mingxia", "--package", "demo-world"]),
    )
}

/// A binary of this build.
pub(crate) fn binary(name: &str) -> PathBuf {
    step::target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// Where the demonstration keeps itself between runs.
pub(crate) fn folder() -> Result<PathBuf, Failure> {
    let folder = step::root().join("target/demo");
    fs::create_dir_all(&folder).map_err(step::file(&folder))?;
    Ok(folder)
}

/// The federation alone, before a person, until it is stopped; what is given besides goes to it.
pub(crate) fn demo(rest: &[String]) -> Result<(), Failure> {
    machine::prepare(machine::Purpose::Federation)?;
    step::run("cargo build (the demonstration)", &mut cargo(["build", "--package", "demo-world"]))?;
    let mut world = Command::new(binary("mingxia-demo-world"));
    world.arg("--dir").arg(folder()?).args(rest);
    step::run("the federation: gateway, 28 banks, phone (Ctrl-C ends it)", &mut world)
}

/// The running federation; ended when dropped.
pub(crate) struct World {
    child: Child,
    /// The address of the phone page.
    phone: String,
}

impl World {
    /// Starts it on a folder and waits until it answers there.
    pub(crate) fn start(folder: &Path) -> Result<Self, Failure> {
        let said = folder.join("world.json");
        if said.exists() {
            fs::remove_file(&said).map_err(step::file(&said))?;
        }
        let mut command = Command::new(binary("mingxia-demo-world"));
        command.arg("--dir").arg(folder);
        let child = command.spawn().map_err(|error| step::missing(&command, error))?;
        let mut world = Self { child, phone: String::new() };
        let asked = Instant::now();
        while asked.elapsed() < START {
            if let Some(phone) = fs::read_to_string(&said).ok().and_then(|text| phone(&text)) {
                say::detail(&format!("the phone, every SMS and each bank's app: {phone}"));
                world.phone = phone;
                return Ok(world);
            }
            if let Ok(Some(_)) = world.child.try_wait() {
                return Err(Failure::Refused("the demonstration ended at once: is another one running?".to_owned()));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Err(Failure::Refused("the demonstration did not start".to_owned()))
    }

    /// Opens the phone page in the person's browser, where there is one; its address was said.
    pub(crate) fn show_phone(&self) {
        let opener = match std::env::consts::OS {
            "macos" => "open",
            "windows" => "explorer",
            _ => "xdg-open",
        };
        let quiet = || Stdio::null();
        let opened = Command::new(opener).arg(&self.phone).stdin(quiet()).stdout(quiet()).stderr(quiet()).spawn();
        if opened.is_err() {
            say::detail("no browser was found to show it");
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // Already gone is as good as ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address of the phone page in what the world wrote.
fn phone(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("\"phone\"")?;
    rest.split('"').nth(1).map(str::to_owned)
}
