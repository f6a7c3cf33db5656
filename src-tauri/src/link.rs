//! A link from outside, `mingxia://query/ID`: it opens the window, at most where that query stands, and never acts. What
//! it names is looked up here; a link can ask for nothing that the person could not press for.

use std::sync::{Mutex, PoisonError};

use protocol::id::QueryId;
use tauri::{AppHandle, Manager};

use crate::start;

/// How every link of ours begins.
pub(crate) const SCHEME: &str = "mingxia:";

/// How a link to a query begins.
const QUERY: &str = "mingxia://query/";

/// The longest link that is looked at, in bytes.
const MOST: usize = 128;

/// The query a link names; none in anything else, which opens the window where it always opens.
pub(crate) fn query(link: &str) -> Option<QueryId> {
    let name = link.strip_prefix(QUERY).filter(|_| link.len() <= MOST)?;
    let query: QueryId = name.strip_suffix('/').unwrap_or(name).parse().ok()?;
    // One spelling: what stands in the link is what is looked up.
    (query.to_string() == name.trim_end_matches('/')).then_some(query)
}

/// Notes where a link among the arguments leads; gives whether there was one.
pub(crate) fn led(app: &AppHandle, arguments: &[String]) -> bool {
    let link = start::link(arguments.iter().map(String::as_str));
    // Without one, what a link before led to stays wanted.
    if let Some(link) = link {
        app.state::<Wanted>().put(query(link));
    }
    link.is_some()
}

/// The system hands links over, at the start or while the app runs.
#[cfg(any(target_os = "macos", target_os = "ios", target_os = "android"))]
pub(crate) fn opened(app: &AppHandle, links: &[tauri::Url]) {
    let links: Vec<String> = links.iter().map(ToString::to_string).collect();
    // Before the app is set up nobody listens, and the page asks by itself.
    if led(app, &links) && app.try_state::<journey::Journey>().is_some() {
        crate::background::tell(app, journey::What::Link);
        #[cfg(desktop)]
        crate::window::raise(app);
    }
}

/// The query somebody was led to, until the page has asked for it.
#[derive(Default)]
pub(crate) struct Wanted(Mutex<Option<QueryId>>);

impl Wanted {
    /// From now on this one is wanted, or none.
    pub(crate) fn put(&self, query: Option<QueryId>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = query;
    }

    /// What is wanted, once.
    pub(crate) fn take(&self) -> Option<QueryId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_not_plainly_a_query_leads_nowhere() {
        let id = QueryId::new();
        let long = format!("{QUERY}{}", "a".repeat(1 << 20));
        let refused = [
            String::new(),
            "mingxia:".to_owned(),
            "mingxia://query/".to_owned(),
            "mingxia://query/../../etc/passwd".to_owned(),
            format!("mingxia://query/..%2f{id}"),
            format!("mingxia://query/{id}/delete"),
            format!("mingxia://query/{id}?do=delete"),
            format!("mingxia://query/{id}#a"),
            format!("mingxia://other.example/query/{id}"),
            format!("mingxia://delete/{id}"),
            format!("MINGXIA://query/{id}"),
            format!("https://query/{id}"),
            format!("mingxia://query/{}", id.to_string().to_uppercase()),
            format!("mingxia://query/{{{id}}}"),
            long,
        ];
        for link in refused {
            assert_eq!(query(&link), None, "{}", link.chars().take(80).collect::<String>());
        }
    }

    #[test]
    fn a_link_names_one_query() {
        let id = QueryId::new();
        assert_eq!(query(&format!("mingxia://query/{id}")), Some(id));
        assert_eq!(query(&format!("mingxia://query/{id}/")), Some(id), "as some systems spell it");
    }

    #[test]
    fn it_is_followed_once() {
        let (wanted, id) = (Wanted::default(), QueryId::new());
        wanted.put(Some(id));
        assert_eq!((wanted.take(), wanted.take()), (Some(id), None));
    }
}
