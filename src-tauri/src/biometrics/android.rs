//! Android: a key of the Android Keystore, which `BiometricsPlugin.kt` asks for with the system's own question. The key
//! that unlocks is encrypted by it and crosses between the two as text, once for each question.
//! Written after Android's documentation and type-checked; not yet run there.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use device::{Biometrics, BiometricsError, biometrics::Key};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tauri::{
    AppHandle, Manager, Runtime,
    plugin::{PluginHandle, TauriPlugin, mobile::PluginInvokeError},
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::kotlin;

/// The Kotlin half, once it is loaded.
struct Asks<R: Runtime>(PluginHandle<R>);

/// Loads the Kotlin half.
pub(crate) fn plugin<R: Runtime>() -> TauriPlugin<R> {
    kotlin::load("biometrics", "BiometricsPlugin", Asks)
}

/// The keys of one profile.
pub(crate) fn of<R: Runtime>(app: &AppHandle<R>, profile: &'static str) -> Arc<dyn Biometrics> {
    Arc::new(Keystore { asks: app.state::<Asks<R>>().0.clone(), profile })
}

struct Keystore<R: Runtime> {
    asks: PluginHandle<R>,
    profile: &'static str,
}

/// What the Kotlin half is asked.
#[derive(Serialize)]
struct Question<'a> {
    profile: &'a str,
    /// What is to be encrypted, or decrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

/// Whether the person could be asked.
#[derive(Deserialize)]
struct Ready {
    ready: bool,
}

/// What it encrypted, or decrypted.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Answer {
    value: String,
}

impl<R: Runtime> Keystore<R> {
    fn ask<T: DeserializeOwned>(&self, command: &str, value: Option<&str>) -> Result<T, BiometricsError> {
        self.asks
            .run_mobile_plugin(command, Question { profile: self.profile, value })
            .map_err(|error| classify(&error))
    }

    fn turn(&self, command: &str, value: &[u8]) -> Result<Zeroizing<Vec<u8>>, BiometricsError> {
        let value = Zeroizing::new(STANDARD.encode(value));
        let answer: Answer = self.ask(command, Some(&value))?;
        STANDARD.decode(&answer.value).map(Zeroizing::new).map_err(|_| BiometricsError::Unavailable)
    }
}

impl<R: Runtime> Biometrics for Keystore<R> {
    fn ready(&self) -> bool {
        self.ask::<Ready>("ready", None).is_ok_and(|told| told.ready)
    }

    fn keep(&self, key: &Key) -> Result<Vec<u8>, BiometricsError> {
        self.turn("keep", key.as_slice()).map(|kept| kept.to_vec())
    }

    fn release(&self, kept: &[u8]) -> Result<Key, BiometricsError> {
        let key = self.turn("release", kept)?;
        <[u8; 32]>::try_from(key.as_slice()).map(Key::new).map_err(|_| BiometricsError::Changed)
    }

    fn forget(&self) -> Result<(), BiometricsError> {
        self.ask("forget", None)
    }
}

/// The Kotlin half refuses by a word for each cause.
fn classify(error: &PluginInvokeError) -> BiometricsError {
    let PluginInvokeError::InvokeRejected(refused) = error else { return BiometricsError::Unavailable };
    match refused.code.as_deref() {
        Some("not_set_up") => BiometricsError::NotSetUp,
        Some("changed") => BiometricsError::Changed,
        Some("cancelled") => BiometricsError::Cancelled,
        Some("locked_out") => BiometricsError::LockedOut,
        Some(_) | None => BiometricsError::Unavailable,
    }
}
