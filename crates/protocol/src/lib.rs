//! What travels between device, gateway and banks: identities, consent, statements, sealed sections, refusals.
//!
//! Everything here is pure: no clock is read, no socket opened, no file touched. Whatever comes from outside is
//! hostile until one of these types has accepted it.

pub mod encode;
pub mod id;
pub mod json;
pub mod text;
pub mod time;

pub mod calendar;
pub mod code;
pub mod identity;
pub mod mask;

pub mod jws;
pub mod key;
pub mod request;
pub mod seal;
mod xwing;

pub mod answer;
pub mod attestation;
pub mod consent;
pub mod directory;
pub mod enrolment;
pub mod envelope;
pub mod erase;
pub mod face_consent;
pub mod receipt;
pub mod section;
pub mod server_time;
pub mod statement;

pub mod refusal;
pub mod routes;
pub mod sms;
pub mod stream;
