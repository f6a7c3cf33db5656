//! The page as a person meets it: what can be seen is pressed, filled in and read, by the names of
//! ui/src/lib/testids.ts.

use serde_json::{Value, json};

use crate::{
    Step, Stuck,
    session::{Element, Session, until},
};

/// The first visible element of a name, or of all names with a beginning that ends in `*`; with a
/// second argument, only one that takes input and stands where it stood when last looked at.
const SEEN: &str = "
    const [name, ready] = arguments;
    const named = name.endsWith('*') ? `^=\"${name.slice(0, -1)}\"` : `=\"${name}\"`;
    for (const one of document.querySelectorAll(`[data-testid${named}]`)) {
        const box = one.getBoundingClientRect();
        if (box.width === 0 || box.height === 0 || one.closest('[inert]')) continue;
        if (ready && (one.disabled || one.getAttribute('aria-disabled') === 'true')) continue;
        const [stood, stands] = [one.stood, [box.x, box.y, box.width, box.height].join()];
        one.stood = stands;
        if (ready && stood !== stands) continue;
        return one;
    }
    return null;";

/// What an element says, its value where it is a field.
const SAYS: &str = "const e = arguments[0]; return 'value' in e && e.tagName !== 'BUTTON' ? e.value : e.innerText";

/// The page that is open now.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    session: &'a Session,
}

impl<'a> Page<'a> {
    /// The page of a session.
    #[must_use]
    pub fn of(session: &'a Session) -> Self {
        Self { session }
    }

    /// Whether something is to be seen now.
    ///
    /// # Errors
    /// Where the page is gone.
    pub fn shows(&self, name: &str) -> Step<bool> {
        Ok(self.seen(name, false)?.is_some())
    }

    /// Waits until something is to be seen.
    ///
    /// # Errors
    /// Where it never appears; a refusal on the screen is named then.
    pub fn see(&self, name: &str) -> Step {
        self.wait(name, false).map(drop)
    }

    /// Waits until something has gone.
    ///
    /// # Errors
    /// Where it stays.
    pub fn see_no_more(&self, name: &str) -> Step {
        until(&format!("{name} to go"), || Ok((!self.shows(name)?).then_some(())))
    }

    /// Presses something once it can be pressed.
    ///
    /// # Errors
    /// Where it never can.
    pub fn press(&self, name: &str) -> Step {
        let element = self.wait(name, true)?;
        self.session.click(&element)
    }

    /// Writes into a field in place of what stood there.
    ///
    /// # Errors
    /// Where the field never takes input.
    pub fn fill(&self, name: &str, text: &str) -> Step {
        let element = self.wait(name, true)?;
        self.session.empty(&element)?;
        self.session.type_into(&element, text)
    }

    /// What something says, once it is there.
    ///
    /// # Errors
    /// Where it never appears.
    pub fn says(&self, name: &str) -> Step<String> {
        self.wait(name, false)?;
        let script = format!(
            "const e = (function () {{ {SEEN} }})(...arguments); return e ? (function () {{ {SAYS} }})(e) : ''"
        );
        let said = self.session.script(&script, &json!([name, false]))?;
        Ok(said.as_str().unwrap_or_default().trim().to_owned())
    }

    /// Everything the page says now.
    ///
    /// # Errors
    /// Where the page is gone.
    pub fn whole(&self) -> Step<String> {
        let said = self.session.script("return document.body.innerText", &crate::stage::nothing())?;
        Ok(said.as_str().unwrap_or_default().to_owned())
    }

    /// Puts the window away.
    ///
    /// # Errors
    /// As [`Session::put_away`].
    pub fn put_away(&self) -> Step {
        self.session.put_away()
    }

    /// What an expression of the page comes to, waited for where it is a promise.
    ///
    /// # Errors
    /// Where the page is gone; an expression that throws comes to `threw: ` and why.
    pub fn asks(&self, expression: &str) -> Step<Value> {
        let body = format!(
            "const done = arguments[0];
             (async () => ({expression}))().then(done, (error) => done('threw: ' + (error?.message ?? JSON.stringify(error))));"
        );
        self.session.later(&body)
    }

    /// Waits until the page says that it was refused, and how.
    ///
    /// # Errors
    /// Where it is not, or otherwise.
    pub fn refused(&self, code: &str) -> Step {
        self.reads("refusal-code", code)
    }

    /// Waits until something says a word.
    ///
    /// # Errors
    /// Where it never does; what it said last is named.
    pub fn reads(&self, name: &str, word: &str) -> Step {
        let mut last = String::new();
        until(word, || {
            last = self.says(name)?;
            Ok(last.contains(word).then_some(()))
        })
        .map_err(|error| Stuck::Wrong(format!("{error}: {name} says {last:?}")))
    }

    fn wait(&self, name: &str, ready: bool) -> Step<Element> {
        until(name, || self.seen(name, ready)).map_err(|error| match self.whole() {
            Ok(text) => Stuck::Wrong(format!("{error}; the page says:\n{text}")),
            Err(_) => error,
        })
    }

    fn seen(&self, name: &str, ready: bool) -> Step<Option<Element>> {
        self.session.find(SEEN, &json!([name, ready]))
    }
}
