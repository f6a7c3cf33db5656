//! A federation of constant keys: gateway 02.., bank 03.. (ICBC), root 04.., directory 05.., attestor 06.. (FACE1),
//! device 01.. . Every test that signs or opens something uses these, so that bytes never change between runs.

use protocol::code::{Kind, PartyCode, Role};
use protocol::directory::{Directory, KeyPoint, Party, PartyKey, Root, TrustedDirectory};
use protocol::json::V1;
use protocol::key::{PublicKey, SigningKey};
use protocol::text::Text;
use protocol::time::Timestamp;

/// The noon of every test: 2026-11-24 12:00 in Beijing.
pub(crate) fn noon() -> Timestamp {
    at("2026-11-24T04:00:00.000Z")
}

/// An instant as the wire writes it.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant as the wire writes it")
}

/// The key of a seed of 32 equal bytes.
pub(crate) fn key(byte: u8) -> SigningKey {
    SigningKey::from_seed(&[byte; 32])
}

/// A party's code.
pub(crate) fn code(text: &str) -> PartyCode {
    text.parse().expect("a party code")
}

/// A checked text.
pub(crate) fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::new(text).expect("a text of the wire")
}

/// The first root, signed by itself.
pub(crate) fn root() -> Root {
    Root {
        v: V1,
        version: 1,
        root: KeyPoint { x: key(4).public() },
        directory_key: KeyPoint { x: key(5).public() },
        issued_at: at("2026-11-01T00:00:00.000Z"),
        expires_at: at("2027-11-01T00:00:00.000Z"),
    }
}

/// One party with one key of 2026 and 2027.
pub(crate) fn party(role: Role, name: &str, x: PublicKey) -> Party {
    let bank = role == Role::Bank;
    Party {
        role,
        code: code(name),
        name_zh: bank.then(|| text("中国工商银行股份有限公司")),
        name_en: bank.then(|| text("Industrial and Commercial Bank of China")),
        short_zh: bank.then(|| text("工商银行")),
        hotline: bank.then(|| text("95588")),
        contact: None,
        kinds: bank.then(|| vec![Kind::Debit, Kind::Credit]),
        keys: vec![PartyKey {
            x,
            not_before: at("2026-01-01T00:00:00.000Z"),
            not_after: at("2028-01-01T00:00:00.000Z"),
            revoked_at: None,
            revoked_for: None,
        }],
    }
}

/// Gateway, one bank, one attestor.
pub(crate) fn directory() -> Directory {
    Directory {
        v: V1,
        version: 41,
        issued_at: at("2026-11-20T00:00:00.000Z"),
        expires_at: at("2026-12-04T00:00:00.000Z"),
        parties: vec![
            party(Role::Bank, "ICBC", key(3).public()),
            party(Role::Gateway, "GW", key(2).public()),
            party(Role::Attestor, "FACE1", key(6).public()),
        ],
    }
}

/// A directory followed from the pinned root at noon.
pub(crate) fn trusted(directory: &Directory) -> TrustedDirectory {
    let roots = [root().sign(&key(4))];
    TrustedDirectory::verify(&roots, &directory.sign(&key(5)), &key(4).public(), noon())
        .expect("the directory holds at noon")
}
