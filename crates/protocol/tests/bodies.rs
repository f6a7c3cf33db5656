//! Bodies of the routes as another client would send and read them: the specification's own examples.

use protocol::json::{self, JsonError};
use protocol::routes;
use protocol::stream::Event;

const DIGEST: &str = "bnUUWuWXcK70kVycVIWTjXzyyas1km5_aIeFWyQvC1A";
const ID: &str = "3f0c2b1e-7a64-4f0e-9d55-0a1b2c3d4e5f";
const SALT: &str = "AAECAwQFBgcICQoLDA0ODw";
const KEY: &str = r#"{"crv":"Ed25519","kty":"OKP","x":"iojj3XQJ8ZX9UtstPLpdcspnCb8dlBIb83SIAbQPb1w"}"#;
const AT: &str = "2026-11-24T04:00:00.000Z";

/// Reads a request, writes it again to the same bytes, and refuses it with a member more.
fn request<T: serde::de::DeserializeOwned + serde::Serialize>(body: &str) {
    let read = json::parse::<T>(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!(
        serde_json::to_string(&read).ok().as_deref(),
        Some(body),
        "members and their order are those of the specification"
    );
    let more = format!("{},\"more\":1}}", &body[..body.len() - 1]);
    assert_eq!(json::parse::<T>(more.as_bytes()).err(), Some(JsonError::UnknownMember), "a request says nothing else");
    let other = body.replacen(r#""v":1"#, r#""v":2"#, 1);
    assert!(
        json::parse::<T>(other.as_bytes()).is_err() && json::says_other_version(other.as_bytes()),
        "another version is another protocol"
    );
}

/// Reads a response, writes it again to the same bytes, and reads it with a member more.
fn response<T: serde::de::DeserializeOwned + serde::Serialize>(body: &str) {
    let read = json::parse_response::<T>(body.as_bytes()).unwrap_or_else(|error| panic!("{error}: {body}"));
    assert_eq!(
        serde_json::to_string(&read).ok().as_deref(),
        Some(body),
        "members and their order are those of the specification"
    );
    let more = format!("{},\"more\":[1,true]}}", &body[..body.len() - 1]);
    assert!(json::parse_response::<T>(more.as_bytes()).is_ok(), "a response may grow");
}

#[test]
fn requests_of_the_device() {
    request::<routes::Enrol>(&format!(
        r#"{{"v":1,"name":"张三","id_type":"CN_ID","id_number":"11010519491231002X","mobile":"13800000000","card_number":"6222021234567891496","device_key":{KEY},"check_key":"{DIGEST}","locale":"zh-CN","lost_device":false}}"#
    ));
    request::<routes::Code>(r#"{"v":1,"code":"123456"}"#);
    request::<routes::Plain>(r#"{"v":1}"#);
    request::<routes::Verify>(&format!(r#"{{"v":1,"kind":"sms","consent":"{DIGEST}"}}"#));
    request::<routes::Verify>(&format!(
        r#"{{"v":1,"kind":"face","consent":"{DIGEST}","subject_salt":"{SALT}","face_consent":"a.b.c"}}"#
    ));
    request::<routes::Verify>(&format!(r#"{{"v":1,"kind":"card_bank","consent":"{DIGEST}","subject_salt":"{SALT}"}}"#));
    request::<routes::Evidence>(r#"{"v":1,"evidence":"AAEC"}"#);
    request::<routes::Apply>(&format!(
        r#"{{"v":1,"consent":"a.b.c","subject_salt":"{SALT}","banks":[{{"code":"ICBC","salt":"{SALT}"}}],"tokens":["{ID}","{ID}"]}}"#
    ));
    request::<routes::Collected>(&format!(r#"{{"v":1,"sealed":["{DIGEST}"]}}"#));
    request::<routes::Retry>(r#"{"v":1,"round":2}"#);
}

#[test]
fn requests_of_the_gateway_to_a_bank() {
    let subject = format!(
        r#"{{"salt":"{SALT}","name":"张三","id_type":"CN_ID","id_number":"11010519491231002X","mobile":"13800000000"}}"#
    );
    request::<routes::Inquiry>(&format!(
        r#"{{"v":1,"consent":"a.b.c","device_key":{KEY},"statement":"a.b.c","attestation":"a.b.c","bank_salt":"{SALT}","subject":{subject}}}"#
    ));
    request::<routes::Confirm>(&format!(r#"{{"v":1,"consent":"{DIGEST}","device":"{DIGEST}","subject":{subject}}}"#));
}

#[test]
fn responses() {
    response::<routes::Banks>(&format!(
        r#"{{"roots":["a.b.c"],"directory":"a.b.c","health":[{{"bank":"ICBC","state":"up","last_ok":"{AT}"}},{{"bank":"CCB","state":"down"}}]}}"#
    ));
    response::<routes::NoticeBody>(&format!(
        r#"{{"version":"2026-11-01","locale":"zh-CN","sha256":"{DIGEST}","summary":"一行\n两行","text":"告知"}}"#
    ));
    response::<routes::TimeBody>(r#"{"time":"a.b.c"}"#);
    response::<routes::EnrolmentOpen>(&format!(
        r#"{{"enrolment_id":"{ID}","code_expires_at":"{AT}","resend_at":"{AT}"}}"#
    ));
    response::<routes::Enrolled>(&format!(r#"{{"account":"{ID}","enrolment":"a.b.c"}}"#));
    response::<routes::ProofNeeded>(r#"{"state":"proof_needed","kinds":["face","card_bank"]}"#);
    response::<routes::Frozen>(r#"{"state":"frozen"}"#);
    response::<routes::VerificationOpen>(&format!(
        r#"{{"verification_id":"{ID}","expires_at":"{AT}","resend_at":"{AT}"}}"#
    ));
    response::<routes::VerificationStatus>(&format!(
        r#"{{"state":"passed","token":"{ID}","token_expires_at":"{AT}"}}"#
    ));
    response::<routes::Accepted>(&format!(
        r#"{{"query_id":"{ID}","accepted_at":"{AT}","due_at":"{AT}","state":"asking","banks":28}}"#
    ));
    response::<routes::Queries>(&format!(
        r#"{{"queries":[{{"query_id":"{ID}","state":"expired","accepted_at":"{AT}","generated_at":"{AT}","banks":[{{"bank":"ICBC","state":"answered","at":"{AT}"}}]}}],"next_query_at":"{AT}"}}"#
    ));
    response::<routes::QueryStatus>(&format!(
        r#"{{"query_id":"{ID}","state":"asking","due_at":"{AT}","round":1,"revision":0,"banks":[{{"bank":"ICBC","state":"answered","round":1,"sealed":"{DIGEST}","at":"{AT}"}}],"last_event":"17"}}"#
    ));
    response::<routes::ReceiptBody>(r#"{"receipt":"a.b.c"}"#);
    response::<routes::Report>(r#"{"envelope":"a.b.c","answers":["a.b.c"]}"#);
    response::<routes::Retrying>(&format!(r#"{{"round":2,"due_at":"{AT}","banks":["CCB"]}}"#));
    response::<routes::InquiryAnswer>(r#"{"answer":"a.b.c","sealed":"AAEC"}"#);
    response::<routes::ConfirmationOpen>(&format!(r#"{{"confirmation_id":"{ID}"}}"#));
    response::<routes::ConfirmationStatus>(r#"{"state":"passed","attestation":"a.b.c"}"#);
}

#[test]
fn events_of_the_stream() {
    for (name, data) in [
        ("bank", format!(r#"{{"bank":"ICBC","state":"answered","round":1,"sealed":"{DIGEST}","at":"{AT}"}}"#)),
        ("round", format!(r#"{{"round":2,"due_at":"{AT}"}}"#)),
        ("closed", r#"{"revision":1}"#.to_owned()),
        ("ended", r#"{"state":"withdrawn"}"#.to_owned()),
    ] {
        let event = Event::read(name, &data).expect("well formed").expect("a known name");
        assert_eq!((event.name(), event.data().ok()), (name, Some(data)), "it is written as it was read");
    }
    assert_eq!(Event::read("weather", "{}").ok(), Some(None), "events of later versions are passed over");
    assert!(Event::read("closed", r#"{"revision":"1"}"#).is_err(), "data of a known event must be well formed");
}
