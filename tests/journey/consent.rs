//! Consent: before every query, read to its end, with the two separate agreements, for banks that exist.

use journey::ErrorCode;
use journey::view::QueryState;
use protocol::id::QueryId;

use crate::stage::{Stage, code};

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_that_does_not_hold_prepares_nothing() {
    let stage = Stage::enrolled("one").await;
    let good = stage.consent(&["ICBC", "CCB"]).await;
    let mut forms = vec![
        (good.clone(), ErrorCode::NoticeNotRead),
        (good.clone(), ErrorCode::SeparateConsentMissing),
        (good.clone(), ErrorCode::ConsentNoticeChanged),
        (good.clone(), ErrorCode::ConsentBankUnknown),
        (good.clone(), ErrorCode::NoBankChosen),
        (good.clone(), ErrorCode::NoKindChosen),
    ];
    forms[0].0.read_to_end = false;
    forms[1].0.handover = false;
    forms[2].0.notice_version = "2020-01-01".into();
    forms[3].0.banks.push("NOSUCHBANK".into());
    forms[4].0.banks.clear();
    forms[5].0.kinds.clear();
    for (form, expected) in forms {
        assert_eq!(code(stage.journey.consent_agree(form).await), Some(expected));
        assert!(stage.journey.settings_home().await.unwrap().query.is_none(), "{expected:?}: nothing was prepared");
    }
    stage.cut();
    assert_eq!(
        code(stage.journey.consent_agree(good).await),
        Some(ErrorCode::Offline),
        "without the federation nobody agrees to anything"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_kept_with_what_opens_its_commitments() {
    let stage = Stage::enrolled("one").await;
    let query = stage.agree(&["ICBC", "CCB"]).await;
    assert_eq!((query.state, query.banks_asked), (QueryState::Prepared, 2));
    let id: QueryId = query.query_id.parse().unwrap();
    let kept = stage.journey.consent_kept(id).await.unwrap();
    assert_eq!(kept.banks.len(), 2);
    assert!(!kept.notice.text.is_empty(), "the words agreed to are kept beside it");
    let form = stage.consent(&["ICBC"]).await;
    assert_eq!(code(stage.journey.consent_agree(form).await), Some(ErrorCode::QueryLive), "one query at a time");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_directory_is_not_believed() {
    let stage = Stage::enrolled("one").await;
    stage.journey.consent_banks().await.unwrap();
    stage.world.set_scenario(demo_world::Scenario::OldDirectory).await.unwrap();
    let refused = code(stage.journey.consent_banks().await);
    assert!(
        matches!(refused, Some(ErrorCode::DirectoryRefused | ErrorCode::DirectoryExpired)),
        "an old directory asks nobody: {refused:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_set_of_banks_is_kept_under_its_name_and_forgotten() {
    let mut stage = Stage::enrolled("one").await;
    let words = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    let refused = [
        (" ".to_owned(), words(&["ICBC"]), ErrorCode::Malformed),
        ("二十一".repeat(7), words(&["ICBC"]), ErrorCode::Malformed),
        ("两行\n".to_owned() + "名", words(&["ICBC"]), ErrorCode::Malformed),
        ("常用".to_owned(), words(&[]), ErrorCode::NoBankChosen),
        ("常用".to_owned(), words(&["no code"]), ErrorCode::ConsentBankUnknown),
    ];
    for (name, banks, expected) in refused {
        assert_eq!(code(stage.journey.consent_save_set(name, banks).await), Some(expected));
    }
    assert!(stage.journey.consent_banks().await.unwrap().sets.is_empty(), "what was refused is not kept");
    for n in 0..10 {
        stage.journey.consent_save_set(format!("第{n}组"), words(&["ICBC", "ICBC", "CCB"])).await.unwrap();
    }
    let eleventh = stage.journey.consent_save_set("多".into(), words(&["ICBC"])).await;
    assert_eq!(code(eleventh), Some(ErrorCode::Malformed), "ten are enough");
    let sets = stage.journey.consent_save_set("第0组".into(), words(&["CMB"])).await.unwrap();
    assert_eq!((sets.len(), &sets[0].banks), (10, &words(&["CMB"])), "the same name replaces");
    assert_eq!(sets[1].banks, words(&["ICBC", "CCB"]), "each bank once, in the order chosen");
    stage.journey.consent_forget_set("第1组".into()).await.unwrap();
    stage.restart().await;
    let kept = stage.journey.consent_banks().await.unwrap().sets;
    assert_eq!(kept.len(), 9, "they are there after a restart, without the forgotten one");
}
