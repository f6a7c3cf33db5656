//! The one thing a bank brings: whose cards are these. Everything else of this crate is the same for all banks.

use async_trait::async_trait;
use protocol::code::{AccountClass, CardRole, CardStatus, Kind, Outcome, Used};
use protocol::identity::{CardNumber, Identity};
use protocol::text::Text;
use protocol::time::YearMonth;

/// Whom a bank looks up: name, document, mobile, as the person consented to hand over. Dropped after the look-up.
pub type Subject = Identity;

/// The bank's books.
#[async_trait]
pub trait CardLedger: Send + Sync {
    /// Every card in this person's name. All kinds: what the consent leaves out is taken away afterwards.
    ///
    /// # Errors
    /// [`LedgerError`]: the gateway is told to come later, and learns nothing else.
    async fn cards_of(&self, subject: &Subject) -> Result<LedgerAnswer, LedgerError>;
}

/// The books cannot answer this call; asking again later may help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the books cannot answer now")]
pub struct LedgerError {
    /// Seconds after which to ask again.
    pub retry_after: u32,
}

/// What the books say.
pub struct LedgerAnswer {
    /// The result; [`Outcome::Found`] exactly when there are cards.
    pub outcome: Outcome,
    /// Which identifiers were compared.
    pub used: Vec<Used>,
    /// The cards; never with another outcome than found.
    pub cards: Vec<LedgerCard>,
}

impl LedgerAnswer {
    /// Cards found by name and document.
    #[must_use]
    pub fn found(cards: Vec<LedgerCard>) -> Self {
        Self {
            outcome: if cards.is_empty() { Outcome::None } else { Outcome::Found },
            used: vec![Used::Name, Used::IdNumber],
            cards,
        }
    }

    /// Any other result.
    #[must_use]
    pub fn without_cards(outcome: Outcome, used: Vec<Used>) -> Self {
        Self { outcome: if outcome == Outcome::Found { Outcome::None } else { outcome }, used, cards: Vec::new() }
    }
}

/// One card as the books hold it. The whole number never leaves: it is masked before anything is written or sealed.
pub struct LedgerCard {
    /// Product name.
    pub product: Text<30>,
    /// Kind.
    pub kind: Kind,
    /// Brand, such as `unionpay`.
    pub brand: Text<20>,
    /// The whole number.
    pub number: CardNumber,
    /// Class of the account; for debit cards only.
    pub class: Option<AccountClass>,
    /// State.
    pub status: CardStatus,
    /// Primary or supplementary.
    pub role: CardRole,
    /// Month opened.
    pub opened: Option<YearMonth>,
    /// City of the opening branch.
    pub city: Option<Text<12>>,
    /// Month of last use.
    pub last_used: Option<YearMonth>,
}
