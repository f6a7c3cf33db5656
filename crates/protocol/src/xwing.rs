//! X-Wing with a private key that is expanded once and opens many seals (draft-connolly-cfrg-xwing-kem-10, section 5).
//!
//! The library that seals makes both halves of the key from their seed again for every seal it opens, and does without
//! the processor's vectors; a report has up to 400 seals. Only opening is done here, and all else is the library's.

use hpke::kem::{SharedSecret, XWing};
use hpke::rand_core::CryptoRng;
use hpke::{Deserializable, HpkeError, Kem, Serializable};
use libcrux_ml_kem::mlkem768::{self, MlKem768Ciphertext, MlKem768PrivateKey};
use subtle::{Choice, ConstantTimeEq};
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};
use zeroize::Zeroizing;

/// Last of what the shared secret is made of.
const LABEL: &[u8] = br"\.//^\";
/// Bytes of the ML-KEM half of a private key, as FIPS 203 writes it.
const ML_KEM_KEY_BYTES: usize = 2400;

/// The KEM of the seal; its private key is an [`ExpandedKey`].
pub(crate) struct Expanded;

/// Both halves of a private key beside their seed. Wiped on drop; on the heap, so that moving it leaves no copy behind.
#[derive(Clone)]
pub(crate) struct ExpandedKey(Box<Halves>);

#[derive(Clone)]
struct Halves {
    seed: <XWing as Kem>::PrivateKey,
    ml_kem: Zeroizing<[u8; ML_KEM_KEY_BYTES]>,
    x25519: Zeroizing<[u8; 32]>,
    x25519_public: [u8; 32],
}

impl Serializable for ExpandedKey {
    type OutputSize = <<XWing as Kem>::PrivateKey as Serializable>::OutputSize;

    fn write_exact(&self, seed: &mut [u8]) {
        self.0.seed.write_exact(seed);
    }
}

impl Deserializable for ExpandedKey {
    fn from_bytes(bytes: &[u8]) -> Result<Self, HpkeError> {
        let seed = <XWing as Kem>::PrivateKey::from_bytes(bytes)?;
        let mut expanded = Zeroizing::new([0; 96]);
        libcrux_sha3::shake256_ema(expanded.as_mut_slice(), bytes);
        let (mut of_ml_kem, mut x25519_key) = (Zeroizing::new([0; 64]), Zeroizing::new([0; 32]));
        of_ml_kem.copy_from_slice(&expanded[..64]);
        x25519_key.copy_from_slice(&expanded[64..]);
        let ml_kem = mlkem768::generate_key_pair(*of_ml_kem);
        Ok(Self(Box::new(Halves {
            seed,
            ml_kem: Zeroizing::new(*ml_kem.sk()),
            x25519_public: x25519(*x25519_key, X25519_BASEPOINT_BYTES),
            x25519: x25519_key,
        })))
    }
}

impl ConstantTimeEq for ExpandedKey {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.seed.ct_eq(&other.0.seed)
    }
}

impl Kem for Expanded {
    type PublicKey = <XWing as Kem>::PublicKey;
    type PrivateKey = ExpandedKey;
    type EncappedKey = <XWing as Kem>::EncappedKey;
    type NSecret = <XWing as Kem>::NSecret;

    const KEM_ID: u16 = XWing::KEM_ID;

    fn sk_to_pk(key: &ExpandedKey) -> Self::PublicKey {
        XWing::sk_to_pk(&key.0.seed)
    }

    fn derive_keypair(material: &[u8]) -> (ExpandedKey, Self::PublicKey) {
        let (seed, public) = XWing::derive_keypair(material);
        #[expect(clippy::expect_used, reason = "what was an X-Wing private key is one")]
        let key = ExpandedKey::from_bytes(&Zeroizing::new(seed.to_bytes().0)[..]).expect("a private key");
        (key, public)
    }

    fn decap(
        key: &ExpandedKey,
        sender: Option<&Self::PublicKey>,
        enc: &Self::EncappedKey,
    ) -> Result<SharedSecret<Self>, HpkeError> {
        let enc = enc.to_bytes();
        let (Some((of_ml_kem, of_x25519)), None) = (enc.split_first_chunk::<1088>(), sender) else {
            return Err(HpkeError::DecapError);
        };
        let of_x25519: &[u8; 32] = of_x25519.try_into().map_err(|_| HpkeError::DecapError)?;
        let halves = &key.0;
        let ml_kem = MlKem768PrivateKey::from(&*halves.ml_kem);
        let secrets = [
            Zeroizing::new(mlkem768::decapsulate(&ml_kem, &MlKem768Ciphertext::from(of_ml_kem))),
            Zeroizing::new(x25519(*halves.x25519, *of_x25519)),
        ];
        let combined =
            Zeroizing::new([&secrets[0][..], &secrets[1][..], of_x25519, &halves.x25519_public, LABEL].concat());
        Ok(SharedSecret(libcrux_sha3::sha256(&combined).into()))
    }

    fn encap_with_rng(
        public: &Self::PublicKey,
        sender: Option<(&ExpandedKey, &Self::PublicKey)>,
        random: &mut impl CryptoRng,
    ) -> Result<(SharedSecret<Self>, Self::EncappedKey), HpkeError> {
        let sender = sender.map(|(key, public)| (&key.0.seed, public));
        let (secret, enc) = XWing::encap_with_rng(public, sender, random)?;
        Ok((SharedSecret(secret.0), enc))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Seed = [u8; 32];

    fn keys(seed: Seed) -> (<XWing as Kem>::PrivateKey, ExpandedKey) {
        (<XWing as Kem>::PrivateKey::from_bytes(&seed).unwrap(), ExpandedKey::from_bytes(&seed).unwrap())
    }

    fn same(seed: Seed, enc: &<XWing as Kem>::EncappedKey) -> bool {
        let (theirs, ours) = keys(seed);
        let secret = XWing::decap(&theirs, None, enc).unwrap().0;
        Expanded::decap(&ours, None, enc).unwrap().0 == secret
    }

    #[test]
    fn a_seed_of_another_length_is_no_key() {
        assert!(ExpandedKey::from_bytes(&[7; 31]).is_err());
        assert!(ExpandedKey::from_bytes(&[7; 33]).is_err());
    }

    #[test]
    fn nobody_is_believed_to_have_sent_it() {
        let (_, key) = keys([7; 32]);
        let public = Expanded::sk_to_pk(&key);
        let (_, enc) = XWing::encap(&public, None).unwrap();
        assert!(Expanded::decap(&key, Some(&public), &enc).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_secret_is_the_librarys(seed: Seed) {
            let (theirs, ours) = keys(seed);
            let public = XWing::sk_to_pk(&theirs);
            prop_assert!(public == Expanded::sk_to_pk(&ours));
            let (secret, enc) = XWing::encap(&public, None).unwrap();
            prop_assert!(Expanded::decap(&ours, None, &enc).unwrap().0 == secret.0);
            let (secret, enc) = Expanded::encap(&public, None).unwrap();
            prop_assert!(XWing::decap(&theirs, None, &enc).unwrap().0 == secret.0);
        }

        #[test]
        fn what_nobody_sealed_gives_the_librarys_secret_too(seed: Seed, start: Seed, at in 0_usize..1120, with in 1_u8..) {
            let (theirs, _) = keys(seed);
            let (_, enc) = XWing::encap(&XWing::sk_to_pk(&theirs), None).unwrap();
            let mut altered = enc.to_bytes();
            altered[at] ^= with;
            prop_assert!(same(seed, &<XWing as Kem>::EncappedKey::from_bytes(&altered).unwrap()));
            altered[1088..].copy_from_slice(&start);
            prop_assert!(same(seed, &<XWing as Kem>::EncappedKey::from_bytes(&altered).unwrap()));
            altered[1088..].fill(0);
            prop_assert!(same(seed, &<XWing as Kem>::EncappedKey::from_bytes(&altered).unwrap()));
        }

        #[test]
        fn a_pair_is_derived_as_the_library_derives_it(material: Seed) {
            let (ours, theirs) = (Expanded::derive_keypair(&material), XWing::derive_keypair(&material));
            prop_assert!(ours.1 == theirs.1 && ours.0.to_bytes() == theirs.0.to_bytes());
        }
    }
}
