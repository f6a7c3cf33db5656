//! The report, while it lives and the vault is open; and what remains of it after.

use protocol::code::{AccountClass, CardRole, CardStatus, Kind};

use super::{BankAnswer, InquiryRow, QueryView, RecordRow, Refusal, views, words};

words! {
    /// What the person says of a card.
    Mark {
        /// Mine.
        Mine,
        /// Not sure.
        NotSure,
        /// Not mine.
        NotMine,
    }
}

views! {
    /// One card, masked by its bank.
    CardView {
        /// Names the card within this report.
        id: String,
        /// Bank.
        bank: String,
        /// Product name.
        product: String,
        /// Kind.
        #[ts(type = "string")]
        kind: Kind,
        /// Brand.
        brand: String,
        /// Masked number.
        number: String,
        /// Last four digits.
        tail: String,
        /// Account class.
        #[ts(type = "string | null")]
        class: Option<AccountClass>,
        /// Status.
        #[ts(type = "string")]
        status: CardStatus,
        /// Primary or supplementary.
        #[ts(type = "string")]
        role: CardRole,
        /// Month opened.
        opened: Option<String>,
        /// City of the opening branch.
        city: Option<String>,
        /// Month of last use.
        last_used: Option<String>,
        /// What is unusual about it.
        flags: Vec<String>,
        /// The person's mark.
        mark: Option<Mark>,
    }
    /// One bank's part.
    BankReport {
        /// Bank.
        bank: String,
        /// State outside of the seal.
        state: String,
        /// Since when, where nothing could be read.
        at: Option<String>,
        /// What was found; absent while nothing could be read.
        outcome: Option<String>,
        /// Why it could not be verified; nothing of it is shown then.
        fault: Option<String>,
        /// State of the bank's books.
        as_of: Option<String>,
        /// Cards that found no room.
        omitted: u32,
        /// Identifiers looked up with.
        used: Vec<String>,
        /// Cards.
        cards: Vec<CardView>,
        /// What is unusual about it.
        flags: Vec<String>,
    }
    /// Numbers of cards at one bank.
    Totals {
        /// Bank.
        bank: String,
        /// Debit cards.
        debit: u32,
        /// Credit cards.
        credit: u32,
        /// Quasi-credit cards.
        quasi_credit: u32,
    }
    /// Something unusual.
    Unusual {
        /// What.
        flag: String,
        /// Bank.
        bank: String,
        /// Card.
        card: Option<String>,
        /// How many.
        count: u32,
    }
    /// What changed since the last report, at banks that named their cards both times.
    Changed {
        /// When the last report was generated.
        since: String,
        /// Cards that were not in it.
        new_cards: u32,
        /// Cards that are no longer there.
        gone_cards: u32,
    }
    /// Whether reports are compared.
    CompareView {
        /// Whether they are: never unless the person said so.
        on: bool,
        /// When the report was generated that the next one will be compared with; known while unlocked.
        since: Option<String>,
    }
    /// The whole report.
    ReportView {
        /// The query.
        query: QueryView,
        /// Cards in all.
        total: u32,
        /// By bank and kind.
        totals: Vec<Totals>,
        /// What is unusual.
        unusual: Vec<Unusual>,
        /// Bank by bank, in the order asked.
        banks: Vec<BankReport>,
        /// Who asked about this person.
        inquiries: Vec<InquiryRow>,
        /// What is new since the last report; absent while nothing is kept to compare with.
        changed_since_last: Option<Changed>,
        /// Facts of a card the consent left out: nobody was asked for them.
        left_out: Vec<String>,
        /// What the person keeps of it past its end.
        note: Option<NoteView>,
    }
    /// What the person keeps past the end of a report: nothing of a card.
    NoteView {
        /// Own words.
        words: String,
        /// When it was kept.
        at: String,
        /// The steps of closing, for each card something was done about; which card is not said.
        cards: Vec<Vec<KitStep>>,
    }
    /// One step of closing a card.
    KitStep {
        /// Which.
        id: String,
        /// Ticked off.
        done: bool,
    }
    /// What to do about a card.
    KitView {
        /// Card.
        card: String,
        /// The bank's hotline.
        hotline: String,
        /// Whether it is known to be the official one.
        hotline_confirmed: bool,
        /// Steps, in order.
        steps: Vec<KitStep>,
    }
    /// A receipt of the gateway: its statement, not a proof.
    ReceiptRow {
        /// Why it was given.
        reason: String,
        /// When.
        at: String,
        /// As signed.
        jws: String,
    }
    /// What remains of a query.
    RecordView {
        /// The record.
        row: RecordRow,
        /// Outside states of its banks.
        banks: Vec<BankAnswer>,
        /// Its consent.
        consent_id: String,
        /// When it was accepted.
        accepted_at: Option<String>,
        /// When its report was generated.
        generated_at: Option<String>,
        /// Receipts.
        receipts: Vec<ReceiptRow>,
        /// Why it was refused.
        refusal: Option<Refusal>,
        /// What the person kept of its report; known while unlocked.
        note: Option<NoteView>,
        /// Whether notes are kept that only the viewing password shows.
        note_locked: bool,
    }
}
