//! The core's tests on Windows, as far as Wine is one: compiled for it by MinGW and run here.
//!
//! It proves that vault, keychain port and protocol do under Wine what they do on Linux; a Windows they have not seen.

use std::{fs, process::Command};

use crate::{
    step::{self, Failure},
    tally::Tally,
    targets::Kit,
};

/// What the tests are compiled for.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// MinGW's compiler, which links too.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The members that run without a window and without a network.
const CORE: [&str; 4] = ["protocol", "device", "sqlcipher", "vault"];

/// What Debian's Wine lacks.
const PRIMITIVES: &str = include_str!("../targets/bcryptprimitives.c");

/// Runs a program of Windows.
const RUNNER: &str = include_str!("../targets/wine");

/// Compiles and runs the tests of the core.
pub(crate) fn tests(kit: &Kit, tally: &mut Tally) -> Result<(), Failure> {
    let source = kit.tools().join("bcryptprimitives.c");
    fs::write(&source, PRIMITIVES).map_err(step::file(&source))?;
    let runner = kit.script("wine", RUNNER)?;
    let mut stub = Command::new(COMPILER);
    stub.arg("-shared").arg("-o").arg(source.with_extension("dll")).arg(&source).arg("-ladvapi32");
    step::run("what Wine lacks", &mut stub)?;
    let mut tests = kit.cargo();
    tests.args(["test", "-Zbuild-std", "--no-fail-fast", "--target", TARGET]);
    tests.args(CORE.iter().flat_map(|member| ["--package", member]));
    tests.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", COMPILER);
    tests.env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", &runner);
    tally.run("the core's tests on Windows, under Wine", &mut tests)
}
