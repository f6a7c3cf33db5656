//! Twenty wrong codes within a day pause the SMS factor for a day (9-wire section 9). Counted for the account; while
//! enrolling for the person, so that whoever tries to enrol as somebody else cannot pause that person's queries.

use std::time::Duration;

use protocol::encode::Digest;
use protocol::id::AccountId;
use protocol::refusal::Code;
use protocol::time::Timestamp;

use crate::code_try::CodeRefusal;
use crate::core::Core;
use crate::query::DAY;
use crate::refusal::Refusal;
use crate::store::{Misses, Versioned};

/// Wrong codes within a day that begin the pause.
const A_DAY: usize = 20;

/// Whose wrong codes are counted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose {
    Account(AccountId),
    Person(Digest),
}

/// Counts a refused try for the day's pause; whether it counts: only what was looked at does.
pub(crate) fn counted(misses: &mut Misses, refusal: CodeRefusal, now: Timestamp) -> bool {
    let looked_at = matches!(refusal, CodeRefusal::Wrong(_) | CodeRefusal::Last);
    if looked_at {
        missed(misses, now);
    }
    looked_at
}

/// Notes a wrong code; the twentieth within a day begins the pause.
fn missed(misses: &mut Misses, now: Timestamp) {
    misses.at.retain(|at| now.since(*at) < DAY);
    misses.at.push(now);
    if misses.at.len() >= A_DAY {
        misses.until = Some(now + DAY);
        misses.at.clear();
    }
}

/// How long the factor is still paused.
fn paused(misses: &Misses, now: Timestamp) -> Option<Duration> {
    misses.until.filter(|until| now < *until).map(|until| until.since(now))
}

impl Core {
    /// The wrong codes of today, unless they have paused the factor.
    pub(crate) async fn misses(&self, whose: Whose, now: Timestamp) -> Result<Versioned<Misses>, Refusal> {
        let of = match whose {
            Whose::Account(account) => format!("account/{account}"),
            Whose::Person(person) => format!("person/{person}"),
        };
        let fresh = || Versioned::new(Misses { of: of.clone(), at: Vec::new(), until: None });
        let misses = self.store().misses(&of).await?.unwrap_or_else(fresh);
        match paused(&misses.doc, now) {
            Some(wait) => Err(Refusal::from(Code::SmsLimit).after(wait)),
            None => Ok(misses),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> Timestamp {
        Timestamp::from_millis(0)
    }

    #[test]
    fn the_twentieth_within_a_day_pauses_for_a_whole_day() {
        let mut misses = Misses { of: String::new(), at: Vec::new(), until: None };
        let mut now = start();
        for _ in 0..A_DAY {
            assert_eq!(paused(&misses, now), None, "nineteen do not");
            now = now + Duration::from_secs(3600);
            missed(&mut misses, now);
        }
        assert_eq!(paused(&misses, now), Some(DAY));
        let nearly = now + DAY - Duration::from_millis(1);
        assert_eq!(paused(&misses, nearly), Some(Duration::from_millis(1)), "no code comes back meanwhile");
        assert_eq!(paused(&misses, now + DAY), None);
    }

    #[test]
    fn wrong_codes_older_than_a_day_do_not_count() {
        let mut misses = Misses { of: String::new(), at: Vec::new(), until: None };
        for n in 0..60_u32 {
            missed(&mut misses, start() + Duration::from_secs(2 * 3600) * n);
        }
        assert_eq!(misses.until, None, "twelve a day for five days");
        assert_eq!(misses.at.len(), 12);
    }
}
