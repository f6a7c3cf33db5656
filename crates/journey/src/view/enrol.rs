//! Enrolment and the factors of a verification.

use protocol::code::IdType;

use super::{Check, views, words};

words! {
    /// Where enrolment stands.
    EnrolStep {
        /// The four entries.
        Form,
        /// The code of the SMS.
        Code,
        /// Another device lives: a stronger proof.
        Proof,
        /// Phrase and viewing password.
        Password,
        /// Done.
        Done,
    }
    /// Kinds of factor.
    Factor {
        /// A code to the mobile.
        Sms,
        /// A face check.
        Face,
        /// The bank of an own card confirms.
        CardBank,
    }
    /// State of one factor.
    FactorState {
        /// Not begun.
        None,
        /// Begun.
        Open,
        /// Passed.
        Passed,
        /// Over without.
        Void,
    }
}

views! {
    /// One factor.
    FactorView {
        /// Which.
        kind: Factor,
        /// Where it stands.
        state: FactorState,
        /// When it ends.
        expires_at: Option<String>,
        /// When another message may be sent.
        resend_at: Option<String>,
        /// Tries left.
        tries_left: Option<u32>,
        /// Characters the message must carry.
        check: Option<Check>,
        /// The bank that confirms.
        bank: Option<String>,
    }
    /// How far enrolment is.
    EnrolView {
        /// The step.
        step: EnrolStep,
        /// Characters the message must carry.
        check: Option<Check>,
        /// When the code ends.
        code_expires_at: Option<String>,
        /// When another may be sent.
        resend_at: Option<String>,
        /// Tries left.
        tries_left: Option<u32>,
        /// Where the message goes, masked.
        mobile_masked: Option<String>,
        /// Ways to prove.
        proof_kinds: Vec<Factor>,
        /// The proof that was begun.
        proof: Option<FactorView>,
        /// Until when a new device may not ask.
        hold_until: Option<String>,
    }
    /// Both factors of a query.
    VerifyView {
        /// The code.
        sms: FactorView,
        /// The other one.
        second: Option<FactorView>,
        /// Ways for the other one.
        second_kinds: Vec<Factor>,
        /// Whether the query can be sent.
        ready: bool,
        /// Last instant to send it.
        apply_by: String,
    }
    /// Both factors of a new viewing password.
    ResetView {
        /// The code.
        sms: FactorView,
        /// The other one.
        second: Option<FactorView>,
        /// Ways for the other one.
        second_kinds: Vec<Factor>,
        /// Whether the new password may be chosen.
        ready: bool,
    }
}

/// The four entries that must all match, as typed. Personal: never logged, never shown by `Debug`.
#[derive(Clone, serde::Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
#[ts(export)]
pub struct EnrolForm {
    /// Name as on the document.
    pub name: String,
    /// Kind of document.
    #[ts(type = "\"CN_ID\" | \"CN_FPR\"")]
    pub id_type: IdType,
    /// Document number.
    pub id_number: String,
    /// Mobile.
    pub mobile: String,
    /// Number of one own card.
    pub card_number: String,
    /// Language of messages.
    pub locale: String,
    /// Whether the old device is lost.
    pub lost_device: bool,
}
