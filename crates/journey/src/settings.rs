//! Home, settings, protection, and leaving for good.

use std::collections::BTreeSet;

use device::Protection;
use device::disk;
use protocol::routes::ReceiptBody;
use protocol::time::Timestamp;
use vault::State;
use vault::tables::account::Step;
use vault::tables::alarms::AlarmKind as StoredAlarm;
use vault::tables::queries::Stage;
use vault::tables::records::{Ended, RecordRow as Record};

use crate::Journey;
use crate::fault::Fault;
use crate::house::House;
use crate::profile::World;
use crate::unlock::vault_state;
use crate::view::{
    Alarm, AlarmKind, ClockState, HomeView, KeychainState, Language, Phase, ProtectionView, Refusal, Settings, Theme,
    VaultState, What, Who,
};

/// The settings lie beside the database: they are needed when the keychain is not there, and say nothing of anybody.
const FILE: &str = "settings.json";
const MAX_FILE: u64 = 4096;

const DEFAULT: Settings = Settings {
    locale: Language::System,
    theme: Theme::System,
    elder: false,
    text_size: 100,
    idle_lock_secs: 120,
    stay_in_tray: false,
    autostart: false,
    notify: true,
};

impl Journey {
    /// The situation in one view; never fails for what stands in the way, but tells it.
    ///
    /// # Errors
    /// A failure inside this app.
    pub async fn settings_home(&self) -> Result<HomeView, Fault> {
        let profile = self.0.profile.clone();
        let phone_page = profile.world.as_deref().and_then(World::read).map(|world| world.phone);
        self.house(move |house| {
            // An end that cannot be reached now is reached at the next look; nothing past it is shown.
            let _ = crate::expire::sweep(house);
            let mut view = HomeView {
                profile: profile.kind,
                phase: Phase::NotEnrolled,
                who: None,
                vault: VaultState::None,
                clock: if house.doubtful() { ClockState::Doubtful } else { ClockState::Sure },
                query: None,
                records: Vec::new(),
                next_query_at: None,
                hold_until: None,
                takeover: None,
                now: house.now().to_string(),
                // Where nothing is stored yet there is no trouble until something shall be.
                trouble: house.trouble.filter(|_| house.paths.database().exists()).map(Refusal::from),
                alarms: Vec::new(),
                phone_page,
            };
            if house.database().is_some()
                && let Err(trouble) = fill(house, &mut view)
            {
                view.trouble = Some(trouble.into());
            }
            Ok(view)
        })
        .await
    }

    /// The person's choices.
    ///
    /// # Errors
    /// The disk's.
    pub async fn settings_get(&self) -> Result<Settings, Fault> {
        self.house(|house| {
            let kept = disk::read(&house.paths.folder().join(FILE), MAX_FILE)?;
            Ok(kept.and_then(|bytes| understood(&bytes)).unwrap_or(DEFAULT))
        })
        .await
    }

    /// Keeps the person's choices, within what is possible.
    ///
    /// # Errors
    /// The disk's.
    pub async fn settings_set(&self, settings: Settings) -> Result<Settings, Fault> {
        let settings = Settings {
            text_size: settings.text_size.clamp(100, 175),
            idle_lock_secs: settings.idle_lock_secs.clamp(30, 600),
            ..settings
        };
        let kept = settings.clone();
        self.house(move |house| {
            let bytes = serde_json::to_vec(&kept).map_err(|_| Fault::Internal)?;
            disk::private_folder(house.paths.folder())?;
            Ok(disk::write(&house.paths.folder().join(FILE), &bytes)?)
        })
        .await?;
        self.changed(What::Settings);
        Ok(settings)
    }

    /// The person has seen these alarms: all of them from now on, or none. They stay, and are not raised again.
    ///
    /// # Errors
    /// `not_found` where one of them was never raised.
    pub async fn settings_alarms_seen(&self, alarms: Vec<i64>) -> Result<(), Fault> {
        self.house(move |house| {
            let known: BTreeSet<i64> = house.read(|read| read.alarms().all())?.iter().map(|alarm| alarm.id).collect();
            if !alarms.iter().all(|alarm| known.contains(alarm)) {
                return Err(Fault::NoAlarm);
            }
            house.write(|write| alarms.iter().try_for_each(|alarm| write.alarms().mark_seen(*alarm)))
        })
        .await?;
        self.changed(What::Query);
        Ok(())
    }

    /// How this is protected, on this machine, now.
    ///
    /// # Errors
    /// A failure inside this app.
    pub async fn settings_protection(&self) -> Result<ProtectionView, Fault> {
        let root_kid = self.0.profile.root.kid().to_string();
        self.house(move |house| {
            let keychain = match house.keychain.state() {
                Ok(Protection::Protected | Protection::Unknown) => KeychainState::Protected,
                Ok(Protection::NoPassword) => KeychainState::NoPassword,
                Err(_) => KeychainState::Unavailable,
            };
            Ok(ProtectionView {
                keychain,
                device_kid: house.key().ok().map(|key| key.kid().to_string()),
                directory_version: house.directory.as_ref().map(|known| known.directory.version()),
                directory_expires_at: house.directory.as_ref().map(|known| known.directory.expires_at().to_string()),
                root_kid,
                face_consent: crate::verify::face_agreed(house).unwrap_or(false),
                last_inquiries: house.unlocked.as_ref().map(|session| session.inquiries.clone()).unwrap_or_default(),
            })
        })
        .await
    }

    /// Ends the account everywhere: the gateway first, then this device.
    ///
    /// # Errors
    /// The network's; nothing was deleted then.
    pub async fn settings_delete_account(&self) -> Result<(), Fault> {
        let key = self.house(|house| house.key()).await?;
        let told = self.0.gateway.delete::<ReceiptBody>(&key, "/v1/account").await;
        self.heed(told).await?;
        self.settings_erase_device().await
    }

    /// Leaves nothing on this device. What the gateway still had to be told is told once more, then given up.
    ///
    /// # Errors
    /// What could not be erased; everything else was.
    pub async fn settings_erase_device(&self) -> Result<(), Fault> {
        let _ = self
            .house(|house| {
                for row in house.read(|read| read.queries().all())? {
                    let tell = match row.stage {
                        Stage::Sending | Stage::Collecting => Some(vault::tables::outbox::Tell::Withdraw),
                        Stage::Ready | Stage::Retrying => Some(vault::tables::outbox::Tell::Delete),
                        Stage::Prepared | Stage::Verifying | Stage::Ending(_) => None,
                    };
                    house.end_telling(row.query, Ended::Deleted, None, tell)?;
                }
                Ok(())
            })
            .await;
        self.flush_outbox().await;
        let erased = self
            .house(|house| {
                house.unlocked = None;
                house.vault = None;
                house.directory = None;
                house.erased = true;
                let _ = disk::remove(&house.paths.folder().join(FILE));
                let _ = house.biometrics.forget();
                Ok(vault::vault::erase_device(&house.paths, &*house.keychain)?)
            })
            .await;
        for what in [What::Account, What::Vault, What::Query, What::Settings] {
            self.changed(what);
        }
        erased
    }
}

/// What a file of choices says; a choice it does not know, made before there was one, is as shipped.
fn understood(file: &[u8]) -> Option<Settings> {
    let mut choices = serde_json::to_value(DEFAULT).ok()?;
    let kept: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(file).ok()?;
    choices.as_object_mut()?.extend(kept);
    serde_json::from_value(choices).ok()
}

fn fill(house: &mut House, view: &mut HomeView) -> Result<(), Fault> {
    let Some(account) = house.account()? else { return Ok(()) };
    view.phase = match account.step {
        Step::Started | Step::CodeWait | Step::Proving | Step::Confirmed => Phase::Enrolling,
        Step::Active | Step::Retired => Phase::Enrolled,
    };
    view.who =
        Some(Who { name: account.masked_name, mobile: account.masked_mobile, id_number: account.masked_id_number });
    let records = house.read(|read| read.records().all())?;
    view.records = records.iter().map(crate::expire::row).collect();
    view.takeover = crate::enrol::takeover(house)?;
    if view.takeover.is_some() {
        view.trouble = Some(Fault::Retired.into());
    }
    view.hold_until = account.hold_until.filter(|until| house.now() < *until).map(|until| until.to_string());
    view.vault = match vault_state(house)? {
        State::None => VaultState::None,
        State::Locked { .. } | State::Waiting { .. } if house.unlocked.is_some() => VaultState::Unlocked,
        State::Locked { .. } => VaultState::Locked,
        State::Waiting { .. } => VaultState::Waiting,
    };
    // Without its key this device can ask nothing: enrol anew.
    house.key()?;
    view.alarms = house
        .read(|read| read.alarms().all())?
        .into_iter()
        .map(|alarm| Alarm {
            id: alarm.id,
            kind: match alarm.kind {
                StoredAlarm::UnknownInquiry => AlarmKind::UnknownInquiry,
                StoredAlarm::OwnInquiryMissing => AlarmKind::OwnInquiryMissing,
                StoredAlarm::EnvelopeRefused => AlarmKind::EnvelopeRefused,
            },
            bank: alarm.bank,
            at: alarm.at.to_string(),
            seen: alarm.seen,
        })
        .collect();
    let live = house.live()?;
    let next = house.setting("next_query_at")?.and_then(|at| at.parse().ok());
    let next = live.as_ref().map_or_else(|| counts_until(&records, next), |row| vault::shred::end_of(row).or(next));
    view.next_query_at = next.filter(|at| house.now() < *at).map(|at| at.to_string());
    view.query = live.map(|row| house.query_view(&row)).transpose()?;
    Ok(())
}

/// Until when the last accepted query counts, now that none is live: as the gateway told, or to the end its report would
/// have had. Nothing where it ended before its time and another may take its place at once.
fn counts_until(records: &[Record], told: Option<Timestamp>) -> Option<Timestamp> {
    let Some(last) = records.iter().find(|record| record.accepted_at.is_some()) else { return told };
    match (last.ended, last.replaces) {
        (Ended::Withdrawn | Ended::Deleted | Ended::Lost, None) => None,
        (Ended::Deleted | Ended::Lost, Some(_)) => told.or(last.ends_at),
        (Ended::Withdrawn, Some(_))
        | (Ended::Lapsed | Ended::Refused | Ended::Empty | Ended::DeviceChanged | Ended::Expired, _) => told,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_made_before_there_were_more_stay_made() {
        let kept = understood(br#"{"locale":"en","elder":true}"#).unwrap();
        assert_eq!(kept, Settings { locale: Language::En, elder: true, ..DEFAULT });
        for broken in [&b"{"[..], b"[]", br#"{"locale":"xx"}"#, br#"{"autostart":"yes"}"#] {
            assert_eq!(understood(broken), None, "{}", String::from_utf8_lossy(broken));
        }
    }

    /// Written beside the generated types, and compared with them: the pages hold no choices of their own.
    #[test]
    fn export_bindings_as_shipped() {
        let folder = std::env::var_os("TS_RS_EXPORT_DIR").map(std::path::PathBuf::from).unwrap();
        let shipped = serde_json::to_string_pretty(&DEFAULT).unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        let text = format!(
            "// This file was generated from the core's settings. Do not edit this file manually.\n\
             import type {{ Settings }} from \"./Settings\";\n\n\
             /**\n * The person's choices before any was made.\n */\n\
             export const asShipped: Settings = {shipped};\n"
        );
        std::fs::write(folder.join("asShipped.ts"), text).unwrap();
    }

    #[test]
    fn nothing_runs_on_or_starts_by_itself_unless_the_person_says_so() {
        let shipped = understood(b"{}").unwrap();
        assert!(!shipped.stay_in_tray && !shipped.autostart);
    }
}
