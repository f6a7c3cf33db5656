//! The app as it was installed, walked through by the keys alone: a release lets nobody drive its window.
//!
//! `installed PROGRAM HOME PICTURES`: a newcomer's first start, the demonstration they ask for and enrol in, a second start
//! beside it, and that nothing runs once the window is closed. HOME is kept, to be opened again after an upgrade: the
//! same person is still enrolled then, and erases this device.
#![expect(clippy::print_stdout, reason = "a guide speaks")]

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use e2e::{Step, Stuck, buses::secrets, dialog::Dialog, newcomer::Newcomer, phone::code_in, session::until};

/// The demonstration's items in the keychain.
const SERVICE: &str = "cn.mingxia.app.demo";

/// Keys of the device, of checks and of the database, a pepper, the counter of tries and the clock's mark.
const ENROLLED: usize = 6;

/// From the top of the settings to "erase this device", their last entry.
const TO_ERASE: usize = 13;

/// Between two letters.
const PACE: Duration = Duration::from_millis(40);

/// The demonstration's window, in whichever language this desktop speaks.
const DEMO: &str = "演示|demonstration";

fn main() -> ExitCode {
    let words: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [program, home, pictures] = &words[..] else {
        println!("installed PROGRAM HOME PICTURES");
        return ExitCode::from(2);
    };
    match walk(program, home, pictures) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stuck) => {
            println!("  stuck: {stuck}");
            ExitCode::FAILURE
        }
    }
}

fn walk(program: &Path, home: &Path, pictures: &Path) -> Step {
    fs::create_dir_all(pictures).map_err(|error| Stuck::Io { what: pictures.display().to_string(), error })?;
    let keep = |name: &str, picture: Vec<u8>| {
        let file = pictures.join(name);
        fs::write(&file, picture).map_err(|error| Stuck::Io { what: file.display().to_string(), error })
    };
    let known = home.join("data/mingxia-demo-world").exists();
    let mut newcomer = if known { Newcomer::again(home) } else { Newcomer::at(home)? };
    if known {
        println!("  the demonstration of before");
        newcomer.launch(program, &["--demo"])?;
    } else {
        first_start(&mut newcomer, program, keep)?;
    }
    let window = Dialog::named(DEMO)?;
    let gateway = until("the demonstration's federation", || {
        Ok(newcomer.gateway().filter(|gateway| TcpStream::connect(gateway).is_ok()))
    })?;
    keep(if known { "5-again.png" } else { "3-demonstration.png" }, window.settled()?)?;
    let lived = if known { erase(&newcomer, &window, keep) } else { enrol(&newcomer, &window) };
    keep(
        if lived.is_err() {
            "stuck.png"
        } else if known {
            "7-erased.png"
        } else {
            "4-enrolled.png"
        },
        window.settled()?,
    )?;
    lived?;
    newcomer.starts_again(program, &["--demo"])?;
    window.keys(&["alt+F4"])?;
    until("the federation to go with its app", || Ok(TcpStream::connect(&gateway).is_err().then_some(())))?;
    println!("  closed, and nothing runs any more");
    Ok(())
}

/// Three pages that explain, skipped by the keys, then the demonstration.
fn first_start(newcomer: &mut Newcomer, program: &Path, keep: impl Fn(&str, Vec<u8>) -> Step) -> Step {
    let started = Instant::now();
    newcomer.launch(program, &[])?;
    let window = Dialog::named("名下|Mingxia")?;
    println!("  {} ms from the start of the program to its window", started.elapsed().as_millis());
    keep("1-first-start.png", window.settled()?)?;
    // Past what stands on every screen, then to the first thing of this one.
    window.keys(&["Tab", "Return", "Tab", "Return"])?;
    keep("2-choose.png", window.settled()?)?;
    if newcomer.gateway().is_some() {
        return Err(Stuck::Wrong("the demonstration runs before anybody asked for it".to_owned()));
    }
    window.keys(&["Tab", "Return"])?;
    until("the app to leave for its demonstration", || Ok(newcomer.ended().then_some(())))
}

/// Enrols the demonstration's person: every entry typed, the code read from their telephone.
fn enrol(newcomer: &Newcomer, window: &Dialog) -> Step {
    let phone = newcomer.phone()?;
    let person = phone.person()?;
    let entry = |name: &str| person[name].as_str().unwrap_or_default().to_owned();
    let type_in = |text: &str| window.types(text, PACE);
    // Past what stands on every screen, then to the one thing this one asks for.
    window.steps(&["Tab", "Return", "Tab", "Return"])?;
    window.settled()?;
    // Past the way back, then from field to field; the kind of document stays as it is.
    window.steps(&["Tab", "Tab"])?;
    type_in(&entry("name"))?;
    window.steps(&["Tab"])?;
    type_in(&entry("mobile"))?;
    window.steps(&["Tab", "Tab"])?;
    type_in(&entry("id_number"))?;
    window.steps(&["Tab"])?;
    type_in(&entry("card_number"))?;
    window.steps(&["Return"])?;
    let message = until("the code on the telephone", || Ok(phone.messages(&entry("mobile"))?.pop()))?;
    window.settled()?;
    type_in(&code_in(&message))?;
    window.settled()?;
    window.steps(&["Tab"])?;
    type_in("osmanthus tea")?;
    window.steps(&["Return"])?;
    window.settled()?;
    // A phrase it stays; past that choice.
    window.steps(&["Tab", "Tab"])?;
    type_in("correct horse battery")?;
    window.steps(&["Tab"])?;
    type_in("correct horse battery")?;
    window.steps(&["Return"])?;
    until("the vault's keys in the keychain", || Ok((secrets(SERVICE)? >= ENROLLED).then_some(())))?;
    println!("  enrolled by the keys: {} items in the keychain", secrets(SERVICE)?);
    Ok(())
}

/// Erases this device, in the settings: neither the keychain nor the folder keeps anything of anybody.
fn erase(newcomer: &Newcomer, window: &Dialog, keep: impl Fn(&str, Vec<u8>) -> Step) -> Step {
    let before = secrets(SERVICE)?;
    if before < ENROLLED || !newcomer.kept()?.iter().any(|name| name == "mingxia.db") {
        return Err(Stuck::Wrong(format!("after the upgrade {before} items in the keychain, {:?}", newcomer.kept()?)));
    }
    window.steps(&["ctrl+comma"])?;
    window.settled()?;
    window.steps(&["Tab"; TO_ERASE])?;
    window.steps(&["Return"])?;
    keep("6-erase.png", window.settled()?)?;
    window.steps(&["shift+Tab", "Return"])?;
    until("the keychain to be empty", || Ok((secrets(SERVICE)? == 0).then_some(())))?;
    until("the folder to be empty", || Ok(newcomer.kept()?.is_empty().then_some(())))?;
    println!("  erased: {before} items of the keychain and every file of the folder are gone");
    Ok(())
}
