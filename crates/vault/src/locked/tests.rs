//! Table 2 of the states (who may read) walked at random beside a small model of it.
//!
//! Each event is done to a real vault, over a keychain in memory and a clock moved by hand, and to the model; both have
//! to answer alike and to stand alike afterwards. Argon2id costs next to nothing here, by a door that only this
//! crate's own tests have.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};

use device::{Keychain, KeychainError, MemoryKeychain, Protection, Secret};
use proptest::prelude::*;
use protocol::time::{Clock, ManualClock, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::unlocked::ChangeRefusal;
use crate::{Cost, Paths, State};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const WAITS: [Duration; 5] =
    [MINUTE, Duration::from_secs(300), Duration::from_secs(900), HOUR, Duration::from_secs(86_400)];

/// The durable step before which the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    /// The try is not counted yet.
    Counting,
    /// The try was counted; the right password does not clear the counter any more.
    Clearing,
    /// No pepper for the new password yet.
    NewPepper,
    /// The new password counts; the old pepper is still there.
    OldPepper,
}

#[derive(Debug, Clone, Copy)]
enum Event {
    Try { right: bool },
    TryAndDie(Death),
    TryWhileLocked,
    TryWhileWritesAreLost,
    Change { right: bool },
    ChangeAndDie(Death),
    Forgotten,
    ForgottenAndDie(Death),
    Lock,
    Restart,
    Reboot,
    Pass(u64),
    SetWall(i64),
    CounterTaken,
    CounterAltered,
    PepperTaken,
    PepperAltered,
    WrapAltered,
    ParametersLowered,
    PutBack,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let death =
        prop_oneof![Just(Death::Counting), Just(Death::Clearing), Just(Death::NewPepper), Just(Death::OldPepper)];
    let event = prop_oneof![
        4 => Just(Event::Try { right: true }),
        10 => Just(Event::Try { right: false }),
        2 => death.clone().prop_map(Event::TryAndDie),
        1 => Just(Event::TryWhileLocked),
        1 => Just(Event::TryWhileWritesAreLost),
        2 => any::<bool>().prop_map(|right| Event::Change { right }),
        1 => death.clone().prop_map(Event::ChangeAndDie),
        1 => Just(Event::Forgotten),
        1 => death.prop_map(Event::ForgottenAndDie),
        1 => Just(Event::Lock),
        1 => Just(Event::Restart),
        1 => Just(Event::Reboot),
        4 => prop_oneof![Just(1), Just(5), Just(15), Just(60), Just(24 * 60), 0..3000_u64].prop_map(Event::Pass),
        1 => (-10_000..10_000_i64).prop_map(Event::SetWall),
        1 => Just(Event::CounterTaken),
        1 => Just(Event::CounterAltered),
        1 => Just(Event::PepperTaken),
        1 => Just(Event::PepperAltered),
        1 => Just(Event::WrapAltered),
        1 => Just(Event::ParametersLowered),
        3 => Just(Event::PutBack),
    ];
    proptest::collection::vec(event, 1..60)
}

/// A keychain in memory that lets the process die before a chosen write.
#[derive(Default)]
struct Deadly {
    items: MemoryKeychain,
    death: Mutex<Option<Death>>,
}

impl Deadly {
    fn before(&self, step: Option<Death>) {
        let mut death = self.death.lock().unwrap_or_else(PoisonError::into_inner);
        if step.is_some() && *death == step {
            *death = None;
            drop(death);
            // Without the message of a panic: it is expected.
            resume_unwind(Box::new("died"));
        }
    }
}

impl Keychain for Deadly {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        self.items.get(name)
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        self.before(match name {
            "try-counter" if value.starts_with(b"{\"tries\":0,") => Some(Death::Clearing),
            "try-counter" => Some(Death::Counting),
            other => other.starts_with("pepper.").then_some(Death::NewPepper),
        });
        self.items.set(name, value)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.before(name.starts_with("pepper.").then_some(Death::OldPepper));
        self.items.delete(name)
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        self.items.list()
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        self.items.state()
    }
}

/// What a try comes to, as far as the table tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Opened,
    Refused(UnlockRefusal),
}

/// The table itself.
struct Model {
    /// Which of the passwords ever chosen counts.
    password: usize,
    tries: u32,
    /// Boot time at which the last try was counted, or its wait began anew.
    since: Duration,
    unlocked: bool,
    /// What stands in the way of any password.
    broken: Option<UnlockRefusal>,
}

impl Model {
    fn wait(&self, boottime: Duration) -> Option<Duration> {
        let over = usize::try_from(self.tries.checked_sub(5)?).ok()?;
        WAITS[over.min(4)].checked_sub(boottime - self.since).filter(|left| !left.is_zero())
    }

    fn state(&self, boottime: Duration) -> State {
        match self.wait(boottime) {
            Some(remaining) => State::Waiting { remaining, digits: false },
            None => State::Locked { tries_left: 5_u32.saturating_sub(self.tries).max(1), digits: false },
        }
    }

    /// What refuses before anything is counted.
    fn refuses(&self, boottime: Duration) -> Option<UnlockRefusal> {
        self.wait(boottime).map(|remaining| UnlockRefusal::Waiting { remaining }).or(self.broken)
    }

    fn counted(&mut self, boottime: Duration) {
        (self.tries, self.since) = (self.tries + 1, boottime);
    }

    fn attempt(&mut self, right: bool, boottime: Duration) -> Told {
        if let Some(refusal) = self.refuses(boottime) {
            return Told::Refused(refusal);
        }
        if right {
            self.tries = 0;
            return Told::Opened;
        }
        self.counted(boottime);
        let wait = self.wait(boottime);
        Told::Refused(UnlockRefusal::Wrong { tries_left: 5_u32.saturating_sub(self.tries), wait })
    }
}

/// A vault and its model.
struct Walk {
    folder: TempDir,
    keychain: Arc<Deadly>,
    clock: Arc<ManualClock>,
    vault: Option<Arc<Vault>>,
    unlocked: Option<Unlocked>,
    model: Model,
    chosen: usize,
    /// Something private of each vault key there ever was; only the last is opened by the last.
    notes: Vec<Vec<u8>>,
    /// Pepper and wrap before something happened to them.
    whole: Option<(device::keychain::memory::Snapshot, WrapRow)>,
}

fn typed(text: &str) -> Password {
    Password::typed(text.as_bytes()).ok().unwrap()
}

fn secret(n: usize) -> Password {
    typed(&format!("secret number {n}"))
}

impl Walk {
    fn begin() -> Self {
        let mut walk = Self {
            folder: tempfile::tempdir().unwrap(),
            keychain: Arc::new(Deadly::default()),
            clock: Arc::new(ManualClock::at(Timestamp::from_millis(1_795_492_800_000))),
            vault: None,
            unlocked: None,
            model: Model { password: 0, tries: 0, since: Duration::ZERO, unlocked: false, broken: None },
            chosen: 0,
            notes: Vec::new(),
            whole: None,
        };
        walk.restart();
        assert_eq!(walk.vault().state().unwrap(), State::None, "nothing is readable before a password was chosen");
        let refused = walk.vault().locked().unlock(&secret(0)).map_err(|(_, refusal)| refusal).err();
        assert_eq!(refused, Some(UnlockRefusal::NoPassword));
        walk.vault().make_device_keys().unwrap();
        drop(walk.vault().choose_password(&secret(0)).map_err(|error| error.to_string()).unwrap());
        walk.note();
        walk
    }

    fn vault(&self) -> &Arc<Vault> {
        self.vault.as_ref().unwrap()
    }

    fn boottime(&self) -> Duration {
        self.clock.boottime()
    }

    fn note(&mut self) {
        let sealed = self.vault().seal_private("note", b"mine").unwrap();
        self.notes.push(sealed);
    }

    fn lock(&mut self) {
        self.unlocked = None;
        self.model.unlocked = false;
    }

    fn restart(&mut self) {
        self.lock();
        self.vault = None;
        let paths = Paths::at(self.folder.path().join("profile"));
        self.vault = Some(Vault::open(paths, self.keychain.clone(), self.clock.clone(), Cost::Nothing).unwrap());
    }

    /// Another password than any before.
    fn next(&mut self) -> Password {
        self.chosen += 1;
        secret(self.chosen)
    }

    /// Does `act` and dies before `death`; says whether it came to that.
    fn dies(&mut self, death: Death, act: impl FnOnce(&Self)) -> bool {
        *self.keychain.death.lock().unwrap_or_else(PoisonError::into_inner) = Some(death);
        let died = catch_unwind(AssertUnwindSafe(|| act(self))).is_err();
        *self.keychain.death.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.restart();
        died
    }

    fn attempt(&self, password: &Password) -> (Told, Option<Unlocked>) {
        match self.vault().locked().unlock(password) {
            Ok(unlocked) => (Told::Opened, Some(unlocked)),
            Err((_, refusal)) => (Told::Refused(refusal), None),
        }
    }

    fn given(&self, right: bool) -> Password {
        if right { secret(self.model.password) } else { typed("none of the secrets") }
    }

    fn break_it(&mut self, refusal: UnlockRefusal, how: impl FnOnce(&MemoryKeychain, &str, &mut WrapRow)) {
        let mut row = self.vault().database.read(|read| read.wraps().in_force()).unwrap().unwrap();
        if self.whole.is_none() {
            self.whole = Some((self.keychain.items.snapshot(), row.clone()));
            how(&self.keychain.items, &Item::Pepper(row.n).to_string(), &mut row);
            self.vault().database.write(|write| write.wraps().put(&row)).unwrap();
            self.model.broken = Some(refusal);
        }
    }

    fn does(&mut self, event: Event) {
        let now = self.boottime();
        match event {
            Event::Try { right } => {
                self.lock();
                let (told, unlocked) = self.attempt(&self.given(right));
                assert_eq!(told, self.model.attempt(right, now));
                self.model.unlocked = unlocked.is_some();
                self.unlocked = unlocked;
            }
            Event::TryAndDie(death) => {
                self.lock();
                let died = self.dies(death, |walk| drop(walk.attempt(&walk.given(true))));
                let counts = self.model.refuses(now).is_none();
                let reached = matches!(death, Death::Counting | Death::Clearing);
                assert_eq!(died, counts && reached, "a refused try writes nothing");
                match death {
                    // What was counted counts, though the password was right.
                    Death::Clearing if counts => self.model.counted(now),
                    Death::NewPepper | Death::OldPepper if counts => self.model.tries = 0,
                    Death::Counting | Death::Clearing | Death::NewPepper | Death::OldPepper => {}
                }
            }
            Event::TryWhileLocked => {
                self.lock();
                self.keychain.items.fail(Some(KeychainError::Locked));
                let told = self.attempt(&self.given(true)).0;
                assert_eq!(told, Told::Refused(UnlockRefusal::Item(ItemError::Keychain(KeychainError::Locked))));
                self.keychain.items.heal();
            }
            Event::TryWhileWritesAreLost => {
                self.lock();
                self.keychain.items.lose_writes(true);
                let told = self.attempt(&self.given(true)).0;
                let refusal = self.model.refuses(now).unwrap_or(UnlockRefusal::Item(ItemError::NotKept));
                assert_eq!(told, Told::Refused(refusal), "a try that cannot be counted is not made");
                self.keychain.items.heal();
            }
            Event::Change { right } => {
                let Some(unlocked) = self.unlocked.take() else { return };
                let (old, new) = (self.given(right), self.next());
                let told = match unlocked.change_password(&old, &new) {
                    Ok(()) => Told::Opened,
                    Err(ChangeRefusal::Old(refusal)) => Told::Refused(refusal),
                    Err(ChangeRefusal::New(error)) => panic!("{error}"),
                };
                assert_eq!(told, self.model.attempt(right, now), "the old password is a try like any other");
                if told == Told::Opened {
                    self.model.password = self.chosen;
                }
                self.unlocked = Some(unlocked);
            }
            Event::ChangeAndDie(death) => {
                if self.unlocked.is_none() {
                    return;
                }
                let (old, new) = (self.given(true), self.next());
                let unlocked = self.unlocked.take();
                let died = self.dies(death, move |_| {
                    let _ = unlocked.unwrap().change_password(&old, &new);
                });
                let counts = self.model.refuses(now).is_none();
                assert_eq!(died, counts, "a change has all four steps, a refused one none");
                match death {
                    Death::Clearing if counts => self.model.counted(now),
                    Death::NewPepper if counts => self.model.tries = 0,
                    // The pointer was switched: the new one counts, and the leftover pepper went at the start.
                    Death::OldPepper if counts => (self.model.tries, self.model.password) = (0, self.chosen),
                    Death::Counting | Death::Clearing | Death::NewPepper | Death::OldPepper => {}
                }
            }
            Event::Forgotten => {
                self.lock();
                let new = self.next();
                let locked = self.vault().locked().forgotten(&new).map_err(|(_, error)| error);
                drop(locked.unwrap_or_else(|error| panic!("{error}")));
                self.renewed();
            }
            Event::ForgottenAndDie(death) => {
                self.lock();
                let new = self.next();
                let died = self.dies(death, |walk| drop(walk.vault().locked().forgotten(&new)));
                match death {
                    Death::Counting => assert!(!died, "a reset counts no try"),
                    Death::Clearing => assert!(died, "nothing happened yet"),
                    Death::NewPepper => {
                        assert!(died, "the old vault still stands, with a fresh counter");
                        self.model.tries = 0;
                    }
                    Death::OldPepper => assert!(died, "the new vault stands"),
                }
                if matches!(death, Death::Counting | Death::OldPepper) {
                    self.renewed();
                }
            }
            Event::Lock => self.lock(),
            Event::Restart => self.restart(),
            Event::Reboot => {
                self.clock.reboot_after(HOUR);
                self.restart();
                self.model.since = self.boottime();
            }
            Event::Pass(minutes) => self.clock.advance(MINUTE * u32::try_from(minutes).unwrap()),
            Event::SetWall(hours) => {
                self.clock.set_wall(Timestamp::from_millis(1_795_492_800_000 + hours * 3_600_000));
            }
            Event::CounterTaken | Event::CounterAltered => {
                let value = matches!(event, Event::CounterAltered).then_some(b"{\"tries\":0}".as_slice());
                self.keychain.items.tamper("try-counter", value);
                // As after the ninth wrong try: a day.
                (self.model.tries, self.model.since) = (9, now);
            }
            Event::PepperTaken => {
                self.break_it(UnlockRefusal::CannotBeOpened, |items, pepper, _| items.tamper(pepper, None));
            }
            Event::PepperAltered => {
                self.break_it(UnlockRefusal::CannotBeOpened, |items, pepper, _| items.tamper(pepper, Some(&[7; 32])));
            }
            Event::WrapAltered => self.break_it(UnlockRefusal::CannotBeOpened, |_, _, row| row.wrapped[30] ^= 1),
            Event::ParametersLowered => self.break_it(UnlockRefusal::KdfParameters, |_, _, row| row.memory_kib = 8),
            Event::PutBack => {
                if let Some((items, row)) = self.whole.take() {
                    let counter = self.keychain.items.get("try-counter").unwrap();
                    self.keychain.items.restore(&items);
                    self.keychain.items.tamper("try-counter", counter.as_ref().map(|counter| counter.as_slice()));
                    self.vault().database.write(|write| write.wraps().put(&row)).unwrap();
                    self.model.broken = None;
                }
            }
        }
    }

    /// A new vault stands under the last password.
    fn renewed(&mut self) {
        (self.model.password, self.model.tries, self.model.broken) = (self.chosen, 0, None);
        self.whole = None;
        self.note();
    }

    fn stands_as_the_model(&self) {
        assert_eq!(self.vault().state().unwrap(), self.model.state(self.boottime()));
        assert_eq!(self.unlocked.is_some(), self.model.unlocked);
        if let Some(unlocked) = &self.unlocked {
            let (last, before) = self.notes.split_last().unwrap();
            assert_eq!(unlocked.open_private("note", last).unwrap().as_slice(), b"mine", "open is open");
            assert!(before.iter().all(|note| unlocked.open_private("note", note).is_err()), "a reset is final");
        }
        let peppers = self.keychain.items.list().unwrap().iter().filter(|name| name.starts_with("pepper.")).count();
        assert!(peppers <= 1, "one password, one pepper");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn who_may_read_is_table_2_and_nothing_else(events in events()) {
        let mut walk = Walk::begin();
        walk.stands_as_the_model();
        for event in events {
            walk.does(event);
            walk.stands_as_the_model();
        }
    }
}
