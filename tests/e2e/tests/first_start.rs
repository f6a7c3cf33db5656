//! The app as a newcomer finds it: it says what it is before it asks anything, and shows its demonstration when asked.

use std::{fs, net::TcpStream};

use e2e::{Step, Stuck, dialog::Dialog, newcomer::Newcomer, session::until, stage::Stage};

#[test]
fn a_newcomer_is_told_what_this_is_and_is_shown_the_demonstration_when_they_ask() {
    let home = std::env::temp_dir().join(format!("mingxia-newcomer-{}", std::process::id()));
    let mut newcomer = Newcomer::at(&home).expect("a home can be made");
    let seen = broken_setup(&mut newcomer).and_then(|()| links(&newcomer)).and_then(|()| demonstration(&mut newcomer));
    drop(newcomer);
    seen.unwrap_or_else(|stuck| panic!("{stuck}"));
    fs::remove_dir_all(&home).expect("the test owns its folder");
}

/// What is wrong with the device's setup is told where it matters, never first.
fn broken_setup(newcomer: &mut Newcomer) -> Step {
    newcomer.set_up(r#"{"name":"北方联盟","address":"http://gw.example.cn","root":"x"}"#)?;
    let page = newcomer.start()?;
    page.see("start-page-1")?;
    if page.shows("refusal")? {
        return Err(Stuck::Wrong("an error came first".to_owned()));
    }
    page.press("start-skip")?;
    page.see("start-fault")?;
    if page.shows("enrol-begin")? {
        return Err(Stuck::Wrong("a setup that was refused leads to an enrolment".to_owned()));
    }
    Ok(())
}

/// Fault 46: what other programs hand over as a link opens the window that is there, and does nothing in it.
fn links(newcomer: &Newcomer) -> Step {
    let page = newcomer.page()?;
    let hostile = [
        "mingxia://query/../../etc/passwd".to_owned(),
        "mingxia://elsewhere.example/query/3f0c2b1e-0000-4000-8000-000000000000".to_owned(),
        "mingxia://query/3f0c2b1e-0000-4000-8000-000000000000?do=delete".to_owned(),
        format!("mingxia://query/{}", "a".repeat(100_000)),
    ];
    for link in hostile {
        newcomer.starts_again(&Stage::app(), &[&link])?;
        page.see("start-fault")?;
        if !page.asks("window.__TAURI_INTERNALS__.invoke('plugin:settings|link')")?.is_null() {
            let short: String = link.chars().take(80).collect();
            return Err(Stuck::Wrong(format!("{short} leads somewhere")));
        }
    }
    Ok(())
}

fn demonstration(newcomer: &mut Newcomer) -> Step {
    let page = newcomer.page()?;
    page.press("start-again")?;
    for n in 1..=3 {
        page.see(&format!("start-page-{n}"))?;
        page.press("start-next")?;
    }
    if newcomer.gateway().is_some() {
        return Err(Stuck::Wrong("the demonstration runs before anybody asked for it".to_owned()));
    }
    page.see("start-demo")?;
    // The app may be gone before the driver has said that it pressed; that it left is what counts.
    let _ = page.press("start-demo");
    newcomer.left()?;
    // In whichever language this desktop speaks.
    let window = Dialog::named("演示|demonstration")?;
    let gateway = until("the demonstration's federation", || {
        Ok(newcomer.gateway().filter(|gateway| TcpStream::connect(gateway).is_ok()))
    })?;
    window.keys(&["alt+F4"])?;
    until("the federation to go with its app", || Ok(TcpStream::connect(&gateway).is_err().then_some(())))
}
