//! One report: submitted, collected from 28 banks, unlocked, read, ended.

use std::time::{Duration, Instant};

use demo_world::Fault;
use journey::Mark;

use crate::figures::Figures;
use crate::stage::{PASSWORD, Stage, secret};
use crate::walk;

/// Past the end of any report.
const PAST_THE_END: Duration = Duration::from_secs(9 * 24 * 3600);

/// Asks for a report again and again, with one bank late or none.
pub(crate) async fn measure(figures: &mut Figures, case: &str, late: Option<&str>, runs: usize) {
    for _ in 0..runs {
        let stage = Stage::enrolled().await;
        if let Some(bank) = late {
            stage.world.set_fault(&bank.parse().unwrap(), Some(Fault::Late)).unwrap();
        }
        walk::agree_and_verify(&stage.journey, &stage.world).await;
        let running = tokio::spawn({
            let journey = stage.journey.clone();
            async move { journey.run().await }
        });

        let submitted = Instant::now();
        stage.journey.apply_submit().await.unwrap();
        figures.take(&format!("{case}: submit to accepted"), submitted.elapsed());
        stage.until_ready().await;
        let complete = submitted.elapsed();
        figures.take(&format!("{case}: submit to complete report"), complete);
        let slowest = stage.slowest_bank().await;
        figures.take(&format!("{case}: the slowest bank, as the gateway saw it"), slowest);
        figures.take(&format!("{case}: what is not the slowest bank"), complete.saturating_sub(slowest));
        running.abort();
        if late.is_none() {
            read_and_end(figures, &stage).await;
        }
        stage.world.stop().await;
    }
}

/// What the device does on its own with a whole report.
async fn read_and_end(figures: &mut Figures, stage: &Stage) {
    let began = Instant::now();
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    figures.take("unlocking with the viewing password", began.elapsed());

    let began = Instant::now();
    let report = stage.journey.read_report().await.unwrap();
    figures.take("opening a report of 28 banks", began.elapsed());
    assert_eq!(report.banks.iter().filter(|bank| bank.outcome.is_some()).count(), 28, "what was measured was whole");

    let card = report.banks.iter().flat_map(|bank| &bank.cards).next().unwrap().id.clone();
    let began = Instant::now();
    stage.journey.read_mark(card, Some(Mark::Mine)).await.unwrap();
    figures.take("marking a card of it", began.elapsed());

    stage.world.pass(PAST_THE_END).unwrap();
    let began = Instant::now();
    let refused = stage.journey.read_report().await;
    figures.take("ending a report whose time is over", began.elapsed());
    assert!(refused.is_err(), "what was measured was an end");
}
