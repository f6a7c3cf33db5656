//! The app as it was installed, walked through by the keys alone: a release lets nobody drive its window.
//!
//! `installed PROGRAM HOME PICTURES`: a newcomer's first start, the demonstration they ask for, a second start beside
//! it, and that nothing runs once the window is closed. HOME is kept, to be opened again after an upgrade.
#![expect(clippy::print_stdout, reason = "a guide speaks")]

use std::{
    fs,
    net::TcpStream,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use e2e::{Step, Stuck, dialog::Dialog, newcomer::Newcomer, session::until};

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
    keep(if known { "4-again.png" } else { "3-demonstration.png" }, window.settled()?)?;
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
