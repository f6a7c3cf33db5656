//! The table of states of one query, walked at random: whatever happens in whatever order, the app stands where the
//! table says, refuses what it does not list, and leaves nothing of what ended.

mod command;
mod gateway;
mod model;
mod parties;
mod walk;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use device::{KeychainError, MemoryKeychain};
use proptest::prelude::*;
use protocol::code::{FactorKind, IdType};
use protocol::refusal::Code;
use protocol::time::ManualClock;

use crate::stage::{PASSWORD, secret};
use gateway::{Fate, Gateway, HOUR, Network, Seal};
use parties::Does;
use walk::{Event, Template, Walk, files, open};

/// Somebody enrols once; every walk begins on a copy of that device.
fn template() -> &'static Template {
    static TEMPLATE: OnceLock<Template> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        runtime().block_on(async {
            let clock = Arc::new(ManualClock::at("2026-11-24T04:00:00.000Z".parse().unwrap()));
            let (gateway, keychain) = (Gateway::new(Arc::clone(&clock)), MemoryKeychain::new());
            let device = tempfile::tempdir().unwrap();
            let app = open(device.path(), &keychain, &clock, &gateway).await;
            let form = journey::EnrolForm {
                name: "张三".to_owned(),
                id_type: IdType::CnId,
                id_number: "11010519491231002X".to_owned(),
                mobile: "13800000000".to_owned(),
                card_number: "6222999999999990377".to_owned(),
                locale: "zh-CN".to_owned(),
                lost_device: false,
            };
            app.enrol_start(form).await.unwrap();
            app.enrol_confirm("123456".to_owned()).await.unwrap();
            app.enrol_phrase("雨后山青".to_owned()).await.unwrap();
            app.enrol_password(secret(PASSWORD)).await.unwrap();
            drop(app);
            Template { files: files(device.path()), keychain: keychain.snapshot(), gateway, clock }
        })
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn run(events: Vec<Event>) {
    let template = template();
    runtime().block_on(async {
        let mut walk = Walk::from(template).await;
        for event in events {
            walk.step(event).await;
        }
    });
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        12 => Just(Fate::Taken),
        2 => Just(Fate::TakenUnheard),
        1 => Just(Fate::Skewed),
        1 => Just(Fate::Nonsense),
        1 => prop_oneof![
            Just(Code::ConsentInvalid), Just(Code::AllowanceUsed), Just(Code::FactorMissing), Just(Code::ConsentNoticeChanged)
        ].prop_map(Fate::Refused),
    ]
}

/// Anything, more often what leads on.
fn event() -> impl Strategy<Value = Event> {
    let place = 0..parties::BANKS.len();
    let kind = prop_oneof![Just(FactorKind::Sms), Just(FactorKind::Face)];
    let span = prop_oneof![
        Just(HOUR / 60),
        Just(HOUR / 4),
        Just(HOUR / 2),
        Just(HOUR * 25),
        Just(HOUR * 49),
        Just(HOUR * 190)
    ];
    let does = prop_oneof![
        4 => Just(Does::Answers), 2 => Just(Does::Refuses), 1 => Just(Does::OtherBytes), 1 => Just(Does::Forged),
        1 => Just(Does::ForgedInside)
    ];
    let seal = prop_oneof![6 => Just(Seal::Right), 1 => Just(Seal::LaterEnd), 1 => Just(Seal::BankMissing), 1 => Just(Seal::Forged)];
    let network = prop_oneof![4 => Just(Network::Up), 2 => Just(Network::Down), 1 => Just(Network::Busy), 1 => Just(Network::Slowed)];
    let error = prop_oneof![
        Just(KeychainError::Missing),
        Just(KeychainError::Locked),
        Just(KeychainError::Denied),
        Just(KeychainError::Cancelled),
        Just(KeychainError::NotSetUp),
        Just(KeychainError::TimedOut)
    ];
    let leads = prop_oneof![
        6 => Just(Event::Agree),
        8 => kind.clone().prop_map(Event::Prove),
        8 => fate().prop_map(Event::Submit),
        10 => fate().prop_map(Event::Tick),
        4 => fate().prop_map(Event::Refresh),
        8 => (place.clone(), does).prop_map(|(place, does)| Event::Bank(place, does)),
        5 => seal.prop_map(Event::Close),
        3 => Just(Event::Retry),
        1 => Just(Event::RetryUnheard),
        6 => span.prop_map(Event::Passes),
        3 => Just(Event::Restart),
    ];
    let stands_in_the_way = prop_oneof![
        1 => (0..4_usize).prop_map(Event::AgreeUnkept),
        1 => (kind, 1..6_u32).prop_map(|(kind, tries)| Event::Fail(kind, tries)),
        1 => Just(Event::Cancel),
        1 => Just(Event::Withdraw),
        1 => Just(Event::Delete),
        1 => place.prop_map(Event::BankAgain),
        1 => Just(Event::CloseEmpty),
        3 => network.prop_map(Event::Network),
        1 => error.prop_map(|error| Event::Keychain(Some(error))),
        3 => Just(Event::Keychain(None)),
        1 => Just(Event::TakeKey),
        1 => Just(Event::OtherNotice),
        1 => Just(Event::AgreeOld),
        1 => Just(Event::Allowance),
        1 => Just(Event::ClockAhead),
        2 => Just(Event::ClockBack),
        1 => Just(Event::Save),
        1 => Just(Event::Restore),
        4 => Just(Event::Read),
    ];
    prop_oneof![30 => leads, 14 => stands_in_the_way, 1 => any::<bool>().prop_map(Event::Retire), 1 => Just(Event::Unlock), 1 => Just(Event::Forgotten)]
}

/// How many walks each test makes: as many as the environment says, or a minute's worth.
fn walks() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48)
}

/// A whole report, from which most of the table is reached.
fn asked() -> Vec<Event> {
    vec![Event::Agree, Event::Prove(FactorKind::Sms), Event::Prove(FactorKind::Face), Event::Submit(Fate::Taken)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: walks(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn from_nothing_the_app_stands_where_the_table_says(events in prop::collection::vec(event(), 1..40)) {
        run(events);
    }

    #[test]
    fn before_it_is_sent_the_app_stands_where_the_table_says(events in prop::collection::vec(event(), 1..30)) {
        run([asked()[..3].to_vec(), events].concat());
    }

    #[test]
    fn from_a_query_on_its_way_the_app_stands_where_the_table_says(events in prop::collection::vec(event(), 1..40)) {
        run([asked(), events].concat());
    }

    #[test]
    fn from_a_report_the_app_stands_where_the_table_says(events in prop::collection::vec(event(), 1..30)) {
        let closed = vec![
            Event::Bank(0, Does::Answers),
            Event::Bank(1, Does::Refuses),
            Event::Close(Seal::Right),
            Event::Tick(Fate::Taken),
            Event::Unlock,
        ];
        run([asked(), closed, events].concat());
    }
}

#[test]
fn the_plain_way_reaches_every_state() {
    run([
        asked(),
        vec![
            Event::Bank(0, Does::Answers),
            Event::Tick(Fate::Taken),
            Event::Close(Seal::Right),
            Event::Tick(Fate::Taken),
            Event::Retry,
            Event::Bank(1, Does::Answers),
            Event::Tick(Fate::Taken),
            Event::Close(Seal::Right),
            Event::Tick(Fate::Taken),
            Event::Unlock,
            Event::Read,
            Event::Passes(Duration::from_secs(9 * 86_400)),
        ],
    ]
    .concat());
}

#[test]
fn a_consent_that_a_keychain_did_not_keep_is_none() {
    (0..4).for_each(|writes| run(vec![Event::AgreeUnkept(writes), Event::Agree, Event::Cancel, Event::Agree]));
}

#[test]
fn a_clock_in_doubt_ends_nothing_that_was_not_sent() {
    let doubted = vec![
        Event::Agree,
        Event::Network(Network::Down),
        Event::ClockAhead,
        Event::Prove(FactorKind::Sms),
        Event::Submit(Fate::Taken),
        Event::Tick(Fate::Taken),
        Event::ClockBack,
        Event::Network(Network::Up),
    ];
    run([doubted, asked()[1..].to_vec()].concat());
}

#[test]
fn what_is_on_its_way_is_withdrawn_and_not_deleted() {
    let sent = vec![Event::Network(Network::Down), Event::Submit(Fate::Taken), Event::Delete, Event::Withdraw];
    run([asked()[..3].to_vec(), sent].concat());
}

#[test]
fn signed_time_that_the_keychain_did_not_keep_is_asked_for_again() {
    let silent = Event::Keychain(Some(KeychainError::Missing));
    let heard = vec![silent, Event::ClockAhead, Event::Tick(Fate::Taken), Event::Restart, Event::Keychain(None)];
    run([asked(), heard, vec![Event::Tick(Fate::Taken)]].concat());
}

#[test]
fn an_order_to_erase_is_heeded_also_where_the_app_was_started_on_a_silent_keychain() {
    let closed = vec![Event::Bank(0, Does::Answers), Event::Close(Seal::Right), Event::Tick(Fate::Taken)];
    let blind = vec![Event::Keychain(Some(KeychainError::Missing)), Event::Restart, Event::Keychain(None)];
    run([asked(), closed, blind, vec![Event::Retire(true), Event::Tick(Fate::Taken)]].concat());
}

#[test]
fn a_lost_report_lets_the_app_ask_at_once_how_it_stands() {
    let forgotten = vec![Event::Tick(Fate::Taken), Event::Forgotten, Event::Retire(false), Event::Tick(Fate::Taken)];
    run([asked(), vec![Event::Close(Seal::Right), Event::Tick(Fate::Taken)], forgotten].concat());
}
