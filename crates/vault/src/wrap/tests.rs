//! Fault 28: whoever has the database, opened, and not the pepper, has nothing to hold a guess against.

use std::thread;

use super::*;

/// The six digits that were chosen.
const CODE: u32 = 273_915;
const CODES: u32 = 1_000_000;

fn typed(code: u32) -> Password {
    Password::typed(format!("{code:06}").as_bytes()).ok().unwrap()
}

/// A wrap whose key derivation costs next to nothing, so that every code can be tried: what a guesser lacks is the
/// pepper, not time.
fn wrapped(pepper: &[u8; 32]) -> (WrapRow, Kid) {
    let device = protocol::key::SigningKey::generate().kid();
    let row = wrap(1, &QuerySeed::generate(), &typed(CODE), pepper, &device, Cost::Nothing).ok().unwrap();
    (row, device)
}

/// The codes for which `guess` says something else than for all others, tried on every processor.
fn told_apart(guess: impl Fn(u32) -> bool + Sync) -> Vec<u32> {
    let threads = u32::try_from(thread::available_parallelism().map_or(1, usize::from)).unwrap();
    let guess = &guess;
    thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                let codes = (0..CODES).filter(move |code| code % threads == part);
                scope.spawn(move || codes.filter(|code| guess(*code)).collect::<Vec<_>>())
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    })
}

#[test]
fn fault_28_every_code_is_refused_alike_without_the_pepper_and_before_any_work() {
    let pepper = random::<32>();
    let (mut row, device) = wrapped(&pepper);
    assert!(unwrap(&row, &typed(CODE), &pepper, &device).is_ok(), "with the pepper the right code opens");
    assert_eq!(
        unwrap(&row, &typed(CODE + 1), &pepper, &device).err(),
        Some(UnwrapError::Wrong),
        "and another does not"
    );
    // A gibibyte a try: were Argon2id begun for any of them, this would not end.
    (row.memory_kib, row.passes) = (1024 * 1024, 10);
    let guessed = random::<32>();
    let told = told_apart(|code| unwrap(&row, &typed(code), &guessed, &device).err() != Some(UnwrapError::Altered));
    assert!(told.is_empty(), "the app tells {told:?} from all other codes");
}

#[test]
fn fault_28_a_guesser_with_a_program_of_their_own_opens_it_with_none_of_all_codes() {
    let pepper = random::<32>();
    let (row, device) = wrapped(&pepper);
    let place = place(&row, &device).finish();
    // The app's own check left out: only key derivation and the seal itself stand in between.
    let opens = |code, pepper| {
        let key = parameters(&row).work(&typed(code), &row.salt, pepper).unwrap();
        open_up(&key, &place, &row.wrapped).is_ok()
    };
    assert!(opens(CODE, &pepper) && !opens(CODE + 1, &pepper), "with the pepper this guessing works");
    let guessed = random::<32>();
    let opened = told_apart(|code| opens(code, &guessed));
    assert!(opened.is_empty(), "without it {opened:?} is told from all other codes");
}
