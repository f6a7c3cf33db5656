//! The consent a person gives to one face check.

use protocol::consent::Notice;
use protocol::encode::{Digest, Salt};
use protocol::face_consent::{FaceConsent, FacePurpose, Kept, Leaves};
use protocol::json::V1;
use protocol::text::Text;
use protocol::time::Timestamp;
use serde_json::{Value, json};

use super::device::{Agreed, Device};
use super::{START, bank, notice};

/// The notice the gateway has now, as consents name it.
pub fn shown() -> Notice {
    let notice = notice();
    Notice { version: Text::new(notice.version.clone()).unwrap(), sha256: notice.sha256(), locale: notice.locale }
}

pub fn consent(device: &Device, bound_to: Digest, given_at: Timestamp) -> String {
    FaceConsent {
        v: V1,
        consent: bound_to,
        provider: bank("FACE1"),
        purpose: FacePurpose::LivenessOnce,
        leaves_device: [Leaves::VideoFrames],
        kept: Kept::NotAtAll,
        notice: shown(),
        given_at,
    }
    .sign(&device.key)
}

/// What begins a face check for a query.
pub fn for_query(device: &Device, agreed: &Agreed) -> Value {
    begin(device, agreed.digest(), agreed.salt, agreed.consent.given_at)
}

/// What begins one for an act of the account.
pub fn for_act(device: &Device, bound_to: Digest) -> Value {
    begin(device, bound_to, Salt::random(), Timestamp::from_millis(START))
}

fn begin(device: &Device, bound_to: Digest, salt: Salt, given_at: Timestamp) -> Value {
    json!({ "v": 1, "kind": "face", "consent": bound_to, "subject_salt": salt,
        "face_consent": consent(device, bound_to, given_at) })
}
