//! A device written by hand from the protocol alone: enrols, consents, passes both factors, asks, collects, opens.
#![allow(dead_code, clippy::unwrap_used, clippy::allow_attributes, reason = "each test file uses its part")]

use std::time::Duration;

use demo_world::{Options, Scenario, World, root_key};
use protocol::code::{FactorKind, Field, IdType, Kind, Locale, PartyCode, QueryState, SectionFault};
use protocol::consent::{
    self, Consent, ConsentKey, Fetch, Life, LifeUnit, Mode, Notice, Purpose, PurposeCode, Separate,
};
use protocol::directory::TrustedDirectory;
use protocol::encode::{Digest, Nonce, Salt, b64u, random};
use protocol::face_consent::{FaceConsent, FacePurpose, Kept, Leaves};
use protocol::id::{ConsentId, IdempotencyKey, QueryId, TokenId};
use protocol::identity::{IdNumber, Identity, Mobile, Name, bank_commitment};
use protocol::json::V1;
use protocol::key::SigningKey;
use protocol::request::{Tag, sign};
use protocol::routes::{
    AskedBank, Banks, EnrolmentOpen, NoticeBody, Queries, QueryStatus, Report, SummaryBank, VerificationOpen,
    VerificationState, VerificationStatus,
};
use protocol::seal::{QuerySeed, open_section, section_info};
use protocol::section::{Expected, Section};
use protocol::text::Text;
use serde_json::{Value, json};

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3600);

/// A world in a folder of its own, and somebody in it.
pub(crate) async fn begin(scenario: Scenario) -> (tempfile::TempDir, World) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let world = World::start(Options { scenario: Some(scenario), ..Options::for_tests(folder.path()) }).await.unwrap();
    (folder, world)
}

pub(crate) struct Device<'a> {
    pub(crate) world: &'a World,
    pub(crate) http: reqwest::Client,
    pub(crate) key: SigningKey,
    pub(crate) identity: Identity,
    pub(crate) card: String,
}

/// What a query leaves on the device.
pub(crate) struct Asked {
    pub(crate) query: QueryId,
    pub(crate) consent: Digest,
    pub(crate) seed: QuerySeed,
    pub(crate) accepted_at: protocol::time::Timestamp,
}

impl<'a> Device<'a> {
    pub(crate) fn of(world: &'a World, person: &str) -> Self {
        let person = world.people().by_key(person).unwrap();
        let identity = Identity {
            name: Name::parse(&person.name).unwrap(),
            id_type: person.id_type,
            id_number: IdNumber::parse(person.id_type, &person.id_number).unwrap(),
            mobile: Mobile::parse(&person.mobile).unwrap(),
        };
        let card = person.first_card().map(|card| card.number.clone()).unwrap_or_default();
        Self {
            world,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            key: SigningKey::generate(),
            identity,
            card,
        }
    }

    pub(crate) async fn call(
        &self,
        method: &str,
        target: &str,
        body: Option<&Value>,
        key: Option<String>,
    ) -> (u16, Vec<u8>, Option<String>) {
        let base = &self.world.addresses().gateway;
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let bytes = body.map(|body| serde_json::to_vec(body).unwrap()).unwrap_or_default();
        let post = (method == "POST").then(|| key.unwrap_or_else(|| IdempotencyKey::new().to_string()));
        let media = post.as_ref().map(|_| "application/json");
        let now = self.world.clock().now();
        let authority = base.trim_start_matches("http://");
        let signed = sign(
            &self.key,
            Tag::Device,
            method,
            authority,
            path,
            query,
            &bytes,
            media,
            post.as_deref(),
            now,
            Nonce::random(),
        );
        let mut request = self.http.request(method.parse().unwrap(), format!("{base}{target}"));
        if let Some(key) = &post {
            request = request.header("content-type", "application/json").header("idempotency-key", key);
        }
        let response = request
            .header("content-digest", signed.content_digest)
            .header("signature-input", signed.signature_input)
            .header("signature", signed.signature)
            .body(bytes)
            .send()
            .await
            .unwrap();
        let answer = response.headers().get("mingxia-answer").map(|value| value.to_str().unwrap().to_owned());
        (response.status().as_u16(), response.bytes().await.unwrap().to_vec(), answer)
    }

    pub(crate) async fn get<T: serde::de::DeserializeOwned>(&self, target: &str) -> T {
        let (status, body, _) = self.call("GET", target, None, None).await;
        assert_eq!(status, 200, "GET {target}: {}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    pub(crate) async fn post<T: serde::de::DeserializeOwned>(&self, target: &str, body: Value) -> T {
        let (status, bytes, _) = self.call("POST", target, Some(&body), None).await;
        assert!((200..300).contains(&status), "POST {target}: {status} {}", String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The code of the newest message to this person's mobile, once there are more than `before`.
    pub(crate) async fn code_after(&self, before: usize) -> String {
        let text = loop {
            let messages = self.messages();
            if messages.len() > before {
                break messages.into_iter().next_back().unwrap();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect()
    }

    pub(crate) fn messages(&self) -> Vec<String> {
        let all = self.world.messages().into_iter().filter(|sms| sms.mobile == self.identity.mobile.as_str());
        all.map(|sms| sms.text).collect()
    }

    pub(crate) async fn open_enrolment(&self) -> (u16, Vec<u8>) {
        let body = json!({
            "v": 1, "name": self.identity.name.as_str(), "id_type": self.identity.id_type, "id_number": self.identity.id_number.as_str(),
            "mobile": self.identity.mobile.as_str(), "card_number": self.card, "device_key": self.key.public(),
            "check_key": b64u(&random::<32>()), "locale": "zh-CN", "lost_device": false,
        });
        let (status, bytes, _) = self.call("POST", "/v1/enrolments", Some(&body), None).await;
        (status, bytes)
    }

    pub(crate) async fn enrol(&self) {
        let before = self.messages().len();
        let (status, bytes) = self.open_enrolment().await;
        assert_eq!(status, 202, "the form is taken: {}", String::from_utf8_lossy(&bytes));
        let open: EnrolmentOpen = serde_json::from_slice(&bytes).unwrap();
        let code = self.code_after(before).await;
        let _: Value =
            self.post(&format!("/v1/enrolments/{}/confirm", open.enrolment_id), json!({"v": 1, "code": code})).await;
    }

    pub(crate) async fn directory(&self) -> TrustedDirectory {
        let banks: Banks = self.get("/v1/banks").await;
        TrustedDirectory::verify(&banks.roots, &banks.directory, &root_key().public(), self.world.clock().now())
            .unwrap()
    }

    async fn sms_token(&self, consent: Digest) -> TokenId {
        let before = self.messages().len();
        let open: VerificationOpen =
            self.post("/v1/verifications", json!({"v": 1, "kind": "sms", "consent": consent})).await;
        let code = self.code_after(before).await;
        let status: VerificationStatus = self
            .post(&format!("/v1/verifications/{}/confirm", open.verification_id), json!({"v": 1, "code": code}))
            .await;
        status.token.expect("the code is right")
    }

    fn face_consent(&self, consent: Digest, notice: &Notice) -> String {
        FaceConsent {
            v: V1,
            consent,
            provider: "FACE1".parse().unwrap(),
            purpose: FacePurpose::LivenessOnce,
            leaves_device: [Leaves::VideoFrames],
            kept: Kept::NotAtAll,
            notice: notice.clone(),
            given_at: self.world.clock().now(),
        }
        .sign(&self.key)
    }

    /// Opens a face check for a consent that nobody gave yet.
    pub(crate) async fn open_face(&self) -> (Digest, String) {
        let notice: NoticeBody = self.get("/v1/notices/current?locale=zh-CN").await;
        let notice = Notice { version: notice.version, sha256: notice.sha256, locale: Locale::ZhCn };
        let consent = Digest::from_bytes(random());
        let face = self.face_consent(consent, &notice);
        let body =
            json!({"v": 1, "kind": "face", "consent": consent, "subject_salt": Salt::random(), "face_consent": face});
        let open: VerificationOpen = self.post("/v1/verifications", body).await;
        (consent, open.verification_id.to_string())
    }

    /// Shows a face; status and body.
    pub(crate) async fn show_face(&self, verification: &str) -> (u16, Value) {
        let target = format!("/v1/verifications/{verification}/evidence");
        let body = json!({"v": 1, "evidence": b64u(b"synthetic")});
        let (status, bytes, _) = self.call("POST", &target, Some(&body), None).await;
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn face_token(&self, consent: Digest, salt: Salt, notice: &Notice) -> TokenId {
        let face = self.face_consent(consent, notice);
        let body = json!({"v": 1, "kind": "face", "consent": consent, "subject_salt": salt, "face_consent": face});
        let open: VerificationOpen = self.post("/v1/verifications", body).await;
        let target = format!("/v1/verifications/{}/evidence", open.verification_id);
        let status: VerificationStatus = self.post(&target, json!({"v": 1, "evidence": b64u(b"synthetic")})).await;
        status.token.expect("the face check passes")
    }

    /// Asks the bank of the enrolled card to confirm; gives the verification.
    pub(crate) async fn open_card_bank(&self, consent: Digest, salt: Salt) -> String {
        let body = json!({"v": 1, "kind": "card_bank", "consent": consent, "subject_salt": salt});
        let open: VerificationOpen = self.post("/v1/verifications", body).await;
        open.verification_id.to_string()
    }

    /// The question in a bank's app, once it is there.
    pub(crate) async fn question(&self) -> String {
        loop {
            let state: Value = self.control("state").await;
            if let Some(id) = state["questions"][0]["id"].as_str() {
                return id.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How a verification ends: the token where it passed, none where it is void.
    pub(crate) async fn outcome(&self, verification: &str) -> Option<TokenId> {
        loop {
            let status: VerificationStatus = self.get(&format!("/v1/verifications/{verification}")).await;
            if status.state != VerificationState::Open {
                return status.token;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn card_token(&self, consent: Digest, salt: Salt) -> TokenId {
        let verification = self.open_card_bank(consent, salt).await;
        let status: VerificationStatus = self.get(&format!("/v1/verifications/{verification}")).await;
        assert!(status.token.is_none(), "nothing is confirmed before the person presses");
        let question = self.question().await;
        self.press(&format!("confirmations/{question}"), json!({"confirm": true})).await;
        self.outcome(&verification).await.expect("the bank vouches")
    }

    /// The banks of the newest query, from the list: asked often, it costs no time of the world.
    pub(crate) async fn banks(&self) -> Vec<SummaryBank> {
        let mut all: Queries = self.get("/v1/queries").await;
        all.queries.swap_remove(0).banks
    }

    pub(crate) async fn control(&self, what: &str) -> Value {
        let url = format!("{}/{what}", self.world.addresses().control);
        serde_json::from_slice(&self.http.get(url).send().await.unwrap().bytes().await.unwrap()).unwrap()
    }

    pub(crate) async fn press(&self, what: &str, body: Value) -> u16 {
        let url = format!("{}/{what}", self.world.addresses().control);
        let call =
            self.http.post(url).header("content-type", "application/json").body(serde_json::to_vec(&body).unwrap());
        call.send().await.unwrap().status().as_u16()
    }

    /// From the consent to an accepted query, all banks asked.
    pub(crate) async fn ask(&self, second: FactorKind) -> Asked {
        let directory = self.directory().await;
        let codes: Vec<PartyCode> = directory.banks().map(|party| party.code.clone()).collect();
        let notice: NoticeBody = self.get("/v1/notices/current?locale=zh-CN").await;
        let notice = Notice { version: notice.version, sha256: notice.sha256, locale: Locale::ZhCn };
        let (seed, salt, now) = (QuerySeed::generate(), Salt::random(), self.world.clock().now());
        let banks: Vec<AskedBank> = codes.into_iter().map(|code| AskedBank { code, salt: Salt::random() }).collect();
        let consent = Consent {
            v: V1,
            consent_id: ConsentId::new(),
            query_id: QueryId::new(),
            subject: self.identity.subject(&salt),
            purpose: Purpose {
                code: PurposeCode::OwnCardsView, text: Text::new("查询本人名下银行卡").unwrap()
            },
            banks: banks.iter().map(|bank| bank_commitment(&bank.salt, &bank.code)).collect(),
            kinds: Kind::ALL.to_vec(),
            fields: Field::ALL.to_vec(),
            separate: [Separate::Sensitive, Separate::Handover],
            notice: notice.clone(),
            mode: Mode::View,
            fetch: Fetch::Onetime,
            life: Life { unit: LifeUnit::NaturalDay, value: 7 },
            key: ConsentKey::new(&seed.public()),
            given_at: now,
            apply_by: now + consent::APPLY_WITHIN,
            expires_at: now + consent::HOLDS_FOR,
            replaces: None,
        };
        let jws = consent.sign(&self.key);
        let digest = Consent::digest(&jws);
        let second = match second {
            FactorKind::CardBank => self.card_token(digest, salt).await,
            FactorKind::Face | FactorKind::Sms => self.face_token(digest, salt, &notice).await,
        };
        let tokens = [self.sms_token(digest).await, second];
        let body = json!({"v": 1, "consent": jws, "subject_salt": salt, "banks": banks, "tokens": tokens});
        let (status, bytes, _) =
            self.call("POST", "/v1/queries", Some(&body), Some(consent.query_id.to_string())).await;
        assert_eq!(status, 201, "accepted: {}", String::from_utf8_lossy(&bytes));
        let accepted: protocol::routes::Accepted = serde_json::from_slice(&bytes).unwrap();
        Asked { query: consent.query_id, consent: digest, seed, accepted_at: accepted.accepted_at }
    }

    pub(crate) async fn status(&self, asked: &Asked) -> QueryStatus {
        self.get(&format!("/v1/queries/{}", asked.query)).await
    }

    /// Waits until `done`; time passes in between so that polling costs no rate.
    pub(crate) async fn until(&self, asked: &Asked, done: impl Fn(&QueryStatus) -> bool) -> QueryStatus {
        loop {
            let status = self.status(asked).await;
            if done(&status) {
                return status;
            }
            self.world.pass(Duration::from_secs(15)).unwrap();
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    pub(crate) async fn closed(&self, asked: &Asked) -> QueryStatus {
        self.until(asked, |status| matches!(status.state, QueryState::Closed | QueryState::Empty)).await
    }

    pub(crate) async fn sealed(&self, asked: &Asked, bank: &PartyCode) -> (Vec<u8>, String) {
        let (status, bytes, answer) =
            self.call("GET", &format!("/v1/queries/{}/sections/{bank}?round=1", asked.query), None, None).await;
        assert_eq!(status, 200, "the section of {bank}: {}", String::from_utf8_lossy(&bytes));
        (bytes, answer.expect("the bank's own word goes with it"))
    }

    /// Every check of a device, as far as one section goes.
    pub(crate) async fn section(
        &self,
        asked: &Asked,
        bank: &str,
        directory: &TrustedDirectory,
    ) -> Result<Section, SectionFault> {
        let bank: PartyCode = bank.parse().unwrap();
        let (sealed, answer) = self.sealed(asked, &bank).await;
        let answer = protocol::answer::Answer::verify(&answer, &bank, directory).map_err(|error| match error {
            protocol::directory::PartyJwsError::KeyNotValid => SectionFault::KeyRevoked,
            protocol::directory::PartyJwsError::Jws(_) => SectionFault::Signature,
        })?;
        if answer.sealed != Some(Digest::of(&sealed)) {
            return Err(SectionFault::Digest);
        }
        let info = section_info(asked.query, &bank, 1, &asked.consent);
        let token = open_section(&asked.seed.decapsulation_key(), &info, &sealed)?;
        let expected = Expected {
            query_id: asked.query,
            bank: &bank,
            round: 1,
            consent: &asked.consent,
            key: &asked.seed.public().thumbprint(),
            not_before: asked.accepted_at - Duration::from_secs(15 * 60),
            not_after: asked.accepted_at + DAY + Duration::from_secs(15 * 60),
        };
        Section::verify(&token, &expected, directory)
    }

    pub(crate) async fn report(&self, asked: &Asked) -> Report {
        self.get(&format!("/v1/queries/{}/report", asked.query)).await
    }

    pub(crate) fn of_kind(&self) -> IdType {
        self.identity.id_type
    }
}
