//! Writing what banks said: bytes first, then the rows that name them, under the lease's fencing token.

use protocol::code::PartyCode;
use protocol::id::QueryId;
use protocol::stream;

use crate::closing;
use crate::core::Core;
use crate::ending::{self, ended, tell};
use crate::query::{self, Word};
use crate::refusal::{Refusal, decided};
use crate::store::{Changes, SectionBytes, StoredAnswer};

/// One bank's final word with what belongs to it.
pub(crate) struct Final {
    pub(crate) query: QueryId,
    pub(crate) bank: PartyCode,
    pub(crate) round: u8,
    pub(crate) word: Word,
    pub(crate) answer: String,
    pub(crate) bytes: Option<Vec<u8>>,
}

/// Appends; false when the lease was lost, and nothing was written.
pub(super) async fn append(core: &Core, id: QueryId, fence: u64, words: &[Final]) -> Result<bool, Refusal> {
    let written = decided(|| once(core, id, fence, words)).await?;
    if written {
        core.hub.wrote(id);
        closing::advance(core, id).await?;
    } else if let Some(head) = core.store().query(id).await?.filter(|head| ended(head.doc.state)) {
        // Bytes may have been laid down while the person ended it.
        ending::erase(core, &head.doc).await?;
    }
    Ok(written)
}

async fn once(core: &Core, id: QueryId, fence: u64, words: &[Final]) -> Result<bool, Refusal> {
    let Some(mut head) = core.store().query(id).await? else { return Ok(false) };
    if head.doc.fence != fence {
        return Ok(false);
    }
    let now = core.now();
    let mut changes = Changes::default();
    let mut sections = Vec::new();
    for word in words {
        // A word that comes after the end, or a second one, changes nothing.
        let Ok(row) = query::word(&mut head.doc, &word.bank, word.round, word.word, now) else { continue };
        if let (Word::Answered(_, sealed), Some(bytes)) = (word.word, &word.bytes) {
            sections.push(SectionBytes { query: id, sealed, bytes: bytes.clone() });
        }
        if !word.answer.is_empty() {
            changes.answers.push(StoredAnswer {
                query: id,
                bank: word.bank.clone(),
                round: word.round,
                answer: word.answer.clone(),
            });
        }
        tell(&mut changes, &mut head.doc, &stream::Event::Bank(query::public_row(&row)))?;
    }
    if changes.events.is_empty() {
        return Ok(true);
    }
    // Bytes that no row names yet are noise, and go with their day; a row never names bytes that are not there.
    core.store().put_sections(head.doc.section_end, sections).await?;
    changes.queries.push(head);
    core.store().commit(changes).await?;
    Ok(true)
}

/// Banks that know of a withdrawal are not told again.
pub(super) async fn told(core: &Core, id: QueryId, banks: &[PartyCode]) -> Result<(), Refusal> {
    decided(|| async {
        let Some(mut head) = core.store().query(id).await? else { return Ok(()) };
        head.doc.to_tell.retain(|bank| !banks.contains(bank));
        Ok(core.store().commit(Changes { queries: vec![head], ..Changes::default() }).await?)
    })
    .await
}
