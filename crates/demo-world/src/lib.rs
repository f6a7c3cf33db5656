//! The federation for trying things out: made-up people, 28 banks, gateway, face check and phone, all on loopback and
//! all speaking the real protocol with real cryptography. Nothing of it is about a real person or a real card.
//!
//! Never linked into the app: a program of its own, labelled as a demonstration on every screen.

mod apps;
mod banks;
mod clock;
mod control;
mod directory;
mod face;
mod federation;
mod inner;
mod keys;
mod ledger;
mod notice;
mod page;
mod people;
mod phone;
mod rogue;
mod scenario;
mod state;
mod tamper;
mod world;

pub use banks::BankRow;
pub use face::FaceSetting;
pub use keys::{root_key, root_point};
pub use people::{HeldCard, Holding, People, PeopleError, Person};
pub use phone::Sms;
pub use scenario::{Fault, Scenario};
pub use world::{Addresses, Options, Ports, World, WorldError};
