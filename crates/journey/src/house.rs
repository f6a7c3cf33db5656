//! What this device holds, behind one lock: everything in here blocks and none of it touches the network.

use std::sync::Arc;

use device::{Biometrics, Keychain};
use protocol::code::{BankState, IdType};
use protocol::id::QueryId;
use protocol::identity::{IdNumber, Identity, Mobile, Name};
use protocol::key::{PublicKey, SigningKey};
use protocol::receipt::Receipt;
use protocol::refusal::Code;
use protocol::sms::{CheckKey, SmsKind, check_characters};
use protocol::time::{Clock, Timestamp};
use serde::{Deserialize, Serialize};
use vault::tables::account::{AccountRow, Step};
use vault::tables::banks::BankRow;
use vault::tables::messages::MessageRow;
use vault::tables::outbox::Tell;
use vault::tables::queries::{QueryRow, Stage};
use vault::tables::receipts::ReceiptRow;
use vault::tables::records::Ended;
use vault::tables::verifications::{Act, VerificationRow};
use vault::tables::{Read, Write};
use vault::{Cost, Database, DatabaseError, NewQueryKey, OpenError, Paths, SectionFile, TimeReading, Vault};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::directory::Known;
use crate::fault::Fault;
use crate::session::Session;
use crate::view;

/// Who is enrolled, as kept sealed under the device key.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Person {
    pub(crate) name: String,
    #[zeroize(skip)]
    pub(crate) id_type: IdType,
    pub(crate) id_number: String,
    pub(crate) mobile: String,
}

impl Person {
    pub(crate) fn identity(&self) -> Option<Identity> {
        Some(Identity {
            name: Name::parse(&self.name).ok()?,
            id_type: self.id_type,
            id_number: IdNumber::parse(self.id_type, &self.id_number).ok()?,
            mobile: Mobile::parse(&self.mobile).ok()?,
        })
    }
}

/// This device's side of everything.
pub(crate) struct House {
    pub(crate) paths: Paths,
    pub(crate) keychain: Arc<dyn Keychain>,
    pub(crate) biometrics: Arc<dyn Biometrics>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) cost: Cost,
    pub(crate) vault: Option<Arc<Vault>>,
    pub(crate) trouble: Option<OpenError>,
    pub(crate) unlocked: Option<Session>,
    pub(crate) directory: Option<Known>,
    /// Wrong codes left of the running enrolment, once told.
    pub(crate) code_tries: Option<u32>,
    /// Erased on purpose: nothing is made again until somebody enrols.
    pub(crate) erased: bool,
    /// Boot time at which the allowance may be asked about again.
    pub(crate) ask_allowance_at: std::time::Duration,
}

impl House {
    /// Opens what is stored, if it can be opened now; what stands in the way is kept to be told.
    pub(crate) fn enter(&mut self) {
        if self.vault.is_some() || self.erased {
            return;
        }
        match Vault::open(self.paths.clone(), Arc::clone(&self.keychain), Arc::clone(&self.clock), self.cost) {
            Ok(vault) => {
                self.vault = Some(vault);
                self.trouble = None;
            }
            Err(error) => {
                // What is over ends all the same: by the plain list, without any key.
                let _ = vault::shred::sweep_files(&self.paths, &*self.keychain, &*self.clock);
                self.trouble = Some(error);
            }
        }
    }

    pub(crate) fn vault(&mut self) -> Result<Arc<Vault>, Fault> {
        self.enter();
        self.open().cloned()
    }

    /// The tables, when they are open.
    pub(crate) fn database(&self) -> Option<&Database> {
        self.vault.as_ref().map(|vault| vault.database())
    }

    /// Reads the tables.
    pub(crate) fn read<T>(&self, work: impl FnOnce(Read<'_>) -> Result<T, DatabaseError>) -> Result<T, Fault> {
        Ok(self.open()?.database().read(work)?)
    }

    /// Writes everything in `work` as one durable step, or nothing of it.
    pub(crate) fn write<T>(&self, work: impl FnOnce(Write<'_>) -> Result<T, DatabaseError>) -> Result<T, Fault> {
        Ok(self.open()?.database().write(work)?)
    }

    fn open(&self) -> Result<&Arc<Vault>, Fault> {
        self.vault.as_ref().ok_or_else(|| self.trouble.map_or(Fault::Internal, Fault::Open))
    }

    fn time(&self) -> Option<TimeReading> {
        self.vault.as_ref().and_then(|vault| vault.time().ok())
    }

    /// The time this device believes.
    pub(crate) fn now(&self) -> Timestamp {
        self.time().map_or_else(|| self.clock.now(), |time| time.now)
    }

    /// The time somebody signed, running on since; the wall clock where nobody did.
    pub(crate) fn signed_now(&self) -> Timestamp {
        self.time().map_or_else(|| self.clock.now(), |time| time.floor)
    }

    /// Whether the clock is in doubt, and not for so long that it is believed all the same.
    pub(crate) fn doubtful(&self) -> bool {
        self.time().is_some_and(|time| time.doubtful && !time.overdue)
    }

    /// Refuses while the clock is in doubt.
    pub(crate) fn sure(&self) -> Result<(), Fault> {
        if self.doubtful() { Err(Fault::ClockDoubtful) } else { Ok(()) }
    }

    /// Whether what is left of a query may be destroyed now.
    pub(crate) fn over(&self, row: &QueryRow) -> bool {
        let end = vault::shred::end_of(row);
        end.is_some_and(|end| self.time().is_some_and(|time| time.may_destroy(end)))
    }

    pub(crate) fn account(&self) -> Result<Option<AccountRow>, Fault> {
        if self.erased {
            return Ok(None);
        }
        self.read(|read| read.account().get())
    }

    /// The account, when this device is enrolled and may ask.
    pub(crate) fn active(&self) -> Result<AccountRow, Fault> {
        let account = self.account()?.ok_or(Fault::NotEnrolled)?;
        match account.step {
            Step::Active => Ok(account),
            Step::Retired => Err(Fault::Retired),
            Step::Started | Step::CodeWait | Step::Proving | Step::Confirmed => Err(Fault::WrongState),
        }
    }

    /// The device key.
    pub(crate) fn key(&self) -> Result<SigningKey, Fault> {
        self.open()?.device_key()?.ok_or(Fault::NotEnrolled)
    }

    /// Its public half.
    pub(crate) fn public_key(&self) -> Result<PublicKey, Fault> {
        self.open()?.device_public()?.ok_or(Fault::NotEnrolled)
    }

    /// Name, document and mobile, for a commitment.
    pub(crate) fn person(&self) -> Result<Person, Fault> {
        let account = self.account()?.ok_or(Fault::NotEnrolled)?;
        let plain = vault::private::open_identity(&self.key()?, &account.identity)?;
        serde_json::from_slice(&plain).map_err(|_| Fault::Damaged)
    }

    pub(crate) fn identity(&self) -> Result<Identity, Fault> {
        self.person()?.identity().ok_or(Fault::Damaged)
    }

    pub(crate) fn live(&self) -> Result<Option<QueryRow>, Fault> {
        self.read(|read| read.queries().live())
    }

    pub(crate) fn banks(&self, query: QueryId) -> Result<Vec<BankRow>, Fault> {
        self.read(|read| read.banks().of(query))
    }

    pub(crate) fn factors(&self, act: Act) -> Result<Vec<VerificationRow>, Fault> {
        self.read(|read| read.verifications().of(act))
    }

    pub(crate) fn setting(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.database() {
            Some(database) => Ok(database.read(|read| read.settings().get(name))?),
            None => Ok(None),
        }
    }

    pub(crate) fn new_query_key(&self, query: QueryId) -> Result<NewQueryKey, Fault> {
        Ok(self.open()?.make_query_key(query)?)
    }

    pub(crate) fn note_deadline(&self, query: QueryId, end: Timestamp) -> Result<(), Fault> {
        Ok(self.open()?.set_end(query, end)?)
    }

    /// Where the sealed sections of a query are kept.
    pub(crate) fn section_file(&self, query: QueryId) -> Result<SectionFile, Fault> {
        Ok(self.open()?.section_file(query)?)
    }

    /// Ends a query: intent, then both ends as far as they go now. Signed sections that were open are closed.
    pub(crate) fn end(&mut self, query: QueryId, why: Ended, refusal: Option<Code>) -> Result<(), Fault> {
        self.end_telling(query, why, refusal, None)
    }

    /// Nothing of an ended report stays in the open session.
    pub(crate) fn forget_report(&mut self) {
        if let Some(session) = &mut self.unlocked {
            session.forget_report();
        }
    }

    pub(crate) fn end_telling(
        &mut self,
        query: QueryId,
        why: Ended,
        refusal: Option<Code>,
        tell: Option<Tell>,
    ) -> Result<(), Fault> {
        if let Some(code) = refusal
            && let Some(mut row) = self.read(|read| read.queries().get(query))?
        {
            row.refusal = Some(code.as_str().to_owned());
            self.write(|write| write.queries().put(&row))?;
        }
        self.forget_report();
        self.ask_allowance_at = std::time::Duration::ZERO;
        self.open()?.end(query, why, tell)?;
        Ok(())
    }

    /// Whether the key of a report is gone while its neighbours are there. A keychain that says nothing loses nothing.
    pub(crate) fn lost(&self, query: QueryId) -> Result<bool, Fault> {
        match self.open()?.check_shred_key(query) {
            Err(vault::ReportRefusal::Shredded) => Ok(true),
            Ok(()) | Err(_) => Ok(false),
        }
    }

    /// Goes on with an end; gives whether it is a record now.
    pub(crate) fn finish(&self, query: QueryId) -> Result<bool, Fault> {
        Ok(self.open()?.carry_on_ending(query)?.both())
    }

    /// Keeps a receipt the gateway signed; one it did not sign is no receipt.
    pub(crate) fn keep_receipt(&self, token: &str, known: &Known) -> Result<(), Fault> {
        let Ok(receipt) = Receipt::verify(token, &known.directory) else { return Err(Fault::AnswerRefused) };
        let row = ReceiptRow {
            receipt: receipt.receipt_id,
            query: receipt.query_id,
            reason: receipt.reason.to_string(),
            at: receipt.at,
            jws: token.to_owned(),
        };
        self.write(|write| write.receipts().insert(&row))
    }

    /// Characters of one message.
    pub(crate) fn check(&self, kind: SmsKind, reference: &str, n: u32) -> Result<view::Check, Fault> {
        let key: Zeroizing<[u8; 32]> = self.open()?.check_key()?.ok_or(Fault::NotEnrolled)?;
        let characters = check_characters(&CheckKey::from_bytes(*key), kind, reference, n);
        Ok(view::Check { zh: characters.zh_spaced(), en: characters.en })
    }

    /// Writes down what a message that may come now must carry.
    pub(crate) fn expect_message(&self, kind: SmsKind, reference: &str, n: u32) -> Result<(), Fault> {
        let check = self.check(kind, reference, n)?;
        let row = MessageRow {
            kind: kind.as_str().to_owned(),
            reference: reference.to_owned(),
            n,
            zh: check.zh,
            en: check.en,
            at: self.now(),
        };
        self.write(|write| write.messages().insert(&row))
    }

    /// A query as the screens see it.
    pub(crate) fn query_view(&self, row: &QueryRow) -> Result<view::QueryView, Fault> {
        let banks = self.banks(row.query)?;
        let count = |found: usize| u32::try_from(found).unwrap_or(u32::MAX);
        let sent = row.stage.is_accepted();
        let text = |at: Option<Timestamp>| at.map(|at| at.to_string());
        Ok(view::QueryView {
            query_id: row.query.to_string(),
            state: match row.stage {
                Stage::Prepared => view::QueryState::Prepared,
                Stage::Verifying => view::QueryState::Verifying,
                Stage::Sending => view::QueryState::Sending,
                Stage::Collecting => view::QueryState::Collecting,
                Stage::Ready => view::QueryState::Ready,
                Stage::Retrying => view::QueryState::Retrying,
                Stage::Ending(_) => view::QueryState::Ending,
            },
            banks_asked: count(banks.len()),
            banks_answered: count(banks.iter().filter(|bank| bank.state == BankState::Answered).count()),
            given_at: row.given_at.to_string(),
            apply_by: row.apply_by.to_string(),
            accepted_at: text(row.accepted_at),
            due_at: text(row.round_due_at.or(row.due_at)),
            generated_at: text(row.generated_at),
            ends_at: text(row.ends_at),
            consent_expires_at: row.consent_expires_at.to_string(),
            result_check: if sent { self.check(SmsKind::Result, &row.query.to_string(), 0).ok() } else { None },
            can_retry: row.stage == Stage::Ready
                && row.round < 3
                && self.now() < row.consent_expires_at
                && banks.iter().any(crate::collect::open_again),
            replaces: row.replaces.is_some(),
            round: row.round.into(),
            doubtful: self.doubtful(),
        })
    }

    pub(crate) fn collect_view(&self, row: &QueryRow) -> Result<view::CollectView, Fault> {
        Ok(view::CollectView {
            query: self.query_view(row)?,
            banks: self.banks(row.query)?.iter().map(bank_view).collect(),
        })
    }
}

/// One bank, outside of the seal.
pub(crate) fn bank_view(row: &BankRow) -> view::BankAnswer {
    view::BankAnswer {
        bank: row.bank.to_string(),
        state: match row.state {
            BankState::Pending => view::AnswerState::Pending,
            BankState::Answered => view::AnswerState::Answered,
            BankState::Refused => view::AnswerState::Refused,
            BankState::NotCovered => view::AnswerState::NotCovered,
            BankState::Unanswered => view::AnswerState::Unanswered,
            BankState::Withdrawn => view::AnswerState::Withdrawn,
        },
        at: row.at.map(|at| at.to_string()),
        round: row.round.into(),
        refusal: row.refusal.clone(),
    }
}

/// Why a query ended, for the screens.
pub(crate) const fn ended_view(ended: Ended) -> view::Ended {
    match ended {
        Ended::Lapsed => view::Ended::Lapsed,
        Ended::Refused => view::Ended::Refused,
        Ended::Withdrawn => view::Ended::Withdrawn,
        Ended::Deleted => view::Ended::Deleted,
        Ended::Empty => view::Ended::Empty,
        Ended::Lost => view::Ended::Lost,
        Ended::DeviceChanged => view::Ended::DeviceChanged,
        Ended::Expired => view::Ended::Expired,
    }
}
