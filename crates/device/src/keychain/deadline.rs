//! A blocking call on a thread of its own, waited for no longer than a deadline.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::KeychainError;

/// So many calls may hang at once before further ones are refused without a thread.
const MOST_HANGING: usize = 4;

/// Counts the threads that are still inside a call; a call given up on counts until it returns.
#[derive(Debug, Default, Clone)]
pub(super) struct Calls(Arc<AtomicUsize>);

struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Calls {
    /// Runs `call` on its own thread and waits at most `deadline` for it.
    ///
    /// # Errors
    /// What the call says; [`KeychainError::TimedOut`] when it does not return; [`KeychainError::Unavailable`] when
    /// it panics or no thread can be had.
    pub(super) fn run<T: Send + 'static>(
        &self,
        deadline: Duration,
        call: impl FnOnce() -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        if self.0.fetch_add(1, Ordering::AcqRel) >= MOST_HANGING {
            self.0.fetch_sub(1, Ordering::AcqRel);
            return Err(KeychainError::TimedOut);
        }
        let running = Running(Arc::clone(&self.0));
        let (answer, waiting) = mpsc::sync_channel(1);
        thread::Builder::new()
            .name("keychain".into())
            .spawn(move || {
                let result = call();
                drop(running);
                // Nobody waits any more after the deadline: the answer is dropped, and wiped with it.
                let _ = answer.send(result);
            })
            .map_err(|_| KeychainError::Unavailable)?;
        match waiting.recv_timeout(deadline) {
            Ok(result) => result,
            Err(mpsc::RecvTimeoutError::Timeout) => Err(KeychainError::TimedOut),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(KeychainError::Unavailable),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_that_stays_open_does_not_hold_the_app() {
        let calls = Calls::default();
        let (release, hold) = mpsc::channel::<()>();
        let hung = calls.run(Duration::from_millis(1), move || {
            let _ = hold.recv();
            Ok(())
        });
        assert_eq!(hung, Err(KeychainError::TimedOut), "an open question is given up at the deadline");
        assert_eq!(calls.run(Duration::from_secs(30), || Ok(7)), Ok(7), "the next call has a thread of its own");
        drop(release);
    }

    #[test]
    fn hanging_calls_are_bounded() {
        let calls = Calls::default();
        let mut releases = Vec::new();
        for _ in 0..MOST_HANGING {
            let (release, hold) = mpsc::channel::<()>();
            releases.push(release);
            let hung: Result<(), _> = calls.run(Duration::ZERO, move || {
                let _ = hold.recv();
                Ok(())
            });
            assert_eq!(hung, Err(KeychainError::TimedOut));
        }
        assert_eq!(
            calls.run(Duration::from_secs(30), || Ok(())),
            Err(KeychainError::TimedOut),
            "no thread is piled on"
        );
    }

    #[test]
    fn a_panicking_store_is_a_refusal() {
        let calls = Calls::default();
        let result: Result<(), _> = calls.run(Duration::from_secs(30), || panic!("store"));
        assert_eq!(result, Err(KeychainError::Unavailable));
        assert_eq!(calls.0.load(Ordering::Acquire), 0, "a dead call is no longer counted");
    }
}
