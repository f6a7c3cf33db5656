//! A report is open to one person, while they are there: everything that closes it, in the real window.

use std::{fs, time::Duration};

use e2e::{
    Step, Stuck,
    dialog::Dialog,
    session::until,
    stage::Stage,
    tray::Tray,
    walk::{PASSWORD, PAST_THE_END, Walk},
};

#[test]
fn a_report_closes_when_its_person_leaves_and_opens_for_nobody_else() {
    let folder = std::env::temp_dir().join(format!("mingxia-closed-{}", std::process::id()));
    let tray = Tray::start().expect("the desktop has a tray");
    let stage = Stage::set(&folder).expect("the demonstration starts");
    let mut walk = Walk::new(stage, None, |_| {});
    let closed = walk
        .to_the_report()
        .and_then(|()| wrong_passwords(&mut walk))
        .and_then(|()| leaving(&mut walk, &tray))
        .and_then(|()| asleep_past_the_end(&mut walk));
    if let Err(stuck) = closed {
        panic!("{stuck}\nthe logs say:\n{}", walk.stage.logs());
    }
    let logs = walk.stage.logs();
    assert!(!logs.contains("-CRITICAL **"), "the window system complains: {logs}");
    drop(walk);
    fs::remove_dir_all(&folder).expect("the test owns its folder");
}

/// Five tries, then a wait that neither a restart nor a call past the screen shortens.
fn wrong_passwords(walk: &mut Walk) -> Step {
    let page = walk.stage.page()?;
    page.press("home-next")?;
    for said in ["还可以试 4 次", "还可以试 3 次", "还可以试 2 次", "再错一次，就要等待"] {
        page.fill("password-field", "not-the-password-1")?;
        page.press("unlock-submit")?;
        page.reads("unlock-tries", said)?;
    }
    page.fill("password-field", "not-the-password-1")?;
    page.press("unlock-submit")?;
    page.see("unlock-wait")?;

    walk.stage.kill();
    let page = walk.stage.open()?;
    page.press("home-next")?;
    page.see("unlock-wait")?;
    // The screen asks for no password now; a page that asks all the same is refused, also with the right one.
    let bytes = PASSWORD.as_bytes();
    let said =
        page.asks(&format!("window.__TAURI_INTERNALS__.invoke('plugin:unlock|open', new Uint8Array({bytes:?}))"))?;
    if !said.as_str().is_some_and(|said| said.starts_with("threw: ") && said.contains("password_wait")) {
        return Err(Stuck::Wrong(format!("the wait after five wrong passwords was passed: {said}")));
    }

    // The first wait is over; the sixth wrong one brings a longer one.
    walk.stage.phone()?.let_pass(Duration::from_secs(61))?;
    let page = walk.stage.page()?;
    page.press("nav-home")?;
    page.press("home-next")?;
    page.fill("password-field", "not-the-password-1")?;
    page.press("unlock-submit")?;
    page.see("unlock-wait")?;
    walk.stage.phone()?.let_pass(Duration::from_secs(301))?;
    walk.stage.page()?.press("nav-home")?;
    walk.unlock()
}

/// The person presses the keys for it or chooses it at the tray, the session is locked, the screen is, the machine sleeps:
/// each closes an open report at once.
fn leaving(walk: &mut Walk, tray: &Tray) -> Step {
    walk.lock_by(|_| Dialog::named("名下")?.keys(&["ctrl+l"]))?;
    walk.unlock()?;
    walk.lock_by(|_| tray.choose("立即锁定"))?;
    walk.unlock()?;
    walk.lock_by(|stage| stage.machine.lock_session())?;
    walk.unlock()?;
    walk.lock_by(|stage| stage.machine.lock_screen())?;
    walk.unlock()?;
    // The machine sleeps only once the report is closed.
    walk.lock_by(|stage| stage.machine.sleep())?;
    walk.stage.machine.wake()?;
    walk.unlock()
}

/// The lid is shut on an open report and lifted after its end: it is gone, without a restart and without a password.
fn asleep_past_the_end(walk: &mut Walk) -> Step {
    walk.lock_by(|stage| stage.machine.sleep())?;
    walk.stage.phone()?.let_pass(PAST_THE_END)?;
    walk.stage.machine.wake()?;
    let page = walk.stage.page()?;
    page.press("record-*")?;
    page.reads("record-say", "报告已过期")?;
    keep_the_consent(walk)
}

/// The copy of the consent goes where the person says, through the system's own dialog, and nowhere else.
fn keep_the_consent(walk: &mut Walk) -> Step {
    let page = walk.stage.page()?;
    let nobody = "{ query_id: '5f0c1e0a-8f1d-4a63-9f0e-0a3f3a1f0b11', path: '/tmp/elsewhere' }";
    let said = page.asks(&format!("window.__TAURI_INTERNALS__.invoke('plugin:consent|save', {nobody})"))?;
    if !said.as_str().is_some_and(|said| said.contains("not_found")) {
        return Err(Stuck::Wrong(format!("a consent that never was could be kept: {said}")));
    }
    let place = walk.stage.folder().join("consent.json");
    page.press("record-consent")?;
    page.press("consent-export")?;
    Dialog::named("授权书")?.dismiss()?;
    page.press("consent-export")?;
    Dialog::named("授权书")?.choose(&place)?;
    let text = until("the kept consent", || Ok(fs::read_to_string(&place).ok()))?;
    for part in ["\"jws\"", "\"salt\"", "\"name_zh\"", "\"text\""] {
        if !text.contains(part) {
            return Err(Stuck::Wrong(format!("the kept consent has no {part}")));
        }
    }
    Ok(())
}
