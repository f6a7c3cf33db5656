//! One WebDriver session: one life of the page, from its start to the lock that ends it.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{Step, Stuck, http, trying};

/// How long something on the screen may take to appear, on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// The key under which WebDriver hands out elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An open session.
#[derive(Debug)]
pub struct Session {
    driver: String,
    path: String,
}

/// An element of the page.
#[derive(Debug, Clone)]
pub struct Element(String);

impl Session {
    /// Attaches to the running app the driver was pointed at, waiting until it is there.
    ///
    /// # Errors
    /// Where no page shows up in time.
    pub fn attach(driver: &str) -> Step<Self> {
        until("the window", || {
            let wanted = json!({"capabilities": {"alwaysMatch": {}}});
            let Ok((200, said)) = http::ask(driver, "POST", "/session", Some(&wanted)) else { return Ok(None) };
            let Some(id) = said["value"]["sessionId"].as_str() else { return Ok(None) };
            let session = Self { driver: driver.to_owned(), path: format!("/session/{id}") };
            match session.script("return document.readyState", &json!([])) {
                Ok(state) if state == "complete" => Ok(Some(session)),
                _ => {
                    session.close();
                    Ok(None)
                }
            }
        })
    }

    /// Ends the session; the app goes on.
    pub fn close(self) {
        // The page may be gone already.
        let _ = http::ask(&self.driver, "DELETE", &self.path, None);
    }

    /// Whether the page this session belongs to still answers.
    #[must_use]
    pub fn alive(&self) -> bool {
        self.script("return true", &json!([])).is_ok()
    }

    /// Runs a function body in the page.
    ///
    /// # Errors
    /// Where the page is gone or the script threw.
    pub fn script(&self, body: &str, arguments: &Value) -> Step<Value> {
        self.command("POST", "/execute/sync", Some(&json!({"script": body, "args": arguments})))
    }

    /// Runs a function body in the page and waits until it calls its last argument.
    ///
    /// # Errors
    /// Where the page is gone, or it never calls.
    pub fn later(&self, body: &str) -> Step<Value> {
        self.command("POST", "/execute/async", Some(&json!({"script": body, "args": []})))
    }

    /// The first element a function body finds; none while it returns null.
    ///
    /// # Errors
    /// As [`Session::script`].
    pub fn find(&self, body: &str, arguments: &Value) -> Step<Option<Element>> {
        let found = self.script(body, arguments)?;
        Ok(found[ELEMENT].as_str().map(|id| Element(id.to_owned())))
    }

    /// Clicks as a person does: scrolled to, in its middle.
    ///
    /// # Errors
    /// Where the element is gone or covered.
    pub fn click(&self, element: &Element) -> Step {
        self.command("POST", &format!("/element/{}/click", element.0), Some(&json!({}))).map(drop)
    }

    /// Types into an element.
    ///
    /// # Errors
    /// Where the element is gone or takes no text.
    pub fn type_into(&self, element: &Element, text: &str) -> Step {
        let path = format!("/element/{}/value", element.0);
        self.command("POST", &path, Some(&json!({"text": text}))).map(drop)
    }

    /// Empties a field.
    ///
    /// # Errors
    /// Where the element is gone or no field.
    pub fn empty(&self, element: &Element) -> Step {
        self.command("POST", &format!("/element/{}/clear", element.0), Some(&json!({}))).map(drop)
    }

    /// Puts the window away, as a person does who turns to something else.
    ///
    /// # Errors
    /// Where there is no window manager that could.
    pub fn put_away(&self) -> Step {
        self.command("POST", "/window/minimize", Some(&json!({}))).map(drop)
    }

    /// A PNG of the page, two frames after what was waited for.
    ///
    /// # Errors
    /// Where the page is gone.
    pub fn picture(&self) -> Step<Vec<u8>> {
        let frames = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(null)))";
        self.later(frames)?;
        let said = self.command("GET", "/screenshot", None)?;
        let text = said.as_str().unwrap_or_default();
        STANDARD.decode(text).map_err(|error| Stuck::Wrong(format!("the picture is no base64: {error}")))
    }

    fn command(&self, method: &str, path: &str, body: Option<&Value>) -> Step<Value> {
        let whole = format!("{}{path}", self.path);
        let (status, said) = http::ask(&self.driver, method, &whole, body).map_err(trying(path))?;
        if status == 200 {
            return Ok(said["value"].clone());
        }
        let error = format!("{} {}", said["value"]["error"], said["value"]["message"]);
        Err(Stuck::Driver { command: path.to_owned(), error })
    }
}

/// Asks again until there is an answer, or the patience is over.
///
/// # Errors
/// [`Stuck::InVain`] with what was waited for, or the error of the question.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Step<Option<T>>) -> Step<T> {
    let asked = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if asked.elapsed() > PATIENCE {
            return Err(Stuck::InVain(what.to_owned()));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
