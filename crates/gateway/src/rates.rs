//! How often what may be asked (9-wire section 9), as token buckets of the store.

use std::net::IpAddr;
use std::time::Duration;

use protocol::refusal::Code;

use crate::core::Core;
use crate::refusal::Refusal;
use crate::store::Bucket;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// What is limited; each names its own bucket.
#[derive(Debug, Clone)]
pub(crate) enum Rate<'a> {
    /// Status of one query.
    Status(&'a str),
    /// Event streams of one account.
    Streams(&'a str),
    /// Sections of one account.
    Sections(&'a str),
    /// Any other request of one account.
    Other(&'a str),
    /// Queries of one account.
    Queries(&'a str),
    /// Verifications of one account or enrolment.
    Verifications(&'a str),
    /// Enrolments of one document, by keyed hash.
    EnrolPerson(&'a str),
    /// Enrolments of one mobile, by keyed hash.
    EnrolMobile(&'a str),
    /// Enrolments of one address.
    EnrolAddress(&'a str),
    /// Code messages of one mobile, by keyed hash.
    CodeMessages(&'a str),
    /// Unsigned requests of one address.
    Unsigned(&'a str),
}

impl Rate<'_> {
    fn bucket(&self) -> Bucket {
        let (kind, of, capacity, refill_ms) = match self {
            Self::Status(of) => ("status", of, 10, MINUTE / 6),
            Self::Streams(of) => ("streams", of, 6, MINUTE / 6),
            Self::Sections(of) => ("sections", of, 400, MINUTE / 400),
            Self::Other(of) => ("other", of, 60, MINUTE / 60),
            Self::Queries(of) => ("queries", of, 5, HOUR / 5),
            Self::Verifications(of) => ("verifications", of, 10, HOUR / 10),
            Self::EnrolPerson(of) => ("enrol_person", of, 3, DAY / 3),
            Self::EnrolMobile(of) => ("enrol_mobile", of, 5, DAY / 5),
            Self::EnrolAddress(of) => ("enrol_address", of, 20, DAY / 20),
            Self::CodeMessages(of) => ("code_messages", of, 10, DAY / 10),
            Self::Unsigned(of) => ("unsigned", of, 30, MINUTE / 30),
        };
        Bucket { name: format!("{kind}/{of}"), capacity, refill_ms }
    }
}

impl Core {
    pub(crate) async fn take(&self, rate: Rate<'_>) -> Result<(), Refusal> {
        let code = if matches!(rate, Rate::CodeMessages(_)) { Code::SmsLimit } else { Code::RateLimited };
        match self.store().take(rate.bucket(), self.now()).await? {
            Ok(()) => Ok(()),
            Err(wait_ms) => Err(Refusal::from(code).after(Duration::from_millis(wait_ms))),
        }
    }
}

/// One caller's address; an IPv6 network of /64 counts as one.
pub(crate) fn address(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
    }
}
