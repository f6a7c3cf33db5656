//! Nothing readable on disk: while the app runs with its report open, its folder tells a thief nothing.

use crate::stage::{PASSWORD, Stage, secret};
use crate::traces::{self, Trace};

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_of_an_app_with_its_report_open_can_be_given_to_anybody() {
    let mut stage = Stage::enrolled("many").await;
    stage.ready(&[]).await;
    stage.journey.unlock_open(secret(PASSWORD)).await.unwrap();
    let report = stage.journey.read_report().await.unwrap();
    let card = report.banks.iter().flat_map(|bank| &bank.cards).next().unwrap().id.clone();
    stage.journey.read_mark(card.clone(), Some(journey::view::Mark::NotMine)).await.unwrap();
    stage.journey.read_kit(card).await.unwrap();

    let person = stage.person("many");
    let mut traces = traces::identity(&person);
    traces.extend(traces::cards(&person));
    traces.push(Trace::text("the viewing password", std::str::from_utf8(PASSWORD).unwrap()));
    traces.push(Trace::text("the security phrase", "雨后山青"));
    for name in device::Keychain::list(&stage.keychain).unwrap() {
        let value = device::Keychain::get(&stage.keychain, &name).unwrap().unwrap();
        if value.len() == 32 {
            traces.push(Trace::secret(&name, &value));
        }
    }
    assert!(traces.len() > 20, "there is something to look for");
    traces::absent(&traces, stage.device.path());
    let databases = traces::files(stage.device.path());
    let databases = databases.iter().filter(|(file, _)| file.extension().is_some_and(|it| it == "db"));
    let mut met = 0;
    for (file, bytes) in databases {
        assert!(!bytes.starts_with(b"SQLite format 3"), "{} is not encrypted", file.display());
        met += 1;
    }
    assert_eq!(met, 2, "the database and the sections of the one query");
}
