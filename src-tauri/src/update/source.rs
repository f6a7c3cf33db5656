//! Where new versions come from: an address and a key, both written into `updates.json` before the app is built, and
//! read from nowhere else.

use std::sync::Arc;

use futures_util::StreamExt as _;
use journey::{
    Address, Federation, HttpFederation,
    federation::{Method, Outgoing, Silence},
};
use semver::Version;
use serde::Deserialize;

use super::{
    UpdateError,
    announced::{Announced, Key, Package},
};

/// What this build was given.
const BUILT_IN: &str = include_str!("../../updates.json");

/// The announcement, below the address, and its signature.
const ANNOUNCEMENT: &str = "latest.json";
const SIGNATURE: &str = "latest.json.sig";

/// The longest announcement and the longest signature that are read, in bytes.
const MOST_WORDS: usize = 64 << 10;
const MOST_SIGNATURE: usize = 4 << 10;

/// The largest package that is taken, in bytes.
const MOST_PACKAGE: usize = 200 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    address: Option<String>,
    key: Option<String>,
}

/// The place new versions are announced at.
pub(crate) struct Source {
    carrier: Arc<dyn Federation>,
    address: String,
    /// The folder within the host: empty, or it begins with a slash.
    folder: String,
    key: Key,
}

impl Source {
    /// The one of this build; none where it names no address or no key.
    pub(crate) fn built_in() -> Option<Self> {
        Self::read(BUILT_IN)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        let file: File = serde_json::from_str(text).ok()?;
        let (address, key) = (file.address?, Key::read(&file.key?)?);
        let host = host(&address)?;
        let carrier = Arc::new(HttpFederation::new(Address::Gateway(host.to_owned())).ok()?);
        Some(Self::at(carrier, &address, host, key))
    }

    /// The source at an address of this host.
    pub(super) fn at(carrier: Arc<dyn Federation>, address: &str, host: &str, key: Key) -> Self {
        let folder = address.strip_prefix(host).unwrap_or_default().trim_end_matches('/').to_owned();
        Self { carrier, address: format!("{host}{folder}"), folder, key }
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The key its packages are signed with.
    #[cfg(any(target_os = "macos", target_os = "windows"))]
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// What is announced now.
    pub(crate) async fn announced(&self) -> Result<Announced, UpdateError> {
        let words = self.small(ANNOUNCEMENT, MOST_WORDS).await?;
        let signature = self.small(SIGNATURE, MOST_SIGNATURE).await?;
        Announced::read(&words, &String::from_utf8_lossy(&signature), &self.key)
    }

    /// A package that lies at this address and was signed as this version.
    pub(crate) async fn package(&self, package: &Package, version: &Version) -> Result<Vec<u8>, UpdateError> {
        let name = package.url.strip_prefix(&self.address).and_then(|rest| rest.strip_prefix('/'));
        let name = name.filter(|name| plain(name)).ok_or(UpdateError::Unreadable)?;
        if package.bytes > MOST_PACKAGE {
            return Err(UpdateError::Silent(Silence::TooLarge));
        }
        let mut parts = self.carrier.events(self.asked(name, package.bytes)).await?;
        let mut bytes = Vec::new();
        while let Some(part) = parts.next().await {
            if bytes.len() + part.len() > package.bytes {
                return Err(UpdateError::Unsigned);
            }
            bytes.extend_from_slice(&part);
        }
        if bytes.len() < package.bytes {
            return Err(UpdateError::Silent(Silence::Offline));
        }
        self.key.fits_as(&bytes, &package.signature, version)?;
        Ok(bytes)
    }

    /// A small file, whole.
    async fn small(&self, name: &str, most: usize) -> Result<Vec<u8>, UpdateError> {
        let incoming = self.carrier.exchange(self.asked(name, most)).await?;
        if incoming.status == 200 { Ok(incoming.body.to_vec()) } else { Err(UpdateError::Silent(Silence::Offline)) }
    }

    /// Nothing about the person, the device or this version goes along.
    fn asked(&self, name: &str, most: usize) -> Outgoing {
        let path = format!("{}/{name}", self.folder);
        Outgoing { method: Method::Get, path, query: None, headers: Vec::new(), body: Default::default(), most }
    }
}

/// The host of an address spelled `https://HOST[:PORT][/FOLDER]`; none in any other.
fn host(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://")?;
    let name = rest.split('/').next().filter(|name| !name.is_empty() && !name.contains(['@', '?', '#', '\\', ' ']))?;
    let folder = rest.strip_prefix(name)?.trim_end_matches('/');
    let inside = folder.is_empty() || folder.strip_prefix('/').is_some_and(|parts| parts.split('/').all(plain));
    inside.then(|| &address[.."https://".len() + name.len()])
}

/// The name of a file or a folder, and nothing that leads elsewhere.
fn plain(name: &str) -> bool {
    let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._+-".contains(&byte));
    letters && !name.is_empty() && !name.starts_with('.')
}
