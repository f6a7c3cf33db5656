//! One made-up person with as many cards as a report can hold: every bank a query may ask, every card a section holds.

use std::{fs, io, path::Path};

use serde_json::{Value, json};

/// The most banks of one query (`protocol::consent::MAX_BANKS`).
pub(crate) const BANKS: usize = 400;

/// The most cards of one section (`protocol::section::MAX_CARDS`).
pub(crate) const CARDS: usize = 24;

const PLACES: [&str; 20] = [
    "青屿", "白泽", "云梦", "桐渚", "鹤汀", "沧汀", "松泉", "兰渚", "石桥", "苇湾", "竹溆", "望海", "梅坞", "雁浦",
    "霜林", "秋浦", "月港", "柳岸", "芦洲", "枫涧",
];
const CITIES: [&str; 8] = ["示例市", "样例市", "青屿市", "白泽市", "云梦市", "桐渚市", "鹤汀市", "松泉市"];

/// Writes `banks.csv` and the folder `people` with one person in it.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    let mut banks = "code,name_zh,short_zh,name_en,hotline,hotline_source,credit_bin\n".to_owned();
    for bank in 0..BANKS {
        let name = format!("{}第{}银行", PLACES[bank % PLACES.len()], 1 + bank / PLACES.len());
        banks +=
            &format!("{},{name}股份有限公司,{name},Example Bank {bank},{},made_up,62\n", code(bank), 96_000 + bank);
    }
    fs::create_dir_all(folder.join("people"))?;
    fs::write(folder.join("banks.csv"), banks)?;
    let holdings: Vec<Value> = (0..BANKS)
        .map(|bank| json!({"bank": code(bank), "cards": (0..CARDS).map(|place| card(bank, place)).collect::<Vec<_>>()}))
        .collect();
    let person = json!([{
        "key": "most", "name": "满例", "id_type": "CN_ID", "id_number": "190101199003070016", "mobile": "10000000091",
        "story_zh": "一份报告能装下的最多的卡", "story_en": "As many cards as a report can hold", "banks": holdings,
    }]);
    fs::write(folder.join("people/most.json"), person.to_string())
}

fn code(bank: usize) -> String {
    format!("M{bank:03}")
}

/// One of many cards, always the same for its place; one in eight deserves a look.
fn card(bank: usize, place: usize) -> Value {
    let n = bank * CARDS + place;
    let debit = !n.is_multiple_of(3);
    let mut card = json!({
        "product": if debit { "储蓄借记卡" } else { "标准信用卡" },
        "kind": if debit { "debit" } else { "credit" },
        "brand": "unionpay",
        "number": number(bank % 100, (bank / 100) * CARDS + place, if debit { 19 } else { 16 }),
        "status": match n % 16 { 3 => "dormant", 7 => "frozen", 11 => "not_activated", _ => "active" },
        "role": "primary",
        "opened": format!("{}-{:02}", 2004 + n % 22, 1 + n % 12),
        "city": CITIES[n % CITIES.len()],
        "last_used": format!("2026-{:02}", 1 + n % 10),
    });
    if debit {
        card["class"] = json!(["I", "II", "II", "III"][n % 4]);
    }
    card
}

/// A number that can be nobody's: its hidden digits are nines, the last is the check digit.
fn number(head: usize, tail: usize, length: usize) -> String {
    let body = format!("62{head:02}{}{tail:03}", "9".repeat(length - 8));
    let sum: u32 = body
        .bytes()
        .rev()
        .zip(0..)
        .map(|(byte, place)| match (u32::from(byte - b'0'), place % 2 == 0) {
            (digit, true) if digit > 4 => digit * 2 - 9,
            (digit, true) => digit * 2,
            (digit, false) => digit,
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
