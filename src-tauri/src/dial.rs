//! A number pressed on a telephone. The page asks by a link, `tel:`, and what is known leads to the dialler, where the
//! person sees it and calls, or does not; nothing is ever called from here.

use std::sync::{Mutex, PoisonError};

use journey::view::BankRow;
use tauri::Url;

/// The numbers of the help page: the national anti-fraud line, the police, UnionPay.
const KNOWN: [&str; 3] = ["96110", "110", "95516"];

/// The confirmed numbers of the banks, as the page was last given them.
#[derive(Default)]
pub(crate) struct Hotlines(Mutex<Vec<String>>);

impl Hotlines {
    /// From now on the confirmed ones of these.
    pub(crate) fn are_those_of(&self, banks: &[BankRow]) {
        let confirmed = banks.iter().filter(|bank| bank.hotline_confirmed);
        let lines = confirmed.map(|bank| digits(&bank.hotline)).filter(|line| !line.is_empty()).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = lines;
    }

    /// The number a link leads to, if it is one of them and written in nothing but digits.
    #[cfg_attr(all(desktop, not(test)), expect(dead_code, reason = "a desktop dials nothing"))]
    fn led_to<'a>(&self, link: &'a Url) -> Option<&'a str> {
        let number = link.as_str().strip_prefix("tel:")?;
        let given = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (KNOWN.contains(&number) || given.iter().any(|line| line == number)).then_some(number)
    }
}

/// What is dialled of a number as a bank writes it.
fn digits(line: &str) -> String {
    line.chars().filter(char::is_ascii_digit).collect()
}

/// Shows a known number in the dialler; the page itself goes nowhere, whatever the link.
#[cfg(mobile)]
pub(crate) fn dialled<R: tauri::Runtime>(app: &tauri::AppHandle<R>, link: &Url) -> bool {
    use tauri::Manager as _;

    if let Some(number) = app.state::<Hotlines>().led_to(link) {
        #[cfg(target_os = "android")]
        crate::hand_over::dial(app, number);
        #[cfg(target_os = "ios")]
        device::ios::dial(number);
    }
    false
}

#[cfg(test)]
mod tests {
    use journey::view::HealthWord;

    use super::*;

    fn bank(hotline: &str, hotline_confirmed: bool) -> BankRow {
        BankRow {
            code: "ICBC".to_owned(),
            name_zh: String::new(),
            name_en: String::new(),
            short_zh: String::new(),
            hotline: hotline.to_owned(),
            hotline_confirmed,
            kinds: Vec::new(),
            health: HealthWord::Up,
            confirms_cards: false,
        }
    }

    #[test]
    fn a_number_nobody_gave_is_not_dialled() {
        let hotlines = Hotlines::default();
        hotlines.are_those_of(&[bank("95588", true), bank("95533", false), bank("", true)]);
        for link in [
            "tel:95533",
            "tel:",
            "tel:13800138000",
            "tel:95588,,1",
            "tel:95588;ext=1",
            "tel:*21*95588%23",
            "tel:%39%35588",
            "tel:95588?x",
            "tel:95588#1",
            "tel://95588",
            "tel: 95588",
            "sms:95588",
            "telprompt:95588",
            "intent://95588#Intent;scheme=tel;end",
            "https://tauri.localhost/tel:95588",
        ] {
            let link: Url = link.parse().unwrap();
            assert_eq!(hotlines.led_to(&link), None, "{link} would be dialled");
        }
    }

    #[test]
    fn a_number_of_the_help_page_or_of_a_bank_is_dialled_as_it_is_written() {
        let hotlines = Hotlines::default();
        let led = |link: &str| hotlines.led_to(&link.parse().unwrap()).map(str::to_owned);
        assert_eq!(led("tel:95588"), None, "no directory was shown yet");
        for known in KNOWN {
            assert_eq!(led(&format!("tel:{known}")).as_deref(), Some(known), "the help page needs no directory");
        }
        hotlines.are_those_of(&[bank("95588", true), bank("400-888 8888", true)]);
        assert_eq!(led("tel:95588").as_deref(), Some("95588"));
        assert_eq!(led("tel:4008888888").as_deref(), Some("4008888888"));
        hotlines.are_those_of(&[bank("95599", true)]);
        assert_eq!(led("tel:95588"), None, "another directory, other numbers");
    }

    /// The words of the pages and the numbers that are let through are the same.
    #[test]
    fn the_help_page_shows_no_other_numbers() {
        for language in ["zh-CN", "en"] {
            let file = format!("{}/ui/src/lib/words/{language}/settings.ts", env!("CARGO_MANIFEST_DIR"));
            let words = std::fs::read_to_string(file).unwrap();
            for (name, number) in ["fraud", "police", "unionpay"].into_iter().zip(KNOWN) {
                assert!(words.contains(&format!("\n  {name}: '{number}',")), "{language}: {name} is not {number}");
            }
        }
    }
}
