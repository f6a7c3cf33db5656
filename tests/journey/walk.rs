//! Steps of a walk for tests that bring their own world.

use std::time::Duration;

use demo_world::World;
use journey::{ConsentForm, EnrolForm, Journey};
use protocol::code::{FactorKind, Locale};

use crate::stage::{PASSWORD, secret};

async fn code(world: &World, before: usize) -> String {
    loop {
        let messages = world.messages();
        if let Some(message) = messages.get(before..).and_then(<[_]>::last) {
            return message.text.split("验证码").nth(1).map(|rest| rest.chars().take(6).collect()).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) async fn enrol(journey: &Journey, world: &World, key: &str) {
    let person = world.people().by_key(key).unwrap();
    let form = EnrolForm {
        name: person.name.clone(),
        id_type: person.id_type,
        id_number: person.id_number.clone(),
        mobile: person.mobile.clone(),
        card_number: person.first_card().unwrap().number.clone(),
        locale: "zh-CN".to_owned(),
        lost_device: false,
    };
    let before = world.messages().len();
    journey.enrol_start(form).await.unwrap();
    journey.enrol_confirm(code(world, before).await).await.unwrap();
    journey.enrol_phrase("雨后山青".to_owned()).await.unwrap();
    journey.enrol_password(secret(PASSWORD)).await.unwrap();
}

pub(crate) async fn agree_and_verify(journey: &Journey, world: &World) {
    let all = journey.consent_banks().await.unwrap();
    let notice = journey.consent_notice(Locale::ZhCn).await.unwrap();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let form = ConsentForm {
        banks: all.banks.into_iter().map(|bank| bank.code).collect(),
        kinds: words(&["debit", "credit", "quasi_credit"]),
        fields: words(&["bank", "product", "kind", "brand", "number", "status", "role"]),
        sensitive: true,
        handover: true,
        face: true,
        notice_version: notice.version,
        notice_sha256: notice.sha256,
        locale: "zh-CN".to_owned(),
        read_to_end: true,
    };
    journey.consent_agree(form).await.unwrap();
    journey.verify_start(FactorKind::Face).await.unwrap();
    journey.verify_evidence().await.unwrap();
    let before = world.messages().len();
    journey.verify_start(FactorKind::Sms).await.unwrap();
    journey.verify_confirm(code(world, before).await).await.unwrap();
}
