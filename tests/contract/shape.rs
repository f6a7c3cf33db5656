//! The shape of JSON: what stands where, without the values that differ from one walk to the next.

use protocol::encode::b64u_decode;
use serde_json::{Map, Value};

/// A value with every leaf replaced by what kind of thing it is; signed things are opened.
pub(crate) fn of(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), of(value))).collect(),
        Value::Array(items) => match items.iter().map(of).reduce(|all, item| merged(&all, &item)) {
            Some(item) => Value::Array(vec![item]),
            None => Value::Array(Vec::new()),
        },
        Value::String(text) => string(text),
        Value::Number(_) => Value::from("number"),
        Value::Bool(_) => Value::from("bool"),
        Value::Null => Value::from("null"),
    }
}

fn string(text: &str) -> Value {
    if let Some(signed) = signed(text) {
        return signed;
    }
    let kind = |name: &str| Value::from(name);
    let base64 = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    match text.len() {
        36 if text.matches('-').count() == 4 => kind("uuid"),
        24 if text.ends_with('Z') && text.contains('T') => kind("instant"),
        22 if base64(text) => kind("16 bytes"),
        43 if base64(text) => kind("32 bytes"),
        1622 if base64(text) => kind("1216 bytes"),
        _ if text.starts_with("urn:mingxia:problem:") => kind("urn:mingxia:problem:…"),
        _ if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) => kind("digits"),
        _ if text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') => kind("word"),
        2..=12 if text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) => kind("party code"),
        _ => kind("text"),
    }
}

/// A compact JWS: its type, and the shape of what it says.
fn signed(text: &str) -> Option<Value> {
    let mut parts = text.split('.').map(|part| serde_json::from_slice::<Value>(&b64u_decode(part).ok()?).ok());
    let (header, payload) = (parts.next()??, parts.next()??);
    let typ = header.get("typ")?.clone();
    Some(Value::Object(Map::from_iter([("signed".to_owned(), typ), ("says".to_owned(), of(&payload))])))
}

/// Two shapes seen in one place: a member only one of them has is marked as one that may be missing.
pub(crate) fn merged(one: &Value, other: &Value) -> Value {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let bare = |name: &str| name.trim_end_matches('?').to_owned();
            let find = |members: &Map<String, Value>, name: &str| {
                members
                    .get(name)
                    .cloned()
                    .map(|value| (value, true))
                    .or_else(|| members.get(&format!("{name}?")).cloned().map(|value| (value, false)))
            };
            let names: std::collections::BTreeSet<String> =
                one.keys().chain(other.keys()).map(|name| bare(name)).collect();
            let member = |name: String| match (find(one, &name), find(other, &name)) {
                (Some((a, true)), Some((b, true))) => (name, merged(&a, &b)),
                (Some((a, _)), Some((b, _))) => (format!("{name}?"), merged(&a, &b)),
                (Some((a, _)), None) | (None, Some((a, _))) => (format!("{name}?"), a),
                (None, None) => (name, Value::Null),
            };
            Value::Object(names.into_iter().map(member).collect())
        }
        (Value::Array(one), Value::Array(other)) => match (one.first(), other.first()) {
            (Some(a), Some(b)) => Value::Array(vec![merged(a, b)]),
            (Some(a), None) | (None, Some(a)) => Value::Array(vec![a.clone()]),
            (None, None) => Value::Array(Vec::new()),
        },
        (one, other) if one == other => one.clone(),
        (one, other) => {
            let words = |value: &Value| {
                value.as_str().unwrap_or("several").split(" or ").map(str::to_owned).collect::<Vec<_>>()
            };
            let all: std::collections::BTreeSet<String> = words(one).into_iter().chain(words(other)).collect();
            Value::from(all.into_iter().collect::<Vec<_>>().join(" or "))
        }
    }
}
