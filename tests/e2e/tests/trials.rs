//! One query through everything that can fail on its way: the federation away at each act, slow banks, a power cut.

use std::fs;

use e2e::{Step, Stuck, stage::Stage, walk::Walk};

/// How many banks the demonstration has, and each is asked.
const BANKS: &str = "28";

#[test]
fn a_query_ends_whole_whatever_fails_on_its_way() {
    let folder = std::env::temp_dir().join(format!("mingxia-trials-{}", std::process::id()));
    let stage = Stage::set(&folder).expect("the demonstration starts");
    let mut walk = Walk::with_trials(stage);
    if let Err(stuck) = walk.to_the_report().and_then(|()| walk.unlock()).and_then(|()| whole(&walk)) {
        panic!("{stuck}\nthe logs say:\n{}", walk.stage.logs());
    }
    drop(walk);
    fs::remove_dir_all(&folder).expect("the test owns its folder");
}

/// Every bank's section is there, once.
fn whole(walk: &Walk) -> Step {
    let page = walk.stage.page()?;
    let report = page.asks("window.__TAURI_INTERNALS__.invoke('plugin:read|report')")?;
    let mut banks: Vec<&str> =
        report["report"]["banks"].as_array().into_iter().flatten().filter_map(|bank| bank["bank"].as_str()).collect();
    let all = banks.len();
    banks.sort_unstable();
    banks.dedup();
    if all.to_string() != BANKS || banks.len() != all {
        return Err(Stuck::Wrong(format!("{all} sections of {} banks came of {BANKS}", banks.len())));
    }
    Ok(())
}
