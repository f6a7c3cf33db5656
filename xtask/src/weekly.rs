//! The slow looks, once a week: what the house is built on, parsers fed with noise, checks changed one place at a
//! time, and the loops that take hours. Everything is tried even where something failed before.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    desktop::Desktop,
    machine::{self, Purpose},
    pages, say,
    step::{self, Failure, cargo, npm},
    tally::Tally,
    targets::{self, Kit},
    tool, wine,
};

/// What `cargo xtask weekly` takes.
const USAGE: &str = "cargo xtask weekly [deny] [screens] [systems] [fuzz] [mutants] [loops]

  deny     known weaknesses, licences, bans and sources of what the house is built on
  screens  every screen in every variant searched for barriers; the day looks at some
  systems  the app type-checked for the systems this is not, and the core's tests on Windows, under Wine
  fuzz     every parser that takes outside bytes, MINGXIA_FUZZ_SECONDS each (60)
  mutants  protocol's checks and the vault's deadlines, changed one place at a time: an eighth of all
           places each week, or MINGXIA_MUTANTS (0/1 is all of them)
  loops    a thousand kills of the gateway, two hundred of the app, a thousand new walks of a query
Without a name: all of them.";

/// One part of the week: its name and what it does.
type Part = (&'static str, fn(&mut Tally) -> Result<(), Failure>);

/// The parts, quickest first.
const PARTS: [Part; 6] = [
    ("deny", deny),
    ("screens", screens),
    ("systems", systems),
    ("fuzz", fuzz),
    ("mutants", mutants),
    ("loops", loops),
];

/// Runs the parts that are named, or all.
pub(crate) fn everything(rest: &[String]) -> Result<(), Failure> {
    if !rest.iter().all(|word| PARTS.iter().any(|(name, _)| word == name)) {
        return Err(Failure::Usage(USAGE));
    }
    machine::prepare(Purpose::Look)?;
    let mut tally = Tally::default();
    for (name, part) in PARTS {
        if rest.is_empty() || rest.iter().any(|word| word == name) {
            part(&mut tally)?;
        }
    }
    tally.close()
}

/// deny.toml gives every exception its reason. The list of known weaknesses comes over the network.
fn deny(tally: &mut Tally) -> Result<(), Failure> {
    tally.count(step::run(
        "licences, bans, sources",
        tool::DENY.command()?.args(["check", "licenses", "bans", "sources"]),
    ));
    let known = step::run("the list of known weaknesses", tool::DENY.command()?.args(["fetch", "db"]));
    if known.is_ok() {
        let mut check = tool::DENY.command()?;
        tally.count(step::run("known weaknesses", check.args(["check", "--disable-fetch", "advisories"])));
    } else {
        say::detail("the list cannot be reached from here: known weaknesses were NOT looked for");
        tally.skipped += 1;
    }
    Ok(())
}

/// Sizes, languages, themes, elder mode and the largest text, all of them.
fn screens(tally: &mut Tally) -> Result<(), Failure> {
    pages::tools()?;
    let mut look = npm(["run", "--silent", "look"]);
    tally.run("every screen in every variant", look.env("NO_COLOR", "1").env("MINGXIA_VARIANTS", "all"))
}

/// What can be said here of a telephone, a Mac and Windows.
fn systems(tally: &mut Tally) -> Result<(), Failure> {
    tally.count(targets::check(&[]));
    wine::tests(&Kit::ready()?, tally)
}

/// Every target begins with its seeds, which are the recorded formats; what it finds new stays in target/fuzz.
fn fuzz(tally: &mut Tally) -> Result<(), Failure> {
    let house = step::root().join("tests/fuzz");
    let found = step::target().join("fuzz");
    let seconds = std::env::var("MINGXIA_FUZZ_SECONDS").unwrap_or_else(|_| "60".to_owned());
    for target in names(&house.join("targets"))? {
        let (corpus, seeds) = (found.join("corpus").join(&target), house.join("seeds").join(&target));
        fs::create_dir_all(&corpus).map_err(step::file(&corpus))?;
        let mut run = tool::FUZZ.command()?;
        // No sanitizer: outside of `device` there is no unsafe code, and so the compiler of every day is enough.
        run.args(["run", "--sanitizer", "none", "--fuzz-dir"]).arg(&house).arg("--target-dir").arg(&found);
        run.arg(&target).args([&corpus, &seeds]).args([
            "--",
            &format!("-max_total_time={seconds}"),
            "-print_final_stats=1",
        ]);
        tally.count(step::run(&format!("noise for {target}, {seconds} s"), &mut run));
    }
    Ok(())
}

/// A change no test notices is counted as failed; `.cargo/mutants.toml` says where changes are made.
fn mutants(tally: &mut Tally) -> Result<(), Failure> {
    let folder = step::target().join("mutants");
    fs::create_dir_all(&folder).map_err(step::file(&folder))?;
    let mut run = tool::MUTANTS.command()?;
    run.args(["--package", "protocol", "--package", "vault", "--shard", &shard(), "--output"]).arg(&folder);
    // What it says by its exit stands in its lists too.
    let ran = step::run("changes one at a time", &mut run);
    let listed = |name: &str| lines(&folder.join("mutants.out").join(name));
    let (caught, missed) = (listed("caught.txt") + listed("timeout.txt"), listed("missed.txt"));
    if caught + missed == 0 {
        tally.count(ran);
    }
    tally.passed += caught;
    tally.failed += missed;
    Ok(())
}

/// Which part of all places: all of them take half a day, so each week has its eighth.
fn shard() -> String {
    std::env::var("MINGXIA_MUTANTS").unwrap_or_else(|_| {
        let said = Command::new("date").arg("+%V").output().map(|said| said.stdout).unwrap_or_default();
        let week: u32 = String::from_utf8_lossy(&said).trim().parse().unwrap_or_default();
        format!("{}/8", week % 8)
    })
}

/// The tests of every day that are killed fifty times, killed more often.
fn loops(tally: &mut Tally) -> Result<(), Failure> {
    let desktop = Desktop::private()?;
    let mut gateway = cargo(["test", "--package", "gateway", "--test", "kill"]);
    tally.run("a thousand kills of the gateway", gateway.env("MINGXIA_KILLS", "1000"))?;
    let mut app = cargo(["test", "--package", "house-tests", "--test", "journey", "--", "kills::"]);
    desktop.enter(&mut app);
    tally.run("two hundred kills of the app", app.env("MINGXIA_KILLS", "200"))?;
    let mut walks = cargo(["test", "--package", "house-tests", "--test", "journey", "--", "states::"]);
    tally.run("a thousand new walks from each place of a query", walks.env("PROPTEST_CASES", "1000"))
}

/// The names of the Rust files of a folder, in order.
fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let files: Vec<PathBuf> =
        fs::read_dir(folder).map_err(step::file(folder))?.flatten().map(|entry| entry.path()).collect();
    let rust = files.iter().filter(|file| file.extension() == Some(OsStr::new("rs")));
    let mut names: Vec<String> =
        rust.filter_map(|file| file.file_stem()).map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    Ok(names)
}

/// How many lines a list has; none where it was not written.
fn lines(file: &Path) -> u32 {
    let text = fs::read_to_string(file).unwrap_or_default();
    u32::try_from(text.lines().count()).unwrap_or(u32::MAX)
}
