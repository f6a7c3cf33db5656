//! The people of the demonstration: made up, with region codes and mobile prefixes that nobody was given, and card
//! numbers that only look like those of a bank in their first four and last four digits.

use std::collections::HashSet;
use std::path::Path;

use async_trait::async_trait;
use gateway::ports::{Claim, IdentitySource, SourceDown};
use protocol::code::{AccountClass, CardRole, CardStatus, IdType, Kind, Outcome, PartyCode};
use protocol::identity::{CardNumber, IdNumber, Identity, Mobile, Name};
use protocol::text::Text;
use protocol::time::YearMonth;
use serde::Deserialize;

/// The people that are part of the project.
const OWN: &str = include_str!("../data/people/people.json");

/// Why people could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The folder cannot be read.
    #[error("the folder of people cannot be read")]
    Folder(#[from] std::io::Error),
    /// The folder holds nobody.
    #[error("nobody: no .json file in this folder lists a person")]
    Nobody,
    /// A file is not a list of people.
    #[error("{file}: {why}")]
    File {
        /// Its name.
        file: String,
        /// What is wrong with it.
        why: String,
    },
}

/// One made-up person.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Short name for scripts.
    pub key: String,
    /// Name.
    pub name: String,
    /// Kind of document.
    pub id_type: IdType,
    /// Document number.
    pub id_number: String,
    /// Mobile.
    pub mobile: String,
    /// What this person shows.
    pub story_zh: String,
    /// The same in English.
    pub story_en: String,
    /// What banks hold.
    pub banks: Vec<Holding>,
}

/// What one bank holds of one person.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holding {
    /// The bank.
    pub bank: PartyCode,
    /// An outcome without cards.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// Cards.
    #[serde(default)]
    pub cards: Vec<HeldCard>,
}

/// One card.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldCard {
    /// Product name.
    pub product: Text<30>,
    /// Kind.
    pub kind: Kind,
    /// Brand.
    pub brand: Text<20>,
    /// The whole number.
    pub number: String,
    /// Class of the account.
    #[serde(default)]
    pub class: Option<AccountClass>,
    /// State.
    pub status: CardStatus,
    /// Primary or supplementary.
    pub role: CardRole,
    /// Month opened.
    #[serde(default)]
    pub opened: Option<YearMonth>,
    /// City.
    #[serde(default)]
    pub city: Option<Text<12>>,
    /// Month of last use.
    #[serde(default)]
    pub last_used: Option<YearMonth>,
}

impl Person {
    /// The checked identity.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        Some(Identity {
            name: Name::parse(&self.name).ok()?,
            id_type: self.id_type,
            id_number: IdNumber::parse(self.id_type, &self.id_number).ok()?,
            mobile: Mobile::parse(&self.mobile).ok()?,
        })
    }

    /// The first of the person's cards, for enrolling.
    #[must_use]
    pub fn first_card(&self) -> Option<&HeldCard> {
        self.banks.iter().flat_map(|holding| &holding.cards).next()
    }

    fn holds(&self, number: &str) -> bool {
        self.banks.iter().flat_map(|holding| &holding.cards).any(|card| card.number == number)
    }
}

/// Everybody.
#[derive(Clone)]
pub struct People(Vec<Person>);

impl People {
    /// Reads every `.json` file of a folder, or the people that are part of the project. Keys, documents and card
    /// numbers each belong to one person, mobiles may be shared.
    ///
    /// # Errors
    /// [`PeopleError`].
    pub fn read(folder: Option<&Path>) -> Result<Self, PeopleError> {
        let Some(folder) = folder else { return Self::list("people.json", OWN).map(Self) };
        let mut files: Vec<_> =
            std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?.iter().map(std::fs::DirEntry::path).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
        files.sort();
        let mut people = Vec::new();
        for file in files {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            people.extend(Self::list(&name, &std::fs::read_to_string(&file)?)?);
            if let Some(key) = twice(&people) {
                return Err(PeopleError::File {
                    file: name,
                    why: format!("{key}: key, document or card is there twice"),
                });
            }
        }
        if people.is_empty() { Err(PeopleError::Nobody) } else { Ok(Self(people)) }
    }

    fn list(file: &str, text: &str) -> Result<Vec<Person>, PeopleError> {
        let wrong = |why: String| PeopleError::File { file: file.to_owned(), why };
        let people: Vec<Person> = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        for person in &people {
            if person.identity().is_none() {
                return Err(wrong(format!("{}: name, document or mobile is not well formed", person.key)));
            }
            let cards = person.banks.iter().flat_map(|holding| &holding.cards);
            if cards.into_iter().any(|card| CardNumber::parse(&card.number).is_err()) {
                return Err(wrong(format!("{}: a card number is not well formed", person.key)));
            }
        }
        Ok(people)
    }

    /// Everybody.
    #[must_use]
    pub fn all(&self) -> &[Person] {
        &self.0
    }

    /// By the short name.
    #[must_use]
    pub fn by_key(&self, key: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.key == key)
    }

    /// By name and document, as a bank looks up.
    #[must_use]
    pub fn of(&self, identity: &Identity) -> Option<&Person> {
        self.0.iter().find(|person| {
            person.id_type == identity.id_type
                && person.id_number == identity.id_number.as_str()
                && person.name == identity.name.as_str()
        })
    }
}

/// The first person of whom something stands there a second time: which of the two is meant could not be told.
fn twice(people: &[Person]) -> Option<&str> {
    let (mut keys, mut documents, mut numbers) = (HashSet::new(), HashSet::new(), HashSet::new());
    let doubled = people.iter().find(|person| {
        let mut cards = person.banks.iter().flat_map(|holding| &holding.cards);
        !keys.insert(&person.key)
            || !documents.insert(&person.id_number)
            || !cards.all(|card| numbers.insert(&card.number))
    });
    doubled.map(|person| person.key.as_str())
}

#[async_trait]
impl IdentitySource for People {
    async fn matches(&self, claim: &Claim) -> Result<bool, SourceDown> {
        let person = self.of(&claim.identity);
        Ok(person.is_some_and(|person| {
            person.mobile == claim.identity.mobile.as_str() && person.holds(claim.card_number.digits())
        }))
    }

    async fn issuer(&self, card: &CardNumber) -> Result<Option<PartyCode>, SourceDown> {
        let mut holdings = self.0.iter().flat_map(|person| &person.banks);
        let issued = |holding: &&Holding| holding.cards.iter().any(|held| held.number == card.digits());
        Ok(holdings.find(issued).map(|holding| holding.bank.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_that_is_not_well_formed_is_refused_by_name() {
        let broken = OWN.replacen("10000000001", "1", 1);
        let refusal = People::list("x.json", &broken).err().expect("a mobile of one digit").to_string();
        assert!(refusal.contains("x.json") && refusal.contains("one"), "the message names file and person: {refusal}");
    }

    #[test]
    fn a_folder_without_people_and_one_with_a_person_twice_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let read = || People::read(Some(folder.path())).map(|people| people.all().len());
        assert!(matches!(read(), Err(PeopleError::Nobody)), "an empty folder is a slip of the hand");
        std::fs::write(folder.path().join("a.json"), OWN).unwrap();
        let all = read().expect("the project's own people in a folder of one's own");
        std::fs::write(folder.path().join("notes.txt"), "not a list of people").unwrap();
        assert_eq!(read().ok(), Some(all), "other files are passed over");
        std::fs::write(folder.path().join("b.json"), OWN).unwrap();
        let refusal = read().expect_err("everybody is there twice").to_string();
        assert!(refusal.contains("b.json") && refusal.contains("twice"), "the message names the file: {refusal}");
    }

    #[test]
    fn every_story_has_somebody() {
        let people = People::read(None).unwrap();
        let anybody = |tells: &dyn Fn(&Person) -> bool| people.all().iter().any(tells);
        let a_card = |tells: &dyn Fn(&HeldCard) -> bool| {
            anybody(&|person| person.banks.iter().flat_map(|holding| &holding.cards).any(tells))
        };
        let at_one_bank = |tells: &dyn Fn(&HeldCard) -> bool, more_than: usize| {
            anybody(&|person| {
                person.banks.iter().any(|holding| holding.cards.iter().filter(|card| tells(card)).count() > more_than)
            })
        };
        let held = |person: &Person| person.banks.iter().map(|holding| holding.cards.len()).sum::<usize>();
        assert!(anybody(&|person| held(person) == 0) && anybody(&|person| held(person) == 1), "no card, one card");
        assert!(anybody(&|person| held(person) > 10 && person.banks.len() > 5), "many cards at many banks");
        assert!(at_one_bank(&|card| card.kind == Kind::Debit, 4), "more than four debit cards at one bank");
        assert!(
            at_one_bank(&|card| card.class == Some(AccountClass::I), 1),
            "more than one class I account at one bank"
        );
        for outcome in Outcome::ALL.iter().filter(|outcome| !matches!(outcome, Outcome::Found | Outcome::None)) {
            let given = anybody(&|person| person.banks.iter().any(|holding| holding.outcome == Some(*outcome)));
            assert!(given, "a bank that says {outcome} of somebody");
        }
        for status in CardStatus::ALL {
            assert!(a_card(&|card| card.status == *status), "a card that is {status}");
        }
        for kind in Kind::ALL {
            assert!(a_card(&|card| card.kind == *kind), "a card of kind {kind}");
        }
        for class in AccountClass::ALL {
            assert!(a_card(&|card| card.class == Some(*class)), "an account of class {class}");
        }
        assert!(a_card(&|card| card.role == CardRole::Supplementary), "a supplementary card");
        assert!(
            a_card(&|card| card.city.is_none()) && a_card(&|card| card.last_used.is_none()),
            "facts that a bank does not give"
        );
        assert!(anybody(&|person| person.id_type == IdType::CnFpr), "a foreigner's card");
        let day = "2026-11-24".parse().unwrap();
        let age = |person: &Person| person.identity().unwrap().id_number.age_on(day);
        assert!(anybody(&|person| age(person) < 16) && anybody(&|person| age(person) > 80), "too young, and old");
    }

    #[test]
    fn nobody_here_can_be_somebody() {
        let people = People::read(None).unwrap();
        assert!(people.all().len() >= 12, "enough people for every story");
        for person in people.all() {
            assert!(
                person.mobile.starts_with("100"),
                "{}: mobiles beginning with 100 were given to nobody",
                person.key
            );
            let assigned = [
                "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
                "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
                "83",
            ];
            assert!(
                !assigned.contains(&&person.id_number[..2]),
                "{}: the region code belongs to no region",
                person.key
            );
            for card in person.banks.iter().flat_map(|holding| &holding.cards) {
                let hidden = &card.number[4..card.number.len() - 4];
                assert!(hidden.bytes().all(|b| b == b'9'), "{}: the hidden digits are nines", person.key);
            }
        }
    }
}
