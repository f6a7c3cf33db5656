//! What the largest report takes in the real window: from the press that unlocks it to its first rows, and whether the
//! wheel, the keys and the search keep up with the person. It measures and never judges: `cargo xtask bench window`,
//! docs/benchmarks.md.
//!
//! The whole federation and the whole app, walked through once; then started, unlocked and looked at again and again.
//! The keys and the wheel are the X server's, at their own pace, whether or not the window keeps up.
#![expect(clippy::print_stdout, reason = "a measurement speaks")]

mod figures;
mod people;

use std::{
    path::Path,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

use e2e::{
    Step, Stuck,
    dialog::Dialog,
    page::Page,
    session::until,
    stage::Stage,
    walk::{PASSWORD, Walk},
};
use serde_json::Value;

use figures::Figures;

/// How often the report is unlocked, unless `--runs` says otherwise.
const RUNS: usize = 5;

/// How long all banks may take together.
const COLLECTING: Duration = Duration::from_secs(600);

/// What the page counts and when.
const WATCH: &str = include_str!("watch.js");

/// A turned wheel, a held key, a quick typist.
const WHEEL: (usize, Duration) = (180, Duration::from_millis(16));
const HELD: (usize, Duration) = (120, Duration::from_millis(33));
const TYPIST: Duration = Duration::from_millis(60);
const TYPED: &str = "bank 39 1";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    let after = |name: &str| words.iter().position(|word| word == name).and_then(|place| words.get(place + 1));
    let runs = after("--runs").and_then(|runs| runs.parse().ok()).unwrap_or(RUNS);
    match measure(runs) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stuck) => {
            println!("  stuck: {stuck}");
            ExitCode::FAILURE
        }
    }
}

fn measure(runs: usize) -> Step {
    let folder = std::env::temp_dir().join(format!("mingxia-largest-{}", std::process::id()));
    let made = folder.join("made");
    people::write(&made).map_err(|error| Stuck::Io { what: made.display().to_string(), error })?;
    let (people, banks) = (made.join("people"), made.join("banks.csv"));
    let stage = Stage::set_with(
        &folder.join("world"),
        &["--people", &people.to_string_lossy(), "--banks", &banks.to_string_lossy()],
    )?;
    let mut walk = Walk::new(stage, None, |words| println!("  {words}"));
    walk.enrol()?;
    walk.consent()?;
    walk.verify()?;
    walk.apply()?;
    collected(&walk)?;
    let mut figures = Figures::default();
    for run in 1..=runs {
        // Newly started, as on the day the person is told that the result is there.
        walk.stage.kill();
        walk.stage.open()?;
        println!("  {run} of {runs}, load {}", load());
        unlock(&walk, &mut figures)?;
        scroll(&walk, &mut figures)?;
        keys(&walk, &mut figures)?;
        search(&walk, &mut figures)?;
    }
    figures.show();
    drop(walk);
    // What is left of it stands in a folder for what is temporary.
    let _ = std::fs::remove_dir_all(folder);
    Ok(())
}

/// So many banks may need longer than a step of a walk has.
fn collected(walk: &Walk) -> Step {
    let asked = Instant::now();
    while !walk.stage.page()?.shows("home-next")? {
        if asked.elapsed() > COLLECTING {
            return Err(Stuck::InVain("every bank's answer".to_owned()));
        }
        thread::sleep(Duration::from_millis(500));
    }
    println!("  {} banks answered in {} s", people::BANKS, asked.elapsed().as_secs());
    Ok(())
}

/// From the press to the first rows, and what of it went where.
fn unlock(walk: &Walk, figures: &mut Figures) -> Step {
    let page = walk.stage.page()?;
    page.press("home-next")?;
    page.fill("password-field", PASSWORD)?;
    page.asks(&format!("void (() => {{ {WATCH} }})()"))?;
    let before = walk.stage.processor_time();
    page.press("unlock-submit")?;
    let seen = until("the first rows", || {
        let seen = page.asks(
            "window.seen.shown ? (({ pressed, shown, calls }) => ({ pressed, shown, calls }))(window.seen) : null",
        )?;
        Ok((!seen.is_null()).then_some(seen))
    })?;
    let (pressed, shown) = (number(&seen["pressed"]), number(&seen["shown"]));
    let calls: Vec<&Value> = seen["calls"].as_array().into_iter().flatten().collect();
    let named = |name: &str| calls.iter().filter(|call| call["name"] == name).copied().collect::<Vec<_>>();
    let (opens, reports) = (named("unlock|open"), named("read|report"));
    let ([open], [report, ..]) = (&opens[..], &reports[..]) else {
        return Err(Stuck::Wrong(format!("not one unlocking and a report: {calls:?}")));
    };
    let opened = number(&open["answered"]);
    let at = |what: &str| number(&report[what]);
    figures.take(
        "cards in the report",
        "",
        count(page, "Number(document.querySelector('[data-row]').getAttribute('aria-setsize'))")?,
    );
    figures.take("press to first rows painted", "ms", shown - pressed);
    figures.take("of it the password's own cost, unlock and its check", "ms", opened - pressed);
    figures.take("open vault to first rows painted", "ms", shown - opened);
    figures.take("of it the core: every section opened and checked", "ms", at("answered") - opened);
    figures.take("of it reading the answer in the page", "ms", at("read") - at("answered"));
    figures.take("of it arranging and drawing", "ms", shown - at("read"));
    let (app, page_took) = walk.stage.processor_time();
    figures.take("processor time of the app, the password's among it", "ms", ms(app.saturating_sub(before.0)));
    figures.take("processor time of the page", "ms", ms(page_took.saturating_sub(before.1)));
    println!("  {:.0} ms, calls: {}", shown - pressed, said(&calls, pressed));
    settle(page)?;
    figures.take(
        "reports asked for",
        "",
        count(page, "window.seen.calls.filter(({ name }) => name === 'read|report').length")?,
    );
    figures.take("elements in the page", "", count(page, "document.querySelectorAll('*').length")?);
    Ok(())
}

/// The wheel turns over the list, sixty notches a second.
fn scroll(walk: &Walk, figures: &mut Figures) -> Step {
    let page = walk.stage.page()?;
    let window = Dialog::named("名下")?;
    page.asks("document.querySelector('.order').scrollIntoView()")?;
    let place = page.asks("(() => { const box = window.seen.pane().getBoundingClientRect(); return [box.x + box.width / 2, innerHeight - 200] })()")?;
    let place = (whole(&place[0]), whole(&place[1]));
    // One notch says how far one goes.
    page.asks("window.seen.watch()")?;
    window.turns(place, 1, Duration::ZERO)?;
    settle(page)?;
    let one = page.asks("window.seen.rest()")?;
    page.asks("window.seen.watch()")?;
    let (times, every) = WHEEL;
    window.turns(place, times, every)?;
    settle(page)?;
    let all = page.asks("window.seen.rest()")?;
    figures.take("wheel: notches sent", "", times as f64);
    figures.take("wheel: notches that arrived", "", number(&all["turned"]) / number(&one["turned"]));
    figures.take("wheel: notches scrolled by", "", number(&all["way"]) / number(&one["way"]));
    frames(figures, "wheel", &all);
    Ok(())
}

/// The arrow key held down: each press moves one row on.
fn keys(walk: &Walk, figures: &mut Figures) -> Step {
    let page = walk.stage.page()?;
    let window = Dialog::named("名下")?;
    page.asks("(window.seen.pane().scrollTop = 0, document.querySelector('.order').scrollIntoView())")?;
    settle(page)?;
    page.asks("document.querySelector('[data-row=\"0\"] button').focus()")?;
    page.asks("window.seen.watch()")?;
    let (times, every) = HELD;
    window.holds("Down", times, every)?;
    settle(page)?;
    let all = page.asks("window.seen.rest()")?;
    figures.take("held key: presses sent", "", times as f64);
    figures.take("held key: rows moved on", "", count(page, "window.seen.row()")?);
    frames(figures, "held key", &all);
    Ok(())
}

/// Somebody types quickly: every letter must stand there, and its result be drawn before long.
fn search(walk: &Walk, figures: &mut Figures) -> Step {
    let page = walk.stage.page()?;
    let window = Dialog::named("名下")?;
    page.asks("(document.querySelector('[data-testid=report-search]').focus(), window.seen.keys.length = 0, window.seen.watch())")?;
    window.types(TYPED, TYPIST)?;
    settle(page)?;
    let all = page.asks("window.seen.rest()")?;
    let typed = page.asks("document.querySelector('[data-testid=report-search]').value")?;
    figures.take("search: letters sent", "", TYPED.len() as f64);
    figures.take("search: letters that stand there", "", typed.as_str().map_or(0, str::len) as f64);
    let keys = page.asks("window.seen.keys")?;
    for key in keys.as_array().into_iter().flatten() {
        figures.take("search: key to result painted", "ms", number(key));
    }
    frames(figures, "search", &all);
    Ok(())
}

fn frames(figures: &mut Figures, what: &str, all: &Value) {
    let mut gaps: Vec<f64> = all["frames"].as_array().into_iter().flatten().map(number).collect();
    gaps.sort_by(f64::total_cmp);
    let last =
        |share: usize| gaps.get((gaps.len() * share).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default();
    figures.take(&format!("{what}: 95 of 100 frames within"), "ms", last(95));
    figures.take(&format!("{what}: longest gap between frames"), "ms", last(100));
    if what == "wheel" {
        figures.take("wheel: frames", "", gaps.len() as f64);
        figures.take("wheel: frames without a row at the foot", "", number(&all["blank"]));
    }
}

/// Until nothing has moved, been asked or been typed for a while.
fn settle(page: Page<'_>) -> Step {
    let now = "[window.seen.top(), window.seen.calls.filter((call) => !call.read).length, window.seen.calls.length, \
               window.seen.row(), window.seen.keys.length].join()";
    let mut before = String::new();
    let mut same = 0;
    until("the page to rest", || {
        let said = page.asks(now)?.to_string();
        same = if said == before { same + 1 } else { 0 };
        before = said;
        Ok((same >= 8).then_some(()))
    })
}

/// The calls of the page, each with when it was sent, answered and read after the press.
fn said(calls: &[&Value], pressed: f64) -> String {
    let one = |call: &&Value| {
        let at = |what: &str| call[what].as_f64().map_or("-".to_owned(), |at| format!("{:.0}", at - pressed));
        format!("{} {} {} {}", call["name"].as_str().unwrap_or_default(), at("sent"), at("answered"), at("read"))
    };
    calls.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What an expression of the page counts.
fn count(page: Page<'_>, expression: &str) -> Step<f64> {
    page.asks(expression).map(|value| number(&value))
}

fn ms(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

#[expect(clippy::cast_possible_truncation, reason = "a place in the window")]
fn whole(value: &Value) -> i64 {
    number(value) as i64
}

/// What else the machine does: a figure taken beside much other work says little.
fn load() -> String {
    std::fs::read_to_string(Path::new("/proc/loadavg")).unwrap_or_default().chars().take_while(|c| *c != ' ').collect()
}
