//! The letter to the bank: printed from the real window through the system's own dialog, into a file.

use std::{fs, path::Path, process::Command};

use e2e::{Step, Stuck, dialog::Dialog, session::until, stage::Stage, walk::Walk};

/// What the dialog calls it.
const TITLE: &str = "异议书";

/// The file it becomes where the person changes nothing.
const FILE: &str = "mingxia-letter.pdf";

#[test]
fn a_letter_goes_where_its_person_says_and_a_lock_takes_the_question_away() {
    let folder = std::env::temp_dir().join(format!("mingxia-letter-{}", std::process::id()));
    let stage = Stage::set(&folder).expect("the demonstration starts");
    let mut walk = Walk::new(stage, None, |_| {});
    let printed = walk
        .to_the_report()
        .and_then(|()| walk.unlock())
        .and_then(|()| to_the_letter(&walk))
        .and_then(|()| put_away(&walk.stage))
        .and_then(|()| refused(&walk.stage))
        .and_then(|()| into_a_file(&walk.stage))
        .and_then(|()| locked(&mut walk));
    if let Err(stuck) = printed {
        panic!("{stuck}\nthe logs say:\n{}", walk.stage.logs());
    }
    let logs = walk.stage.logs();
    assert!(!logs.contains("-CRITICAL **"), "the window system complains: {logs}");
    drop(walk);
    fs::remove_dir_all(&folder).expect("the test owns its folder");
}

fn to_the_letter(walk: &Walk) -> Step {
    let page = walk.stage.page()?;
    page.press("card-*")?;
    page.press("mark-not_mine")?;
    page.press("letter-open")
}

/// The dialog is put away: nothing is printed, and nothing is said of it.
fn put_away(stage: &Stage) -> Step {
    stage.page()?.press("letter-print")?;
    Dialog::named(TITLE)?.dismiss()?;
    stage.page()?.see_no_more("refusal")?;
    let left = fs::read_dir(stage.documents()).expect("the test owns its folder").count();
    if left == 0 { Ok(()) } else { Err(Stuck::Wrong(format!("{left} files were printed"))) }
}

/// The folder goes while the person is asked: the letter stays, and why nothing came of it is said.
fn refused(stage: &Stage) -> Step {
    let folder = stage.documents().join("letters");
    fs::create_dir(&folder).expect("the test owns its folder");
    stage.page()?.press("letter-print")?;
    let dialog = Dialog::named(TITLE)?;
    dialog.settled()?;
    dialog.steps(&["Tab", "Tab", "space"])?;
    Dialog::named("filename")?.choose(&folder.join(FILE))?;
    fs::remove_dir(&folder).expect("nothing is in it before it is printed");
    dialog.keys(&["alt+p"])?;
    dialog.gone()?;
    stage.page()?.refused("not_printed")
}

/// One sheet: the masked number and the end it can be printed until, no whole number and nothing of other pages.
fn into_a_file(stage: &Stage) -> Step {
    stage.page()?.press("refusal-way")?;
    prints(Dialog::named(TITLE)?)?;
    let file = stage.documents().join(FILE);
    let text = until("the printed letter", || Ok(words(&file)))?;
    stage.page()?.see_no_more("refusal")?;
    let number = |text: &str| text.split(|letter: char| !letter.is_ascii_digit() && letter != '*').any(masked);
    let long = text.split(|letter: char| !letter.is_ascii_digit()).any(|run| run.len() >= 9);
    let sheets = text.matches('\u{c}').count();
    if number(&text) && !long && sheets == 1 && text.contains("24:00") {
        return Ok(());
    }
    Err(Stuck::Wrong(format!("the letter is another: {text}")))
}

/// The session is locked while the person is asked for a printer: dialog, page and its process are gone at once.
fn locked(walk: &mut Walk) -> Step {
    walk.stage.page()?.press("letter-print")?;
    let dialog = Dialog::named(TITLE)?;
    walk.lock_by(|stage| stage.machine.lock_session())?;
    dialog.gone()
}

/// The only printer there is, the file, by the keys.
fn prints(dialog: Dialog) -> Step {
    dialog.settled()?;
    dialog.steps(&["Tab", "space"])?;
    dialog.gone()
}

/// Six or four digits, stars, four digits.
fn masked(run: &str) -> bool {
    run.len() >= 12 && run.ends_with(|last: char| last.is_ascii_digit()) && run.contains("****")
}

/// The words of a PDF, a form feed after each sheet; none before it is whole.
fn words(file: &Path) -> Option<String> {
    let said = Command::new("pdftotext").args([file, Path::new("-")]).output().ok()?;
    said.status.success().then(|| String::from_utf8(said.stdout).ok()).flatten()
}
