//! What only the machine can do: keep a secret in its keychain, tell the time, guard the process, write a file so
//! that it is really there. One file per operating system; everything above this crate runs the same on all of them.
//!
//! Linux is the system this crate is tried on. The files for macOS, iOS, Windows and Android are type-checked for these
//! systems and were not run on them yet.

pub mod autostart;
pub mod backup;
pub mod biometrics;
pub mod call;
pub mod clock;
pub mod demo_clock;
pub mod desktop;
pub mod disk;
#[cfg(target_os = "ios")]
pub mod ios;
pub mod key_page;
pub mod keychain;
pub mod process;
pub mod single_instance;
pub mod stack;
pub mod timer;

#[cfg(any(test, feature = "testing"))]
pub use biometrics::memory::MemoryBiometrics;
pub use biometrics::{Biometrics, BiometricsError, NoBiometrics};
pub use call::Call;
pub use clock::OsClock;
pub use demo_clock::DemoClock;
pub use keychain::{Keychain, KeychainError, OsKeychain, Protection, Secret};
#[cfg(any(test, feature = "testing"))]
pub use keychain::{memory::MemoryKeychain, suite::keychain_suite};
