//! Home, settings and protection.

use ts_rs::TS;

use super::{QueryView, Refusal, views, words};

words! {
    /// Whose data this is.
    Profile {
        /// Made-up people.
        Demo,
        /// The person's own.
        Real,
    }
    /// How far this device is.
    Phase {
        /// Nobody enrolled here.
        NotEnrolled,
        /// Enrolment has begun.
        Enrolling,
        /// Enrolled, with a viewing password.
        Enrolled,
    }
    /// Whether the report can be read now.
    VaultState {
        /// No viewing password yet.
        None,
        /// Needs the viewing password.
        Locked,
        /// Too many wrong tries; wait.
        Waiting,
        /// Open.
        Unlocked,
    }
    /// Whether the time is trusted.
    ClockState {
        /// Yes.
        Sure,
        /// Not now: nothing is destroyed, nothing past its end is shown.
        Doubtful,
    }
    /// Why a query is only a record now.
    Ended {
        /// Never sent.
        Lapsed,
        /// Refused by the gateway.
        Refused,
        /// Withdrawn by the person.
        Withdrawn,
        /// Deleted by the person.
        Deleted,
        /// No bank answered.
        Empty,
        /// Its key was lost.
        Lost,
        /// Another device took over.
        DeviceChanged,
        /// Its seven days are over.
        Expired,
    }
    /// Another device took over.
    Takeover {
        /// It did, and "not me" may be said.
        Done,
        /// "Not me" was said: both factors here give the account back.
        Frozen,
    }
    /// What an alarm is about.
    AlarmKind {
        /// A bank was asked about this person, and not by this device.
        UnknownInquiry,
        /// A bank answered and does not list the inquiry it answered.
        OwnInquiryMissing,
        /// The gateway's closing statement did not hold.
        EnvelopeRefused,
    }
    /// Why the configuration of a federation was not taken.
    ConfigFault {
        /// Incomplete, or with something unknown in it.
        Malformed,
        /// Not the address of a gateway.
        Address,
        /// A root this app was not built with.
        UnknownRoot,
    }
    /// What the keychain rests on.
    KeychainState {
        /// A password.
        Protected,
        /// Nothing: it protects nothing.
        NoPassword,
        /// It cannot be used now.
        Unavailable,
    }
    /// Colours.
    Theme {
        /// As the system.
        System,
        /// Light.
        Light,
        /// Dark.
        Dark,
    }
}

/// Language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, TS)]
#[ts(export)]
pub enum Language {
    /// As the system.
    #[serde(rename = "system")]
    System,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    ZhCn,
    /// English.
    #[serde(rename = "en")]
    En,
}

views! {
    /// What a first start can begin with.
    StartView {
        /// Name of the federation this device was set up for.
        federation: Option<String>,
        /// Why its configuration was not taken.
        refused: Option<ConfigFault>,
        /// Whether the demonstration is installed.
        demonstration: bool,
    }
    /// Who is enrolled, masked.
    Who {
        /// Name, all but the last character hidden.
        name: String,
        /// Mobile, 3 and 4 digits shown.
        mobile: String,
        /// Document number, first and last character shown.
        id_number: String,
    }
    /// Something the person must know.
    Alarm {
        /// Its number on this device.
        #[ts(type = "number")]
        id: i64,
        /// What.
        kind: AlarmKind,
        /// Which bank.
        bank: Option<String>,
        /// When.
        at: String,
        /// Whether the person said so: home is silent about it then.
        seen: bool,
    }
    /// A query that is only a record.
    RecordRow {
        /// The query.
        query_id: String,
        /// Why it ended.
        ended: Ended,
        /// When its consent was given.
        given_at: String,
        /// When it ended.
        ended_at: String,
        /// How many banks were asked.
        banks: u32,
        /// It took the place of one that ended early; nothing takes its own.
        replaces: bool,
    }
    /// The situation in one view.
    HomeView {
        /// Whose data.
        profile: Profile,
        /// How far.
        phase: Phase,
        /// Who, masked.
        who: Option<Who>,
        /// The vault.
        vault: VaultState,
        /// The clock.
        clock: ClockState,
        /// The query that is not yet a record.
        query: Option<QueryView>,
        /// Those that are, newest first.
        records: Vec<RecordRow>,
        /// When the next query is possible; absent when now.
        next_query_at: Option<String>,
        /// Until when a new device may not ask; absent when it may.
        hold_until: Option<String>,
        /// Whether another device took over.
        takeover: Option<Takeover>,
        /// The time this device believes.
        now: String,
        /// What stands in the way of everything.
        trouble: Option<Refusal>,
        /// What the person must know.
        alarms: Vec<Alarm>,
        /// Page of the demonstration's telephone.
        phone_page: Option<String>,
    }
    /// The person's choices.
    Settings {
        /// Language.
        locale: Language,
        /// Colours.
        theme: Theme,
        /// Elder mode.
        elder: bool,
        /// Size of text in per cent, 100 to 175.
        text_size: u32,
        /// Seconds without a hand on it before it locks, 30 to 600.
        idle_lock_secs: u32,
        /// Whether a closed window leaves the app in the tray.
        stay_in_tray: bool,
        /// Whether the app starts, in the tray, with the system.
        autostart: bool,
        /// Whether the desktop tells that a query has an end; that another device took over is always told.
        notify: bool,
    }
    /// One inquiry a bank lists.
    InquiryRow {
        /// The query it names.
        query_id: String,
        /// When.
        at: String,
        /// Whether this device made it.
        known: bool,
        /// The bank.
        bank: String,
    }
    /// How this is protected, on this machine, now.
    ProtectionView {
        /// What the keychain rests on.
        keychain: KeychainState,
        /// Thumbprint of the device key.
        device_kid: Option<String>,
        /// Version of the directory of banks.
        #[ts(type = "number | null")]
        directory_version: Option<u64>,
        /// When it ends.
        directory_expires_at: Option<String>,
        /// Thumbprint of the compiled-in root.
        root_kid: String,
        /// Whether the query not yet sent may check the face; that can be taken back.
        face_consent: bool,
        /// Inquiries the banks listed in the report that is open now.
        last_inquiries: Vec<InquiryRow>,
    }
}
