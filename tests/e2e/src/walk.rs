//! The walk through the nine acts: one function an act, in the order of the story. Tests and the
//! guided tour share it; the tour says each step and keeps a picture of it.

mod enrol;
mod query;
mod report;

pub use report::PAST_THE_END;

use std::path::PathBuf;

use crate::{Step, session::until, stage::Stage};

/// The viewing password of the walk.
pub const PASSWORD: &str = "tea-mountain-ferry-42";

/// The security phrase of the walk.
pub const PHRASE: &str = "窗前一棵石榴树";

/// What a walk carries from act to act.
#[derive(Debug)]
pub struct Walk {
    /// What runs.
    pub stage: Stage,
    /// Where pictures go, if any are wanted.
    pictures: Option<PathBuf>,
    /// The mobile of the person who walks.
    mobile: String,
    /// What the person typed and only they may know.
    private: Vec<String>,
    /// Whether everything that can fail on the way fails once.
    trials: bool,
    /// How many of its messages were read.
    read: usize,
    /// How many pictures were taken.
    taken: usize,
    /// Told each step in words.
    say: fn(&str),
}

impl Walk {
    /// A walk on a stage that was set; pictures are kept where a folder is given.
    #[must_use]
    pub fn new(stage: Stage, pictures: Option<PathBuf>, say: fn(&str)) -> Self {
        Self { stage, pictures, mobile: String::new(), private: Vec::new(), trials: false, read: 0, taken: 0, say }
    }

    /// A walk on which the federation is away at every act that needs it, banks are slow, and the power fails.
    #[must_use]
    pub fn with_trials(stage: Stage) -> Self {
        Self { trials: true, ..Self::new(stage, None, |_| {}) }
    }

    /// All nine acts, from a new device to the record that stays.
    ///
    /// # Errors
    /// The first thing that is not as the person must find it.
    pub fn all(&mut self) -> Step {
        self.to_the_report()?;
        self.unlock_offline_after_a_restart()?;
        self.read()?;
        self.look_at_a_card()?;
        self.lock()?;
        self.lock_when_put_away()?;
        self.look_at_elder_mode()?;
        self.expire()?;
        self.beside()
    }

    /// From a new device to a report that is whole and locked.
    ///
    /// # Errors
    /// As [`Walk::all`].
    pub fn to_the_report(&mut self) -> Step {
        self.enrol()?;
        self.consent()?;
        self.verify()?;
        self.apply()?;
        self.collect()?;
        self.notify()
    }

    /// What the person typed on the way: none of it belongs in a log.
    #[must_use]
    pub fn private(&self) -> &[String] {
        &self.private
    }

    /// Presses what needs the federation. On trial it is away at first: the page says so calmly, and pressing again once
    /// it is back goes on from there.
    fn send(&mut self, name: &str) -> Step {
        if self.trials {
            // It may take the federation to get here.
            self.stage.page()?.see(name)?;
            self.stage.stop_world();
            let page = self.stage.page()?;
            page.press(name)?;
            page.refused("offline")?;
            self.stage.start_world()?;
        }
        self.stage.page()?.press(name)
    }

    /// Says a step and keeps a picture of the page as it stands.
    fn step(&mut self, name: &str, words: &str) -> Step {
        (self.say)(words);
        self.taken += 1;
        match &self.pictures {
            Some(folder) => self.stage.picture(&folder.join(format!("{:02}-{name}.png", self.taken))),
            None => Ok(()),
        }
    }

    /// The next message of the phone.
    fn message(&mut self) -> Step<String> {
        let phone = self.stage.phone()?;
        let text = until("an SMS", || Ok(phone.messages(&self.mobile)?.into_iter().nth(self.read)))?;
        self.read += 1;
        Ok(text)
    }
}
