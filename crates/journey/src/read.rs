//! Reading: every section is opened and checked once a session; what fails closes its own row and shows nothing.

pub(crate) mod fetched;
mod kit;
pub(crate) mod note;
pub(crate) mod opened;
mod strange;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::mem::take;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use device::stack;
use protocol::code::{BankState, Field, Kind, Outcome, PartyCode, SectionFault};
use protocol::consent::Consent;
use protocol::id::QueryId;
use protocol::key::PublicKey;
use protocol::seal::{DecapsulationKey, QueryPublic, open_section, section_info};
use protocol::section::{Expected, Section};
use vault::tables::alarms::AlarmKind;
use vault::tables::banks::BankRow;
use vault::tables::queries::QueryRow;
use vault::{ReportRefusal, SectionFile};

use crate::Journey;
use crate::compare::compare;
use crate::directory::{self, Known};
use crate::fault::Fault;
use crate::flags;
use crate::house::House;
use crate::view::{BankReport, CardView, InquiryRow, Mark, ReportView, Totals, Unusual, What};

use fetched::{Asked, Fetched, Vouched};
use opened::{Against, Opened};

/// How far a section may have been made outside of the query's time.
const TOLERANCE: Duration = Duration::from_secs(15 * 60);
/// Name under which marks are kept beside the sections, sealed to the query key.
const MARKS: &str = "marks";

/// Why nothing is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The vault is locked.
    #[error("the vault is locked")]
    Locked,
    /// No such card in this report, or no such step of closing one.
    #[error("not in this report")]
    NotFound,
    /// Words that may be of a card, are too long, or say nothing.
    #[error("not a note that can be kept")]
    Note,
    /// No directory to check signatures with was ever kept.
    #[error("no directory is kept")]
    NoDirectory,
    /// The report itself.
    #[error(transparent)]
    Report(#[from] ReportRefusal),
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Journey {
    /// The whole report, as far as banks have answered.
    ///
    /// # Errors
    /// `locked`, `no_query`, `expired`, `clock_doubtful` past the end, `vault_unopenable`.
    pub async fn read_report(&self) -> Result<ReportView, ReadError> {
        let pin = self.0.profile.root;
        let (report, ended) = self
            .house(move |house| {
                let read = report(house, &pin);
                if read.is_ok() {
                    return Ok((read, false));
                }
                // Its key says no to what is over or lost: it ends now, and what is left says so.
                let ended = crate::expire::sweep(house)?;
                Ok((if ended { report(house, &pin) } else { read }, ended))
            })
            .await?;
        if ended {
            self.changed(What::Query);
        }
        report
    }

    /// Marks a card as mine, not sure, not mine, or takes the mark away. Dies with the report.
    ///
    /// # Errors
    /// As [`Self::read_report`]; `not_found`.
    pub async fn read_mark(&self, card: String, mark: Option<Mark>) -> Result<ReportView, ReadError> {
        self.known_card(&card).await?;
        self.decide::<_, ReadError>(move |house| {
            let (row, key, file) = open(house)?;
            let mut marks: BTreeMap<String, Mark> = kept(&file, MARKS, &key)?;
            match mark {
                Some(mark) => marks.insert(card, mark),
                None => marks.remove(&card),
            };
            Ok(keep(&file, MARKS, &row, &marks)?)
        })
        .await?;
        self.read_report().await
    }

    /// A card of this report.
    async fn known_card(&self, card: &str) -> Result<CardView, ReadError> {
        let report = self.read_report().await?;
        let found = report.banks.into_iter().flat_map(|bank| bank.cards).find(|known| known.id == card);
        found.ok_or(ReadError::NotFound)
    }
}

/// The report's row, its key and its file, while the vault is open.
fn open(house: &House) -> Result<(QueryRow, DecapsulationKey, SectionFile), ReadError> {
    let unlocked = house.unlocked.as_ref().ok_or(ReadError::Locked)?;
    let row = house.live()?.filter(|row| row.stage.is_accepted()).ok_or(Fault::NoQuery)?;
    let (seed, file) = unlocked.report(row.query)?;
    Ok((row, seed.decapsulation_key(), file))
}

fn report(house: &mut House, pin: &PublicKey) -> Result<ReportView, ReadError> {
    let (row, key, file) = open(house)?;
    let known = &directory::known(house, pin)?.ok_or(ReadError::NoDirectory)?;
    let against = Against {
        query: row.query,
        consent: row.consent_digest.ok_or(Fault::Damaged)?,
        key: key.public().thumbprint(),
        directory: *known.directory.digest(),
        accepted_at: row.accepted_at.unwrap_or(row.given_at),
        due_at: row.due_at.unwrap_or(row.consent_expires_at),
        consent_expires_at: row.consent_expires_at,
    };
    // Taken out for as long as it is added to; where reading fails on the way, it is checked anew.
    let kept_open = house.unlocked.as_mut().map(|session| (take(&mut session.opened), take(&mut session.fetched)));
    let (opened, fetched) = kept_open.unwrap_or_default();
    let mut opened = opened.against(&against);
    let said = Said { marks: kept(&file, MARKS, &key)?, strange: strange::cities(&file, &key)? };
    let here: &House = house;
    // Keychain and database are waited for beside the opening, which they take no part in.
    let (begun, parts) = thread::scope(|scope| {
        let beginning = scope.spawn(|| stack::wiping(|| begin(here, &row)));
        let parts = parts(&against, &key, &file, known, fetched, &opened, &said);
        (beginning.join().unwrap_or_else(|panic| resume_unwind(panic)), parts)
    });
    let (Begun { mut view, consent, own, banks }, mut parts) = (begun?, parts?);
    for bank in &banks {
        let row = match parts.remove(&bank.bank) {
            Some(Ok(part)) => {
                list_inquiries(house, against.query, &own, &part.section, &mut view.inquiries)?;
                add(&mut view, &part.section);
                view.unusual.extend(part.unusual);
                opened.keep(part.section);
                part.row
            }
            Some(Err(fault)) => closed(bank, Some(fault.to_string())),
            // A fault found when it was fetched: answered, and nothing that could be verified.
            None => closed(bank, bank.refusal.clone().filter(|_| bank.state == BankState::Answered)),
        };
        view.banks.push(row);
    }
    let others = asked_by_others(&view.inquiries);
    view.unusual.extend(others);
    if let Some(unlocked) = &house.unlocked {
        compare(house, unlocked, row.query, &consent.kinds, &mut view)?;
    }
    if let Some(session) = &mut house.unlocked {
        session.inquiries.clone_from(&view.inquiries);
        session.opened = opened;
    }
    Ok(view)
}

/// A report in which nothing stands yet, and what it is made with.
struct Begun {
    view: ReportView,
    /// What the report rests on.
    consent: Consent,
    /// The queries of this device.
    own: BTreeSet<QueryId>,
    /// The banks that were asked.
    banks: Vec<BankRow>,
}

fn begin(house: &House, row: &QueryRow) -> Result<Begun, Fault> {
    let consent = agreed(house, row.query)?;
    let view = ReportView {
        query: house.query_view(row)?,
        total: 0,
        totals: Vec::new(),
        unusual: Vec::new(),
        banks: Vec::new(),
        inquiries: Vec::new(),
        changed_since_last: None,
        left_out: left_out(&consent),
        note: note::of(house, row.query)?,
    };
    let own = house.read(|read| read.inquiries().all())?.into_iter().map(|(query, _)| query).collect();
    Ok(Begun { view, consent, own, banks: house.banks(row.query)? })
}

/// What a bank told, its row, and what is unusual in it.
struct Part {
    section: Arc<Section>,
    row: BankReport,
    unusual: Vec<Unusual>,
}

/// A section, checked in this session already or still sealed.
enum Held {
    Opened(Arc<Section>),
    Sealed(Vouched),
}

/// The newest section of each bank, checked, and its row.
fn parts(
    against: &Against,
    key: &DecapsulationKey,
    file: &SectionFile,
    known: &Known,
    mut fetched: Fetched,
    opened: &Opened,
    said: &Said,
) -> Result<BTreeMap<PartyCode, Result<Part, SectionFault>>, Fault> {
    let asked = Asked { query: against.query, consent: against.consent, directory: against.directory };
    let mut all = Vec::new();
    for (bank, round) in file.newest()? {
        let held = match opened.section(&bank, round) {
            Some(section) => Some(Held::Opened(section)),
            None => fetched.take(file, &asked, &bank, round, known)?.map(Held::Sealed),
        };
        all.extend(held.map(|held| (bank, held)));
    }
    let parts = side_by_side(&all, |(_, held)| {
        let section = match held {
            Held::Opened(section) => Arc::clone(section),
            Held::Sealed(vouched) => Arc::new(check(against, key, vouched, known)?),
        };
        let (row, unusual) = told(&section, said);
        Ok(Part { section, row, unusual })
    });
    Ok(all.into_iter().map(|(bank, _)| bank).zip(parts).collect())
}

/// Does the same with each, on every core there is, each taking the next as it comes free; the answers come in the order
/// of what was asked.
fn side_by_side<T: Sync, R: Send>(all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let some = || {
        let places = iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        places.map_while(|place| Some((place, work(all.get(place)?)))).collect::<Vec<_>>()
    };
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let running: Vec<_> = (0..cores.min(all.len())).map(|_| scope.spawn(|| stack::wiping(some))).collect();
        running.into_iter().flat_map(|part| part.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, answer)| answer).collect()
}

/// The consent this report rests on, as this device signed it.
fn agreed(house: &House, query: QueryId) -> Result<Consent, Fault> {
    let row = house.read(|read| read.consents().get(query))?.ok_or(Fault::NoQuery)?;
    let key = house.public_key()?;
    Consent::verify(&row.jws, &key, &key.kid()).map_err(|_| Fault::Damaged)
}

/// Facts nobody was asked for, which is not the same as facts a bank did not give.
fn left_out(consent: &Consent) -> Vec<String> {
    Field::ALL.iter().filter(|field| !consent.fields.contains(field)).map(ToString::to_string).collect()
}

/// Everything of 9-wire section 11, in its order: outside of the seal, the seal, and within it.
fn check(
    against: &Against,
    key: &DecapsulationKey,
    (stored, vouched): &Vouched,
    known: &Known,
) -> Result<Section, SectionFault> {
    (*vouched)?;
    let (query, bank, round) = (against.query, &stored.bank, stored.round);
    let jws = open_section(key, &section_info(query, bank, round, &against.consent), &stored.sealed)?;
    let round_end = if round == 1 { against.due_at } else { against.consent_expires_at };
    let expected = Expected {
        query_id: query,
        bank,
        round,
        consent: &against.consent,
        key: &against.key,
        not_before: against.accepted_at - TOLERANCE,
        not_after: round_end + TOLERANCE,
    };
    Section::verify(&jws, &expected, &known.directory)
}

/// A row of which nothing could be read.
fn closed(bank: &BankRow, fault: Option<String>) -> BankReport {
    BankReport {
        bank: bank.bank.to_string(),
        state: bank.state.to_string(),
        at: bank.at.map(|at| at.to_string()),
        outcome: None,
        fault,
        as_of: None,
        omitted: 0,
        used: Vec::new(),
        cards: Vec::new(),
        flags: Vec::new(),
    }
}

/// What the person said of this report.
struct Said {
    marks: BTreeMap<String, Mark>,
    strange: BTreeSet<String>,
}

/// A row of what a bank told, and what is unusual in it.
fn told(section: &Section, said: &Said) -> (BankReport, Vec<Unusual>) {
    let name = section.bank.to_string();
    let cards = section.cards.iter().enumerate().map(|(place, card)| {
        let id = format!("{name}-{}-{place}", section.round);
        CardView {
            bank: name.clone(),
            product: card.product.to_string(),
            kind: card.kind,
            brand: card.brand.to_string(),
            number: card.number.as_str().to_owned(),
            tail: card.number.tail().to_owned(),
            class: card.class,
            status: card.status,
            role: card.role,
            opened: card.opened.map(|month| month.to_string()),
            city: card.city.as_ref().map(ToString::to_string),
            last_used: card.last_used.map(|month| month.to_string()),
            flags: flags::of_card(card, &said.strange).into_iter().map(str::to_owned).collect(),
            mark: said.marks.get(&id).copied(),
            id,
        }
    });
    let cards: Vec<CardView> = cards.collect();
    let of_bank = flags::of_bank(&section.cards);
    let unusual =
        |flag: &str, card: Option<String>, count| Unusual { flag: flag.to_owned(), bank: name.clone(), card, count };
    let of_cards = cards.iter().flat_map(|card| card.flags.iter().map(|flag| unusual(flag, Some(card.id.clone()), 1)));
    let perhaps = (section.outcome == Outcome::PossibleMatch).then(|| unusual(flags::POSSIBLE_MATCH, None, 1));
    let of_all = of_bank.iter().map(|(flag, count)| unusual(flag, None, *count));
    let all = of_all.chain(of_cards).chain(perhaps).collect();
    let row = BankReport {
        state: BankState::Answered.to_string(),
        at: None,
        outcome: Some(section.outcome.to_string()),
        fault: None,
        as_of: Some(section.as_of.to_string()),
        omitted: section.omitted,
        used: section.used.iter().map(ToString::to_string).collect(),
        cards,
        flags: of_bank.into_iter().map(|(flag, _)| flag.to_owned()).collect(),
        bank: name,
    };
    (row, all)
}

/// What a bank told counts in the whole.
fn add(view: &mut ReportView, section: &Section) {
    let count = |kind| u32::try_from(section.cards.iter().filter(|card| card.kind == kind).count()).unwrap_or(u32::MAX);
    view.total += u32::try_from(section.cards.len()).unwrap_or(u32::MAX);
    if !section.cards.is_empty() {
        view.totals.push(Totals {
            bank: section.bank.to_string(),
            debit: count(Kind::Debit),
            credit: count(Kind::Credit),
            quasi_credit: count(Kind::QuasiCredit),
        });
    }
}

/// Who asked about this person at a bank: an unknown one, or the own one missing, raises the alarm.
fn list_inquiries(
    house: &House,
    query: QueryId,
    own: &BTreeSet<QueryId>,
    section: &Section,
    rows: &mut Vec<InquiryRow>,
) -> Result<(), Fault> {
    let bank = section.bank.as_str();
    let raise = |kind, of, at| house.write(|write| write.alarms().raise(kind, Some(bank), Some(of), at));
    if !section.inquiries.iter().any(|inquiry| inquiry.query_id == query) {
        raise(AlarmKind::OwnInquiryMissing, query, house.now())?;
    }
    for inquiry in &section.inquiries {
        let known = own.contains(&inquiry.query_id);
        if !known {
            raise(AlarmKind::UnknownInquiry, inquiry.query_id, inquiry.at)?;
        }
        rows.push(InquiryRow {
            query_id: inquiry.query_id.to_string(),
            at: inquiry.at.to_string(),
            known,
            bank: bank.to_owned(),
        });
    }
    Ok(())
}

/// Banks that somebody else asked about this person, and how often.
fn asked_by_others(lines: &[InquiryRow]) -> impl Iterator<Item = Unusual> + use<> {
    let mut banks = BTreeMap::<_, u32>::new();
    for line in lines.iter().filter(|line| !line.known) {
        *banks.entry(line.bank.clone()).or_default() += 1;
    }
    let flag = flags::UNKNOWN_INQUIRY;
    banks.into_iter().map(move |(bank, count)| Unusual { flag: flag.to_owned(), bank, card: None, count })
}

fn kept<T: serde::de::DeserializeOwned + Default>(
    file: &SectionFile,
    name: &str,
    key: &DecapsulationKey,
) -> Result<T, Fault> {
    let plain = file.kept(name, key)?;
    Ok(plain.and_then(|plain| serde_json::from_slice(&plain).ok()).unwrap_or_default())
}

fn keep<T: serde::Serialize>(file: &SectionFile, name: &str, row: &QueryRow, value: &T) -> Result<(), Fault> {
    let public =
        row.public_key.as_deref().and_then(|bytes| QueryPublic::from_bytes(bytes).ok()).ok_or(Fault::Damaged)?;
    let plain = zeroize::Zeroizing::new(serde_json::to_vec(value).map_err(|_| Fault::Internal)?);
    Ok(file.keep(name, &public, &plain)?)
}
