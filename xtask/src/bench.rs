//! What the house takes: it measures and never judges. docs/benchmarks.md keeps the figures.

use crate::{
    machine::{self, Purpose},
    step::{self, Failure, cargo},
};

/// Builds in release and measures; what is given besides goes to the measurements of the house.
pub(crate) fn everything(rest: &[String]) -> Result<(), Failure> {
    machine::prepare(Purpose::Federation)?;
    step::run(
        "the house without its window",
        cargo(["bench", "--package", "house-tests", "--bench", "house", "--"]).args(rest),
    )?;
    step::run("the gateway's door", &mut cargo(["bench", "--package", "gateway", "--bench", "accept"]))
}
