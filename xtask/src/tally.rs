//! Counting what test tools say they ran.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use crate::{
    say,
    step::{self, Failure},
};

/// How many lines are kept of what a tool says about one failed test.
const EXCERPT: usize = 8;

/// How many tests passed, failed and were skipped, and what the tools said of those that failed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
    failures: Vec<String>,
    /// How many more lines belong to the failure told last.
    following: usize,
}

impl Tally {
    /// Runs a test tool, shows what it prints, and adds what it counted. A tool that fails without
    /// having counted a failed test (it did not compile, it crashed) counts as one.
    pub(crate) fn run(&mut self, what: &str, command: &mut Command) -> Result<(), Failure> {
        say::step(what);
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| step::missing(command, error))?;
        let before = self.failed;
        if let Some(out) = child.stdout.take() {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                self.read(&line);
                say::line(&line);
            }
        }
        let status = child.wait().map_err(|error| step::missing(command, error))?;
        self.following = 0;
        if !status.success() && self.failed == before {
            self.failed += 1;
            self.failures.push(format!("{what}: ended with {status}"));
        }
        Ok(())
    }

    /// Counts a check as one.
    pub(crate) fn count(&mut self, outcome: Result<(), Failure>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(failure) => {
                say::failed(&failure.to_string());
                self.failed += 1;
                self.failures.push(failure.to_string());
            }
        }
    }

    /// Says once more what failed, and the sum as the last line; a failure where anything failed.
    pub(crate) fn close(self) -> Result<(), Failure> {
        say::step("the sum");
        self.failures.iter().for_each(|line| say::line(line));
        say::line(&self.line());
        if self.failed == 0 { Ok(()) } else { Err(Failure::Counted) }
    }

    /// Keeps the heading under which `cargo test` or vitest tells of a failed test, and the lines after it.
    fn keep(&mut self, line: &str) {
        if line.starts_with("---- ") && line.ends_with(" ----") || line.starts_with("FAIL  ") {
            self.following = EXCERPT;
        } else {
            self.following = self.following.saturating_sub(1);
        }
        if self.following > 0 && !line.is_empty() {
            self.failures.push(line.to_owned());
        }
    }

    /// Takes the counts out of a closing line of `cargo test` or vitest, and what is told of a failure.
    fn read(&mut self, line: &str) {
        let line = line.trim();
        self.keep(line);
        let counts = if let Some(rest) = line.strip_prefix("test result: ") {
            rest.split_once(". ").map(|(_, counts)| counts)
        } else {
            line.strip_prefix("Tests ").filter(|rest| rest.starts_with(' '))
        };
        for part in counts.unwrap_or_default().split([';', '|', '(']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(number)), Some(word)) = (words.next().map(str::parse::<u32>), words.next()) else {
                continue;
            };
            match word {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "skipped" | "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }

    /// The closing line.
    fn line(&self) -> String {
        let skipped = if self.skipped == 0 { String::new() } else { format!(", {} skipped", self.skipped) };
        format!("{} passed, {} failed{skipped}", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn read(line: &str) -> (u32, u32, u32) {
        let mut tally = Tally::default();
        tally.read(line);
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn a_line_that_closes_nothing_counts_nothing() {
        assert_eq!(read("test enrol::refused ... ok"), (0, 0, 0), "one test's own line is no count");
        assert_eq!(read("Tests are run"), (0, 0, 0), "prose is no count");
    }

    #[test]
    fn what_is_told_of_a_failure_is_kept_and_nothing_after_it() {
        let mut tally = Tally::default();
        let told = "running 2 tests\ntest kept ... FAILED\n---- kept stdout ----\n\nthread 'kept' panicked at a.rs:1:1:\nleft: 1";
        told.lines().for_each(|line| tally.read(line));
        assert_eq!(
            tally.failures,
            ["---- kept stdout ----", "thread 'kept' panicked at a.rs:1:1:", "left: 1"],
            "cargo test"
        );
        (0..super::EXCERPT).for_each(|_| tally.read("more"));
        let kept = tally.failures.len();
        tally.read("another tool's line");
        assert_eq!(tally.failures.len(), kept, "an excerpt ends");
        tally.read(" FAIL  src/kept.test.ts > a test");
        assert_eq!(tally.failures.last().map(String::as_str), Some("FAIL  src/kept.test.ts > a test"), "vitest");
    }

    #[test]
    fn closing_lines_of_both_tools_count() {
        let cargo = "test result: FAILED. 4 passed; 1 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.1s";
        assert_eq!(read(cargo), (4, 1, 2), "cargo test");
        assert_eq!(read("      Tests  1 failed | 11 passed | 2 skipped (14)"), (11, 1, 2), "vitest");
    }
}
