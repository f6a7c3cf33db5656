//! What gateway and banks of a walk sign and seal, with keys of their own under a root of their own.

use protocol::answer::{Answer, AnswerState};
use protocol::calendar::retention_end;
use protocol::code::{BankRefusal, BankState, Kind, Outcome, PartyCode, Role, Used};
use protocol::directory::{Directory, KeyPoint, Party, PartyKey, Root};
use protocol::encode::Digest;
use protocol::enrolment::Enrolment;
use protocol::envelope::{Envelope, EnvelopeBank, EnvelopeState};
use protocol::erase::Erase;
use protocol::id::{AccountId, QueryId};
use protocol::json::V1;
use protocol::jws;
use protocol::key::{Kid, SigningKey};
use protocol::seal::{seal_section, section_info};
use protocol::section::Section;
use protocol::server_time::ServerTime;
use protocol::text::Text;
use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::gateway::{HOUR, Held, Seal};

/// The banks of a walk.
pub(crate) const BANKS: [&str; 3] = ["ABC", "CCB", "ICBC"];

/// The key of a party, by its name.
pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(Digest::of(name.as_bytes()).as_bytes())
}

fn code(code: &str) -> PartyCode {
    code.parse().unwrap()
}

/// Roots and a directory that began a week ago, or one that ended long ago.
pub(crate) fn directory(old: bool, now: Timestamp) -> Value {
    let always = (Timestamp::from_millis(0), Timestamp::from_millis(4_000_000_000_000));
    let keys = |name: &str| {
        vec![PartyKey {
            x: key(name).public(),
            not_before: always.0,
            not_after: always.1,
            revoked_at: None,
            revoked_for: None,
        }]
    };
    let party = |role, name: &str| Party {
        role,
        code: code(name),
        name_zh: Text::new("银行").ok(),
        name_en: Text::new("Bank").ok(),
        short_zh: Text::new("行").ok(),
        hotline: None,
        contact: None,
        kinds: (role == Role::Bank).then(|| Kind::ALL.to_vec()),
        keys: keys(if role == Role::Gateway { "gateway" } else { name }),
    };
    let mut parties = vec![party(Role::Gateway, "GW"), party(Role::Attestor, "FACE1")];
    parties.extend(BANKS.iter().map(|bank| party(Role::Bank, bank)));
    let root = Root {
        v: V1,
        version: 1,
        root: KeyPoint { x: key("root").public() },
        directory_key: KeyPoint { x: key("directory").public() },
        issued_at: always.0,
        expires_at: always.1,
    };
    // A new one each day, so that none lapses in a walk over weeks.
    let day = now.millis() / 86_400_000;
    let issued_at = if old { now - HOUR * 24 * 20 } else { Timestamp::from_millis(day * 86_400_000) };
    let version = u64::try_from(day).unwrap() - u64::from(old) * 20;
    let payload = Directory { v: V1, version, issued_at, expires_at: issued_at + HOUR * 24 * 13, parties };
    json!({"roots": [root.sign(&key("root"))], "directory": payload.sign(&key("directory")), "health": []})
}

/// The time, for the nonce of a query.
pub(crate) fn time(query: &str, now: Timestamp) -> Value {
    let nonce = serde_json::from_value(json!(query.trim_start_matches("nonce="))).unwrap();
    json!({"time": ServerTime { v: V1, nonce, now }.sign(&key("gateway"))})
}

pub(crate) fn enrolment(account: AccountId, device: Kid, now: Timestamp) -> String {
    Enrolment { v: V1, account, device, since: now, replaced: None, hold_until: None }.sign(&key("gateway"))
}

pub(crate) fn erase(device: Kid, now: Timestamp) -> String {
    Erase { v: V1, device, at: now }.sign(&key("gateway"))
}

/// What a bank does when it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Does {
    Answers,
    Refuses,
    /// Its answer is for other bytes than those that come.
    OtherBytes,
    /// Its answer is signed by somebody else.
    Forged,
    /// Answers rightly outside; what is inside the seal is not its own.
    ForgedInside,
}

/// One bank of a query as the gateway holds it.
pub(crate) struct Bank {
    pub(crate) state: BankState,
    pub(crate) round: u8,
    pub(crate) at: Timestamp,
    /// What it did, once it was asked.
    pub(crate) did: Option<Does>,
    /// Its signed answer.
    pub(crate) word: Option<String>,
    /// Signed answer and sealed bytes.
    pub(crate) answered: Option<(String, Vec<u8>)>,
}

impl Bank {
    pub(crate) fn pending(at: Timestamp) -> Self {
        Self { state: BankState::Pending, round: 1, at, did: None, word: None, answered: None }
    }

    pub(crate) fn row(&self, code: &str) -> Value {
        let mut row = json!({"bank": code, "state": self.state, "round": self.round, "at": self.at});
        if let Some((_, sealed)) = &self.answered {
            row["sealed"] = json!(Digest::of(sealed));
        }
        row
    }

    fn envelope_row(&self, name: &str) -> EnvelopeBank {
        EnvelopeBank {
            bank: code(name),
            state: self.state,
            round: self.round,
            answer: self.word.as_deref().map(jws::digest),
            sealed: self.answered.as_ref().map(|(_, sealed)| Digest::of(sealed)),
            at: self.at,
        }
    }

    /// What the bank says of a query in one round.
    pub(crate) fn says(name: &str, query: QueryId, held: &Held, does: Does, now: Timestamp) -> Self {
        let round = held.round;
        let section = Section {
            v: V1,
            query_id: query,
            bank: code(name),
            round,
            consent: held.consent,
            key: held.to.thumbprint(),
            suite: 1,
            as_of: now,
            outcome: Outcome::None,
            used: vec![Used::Name],
            cards: Vec::new(),
            omitted: 0,
            inquiries: Vec::new(),
        };
        let inside = if does == Does::ForgedInside { key("somebody else") } else { key(name) };
        let info = section_info(query, &code(name), round, &held.consent);
        let mut sealed = seal_section(&held.to, &info, &section.sign(&inside)).unwrap();
        let refuses = does == Does::Refuses;
        let answer = Answer {
            v: V1,
            query_id: query,
            bank: code(name),
            round,
            consent: held.consent,
            state: if refuses { AnswerState::Refused } else { AnswerState::Answered },
            sealed: (!refuses).then(|| Digest::of(&sealed)),
            code: refuses.then_some(BankRefusal::TooSoon),
            at: now,
        };
        let word = answer.sign(&if does == Does::Forged { key("somebody else") } else { key(name) });
        if does == Does::OtherBytes {
            sealed[100] ^= 1;
        }
        Self {
            state: if refuses { BankState::Refused } else { BankState::Answered },
            round,
            at: now,
            did: Some(does),
            answered: (!refuses).then(|| (word.clone(), sealed)),
            word: Some(word),
        }
    }
}

/// The closing statement of a query, true or bent.
pub(crate) fn envelope(query: QueryId, held: &Held, seal: Seal, now: Timestamp) -> String {
    let empty = held.generated_at.is_none();
    let mut banks: Vec<_> = held.banks.iter().map(|(code, bank)| bank.envelope_row(code)).collect();
    if seal == Seal::BankMissing {
        banks.pop();
    }
    let later = if seal == Seal::LaterEnd { HOUR * 24 } else { std::time::Duration::ZERO };
    let envelope = Envelope {
        v: V1,
        query_id: query,
        consent: held.consent,
        state: if empty { EnvelopeState::Empty } else { EnvelopeState::Closed },
        revision: held.revision,
        at: now,
        accepted_at: held.accepted_at,
        due_at: held.due_at(),
        generated_at: held.generated_at,
        expires_at: held.generated_at.map(|at| retention_end(at) + later),
        banks,
    };
    envelope.sign(&key(if seal == Seal::Forged { "somebody else" } else { "gateway" }))
}
