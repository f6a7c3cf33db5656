//! Configuration of one gateway: a JSON file, each member of which an environment variable may replace. Every setting
//! is checked at the start; a gateway with a doubtful one does not start.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use protocol::code::{Locale, PartyCode};
use protocol::encode::b64u_array;
use protocol::key::{PublicKey, SigningKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::core::Limits;
use crate::keys::ColumnKey;
use crate::ports::Notice;
use crate::store::sqlite::Places;

/// Prefix of the environment variables: `MINGXIA_GATEWAY_LISTEN` replaces `listen`, and so on for every text member.
pub const PREFIX: &str = "MINGXIA_GATEWAY_";

/// The file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on, such as `0.0.0.0:8443`.
    pub listen: SocketAddr,
    /// Folder of database, tombstone log and (unless set apart) sections and day keys.
    pub folder: PathBuf,
    /// Folder of the sealed sections; never in a backup. Default: `sections` in `folder`.
    #[serde(default)]
    pub sections: Option<PathBuf>,
    /// Folder of the day keys; never in a backup, best on another disk. Default: `day-keys` in `folder`.
    #[serde(default)]
    pub day_keys: Option<PathBuf>,
    /// Tombstone log; kept apart from database backups. Default: `tombstones.jsonl` in `folder`.
    #[serde(default)]
    pub tombstones: Option<PathBuf>,
    /// File with the 32-byte seed of the gateway's signing key, base64url.
    pub signing_key: PathBuf,
    /// File with the 32 bytes of the column key, base64url.
    pub column_key: PathBuf,
    /// The pinned root key, member `x` of its JWK.
    pub root: String,
    /// File with roots and directory; read again when it changes.
    pub directory: PathBuf,
    /// Address of every bank, by its code.
    pub banks: BTreeMap<PartyCode, String>,
    /// The notices, one a language.
    pub notices: Vec<NoticeFile>,
    /// Address of the message system.
    pub sms: String,
    /// Address of the identity system.
    pub identity: String,
    /// The face provider; absent: only card_bank is offered.
    #[serde(default)]
    pub face: Option<Face>,
    /// TLS 1.3 from files; absent only on loopback or behind a proxy.
    #[serde(default)]
    pub tls: Option<TlsFiles>,
    /// The rightmost `x-forwarded-for` is the caller's address.
    #[serde(default)]
    pub behind_proxy: bool,
    /// Calls to one bank at the same time, 1 to 1,000. Default 16.
    #[serde(default = "concurrency")]
    pub bank_concurrency: usize,
    /// Seconds a bank has for an answer, 1 to 120. Default 30.
    #[serde(default = "timeout")]
    pub bank_timeout_secs: u64,
}

const fn concurrency() -> usize {
    16
}

const fn timeout() -> u64 {
    30
}

/// One notice.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeFile {
    /// Its version.
    pub version: String,
    /// Its language.
    pub locale: Locale,
    /// The short form.
    pub summary: String,
    /// File with the whole text.
    pub text: PathBuf,
}

/// The face provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// Its code in the directory.
    pub code: PartyCode,
    /// Its address.
    pub url: String,
}

/// PEM files.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFiles {
    /// Certificate chain.
    pub certificate: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Why a gateway did not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The settings file, or one it names, cannot be read.
    #[error("cannot read {0}")]
    File(PathBuf),
    /// The file is not the JSON expected; what is wrong with it.
    #[error("the settings file is not as documented: {0}")]
    Form(String),
    /// One setting is not usable.
    #[error("setting {0} is not usable")]
    Value(&'static str),
    /// Plain HTTP outside of loopback, not behind a proxy.
    #[error("without tls the gateway listens on loopback only, or behind_proxy is set")]
    Plain,
}

impl Settings {
    /// Reads the file, lets the environment replace members, and checks everything.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn read(file: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self, SettingsError> {
        let text = std::fs::read(file).map_err(|_| SettingsError::File(file.to_owned()))?;
        let form = |error: serde_json::Error| SettingsError::Form(error.to_string());
        let mut members: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&text).map_err(form)?;
        for (name, value) in environment {
            if let Some(member) = name.strip_prefix(PREFIX) {
                // Numbers, booleans and objects are written as JSON; everything else is text.
                let value = serde_json::from_str(&value)
                    .ok()
                    .filter(|parsed: &serde_json::Value| !parsed.is_string())
                    .unwrap_or(value.into());
                members.insert(member.to_lowercase(), value);
            }
        }
        let settings: Self = serde_json::from_value(members.into()).map_err(form)?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        if self.tls.is_none() && !self.behind_proxy && !self.listen.ip().is_loopback() {
            return Err(SettingsError::Plain);
        }
        let web = |url: &str| url.starts_with("https://") || loopback(url);
        for (name, good) in [
            ("bank_concurrency", (1..=1000).contains(&self.bank_concurrency)),
            ("bank_timeout_secs", (1..=120).contains(&self.bank_timeout_secs)),
            ("banks", !self.banks.is_empty() && self.banks.values().all(|url| web(url))),
            ("sms", web(&self.sms)),
            ("identity", web(&self.identity)),
            ("face", self.face.as_ref().is_none_or(|face| web(&face.url))),
            ("notices", !self.notices.is_empty()),
        ] {
            if !good {
                return Err(SettingsError::Value(name));
            }
        }
        Ok(())
    }

    /// Where the store rests.
    #[must_use]
    pub fn places(&self) -> Places {
        let under = Places::under(&self.folder);
        Places {
            database: under.database,
            sections: self.sections.clone().unwrap_or(under.sections),
            day_keys: self.day_keys.clone().unwrap_or(under.day_keys),
            tombstones: self.tombstones.clone().unwrap_or(under.tombstones),
        }
    }

    /// The gateway's key.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn signing_key(&self) -> Result<SigningKey, SettingsError> {
        Ok(SigningKey::from_seed(&*secret(&self.signing_key, "signing_key")?))
    }

    /// The column key.
    ///
    /// # Errors
    /// [`SettingsError`].
    pub fn column_key(&self) -> Result<ColumnKey, SettingsError> {
        Ok(ColumnKey::from_bytes(*secret(&self.column_key, "column_key")?))
    }

    /// The pinned root.
    ///
    /// # Errors
    /// [`SettingsError::Value`].
    pub fn pin(&self) -> Result<PublicKey, SettingsError> {
        PublicKey::from_x(&self.root).map_err(|_| SettingsError::Value("root"))
    }

    /// The notices with their texts.
    ///
    /// # Errors
    /// [`SettingsError::File`].
    pub fn notices(&self) -> Result<Vec<Notice>, SettingsError> {
        let read = |notice: &NoticeFile| {
            let text = std::fs::read_to_string(&notice.text).map_err(|_| SettingsError::File(notice.text.clone()))?;
            Ok(Notice { version: notice.version.clone(), locale: notice.locale, summary: notice.summary.clone(), text })
        };
        self.notices.iter().map(read).collect()
    }

    /// What an operator chose.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        Limits {
            bank_concurrency: self.bank_concurrency,
            bank_timeout_secs: self.bank_timeout_secs,
            behind_proxy: self.behind_proxy,
        }
    }
}

fn loopback(url: &str) -> bool {
    let host = url.strip_prefix("http://").map(|rest| rest.split(['/', ':']).next().unwrap_or(""));
    matches!(host, Some("127.0.0.1" | "localhost")) || url.starts_with("http://[::1]")
}

fn secret(file: &Path, name: &'static str) -> Result<Zeroizing<[u8; 32]>, SettingsError> {
    let text = Zeroizing::new(std::fs::read_to_string(file).map_err(|_| SettingsError::File(file.to_owned()))?);
    b64u_array(text.trim()).map(Zeroizing::new).map_err(|_| SettingsError::Value(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(
        change: impl FnOnce(&mut serde_json::Value),
        environment: &[(&str, &str)],
    ) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let mut json = serde_json::json!({
            "listen": "127.0.0.1:8443", "folder": "/srv/gateway", "signing_key": "/srv/keys/gateway", "column_key": "/srv/keys/column",
            "root": "iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w", "directory": "/srv/directory.json",
            "banks": { "ICBC": "https://bank.example" }, "sms": "https://sms.example", "identity": "https://id.example",
            "notices": [{ "version": "1", "locale": "zh-CN", "summary": "s", "text": "/srv/notice.txt" }]
        });
        change(&mut json);
        let file = folder.path().join("settings.json");
        std::fs::write(&file, json.to_string()).unwrap();
        Settings::read(&file, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    #[test]
    fn doubtful_settings_do_not_start_a_gateway() {
        let plain = read(|json| json["listen"] = "0.0.0.0:80".into(), &[]);
        assert_eq!(plain.unwrap_err(), SettingsError::Plain, "personal data never travels in the clear");
        let open = read(|json| json["banks"]["ICBC"] = "http://bank.example".into(), &[]);
        assert_eq!(open.unwrap_err(), SettingsError::Value("banks"), "a bank is asked over TLS only");
        let disguised = read(|json| json["banks"]["ICBC"] = "http://127.0.0.1.evil.example".into(), &[]);
        assert_eq!(
            disguised.unwrap_err(),
            SettingsError::Value("banks"),
            "a name that only looks local is not loopback"
        );
        assert!(
            matches!(read(|json| json["bank"] = 1.into(), &[]), Err(SettingsError::Form(_))),
            "a misspelt setting is not passed over"
        );
        assert_eq!(
            read(|json| json["bank_timeout_secs"] = 0.into(), &[]).unwrap_err(),
            SettingsError::Value("bank_timeout_secs")
        );
    }

    #[test]
    fn the_environment_replaces_members() {
        let settings =
            read(|_| {}, &[("MINGXIA_GATEWAY_LISTEN", "127.0.0.1:9"), ("MINGXIA_GATEWAY_BANK_CONCURRENCY", "3")])
                .unwrap();
        assert_eq!((settings.listen.port(), settings.bank_concurrency), (9, 3));
        assert_eq!(settings.places().day_keys, Path::new("/srv/gateway/day-keys"));
    }
}
