//! The books of one bank of the demonstration.

use std::sync::Arc;

use async_trait::async_trait;
use bank::{CardLedger, LedgerAnswer, LedgerCard, LedgerError, Subject};
use protocol::code::{Outcome, PartyCode, Used};
use protocol::identity::CardNumber;

use crate::people::{HeldCard, People};

/// What one bank holds of everybody.
pub(crate) struct Books {
    pub(crate) bank: PartyCode,
    pub(crate) people: Arc<People>,
}

#[async_trait]
impl CardLedger for Books {
    async fn cards_of(&self, subject: &Subject) -> Result<LedgerAnswer, LedgerError> {
        let by_document = vec![Used::Name, Used::IdNumber];
        let holding =
            self.people.of(subject).and_then(|person| person.banks.iter().find(|holding| holding.bank == self.bank));
        Ok(match holding {
            None => LedgerAnswer::without_cards(Outcome::None, by_document),
            Some(holding) => match holding.outcome {
                Some(Outcome::NoMobile) => {
                    LedgerAnswer::without_cards(Outcome::NoMobile, vec![Used::Name, Used::IdNumber, Used::Mobile])
                }
                Some(Outcome::PossibleMatch) => LedgerAnswer::without_cards(Outcome::PossibleMatch, vec![Used::Name]),
                Some(outcome) => LedgerAnswer::without_cards(outcome, by_document),
                None => LedgerAnswer::found(holding.cards.iter().filter_map(card).collect()),
            },
        })
    }
}

fn card(held: &HeldCard) -> Option<LedgerCard> {
    Some(LedgerCard {
        product: held.product.clone(),
        kind: held.kind,
        brand: held.brand.clone(),
        number: CardNumber::parse(&held.number).ok()?,
        class: held.class,
        status: held.status,
        role: held.role,
        opened: held.opened,
        city: held.city.clone(),
        last_used: held.last_used,
    })
}
