//! Keys of the demonstration. The root is the same whatever the seed, since the app has it compiled in; the keys of
//! gateway, banks and face check follow from the seed. None of them protects anything: they stand in the open here.

use protocol::code::PartyCode;
use protocol::key::SigningKey;
use sha2::{Digest, Sha256};

/// Seed of the demonstration's root: public on purpose.
const ROOT_SEED: [u8; 32] = *b"mingxia demonstration root key 1";
/// Seed of the demonstration's directory key, constant like the root that appoints it.
const DIRECTORY_SEED: [u8; 32] = *b"mingxia demonstration directory1";

/// The root key of the demonstration.
#[must_use]
pub fn root_key() -> SigningKey {
    SigningKey::from_seed(&ROOT_SEED)
}

/// The point of the root key as `data/root.json` publishes it; the app pins the same one.
#[must_use]
pub fn root_point() -> String {
    root_key().public().x()
}

pub(crate) fn directory_key() -> SigningKey {
    SigningKey::from_seed(&DIRECTORY_SEED)
}

/// What the seed gives for one purpose.
pub(crate) fn derived(seed: u64, purpose: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"mingxia/demo/v1")
        .chain_update(seed.to_be_bytes())
        .chain_update(purpose)
        .finalize()
        .into()
}

pub(crate) fn gateway(seed: u64) -> SigningKey {
    SigningKey::from_seed(&derived(seed, "gateway"))
}

pub(crate) fn face(seed: u64) -> SigningKey {
    SigningKey::from_seed(&derived(seed, "face"))
}

/// The key of a bank after `rotations` changes of key.
pub(crate) fn bank(seed: u64, code: &PartyCode, rotations: u32) -> SigningKey {
    SigningKey::from_seed(&derived(seed, &format!("bank/{code}/{rotations}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_root_is_this_root() {
        let published: serde_json::Value = serde_json::from_str(include_str!("../data/root.json")).unwrap();
        assert_eq!(published["x"], root_point(), "the app pins the key that signs here");
    }

    #[test]
    fn another_seed_gives_other_keys_but_the_same_root() {
        let code = "ICBC".parse().unwrap();
        assert!(
            gateway(1).kid() != gateway(2).kid() && bank(1, &code, 0).kid() != bank(2, &code, 0).kid(),
            "parties follow the seed"
        );
        assert_eq!(root_key().kid(), root_key().kid(), "the root does not");
    }
}
