//! Unlock, read, expire: a report that opens only here, and ends.

use std::time::Duration;

use super::{PASSWORD, PHRASE, Walk};
use crate::{Step, Stuck, session::until, stage::Stage};

/// Longer than any report lives.
pub const PAST_THE_END: Duration = Duration::from_secs(9 * 86_400);

impl Walk {
    /// The app dies, the federation is away; the report opens all the same, but only with the password.
    ///
    /// # Errors
    /// Where it opens without, or not at all.
    pub fn unlock_offline_after_a_restart(&mut self) -> Step {
        self.stage.kill();
        self.stage.stop_world();
        let page = self.stage.open()?;
        page.press("home-next")?;
        page.reads("unlock-phrase", PHRASE)?;
        self.step("unlock", "unlock 解锁: restarted and offline; the phrase stands above the password")?;
        let page = self.stage.page()?;
        page.fill("password-field", "not-the-password-1")?;
        page.press("unlock-submit")?;
        page.see("unlock-tries")?;
        if page.shows("report-total")? {
            return Err(Stuck::Wrong("a wrong password opened the report".to_owned()));
        }
        page.fill("password-field", PASSWORD)?;
        page.press("unlock-submit")?;
        page.see("report-total")
    }

    /// Masked cards of the person, bank by bank.
    ///
    /// # Errors
    /// Where the page shows a whole number.
    pub fn read(&mut self) -> Step {
        self.step("report", "read 查看: every bank, every card, masked")?;
        let text = self.stage.page()?.whole()?;
        let digits = text.split(|letter: char| !letter.is_ascii_digit() && !" -·".contains(letter));
        if let Some(long) = digits.map(|run| run.chars().filter(char::is_ascii_digit).count()).find(|run| *run >= 12) {
            return Err(Stuck::Wrong(format!("the report shows a number of {long} digits")));
        }
        Ok(())
    }

    /// One card, what to do about it where it is not the person's, and the letter that says so.
    ///
    /// # Errors
    /// Where one of them does not come.
    pub fn look_at_a_card(&mut self) -> Step {
        self.go("card-*", "card", "mark-not_mine", "one card, and why it may be there")?;
        self.stage.page()?.press("mark-not_mine")?;
        self.stage.page()?.see("letter-open")?;
        self.step("card-not-mine", "read 查看: not the person's card; how to end it, step by step")?;
        self.go("letter-open", "letter", "letter-print", "the letter to the bank, masked like the report")?;
        self.stage.page()?.press("back")?;
        self.stage.page()?.press("back")?;
        self.stage.page()?.see("report-total")
    }

    /// Large letters and one thing at a time, then as before.
    ///
    /// # Errors
    /// Where the home of that mode does not come.
    pub fn look_at_elder_mode(&mut self) -> Step {
        for name in ["elder-home", ""] {
            self.stage.page()?.press("nav-settings")?;
            self.stage.page()?.press("settings-elder")?;
            // Letters grow: what is pressed before they have grown is no longer where it was.
            let grown = format!("document.documentElement.hasAttribute('data-elder') === {}", !name.is_empty());
            until("the letters to change", || Ok(self.stage.page()?.asks(&grown)?.as_bool().filter(|grown| *grown)))?;
            self.stage.page()?.press("nav-home")?;
            self.stage.page()?.see("home-next")?;
            if !name.is_empty() {
                self.step(name, "elder mode 长辈版: large letters, one thing at a time")?;
            }
        }
        Ok(())
    }

    /// Locking ends the process that held the report; the new page shows nothing of it. As often as the person likes.
    ///
    /// # Errors
    /// Where the old process lives on, or the new page shows the report.
    pub fn lock(&mut self) -> Step {
        self.lock_by(press_lock)?;
        self.step("locked", "unlock 解锁: locked; the old page's process is gone")?;
        self.unlock()?;
        self.lock_by(press_lock)
    }

    /// From home to the open report.
    ///
    /// # Errors
    /// Where the password does not open it.
    pub fn unlock(&mut self) -> Step {
        let page = self.stage.page()?;
        page.press("home-next")?;
        page.fill("password-field", PASSWORD)?;
        page.press("unlock-submit")?;
        page.see("report-total")
    }

    /// Whatever locks, the old page's process ends and the new page shows nothing of the report.
    ///
    /// # Errors
    /// Where the old process lives on, or the new page shows the report.
    pub fn lock_by(&mut self, lock: impl FnOnce(&Stage) -> Step) -> Step {
        let page = self.stage.through_a_lock(lock)?;
        page.see("home-say")?;
        if page.shows("report-total")? {
            return Err(Stuck::Wrong("the report is still to be seen after the lock".to_owned()));
        }
        Ok(())
    }

    /// A window that was put away locks by itself.
    ///
    /// # Errors
    /// Where the report stays open behind other windows.
    pub fn lock_when_put_away(&mut self) -> Step {
        self.unlock()?;
        self.lock_by(|stage| stage.page()?.put_away())?;
        self.step("put-away", "unlock 解锁: put away for a while, and locked by itself")
    }

    /// Past the end the report is a record, before anything else is shown.
    ///
    /// # Errors
    /// Where anything of the report is left.
    pub fn expire(&mut self) -> Step {
        self.stage.start_world()?;
        self.stage.phone()?.let_pass(PAST_THE_END)?;
        self.stage.kill();
        let page = self.stage.open()?;
        page.press("record-*")?;
        page.reads("record-say", "报告已过期")?;
        self.step("record", "expire 到期: the key is destroyed, the record stays")
    }

    /// The screens beside the acts, and the consent as the person keeps it.
    ///
    /// # Errors
    /// Where one of them does not come.
    pub fn beside(&mut self) -> Step {
        for (press, at, words) in [
            ("nav-records", "records", "every query there was, by its days alone"),
            ("record-*", "record", "one of them"),
            ("record-consent", "kept", "what was agreed to stays with the person"),
            ("nav-messages", "notify", "the messages that are true, to be compared by eye"),
            ("nav-help", "help", "what to do about fraud, before anything is unlocked"),
            ("nav-settings", "settings", "settings"),
            ("settings-protection", "protection", "how all this is protected"),
        ] {
            self.go(press, at, "screen", words)?;
        }
        Ok(())
    }

    /// Presses what leads to a screen, and takes a picture of it once something that belongs there is to be seen.
    fn go(&mut self, press: &str, at: &str, see: &str, words: &str) -> Step {
        let page = self.stage.page()?;
        page.press(press)?;
        let now = "document.querySelector('[data-testid=screen]').dataset.at";
        until(at, || Ok((page.asks(now)?.as_str() == Some(at)).then_some(())))?;
        page.see(see)?;
        self.step(at, words)
    }
}

/// The window may end before the driver is told that the button was pressed.
fn press_lock(stage: &Stage) -> Step {
    match stage.page()?.press("nav-lock") {
        Err(Stuck::Driver { error, .. }) if error.contains("no such window") => Ok(()),
        pressed => pressed,
    }
}
