//! The query's transitions alone: whatever comes in whatever order, what must hold holds. (Beside its table, through the
//! routes, a query is walked in `walks`.)

use std::time::Duration;

use gateway::query::{self, NotNow, Word};
use gateway::store::suite;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use protocol::calendar::retention_end;
use protocol::code::{BankState, PartyCode, QueryState, ReceiptReason};
use protocol::encode::Digest;

#[derive(Debug, Clone)]
enum Step {
    Word(usize, u8, bool),
    Pass(u64),
    Close,
    Retry(u8),
    Finish(bool),
    Expire,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..3_usize, 1..4_u8, any::<bool>()).prop_map(|(bank, round, yes)| Step::Word(bank, round, yes)),
        3 => (0..200_000_u64).prop_map(Step::Pass),
        3 => Just(Step::Close),
        2 => (1..5_u8).prop_map(Step::Retry),
        1 => any::<bool>().prop_map(Step::Finish),
        1 => Just(Step::Expire),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(3), ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_the_promises_hold(steps in steps()) {
        let mut head = suite::query();
        let codes: Vec<PartyCode> = ["AAA", "BBB", "CCC"].iter().filter_map(|code| code.parse().ok()).collect();
        head.banks = codes.iter().map(|bank| gateway::store::BankRow { bank: bank.clone(), ..head.banks[0].clone() }).collect();
        let mut now = head.accepted_at;
        let due = head.due_at;
        for (n, step) in steps.into_iter().enumerate() {
            let before = head.clone();
            let refused = match step {
                Step::Pass(secs) => { now = now + Duration::from_secs(secs); None }
                Step::Word(bank, round, yes) => {
                    let digest = Digest::of(&n.to_be_bytes());
                    let word = if yes { Word::Answered(digest, digest) } else { Word::Refused(digest) };
                    query::word(&mut head, &codes[bank], round, word, now).err()
                }
                Step::Close => query::close(&mut head, now).err(),
                Step::Retry(round) => query::retry(&mut head, round, now).err(),
                Step::Finish(delete) => {
                    let reason = if delete { ReceiptReason::Deleted } else { ReceiptReason::Withdrawn };
                    query::finish(&mut head, reason, now).err()
                }
                Step::Expire => query::expire(&mut head, now).err(),
            };
            if refused.is_some() {
                prop_assert_eq!(&before, &head, "a refused event changes nothing: {:?}", refused);
            }
            prop_assert_eq!(head.due_at, due, "due_at never changes");
            if before.generated_at.is_some() {
                prop_assert_eq!(before.generated_at, head.generated_at, "generated_at is written once");
                prop_assert_eq!(before.expires_at, head.expires_at, "no round lengthens the end");
            }
            if let Some(generated) = head.generated_at {
                prop_assert!(head.accepted_at <= generated && generated <= due);
                prop_assert_eq!(head.expires_at, Some(retention_end(generated)));
            }
            for (old, new) in before.banks.iter().zip(&head.banks) {
                if old.state == BankState::Answered {
                    prop_assert_eq!(old, new, "an answer is never replaced");
                }
            }
            prop_assert!(head.round <= query::ROUNDS && head.revision <= head.round);
            let over = matches!(before.state, QueryState::Withdrawn | QueryState::Deleted | QueryState::Expired | QueryState::Empty);
            prop_assert!(!over || !query::running(&head), "nothing that ended runs again");
            if matches!(head.state, QueryState::Closed | QueryState::Empty) {
                prop_assert!(head.banks.iter().all(|row| row.state != BankState::Pending), "no row is pending after a close");
            }
            prop_assert!(query::next_due(&head).is_some() || head.state == QueryState::Expired, "something is due until it expired");
        }
    }
}

#[test]
fn a_word_after_the_end_is_refused() {
    let mut head = suite::query();
    let bank = head.banks[0].bank.clone();
    let late = head.due_at;
    let word = Word::Answered(Digest::of(b"a"), Digest::of(b"s"));
    assert_eq!(
        query::word(&mut head, &bank, 1, word, late),
        Err(NotNow::State),
        "at due_at the report closes with what came"
    );
}
