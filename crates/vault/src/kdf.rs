//! Argon2id (RFC 9106) with a secret from the keychain, inside fixed limits.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use crate::Password;

/// How much work one try of the viewing password is. Parameters travel with the wrap; these are the ones written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cost {
    /// 128 MiB, 2 passes: desktops.
    #[default]
    Desktop,
    /// 64 MiB, 3 passes: phones, and the least that is ever accepted.
    Floor,
    /// Next to nothing, for this crate's own tests: no build of the crate for anybody else has it.
    #[cfg(test)]
    Nothing,
}

/// Parameters of one wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KdfParameters {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

/// The parameters of a wrap are outside of the limits: below, a guess would be cheap; above, one try would stop the
/// machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Argon2id parameters outside of the limits")]
pub(crate) struct OutsideLimits;

const MIB: u32 = 1024;

impl Cost {
    pub(crate) const fn parameters(self) -> KdfParameters {
        match self {
            Self::Desktop => KdfParameters { memory_kib: 128 * MIB, passes: 2, lanes: 1 },
            Self::Floor => KdfParameters { memory_kib: 64 * MIB, passes: 3, lanes: 1 },
            #[cfg(test)]
            Self::Nothing => KdfParameters { memory_kib: 9, passes: 1, lanes: 1 },
        }
    }
}

impl KdfParameters {
    /// From 64 MiB with 3 passes (128 MiB with 2 is the same work) up to 1 GiB and 10 passes, one lane.
    pub(crate) fn check(self) -> Result<(), OutsideLimits> {
        let enough =
            self.memory_kib >= 64 * MIB && self.passes >= 3 || self.memory_kib >= 128 * MIB && self.passes >= 2;
        #[cfg(test)]
        let enough = enough || self == Cost::Nothing.parameters();
        let bearable = self.memory_kib <= 1024 * MIB && self.passes <= 10;
        if enough && bearable && self.lanes == 1 { Ok(()) } else { Err(OutsideLimits) }
    }

    /// The key that wraps the vault key.
    pub(crate) fn derive(
        self,
        password: &Password,
        salt: &[u8],
        pepper: &[u8; 32],
    ) -> Result<Zeroizing<[u8; 32]>, OutsideLimits> {
        self.check()?;
        self.work(password, salt, pepper).map_err(|_| OutsideLimits)
    }

    /// Argon2id itself, within no limits.
    pub(crate) fn work(
        self,
        password: &Password,
        salt: &[u8],
        pepper: &[u8; 32],
    ) -> Result<Zeroizing<[u8; 32]>, argon2::Error> {
        let mut key = Zeroizing::new([0; 32]);
        Params::new(self.memory_kib, self.passes, self.lanes, Some(key.len()))
            .and_then(|params| Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params))
            .and_then(|argon2| argon2.hash_password_into(password.bytes(), salt, key.as_mut_slice()))?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fault_30_lowered_or_raised_parameters_are_refused_before_any_work() {
        let refused = [
            (8, 1, 1),
            (64 * MIB, 2, 1),
            (64 * MIB - 1, 3, 1),
            (128 * MIB, 1, 1),
            (64 * MIB, 3, 2),
            (64 * MIB, 3, 0),
            (64 * 1024 * MIB, 3, 1),
            (1024 * MIB + 1, 3, 1),
            (64 * MIB, 11, 1),
            (u32::MAX, u32::MAX, 1),
        ];
        for (memory_kib, passes, lanes) in refused {
            assert_eq!(
                KdfParameters { memory_kib, passes, lanes }.check(),
                Err(OutsideLimits),
                "{memory_kib} KiB x {passes}"
            );
        }
        for cost in [Cost::Desktop, Cost::Floor] {
            assert_eq!(cost.parameters().check(), Ok(()), "what this app writes it also accepts");
        }
        assert_eq!(KdfParameters { memory_kib: 1024 * MIB, passes: 10, lanes: 1 }.check(), Ok(()));
    }
}
