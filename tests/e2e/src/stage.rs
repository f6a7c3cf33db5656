//! The stage: the demonstration's federation, the app, and the driver that holds its window.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{
    Step, Stuck,
    app::App,
    buses::Machine,
    page::Page,
    phone::Phone,
    process::{Running, binary, free_ports, processor_time},
    session::until,
    trying,
};

/// The folder the app is started in, below that of the stage.
const DOCUMENTS: &str = "documents";

/// Everything that runs while a walk goes on. Dropping it ends all of it.
#[derive(Debug)]
pub struct Stage {
    folder: PathBuf,
    /// What the federation is told besides.
    words: Vec<String>,
    /// The first of the three ports the federation listens on.
    port: u16,
    world: Option<Running>,
    app: Option<App>,
    /// What the app hears of the machine it runs on.
    pub machine: Machine,
}

impl Stage {
    /// Starts a new federation on an empty folder.
    ///
    /// # Errors
    /// Where the demonstration does not start.
    pub fn set(folder: &Path) -> Step<Self> {
        Self::set_with(folder, &[])
    }

    /// The same with a federation that is told more: other people, other banks.
    ///
    /// # Errors
    /// As [`Stage::set`].
    pub fn set_with(folder: &Path, words: &[&str]) -> Step<Self> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(trying(folder.display().to_string()))?;
        }
        // The app runs in a folder of its own, where this one has to be found too.
        let folder = std::path::absolute(folder).map_err(trying(folder.display().to_string()))?;
        let documents = folder.join(DOCUMENTS);
        fs::create_dir_all(&documents).map_err(trying(documents.display().to_string()))?;
        let machine = Machine::start(&folder)?;
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let mut stage = Self { folder, words, port: free_ports(3)?, world: None, app: None, machine };
        stage.start_world()?;
        Ok(stage)
    }

    /// Starts the federation, on what it left behind if it ran before.
    ///
    /// # Errors
    /// Where it does not say in time where it listens.
    pub fn start_world(&mut self) -> Step {
        let said = self.folder.join("world.json");
        // It may not be there yet.
        let _ = fs::remove_file(&said);
        let mut command = Command::new(binary("mingxia-demo-world"));
        command.arg("--dir").arg(&self.folder).args(["--port", &self.port.to_string()]).args(&self.words);
        command.stdout(Stdio::null()).stderr(self.log("world")?);
        let mut world = Running::start(&mut command)?;
        until("the demonstration", || {
            if world.ended() {
                return Err(Stuck::Wrong("the demonstration ended at its start".to_owned()));
            }
            Ok(said.exists().then_some(()))
        })?;
        self.world = Some(world);
        Ok(())
    }

    /// The folder the app is started in, where a printed file lands unless the person says otherwise.
    #[must_use]
    pub fn documents(&self) -> PathBuf {
        self.folder.join(DOCUMENTS)
    }

    /// Ends the federation: from here on the app is offline.
    pub fn stop_world(&mut self) {
        self.world = None;
    }

    /// The phone of the demonstration.
    ///
    /// # Errors
    /// Where the federation did not say where it is.
    pub fn phone(&self) -> Step<Phone> {
        let said = self.folder.join("world.json");
        let text = fs::read_to_string(&said).map_err(trying(said.display().to_string()))?;
        let world: Value = serde_json::from_str(&text).map_err(|error| Stuck::Wrong(error.to_string()))?;
        Phone::at(world["control"].as_str().unwrap_or_default())
    }

    /// Starts the app and waits for its first page.
    ///
    /// # Errors
    /// Where the app or the driver does not start.
    pub fn open(&mut self) -> Step<Page<'_>> {
        let app = App::start(
            Command::new(binary("mingxia"))
                .current_dir(self.documents())
                .arg(format!("--demo={}", self.folder.display()))
                .env("DBUS_SYSTEM_BUS_ADDRESS", self.machine.address())
                .stderr(self.log("app")?),
        )?;
        self.app = Some(app);
        self.page()
    }

    /// From the start of the program to the first paint of its first page, by the page's own mark.
    ///
    /// # Errors
    /// Where the page never says that it painted, or it was renewed since.
    pub fn first_paint(&self) -> Step<Duration> {
        let mark = "performance.getEntriesByName('first-contentful-paint')[0]";
        let page = self.page()?;
        let (ago, now) = until("the first paint", || {
            let ago = page.asks(&format!("{mark} ? performance.now() - {mark}.startTime : null"))?.as_f64();
            Ok(ago.map(|ago| (Duration::from_secs_f64(ago / 1000.0), Instant::now())))
        })?;
        let age = self.app.as_ref().map(|app| app.age_at(now)).unwrap_or_default();
        age.checked_sub(ago).ok_or_else(|| Stuck::Wrong("the page painted before the app was started".to_owned()))
    }

    /// The folder of everything on this stage.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The app's program.
    #[must_use]
    pub fn app() -> PathBuf {
        binary("mingxia")
    }

    /// Ends the app as a power cut would.
    pub fn kill(&mut self) {
        self.app = None;
    }

    /// The page as it stands.
    ///
    /// # Errors
    /// Where the app does not run.
    pub fn page(&self) -> Step<Page<'_>> {
        let session = self.app.as_ref().and_then(|app| app.session.as_ref());
        session.map(Page::of).ok_or_else(|| Stuck::Wrong("the app is not running".to_owned()))
    }

    /// Does what locks, sees the old page's process end, and attaches to the new page.
    ///
    /// # Errors
    /// Where the process that held the page lives on, or no new page comes.
    pub fn through_a_lock(&mut self, lock: impl FnOnce(&Self) -> Step) -> Step<Page<'_>> {
        let old = self.web_processes();
        if old.is_empty() {
            return Err(Stuck::Wrong("no process holds the page".to_owned()));
        }
        lock(self)?;
        until("the process that held the report to end", || {
            let now = self.web_processes();
            Ok((!old.iter().any(|number| now.contains(number))).then_some(()))
        })?;
        self.attach()
    }

    /// Attaches to the page that is there now.
    fn attach(&mut self) -> Step<Page<'_>> {
        let app = self.app.as_mut().ok_or_else(|| Stuck::Wrong("the app is not running".to_owned()))?;
        app.attach()?;
        self.page()
    }

    fn web_processes(&self) -> Vec<u32> {
        self.app.as_ref().map(|app| app.running.web_processes()).unwrap_or_default()
    }

    /// The processor time that the app and the processes of its pages have used so far: what else the machine does
    /// adds little to it.
    #[must_use]
    pub fn processor_time(&self) -> (Duration, Duration) {
        let own = self.app.as_ref().map(|app| app.running.processor_time()).unwrap_or_default();
        (own, self.web_processes().into_iter().map(processor_time).sum())
    }

    /// Where a program's complaints go, kept beside its data.
    fn log(&self, name: &str) -> Step<Stdio> {
        let path = self.folder.join(format!("{name}.log"));
        let file = fs::File::options().create(true).append(true).open(&path);
        file.map(Stdio::from).map_err(trying(path.display().to_string()))
    }

    /// Everything the app and the federation wrote for their operators, to be searched for what must not be there.
    #[must_use]
    pub fn logs(&self) -> String {
        ["world", "app"]
            .iter()
            .filter_map(|name| fs::read_to_string(self.folder.join(format!("{name}.log"))).ok())
            .collect()
    }

    /// Everything the web view keeps on the disk for the app, to be searched for what must not be there.
    #[must_use]
    pub fn kept_by_the_web_view(&self) -> Vec<u8> {
        let (mut folders, mut kept) = (vec![self.folder.join("app/web")], Vec::new());
        while let Some(entries) = folders.pop().map(fs::read_dir) {
            for path in entries.into_iter().flatten().flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    kept.extend(fs::read(&path).unwrap_or_default());
                }
            }
        }
        kept
    }

    /// A picture of the page, as a PNG file.
    ///
    /// # Errors
    /// Where the page is gone or the file cannot be written.
    pub fn picture(&self, file: &Path) -> Step {
        let session = self.app.as_ref().and_then(|app| app.session.as_ref());
        let session = session.ok_or_else(|| Stuck::Wrong("the app is not running".to_owned()))?;
        fs::write(file, session.picture()?).map_err(trying(file.display().to_string()))
    }
}

/// No arguments for a script.
pub(crate) fn nothing() -> Value {
    json!([])
}
