//! Walks at random, but the same ones at every run: a failure is found again by running it again.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Draws `walks` walks of `steps` and takes each through `walk`, in a runtime of its own. A walk that breaks a
/// rule says which step it was.
pub fn each<S, F>(walks: usize, step: S, steps: usize, walk: impl Fn(Vec<S::Value>) -> F)
where
    S: Strategy,
    S::Value: Clone + std::fmt::Debug,
    F: Future<Output = Result<(), String>>,
{
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = proptest::collection::vec(step, steps);
    for number in 0..walks {
        let taken = strategy.new_tree(&mut runner).unwrap().current();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        if let Err(broken) = runtime.block_on(walk(taken.clone())) {
            panic!("walk {number}: {broken}\n{taken:?}");
        }
    }
}
