//! The ports over HTTP: small JSON calls to the operator's own systems, which speak to the telephone company, the
//! identity registry and the face provider. Addresses come from the configuration only.

use std::time::Duration;

use async_trait::async_trait;
use protocol::code::PartyCode;
use protocol::encode::b64u;
use protocol::identity::CardNumber;
use serde::Deserialize;
use serde_json::json;

use crate::ports::{
    Claim, DirectorySource, FaceOutcome, FaceProvider, FaceRequest, IdentitySource, Sms, SmsChannel, SourceDown,
};

/// One of the operator's systems.
#[derive(Clone)]
pub struct House {
    url: String,
    client: reqwest::Client,
}

impl House {
    /// `url` without a slash at its end.
    ///
    /// # Errors
    /// [`SourceDown`] when no client can be made.
    pub fn at(url: &str) -> Result<Self, SourceDown> {
        let client = crate::banks::client(10).map_err(|_| SourceDown)?;
        Ok(Self { url: url.trim_end_matches('/').to_owned(), client })
    }

    async fn post<T: for<'de> Deserialize<'de>>(&self, path: &str, body: &serde_json::Value) -> Result<T, SourceDown> {
        let bytes = serde_json::to_vec(body).map_err(|_| SourceDown)?;
        let call = self.client.post(format!("{}{path}", self.url)).timeout(Duration::from_secs(10));
        let response =
            call.header("content-type", "application/json").body(bytes).send().await.map_err(|_| SourceDown)?;
        if !response.status().is_success() {
            return Err(SourceDown);
        }
        let bytes = response.bytes().await.map_err(|_| SourceDown)?;
        serde_json::from_slice(&bytes).map_err(|_| SourceDown)
    }
}

#[derive(Deserialize)]
struct Taken {}

/// `POST {url}/messages {"mobile","text","dedup_key"}` answers `{}`.
pub struct HttpSms(pub House);

#[async_trait]
impl SmsChannel for HttpSms {
    async fn send(&self, sms: Sms) -> Result<(), SourceDown> {
        let body = json!({ "mobile": sms.mobile, "text": sms.text, "dedup_key": sms.dedup_key });
        let Taken {} = self.0.post("/messages", &body).await?;
        Ok(())
    }
}

/// `POST {url}/matches` with the four entries answers `{"matches":bool}`; `POST {url}/issuer {"card_number"}` answers
/// `{"bank":"ICBC"}` or `{}`.
pub struct HttpIdentity(pub House);

#[derive(Deserialize)]
struct Matches {
    matches: bool,
}

#[derive(Deserialize)]
struct Issuer {
    bank: Option<PartyCode>,
}

#[async_trait]
impl IdentitySource for HttpIdentity {
    async fn matches(&self, claim: &Claim) -> Result<bool, SourceDown> {
        let person = &claim.identity;
        let body = json!({
            "name": person.name.as_str(), "id_type": person.id_type, "id_number": person.id_number.as_str(),
            "mobile": person.mobile.as_str(), "card_number": claim.card_number.digits(),
        });
        Ok(self.0.post::<Matches>("/matches", &body).await?.matches)
    }

    async fn issuer(&self, card: &CardNumber) -> Result<Option<PartyCode>, SourceDown> {
        Ok(self.0.post::<Issuer>("/issuer", &json!({ "card_number": card.digits() })).await?.bank)
    }
}

/// `POST {url}/sessions {"consent","device","subject"}` answers `{"session"}`; `POST {url}/checks
/// {"session","evidence"}` answers `{"attestation":"JWS"}` or `{}`; `POST {url}/erasures {"session"}` answers `{}`.
pub struct HttpFace {
    /// Where.
    pub house: House,
    /// The provider's code in the directory.
    pub code: PartyCode,
}

#[derive(Deserialize)]
struct Session {
    session: String,
}

#[derive(Deserialize)]
struct Checked {
    attestation: Option<String>,
}

#[async_trait]
impl FaceProvider for HttpFace {
    fn code(&self) -> PartyCode {
        self.code.clone()
    }

    async fn open(&self, request: FaceRequest) -> Result<String, SourceDown> {
        let body = json!({ "consent": request.consent, "device": request.device, "subject": request.subject });
        Ok(self.house.post::<Session>("/sessions", &body).await?.session)
    }

    async fn check(&self, session: &str, evidence: &[u8]) -> Result<FaceOutcome, SourceDown> {
        let body = json!({ "session": session, "evidence": b64u(evidence) });
        let checked: Checked = self.house.post("/checks", &body).await?;
        Ok(checked.attestation.map_or(FaceOutcome::NotMatched, FaceOutcome::Passed))
    }

    async fn forget(&self, session: &str) -> Result<(), SourceDown> {
        let Taken {} = self.house.post("/erasures", &json!({ "session": session })).await?;
        Ok(())
    }
}

/// Roots and directory from a file `{"roots":["JWS"],"directory":"JWS"}`, read again at every question.
pub struct FileDirectory(pub std::path::PathBuf);

#[derive(Deserialize, Default)]
struct DirectoryFile {
    roots: Vec<String>,
    directory: String,
}

impl DirectorySource for FileDirectory {
    fn current(&self) -> (Vec<String>, String) {
        let file = std::fs::read(&self.0).ok().and_then(|bytes| serde_json::from_slice::<DirectoryFile>(&bytes).ok());
        let file = file.unwrap_or_default();
        (file.roots, file.directory)
    }
}
