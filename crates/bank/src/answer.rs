//! From the books to sealed bytes of one length: leave out, mask, sign, pad, seal.

use protocol::code::{Field, Kind, Outcome, Used};
use protocol::consent::Consent;
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::mask;
use protocol::seal::{self, MAX_SECTION_JWS, SUITE, SealError};
use protocol::section::{Card, Inquiry as Line, MAX_CARDS, MaskedNumber, Section};
use protocol::time::Timestamp;

use crate::check::Inquiry;
use crate::ledger::{LedgerAnswer, LedgerCard};
use crate::store::InquiryLine;

/// What may be told of the books: the kinds and facts consented to, masked.
pub(crate) struct Chosen {
    pub(crate) outcome: Outcome,
    used: Vec<Used>,
    cards: Vec<Card>,
    omitted: u32,
}

impl Chosen {
    /// Leaves out other kinds than those asked for and served, and masks the rest. A card whose text would show a
    /// long number, and what is beyond 24, is counted as omitted.
    pub(crate) fn from(found: LedgerAnswer, served: &[Kind], consent: &Consent) -> Self {
        let asked = found.cards.iter().filter(|card| served.contains(&card.kind) && consent.kinds.contains(&card.kind));
        let mut chosen = Self { outcome: found.outcome, used: found.used, cards: Vec::new(), omitted: 0 };
        for card in asked {
            match masked(card, &consent.fields) {
                Some(masked) if chosen.cards.len() < MAX_CARDS => chosen.cards.push(masked),
                Some(_) | None => chosen.omitted += 1,
            }
        }
        chosen.outcome = match (found.outcome, chosen.cards.is_empty(), chosen.omitted) {
            (Outcome::Found, true, 0) => Outcome::None,
            // There are cards, and none can be shown: never "none".
            (Outcome::Found, true, _) => Outcome::LedgerUnavailable,
            (outcome, _, _) => outcome,
        };
        if chosen.outcome != Outcome::Found {
            chosen.cards.clear();
        }
        chosen
    }

    /// The section that says it.
    pub(crate) fn section(self, inquiry: &Inquiry, as_of: Timestamp, lines: &[InquiryLine]) -> Section {
        Section {
            v: V1,
            query_id: inquiry.statement.query_id,
            bank: inquiry.statement.bank.clone(),
            round: inquiry.statement.round,
            consent: inquiry.statement.consent,
            key: inquiry.key.thumbprint(),
            suite: SUITE,
            as_of,
            outcome: self.outcome,
            used: self.used,
            cards: self.cards,
            omitted: self.omitted,
            inquiries: lines
                .iter()
                .map(|line| Line { query_id: line.query, device: line.device, at: line.at })
                .collect(),
        }
    }
}

/// Signs, pads and seals: [`seal::SEALED_SECTION_BYTES`] whatever was found.
pub(crate) fn seal(mut section: Section, inquiry: &Inquiry, key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let token = fit(&mut section, key);
    let info = seal::section_info(section.query_id, &section.bank, section.round, &section.consent);
    seal::seal_section(&inquiry.key, &info, &token)
}

/// Drops cards from the end until the signed section fits its place.
fn fit(section: &mut Section, key: &SigningKey) -> String {
    loop {
        let token = section.sign(key);
        if token.len() <= MAX_SECTION_JWS || section.cards.pop().is_none() {
            return token;
        }
        section.omitted += 1;
    }
}

fn masked(card: &LedgerCard, fields: &[Field]) -> Option<Card> {
    let asked = |field| fields.contains(&field);
    let texts = [Some(card.product.as_str()), Some(card.brand.as_str()), card.city.as_ref().map(|city| city.as_str())];
    if texts.into_iter().flatten().any(mask::holds_long_digits) {
        tracing::warn!(code = "card_text", "a card's text would show a long number: left out");
        return None;
    }
    Some(Card {
        product: card.product.clone(),
        kind: card.kind,
        brand: card.brand.clone(),
        number: MaskedNumber::new(&card.number.masked()).ok()?,
        class: card.class.filter(|_| asked(Field::Class) && card.kind == Kind::Debit),
        status: card.status,
        role: card.role,
        opened: card.opened.filter(|_| asked(Field::Opened)),
        city: card.city.clone().filter(|_| asked(Field::City)),
        last_used: card.last_used.filter(|_| asked(Field::LastUsed)),
    })
}
