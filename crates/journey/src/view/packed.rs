//! A report on its way into the page. Thousands of cards say the same few words: each word travels once, and a card as
//! the places of its words. A third of the bytes, read in half the time.

use std::collections::HashMap;
use std::mem::take;

use super::{CardView, Mark, ReportView, views};

views! {
    /// A report with its cards packed.
    PackedReport {
        /// The report; no bank of it holds its cards.
        report: ReportView,
        /// The words. The first is empty and stands for what is absent.
        words: Vec<String>,
        /// Bank by bank, for each card the places of its words: id and number in two halves each, product, kind, brand,
        /// class, status, role, opened, city, last used, flags with spaces between them, mark.
        cards: Vec<Vec<u32>>,
    }
}

impl From<ReportView> for PackedReport {
    fn from(mut report: ReportView) -> Self {
        let mut words = Words::default();
        let absent = words.place("");
        debug_assert_eq!(absent, 0, "absent is the first word");
        let cards = report.banks.iter_mut().map(|bank| take(&mut bank.cards));
        let cards = cards.map(|cards| cards.iter().flat_map(|card| words.of(card)).collect()).collect();
        Self { report, words: words.all, cards }
    }
}

/// Words as they are met.
#[derive(Default)]
struct Words {
    all: Vec<String>,
    places: HashMap<String, u32>,
}

impl Words {
    fn of(&mut self, card: &CardView) -> [u32; 15] {
        // No two cards share these, but both have a beginning that many do.
        let id = card.id.split_at(card.id.rfind('-').map_or(0, |at| at + 1));
        let number =
            card.number.strip_suffix(card.tail.as_str()).map_or(("", &*card.number), |front| (front, &*card.tail));
        [
            self.place(id.0),
            self.place(id.1),
            self.place(number.0),
            self.place(number.1),
            self.place(&card.product),
            self.place(&card.kind),
            self.place(&card.brand),
            self.place(card.class.as_deref().unwrap_or_default()),
            self.place(&card.status),
            self.place(&card.role),
            self.place(card.opened.as_deref().unwrap_or_default()),
            self.place(card.city.as_deref().unwrap_or_default()),
            self.place(card.last_used.as_deref().unwrap_or_default()),
            self.place(&card.flags.join(" ")),
            self.place(card.mark.map_or("", word)),
        ]
    }

    fn place(&mut self, word: &str) -> u32 {
        if let Some(place) = self.places.get(word) {
            return *place;
        }
        let place = u32::try_from(self.all.len()).unwrap_or_default();
        self.all.push(word.to_owned());
        self.places.insert(word.to_owned(), place);
        place
    }
}

const fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Mine => "mine",
        Mark::NotSure => "not_sure",
        Mark::NotMine => "not_mine",
    }
}
