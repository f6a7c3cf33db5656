//! What is announced: a version, what is new in it, and a signed package for each system. The announcement is signed as
//! a whole, because its words are shown to the person.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use minisign_verify::{PublicKey, Signature};
use semver::Version;
use serde::Deserialize;
use serde_json::Value;

use super::UpdateError;

/// The longest words about a version, in characters.
const MOST_NOTES: usize = 4_000;

/// The key new versions are signed with: the base64 text the tool of Tauri writes.
#[derive(Clone)]
pub(crate) struct Key {
    key: PublicKey,
    #[cfg_attr(not(any(target_os = "macos", target_os = "windows")), expect(dead_code, reason = "an installer asks"))]
    text: String,
}

impl Key {
    /// Reads a key; none in anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let key = PublicKey::decode(&plain(text)?).ok()?;
        Some(Self { key, text: text.to_owned() })
    }

    /// As it was written.
    #[cfg(any(target_os = "macos", target_os = "windows"))]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What the signer said beside a signature that fits these bytes.
    fn fits(&self, bytes: &[u8], signature: &str) -> Result<String, UpdateError> {
        let signature = plain(signature).and_then(|text| Signature::decode(&text).ok()).ok_or(UpdateError::Unsigned)?;
        self.key.verify(bytes, &signature, false).map_err(|_| UpdateError::Unsigned)?;
        Ok(signature.trusted_comment().to_owned())
    }

    /// Whether these bytes were signed as this version: an older package under a newer number is no package.
    pub(crate) fn fits_as(&self, bytes: &[u8], signature: &str, version: &Version) -> Result<(), UpdateError> {
        let said = self.fits(bytes, signature)?;
        let signed = said.split('\t').find_map(|part| part.strip_prefix("version:")?.parse::<Version>().ok());
        if signed.as_ref() == Some(version) { Ok(()) } else { Err(UpdateError::Unsigned) }
    }
}

/// The text inside the base64 that the tool of Tauri writes keys and signatures in.
fn plain(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// A version, as announced and signed.
#[derive(Clone)]
pub(crate) struct Announced {
    /// Its number.
    pub(crate) version: Version,
    /// What is new in it, as plain words.
    pub(crate) notes: String,
    /// All of it, as the installer of new versions reads it.
    pub(crate) whole: Value,
}

/// What is installed on one system.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Package {
    /// Where it lies.
    pub(crate) url: String,
    /// Its signature.
    pub(crate) signature: String,
    /// Its length: what is shorter has not arrived whole.
    pub(crate) bytes: usize,
}

#[derive(Deserialize)]
struct File {
    version: String,
    notes: String,
}

impl Announced {
    /// Reads an announcement, once its signature fits.
    ///
    /// # Errors
    /// [`UpdateError::Unsigned`], [`UpdateError::Unreadable`].
    pub(crate) fn read(bytes: &[u8], signature: &str, key: &Key) -> Result<Self, UpdateError> {
        key.fits(bytes, signature)?;
        let whole: Value = serde_json::from_slice(bytes).map_err(|_| UpdateError::Unreadable)?;
        let File { version, notes } = File::deserialize(&whole).map_err(|_| UpdateError::Unreadable)?;
        let version = version.parse().map_err(|_| UpdateError::Unreadable)?;
        let shown = notes.chars().all(|letter| letter == '\n' || !letter.is_control());
        if !shown || notes.chars().count() > MOST_NOTES {
            return Err(UpdateError::Unreadable);
        }
        Ok(Self { version, notes, whole })
    }

    /// The package for a system: the first of these names that is announced.
    pub(crate) fn package(&self, names: &[String]) -> Option<Package> {
        let packages = self.whole.get("platforms")?;
        let package = names.iter().find_map(|name| packages.get(name))?;
        Package::deserialize(package).ok()
    }
}
