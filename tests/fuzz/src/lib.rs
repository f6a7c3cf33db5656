//! What the targets share: a federation of constant keys, as the recorded formats have it.

use protocol::directory::TrustedDirectory;
use protocol::key::SigningKey;
use protocol::time::Timestamp;

/// The instant of the recorded formats.
pub fn noon() -> Timestamp {
    Timestamp::from_millis(1_795_492_800_000)
}

/// The key of a seed of 32 equal bytes: device 1, gateway 2, bank 3, root 4, directory 5, attestor 6.
pub fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&[byte; 32])
}

/// The second line of a recorded format: what was signed, as it travels.
fn token(recorded: &str) -> String {
    recorded.lines().nth(1).unwrap_or_default().to_owned()
}

/// The recorded directory, followed from the recorded root.
pub fn directory() -> TrustedDirectory {
    let root = token(include_str!("../../../crates/protocol/tests/formats/root.txt"));
    let directory = token(include_str!("../../../crates/protocol/tests/formats/directory.txt"));
    TrustedDirectory::verify(&[root], &directory, &key(4).public(), noon()).expect("the recorded directory holds")
}

/// Splits a letter off that says what the rest is.
pub fn lettered(data: &[u8]) -> Option<(u8, &str)> {
    let (letter, rest) = data.split_first()?;
    Some((*letter, std::str::from_utf8(rest).ok()?))
}
