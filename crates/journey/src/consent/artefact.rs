//! The consent as an artefact: what a form, a notice and a directory make, signed, and durable before anything is sent.

use protocol::code::{PartyCode, QueryState, Role};
use protocol::consent::{
    APPLY_WITHIN, Consent, ConsentKey, Fetch, HOLDS_FOR, Life, LifeUnit, Mode, Notice, Purpose, PurposeCode, Separate,
};
use protocol::encode::{Digest, Salt};
use protocol::face_consent::{FaceConsent, FacePurpose, Kept, Leaves};
use protocol::id::{ConsentId, QueryId};
use protocol::identity::bank_commitment;
use protocol::json::V1;
use protocol::routes::{NoticeBody, Queries};
use protocol::text::Text;
use protocol::time::Timestamp;
use vault::tables::banks::BankRow;
use vault::tables::consents::{ConsentBank, ConsentRow, KeptNotice};
use vault::tables::queries::QueryRow;

use super::{Chosen, ConsentError, LAST_SET};
use crate::directory::Known;
use crate::fault::Fault;
use crate::house::House;
use crate::view::{ConsentForm, QueryView};

/// The purpose in the words of the agreement.
const PURPOSE: &str = "查询本人名下银行卡";

/// When the next query is possible, or whether this one may replace the last.
fn allowance(house: &House, queries: &Queries) -> Result<Option<QueryId>, ConsentError> {
    let Some(next) = queries.next_query_at.filter(|next| house.now() < *next) else { return Ok(None) };
    let used = ConsentError::AllowanceUsed { next_at: next };
    let Some(last) = queries.queries.first() else { return Err(used) };
    let over = matches!(last.state, QueryState::Withdrawn | QueryState::Deleted);
    let replaced_itself =
        house.read(|read| read.records().get(last.query_id))?.is_some_and(|record| record.replaces.is_some());
    if over && !replaced_itself { Ok(Some(last.query_id)) } else { Err(used) }
}

/// Row, shred key, then seed and signed consent, each durable before the next; nothing is sent.
pub(super) fn prepare(
    house: &mut House,
    form: &ConsentForm,
    chosen: Chosen,
    notice: &NoticeBody,
    queries: &Queries,
    known: &Known,
) -> Result<QueryView, ConsentError> {
    let replaces = allowance(house, queries)?;
    let (now, key, identity) = (house.signed_now(), house.key()?, house.identity()?);
    let (query, consent_id, subject_salt) = (QueryId::new(), ConsentId::new(), Salt::random());
    let mut row = QueryRow::prepared(query, now, now + APPLY_WITHIN, now + HOLDS_FOR);
    row.replaces = replaces;
    house.write(|write| write.queries().insert(&row))?;
    let fresh = match house.new_query_key(query) {
        Ok(fresh) => fresh,
        Err(refusal) => {
            // Refused means nothing is prepared; what cannot be undone now is undone at the next start.
            house.write(|write| write.queries().delete(query))?;
            return Err(refusal.into());
        }
    };
    let banks: Vec<ConsentBank> = chosen
        .banks
        .iter()
        .map(|code| ConsentBank {
            code: code.to_string(),
            name_zh: known
                .directory
                .party(Role::Bank, code)
                .and_then(|party| party.short_zh.as_ref())
                .map(ToString::to_string)
                .unwrap_or_default(),
            salt: Salt::random(),
        })
        .collect();
    let consent = Consent {
        v: V1,
        consent_id,
        query_id: query,
        subject: identity.subject(&subject_salt),
        purpose: Purpose { code: PurposeCode::OwnCardsView, text: Text::new(PURPOSE).map_err(|_| Fault::Internal)? },
        banks: chosen.banks.iter().zip(&banks).map(|(code, bank)| bank_commitment(&bank.salt, code)).collect(),
        kinds: chosen.kinds,
        fields: chosen.fields,
        separate: [Separate::Sensitive, Separate::Handover],
        notice: named(notice),
        mode: Mode::View,
        fetch: Fetch::Onetime,
        life: Life { unit: LifeUnit::NaturalDay, value: 7 },
        key: ConsentKey::new(&fresh.public),
        given_at: now,
        apply_by: row.apply_by,
        expires_at: row.consent_expires_at,
        replaces,
    };
    let jws = consent.sign(&key);
    let digest = Consent::digest(&jws);
    let face_consent = form
        .face
        .then(|| face_provider(known))
        .flatten()
        .map(|provider| to_face(digest, provider, notice, now).sign(&key));
    row.consent_digest = Some(digest);
    row.sealed_seed = Some(fresh.sealed_seed.clone());
    row.public_key = Some(fresh.public.as_bytes().to_vec());
    let kept = ConsentRow {
        query,
        consent: consent_id,
        digest,
        jws,
        subject_salt,
        banks,
        given_at: now,
        apply_by: row.apply_by,
        expires_at: row.consent_expires_at,
        notice: KeptNotice {
            version: notice.version.to_string(),
            locale: notice.locale.to_string(),
            sha256: notice.sha256.to_string(),
            summary: notice.summary.as_str().to_owned(),
            text: notice.text.as_str().to_owned(),
        },
        face_consent,
    };
    let last_set = chosen.banks.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    house.write(|write| {
        write.consents().insert(&kept)?;
        write.queries().put(&row)?;
        write.inquiries().insert(query, now)?;
        write.settings().put(LAST_SET, &last_set)?;
        for (place, code) in (0..).zip(&chosen.banks) {
            write.banks().put(query, &BankRow::pending(code.clone(), place))?;
        }
        Ok(())
    })?;
    Ok(house.query_view(&row)?)
}

/// The separate consent to a face check, for whatever `bound_to` names.
pub(crate) fn to_face(bound_to: Digest, provider: PartyCode, notice: &NoticeBody, given_at: Timestamp) -> FaceConsent {
    FaceConsent {
        v: V1,
        consent: bound_to,
        provider,
        purpose: FacePurpose::LivenessOnce,
        leaves_device: [Leaves::VideoFrames],
        kept: Kept::NotAtAll,
        notice: named(notice),
        given_at,
    }
}

fn named(notice: &NoticeBody) -> Notice {
    Notice { version: notice.version.clone(), sha256: notice.sha256, locale: notice.locale }
}

/// The first attestor that is no bank.
pub(crate) fn face_provider(known: &Known) -> Option<PartyCode> {
    let is_bank = |code: &PartyCode| known.directory.party(Role::Bank, code).is_some();
    known
        .directory
        .parties()
        .iter()
        .find(|party| party.role == Role::Attestor && !is_bank(&party.code))
        .map(|party| party.code.clone())
}
