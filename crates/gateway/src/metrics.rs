//! Counters in the Prometheus text format: numbers and codes, never ids or persons.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

/// What is counted; the text is the metric's name.
const HELP: &[(&str, &str)] = &[
    ("mingxia_requests_total", "Requests by operation and status"),
    ("mingxia_bank_calls_total", "Calls to banks by bank and outcome"),
    ("mingxia_bank_call_milliseconds_total", "Time spent in calls to banks, by bank"),
    ("mingxia_messages_total", "Messages by outcome"),
    ("mingxia_queries_total", "Queries by event"),
    ("mingxia_alarms_total", "What an operator must look at, by code"),
];

#[derive(Default)]
pub(crate) struct Metrics(Mutex<BTreeMap<(&'static str, String), u64>>);

impl Metrics {
    /// Counts one; `labels` is already in the text format, of closed words only.
    pub(crate) fn count(&self, name: &'static str, labels: String) {
        self.add(name, labels, 1);
    }

    /// Counts many.
    pub(crate) fn add(&self, name: &'static str, labels: String, many: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry((name, labels)).or_insert(0) += many;
    }

    /// Something an operator must look at; also logged.
    pub(crate) fn alarm(&self, code: &'static str, bank: &str) {
        tracing::error!(code, bank, "alarm");
        self.count("mingxia_alarms_total", format!("code=\"{code}\",bank=\"{bank}\""));
    }

    pub(crate) fn text(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        for (name, help) in HELP {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} counter");
            for ((_, labels), value) in counts.iter().filter(|((counted, _), _)| counted == name) {
                let _ = writeln!(out, "{name}{{{labels}}} {value}");
            }
        }
        out
    }
}
