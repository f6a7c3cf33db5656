//! The table of states: in every state each command that is not listed is refused, and the state stays.

use demo_world::Scenario;
use journey::ErrorCode::{self, *};
use journey::view::QueryState;
use protocol::code::FactorKind;
use protocol::id::QueryId;

use crate::stage::{PASSWORD, Stage, code, secret};

/// Every command on the query and how it must be refused in one state.
struct Refused {
    agree: ErrorCode,
    verify: ErrorCode,
    submit: ErrorCode,
    cancel: ErrorCode,
    retry: ErrorCode,
    read: ErrorCode,
}

async fn state(stage: &Stage) -> Option<QueryState> {
    stage.journey.settings_home().await.unwrap().query.map(|query| query.state)
}

impl Refused {
    async fn holds(&self, stage: &Stage, at: Option<QueryState>, listed: &[&str]) {
        let form = stage.consent(&["ICBC"]).await;
        let journey = &stage.journey;
        let stranger = QueryId::new();
        let said = [
            ("agree", code(journey.consent_agree(form).await), self.agree),
            (
                "verify",
                if listed.contains(&"verify") {
                    Some(self.verify)
                } else {
                    code(journey.verify_start(FactorKind::Face).await)
                },
                self.verify,
            ),
            (
                "submit",
                if listed.contains(&"submit") { Some(self.submit) } else { code(journey.apply_submit().await) },
                self.submit,
            ),
            (
                "cancel",
                if listed.contains(&"cancel") { Some(self.cancel) } else { code(journey.apply_cancel().await) },
                self.cancel,
            ),
            ("retry", code(journey.collect_retry().await), self.retry),
            (
                "read",
                if listed.contains(&"read") { Some(self.read) } else { code(journey.read_report().await) },
                self.read,
            ),
            ("withdraw of another", code(journey.consent_withdraw(stranger).await), NoQuery),
            ("delete of another", code(journey.expire_delete_now(stranger).await), NoQuery),
        ];
        for (command, refused, expected) in said {
            assert_eq!(refused, Some(expected), "{command} is not an event of {at:?}");
        }
        assert_eq!(state(stage).await, at, "a refused command changes no state");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_listed_is_refused_and_changes_nothing() {
    let mut stage = Stage::in_scenario(Scenario::BankIsDown).await;
    stage.enrol("many").await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();

    // Idle: nothing to act on. (Agreeing is what begins, so it stands in for itself with a form that lacks a word.)
    assert_eq!(code(stage.journey.apply_submit().await), Some(NoQuery));
    assert_eq!(code(stage.journey.apply_cancel().await), Some(NoQuery));
    assert_eq!(code(stage.journey.collect_refresh().await), Some(NoQuery));
    assert_eq!(code(stage.journey.collect_retry().await), Some(NoQuery));
    assert_eq!(code(stage.journey.verify_start(FactorKind::Sms).await), Some(NoQuery));
    assert_eq!(code(stage.journey.read_report().await), Some(NoQuery));

    let before = Refused {
        agree: QueryLive,
        verify: WrongState,
        submit: FactorMissing,
        cancel: WrongState,
        retry: NotClosed,
        read: NoQuery,
    };
    stage.agree(&["ICBC", "CCB"]).await;
    before.holds(&stage, Some(QueryState::Prepared), &["verify", "cancel"]).await;
    stage.journey.verify_start(FactorKind::Face).await.unwrap();
    before.holds(&stage, Some(QueryState::Verifying), &["verify", "cancel"]).await;
    stage.journey.verify_evidence().await.unwrap();
    let messages = stage.world.messages().len();
    stage.journey.verify_start(FactorKind::Sms).await.unwrap();
    stage.journey.verify_confirm(stage.sms_code(messages).await).await.unwrap();

    let after = Refused {
        agree: QueryLive,
        verify: WrongState,
        submit: WrongState,
        cancel: WrongState,
        retry: NotClosed,
        read: NoQuery,
    };
    let form = stage.consent(&["ICBC"]).await;
    stage.cut();
    stage.journey.apply_submit().await.unwrap();
    assert_eq!(code(stage.journey.consent_agree(form).await), Some(QueryLive));
    assert_eq!(code(stage.journey.verify_start(FactorKind::Face).await), Some(WrongState));
    assert_eq!(
        code(stage.journey.apply_cancel().await),
        Some(WrongState),
        "once on its way it is withdrawn, not cancelled"
    );
    assert_eq!(code(stage.journey.collect_retry().await), Some(NotClosed));
    assert_eq!(code(stage.journey.read_report().await), Some(NoQuery));
    assert_eq!(state(&stage).await, Some(QueryState::Sending));
    stage.mend();
    stage.journey.collect_refresh().await.unwrap();

    after.holds(&stage, Some(QueryState::Collecting), &["read"]).await;
    stage.world.set_scenario(Scenario::AllWell).await.unwrap();
    stage.clock.advance(std::time::Duration::from_secs(120));
    stage.run();
    stage.until(QueryState::Ready).await;
    let ready = Refused { retry: RetryNoneOpen, ..after };
    ready.holds(&stage, Some(QueryState::Ready), &["read"]).await;
}
