//! Taking sealed sections: fetched side by side, held against each bank's own signed answer, kept in one go.

use futures_util::future::join_all;
use protocol::answer::Answer;
use protocol::code::{BankState, PartyCode, SectionFault};
use protocol::directory::PartyJwsError;
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::jws;
use protocol::key::SigningKey;
use protocol::seal::SEALED_SECTION_BYTES;
use vault::section_file::StoredSection;
use vault::tables::queries::QueryRow;

use super::accepted;
use crate::Journey;
use crate::directory::Known;
use crate::fault::Fault;
use crate::federation::calls::CallFault;
use crate::federation::{Incoming, MAX_SECTION, Silence};
use crate::house::House;
use crate::verify::query_path;
use crate::view::What;

/// As many are fetched at the same time, and kept with the section file opened once: opening it checks all of it.
const AT_ONCE: usize = 16;

/// The bytes of one bank in one round, as the gateway handed them on.
type Had = (PartyCode, u8, Incoming);

impl Journey {
    /// Takes the sealed bytes of some banks; what does not agree with a bank's own answer closes that bank's row only.
    pub(super) async fn take(&self, query: QueryId, known: &Known, wanted: Vec<(PartyCode, u8)>) -> Result<(), Fault> {
        if wanted.is_empty() {
            return Ok(());
        }
        let key = self.house(|house| house.key()).await?;
        let mut went = Ok(());
        for some in wanted.chunks(AT_ONCE) {
            let fetched = join_all(some.iter().map(|(bank, round)| self.fetch(&key, query, bank, *round))).await;
            let mut had: Vec<Had> = Vec::new();
            for ((bank, round), fetched) in some.iter().zip(fetched) {
                match fetched {
                    Ok(Some(incoming)) => had.push((bank.clone(), *round, incoming)),
                    Ok(None) => {}
                    // One bank's bytes that cannot be had now hold up no other's.
                    Err(fault) => went = Err(fault),
                }
            }
            let known = known.clone();
            self.house(move |house| keep(house, query, &known, had)).await?;
            self.changed(What::Query);
        }
        went
    }

    /// One bank's bytes with its answer, if they can be had now.
    async fn fetch(
        &self,
        key: &SigningKey,
        query: QueryId,
        bank: &PartyCode,
        round: u8,
    ) -> Result<Option<Incoming>, Fault> {
        let path = format!("{}/sections/{bank}", query_path(query));
        match self.0.gateway.get_bytes(Some(key), &path, Some(&format!("round={round}")), MAX_SECTION).await {
            Ok(incoming) => Ok(Some(incoming)),
            Err(CallFault::Silent(Silence::TooLarge)) => {
                let bank = bank.clone();
                self.house(move |house| refuse(house, query, &bank, SectionFault::Digest)).await.map(|()| None)
            }
            Err(fault) if fault.passes() => Ok(None),
            Err(fault) => {
                let refused = self.heed(Err(fault)).await;
                refused.or_else(|fault| if fault.retires() { Err(fault) } else { Ok(None) })
            }
        }
    }
}

/// Keeps the sections that agree with their banks' answers, then says so in the rows.
fn keep(house: &mut House, query: QueryId, known: &Known, had: Vec<Had>) -> Result<(), Fault> {
    let Some(row) = accepted(house, query)?.filter(|_| !had.is_empty()) else { return Ok(()) };
    let file = house.section_file(query)?;
    let mut rows = house.banks(query)?;
    let mut kept = Vec::new();
    for (bank, round, incoming) in had {
        let (answer, token) = match agreed(&row, known, &bank, round, &incoming) {
            Ok(agreed) => agreed,
            Err(fault) => {
                refuse(house, query, &bank, fault)?;
                continue;
            }
        };
        let Some(place) = rows.iter().position(|row| row.bank == bank) else { continue };
        file.store(&StoredSection {
            bank,
            round,
            digest: Digest::of(&incoming.body),
            sealed: incoming.body.to_vec(),
            answer: token.to_owned(),
            at: house.now(),
        })?;
        let mut stored = rows.swap_remove(place);
        stored.state = BankState::Answered;
        stored.round = round;
        stored.at = Some(answer.at);
        stored.answer = Some(jws::digest(token));
        stored.sealed = answer.sealed;
        stored.refusal = None;
        stored.stored = true;
        kept.push(stored);
    }
    house.write(|write| kept.iter().try_for_each(|row| write.banks().put(query, row)))
}

/// The bank's answer, when it speaks of this question and of exactly these bytes.
fn agreed<'a>(
    row: &QueryRow,
    known: &Known,
    bank: &PartyCode,
    round: u8,
    incoming: &'a Incoming,
) -> Result<(Answer, &'a str), SectionFault> {
    let (Some(consent), Some(token)) = (row.consent_digest, incoming.answer.as_deref()) else {
        return Err(SectionFault::Signature);
    };
    let answer = Answer::verify(token, bank, &known.directory).map_err(|error| match error {
        PartyJwsError::KeyNotValid => SectionFault::KeyRevoked,
        PartyJwsError::Jws(_) => SectionFault::Signature,
    })?;
    let agrees = [
        (answer.query_id == row.query, SectionFault::WrongQuery),
        (answer.bank == *bank, SectionFault::WrongBank),
        (answer.round == round, SectionFault::WrongRound),
        (answer.consent == consent, SectionFault::WrongConsent),
        (answer.sealed == Some(Digest::of(&incoming.body)), SectionFault::Digest),
        (incoming.body.len() == SEALED_SECTION_BYTES, SectionFault::OpenFailed),
    ];
    agrees.into_iter().find(|(holds, _)| !holds).map_or(Ok((answer, token)), |(_, fault)| Err(fault))
}

/// One bank's part could not be verified: its row says so, and nothing of it is kept.
fn refuse(house: &mut House, query: QueryId, bank: &PartyCode, fault: SectionFault) -> Result<(), Fault> {
    let Some(mut row) = house.banks(query)?.into_iter().find(|row| row.bank == *bank && !row.stored) else {
        return Ok(());
    };
    row.state = BankState::Answered;
    row.refusal = Some(fault.to_string());
    tracing::warn!(bank = %bank, fault = %fault, "a section was refused");
    house.write(|write| write.banks().put(query, &row))
}
