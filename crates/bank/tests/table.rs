//! The table of one inquiry's states, walked at random beside a small model of it: the bank and the model say the same at
//! every step, over both stores, under a clock moved by hand.
#![allow(missing_docs, clippy::unwrap_used, clippy::allow_attributes, reason = "tests")]

mod scene;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bank::store::{BankStore, MemoryStore, SqliteStore};
use bank::{InquiryError, Slot};
use proptest::prelude::*;
use protocol::calendar::retention_end;
use protocol::code::{BankRefusal, Outcome};
use protocol::id::{ConsentId, QueryId};
use protocol::key::SigningKey;
use protocol::routes::InquiryAnswer;
use protocol::time::{Clock, Timestamp};
use scene::{Ask, FIRST, SECOND, Say, Scene};

/// What happens to the bank. Queries 0 to 3 are the first person's, 4 is somebody else's.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// The gateway asks: query, which of two consents for it, round, the query it replaces, whether nobody vouches.
    Ask { query: usize, consent: usize, round: u8, replaces: Option<usize>, alone: bool },
    /// The person withdraws.
    Withdraw(usize),
    /// The books say something else.
    Books(Books),
    /// Hours pass, and the office issues its next directory.
    Hours(u64),
    /// The bank forgets what has ended.
    Purge,
    /// The bank's process starts anew.
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Books {
    Found,
    None,
    Down,
}

fn event() -> impl Strategy<Value = Event> {
    // Most replacements name the same query, so that it is replaced twice, and by somebody else, often enough.
    let replaces = prop::option::weighted(0.6, prop::sample::select(vec![0, 0, 0, 1, 4]));
    let ask = (0..5_usize, 0..10_usize, 1..4_u8, replaces, prop::bool::weighted(0.05));
    let ask = ask.prop_map(|(query, consent, round, replaces, alone)| Event::Ask {
        query,
        consent: usize::from(consent == 0),
        round,
        replaces,
        alone,
    });
    let books = prop_oneof![3 => Just(Books::Found), 1 => Just(Books::None), 1 => Just(Books::Down)];
    prop_oneof![
        12 => ask,
        1 => (0..5_usize).prop_map(Event::Withdraw),
        2 => books.prop_map(Event::Books),
        1 => prop::sample::select(vec![1, 40, 73, 130, 200]).prop_map(Event::Hours),
        1 => Just(Event::Purge),
        1 => Just(Event::Restart),
    ]
}

/// What leaves the bank.
#[derive(Debug, Clone, PartialEq)]
enum Said {
    /// These bytes, made now or before.
    Answer(Outcome, Vec<QueryId>),
    Again(InquiryAnswer),
    Refusal(BankRefusal),
    Later,
}

/// A report of a person that still runs.
struct Report {
    person: &'static str,
    ends: Timestamp,
    replaced_by: Option<usize>,
}

/// A line of "who asked about me".
struct Line {
    person: Option<&'static str>,
    consent: usize,
    answered: bool,
    at: Timestamp,
}

/// The table, as little as it can be.
#[derive(Default)]
struct Model {
    kept: HashMap<(usize, u8), (InquiryAnswer, Timestamp)>,
    withdrawn: HashMap<usize, Timestamp>,
    reports: HashMap<usize, Report>,
    log: HashMap<usize, Line>,
}

const fn person(query: usize) -> &'static str {
    if query < 4 { FIRST } else { SECOND }
}

impl Model {
    /// What the bank must say to an inquiry now.
    fn say(&mut self, ids: &[QueryId; 5], asked: &Asked, ask: &Ask, books: Books, now: Timestamp) -> Said {
        let (query, consent) = (asked.query, asked.consent);
        if now >= ask.consent.expires_at {
            return Said::Refusal(BankRefusal::ConsentExpired);
        }
        if asked.alone {
            return Said::Refusal(BankRefusal::AttestationMissing);
        }
        if self.withdrawn.contains_key(&query) {
            return Said::Refusal(BankRefusal::Withdrawn);
        }
        if self.log.get(&query).is_some_and(|line| line.answered && line.consent != consent) {
            return Said::Refusal(BankRefusal::Replayed);
        }
        if let Some((answer, _)) = self.kept.get(&(query, asked.round)) {
            return Said::Again(answer.clone());
        }
        let waits = self.reports.iter().any(|(other, report)| {
            let runs = report.person == person(query) && now < report.ends && *other != query;
            let named = asked.replaces == Some(*other) && report.replaced_by.is_none_or(|by| by == query);
            runs && !named
        });
        if waits {
            return Said::Refusal(BankRefusal::TooSoon);
        }
        match self.log.get_mut(&query).filter(|line| line.answered) {
            Some(line) => line.at = now,
            None => {
                self.log.insert(query, Line { person: Some(person(query)), consent, answered: false, at: now });
            }
        }
        match books {
            Books::Down => Said::Later,
            Books::None => Said::Answer(Outcome::None, vec![ids[query]]),
            Books::Found => {
                let listed = |(of, line): &(&usize, &Line)| **of == query || line.person == Some(person(query));
                let mut before: Vec<_> = self.log.iter().filter(listed).collect();
                before.sort_by_key(|(_, line)| std::cmp::Reverse(line.at));
                Said::Answer(Outcome::Found, before.iter().map(|(query, _)| ids[**query]).collect())
            }
        }
    }

    fn answered(&mut self, asked: &Asked, ask: &Ask, outcome: Outcome, answer: InquiryAnswer) {
        let query = asked.query;
        let named = asked.replaces.and_then(|replaced| self.reports.get_mut(&replaced));
        if let Some(report) = named.filter(|report| report.person == person(query)) {
            report.replaced_by = Some(query);
        }
        let ends = retention_end(ask.consent.given_at);
        self.reports.entry(query).or_insert(Report { person: person(query), ends, replaced_by: None });
        self.kept.insert((query, asked.round), (answer, ask.consent.expires_at));
        let line = self.log.get_mut(&query).expect("it was looked up");
        (line.answered, line.person) = (true, (outcome != Outcome::None).then_some(person(query)));
    }

    fn withdraw(&mut self, query: usize, now: Timestamp) {
        let until = self.kept.iter().filter(|((of, _), _)| *of == query).map(|(_, (_, until))| *until).max();
        self.kept.retain(|(of, _), _| *of != query);
        let longest = now + Duration::from_secs(72 * 3600 + 15 * 60);
        self.withdrawn.entry(query).or_insert(until.unwrap_or(longest));
        if let Some(line) = self.log.get_mut(&query).filter(|line| !line.answered) {
            line.person = None;
        }
    }

    fn purge(&mut self, now: Timestamp) {
        self.kept.retain(|_, (_, until)| now < *until);
        self.withdrawn.retain(|_, until| now < *until);
        self.reports.retain(|_, report| now < report.ends);
        for line in self.log.values_mut().filter(|line| !line.answered) {
            line.person = line.person.filter(|_| now < line.at + Duration::from_secs(72 * 3600));
        }
    }
}

struct Asked {
    query: usize,
    consent: usize,
    round: u8,
    replaces: Option<usize>,
    alone: bool,
}

/// The bank beside its model.
struct Walk {
    scene: Scene,
    model: Model,
    books: Books,
    ids: [QueryId; 5],
    asks: HashMap<(usize, usize), (Ask, Option<usize>)>,
    open: Box<dyn Fn() -> Arc<dyn BankStore>>,
}

impl Walk {
    fn new(open: Box<dyn Fn() -> Arc<dyn BankStore>>) -> Self {
        let scene = Scene::with(open(), Slot::of(Duration::ZERO));
        let ids = std::array::from_fn(|_| QueryId::new());
        Self { scene, model: Model::default(), books: Books::Found, ids, asks: HashMap::new(), open }
    }

    async fn step(&mut self, event: Event) {
        // Every step has an instant of its own, so that the order of the list is never a tie.
        self.scene.clock.advance(Duration::from_secs(1));
        let now = self.scene.clock.now();
        match event {
            Event::Ask { query, consent, round, replaces, alone } => {
                self.ask(Asked { query, consent, round, replaces, alone }).await;
            }
            Event::Withdraw(query) => {
                self.scene.bank.withdraw(self.ids[query]).await.unwrap();
                self.model.withdraw(query, now);
            }
            Event::Books(books) => {
                self.books = books;
                self.scene.say(match books {
                    Books::Found => Say::Cards(1),
                    Books::None => Say::Without(Outcome::None),
                    Books::Down => Say::Down,
                });
            }
            Event::Hours(hours) => {
                self.scene.clock.advance(Duration::from_secs(hours * 3600));
                self.scene.issue(self.scene.parties.clone());
            }
            Event::Purge => {
                self.scene.bank.purge().await.unwrap();
                self.model.purge(now);
            }
            Event::Restart => self.scene.restart((self.open)()),
        }
    }

    async fn ask(&mut self, mut asked: Asked) {
        let key = (asked.query, asked.consent);
        let (ids, scene) = (self.ids, &self.scene);
        // A consent is given once: what it replaces, its times and its key stay what they were.
        let (ask, replaces) = self.asks.entry(key).or_insert_with(|| {
            let mut ask = scene.ask();
            ask.of(person(asked.query));
            ask.consent.query_id = ids[asked.query];
            ask.consent.consent_id = ConsentId::new();
            let replaces = asked.replaces.filter(|replaced| *replaced != asked.query);
            ask.consent.replaces = replaces.map(|replaced| ids[replaced]);
            (ask, replaces)
        });
        asked.replaces = *replaces;
        ask.round = asked.round;
        ask.attestor = if asked.alone { SigningKey::from_seed(&[77; 32]) } else { scene.face.clone() };
        let now = scene.clock.now();
        let expected = self.model.say(&ids, &asked, ask, self.books, now);
        let answer = scene.send(ask).await;
        let said = match &answer {
            Err(error) => {
                assert_eq!(
                    *error,
                    InquiryError::Later { retry_after: 7 },
                    "the books are down, and nothing else is said"
                );
                Said::Later
            }
            Ok(answer) if answer.sealed.is_none() => {
                Said::Refusal(scene.answer(answer).code.expect("a refusal has a code"))
            }
            Ok(answer) if matches!(expected, Said::Again(_)) => Said::Again(answer.clone()),
            Ok(answer) => {
                let section = scene.open(ask, answer);
                Said::Answer(section.outcome, section.inquiries.iter().map(|line| line.query_id).collect())
            }
        };
        assert_eq!(said, expected, "query {} round {} at {now}", asked.query, asked.round);
        if let (Said::Answer(outcome, _), Ok(answer)) = (said, answer) {
            self.model.answered(&asked, ask, outcome, answer);
        }
    }
}

fn walk(events: Vec<Event>, open: Box<dyn Fn() -> Arc<dyn BankStore>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut walk = Walk::new(open);
        for event in events {
            walk.step(event).await;
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bank_follows_its_table(events in prop::collection::vec(event(), 1..60)) {
        let store: Arc<dyn BankStore> = Arc::new(MemoryStore::default());
        walk(events, Box::new(move || Arc::clone(&store)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_bank_follows_its_table_across_restarts(events in prop::collection::vec(event(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bank.db");
        walk(events, Box::new(move || Arc::new(SqliteStore::open(&file).unwrap())));
    }
}
