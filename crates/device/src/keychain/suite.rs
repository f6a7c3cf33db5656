//! What every keychain must do, run by each implementation.

use super::{Keychain, KeychainError, MAX_VALUE};

/// Checks a keychain that is set up, unlocked and empty for its profile.
///
/// # Panics
/// When the keychain breaks a promise of [`Keychain`]; the message says which.
#[expect(clippy::expect_used, reason = "a suite that fails has to stop")]
pub fn keychain_suite(keychain: &dyn Keychain) {
    refusals(keychain);
    keychain.state().expect("a keychain that is set up says so");
    assert_eq!(keychain.list().expect("listing works"), Vec::<String>::new(), "the profile starts empty");
    assert!(keychain.get("shred.a").expect("asking works").is_none(), "a missing item is no error");
    keychain.delete("shred.a").expect("deleting what is not there is done already");

    let odd = [0u8, 255, 10, 0, 128, b'"', 0];
    keychain.set("shred.a", &odd).expect("setting works");
    assert_eq!(got(keychain, "shred.a"), Some(odd.to_vec()), "any bytes come back as they were");
    keychain.set("shred.a", b"second").expect("replacing works");
    assert_eq!(got(keychain, "shred.a"), Some(b"second".to_vec()), "the later value replaces the earlier");
    keychain.set("shred.b", &[7; MAX_VALUE]).expect("the longest value fits");
    assert_eq!(got(keychain, "shred.b"), Some(vec![7; MAX_VALUE]), "the longest value comes back whole");
    keychain.set("empty", &[]).expect("an empty value is a value");
    assert_eq!(got(keychain, "empty"), Some(Vec::new()), "an empty value is not a missing one");

    assert_eq!(
        keychain.list().expect("listing works"),
        ["empty", "shred.a", "shred.b"],
        "own items are listed in order"
    );
    keychain.delete("shred.a").expect("deleting works");
    assert!(keychain.get("shred.a").expect("asking works").is_none(), "what is deleted is read back absent");
    assert_eq!(got(keychain, "shred.b"), Some(vec![7; MAX_VALUE]), "deleting one item leaves its neighbour");
    for name in ["shred.b", "empty"] {
        keychain.delete(name).expect("deleting works");
    }
    assert_eq!(keychain.list().expect("listing works"), Vec::<String>::new(), "nothing is left behind");
}

fn refusals(keychain: &dyn Keychain) {
    for name in ["", "UPPER", "two words", "under_score", "../up", "张", &"a".repeat(81)] {
        assert_eq!(keychain.get(name).err(), Some(KeychainError::Unfit), "a name that is not ours is not asked for");
        assert_eq!(keychain.set(name, b"x").err(), Some(KeychainError::Unfit), "nor written");
        assert_eq!(keychain.delete(name).err(), Some(KeychainError::Unfit), "nor deleted");
    }
    assert_eq!(
        keychain.set("long", &[0; MAX_VALUE + 1]).err(),
        Some(KeychainError::Unfit),
        "a value that some store would cut is refused everywhere"
    );
}

#[expect(clippy::expect_used, reason = "a suite that fails has to stop")]
fn got(keychain: &dyn Keychain, name: &str) -> Option<Vec<u8>> {
    keychain.get(name).expect("asking works").map(|value| value.to_vec())
}
