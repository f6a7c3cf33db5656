//! Unlocking: the viewing password, counted before each try, and the way back when it is forgotten.

use std::thread;

use device::{BiometricsError, stack};
use protocol::code::FactorKind;
use protocol::key::PublicKey;
use vault::tables::account::Step;
use vault::tables::verifications::Act;
use vault::tries::FREE_TRIES;
use vault::unlocked::ChangeRefusal;
use vault::{Locked, Password, PasswordRefusal, PersonalNumbers, State, UnlockRefusal, Unlocked};

use crate::fault::Fault;
use crate::house::House;
use crate::read::fetched::Fetched;
use crate::session::Session;
use crate::verify::{BASE, VerifyError, factor_views, tokens};
use crate::view::door::seconds;
use crate::view::{BiometricsState, PasswordStyle, ResetView, Takeover, UnlockView, VaultState, What};
use crate::{Journey, Secret, biometrics};

/// Why the vault was not opened, or no other password was set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnlockError {
    /// A try that did not unlock.
    #[error(transparent)]
    Try(#[from] UnlockRefusal),
    /// A password that may not be chosen, or cannot be one.
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    /// Only an open vault takes another password.
    #[error("the vault is locked")]
    Locked,
    /// Not two passwords.
    #[error("not two passwords")]
    Malformed,
    /// The biometrics of this machine.
    #[error(transparent)]
    Biometrics(#[from] BiometricsError),
    /// The person did not opt in to them.
    #[error("biometrics are off")]
    BiometricsOff,
    /// Both factors are needed for a new password.
    #[error("both factors are needed")]
    Unproven,
    /// A code or the other factor.
    #[error(transparent)]
    Factor(#[from] VerifyError),
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<ChangeRefusal> for UnlockError {
    fn from(error: ChangeRefusal) -> Self {
        match error {
            ChangeRefusal::Old(error) => error.into(),
            ChangeRefusal::New(error) => Fault::from(error).into(),
        }
    }
}

impl Journey {
    /// Whether, and when, a password may be tried.
    ///
    /// # Errors
    /// What stands in the way of keychain and database.
    pub async fn unlock_state(&self) -> Result<UnlockView, Fault> {
        self.house(view).await
    }

    /// Tries the viewing password. Ends what is past its end before anything can be read.
    ///
    /// # Errors
    /// `password_wrong` with the tries left, `password_wait` with the seconds, `vault_unopenable`, `kdf_parameters`.
    pub async fn unlock_open(&self, password: Secret) -> Result<UnlockView, UnlockError> {
        let pin = self.0.profile.root;
        let opened = self
            .decide(move |house| {
                let typed = Password::typed(&password)?;
                if vault_state(house)? == State::None {
                    return Err(Fault::WrongState.into());
                }
                open(house, &pin, |locked| Ok(locked.unlock(&typed).map_err(|(_, refusal)| refusal)?))
            })
            .await;
        self.changed(What::Vault);
        opened
    }

    /// Another viewing password: u32 big endian length of the old, the old, the new. The old one counts as a try.
    ///
    /// # Errors
    /// As [`Self::unlock_open`] for the old, and why the new may not be chosen; the old one then still counts.
    pub async fn unlock_change(&self, both: Secret) -> Result<UnlockView, UnlockError> {
        self.decide(move |house| {
            let (length, rest) = both.split_first_chunk::<4>().ok_or(UnlockError::Malformed)?;
            let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| UnlockError::Malformed)?;
            let (old, new) = rest.split_at_checked(length).ok_or(UnlockError::Malformed)?;
            let new = choose::<UnlockError>(house, new)?;
            let old = Password::typed(old)?;
            let unlocked = house.unlocked.as_ref().ok_or(UnlockError::Locked)?;
            unlocked.change_password(&old, &new)?;
            Ok(view(house)?)
        })
        .await
    }

    /// Begins the way back: a code first, then the other factor.
    ///
    /// # Errors
    /// `sms_limit` and the network's.
    pub async fn unlock_forgotten(&self) -> Result<ResetView, UnlockError> {
        let _act = self.0.act.lock().await;
        self.begin_reset(FactorKind::Sms).await
    }

    /// The code of the SMS.
    ///
    /// # Errors
    /// `code_wrong`, `code_ended`, `code_expired`, `verification_void`.
    pub async fn unlock_forgotten_confirm(&self, code: String) -> Result<ResetView, UnlockError> {
        let _act = self.0.act.lock().await;
        self.confirm_factor(Act::Reset, BASE, &code).await?;
        self.reset_view().await
    }

    /// Begins the second factor.
    ///
    /// # Errors
    /// `card_bank_unavailable` and the network's.
    pub async fn unlock_forgotten_second(&self, kind: FactorKind) -> Result<ResetView, UnlockError> {
        let _act = self.0.act.lock().await;
        self.begin_reset(kind).await
    }

    /// Hands in the face evidence.
    ///
    /// # Errors
    /// `face_not_matched` with the tries left, `verification_void`, the network's.
    pub async fn unlock_forgotten_evidence(&self) -> Result<ResetView, UnlockError> {
        let _act = self.0.act.lock().await;
        self.evidence(Act::Reset, BASE).await?;
        self.reset_view().await
    }

    /// Asks whether the bank confirmed.
    ///
    /// # Errors
    /// The network's.
    pub async fn unlock_forgotten_poll(&self) -> Result<ResetView, UnlockError> {
        let _act = self.0.act.lock().await;
        self.poll_factor(Act::Reset, BASE).await?;
        self.reset_view().await
    }

    /// The new viewing password, once both factors passed: every report under the old one ends as lost.
    ///
    /// # Errors
    /// `factor_missing`, and why the password may not be chosen; nothing was ended then.
    pub async fn unlock_forgotten_password(&self, password: Secret) -> Result<UnlockView, UnlockError> {
        let _act = self.0.act.lock().await;
        let view = self
            .decide(move |house| {
                if tokens(&house.factors(Act::Reset)?, house.now()).is_none() {
                    return Err(UnlockError::Unproven);
                }
                let password = choose::<UnlockError>(house, &password)?;
                house.unlocked = None;
                let vault = house.vault()?;
                drop(vault.locked().forgotten(&password).map_err(|(_, error)| Fault::from(error))?);
                // What was lost may be replaced: the gateway says from when.
                house.ask_allowance_at = std::time::Duration::ZERO;
                // Nothing of it opens anything any more; what the hardware still holds is replaced by the next opting in.
                let _ = house.biometrics.forget();
                crate::compare::forget(house)?;
                crate::read::note::forget(house)?;
                house.write(|write| write.verifications().delete(Act::Reset))?;
                Ok(view(house)?)
            })
            .await?;
        self.changed(What::Vault);
        self.changed(What::Query);
        self.flush_outbox().await;
        Ok(view)
    }

    async fn begin_reset(&self, kind: FactorKind) -> Result<ResetView, UnlockError> {
        let account = self
            .house(|house| {
                let account = match crate::enrol::takeover(house)? {
                    // Said "not me": both factors give the account back, and no new password is asked.
                    Some(Takeover::Frozen) => house.account()?,
                    Some(Takeover::Done) | None => Some(house.active()?),
                };
                account.and_then(|account| account.account).ok_or(Fault::WrongState)
            })
            .await?;
        let start = self.act_start(kind, Act::Reset, BASE.to_owned(), account.to_string()).await?;
        let begun = self.begin_factor(kind, start).await;
        if begun.as_ref().is_err_and(Fault::retires) {
            self.house(|house| crate::enrol::unsay(house)).await?;
        }
        begun?;
        self.reset_view().await
    }

    async fn reset_view(&self) -> Result<ResetView, UnlockError> {
        let second_kinds = self.second_kinds().await;
        let (view, back) = self
            .house(move |house| {
                let rows = house.factors(Act::Reset)?;
                let (sms, second) = factor_views(house, &rows)?;
                let ready = tokens(&rows, house.now()).is_some();
                Ok((ResetView { ready, sms, second, second_kinds }, crate::enrol::take_back(house, &rows)?))
            })
            .await?;
        if back {
            self.changed(What::Account);
        }
        Ok(view)
    }
}

/// A new viewing password, refused where it is made of this person's own numbers.
pub(crate) fn choose<E: From<Fault> + From<PasswordRefusal>>(house: &House, typed: &[u8]) -> Result<Password, E> {
    let person = house.person()?;
    Ok(Password::choose(typed, &PersonalNumbers { id_number: &person.id_number, mobile: &person.mobile })?)
}

/// Who may read now.
pub(crate) fn vault_state(house: &mut House) -> Result<State, Fault> {
    match house.account()?.map(|account| account.step) {
        Some(Step::Active | Step::Retired) => Ok(match house.vault()?.state()? {
            // A password was chosen and nothing of it is left: the lock stays, and a try says what to do.
            State::None => State::Locked { tries_left: FREE_TRIES, digits: false },
            state => state,
        }),
        Some(Step::Started | Step::CodeWait | Step::Proving | Step::Confirmed) | None => Ok(State::None),
    }
}

/// Opens the vault by one of its ways.
pub(crate) fn open(
    house: &mut House,
    pin: &PublicKey,
    way: impl FnOnce(Locked) -> Result<Unlocked, UnlockError>,
) -> Result<UnlockView, UnlockError> {
    let vault = house.vault()?;
    house.unlocked = None;
    let here: &House = house;
    let (unlocked, fetched) = thread::scope(|scope| {
        // What needs no password is done beside its cost; where it cannot be, the reading does it.
        let fetching = scope.spawn(|| stack::wiping(|| Fetched::ahead(here, pin)));
        (way(vault.locked()), fetching.join().ok().flatten())
    });
    house.unlocked = Some(Session::new(unlocked?, fetched.unwrap_or_default()));
    // What cannot be ended now is refused at every read all the same.
    let _ = crate::expire::sweep(house);
    Ok(view(house)?)
}

pub(crate) fn view(house: &mut House) -> Result<UnlockView, Fault> {
    let state = vault_state(house)?;
    let phrase = house.account()?.and_then(|account| account.phrase);
    let (state, tries_left, wait, digits) = match state {
        State::None => (VaultState::None, None, None, false),
        State::Locked { digits, .. } | State::Waiting { digits, .. } if house.unlocked.is_some() => {
            (VaultState::Unlocked, None, None, digits)
        }
        State::Locked { tries_left, digits } => (VaultState::Locked, Some(tries_left), None, digits),
        State::Waiting { remaining, digits } => (VaultState::Waiting, Some(0), Some(seconds(remaining)), digits),
    };
    let style = if digits { PasswordStyle::Digits } else { PasswordStyle::Passphrase };
    let biometrics = if state == VaultState::None { BiometricsState::None } else { biometrics::state(house)? };
    Ok(UnlockView { state, phrase, tries_left, wait_secs: wait, style, biometrics })
}
