//! Unlocking by biometrics, for who opted in: the question of the system stands on the screen while nothing of this
//! device is held, and what it releases opens the vault as the password does.

use device::BiometricsError;
use device::biometrics::Key;
use protocol::encode::random;
use vault::biometrics::BiometricsRefusal;
use vault::tables::biometrics::BiometricsRow;
use vault::{Password, State};

use crate::fault::Fault;
use crate::house::House;
use crate::unlock::{self, UnlockError, vault_state};
use crate::view::{BiometricsState, UnlockView, What};
use crate::{Journey, Secret};

impl Journey {
    /// Opts in: the viewing password, then the question of the system. The password counts as a try.
    ///
    /// # Errors
    /// As [`Self::unlock_open`], and `biometrics_not_set_up`, `biometrics_cancelled`, `biometrics_locked_out`,
    /// `biometrics_unavailable`; nothing was kept then.
    pub async fn unlock_allow_biometrics(&self, password: Secret) -> Result<UnlockView, UnlockError> {
        let _act = self.0.act.lock().await;
        let key = Key::new(random::<32>());
        let wrapping = key.clone();
        let wrapped = self
            .decide(move |house| {
                let typed = Password::typed(&password)?;
                if !house.biometrics.ready() {
                    return Err(BiometricsError::NotSetUp.into());
                }
                if vault_state(house)? == State::None {
                    return Err(Fault::WrongState.into());
                }
                Ok::<_, UnlockError>(house.vault()?.wrap_for_biometrics(&typed, &wrapping)?)
            })
            .await?;
        let kept = self.ask(move |biometrics| biometrics.keep(&key)).await?;
        let view = self
            .decide(move |house| {
                house.vault()?.allow_biometrics(&BiometricsRow { wrapped, kept }).map_err(Fault::from)?;
                Ok::<_, UnlockError>(unlock::view(house)?)
            })
            .await?;
        self.changed(What::Vault);
        Ok(view)
    }

    /// Opts out.
    ///
    /// # Errors
    /// The database's and the system's; repeat it.
    pub async fn unlock_forget_biometrics(&self) -> Result<UnlockView, UnlockError> {
        let _act = self.0.act.lock().await;
        let view = self
            .decide(|house| {
                forget(house)?;
                house.biometrics.forget()?;
                Ok::<_, UnlockError>(unlock::view(house)?)
            })
            .await?;
        self.changed(What::Vault);
        Ok(view)
    }

    /// Asks for a finger or the face, and unlocks. Ends what is past its end before anything can be read.
    ///
    /// # Errors
    /// `biometrics_changed` when a finger or a face was added or removed since: the person was opted out, and the
    /// password opens. `biometrics_off`, `biometrics_cancelled`, `biometrics_locked_out`, `biometrics_unavailable`.
    pub async fn unlock_by_biometrics(&self) -> Result<UnlockView, UnlockError> {
        let row = self
            .decide(|house| {
                if vault_state(house)? == State::None {
                    return Err(Fault::WrongState.into());
                }
                house.vault()?.biometrics().map_err(Fault::from)?.ok_or(UnlockError::BiometricsOff)
            })
            .await?;
        let released = self.ask(move |biometrics| biometrics.release(&row.kept)).await;
        let opened = match released {
            Ok(key) => self.open_released(key).await,
            Err(error) => Err(error.into()),
        };
        if matches!(opened, Err(UnlockError::Biometrics(BiometricsError::Changed))) {
            // It will never open again; the password does.
            self.house(forget).await?;
        }
        self.changed(What::Vault);
        opened
    }

    async fn open_released(&self, key: Key) -> Result<UnlockView, UnlockError> {
        let pin = self.0.profile.root;
        self.decide(move |house| {
            unlock::open(house, &pin, |locked| match locked.unlock_by_biometrics(&key) {
                Ok(unlocked) => Ok(unlocked),
                Err((_, BiometricsRefusal::Off)) => Err(UnlockError::BiometricsOff),
                Err((_, BiometricsRefusal::DoesNotOpen)) => Err(BiometricsError::Changed.into()),
                Err((_, BiometricsRefusal::Unlock(refusal))) => Err(refusal.into()),
            })
        })
        .await
    }

    /// The question may stand for long: nothing of the house waits for it.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn device::Biometrics) -> Result<T, BiometricsError> + Send + 'static,
    ) -> Result<T, BiometricsError> {
        let Ok(biometrics) = self.house(|house| Ok(std::sync::Arc::clone(&house.biometrics))).await else {
            return Err(BiometricsError::Unavailable);
        };
        let asked = tokio::task::spawn_blocking(move || device::stack::wiping(|| question(&*biometrics)));
        asked.await.unwrap_or(Err(BiometricsError::Unavailable))
    }
}

/// What the lock screen and the settings may offer.
pub(crate) fn state(house: &mut House) -> Result<BiometricsState, Fault> {
    if !house.biometrics.ready() {
        return Ok(BiometricsState::None);
    }
    let on = house.vault()?.biometrics()?.is_some();
    Ok(if on { BiometricsState::On } else { BiometricsState::Off })
}

fn forget(house: &mut House) -> Result<(), Fault> {
    Ok(house.vault()?.forget_biometrics()?)
}
