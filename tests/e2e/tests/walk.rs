//! All nine acts in the real window, with the real keychain and the whole federation.

use e2e::{stage::Stage, walk::Walk};

#[test]
fn nine_acts_from_a_new_device_to_the_record_that_stays() {
    let folder = std::env::temp_dir().join(format!("mingxia-walk-{}", std::process::id()));
    let stage = Stage::set(&folder).expect("the demonstration starts");
    let mut walk = Walk::new(stage, None, |_| {});
    if let Err(stuck) = walk.all() {
        panic!("{stuck}\nthe logs say:\n{}", walk.stage.logs());
    }
    let logs = walk.stage.logs();
    assert!(logs.contains("operation"), "the federation logs what it does");
    assert!(!logs.contains("-CRITICAL **"), "the window system complains: {logs}");
    let kept = walk.stage.kept_by_the_web_view();
    assert!(!kept.is_empty(), "the web view keeps its salts, in the place that is searched");
    for private in walk.private() {
        assert!(!logs.contains(private.as_str()), "a log holds something only the person may know");
        let found = kept.windows(private.len()).any(|bytes| bytes == private.as_bytes());
        assert!(!found, "the web view keeps something only the person may know");
    }
    drop(walk);
    std::fs::remove_dir_all(&folder).expect("the walk owns its folder");
}
