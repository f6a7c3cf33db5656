//! `--sweep`: the system's timer ends what is over by the plain list of deadlines; the vault is never opened.

use std::sync::Arc;

use device::Keychain;
use protocol::time::Clock;
use vault::Paths;

use crate::fault::Fault;

/// Unlinks section files past their end. Gives how many went.
///
/// # Errors
/// The disk's.
pub fn sweep(paths: &Paths, keychain: &Arc<dyn Keychain>, clock: &Arc<dyn Clock>) -> Result<usize, Fault> {
    Ok(vault::shred::sweep_files(paths, &**keychain, &**clock)?.len())
}
