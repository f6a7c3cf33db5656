//! Enrol: four entries, a code from the phone, a phrase and a viewing password.

use super::{PASSWORD, PHRASE, Walk};
use crate::{Step, Stuck, phone::code_in};

impl Walk {
    /// From the first start to an enrolled device.
    ///
    /// # Errors
    /// Where a step does not come.
    pub fn enrol(&mut self) -> Step {
        let person = self.stage.phone()?.person()?;
        let entry = |name: &str| person[name].as_str().unwrap_or_default().to_owned();
        self.mobile = entry("mobile");
        self.private = ["name", "id_number", "mobile", "card_number"].map(entry).to_vec();
        self.private.extend([PASSWORD, PHRASE].map(str::to_owned));
        self.stage.open()?.see("enrol-begin")?;
        let page = self.stage.page()?;
        page.press("nav-settings")?;
        page.press("locale-zh-CN")?;
        page.press("nav-home")?;
        page.see("enrol-begin")?;
        let paint = self.stage.first_paint()?.as_millis();
        (self.say)(&format!("{paint} ms from the start of the program to its first paint"));
        self.step("first-start", "enrol 开通: the first start, nobody is enrolled")?;
        let page = self.stage.page()?;
        page.press("enrol-begin")?;
        page.fill("enrol-name", &entry("name"))?;
        page.fill("enrol-id", &entry("id_number"))?;
        page.fill("enrol-mobile", &entry("mobile"))?;
        page.fill("enrol-card", &entry("card_number"))?;
        self.send("enrol-submit")?;
        self.stage.page()?.see("code-field")?;
        self.step("enrol-code", "enrol 开通: the code field, with the characters the SMS must show")?;
        let text = self.message()?;
        self.enter_code(&text)?;
        let page = self.stage.page()?;
        page.fill("phrase-field", PHRASE)?;
        page.press("phrase-submit")?;
        page.fill("password-field", PASSWORD)?;
        page.fill("password-again", PASSWORD)?;
        page.press("password-submit")?;
        page.press("enrol-done")?;
        page.see("bank-all")?;
        page.press("back")?;
        page.see("home-next")?;
        self.step("home", "enrol 开通: done; home says what stands")
    }

    /// Compares the check characters of a message with those on the screen, then enters its code.
    pub(super) fn enter_code(&mut self, text: &str) -> Step {
        let page = self.stage.page()?;
        let shown = page.says("check-characters")?;
        let shown: Vec<&str> = shown.split('·').map(str::trim).collect();
        if !text.contains(&shown.join("·")) {
            return Err(Stuck::Wrong(format!("the screen expects {shown:?}, the SMS is: {text}")));
        }
        // A whole code goes by itself.
        if !self.trials {
            return page.fill("code-field", &code_in(text));
        }
        self.stage.stop_world();
        let page = self.stage.page()?;
        page.fill("code-field", &code_in(text))?;
        page.refused("offline")?;
        self.stage.start_world()?;
        self.stage.page()?.press("code-submit")
    }
}
