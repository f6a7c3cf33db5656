//! What goes wrong, by name: chosen at start or while running.

use std::str::FromStr;

use protocol::code::PartyCode;
use serde::{Deserialize, Serialize};

/// Scenarios of the demonstration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scenario {
    /// Every bank answers.
    #[default]
    AllWell,
    /// Three banks ask for time, a minute and a half each, before they answer.
    BankIsSlow,
    /// Two banks do not answer at all.
    BankIsDown,
    /// Every other bank does not answer.
    HalfArrives,
    /// One bank's section is signed with a key that is not the bank's.
    ForgedSection,
    /// One bank's section belongs to an earlier query.
    ReplayedSection,
    /// One bank's section is sealed to another query key.
    SwappedKey,
    /// One bank's section says another bank's code.
    WrongBank,
    /// One bank sends more bytes than a section has.
    Oversized,
    /// Five banks send markup, direction marks, invisible characters, long numbers, endless text.
    HostileText,
    /// The gateway and the face check ask in people's names, nine days ago.
    GatewayAsksAlone,
    /// The gateway hands out a directory that is old.
    OldDirectory,
    /// One bank's key is revoked as compromised.
    RevokedKey,
}

impl Scenario {
    /// All of them, in the order of the list.
    pub const ALL: [Self; 13] = [
        Self::AllWell,
        Self::BankIsSlow,
        Self::BankIsDown,
        Self::HalfArrives,
        Self::ForgedSection,
        Self::ReplayedSection,
        Self::SwappedKey,
        Self::WrongBank,
        Self::Oversized,
        Self::HostileText,
        Self::GatewayAsksAlone,
        Self::OldDirectory,
        Self::RevokedKey,
    ];

    /// Its name, as in flags and files.
    #[must_use]
    pub fn name(self) -> String {
        format!("{self:?}")
    }

    /// What this scenario does to one bank; `place` counts the banks from 0.
    pub(crate) fn fault(self, code: &PartyCode, place: usize) -> Option<Fault> {
        let among = |codes: &[&str]| codes.contains(&code.as_str());
        let hostile = || HOSTILE.iter().find(|(bank, _)| *bank == code.as_str()).map(|(_, fault)| *fault);
        match self {
            Self::AllWell | Self::GatewayAsksAlone | Self::OldDirectory | Self::RevokedKey => None,
            Self::BankIsSlow => among(&["CMB", "PSBC", "BOC"]).then_some(Fault::Slow),
            Self::BankIsDown => among(&["CCB", "CITIC"]).then_some(Fault::Down),
            Self::HalfArrives => (place % 2 == 1).then_some(Fault::Down),
            Self::ForgedSection => among(&["CCB"]).then_some(Fault::Forged),
            Self::ReplayedSection => among(&["CCB"]).then_some(Fault::Replayed),
            Self::SwappedKey => among(&["CCB"]).then_some(Fault::SwappedKey),
            Self::WrongBank => among(&["CCB"]).then_some(Fault::WrongBank),
            Self::Oversized => among(&["CCB"]).then_some(Fault::Oversized),
            Self::HostileText => hostile(),
        }
    }
}

impl FromStr for Scenario {
    type Err = String;

    /// Reads a name; the refusal lists all of them.
    fn from_str(name: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|scenario| scenario.name() == name);
        named.ok_or_else(|| format!("one of {}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// Who sends what in [`Scenario::HostileText`].
const HOSTILE: [(&str, Fault); 5] = [
    ("ICBC", Fault::Markup),
    ("CCB", Fault::Direction),
    ("ABC", Fault::Invisible),
    ("BOC", Fault::LongNumber),
    ("COMM", Fault::EndlessText),
];

/// Bank whose key is revoked in [`Scenario::RevokedKey`].
pub(crate) const REVOKED: &str = "CCB";

/// What goes wrong at one bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// 503 for a while.
    Slow,
    /// Takes five seconds longer.
    Late,
    /// 500 to everything.
    Down,
    /// Signed with another key.
    Forged,
    /// Of another query.
    Replayed,
    /// Sealed to another key.
    SwappedKey,
    /// Says another bank.
    WrongBank,
    /// Too many bytes.
    Oversized,
    /// Script and markup in a product name; only text, so it is shown as text.
    Markup,
    /// A right-to-left override in a product name.
    Direction,
    /// Zero-width characters in a product name.
    Invisible,
    /// A whole card number in a product name.
    LongNumber,
    /// A product name of three thousand characters: as long as a section can carry.
    EndlessText,
}
