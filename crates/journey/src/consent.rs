//! Consent: which banks, which facts, for how long; signed only when everything was really shown and agreed to.

mod artefact;
mod sets;

use std::collections::BTreeSet;
use std::str::FromStr;

use protocol::code::{Field, Kind, Locale, PartyCode, Role};
use protocol::consent::{FIXED_FIELDS, MAX_BANKS, Separate};
use protocol::encode::Digest;
use protocol::id::QueryId;
use protocol::routes::{NoticeBody, Queries};
use protocol::time::Timestamp;

use crate::Journey;
use crate::directory::Known;
use crate::fault::Fault;
use crate::federation::Silence;
use crate::federation::calls::CallFault;
use crate::view::{BankRow, BanksView, ConsentForm, HealthWord, KeptBank, KeptConsent, NoticeView, QueryView, What};

pub(crate) use artefact::{face_provider, to_face};

/// Setting that keeps the banks asked last time.
const LAST_SET: &str = "last_set";

/// Why no consent was signed. Nothing was sent then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsentError {
    /// The text was not shown to its end.
    #[error("the text was not shown to its end")]
    NotRead,
    /// One of the separate agreements is missing.
    #[error("a separate agreement is missing")]
    Separate(Separate),
    /// No bank was chosen.
    #[error("no bank was chosen")]
    NoBank,
    /// No kind of card was chosen.
    #[error("no kind of card was chosen")]
    NoKind,
    /// This member of the consent cannot be so.
    #[error("{0} of a consent cannot be so")]
    Member(&'static str),
    /// A bank the directory does not hold; named where its code is one at all.
    #[error("a bank the directory does not hold")]
    UnknownBank(Option<PartyCode>),
    /// One query lives already.
    #[error("one query lives already")]
    QueryLive {
        /// Which.
        query: QueryId,
    },
    /// A new device may not ask yet.
    #[error("a new device may not ask before {until}")]
    OnHold {
        /// From when it may.
        until: Timestamp,
    },
    /// The last report's seven days still run.
    #[error("no query before {next_at}")]
    AllowanceUsed {
        /// When the next query is possible.
        next_at: Timestamp,
    },
    /// Not a set that can be kept: its name, or one too many.
    #[error("not a set that can be kept")]
    Set,
    /// A newer text must be read.
    #[error("a newer text must be read")]
    NoticeChanged,
    /// No such consent is kept.
    #[error("no such consent is kept")]
    NotFound,
    /// What any act can meet.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A form that says everything it must.
struct Chosen {
    banks: Vec<PartyCode>,
    kinds: Vec<Kind>,
    fields: Vec<Field>,
    locale: Locale,
    notice: Digest,
}

/// Refuses a form in which anything is missing: nothing is sent then.
fn check(form: &ConsentForm) -> Result<Chosen, ConsentError> {
    if !form.read_to_end {
        return Err(ConsentError::NotRead);
    }
    let separate = [(form.sensitive, Separate::Sensitive), (form.handover, Separate::Handover)];
    if let Some((_, missing)) = separate.into_iter().find(|(agreed, _)| !agreed) {
        return Err(ConsentError::Separate(missing));
    }
    if form.banks.is_empty() {
        return Err(ConsentError::NoBank);
    }
    if form.kinds.is_empty() {
        return Err(ConsentError::NoKind);
    }
    let banks: Vec<PartyCode> = unique(&form.banks).ok_or(ConsentError::UnknownBank(None))?;
    let kinds = unique(&form.kinds).ok_or(ConsentError::Member("kinds"))?;
    let fields: Vec<Field> = unique(&form.fields).ok_or(ConsentError::Member("fields"))?;
    if banks.len() > MAX_BANKS {
        return Err(ConsentError::Member("banks"));
    }
    if !FIXED_FIELDS.iter().all(|field| fields.contains(field)) {
        return Err(ConsentError::Member("fields"));
    }
    let locale = form.locale.parse().map_err(|_| ConsentError::Member("notice"))?;
    let notice = form.notice_sha256.parse().map_err(|_| ConsentError::Member("notice"))?;
    Ok(Chosen { banks, kinds, fields, locale, notice })
}

/// Words of a closed list, each once, in the order given.
fn unique<T: FromStr + Ord + Clone>(words: &[String]) -> Option<Vec<T>> {
    let mut seen = BTreeSet::new();
    let parsed: Option<Vec<T>> = words.iter().map(|word| word.parse().ok()).collect();
    parsed.map(|words| words.into_iter().filter(|word| seen.insert(word.clone())).collect())
}

impl Journey {
    /// The banks that can be asked, from a directory that leads back to the pinned root.
    ///
    /// # Errors
    /// `offline`, `directory_refused`, `directory_expired`.
    pub async fn consent_banks(&self) -> Result<BanksView, ConsentError> {
        let known = match self.fresh_directory().await {
            // Names and hotlines of the directory already known serve a report that is read offline.
            Err(fault @ Fault::Call(CallFault::Silent(Silence::Offline))) => {
                self.house(|house| Ok(house.directory.clone())).await?.ok_or(fault)?
            }
            fresh => fresh?,
        };
        let (last, sets) = self.house(|house| Ok((house.setting(LAST_SET)?, sets::sets(house)?))).await?;
        Ok(BanksView {
            banks: known.directory.banks().map(|bank| row(bank, &known)).collect(),
            sets,
            last_set: last.unwrap_or_default().split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            directory_version: known.directory.version(),
        })
    }

    /// The text to read, in one language; its digest was checked.
    ///
    /// # Errors
    /// `offline`, `answer_refused`.
    pub async fn consent_notice(&self, locale: Locale) -> Result<NoticeView, ConsentError> {
        Ok(view(&self.notice(locale).await?))
    }

    pub(crate) async fn notice(&self, locale: Locale) -> Result<NoticeBody, Fault> {
        let query = format!("locale={locale}");
        let notice: NoticeBody = self.0.gateway.get(None, "/v1/notices/current", Some(&query)).await?;
        let honest = notice.locale == locale && Digest::of(notice.text.as_str().as_bytes()) == notice.sha256;
        if honest { Ok(notice) } else { Err(Fault::AnswerRefused) }
    }

    /// Signs the consent and prepares the query: row, shred key, then seed and consent, each durable before the next.
    ///
    /// # Errors
    /// What is missing in the form; `query_live`, `allowance_used`, `consent_notice_changed`, `consent_bank_unknown`,
    /// `clock_doubtful`, `device_on_hold`, `directory_expired`; and what stands in the way. Nothing was sent then.
    pub async fn consent_agree(&self, form: ConsentForm) -> Result<QueryView, ConsentError> {
        let _act = self.0.act.lock().await;
        let chosen = check(&form)?;
        let key = self
            .decide(|house| {
                let account = house.active()?;
                house.sure()?;
                if let Some(live) = house.live()? {
                    return Err(ConsentError::QueryLive { query: live.query });
                }
                if let Some(until) = account.hold_until.filter(|until| house.now() < *until) {
                    return Err(ConsentError::OnHold { until });
                }
                Ok(house.key()?)
            })
            .await
            .inspect_err(|error| {
                // Signed time is asked for at once, so that trying again is worth something.
                if *error == ConsentError::Fault(Fault::ClockDoubtful) {
                    self.wake();
                }
            })?;
        self.flush_outbox().await;
        let known = self.fresh_directory().await?;
        // The consent's times are the federation's: a clock a little off must not make it lapse on its way.
        self.confirm_time().await?;
        if let Some(unknown) = chosen.banks.iter().find(|bank| known.directory.party(Role::Bank, bank).is_none()) {
            return Err(ConsentError::UnknownBank(Some(unknown.clone())));
        }
        let notice = self.notice(chosen.locale).await?;
        if notice.version.as_str() != form.notice_version || notice.sha256 != chosen.notice {
            return Err(ConsentError::NoticeChanged);
        }
        let told = self.0.gateway.get::<Queries>(Some(&key), "/v1/queries", None).await;
        let queries = self.heed(told).await?;
        let view = self.decide(move |house| artefact::prepare(house, &form, chosen, &notice, &queries, &known)).await?;
        self.changed(What::Query);
        Ok(view)
    }

    /// The person's own copy of a consent, also long after.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn consent_kept(&self, query_id: QueryId) -> Result<KeptConsent, ConsentError> {
        self.decide(move |house| {
            let row = house.read(|read| read.consents().get(query_id))?.ok_or(ConsentError::NotFound)?;
            Ok(KeptConsent {
                consent_id: row.consent.to_string(),
                query_id: row.query.to_string(),
                jws: row.jws,
                digest: row.digest.to_string(),
                given_at: row.given_at.to_string(),
                expires_at: row.expires_at.to_string(),
                banks: row
                    .banks
                    .into_iter()
                    .map(|bank| KeptBank { code: bank.code, name_zh: bank.name_zh, salt: bank.salt.to_string() })
                    .collect(),
                notice: NoticeView {
                    version: row.notice.version,
                    locale: row.notice.locale,
                    sha256: row.notice.sha256,
                    summary: row.notice.summary,
                    text: row.notice.text,
                },
            })
        })
        .await
    }

    /// Takes the consent back: everything here ends at once, the gateway is told now or later.
    ///
    /// # Errors
    /// `no_query`.
    pub async fn consent_withdraw(&self, query_id: QueryId) -> Result<(), Fault> {
        self.end_now(query_id, vault::tables::records::Ended::Withdrawn).await
    }
}

fn row(bank: &protocol::directory::Party, known: &Known) -> BankRow {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let hotline = text(bank.hotline.as_deref());
    let health = known.health.iter().find(|health| health.bank == bank.code).map_or(HealthWord::Up, |health| {
        match health.state {
            protocol::code::Health::Up => HealthWord::Up,
            protocol::code::Health::Degraded => HealthWord::Degraded,
            protocol::code::Health::Down => HealthWord::Down,
        }
    });
    BankRow {
        code: bank.code.to_string(),
        name_zh: text(bank.name_zh.as_deref()),
        name_en: text(bank.name_en.as_deref()),
        short_zh: text(bank.short_zh.as_deref()),
        hotline_confirmed: !hotline.is_empty(),
        hotline,
        kinds: bank.kinds.iter().flatten().map(ToString::to_string).collect(),
        health,
        confirms_cards: known.directory.party(Role::Attestor, &bank.code).is_some(),
    }
}

fn view(notice: &NoticeBody) -> NoticeView {
    NoticeView {
        version: notice.version.to_string(),
        locale: notice.locale.to_string(),
        sha256: notice.sha256.to_string(),
        summary: notice.summary.as_str().to_owned(),
        text: notice.text.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ConsentForm {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        ConsentForm {
            banks: words(&["ICBC"]),
            kinds: words(&["debit"]),
            fields: words(&["bank", "product", "kind", "brand", "number", "status", "role"]),
            sensitive: true,
            handover: true,
            face: false,
            notice_version: "2026-11-01".into(),
            notice_sha256: "yaNWX_3k9ytRZhvjke4T5GN41_Bt1ci_WvnSz7W4M2s".into(),
            locale: "zh-CN".into(),
            read_to_end: true,
        }
    }

    #[test]
    fn a_consent_is_refused_while_anything_of_it_is_missing() {
        let refused = |change: fn(&mut ConsentForm)| {
            let mut form = form();
            change(&mut form);
            check(&form).err()
        };
        assert_eq!(
            refused(|form| form.read_to_end = false),
            Some(ConsentError::NotRead),
            "the text was not shown to its end"
        );
        assert_eq!(
            refused(|form| form.sensitive = false),
            Some(ConsentError::Separate(Separate::Sensitive)),
            "sensitive data need their own yes"
        );
        assert_eq!(
            refused(|form| form.handover = false),
            Some(ConsentError::Separate(Separate::Handover)),
            "handing over needs its own yes"
        );
        assert_eq!(refused(|form| form.banks.clear()), Some(ConsentError::NoBank));
        assert_eq!(refused(|form| form.kinds.clear()), Some(ConsentError::NoKind));
        assert_eq!(refused(|form| form.fields.retain(|field| field != "number")), Some(ConsentError::Member("fields")));
        assert_eq!(
            refused(|form| form.banks = (0..401).map(|n| format!("B{n}")).collect()),
            Some(ConsentError::Member("banks"))
        );
        assert_eq!(refused(|_| ()), None, "the same form with everything said is a consent");
    }
}
