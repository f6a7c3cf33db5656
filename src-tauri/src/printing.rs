//! The page on paper or as a PDF: the person chooses where in the system's own dialog.

#[cfg(target_os = "linux")]
mod linux;

use journey::{ErrorCode, Refusal};
#[cfg(not(target_os = "linux"))]
use {
    crate::error::Answer,
    journey::view::Language,
    tauri::{Runtime, WebviewWindow},
};

#[cfg(target_os = "linux")]
pub(crate) use linux::{by_us_alone, page};

/// Has the system ask and print, which says nothing of how it went.
///
/// # Errors
/// [`ErrorCode::NotPrinted`] where the window cannot be asked to.
#[cfg(all(desktop, not(target_os = "linux")))]
pub(crate) async fn page<R: Runtime>(window: &WebviewWindow<R>, _language: Language) -> Answer<()> {
    window.print().map_err(|_| not_printed())
}

/// A telephone's web view cannot print.
///
/// # Errors
/// [`ErrorCode::NotPrinted`], always.
#[cfg(mobile)]
pub(crate) async fn page<R: Runtime>(_window: &WebviewWindow<R>, _language: Language) -> Answer<()> {
    Err(not_printed())
}

fn not_printed() -> Refusal {
    Refusal::of(ErrorCode::NotPrinted)
}
