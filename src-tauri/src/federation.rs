//! The federation the real profile asks: the one this device was set up for, by a file of whoever looks after it. The
//! file chooses among the roots below and brings none of its own.

use std::path::{Path, PathBuf};

use device::disk;
use journey::{ConfigError, Configured, StartView, view::ConfigFault};
use protocol::key::PublicKey;

use crate::{demonstration, folders};

/// Until a federation runs for real use: one root, whose private key nobody kept.
const ROOTS: [&str; 1] = ["4XXBP3Sh9pWlesJb54DGYnthzQMh21ALGhBKb1Uh5_k"];

/// Where a device asks that was set up for none: a host that cannot exist (RFC 2606).
const NOWHERE: &str = "https://gateway.mingxia.invalid";

/// The name of the file, in the system's folder of settings or in the person's.
const FILE: &str = "mingxia/federation.json";

/// Far more than such a file needs.
const MOST: u64 = 4 << 10;

/// What this device was set up for, as it was found at the start.
#[derive(Debug, Clone)]
pub(crate) struct Setup(Result<Option<Configured>, ConfigError>);

impl Setup {
    /// Reads the first file there is: the system's stands before the person's.
    pub(crate) fn find() -> Self {
        Self(first(folders::settings().map(|folder| folder.join(FILE)), &pins()))
    }

    /// The address of the gateway.
    pub(crate) fn address(&self) -> String {
        self.configured().map_or_else(|| NOWHERE.to_owned(), |configured| configured.address.clone())
    }

    /// The pinned root; none where this build names no key.
    pub(crate) fn root(&self) -> Option<PublicKey> {
        self.configured().map(|configured| configured.root).or_else(|| pins().first().copied())
    }

    /// What a first start can begin with.
    pub(crate) fn view(&self) -> StartView {
        StartView {
            federation: self.configured().map(|configured| configured.name.as_str().to_owned()),
            refused: self.0.as_ref().err().map(|error| match error {
                ConfigError::Malformed => ConfigFault::Malformed,
                ConfigError::Address => ConfigFault::Address,
                ConfigError::UnknownRoot => ConfigFault::UnknownRoot,
            }),
            demonstration: demonstration::program().is_some(),
        }
    }

    fn configured(&self) -> Option<&Configured> {
        self.0.as_ref().ok()?.as_ref()
    }
}

fn pins() -> Vec<PublicKey> {
    ROOTS.iter().filter_map(|root| PublicKey::from_x(root).ok()).collect()
}

fn first(files: impl IntoIterator<Item = PathBuf>, pins: &[PublicKey]) -> Result<Option<Configured>, ConfigError> {
    files.into_iter().find_map(|file| read(&file, pins).transpose()).transpose()
}

/// A file that is there and cannot be read is no configuration, and not none.
fn read(file: &Path, pins: &[PublicKey]) -> Result<Option<Configured>, ConfigError> {
    let bytes = disk::read(file, MOST).map_err(|_| ConfigError::Malformed)?;
    bytes.map(|bytes| Configured::read(&bytes, pins)).transpose()
}

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use super::*;

    #[test]
    fn the_system_s_file_stands_before_the_person_s() {
        let folder = env::temp_dir().join(format!("mingxia-federation-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (system, own) = (folder.join("system.json"), folder.join("own.json"));
        let both = || [system.clone(), own.clone()];
        let root = pins()[0].kid();
        let text = |name: &str| format!(r#"{{"name":"{name}","address":"https://gw.example.cn","root":"{root}"}}"#);
        let name = || first(both(), &pins()).map(|found| found.map(|found| found.name.as_str().to_owned()));

        fs::write(&system, vec![b' '; 5 << 10]).unwrap();
        assert_eq!(name(), Err(ConfigError::Malformed), "too long to be one");
        fs::write(&system, "{}").unwrap();
        fs::write(&own, text("own")).unwrap();
        assert_eq!(name(), Err(ConfigError::Malformed), "a broken one is told, and no other taken in its place");
        fs::write(&system, text("system")).unwrap();
        assert_eq!(name(), Ok(Some("system".to_owned())));
        fs::remove_file(&system).unwrap();
        assert_eq!(name(), Ok(Some("own".to_owned())));
        fs::remove_file(&own).unwrap();
        assert_eq!(name(), Ok(None));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_root_of_this_build_is_a_key() {
        assert_eq!(pins().len(), ROOTS.len());
    }

    #[test]
    fn set_up_for_nothing_it_asks_nowhere() {
        for setup in [Setup(Ok(None)), Setup(Err(ConfigError::Address))] {
            assert_eq!(setup.address(), NOWHERE);
            assert_eq!(setup.root(), pins().first().copied());
            assert_eq!(setup.view().federation, None);
        }
        assert_eq!(Setup(Err(ConfigError::Address)).view().refused, Some(ConfigFault::Address));
    }
}
