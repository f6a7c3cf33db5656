//! The federation a device was set up for: a file of whoever looks after the machine. It names an address and chooses
//! among the roots this app was built with; it cannot bring a root of its own.

use protocol::key::{Kid, PublicKey};
use protocol::text::Text;
use reqwest::Url;
use serde::Deserialize;

/// A federation, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configured {
    /// What people call it.
    pub name: Text<40>,
    /// `https`, host and optional port; no path.
    pub address: String,
    /// The pinned root.
    pub root: PublicKey,
}

/// Why a file configures nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not the JSON object with `name`, `address` and `root`.
    #[error("not a configuration of a federation")]
    Malformed,
    /// Not `https://HOST` or `https://HOST:PORT`.
    #[error("not the address of a gateway")]
    Address,
    /// A root this app was not built with.
    #[error("not a root of this app")]
    UnknownRoot,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: Text<40>,
    address: String,
    root: Kid,
}

impl Configured {
    /// Reads the file against the roots this app was built with.
    ///
    /// # Errors
    /// [`ConfigError`]; then no federation is configured, and that is said.
    pub fn read(bytes: &[u8], pins: &[PublicKey]) -> Result<Self, ConfigError> {
        let file: File = serde_json::from_slice(bytes).map_err(|_| ConfigError::Malformed)?;
        if file.name.trim().is_empty() {
            return Err(ConfigError::Malformed);
        }
        let url = Url::parse(&file.address).map_err(|_| ConfigError::Address)?;
        let origin = url.origin().ascii_serialization();
        // Spelled as what it leads to: no user, path or letters that look like others.
        if url.scheme() != "https" || url.domain().is_none() || file.address.trim_end_matches('/') != origin {
            return Err(ConfigError::Address);
        }
        let root = pins.iter().find(|pin| pin.kid() == file.root).ok_or(ConfigError::UnknownRoot)?;
        Ok(Self { name: file.name, address: origin, root: *root })
    }
}

#[cfg(test)]
mod tests {
    use protocol::key::SigningKey;

    use super::*;

    fn read(name: &str, address: &str, root: &str, pins: &[PublicKey]) -> Result<Configured, ConfigError> {
        let file = serde_json::json!({ "name": name, "address": address, "root": root });
        Configured::read(file.to_string().as_bytes(), pins)
    }

    #[test]
    fn a_file_brings_no_root_of_its_own() {
        let (ours, other) = (SigningKey::generate().public(), SigningKey::generate().public());
        let asked = read("北方联盟", "https://gw.example.cn", &other.kid().to_string(), &[ours]);
        assert_eq!(asked, Err(ConfigError::UnknownRoot));
        assert_eq!(read("北方联盟", "https://gw.example.cn", &other.kid().to_string(), &[]), asked);
    }

    #[test]
    fn an_address_leads_where_it_seems_to() {
        let ours = SigningKey::generate().public();
        let refused = [
            "http://gw.example.cn",
            "https://gw.example.cn/path",
            "https://gw.example.cn?a=b",
            "https://gw.example.cn#a",
            "https://bank.example@gw.example.cn",
            "https://gw.example.cn:443",
            "https://127.0.0.1",
            "https://[::1]",
            "https://GW.example.cn",
            "https://ɡw.example.cn",
            "https://",
            "gw.example.cn",
            "file:///etc/passwd",
            "",
        ];
        for address in refused {
            let asked = read("北方联盟", address, &ours.kid().to_string(), &[ours]);
            assert_eq!(asked, Err(ConfigError::Address), "{address}");
        }
    }

    #[test]
    fn anything_else_in_the_file_is_no_configuration() {
        let ours = SigningKey::generate().public();
        let root = ours.kid();
        let refused = [
            String::new(),
            "[]".to_owned(),
            "{}".to_owned(),
            format!(r#"{{"name":"a","address":"https://gw.example.cn","root":"{root}","x":1}}"#),
            format!(r#"{{"name":"","address":"https://gw.example.cn","root":"{root}"}}"#),
            format!(r#"{{"name":"a\u202eb","address":"https://gw.example.cn","root":"{root}"}}"#),
            r#"{"name":"a","address":"https://gw.example.cn","root":"short"}"#.to_owned(),
        ];
        for file in refused {
            assert_eq!(Configured::read(file.as_bytes(), &[ours]), Err(ConfigError::Malformed), "{file}");
        }
    }

    #[test]
    fn what_is_configured_is_taken_whole() {
        let ours = SigningKey::generate().public();
        let read = |address| read("北方联盟", address, &ours.kid().to_string(), &[ours]).unwrap();
        let plain = read("https://gw.example.cn");
        assert_eq!((plain.name.as_str(), plain.address.as_str()), ("北方联盟", "https://gw.example.cn"));
        assert_eq!(read("https://gw.example.cn:8443/").address, "https://gw.example.cn:8443");
        assert_eq!(plain.root, ours);
    }
}
