//! What a bank runs: check, look up, mask, sign, pad, seal, answer.
//!
//! A bank brings its books ([`CardLedger`]) and, if it confirms cards in its own app, [`CardConfirmation`]. Everything
//! that must be right for the person stands here: the checks in their order, masking before sealing, one length for
//! every section, one pace for every answer, the bank's own seven-day rule, and who asked before.

mod answer;
mod check;
mod confirmation;
mod door;
mod inquiry;
mod keys;
mod ledger;
mod office;
mod router;
mod seven_days;
mod slot;
pub mod store;

pub use confirmation::{CardConfirmation, ConfirmationError, NoConfirmation, Question};
pub use inquiry::InquiryError;
pub use keys::{IndexKey, KeyRing};
pub use ledger::{CardLedger, LedgerAnswer, LedgerCard, LedgerError, Subject};
pub use office::{Bank, Parts, Terms};
pub use router::router;
pub use seven_days::too_soon;
pub use slot::Slot;
