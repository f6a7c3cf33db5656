//! The 28 banks: names and hotlines as they are publicly known, everything else made up. Or others, from a file.

use std::path::Path;

use protocol::code::{Kind, PartyCode};
use protocol::text::Text;
use serde::Deserialize;

/// The rows of the file that is part of the project.
const CSV: &str = include_str!("../data/banks.csv");

/// One bank of the demonstration.
#[derive(Debug, Clone, Deserialize)]
pub struct BankRow {
    /// Code in the directory.
    pub code: PartyCode,
    /// Full Chinese name.
    pub name_zh: Text<60>,
    /// Short Chinese name.
    pub short_zh: Text<20>,
    /// Full English name.
    pub name_en: Text<90>,
    /// Hotline.
    pub hotline: Text<20>,
    /// How the hotline was found: only `found` may be shown as official.
    pub hotline_source: String,
    /// First digits of its credit cards; empty when it issues none.
    pub credit_bin: String,
}

impl BankRow {
    /// Kinds of card it answers about.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds = vec![Kind::Debit];
        if !self.credit_bin.is_empty() {
            kinds.extend([Kind::Credit, Kind::QuasiCredit]);
        }
        kinds
    }
}

/// Reads the file that is part of the project, or another one.
pub(crate) fn read(file: Option<&Path>) -> Result<Vec<BankRow>, csv::Error> {
    match file {
        Some(file) => csv::Reader::from_path(file)?.into_deserialize().collect(),
        None => csv::Reader::from_reader(CSV.as_bytes()).into_deserialize().collect(),
    }
}
