//! The windows on the screen, the system's own dialogs among them, answered as a person does: by the keys.

use std::{path::Path, process::Command, time::Duration};

use crate::{Step, Stuck, session::until, trying};

/// Between two looks at a window: more than a frame takes.
const LOOK: Duration = Duration::from_millis(250);

/// A picture of one colour is smaller than this, in bytes.
const BLANK: usize = 6 << 10;

/// A window or dialog that is open, by the number of its window.
#[derive(Debug)]
pub struct Dialog(String);

impl Dialog {
    /// Waits until one with these words in its title is there.
    ///
    /// # Errors
    /// Where none opens.
    pub fn named(title: &str) -> Step<Self> {
        until(title, || Ok(xdotool(&["search", "--onlyvisible", "--name", title])?.lines().next().map(str::to_owned)))
            .map(Self)
    }

    /// Closes it without an answer.
    ///
    /// # Errors
    /// Where it stays.
    pub fn dismiss(self) -> Step {
        self.press(&["key", "Escape"])?;
        self.gone()
    }

    /// Names a file.
    ///
    /// # Errors
    /// Where it stays.
    pub fn choose(self, file: &Path) -> Step {
        let file = file.to_string_lossy();
        self.press(&["key", "ctrl+a"])?;
        self.press(&["type", "--delay", "5", &file])?;
        self.press(&["key", "Return"])?;
        self.gone()
    }

    /// Presses keys in it, whatever they do.
    ///
    /// # Errors
    /// Where it takes none.
    pub fn keys(&self, keys: &[&str]) -> Step {
        self.press(&[&["key"], keys].concat())
    }

    /// Presses one key again and again, as when it is held down.
    ///
    /// # Errors
    /// As [`Dialog::keys`].
    pub fn holds(&self, key: &str, times: usize, every: Duration) -> Step {
        let every = every.as_millis().to_string();
        let words: Vec<&str> = ["key", "--delay", &every].into_iter().chain(std::iter::repeat_n(key, times)).collect();
        self.press(&words)
    }

    /// Presses keys one after the other, as fast as a hand does: what each leads to has come before the next.
    ///
    /// # Errors
    /// As [`Dialog::keys`].
    pub fn steps(&self, keys: &[&str]) -> Step {
        self.press(&[&["key", "--delay", "250"], keys].concat())
    }

    /// Types at a steady pace.
    ///
    /// # Errors
    /// As [`Dialog::keys`].
    pub fn types(&self, text: &str, every: Duration) -> Step {
        self.press(&["type", "--delay", &every.as_millis().to_string(), text])
    }

    /// A PNG of the window once it stands still: two looks in a row show the same, and more than one colour.
    ///
    /// # Errors
    /// Where it never does.
    pub fn settled(&self) -> Step<Vec<u8>> {
        let mut before = Vec::new();
        until("the window to stand still", || {
            std::thread::sleep(LOOK);
            let now = Command::new("import").args(["-window", &self.0, "png:-"]).output().map_err(trying("import"))?;
            let still = now.stdout.len() > BLANK && now.stdout == before;
            before = now.stdout;
            Ok(still.then(|| before.clone()))
        })
    }

    /// Turns the wheel downwards over a place in the window.
    ///
    /// # Errors
    /// Where the window is gone.
    pub fn turns(&self, over: (i64, i64), times: usize, every: Duration) -> Step {
        let (x, y) = (over.0.to_string(), over.1.to_string());
        xdotool(&["mousemove", "--sync", "--window", &self.0, &x, &y])?;
        let (times, every) = (times.to_string(), every.as_millis().to_string());
        xdotool(&["click", "--repeat", &times, "--delay", &every, "5"]).map(drop)
    }

    /// The keys go to whoever has the focus, as they do for a person.
    fn press(&self, keys: &[&str]) -> Step {
        xdotool(&["windowfocus", "--sync", &self.0])?;
        xdotool(keys).map(drop)
    }

    /// Waits until it has closed.
    ///
    /// # Errors
    /// Where it stays.
    pub fn gone(self) -> Step {
        until("the dialog to close", || {
            let open = xdotool(&["search", "--onlyvisible", "--name", "."])?;
            Ok((!open.lines().any(|window| window == self.0)).then_some(()))
        })
    }
}

/// What it says; a search that finds nothing says nothing.
fn xdotool(words: &[&str]) -> Step<String> {
    // Letters of every script are typed where the words are read as UTF-8.
    let said = Command::new("xdotool").args(words).env("LC_ALL", "C.UTF-8").output().map_err(trying("xdotool"))?;
    String::from_utf8(said.stdout).map_err(|error| Stuck::Wrong(format!("xdotool: {error}")))
}
