//! The one door: every act's closed error becomes a code and its parameters, exhaustively and without text.

use std::time::Duration;

use device::BiometricsError;
use device::KeychainError;
use device::desktop::Desktop;
use device::disk::DiskError;
use protocol::consent::Separate;
use protocol::directory::DirectoryError;
use vault::item::ItemError;
use vault::private::PrivateError;
use vault::{DatabaseError, OpenError, PasswordRefusal, ReportRefusal, SectionError, UnlockRefusal, VaultError};

use super::{ErrorCode as C, Refusal};
use crate::apply::ApplyError;
use crate::collect::CollectError;
use crate::consent::ConsentError;
use crate::enrol::EnrolError;
use crate::expire::ExpireError;
use crate::fault::Fault;
use crate::federation::Silence;
use crate::federation::calls::{CallFault, Told};
use crate::read::ReadError;
use crate::unlock::UnlockError;
use crate::verify::VerifyError;

/// One direction only: `$error` to a [`Refusal`].
macro_rules! door {
    ($($error:ident { $($case:pat => $refusal:expr),+ $(,)? })+) => {$(
        impl From<$error> for Refusal {
            fn from(error: $error) -> Self {
                use $error as E;
                match error { $($case => $refusal.into()),+ }
            }
        }
    )+};
}

door! {
    EnrolError {
        E::Name => C::NameInvalid,
        E::IdNumber => C::IdNumberInvalid,
        E::Document => C::DocumentNotServed,
        E::Age => C::AgeNotServed,
        E::Mobile => C::MobileInvalid,
        E::CardNumber => C::CardNumberInvalid,
        E::Phrase => C::PhraseInvalid,
        E::Password(error) => error,
        E::Factor(error) => error,
        E::Fault(fault) => fault,
    }
    ConsentError {
        E::NotRead => C::NoticeNotRead,
        E::Separate(which) => Refusal::of(C::SeparateConsentMissing).with("which", separate(which)),
        E::NoBank => C::NoBankChosen,
        E::NoKind => C::NoKindChosen,
        E::Member(member) => Refusal::of(C::ConsentInvalid).with("member", member),
        E::UnknownBank(None) => C::ConsentBankUnknown,
        E::UnknownBank(Some(bank)) => Refusal::of(C::ConsentBankUnknown).with("bank", bank.to_string()),
        E::QueryLive { query } => Refusal::of(C::QueryLive).with("query_id", query.to_string()),
        E::OnHold { until } => Refusal::of(C::DeviceOnHold).with("until", until.to_string()),
        E::AllowanceUsed { next_at } => Refusal::of(C::AllowanceUsed).with("next_at", next_at.to_string()),
        E::Set => C::Malformed,
        E::NoticeChanged => C::ConsentNoticeChanged,
        E::NotFound => C::NotFound,
        E::Fault(fault) => fault,
    }
    VerifyError {
        E::NoCode => C::Malformed,
        E::NoFaceConsent => C::FaceConsentMissing,
        E::Void => C::VerificationVoid,
        E::Lapsed => C::ConsentLapsed,
        E::Fault(fault) => fault,
    }
    ApplyError {
        E::Missing(kind) => Refusal::of(C::FactorMissing).with("kind", kind.as_str()),
        E::Lapsed => C::ConsentLapsed,
        E::Fault(fault) => fault,
    }
    CollectError {
        E::NotClosed => C::NotClosed,
        E::UsedUp => C::RetryUsedUp,
        E::NoneOpen => C::RetryNoneOpen,
        E::Lapsed => C::RetryUsedUp,
        E::Fault(fault) => fault,
    }
    UnlockError {
        E::Try(error) => error,
        E::Password(error) => error,
        E::Locked => C::Locked,
        E::Malformed => C::Malformed,
        E::Biometrics(error) => error,
        E::BiometricsOff => C::BiometricsOff,
        E::Unproven => C::FactorMissing,
        E::Factor(error) => error,
        E::Fault(fault) => fault,
    }
    BiometricsError {
        E::NotSetUp => C::BiometricsNotSetUp,
        E::Changed => C::BiometricsChanged,
        E::Cancelled => C::BiometricsCancelled,
        E::LockedOut => C::BiometricsLockedOut,
        E::Unavailable => C::BiometricsUnavailable,
    }
    ReadError {
        E::Locked => C::Locked,
        E::NotFound => C::NotFound,
        E::Note => C::Malformed,
        E::NoDirectory => C::DirectoryExpired,
        E::Report(error) => error,
        E::Fault(fault) => fault,
    }
    ExpireError {
        E::NotFound => C::NotFound,
        E::Locked => C::Locked,
        E::Fault(fault) => fault,
    }
    Fault {
        E::Call(fault) => fault,
        E::AnswerRefused => C::AnswerRefused,
        E::Directory(error) => error,
        E::Item(error) => error,
        E::Disk(error) => error,
        E::Database(error) => error,
        E::Open(error) => error,
        E::Vault(error) => error,
        E::Private(error) => error,
        E::Section(error) => error,
        E::Damaged => C::StorageDamaged,
        E::ClockDoubtful => C::ClockDoubtful,
        E::NotEnrolled => C::KeyUnknown,
        E::Retired => C::DeviceRetired,
        E::NoQuery => C::NoQuery,
        E::NoAlarm => C::NotFound,
        E::WrongState => C::WrongState,
        E::Internal => C::Internal,
    }
    CallFault {
        E::Silent(Silence::Offline) => C::Offline,
        E::Silent(Silence::TimedOut) => C::TimedOut,
        E::Silent(Silence::TooLarge) | E::NotUnderstood => C::AnswerRefused,
        E::Later { code, after } => Refusal::of(code.into()).with("seconds", after.as_secs()),
        E::Refused(told) => told_by_the_federation(*told),
    }
    DirectoryError {
        E::Expired => C::DirectoryExpired,
        E::Roots | E::Signature(_) | E::WentBack | E::Contradiction => C::DirectoryRefused,
    }
    KeychainError {
        E::Missing => C::KeychainMissing,
        E::Locked => Refusal::of(C::KeychainLocked).with("desktop", Desktop::here().as_str()),
        E::Denied => C::KeychainDenied,
        E::Cancelled => C::KeychainCancelled,
        E::NotSetUp => Refusal::of(C::KeychainNotSetUp).with("desktop", Desktop::here().as_str()),
        E::Unavailable | E::Altered | E::Unfit => C::KeychainUnavailable,
        E::TimedOut => C::KeychainTimedOut,
    }
    ItemError {
        E::Keychain(error) => error,
        E::NotKept | E::NotDeleted | E::Altered => C::KeychainUnavailable,
    }
    DiskError {
        E::Full => C::DiskFull,
        E::ReadOnly | E::Denied => C::StorageReadOnly,
        E::Busy => Refusal::of(C::WrongState).with("why", "already_running"),
        E::WrongKind | E::Missing | E::TooLarge | E::Failed => C::StorageDamaged,
    }
    DatabaseError {
        E::WrongKey | E::Damaged => C::StorageDamaged,
        E::Newer => C::StorageNewer,
        E::Busy => C::Busy,
        E::Disk(error) => error,
        E::Rule => C::WrongState,
        E::NotEncrypted | E::Failed => C::Internal,
    }
    OpenError {
        E::Disk(error) => error,
        E::Item(error) => error,
        E::DatabaseKeyMissing => Refusal::of(C::StorageDamaged).with("why", "keychain_emptied"),
        E::Database(error) => error,
    }
    VaultError {
        E::Item(error) => error,
        E::Database(error) => error,
        E::Disk(error) => error,
        E::NotEnrolled | E::NoPassword | E::AlreadyChosen => C::WrongState,
        E::Altered => C::VaultUnopenable,
    }
    PrivateError {
        E::NoVault => C::WrongState,
        E::DoesNotOpen => C::VaultUnopenable,
        E::Database(error) => error,
    }
    SectionError {
        E::Shredded | E::DoesNotOpen => C::VaultUnopenable,
        E::Item(error) => error,
        E::Database(error) => error,
        E::Length => C::AnswerRefused,
    }
    ReportRefusal {
        E::NoReport => C::NoQuery,
        E::Ended => C::Expired,
        E::ClockDoubtful => C::ClockDoubtful,
        E::Shredded | E::KeychainEmptied | E::DoesNotOpen => C::VaultUnopenable,
        E::Item(error) => error,
        E::File(error) => error,
        E::Database(error) => error,
    }
    PasswordRefusal {
        E::TooShort => C::PasswordShort,
        E::TooLong => C::PasswordLong,
        E::NotText | E::Control => C::PasswordCharacters,
        E::Repeats => Refusal::of(C::PasswordWeak).with("why", "repeats"),
        E::Run => Refusal::of(C::PasswordWeak).with("why", "run"),
        E::Birthday => Refusal::of(C::PasswordWeak).with("why", "birthday"),
        E::IdNumberTail => Refusal::of(C::PasswordWeak).with("why", "id_number"),
        E::MobileTail => Refusal::of(C::PasswordWeak).with("why", "mobile"),
    }
    UnlockRefusal {
        E::Wrong { tries_left, wait: None } => Refusal::of(C::PasswordWrong).with("left", u64::from(tries_left)),
        E::Wrong { wait: Some(wait), .. } | E::Waiting { remaining: wait } => {
            Refusal::of(C::PasswordWait).with("seconds", seconds(wait))
        },
        E::NoPassword | E::CannotBeOpened => C::VaultUnopenable,
        E::KdfParameters => C::KdfParameters,
        E::Item(error) => error,
        E::Database(error) => error,
    }
}

fn told_by_the_federation(told: Told) -> Refusal {
    let with = told.with;
    let words = [
        ("until", with.until.map(|at| at.to_string())),
        ("next_at", with.next_at.map(|at| at.to_string())),
        ("query_id", with.query_id.map(|id| id.to_string())),
        ("kind", with.kind.map(|kind| kind.to_string())),
        ("member", with.member),
    ];
    let refusal = Refusal::of(told.code.into());
    let refusal = words.into_iter().fold(refusal, |refusal, (name, word)| match word {
        Some(word) => refusal.with(name, word),
        None => refusal,
    });
    match with.left {
        Some(left) => refusal.with("left", u64::from(left)),
        None => refusal,
    }
}

const fn separate(which: Separate) -> &'static str {
    match which {
        Separate::Sensitive => "sensitive",
        Separate::Handover => "handover",
    }
}

/// Whole seconds, rounded up: nobody is told to try too early.
pub(crate) fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
