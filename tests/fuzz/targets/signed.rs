//! Everything that is signed: noise as it comes, and noise signed by the right party, which gets past the signature.

#![no_main]

use libfuzzer_sys::fuzz_target;
use noise::{directory, key, lettered, noon};
use protocol::answer::Answer;
use protocol::attestation::Attestation;
use protocol::code::PartyCode;
use protocol::consent::Consent;
use protocol::directory::{Directory, Root, TrustedDirectory};
use protocol::encode::{Digest, Nonce};
use protocol::enrolment::Enrolment;
use protocol::envelope::{Asked, Envelope};
use protocol::erase::Erase;
use protocol::face_consent::FaceConsent;
use protocol::jws::{self, Typ, Unverified};
use protocol::receipt::Receipt;
use protocol::server_time::ServerTime;
use protocol::statement::Statement;
use std::sync::LazyLock;

static DIRECTORY: LazyLock<TrustedDirectory> = LazyLock::new(directory);

fuzz_target!(|data: &[u8]| {
    let Some((letter, text)) = lettered(data) else { return };
    for typ in Typ::ALL {
        // Without a signature that holds nothing may come of it, and nothing may break.
        if let Ok(read) = Unverified::read(text, typ) {
            assert!(read.verify::<Answer>(&key(9).public()).is_err(), "a stranger's key opens nothing");
        }
    }
    let signed = |typ, by| jws::sign_bytes(&key(by), typ, text.as_bytes());
    let held = &*DIRECTORY;
    match letter {
        b'a' => drop(Answer::verify(&signed(Typ::Answer, 3), &icbc(), held)),
        b'b' => drop(Attestation::verify(&signed(Typ::Attestation, 6), held)),
        b'c' => consent(&signed(Typ::Consent, 1)),
        b'd' => drop(jws::open::<Directory>(&signed(Typ::Directory, 5), Typ::Directory, &key(5).public())),
        b'e' => drop(Enrolment::verify(&signed(Typ::Enrolment, 2), held)),
        b'f' => drop(FaceConsent::verify(&signed(Typ::FaceConsent, 1), &key(1).public())),
        b'g' => envelope(&signed(Typ::Envelope, 2), held),
        b'h' => drop(Erase::verify(&signed(Typ::Erase, 2), &key(1).kid(), held)),
        b'i' => drop(Receipt::verify(&signed(Typ::Receipt, 2), held)),
        b'j' => drop(jws::open::<Root>(&signed(Typ::Root, 4), Typ::Root, &key(4).public())),
        b'k' => drop(ServerTime::verify(&signed(Typ::Time, 2), &Nonce::from_bytes([7; 16]), held)),
        b'l' => drop(Statement::verify(&signed(Typ::Statement, 2), held)),
        _ => {}
    }
});

fn icbc() -> PartyCode {
    "ICBC".parse().expect("a party code")
}

fn consent(token: &str) {
    let Ok(consent) = Consent::verify(token, &key(1).public(), &key(1).kid()) else { return };
    let _ = (consent.key.open(), consent.times(noon()));
}

/// An envelope is held against what it says itself, so that every check behind the first is reached.
fn envelope(token: &str, held: &TrustedDirectory) {
    let Ok(said) = jws::open::<Envelope>(token, Typ::Envelope, &key(2).public()) else { return };
    let banks: Vec<PartyCode> = said.banks.iter().map(|row| row.bank.clone()).collect();
    let consent: Digest = said.consent;
    let asked = Asked {
        query_id: said.query_id,
        consent: &consent,
        banks: &banks,
        given_at: said.accepted_at,
        apply_by: said.accepted_at,
        accepted_at: said.accepted_at,
        due_at: said.due_at,
        revision: 0,
    };
    if let Ok(taken) = Envelope::verify(token, &asked, held) {
        let end = taken.generated_at.map(protocol::calendar::retention_end);
        assert_eq!(taken.expires_at, end, "no envelope moves the end of a report");
    }
}
