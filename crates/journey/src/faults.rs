//! How the errors of the layers below become refusals: exhaustive, code by code.

use device::KeychainError;
use device::disk::DiskError;
use vault::item::ItemError;
use vault::private::PrivateError;
use vault::unlocked::ChangeRefusal;
use vault::{DatabaseError, OpenError, PasswordRefusal, SectionError, SeedRefusal, UnlockRefusal, VaultError};

use crate::error::{ErrorCode, Refusal};

impl From<KeychainError> for Refusal {
    fn from(error: KeychainError) -> Self {
        Self::of(match error {
            KeychainError::Missing => ErrorCode::KeychainMissing,
            KeychainError::Locked => ErrorCode::KeychainLocked,
            KeychainError::Denied => ErrorCode::KeychainDenied,
            KeychainError::Cancelled => ErrorCode::KeychainCancelled,
            KeychainError::NotSetUp => ErrorCode::KeychainNotSetUp,
            KeychainError::Unavailable | KeychainError::Altered | KeychainError::Unfit => {
                ErrorCode::KeychainUnavailable
            }
            KeychainError::TimedOut => ErrorCode::KeychainTimedOut,
        })
    }
}

impl From<ItemError> for Refusal {
    fn from(error: ItemError) -> Self {
        match error {
            ItemError::Keychain(error) => error.into(),
            ItemError::NotKept | ItemError::NotDeleted | ItemError::Altered => Self::of(ErrorCode::KeychainUnavailable),
        }
    }
}

impl From<DiskError> for Refusal {
    fn from(error: DiskError) -> Self {
        match error {
            DiskError::Full => Self::of(ErrorCode::DiskFull),
            DiskError::ReadOnly | DiskError::Denied => Self::of(ErrorCode::StorageReadOnly),
            DiskError::Busy => Self::of(ErrorCode::WrongState).with("why", "already_running"),
            DiskError::WrongKind | DiskError::Missing | DiskError::TooLarge | DiskError::Failed => {
                Self::of(ErrorCode::StorageDamaged)
            }
        }
    }
}

impl From<DatabaseError> for Refusal {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::WrongKey | DatabaseError::Damaged => Self::of(ErrorCode::StorageDamaged),
            DatabaseError::Newer => Self::of(ErrorCode::StorageNewer),
            DatabaseError::Busy => Self::of(ErrorCode::Busy),
            DatabaseError::Disk(error) => error.into(),
            DatabaseError::Rule => Self::of(ErrorCode::WrongState),
            DatabaseError::NotEncrypted | DatabaseError::Failed => Self::of(ErrorCode::Internal),
        }
    }
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Disk(error) => error.into(),
            OpenError::Item(error) => error.into(),
            OpenError::DatabaseKeyMissing => Self::of(ErrorCode::StorageDamaged).with("why", "keychain_emptied"),
            OpenError::Database(error) => error.into(),
        }
    }
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Item(error) => error.into(),
            VaultError::Database(error) => error.into(),
            VaultError::Disk(error) => error.into(),
            VaultError::NotEnrolled | VaultError::NoPassword | VaultError::AlreadyChosen => {
                Self::of(ErrorCode::WrongState)
            }
            VaultError::Altered => Self::of(ErrorCode::VaultUnopenable),
        }
    }
}

impl From<PrivateError> for Refusal {
    fn from(error: PrivateError) -> Self {
        match error {
            PrivateError::NoVault => Self::of(ErrorCode::WrongState),
            PrivateError::DoesNotOpen => Self::of(ErrorCode::VaultUnopenable),
            PrivateError::Database(error) => error.into(),
        }
    }
}

impl From<SectionError> for Refusal {
    fn from(error: SectionError) -> Self {
        match error {
            SectionError::Shredded | SectionError::DoesNotOpen => Self::of(ErrorCode::VaultUnopenable),
            SectionError::Item(error) => error.into(),
            SectionError::Database(error) => error.into(),
            SectionError::Length => Self::of(ErrorCode::AnswerRefused),
        }
    }
}

impl From<SeedRefusal> for Refusal {
    fn from(error: SeedRefusal) -> Self {
        match error {
            SeedRefusal::NoReport => Self::of(ErrorCode::NoQuery),
            SeedRefusal::Ended => Self::of(ErrorCode::Expired),
            SeedRefusal::ClockDoubtful => Self::of(ErrorCode::ClockDoubtful),
            SeedRefusal::Shredded | SeedRefusal::KeychainEmptied | SeedRefusal::DoesNotOpen => {
                Self::of(ErrorCode::VaultUnopenable)
            }
            SeedRefusal::Item(error) => error.into(),
            SeedRefusal::Database(error) => error.into(),
        }
    }
}

impl From<PasswordRefusal> for Refusal {
    fn from(error: PasswordRefusal) -> Self {
        match error {
            PasswordRefusal::TooShort => Self::of(ErrorCode::PasswordShort),
            PasswordRefusal::TooLong => Self::of(ErrorCode::PasswordLong),
            PasswordRefusal::NotText | PasswordRefusal::Control => Self::of(ErrorCode::PasswordCharacters),
            PasswordRefusal::Repeats => Self::of(ErrorCode::PasswordWeak).with("why", "repeats"),
            PasswordRefusal::Run => Self::of(ErrorCode::PasswordWeak).with("why", "run"),
            PasswordRefusal::Birthday => Self::of(ErrorCode::PasswordWeak).with("why", "birthday"),
            PasswordRefusal::IdNumberTail => Self::of(ErrorCode::PasswordWeak).with("why", "id_number"),
            PasswordRefusal::MobileTail => Self::of(ErrorCode::PasswordWeak).with("why", "mobile"),
        }
    }
}

impl From<UnlockRefusal> for Refusal {
    fn from(error: UnlockRefusal) -> Self {
        match error {
            UnlockRefusal::Wrong { tries_left, wait: None } => {
                Self::of(ErrorCode::PasswordWrong).with("left", u64::from(tries_left))
            }
            UnlockRefusal::Wrong { wait: Some(wait), .. } | UnlockRefusal::Waiting { remaining: wait } => {
                Self::of(ErrorCode::PasswordWait).with("seconds", seconds(wait))
            }
            UnlockRefusal::NoPassword => Self::of(ErrorCode::WrongState),
            UnlockRefusal::CannotBeOpened => Self::of(ErrorCode::VaultUnopenable),
            UnlockRefusal::KdfParameters => Self::of(ErrorCode::KdfParameters),
            UnlockRefusal::Item(error) => error.into(),
            UnlockRefusal::Database(error) => error.into(),
        }
    }
}

impl From<ChangeRefusal> for Refusal {
    fn from(error: ChangeRefusal) -> Self {
        match error {
            ChangeRefusal::Old(error) => error.into(),
            ChangeRefusal::New(error) => error.into(),
        }
    }
}

/// Whole seconds, rounded up: nobody is told to try too early.
pub(crate) fn seconds(wait: std::time::Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
