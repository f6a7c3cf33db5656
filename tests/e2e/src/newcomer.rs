//! Somebody who starts the app as it is installed: no argument, nothing stored yet, a home of their own.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    Step, Stuck,
    app::App,
    page::Page,
    phone::Phone,
    process::{Group, Running, binary},
    session::until,
    trying,
};

/// A home and what was started in it. Dropping it ends all of that.
#[derive(Debug)]
pub struct Newcomer {
    home: PathBuf,
    app: Option<App>,
    launched: Option<Running>,
    // Ended last: it takes whatever the app started along.
    group: Option<Group>,
}

impl Newcomer {
    /// With an empty home.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn at(home: &Path) -> Step<Self> {
        if home.exists() {
            fs::remove_dir_all(home).map_err(trying(home.display().to_string()))?;
        }
        fs::create_dir_all(home).map_err(trying(home.display().to_string()))?;
        Ok(Self::again(home))
    }

    /// With the home they left.
    #[must_use]
    pub fn again(home: &Path) -> Self {
        Self { home: home.to_owned(), app: None, launched: None, group: None }
    }

    /// Lets a program find this home.
    fn at_home<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("XDG_DATA_HOME", self.home.join("data")).env("XDG_CONFIG_HOME", self.home.join("config"))
    }

    /// Sets the device up for a federation, by the file its owner would write.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn set_up(&self, text: &str) -> Step {
        let folder = self.home.join("config/mingxia");
        fs::create_dir_all(&folder).map_err(trying(folder.display().to_string()))?;
        let file = folder.join("federation.json");
        fs::write(&file, text).map_err(trying(file.display().to_string()))
    }

    /// Starts the app.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start(&mut self) -> Step<Page<'_>> {
        self.app = None;
        let mut command = Command::new(binary("mingxia"));
        let app = App::start(self.at_home(&mut command).process_group(0))?;
        self.group = Some(Group::of(&app.running));
        self.app = Some(app);
        self.page()
    }

    /// Starts a program that lets nobody drive it, as it is installed; it is looked at and pressed from outside.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn launch(&mut self, program: &Path, words: &[&str]) -> Step {
        let mut command = Command::new(program);
        let running = Running::start(self.at_home(&mut command).args(words).process_group(0))?;
        self.group = Some(Group::of(&running));
        self.launched = Some(running);
        Ok(())
    }

    /// Whether what was launched has ended by itself.
    pub fn ended(&mut self) -> bool {
        self.launched.as_mut().is_none_or(Running::ended)
    }

    /// The page as it stands.
    ///
    /// # Errors
    /// Where the app does not run.
    pub fn page(&self) -> Step<Page<'_>> {
        let session = self.app.as_ref().and_then(|app| app.session.as_ref());
        session.map(Page::of).ok_or_else(|| Stuck::Wrong("the app is not running".to_owned()))
    }

    /// Starts a program a second time, and waits until that has left to the first.
    ///
    /// # Errors
    /// Where it stays, or complains.
    pub fn starts_again(&self, program: &Path, words: &[&str]) -> Step {
        let mut second = Command::new(program);
        let mut second = Running::start(self.at_home(&mut second).args(words))?;
        until("the second start to leave", || Ok(second.ended().then_some(())))
    }

    /// Waits until the app has left by itself.
    ///
    /// # Errors
    /// Where it stays.
    pub fn left(&mut self) -> Step {
        until("the app to leave", || Ok(self.app.as_mut().is_none_or(|app| app.running.ended()).then_some(())))
    }

    /// The address of the gateway of the demonstration that runs in this home; none before it runs.
    #[must_use]
    pub fn gateway(&self) -> Option<String> {
        self.world("gateway")?.strip_prefix("http://").map(|rest| rest.trim_end_matches('/').to_owned())
    }

    /// The telephone of that demonstration.
    ///
    /// # Errors
    /// Where none runs.
    pub fn phone(&self) -> Step<Phone> {
        Phone::at(&self.world("control").unwrap_or_default())
    }

    /// What the app keeps for the demonstration, below its folder.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn kept(&self) -> Step<Vec<String>> {
        let folder = self.demonstration().join("app");
        let entries = fs::read_dir(&folder).map_err(trying(folder.display().to_string()))?;
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        Ok(names)
    }

    /// Where the demonstration lies in this home.
    fn demonstration(&self) -> PathBuf {
        self.home.join("data/mingxia-demo-world")
    }

    fn world(&self, name: &str) -> Option<String> {
        let said = fs::read(self.demonstration().join("world.json")).ok()?;
        let said: Value = serde_json::from_slice(&said).ok()?;
        said[name].as_str().map(str::to_owned)
    }
}
