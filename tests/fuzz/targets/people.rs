//! People of the demonstration from a file somebody else wrote.

#![no_main]

use std::sync::LazyLock;

use demo_world::People;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder for a file"));

fuzz_target!(|data: &[u8]| {
    std::fs::write(FOLDER.path().join("people.json"), data).expect("the file is written");
    let Ok(people) = People::read(Some(FOLDER.path())) else { return };
    for person in people.all() {
        assert!(person.identity().is_some(), "a person was taken who cannot be looked up");
    }
});
