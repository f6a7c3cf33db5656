//! A report on its way into the page. Thousands of cards say the same few hundred words: each word travels once, what
//! many cards are alike in once, and a card as places. A seventh of the bytes, read in a third of the time.

use std::collections::HashMap;
use std::hash::Hash;
use std::mem::take;

use protocol::code::AccountClass;

use super::{CardView, Mark, ReportView, views};

views! {
    /// A report with its cards packed.
    PackedReport {
        /// The report; no bank of it holds its cards.
        report: ReportView,
        /// The words. The first is empty and stands for what is absent.
        words: Vec<String>,
        /// What many cards are alike in, as places of words: product, kind, brand, class, status, role, flags with
        /// spaces between them, mark.
        #[ts(type = "Array<Array<number>>")]
        sorts: Vec<[u32; 8]>,
        /// Bank by bank, for each card the places of its words: id and number in two halves each, opened, city, last
        /// used; and the place of its sort.
        cards: Vec<Vec<u32>>,
    }
}

impl From<ReportView> for PackedReport {
    fn from(mut report: ReportView) -> Self {
        let banks: Vec<Vec<CardView>> = report.banks.iter_mut().map(|bank| take(&mut bank.cards)).collect();
        let (mut words, mut sorts) = (Places::default(), Places::default());
        let absent = words.of("");
        debug_assert_eq!(absent, 0, "absent is the first word");
        let mut packed = |card| pack(card, &mut words, &mut sorts);
        let cards = banks.iter().map(|cards| cards.iter().flat_map(&mut packed).collect()).collect();
        let flags: Vec<String> = sorts.all.iter().map(|sort| sort.flags.join(" ")).collect();
        let sorts = sorts.all.iter().zip(&flags).map(|(sort, flags)| sort.places(flags, &mut words)).collect();
        Self { report, words: words.all.into_iter().map(str::to_owned).collect(), sorts, cards }
    }
}

fn pack<'a>(card: &'a CardView, words: &mut Places<&'a str>, sorts: &mut Places<Sort<'a>>) -> [u32; 8] {
    // No two cards share these, but both have a beginning that many do.
    let id = card.id.split_at(card.id.rfind('-').map_or(0, |at| at + 1));
    let number = card.number.strip_suffix(card.tail.as_str()).map_or(("", &*card.number), |front| (front, &*card.tail));
    [
        words.of(id.0),
        words.of(id.1),
        words.of(number.0),
        words.of(number.1),
        words.of(card.opened.as_deref().unwrap_or_default()),
        words.of(card.city.as_deref().unwrap_or_default()),
        words.of(card.last_used.as_deref().unwrap_or_default()),
        sorts.of(Sort::of(card)),
    ]
}

/// What many cards are alike in.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Sort<'a> {
    words: [&'a str; 6],
    flags: &'a [String],
    mark: Option<Mark>,
}

impl<'a> Sort<'a> {
    fn of(card: &'a CardView) -> Self {
        let class = card.class.map_or("", AccountClass::as_str);
        let (kind, status, role) = (card.kind.as_str(), card.status.as_str(), card.role.as_str());
        Self { words: [&card.product, kind, &card.brand, class, status, role], flags: &card.flags, mark: card.mark }
    }

    fn places<'w>(&self, flags: &'w str, words: &mut Places<&'w str>) -> [u32; 8]
    where
        'a: 'w,
    {
        let [product, kind, brand, class, status, role] = self.words;
        [product, kind, brand, class, status, role, flags, self.mark.map_or("", word)].map(|word| words.of(word))
    }
}

/// Things as they are met, each once.
struct Places<T> {
    all: Vec<T>,
    places: HashMap<T, u32>,
}

impl<T> Default for Places<T> {
    fn default() -> Self {
        Self { all: Vec::new(), places: HashMap::new() }
    }
}

impl<T: Copy + Eq + Hash> Places<T> {
    fn of(&mut self, one: T) -> u32 {
        *self.places.entry(one).or_insert_with(|| {
            self.all.push(one);
            u32::try_from(self.all.len() - 1).unwrap_or_default()
        })
    }
}

const fn word(mark: Mark) -> &'static str {
    match mark {
        Mark::Mine => "mine",
        Mark::NotSure => "not_sure",
        Mark::NotMine => "not_mine",
    }
}
