//! A made-up device for the tests: a folder, a keychain in memory, a clock moved by hand.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use device::{Keychain, MemoryKeychain};
use protocol::code::PartyCode;
use protocol::encode::{Digest, Salt};
use protocol::id::{ConsentId, QueryId};
use protocol::seal::{self, QueryPublic};
use protocol::time::{ManualClock, Timestamp};
use tempfile::TempDir;
use vault::section_file::StoredSection;
use vault::tables::banks::BankRow;
use vault::tables::consents::{ConsentBank, ConsentRow, KeptNotice};
use vault::tables::queries::{QueryRow, Stage};
use vault::{Cost, OpenError, Password, Paths, PersonalNumbers, Unlocked, Vault};

/// What would be readable if anything leaked: stands in every section and every private place.
pub(crate) const CARD: &str = "6222-MADE-UP-CARD-1496";
pub(crate) const PASSWORD: &str = "correct horse";
pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

/// 2026-11-24T04:00Z, noon in Beijing.
pub(crate) fn noon() -> Timestamp {
    "2026-11-24T04:00:00.000Z".parse().expect("an instant")
}

/// D+8 00:00 Shanghai of a report closed at noon.
pub(crate) fn end() -> Timestamp {
    "2026-12-01T16:00:00.000Z".parse().expect("an instant")
}

pub(crate) struct Machine {
    pub(crate) folder: TempDir,
    pub(crate) keychain: MemoryKeychain,
    pub(crate) clock: Arc<ManualClock>,
}

impl Machine {
    /// A machine on which the app never ran.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            keychain: MemoryKeychain::new(),
            clock: Arc::new(ManualClock::at(noon())),
        }
    }

    /// Enrolled, with a viewing password. Made once and copied, because each Argon2id is real work.
    pub(crate) fn enrolled() -> Self {
        static MODEL: OnceLock<Machine> = OnceLock::new();
        let model = MODEL.get_or_init(|| {
            let machine = Self::empty();
            let vault = machine.open();
            vault.make_device_keys().expect("keys");
            vault.confirm_time(noon()).expect("a mark");
            drop(vault.choose_password(&password(PASSWORD)).expect("a password"));
            machine
        });
        let machine = Self::empty();
        machine.keychain.restore(&model.keychain.snapshot());
        machine.paths().make().expect("folders");
        std::fs::copy(model.paths().database(), machine.paths().database()).expect("a copy");
        machine
    }

    /// Enrolled, with one report of one bank, closed at noon.
    pub(crate) fn with_report() -> (Self, QueryId) {
        let stage = Self::enrolled();
        let query = add_report(&stage.open());
        (stage, query)
    }

    pub(crate) fn paths(&self) -> Paths {
        Paths::at(self.folder.path().join("profile"))
    }

    pub(crate) fn try_open(&self) -> Result<Arc<Vault>, OpenError> {
        self.try_open_with(Arc::new(self.keychain.clone()))
    }

    pub(crate) fn try_open_with(&self, keychain: Arc<dyn Keychain>) -> Result<Arc<Vault>, OpenError> {
        Vault::open(self.paths(), keychain, self.clock.clone(), Cost::Floor)
    }

    pub(crate) fn open(&self) -> Arc<Vault> {
        self.try_open().expect("the profile opens")
    }

    pub(crate) fn unlock(&self) -> Unlocked {
        self.open().locked().unlock(&password(PASSWORD)).map_err(|(_, refusal)| refusal).expect("it unlocks")
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        protocol::time::Clock::now(&*self.clock)
    }

    /// Everything in the profile's folder, bytes and names.
    pub(crate) fn everything(&self) -> Vec<u8> {
        fn walk(folder: &std::path::Path, into: &mut Vec<u8>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                into.extend(entry.file_name().as_encoded_bytes());
                if entry.path().is_dir() {
                    walk(&entry.path(), into);
                } else {
                    into.extend(std::fs::read(entry.path()).unwrap_or_default());
                }
            }
        }
        let mut all = Vec::new();
        walk(self.folder.path(), &mut all);
        all
    }
}

pub(crate) fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

pub(crate) fn password(text: &str) -> Password {
    let person = PersonalNumbers { id_number: "99010119870412003X", mobile: "10012345678" };
    Password::choose(text.as_bytes(), &person).expect("a good password")
}

pub(crate) fn bank() -> PartyCode {
    "ICBC".parse().expect("a code")
}

/// The sealed section of a report.
pub(crate) fn section(query: QueryId, public: &QueryPublic, text: &str) -> StoredSection {
    let info = seal::section_info(query, &bank(), 1, &Digest::of(b"consent"));
    let sealed = seal::seal_section(public, &info, text).expect("it seals");
    StoredSection {
        bank: bank(),
        round: 1,
        digest: Digest::of(&sealed),
        sealed,
        answer: "answer.of.bank".into(),
        at: noon(),
    }
}

pub(crate) fn consent(query: QueryId) -> ConsentRow {
    ConsentRow {
        query,
        consent: ConsentId::new(),
        digest: Digest::of(b"consent"),
        jws: "consent.as.signed".into(),
        subject_salt: Salt::random(),
        banks: vec![ConsentBank { code: "ICBC".into(), name_zh: "中国工商银行".into(), salt: Salt::random() }],
        given_at: noon(),
        apply_by: noon() + Duration::from_secs(900),
        expires_at: noon() + 3 * DAY,
        notice: KeptNotice {
            version: "2026-11-01".into(),
            locale: "zh-CN".into(),
            sha256: "digest".into(),
            summary: "摘要".into(),
            text: "全文".into(),
        },
        face_consent: None,
    }
}

pub(crate) fn prepared(query: QueryId) -> QueryRow {
    QueryRow::prepared(query, noon(), noon() + Duration::from_secs(900), noon() + 3 * DAY)
}

/// The durable steps of asking, in their order, up to a closed report.
pub(crate) fn add_report(vault: &Vault) -> QueryId {
    add_report_saying(vault, CARD)
}

/// The same with another text in the bank's section.
pub(crate) fn add_report_saying(vault: &Vault, text: &str) -> QueryId {
    let query = QueryId::new();
    let mut row = prepared(query);
    vault.database().write(|write| write.queries().insert(&row)).expect("a row");
    let key = vault.make_query_key(query).expect("a key");
    row.sealed_seed = Some(key.sealed_seed.clone());
    row.public_key = Some(key.public.as_bytes().to_vec());
    vault
        .database()
        .write(|write| {
            write.queries().put(&row)?;
            write.consents().insert(&consent(query))?;
            write.banks().put(query, &BankRow::pending(bank(), 0))
        })
        .expect("seed and consent");
    vault.set_end(query, end()).expect("a deadline");
    let file = vault.section_file(query).expect("a section file");
    assert!(file.store(&section(query, &key.public, text)).expect("it stores"));
    row.stage = Stage::Ready;
    row.accepted_at = Some(noon());
    row.due_at = Some(noon() + DAY);
    row.generated_at = Some(noon());
    row.ends_at = Some(end());
    vault.database().write(|write| write.queries().put(&row)).expect("a report");
    query
}

/// What the person would read.
pub(crate) fn read_card(unlocked: &Unlocked, query: QueryId) -> String {
    let (seed, file) = unlocked.report(query).expect("seed and file open");
    let sections = file.all().expect("sections");
    let info = seal::section_info(query, &bank(), 1, &Digest::of(b"consent"));
    seal::open_section(&seed.decapsulation_key(), &info, &sections[0].sealed).expect("it opens").to_string()
}
