//! The one door for refusals: what the core refused, as a code and its parameters, never as a sentence.

use std::collections::BTreeMap;

use serde::Serialize;

/// What the window learns of a refusal; its words stand in the message files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    code: &'static str,
    params: BTreeMap<&'static str, serde_json::Value>,
}
