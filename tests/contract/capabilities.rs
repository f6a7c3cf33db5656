//! What each window may do, and what its pages may load: as configured, whole.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) fn house() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn json(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

#[test]
fn each_window_may_do_this_and_nothing_else() {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(house().join("src-tauri/capabilities")).unwrap() {
        let mut capability = json(&entry.unwrap().path());
        assert_eq!(capability.get("remote"), None, "no page from elsewhere is ever given anything");
        let members = capability.as_object_mut().unwrap();
        members.remove("$schema");
        members.remove("description");
        let name = members.remove("identifier").unwrap().as_str().unwrap().to_owned();
        all.insert(name, capability);
    }
    insta::assert_json_snapshot!(all);
}

#[test]
fn the_pages_load_this_and_nothing_else() {
    let security = json(&house().join("tauri.conf.json"))["app"]["security"].clone();
    insta::assert_json_snapshot!(security);
}
