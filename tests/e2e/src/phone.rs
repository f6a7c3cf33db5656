//! The person's phone, and the world around the app: SMS, the bank's own app, the passing of time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{Step, Stuck, http, session::until, trying};

/// The demonstration's controls.
#[derive(Debug)]
pub struct Phone {
    address: String,
    path: String,
}

impl Phone {
    /// At the address the demonstration wrote down, `http://127.0.0.1:PORT/control`.
    ///
    /// # Errors
    /// Where that is no address on loopback.
    pub fn at(url: &str) -> Step<Self> {
        let rest = url.strip_prefix("http://").filter(|rest| rest.starts_with("127.0.0.1:"));
        let rest = rest.ok_or_else(|| Stuck::Wrong(format!("{url:?} is not on loopback")))?;
        let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self { address: address.to_owned(), path: format!("/{}", path.trim_end_matches('/')) })
    }

    /// Everything a mobile has received so far, oldest first.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn messages(&self, mobile: &str) -> Step<Vec<String>> {
        let said = self.ask("GET", "/sms", None)?;
        let received = said.as_array().into_iter().flatten().filter(|message| message["mobile"] == mobile);
        Ok(received.filter_map(|message| message["text"].as_str().map(str::to_owned)).collect())
    }

    /// Presses confirm in the app of the bank that asks, once it asks.
    ///
    /// # Errors
    /// Where no bank asks.
    pub fn confirm_at_the_bank(&self) -> Step {
        let id = until("a bank's question", || {
            let said = self.ask("GET", "/state", None)?;
            Ok(said["questions"][0]["id"].as_str().map(str::to_owned))
        })?;
        self.ask("POST", &format!("/confirmations/{id}"), Some(&json!({"confirm": true}))).map(drop)
    }

    /// Lets time pass for everyone.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn let_pass(&self, time: Duration) -> Step {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.ask("POST", "/clock", Some(&json!({"ms": ms}))).map(drop)
    }

    /// Lets something go wrong, or all go well again, from here on.
    ///
    /// # Errors
    /// Where the demonstration does not answer, or knows no such scenario.
    pub fn plays(&self, scenario: &str) -> Step {
        self.ask("POST", "/scenario", Some(&json!({"scenario": scenario}))).map(drop)
    }

    /// The made-up person with the most cards.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn person(&self) -> Step<Value> {
        let said = self.ask("GET", "/people", None)?;
        let cards = |person: &&Value| person["cards"].as_array().map_or(0, Vec::len);
        let people = said.as_array().into_iter().flatten();
        people.max_by_key(cards).cloned().ok_or_else(|| Stuck::Wrong("the demonstration has nobody".to_owned()))
    }

    fn ask(&self, method: &str, what: &str, body: Option<&Value>) -> Step<Value> {
        let path = format!("{}{what}", self.path);
        let (status, said) = http::ask(&self.address, method, &path, body).map_err(trying(what))?;
        if (200..300).contains(&status) {
            Ok(said)
        } else {
            Err(Stuck::Wrong(format!("{path} answered {status} {said}")))
        }
    }
}

/// The six digits of a code message.
#[must_use]
pub fn code_in(text: &str) -> String {
    text.chars()
        .collect::<Vec<_>>()
        .split(|letter| !letter.is_ascii_digit())
        .find(|run| run.len() == 6)
        .map(String::from_iter)
        .unwrap_or_default()
}
