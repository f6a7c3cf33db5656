//! The second way in: bound to the fingers of the day the person opted in, and never the only way.

use device::biometrics::Key;
use device::{Biometrics, BiometricsError, MemoryBiometrics};
use vault::biometrics::BiometricsRefusal;
use vault::tables::biometrics::BiometricsRow;
use vault::vault::State;
use vault::{UnlockRefusal, Unlocked, Vault};

use crate::support::{CARD, Machine, PASSWORD, add_report, password, read_card};

const OTHER: &str = "battery staple";

/// What the journey does with what the vault and the machine give.
fn opt_in(vault: &Vault, fingers: &MemoryBiometrics, text: &str) -> Result<Key, UnlockRefusal> {
    let key = Key::new([7; 32]);
    let wrapped = vault.wrap_for_biometrics(&password(text), &key)?;
    let kept = fingers.keep(&key).unwrap();
    vault.allow_biometrics(&BiometricsRow { wrapped, kept }).unwrap();
    Ok(key)
}

fn open(machine: &Machine, key: &Key) -> Result<Unlocked, BiometricsRefusal> {
    machine.open().locked().unlock_by_biometrics(key).map_err(|(_, refusal)| refusal)
}

#[test]
fn nobody_opts_in_without_the_viewing_password_and_each_attempt_is_a_try() {
    let machine = Machine::enrolled();
    let fingers = MemoryBiometrics::new();
    let vault = machine.open();
    assert_eq!(
        opt_in(&vault, &fingers, OTHER).err(),
        Some(UnlockRefusal::Wrong { tries_left: 4, wait: None }),
        "a found telephone that lies open gives nobody a way back in"
    );
    assert!(!fingers.holds_a_key() && vault.biometrics().unwrap().is_none(), "nothing was kept");
    drop(vault);
    assert_eq!(open(&machine, &Key::new([7; 32])).err(), Some(BiometricsRefusal::Off));
}

#[test]
fn the_released_key_opens_the_report_and_leaves_the_password_as_it_was() {
    let machine = Machine::enrolled();
    let fingers = MemoryBiometrics::new();
    let vault = machine.open();
    let query = add_report(&vault);
    opt_in(&vault, &fingers, PASSWORD).unwrap();
    drop(vault.locked().unlock(&password(OTHER)));
    let kept = vault.biometrics().unwrap().unwrap().kept;
    drop(vault);
    let unlocked = open(&machine, &fingers.release(&kept).unwrap()).unwrap();
    assert_eq!(read_card(&unlocked, query), CARD);
    let state = unlocked.vault().state().unwrap();
    assert_eq!(state, State::Locked { tries_left: 4, digits: false }, "a finger forgives no wrong password");
    drop(unlocked);
    assert_eq!(read_card(&machine.unlock(), query), CARD, "the password always remains");
}

#[test]
fn fault_26_a_changed_set_of_fingers_releases_nothing_and_another_key_opens_nothing() {
    let machine = Machine::enrolled();
    let fingers = MemoryBiometrics::new();
    let vault = machine.open();
    let key = opt_in(&vault, &fingers, PASSWORD).unwrap();
    let row = vault.biometrics().unwrap().unwrap();
    fingers.add_finger();
    assert_eq!(fingers.release(&row.kept).err(), Some(BiometricsError::Changed));
    drop(vault);
    assert_eq!(open(&machine, &Key::new([8; 32])).err(), Some(BiometricsRefusal::DoesNotOpen));
    let vault = machine.open();
    for place in 0..row.wrapped.len() {
        let mut altered = row.clone();
        altered.wrapped[place] ^= 1;
        vault.allow_biometrics(&altered).unwrap();
        let refused = vault.locked().unlock_by_biometrics(&key).map_err(|(_, refusal)| refusal).err();
        assert_eq!(refused, Some(BiometricsRefusal::DoesNotOpen), "byte {place}");
    }
    vault.allow_biometrics(&row).unwrap();
    drop(vault);
    drop(open(&machine, &key).unwrap());
}

#[test]
fn another_password_keeps_it_a_forgotten_one_and_opting_out_end_it() {
    let machine = Machine::enrolled();
    let fingers = MemoryBiometrics::new();
    let vault = machine.open();
    let key = opt_in(&vault, &fingers, PASSWORD).unwrap();
    drop(vault);
    machine.unlock().change_password(&password(PASSWORD), &password(OTHER)).unwrap();
    let vault = machine.open();
    drop(vault.locked().unlock_by_biometrics(&key).map_err(|(_, refusal)| refusal).unwrap());
    let wrapped = vault.biometrics().unwrap().unwrap();
    drop(vault.locked().forgotten(&password(PASSWORD)).map_err(|(_, error)| error).unwrap());
    assert_eq!(vault.biometrics(), Ok(None), "a new vault key has one way in");
    vault.allow_biometrics(&wrapped).unwrap();
    let refused = vault.locked().unlock_by_biometrics(&key).map_err(|(_, refusal)| refusal).err();
    assert_eq!(refused, Some(BiometricsRefusal::DoesNotOpen), "put back from a copy it opens nothing");
    vault.forget_biometrics().unwrap();
    let refused = vault.locked().unlock_by_biometrics(&key).map_err(|(_, refusal)| refusal).err();
    assert_eq!(refused, Some(BiometricsRefusal::Off));
}
