//! Writes the TypeScript of every view: `MINGXIA_TYPES_DIR=DIR cargo test -p journey --test export_types`. Without the
//! variable it only checks that all of them can be written.

use journey::{ErrorCode, Refusal, view};
use ts_rs::{Config, TS};

macro_rules! export {
    ($config:expr, $($ty:ty),+ $(,)?) => { $(<$ty as TS>::export_all($config).unwrap();)+ };
}

#[test]
fn every_view_has_its_type() {
    let scratch = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("MINGXIA_TYPES_DIR").map_or_else(|| scratch.path().to_owned(), Into::into);
    let config = Config::new().with_large_int("number").with_out_dir(&folder);
    export!(
        &config,
        ErrorCode,
        Refusal,
        view::Change,
        view::HomeView,
        view::Settings,
        view::ProtectionView,
        view::EnrolForm,
        view::EnrolView,
        view::BanksView,
        view::NoticeView,
        view::ConsentForm,
        view::KeptConsent,
        view::VerifyView,
        view::QueryView,
        view::CollectView,
        view::MessagesView,
        view::UnlockView,
        view::ResetView,
        view::ReportView,
        view::KitView,
        view::RecordView,
    );
    assert!(folder.join("ReportView.ts").exists(), "each view is a file of its own");
}
