//! The door from the window to the core: one file an act, each command one sentence.

pub(crate) mod apply;
pub(crate) mod collect;
pub(crate) mod consent;
pub(crate) mod enrol;
pub(crate) mod expire;
pub(crate) mod notify;
pub(crate) mod read;
pub(crate) mod settings;
pub(crate) mod unlock;
pub(crate) mod update;
pub(crate) mod verify;

use journey::Journey;
use serde::de::DeserializeOwned;
use tauri::{
    Builder, State, Wry,
    ipc::{InvokeBody, Request},
};
use zeroize::Zeroizing;

use crate::error::{Answer, malformed};

/// The core, as commands are handed it.
pub(crate) type Core<'a> = State<'a, Journey>;

/// Every act, in the order of the story.
pub(crate) fn all(builder: Builder<Wry>) -> Builder<Wry> {
    builder
        .plugin(enrol::plugin())
        .plugin(consent::plugin())
        .plugin(verify::plugin())
        .plugin(apply::plugin())
        .plugin(collect::plugin())
        .plugin(notify::plugin())
        .plugin(unlock::plugin())
        .plugin(read::plugin())
        .plugin(expire::plugin())
        .plugin(settings::plugin())
        .plugin(update::plugin())
}

/// The raw bytes of a password: they cross once, as the body of the request, and are wiped after use.
///
/// # Errors
/// A refusal where the body is not raw bytes.
fn secret(request: &Request<'_>) -> Answer<Zeroizing<Vec<u8>>> {
    match request.body() {
        InvokeBody::Raw(bytes) => Ok(Zeroizing::new(bytes.clone())),
        InvokeBody::Json(_) => Err(malformed()),
    }
}

/// All arguments of a command as one form.
///
/// # Errors
/// A refusal where they are not that form.
fn whole<T: DeserializeOwned>(request: &Request<'_>) -> Answer<T> {
    match request.body() {
        InvokeBody::Json(value) => T::deserialize(value).map_err(|_| malformed()),
        InvokeBody::Raw(_) => Err(malformed()),
    }
}
