//! JSON as this protocol reads it: no duplicate names, no floats, small integers, depth of eight.
//!
//! Writing is `serde_json`'s own compact form; nothing is ever re-serialised, so there is no canonical JSON.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

/// Containers inside each other, the outermost one counted.
pub const MAX_DEPTH: u8 = 8;
/// The largest integer that every JSON reader holds exactly.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why a JSON text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not the JSON this protocol reads, or not of the expected shape.
    #[error("malformed")]
    Malformed,
    /// A member that this version does not know, where unknown members are refused.
    #[error("unknown member")]
    UnknownMember,
    /// `v` is not 1.
    #[error("unsupported version")]
    Version,
}

/// Reads a request body or a signed payload: strict JSON, and whatever the type itself refuses.
///
/// # Errors
/// [`JsonError::UnknownMember`] when only an unknown member is wrong, otherwise [`JsonError::Malformed`].
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    serde_json::from_str(check(bytes)?).map_err(|error| {
        // serde reports an unknown member only as text; this chooses between two refusals, it grants nothing.
        if error.is_data() && error.to_string().starts_with("unknown field") {
            JsonError::UnknownMember
        } else {
            JsonError::Malformed
        }
    })
}

/// Reads a response: strict JSON; unknown members are passed over by types that do not deny them.
///
/// # Errors
/// [`JsonError::Malformed`].
pub fn parse_response<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonError> {
    serde_json::from_str(check(bytes)?).map_err(|_| JsonError::Malformed)
}

/// Walks the whole text once, and gives back what has no need to be checked to be text again.
fn check(bytes: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(bytes).map_err(|_| JsonError::Malformed)?;
    let mut reader = serde_json::Deserializer::from_str(text);
    Strict { left: MAX_DEPTH }.deserialize(&mut reader).map_err(|_| JsonError::Malformed)?;
    reader.end().map_err(|_| JsonError::Malformed)?;
    Ok(text)
}

/// A member's name, copied only where the text does not hold it as it is.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

struct Strict {
    left: u8,
}

impl Strict {
    fn inside<E: Error>(&self) -> Result<Self, E> {
        let left = self.left.checked_sub(1).ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { left })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without null, floats and duplicate names")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        if number <= MAX_INTEGER { Ok(()) } else { Err(E::custom("integer too large")) }
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inside = self.inside()?;
        while seq.next_element_seed(Self { left: inside.left })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inside = self.inside()?;
        let mut names = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            names.push(name);
            map.next_value_seed(Self { left: inside.left })?;
        }
        names.sort_unstable();
        if names.is_sorted_by(|one, next| one < next) { Ok(()) } else { Err(A::Error::custom("duplicate name")) }
    }
}

/// The version of every payload and body: exactly the number 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct V1;

impl serde::Serialize for V1 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(1)
    }
}

impl<'de> serde::Deserialize<'de> for V1 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            _ => Err(D::Error::custom("unsupported version")),
        }
    }
}

/// Whether a body says another version than 1; asked after [`parse`] failed, to refuse in the right words.
#[must_use]
pub fn says_other_version(bytes: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Version {
        v: u64,
    }
    parse_response::<Version>(bytes).is_ok_and(|version| version.v != 1)
}

/// An absent member is absent, never `null`: `#[serde(default, deserialize_with = "json::present")]`.
///
/// # Errors
/// Whatever the inner type refuses, `null` included.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
