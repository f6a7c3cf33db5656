//! Masking: the only forms in which numbers and names may be shown. Banks mask before they seal.

/// One star for each hidden character.
fn stars(hidden: usize) -> String {
    "*".repeat(hidden)
}

fn ends(text: &str, first: usize, last: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let hidden = chars.len().saturating_sub(first + last);
    let head: String = chars.iter().take(first).collect();
    let tail: String = chars.iter().skip(first + hidden).collect();
    format!("{head}{}{tail}", stars(hidden))
}

/// A card number of 12 to 19 digits shows its first and last four; a shorter one its last four only.
#[must_use]
pub fn card_number(number: &str) -> String {
    if number.len() >= 12 { ends(number, 4, 4) } else { ends(number, 0, 4) }
}

/// A mobile number shows its first three and last four digits.
#[must_use]
pub fn mobile(number: &str) -> String {
    ends(number, 3, 4)
}

/// An ID number shows its first and last character.
#[must_use]
pub fn id_number(number: &str) -> String {
    ends(number, 1, 1)
}

/// A name shows its last character.
#[must_use]
pub fn name(name: &str) -> String {
    ends(name, 0, 1)
}

/// Whether a text holds nine or more decimal digits of any script, whatever stands between them: more than anything
/// masked may show.
#[must_use]
pub fn holds_long_digits(text: &str) -> bool {
    use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};
    const MANY: usize = 9;
    let digits = text.chars().filter(|c| c.general_category() == GeneralCategory::DecimalNumber);
    // Most texts are too short for it: nothing is looked up for them.
    text.chars().count() >= MANY && digits.count() >= MANY
}
