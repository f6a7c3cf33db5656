//! Consent, the query on its way, and the messages about it.

use super::{Check, views, words};

words! {
    /// Where a query stands.
    QueryState {
        /// Consent given, nothing sent.
        Prepared,
        /// Factors are being passed.
        Verifying,
        /// On its way.
        Sending,
        /// Banks are answering.
        Collecting,
        /// The report is whole.
        Ready,
        /// Banks are asked again.
        Retrying,
        /// Being destroyed.
        Ending,
    }
    /// What everybody may know of one bank's part.
    AnswerState {
        /// Not yet.
        Pending,
        /// Answered.
        Answered,
        /// Refused, with a code.
        Refused,
        /// Takes no part.
        NotCovered,
        /// Silent until the end.
        Unanswered,
        /// Withdrawn.
        Withdrawn,
    }
    /// Health of a bank.
    HealthWord {
        /// Answers.
        Up,
        /// Late or in part.
        Degraded,
        /// Does not answer.
        Down,
    }
}

views! {
    /// One bank that can be asked.
    BankRow {
        /// Code.
        code: String,
        /// Full Chinese name.
        name_zh: String,
        /// Full English name.
        name_en: String,
        /// Short Chinese name.
        short_zh: String,
        /// Hotline.
        hotline: String,
        /// Whether the hotline is known to be the official one.
        hotline_confirmed: bool,
        /// Kinds of card it answers about.
        kinds: Vec<String>,
        /// Whether it answers now.
        health: HealthWord,
        /// Whether it confirms cards in its own channel.
        confirms_cards: bool,
    }
    /// A set of banks the person named.
    BankSet {
        /// Its name.
        name: String,
        /// Codes, in the order chosen; one that is no longer in the directory is passed over.
        banks: Vec<String>,
    }
    /// The banks that can be asked.
    BanksView {
        /// In the order of the directory.
        banks: Vec<BankRow>,
        /// Those asked last time.
        last_set: Vec<String>,
        /// Sets the person named.
        sets: Vec<BankSet>,
        /// Version of the directory.
        #[ts(type = "number")]
        directory_version: u64,
    }
    /// The text to read.
    NoticeView {
        /// Version.
        version: String,
        /// Language.
        locale: String,
        /// Digest of the text.
        sha256: String,
        /// One screen.
        summary: String,
        /// The whole.
        text: String,
    }
    /// What the person agreed to on the screen.
    ConsentForm {
        /// Bank codes.
        banks: Vec<String>,
        /// Kinds of card.
        kinds: Vec<String>,
        /// Facts of a card.
        fields: Vec<String>,
        /// Separate agreement: sensitive data.
        sensitive: bool,
        /// Separate agreement: handing over to the banks.
        handover: bool,
        /// Separate agreement: face data.
        face: bool,
        /// The notice shown.
        notice_version: String,
        /// Its digest.
        notice_sha256: String,
        /// Its language.
        locale: String,
        /// Whether its whole text was shown.
        read_to_end: bool,
    }
    /// A bank of a kept consent.
    KeptBank {
        /// Code.
        code: String,
        /// Chinese name.
        name_zh: String,
        /// Opens the commitment in the consent.
        salt: String,
    }
    /// The person's own copy of a consent.
    KeptConsent {
        /// The consent.
        consent_id: String,
        /// Its query.
        query_id: String,
        /// As signed.
        jws: String,
        /// Its digest.
        digest: String,
        /// When given.
        given_at: String,
        /// When it ends.
        expires_at: String,
        /// Banks, with what opens their commitments.
        banks: Vec<KeptBank>,
        /// The notice that was read.
        notice: NoticeView,
    }
    /// A query on its way.
    QueryView {
        /// The query.
        query_id: String,
        /// Its state.
        state: QueryState,
        /// How many banks are asked.
        banks_asked: u32,
        /// How many answered.
        banks_answered: u32,
        /// When the consent was given.
        given_at: String,
        /// Last instant to send it.
        apply_by: String,
        /// When it was accepted.
        accepted_at: Option<String>,
        /// When it closes at the latest.
        due_at: Option<String>,
        /// When the report was generated.
        generated_at: Option<String>,
        /// When the report ends.
        ends_at: Option<String>,
        /// When the consent ends.
        consent_expires_at: String,
        /// Characters of the message about the result.
        result_check: Option<Check>,
        /// Whether banks can be asked again.
        can_retry: bool,
        /// It takes the place of one that ended early; nothing takes its own.
        replaces: bool,
        /// The round.
        round: u32,
        /// Whether the clock is in doubt.
        doubtful: bool,
    }
    /// One bank's answer, outside of the seal.
    BankAnswer {
        /// The bank.
        bank: String,
        /// Its state.
        state: AnswerState,
        /// Since when.
        at: Option<String>,
        /// The round of that state.
        round: u32,
        /// The bank's code, when refused.
        refusal: Option<String>,
    }
    /// A query with its banks.
    CollectView {
        /// The query.
        query: QueryView,
        /// In the order asked.
        banks: Vec<BankAnswer>,
    }
    /// A message that may come, or came.
    ExpectedMessage {
        /// Kind of message.
        kind: String,
        /// Characters it must carry.
        check: Check,
        /// From when.
        at: String,
    }
    /// The last messages and their characters.
    MessagesView {
        /// Newest first.
        expected: Vec<ExpectedMessage>,
        /// Whether "not me" can be said now of a device that wants the account.
        not_me: bool,
    }
}
