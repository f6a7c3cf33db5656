//! `cargo xtask check-targets`: the app type-checked for systems this machine is not, with the standard library built from
//! its sources.
//!
//! It proves that the Rust code, its conditions and the libraries' interfaces fit each target. It does not prove anything
//! of C code, linking, signing, Kotlin or Swift, nor of a keychain or a window there: a program is never made.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    machine::{self, Purpose},
    say,
    step::{self, Failure},
};

/// What is checked, unless it is named: phones first, they differ most.
const TARGETS: [&str; 4] =
    ["aarch64-linux-android", "aarch64-apple-ios", "aarch64-apple-darwin", "x86_64-pc-windows-msvc"];

/// Debian's compiler for the web, the one here that comes with the sources of its standard library.
const COMPILER: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "libstd-rust-web-dev"];

/// How the libraries begin that it needs and nothing else here installs.
const LIBRARIES: [&str; 5] = ["libstd-rust-web", "libllvm", "libgit2", "libhttp-parser", "libmbed"];

/// A stand-in C compiler: it preprocesses for real, and every object it makes is empty.
const FAKECC: &str = include_str!("../targets/fakecc");

/// Checks every target, or those named.
pub(crate) fn check(words: &[String]) -> Result<(), Failure> {
    machine::prepare(Purpose::Targets)?;
    let kit = Kit::ready()?;
    let named: Vec<&str> = words.iter().map(String::as_str).collect();
    let wanted = if named.is_empty() { TARGETS.to_vec() } else { named };
    for target in &wanted {
        step::run(&format!("type-check for {target}"), &mut kit.check(target))?;
    }
    say::detail(&format!("type-checked for {}; nothing was linked or run there", wanted.join(", ")));
    Ok(())
}

/// The other compiler and what stands in for the tools of other systems, kept beside the checkout's own target.
pub(crate) struct Kit(PathBuf);

impl Kit {
    /// Brings the compiler where it is not yet, and lays out the stand-ins.
    pub(crate) fn ready() -> Result<Self, Failure> {
        let kit = Self(cache().join("mingxia/other-targets"));
        if !kit.compiler().join("rustc").exists() {
            kit.fetch()?;
        }
        let tools = kit.tools();
        for folder in [tools.clone(), kit.0.join("empty"), kit.0.join("openssl/include")] {
            fs::create_dir_all(&folder).map_err(step::file(&folder))?;
        }
        kit.script("fakecc", FAKECC)?;
        for (name, tool) in [("llvm-rc", "llvm-rc-19"), ("llvm-lib", "llvm-lib-19"), ("clang", "clang-19")] {
            let link = tools.join(name);
            if !link.exists() {
                step::run(name, Command::new("ln").arg("-s").arg(Path::new("/usr/bin").join(tool)).arg(&link))?;
            }
        }
        step::run(
            "OpenSSL's headers",
            Command::new("cp")
                .args(["-rL", "/usr/include/openssl", "/usr/include/x86_64-linux-gnu/openssl"])
                .arg(kit.0.join("openssl/include")),
        )?;
        Ok(kit)
    }

    /// Downloads the compiler's packages and unpacks them, beside whatever compiler is installed.
    fn fetch(&self) -> Result<(), Failure> {
        let debs = self.0.join("debs");
        fs::create_dir_all(&debs).map_err(step::file(&debs))?;
        let mut wanted: Vec<String> = COMPILER.iter().map(|&name| name.to_owned()).collect();
        let mut at = 0;
        while let Some(name) = wanted.get(at).cloned() {
            at += 1;
            let fresh = needs(&name)?.into_iter().filter(|need| LIBRARIES.iter().any(|start| need.starts_with(start)));
            let fresh: Vec<String> = fresh.filter(|need| !wanted.contains(need)).collect();
            wanted.extend(fresh);
        }
        let mut get = Command::new("apt-get");
        step::run(
            "apt-get download (a second compiler, 145 MB)",
            get.arg("download").args(&wanted).current_dir(&debs),
        )?;
        for deb in fs::read_dir(&debs).map_err(step::file(&debs))? {
            let deb = deb.map_err(step::file(&debs))?.path();
            step::run("unpacking", Command::new("dpkg-deb").arg("--extract").arg(&deb).arg(self.0.join("root")))?;
        }
        Ok(())
    }

    fn compiler(&self) -> PathBuf {
        self.0.join("root/usr/bin")
    }

    pub(crate) fn tools(&self) -> PathBuf {
        self.0.join("tools")
    }

    /// Lays a script among the tools, to be run.
    pub(crate) fn script(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let script = self.tools().join(name);
        fs::write(&script, text).map_err(step::file(&script))?;
        runs(&script).map_err(step::file(&script))?;
        Ok(script)
    }

    /// The other cargo, with the standard library from its sources.
    pub(crate) fn cargo(&self) -> Command {
        let lib = self.0.join("root/usr/lib");
        let mut command = Command::new(self.compiler().join("cargo"));
        command
            .current_dir(step::root())
            .env("LD_LIBRARY_PATH", format!("{}:{}", lib.join("x86_64-linux-gnu").display(), lib.display()))
            .env("RUSTC", self.compiler().join("rustc"))
            .env("RUSTDOC", self.compiler().join("rustdoc"))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", self.0.join("target"))
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        // The toolchain that started this command is not the one that is asked for.
        for named in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTFLAGS"] {
            command.env_remove(named);
        }
        command
    }

    /// Checks the app's library for a target, with stand-ins for its compilers.
    fn check(&self, target: &str) -> Command {
        let under = target.replace('-', "_");
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([self.tools()].into_iter().chain(env::split_paths(&path))).unwrap_or(path);
        let mut command = self.cargo();
        command
            .args(["check", "-Zbuild-std=std,panic_abort", "--package", "mingxia", "--lib", "--target", target])
            .env("PATH", path)
            .env("FAKECC_TARGET", target)
            .env("OPENSSL_NO_VENDOR", "1")
            .env("OPENSSL_STATIC", "1")
            .env("OPENSSL_INCLUDE_DIR", self.0.join("openssl/include"))
            .env("OPENSSL_LIB_DIR", self.0.join("empty"))
            .env("SDKROOT", self.0.join("empty"))
            .env(format!("AR_{under}"), "llvm-ar-19")
            .env(format!("RANLIB_{under}"), "llvm-ranlib-19");
        for compiler in ["CC", "CXX"] {
            command.env(format!("{compiler}_{under}"), self.tools().join("fakecc"));
        }
        command
    }
}

/// What a package depends on, by name.
fn needs(package: &str) -> Result<Vec<String>, Failure> {
    let mut ask = Command::new("apt-cache");
    let said = ask.args(["depends", package]).output().map_err(|error| step::missing(&ask, error))?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    Ok(said.lines().filter_map(|line| line.trim().strip_prefix("Depends: ")).map(str::to_owned).collect())
}

/// Where this user's programs keep what can be made again.
fn cache() -> PathBuf {
    let named = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    named.unwrap_or_else(|| PathBuf::from(env::var_os("HOME").unwrap_or_default()).join(".cache"))
}

/// Lets a script be run.
#[cfg(unix)]
fn runs(script: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(script, fs::Permissions::from_mode(0o755))
}

/// Elsewhere nothing has to be set.
#[cfg(not(unix))]
fn runs(_script: &Path) -> io::Result<()> {
    Ok(())
}
