//! The one file a person may keep: their own copy of a consent, where they say, readable by them alone.
//!
//! Beside what is printed on purpose nothing readable is ever written, and only this act asks where.

#[cfg(not(target_os = "android"))]
use std::path::Path;
#[cfg(target_os = "ios")]
use std::path::PathBuf;

#[cfg(target_os = "ios")]
use device::disk::{self, DiskError};
use journey::{ErrorCode, KeptConsent, Refusal, view::Language};
use tauri::{AppHandle, Runtime};
#[cfg(target_os = "ios")]
use tokio::sync::oneshot;

use crate::error::Answer;
#[cfg(desktop)]
use crate::words::Word;

/// Asks where in the system's own dialog, and writes it there. Returns whether the person chose a place.
///
/// # Errors
/// What the disk refused; an older file of that name is then untouched.
#[cfg(desktop)]
pub(crate) async fn consent<R: Runtime>(_app: &AppHandle<R>, kept: &KeptConsent, language: Language) -> Answer<bool> {
    let asked = rfd::AsyncFileDialog::new().set_title(Word::KeepConsent.say(language)).set_file_name(name(kept));
    let Some(place) = asked.save_file().await else { return Ok(false) };
    write(place.path(), kept)?;
    Ok(true)
}

/// Asks where in the system's own words, and has it written there. Returns whether the person chose a place.
///
/// # Errors
/// What the place refused; nothing of it stays there then.
#[cfg(target_os = "android")]
pub(crate) async fn consent<R: Runtime>(app: &AppHandle<R>, kept: &KeptConsent, _language: Language) -> Answer<bool> {
    Ok(crate::hand_over::keep(app, &name(kept), &text(kept)?).await?)
}

/// Lays it where the system takes it from, and has the system ask where to. Returns whether the person chose a place.
///
/// # Errors
/// What the disk refused, or that nobody could be asked; nothing of it stays behind then.
#[cfg(target_os = "ios")]
pub(crate) async fn consent<R: Runtime>(app: &AppHandle<R>, kept: &KeptConsent, _language: Language) -> Answer<bool> {
    let passing = passing();
    disk::private_folder(&passing)?;
    let file = passing.join(name(kept));
    write(&file, kept)?;
    let (tell, told) = oneshot::channel();
    let asked = app.run_on_main_thread(move || {
        device::ios::ask_where(&file, move |moved| {
            let _ = tell.send(moved);
        });
    });
    let moved = told.await;
    forget();
    asked.map_err(|_| DiskError::Failed)?;
    Ok(moved.map_err(|_| DiskError::Failed)?)
}

/// The folder a copy passes through; the system empties it too, and keeps it out of backups.
#[cfg(target_os = "ios")]
fn passing() -> PathBuf {
    std::env::temp_dir().join("mingxia-consent")
}

/// Nothing lies there any more: after every question, and at a start that follows a sudden end.
#[cfg(target_os = "ios")]
pub(crate) fn forget() {
    let _ = std::fs::remove_dir_all(passing());
}

/// What is proposed as its name: the day it was given tells one consent from another.
fn name(kept: &KeptConsent) -> String {
    format!("mingxia-consent-{}.json", kept.given_at.get(..10).unwrap_or_default())
}

/// The copy as it is read.
fn text(kept: &KeptConsent) -> Answer<String> {
    serde_json::to_string_pretty(kept).map_err(|_| Refusal::of(ErrorCode::Internal))
}

/// Writes the copy whole or not at all, for this user only.
#[cfg(not(target_os = "android"))]
fn write(place: &Path, kept: &KeptConsent) -> Answer<()> {
    Ok(device::disk::write(place, text(kept)?.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use journey::view::{KeptBank, NoticeView};

    use super::*;

    fn kept() -> KeptConsent {
        KeptConsent {
            consent_id: "7b0a".to_owned(),
            query_id: "41c2".to_owned(),
            jws: "head.body.signature".to_owned(),
            digest: "digest".to_owned(),
            given_at: "2026-11-24T02:00:00.000Z".to_owned(),
            expires_at: "2026-12-24T02:00:00.000Z".to_owned(),
            banks: vec![KeptBank {
                code: "ICBC".to_owned(), name_zh: "工商银行".to_owned(), salt: "salt".to_owned()
            }],
            notice: NoticeView {
                version: "1".to_owned(),
                locale: "zh-CN".to_owned(),
                sha256: "sum".to_owned(),
                summary: "简".to_owned(),
                text: "全文".to_owned(),
            },
        }
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("mingxia-keep-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_place_that_is_no_file_is_refused_and_nothing_is_left_there() {
        let folder = folder("refused");
        let place = folder.join("here");
        fs::create_dir(&place).unwrap();
        assert_eq!(write(&place, &kept()).unwrap_err().code, ErrorCode::StorageDamaged, "a folder is no file");
        assert!(fs::read_dir(&place).unwrap().next().is_none(), "nothing was written into it");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no half of a file stands beside it");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_copy_is_the_whole_consent_for_this_person_only() {
        let folder = folder("whole");
        let place = folder.join(name(&kept()));
        assert!(place.ends_with("mingxia-consent-2026-11-24.json"), "the day tells it from another");
        write(&place, &kept()).unwrap();
        let copy: KeptConsent = serde_json::from_slice(&fs::read(&place).unwrap()).unwrap();
        assert_eq!(copy, kept(), "signature, salts, banks and the text that was read are all in it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&place).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "nobody else on this machine reads whom the person asked");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
