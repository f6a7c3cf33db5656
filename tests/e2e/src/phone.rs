//! The person's phone, and the world around the app: SMS, the bank's own app, the passing of time.

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

    /// Everything the phone has received so far, oldest first.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn messages(&self) -> Step<Vec<String>> {
        let said = self.ask("GET", "/messages", None)?;
        let texts = said["messages"].as_array().into_iter().flatten();
        Ok(texts.filter_map(|message| message["text"].as_str().map(str::to_owned)).collect())
    }

    /// Waits for a message past those already read, and returns it.
    ///
    /// # Errors
    /// Where none comes.
    pub fn message_after(&self, read: usize) -> Step<String> {
        until("an SMS", || Ok(self.messages()?.into_iter().nth(read)))
    }

    /// Presses confirm in the app of the bank that was asked.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn confirm_at_the_bank(&self) -> Step {
        self.ask("POST", "/confirmations", Some(&json!({"passed": true}))).map(drop)
    }

    /// Lets time pass for everyone.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn let_pass(&self, days: u64) -> Step {
        self.ask("POST", "/time", Some(&json!({"advance_ms": days * 86_400_000}))).map(drop)
    }

    /// A made-up person with a card of their own.
    ///
    /// # Errors
    /// Where the demonstration does not answer.
    pub fn person(&self) -> Step<Value> {
        let said = self.ask("GET", "/people", None)?;
        Ok(said["people"][0].clone())
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
