//! What is unusual about a card or a bank's cards, as the rules for accounts name it; computed on this device, after
//! unlock, from nothing but the section.

use std::collections::BTreeSet;

use protocol::code::{AccountClass, CardRole, CardStatus, Kind};
use protocol::section::Card;

/// More than four debit cards at one bank (银发〔2016〕261号 and its later circulars).
pub(crate) const MORE_THAN_FOUR_DEBIT: &str = "more_than_four_debit";
/// More than one class I account at one bank (银发〔2015〕392号).
pub(crate) const MORE_THAN_ONE_CLASS_ONE: &str = "more_than_one_class_one";
/// Long unused.
pub(crate) const DORMANT: &str = "dormant";
/// Frozen.
pub(crate) const FROZEN: &str = "frozen";
/// Reported lost.
pub(crate) const LOST: &str = "lost";
/// Opened in a city the person marked as strange.
pub(crate) const STRANGE_CITY: &str = "strange_city";

/// A bank holds a record that may be this person's.
pub(crate) const POSSIBLE_MATCH: &str = "possible_match";
/// A bank was asked about this person by somebody else.
pub(crate) const UNKNOWN_INQUIRY: &str = "unknown_inquiry";

/// Flags of one card, of which some cities are strange to the person.
#[must_use]
pub(crate) fn of_card(card: &Card, strange: &BTreeSet<String>) -> Vec<&'static str> {
    let status = match card.status {
        CardStatus::Dormant => Some(DORMANT),
        CardStatus::Frozen => Some(FROZEN),
        CardStatus::Lost => Some(LOST),
        CardStatus::Active | CardStatus::NotActivated | CardStatus::Closing => None,
    };
    let away = card.city.as_ref().is_some_and(|city| strange.contains(&**city));
    away.then_some(STRANGE_CITY).into_iter().chain(status).collect()
}

/// Flags of one bank's cards, with how many cards each is about.
#[must_use]
pub(crate) fn of_bank(cards: &[Card]) -> Vec<(&'static str, u32)> {
    let own = |card: &&Card| card.role == CardRole::Primary;
    let count = |found: usize| u32::try_from(found).unwrap_or(u32::MAX);
    let debit = cards.iter().filter(own).filter(|card| card.kind == Kind::Debit).count();
    let class_one = cards.iter().filter(own).filter(|card| card.class == Some(AccountClass::I)).count();
    let mut flags = Vec::new();
    if debit > 4 {
        flags.push((MORE_THAN_FOUR_DEBIT, count(debit)));
    }
    if class_one > 1 {
        flags.push((MORE_THAN_ONE_CLASS_ONE, count(class_one)));
    }
    flags
}

#[cfg(test)]
mod tests {
    use protocol::section::MaskedNumber;
    use protocol::text::Text;

    use super::*;

    fn card(class: Option<AccountClass>, status: CardStatus) -> Card {
        Card {
            product: Text::new("借记卡").unwrap(),
            kind: Kind::Debit,
            brand: Text::new("unionpay").unwrap(),
            number: MaskedNumber::new("6222***********1496").unwrap(),
            class,
            status,
            role: CardRole::Primary,
            opened: None,
            city: None,
            last_used: None,
        }
    }

    #[test]
    fn four_debit_cards_and_one_class_one_account_are_usual() {
        let mut cards = vec![card(Some(AccountClass::I), CardStatus::Active)];
        cards.extend((0..3).map(|_| card(Some(AccountClass::II), CardStatus::Active)));
        assert!(of_bank(&cards).is_empty(), "the rules allow exactly this");
        cards.push(card(Some(AccountClass::I), CardStatus::Active));
        assert_eq!(of_bank(&cards), [(MORE_THAN_FOUR_DEBIT, 5), (MORE_THAN_ONE_CLASS_ONE, 2)]);
    }

    #[test]
    fn a_sleeping_card_is_flagged_and_an_active_one_is_not() {
        assert_eq!(of_card(&card(None, CardStatus::Dormant), &BTreeSet::new()), [DORMANT]);
        assert!(of_card(&card(None, CardStatus::Active), &BTreeSet::new()).is_empty());
    }

    #[test]
    fn a_card_is_flagged_for_its_own_city_only() {
        let strange = BTreeSet::from(["南宁".to_owned()]);
        let opened = |city: Option<&str>| {
            let city = city.map(|city| Text::new(city).unwrap());
            of_card(&Card { city, ..card(None, CardStatus::Dormant) }, &strange)
        };
        assert_eq!(opened(None), [DORMANT], "a bank that gives no city gives no reason");
        assert_eq!(opened(Some("南京")), [DORMANT], "another city is another city");
        assert_eq!(opened(Some("南宁")), [STRANGE_CITY, DORMANT], "one flag does not hide another");
    }
}
