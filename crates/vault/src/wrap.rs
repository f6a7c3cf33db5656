//! XChaCha20-Poly1305 under a key of ours, and the wrap of the vault key.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use protocol::encode::{Lp, random};
use protocol::key::Kid;
use protocol::seal::QuerySeed;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::Password;
use crate::kdf::{Cost, KdfParameters, OutsideLimits};
use crate::tables::wraps::WrapRow;

const NONCE: usize = 24;

/// Does not open: another key, another place, or altered bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DoesNotOpen;

/// Seals under `key`, bound to `place`: nonce, then ciphertext.
pub(crate) fn lock_up(key: &[u8; 32], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, DoesNotOpen> {
    let nonce = random::<NONCE>();
    let cipher = XChaCha20Poly1305::new_from_slice(key).map_err(|_| DoesNotOpen)?;
    let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place }).map_err(|_| DoesNotOpen)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// Opens what [`lock_up`] made for the same place.
pub(crate) fn open_up(key: &[u8; 32], place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(DoesNotOpen)?;
    let cipher = XChaCha20Poly1305::new_from_slice(key).map_err(|_| DoesNotOpen)?;
    cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place })
        .map(Zeroizing::new)
        .map_err(|_| DoesNotOpen)
}

/// HMAC-SHA256: a key or a check for one purpose.
pub(crate) fn mac(key: &[u8; 32], purpose: Lp) -> Zeroizing<[u8; 32]> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes any key");
    mac.update(&purpose.finish());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// Why a wrap does not give the vault key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnwrapError {
    /// Parameters outside of the limits.
    Limits,
    /// The pepper or the wrap is not what was written together: no password opens it.
    Altered,
    /// Another password.
    Wrong,
}

impl From<OutsideLimits> for UnwrapError {
    fn from(_: OutsideLimits) -> Self {
        Self::Limits
    }
}

fn parameters(row: &WrapRow) -> KdfParameters {
    KdfParameters { memory_kib: row.memory_kib, passes: row.passes, lanes: row.lanes }
}

fn place(row: &WrapRow, device: &Kid) -> Lp {
    Lp::new("mingxia/vault-wrap/v1")
        .number(row.n.into())
        .number(row.memory_kib.into())
        .number(row.passes.into())
        .number(row.lanes.into())
        .bytes(&row.salt)
        .bytes(&row.vault_public)
        .text(&device.to_string())
}

/// Binds wrap and pepper to each other: an altered one is told apart from a wrong password. It helps no guesser, who
/// would need the 256 bits of the pepper first.
fn bond(row: &WrapRow, pepper: &[u8; 32], device: &Kid) -> Zeroizing<[u8; 32]> {
    mac(pepper, place(row, device).bytes(&row.wrapped))
}

/// Wraps the vault key under a password.
pub(crate) fn wrap(
    n: u32,
    vault_key: &QuerySeed,
    password: &Password,
    pepper: &[u8; 32],
    device: &Kid,
    cost: Cost,
) -> Result<WrapRow, UnwrapError> {
    let KdfParameters { memory_kib, passes, lanes } = cost.parameters();
    let mut row = WrapRow {
        n,
        memory_kib,
        passes,
        lanes,
        salt: random::<16>().to_vec(),
        wrapped: Vec::new(),
        bond: Vec::new(),
        vault_public: vault_key.public().as_bytes().to_vec(),
        digits: password.is_six_digits(),
    };
    let key = parameters(&row).derive(password, &row.salt, pepper)?;
    row.wrapped =
        lock_up(&key, &place(&row, device).finish(), vault_key.as_bytes()).map_err(|_| UnwrapError::Altered)?;
    row.bond = bond(&row, pepper, device).to_vec();
    Ok(row)
}

/// What can be said about a wrap without a password.
pub(crate) fn check(row: &WrapRow, pepper: &[u8; 32], device: &Kid) -> Result<(), UnwrapError> {
    parameters(row).check()?;
    // Not secret: whoever could time this comparison has pepper and database already.
    if row.bond == bond(row, pepper, device).as_slice() { Ok(()) } else { Err(UnwrapError::Altered) }
}

/// The vault key, with the right password.
pub(crate) fn unwrap(
    row: &WrapRow,
    password: &Password,
    pepper: &[u8; 32],
    device: &Kid,
) -> Result<Zeroizing<[u8; 32]>, UnwrapError> {
    check(row, pepper, device)?;
    let key = parameters(row).derive(password, &row.salt, pepper)?;
    let opened = open_up(&key, &place(row, device).finish(), &row.wrapped).map_err(|_| UnwrapError::Wrong)?;
    let mut seed = Zeroizing::new([0; 32]);
    if opened.len() != seed.len() {
        return Err(UnwrapError::Altered);
    }
    seed.copy_from_slice(&opened);
    Ok(seed)
}

#[cfg(test)]
mod tests;
