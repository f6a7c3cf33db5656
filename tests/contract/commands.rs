//! Every command a page can call: its name, what it takes, what it gives. The types named here are the generated ones.

use std::collections::BTreeMap;

use crate::capabilities::house;

/// The commands of one act as written: name, arguments of the page, answer.
fn commands(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in source.split("#[tauri::command").skip(1) {
        let Some((_, part)) = part.split_once("fn ") else { continue };
        let Some((head, _)) = part.split_once(" {\n") else { continue };
        // A lifetime is no argument.
        let head = head.split_whitespace().collect::<Vec<_>>().join(" ").replace("'_, ", "");
        let (name, rest) = head.split_once('(').unwrap();
        let (arguments, answer) = rest.split_once(')').unwrap();
        let given_by_tauri =
            |argument: &&str| !["Core", "AppHandle", "Window", "State"].iter().any(|own| argument.contains(own));
        let arguments: Vec<_> = arguments
            .split(", ")
            .map(|one| one.trim_end_matches(','))
            .filter(|one| !one.is_empty())
            .filter(given_by_tauri)
            .collect();
        found.push(format!("{}({}){answer}", name.split('<').next().unwrap_or(name), arguments.join(", ")));
    }
    found
}

/// The commands of every act, by its name.
fn acts() -> BTreeMap<String, Vec<String>> {
    let files = std::fs::read_dir(house().join("src-tauri/src/commands")).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| (file.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&file).unwrap()))
        .map(|(act, source)| (act, commands(&source)))
        .filter(|(_, commands)| !commands.is_empty())
        .collect()
}

#[test]
fn pages_call_these_and_nothing_else() {
    let acts = acts();
    assert!(acts.len() >= 9, "a command for every act");
    insta::assert_json_snapshot!(acts);
}

#[test]
fn every_command_has_a_permission_of_its_own_and_every_permission_a_command() {
    let build = std::fs::read_to_string(house().join("src-tauri/build.rs")).unwrap();
    let table = build.split("const ACTS").nth(1).and_then(|rest| rest.split("];").next()).unwrap();
    let mut written = BTreeMap::new();
    for line in table.split('(') {
        let mut words = line.split('"').skip(1).step_by(2).map(str::to_owned);
        if let Some(act) = words.next() {
            written.insert(act, words.collect::<Vec<_>>());
        }
    }
    let mut said: BTreeMap<String, Vec<String>> = acts()
        .into_iter()
        .map(|(act, commands)| (act, commands.iter().map(|one| one.split('(').next().unwrap().to_owned()).collect()))
        .collect();
    for commands in said.values_mut().chain(written.values_mut()) {
        commands.sort();
    }
    assert_eq!(written, said, "a command without a permission, or a permission without a command");
}
