//! The page of the demonstration: a phone, and what may be done to the world. A few files, nothing from elsewhere.

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header;

/// Only the page's own files and the control interface; nothing inline, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const WORDS: &str = "application/json";

/// Path, kind and text of every file.
const FILES: [(&str, &str, &str); 14] = [
    ("/", HTML, include_str!("../page/index.html")),
    ("/page.css", STYLE, include_str!("../page/page.css")),
    ("/device.css", STYLE, include_str!("../page/device.css")),
    ("/page.js", SCRIPT, include_str!("../page/page.js")),
    ("/phone.js", SCRIPT, include_str!("../page/phone.js")),
    ("/messages.js", SCRIPT, include_str!("../page/messages.js")),
    ("/banks.js", SCRIPT, include_str!("../page/banks.js")),
    ("/people.js", SCRIPT, include_str!("../page/people.js")),
    ("/world.js", SCRIPT, include_str!("../page/world.js")),
    ("/copy.js", SCRIPT, include_str!("../page/copy.js")),
    ("/draw.js", SCRIPT, include_str!("../page/draw.js")),
    ("/words.js", SCRIPT, include_str!("../page/words.js")),
    ("/words.zh-CN.json", WORDS, include_str!("../page/words.zh-CN.json")),
    ("/words.en.json", WORDS, include_str!("../page/words.en.json")),
];

pub(crate) fn router() -> Router {
    FILES
        .into_iter()
        .fold(Router::new(), |router, (path, kind, text)| router.route(path, get(async move || file(kind, text))))
}

fn file(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{FILES, SCRIPT};
    use crate::scenario::Scenario;

    fn text(path: &str) -> &'static str {
        FILES.iter().find(|(of, _, _)| *of == path).map(|(_, _, text)| *text).unwrap()
    }

    fn words(language: &str) -> BTreeMap<String, String> {
        serde_json::from_str(text(&format!("/words.{language}.json"))).unwrap()
    }

    #[test]
    fn both_languages_say_everything() {
        let (zh, en) = (words("zh-CN"), words("en"));
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>(), "the same phrases in both");
        assert!(zh.values().chain(en.values()).all(|phrase| !phrase.trim().is_empty()), "and none of them empty");
        let spoken = |c: char| !c.is_ascii() && c.is_alphabetic();
        assert!(!en.values().any(|phrase| phrase.contains(spoken)), "no Chinese in the English words");
        for scenario in Scenario::ALL {
            for part in ["name", "text"] {
                let name = format!("scenario.{scenario:?}.{part}");
                assert!(zh.contains_key(&name), "{scenario:?} is said in words");
            }
        }
    }

    #[test]
    fn chinese_stands_a_space_from_figures_and_letters() {
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let close = |a: char, b: char| han(a) && (b.is_ascii_alphanumeric() || ",;:!?.".contains(b));
        for (name, phrase) in words("zh-CN") {
            let pairs = phrase.chars().zip(phrase.chars().skip(1));
            assert!(!pairs.into_iter().any(|(a, b)| close(a, b) || close(b, a)), "{name}: {phrase}");
        }
    }

    #[test]
    fn every_phrase_that_is_used_is_there() {
        let zh = words("zh-CN");
        let named = |text: &'static str, before: &str| -> Vec<&str> {
            text.split(before).skip(1).filter_map(|rest| rest.split('"').next()).collect()
        };
        let mut used = named(text("/"), "data-word=\"");
        used.extend(named(text("/"), "data-label=\""));
        for (_, _, script) in FILES.into_iter().filter(|(_, kind, _)| *kind == SCRIPT) {
            used.extend(named(script, "word(\""));
        }
        assert!(used.len() > 30, "the page is made of phrases");
        for name in used {
            assert!(zh.contains_key(name), "{name} is a phrase");
        }
    }
}
