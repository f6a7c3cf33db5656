//! Consent, verify, apply, collect, notify: one query from the notice to its last answer.

use std::time::Duration;

use super::Walk;
use crate::{Step, Stuck, session::until};

/// What passes between two looks at slow banks; far less than the day they have.
const A_WHILE: Duration = Duration::from_secs(10);

impl Walk {
    /// Every bank, every kind, the notice read to its end, the two separate agreements.
    ///
    /// # Errors
    /// Where agreeing is possible too early, or never.
    pub fn consent(&mut self) -> Step {
        let page = self.stage.page()?;
        page.press("home-next")?;
        page.press("bank-all")?;
        for kind in ["kind-debit", "kind-credit", "kind-quasi_credit"] {
            page.press(kind)?;
        }
        self.step("consent-banks", "consent 授权: which banks, which kinds")?;
        let page = self.stage.page()?;
        page.press("consent-next")?;
        page.see("consent-read-on")?;
        if page.shows("consent-agree")? {
            return Err(Stuck::Wrong("the person could agree before the text was shown to its end".to_owned()));
        }
        self.step("consent-notice", "consent 授权: the notice; agreeing sleeps until its end was shown")?;
        let page = self.stage.page()?;
        until("the end of the notice", || {
            if page.shows("consent-agree")? {
                return Ok(Some(()));
            }
            page.press("consent-read-on")?;
            Ok(None)
        })?;
        page.press("consent-sensitive")?;
        page.press("consent-handover")?;
        self.step("consent-agree", "consent 授权: two agreements of their own, nothing ticked before")?;
        self.send("consent-agree")
    }

    /// A code to the mobile, and the bank of the person's own card.
    ///
    /// # Errors
    /// Where a factor does not pass.
    pub fn verify(&mut self) -> Step {
        let page = self.stage.page()?;
        page.see("verify-card-bank")?;
        self.step("verify", "verify 核验: two ways of equal weight")?;
        self.send("verify-card-bank")?;
        self.stage.page()?.see("verify-waiting")?;
        self.stage.phone()?.confirm_at_the_bank()?;
        self.send("code-send")?;
        self.stage.page()?.see("code-field")?;
        let text = self.message()?;
        self.step("verify-code", "verify 核验: the bank confirmed; now the code")?;
        self.enter_code(&text)
    }

    /// Sent, with a number.
    ///
    /// # Errors
    /// Where it is not accepted.
    pub fn apply(&mut self) -> Step {
        self.stage.page()?.see("apply-submit")?;
        self.step("apply", "apply 申请: everything on one screen before it goes")?;
        if !self.trials {
            return self.stage.page()?.press("apply-submit");
        }
        // Nobody takes it now: it goes out by itself once somebody does.
        self.stage.stop_world();
        let page = self.stage.page()?;
        page.press("apply-submit")?;
        page.press("nav-home")?;
        page.reads("home-say", "正在发出申请")?;
        self.stage.start_world()?;
        self.stage.phone()?.plays("BankIsSlow")?;
        self.stage.page()?.reads("home-say", "家银行已答复")?;
        self.stage.page()?.press("home-next")
    }

    /// Banks answer one by one.
    ///
    /// # Errors
    /// Where the report never closes.
    pub fn collect(&mut self) -> Step {
        self.stage.page()?.see("collect-say")?;
        self.step("collect", "collect 收集: banks answer one by one; nobody sees what")?;
        if self.trials {
            self.collect_through_a_power_cut()?;
        }
        self.stage.page()?.see("home-next")?;
        self.step("collected", "collect 收集: every bank answered; the report is closed and still locked")
    }

    /// The federation goes away and the power fails while banks are still answering; both come back, nothing is lost.
    fn collect_through_a_power_cut(&mut self) -> Step {
        self.stage.stop_world();
        let page = self.stage.page()?;
        page.press("collect-refresh")?;
        page.refused("offline")?;
        self.stage.kill();
        let page = self.stage.open()?;
        page.press("home-next")?;
        page.see("collect-say")?;
        self.stage.start_world()?;
        let phone = self.stage.phone()?;
        until("the slow banks", || {
            if self.stage.page()?.shows("home-next")? {
                return Ok(Some(()));
            }
            phone.let_pass(A_WHILE)?;
            Ok(None)
        })
    }

    /// The SMS that a result is there carries the characters the app shows, and no link.
    ///
    /// # Errors
    /// Where the message gives something away.
    pub fn notify(&mut self) -> Step {
        let text = until("the SMS about the result", || {
            Ok(self.stage.phone()?.messages(&self.mobile)?.into_iter().find(|text| text.contains("已有结果")))
        })?;
        let shown = until("the desktop's notification", || {
            let shown = self.stage.machine.notifications();
            Ok((!shown.is_empty()).then_some(shown))
        })?;
        if shown != [("名下".to_owned(), "您的申请已有结果，请打开名下查看。".to_owned())] {
            return Err(Stuck::Wrong(format!("the desktop was not told once that there is a result: {shown:?}")));
        }
        for given_away in ["http", "银行", "ICBC"] {
            if text.contains(given_away) {
                return Err(Stuck::Wrong(format!("the SMS says {given_away}: {text}")));
            }
        }
        self.step("notify", "notify 通知: an SMS and a notification without a link, a bank or a count")
    }
}
