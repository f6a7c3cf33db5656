//! Programs of the stage: started, found and ended.

use std::{
    fs,
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{Step, trying};

/// A program that ends with the stage.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts it.
    ///
    /// # Errors
    /// Where it cannot be started.
    pub(crate) fn start(command: &mut Command) -> Step<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.spawn().map(Self).map_err(trying(name))
    }

    /// Whether it ended by itself.
    pub(crate) fn ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// The processor time it has used so far.
    pub(crate) fn processor_time(&self) -> Duration {
        processor_time(self.0.id())
    }

    /// The web processes that belong to it, by their numbers.
    pub(crate) fn web_processes(&self) -> Vec<u32> {
        let own = self.0.id().to_string();
        let all = fs::read_dir("/proc").into_iter().flatten().flatten();
        all.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(|number: &u32| {
                let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
                // "12 (WebKitWebProces) S 11 ...": the parent follows the state.
                stat.split_once(") ").is_some_and(|(name, rest)| {
                    name.contains("WebKitWebProc") && !rest.starts_with('Z') && rest.split(' ').nth(1) == Some(&own)
                })
            })
            .collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone is as good as ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program and everything it started, as far as that stayed with it. Ended as one.
#[derive(Debug)]
pub(crate) struct Group(u32);

impl Group {
    /// Of a program that was started as the first of a group.
    pub(crate) fn of(first: &Running) -> Self {
        Self(first.0.id())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Already gone is as good as ended.
        let _ = Command::new("kill").args(["-KILL", "--", &format!("-{}", self.0)]).stderr(Stdio::null()).status();
    }
}

/// The processor time a process has used so far, to ten milliseconds.
pub(crate) fn processor_time(number: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    // The twelfth and thirteenth after the name are hundredths of a second, of its own and in the kernel.
    let after = stat.rsplit_once(") ").map(|(_, rest)| rest).unwrap_or_default();
    let spent: u64 = after.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(spent * 10)
}

/// A binary of this build, beside the one that runs.
pub(crate) fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    // Tests and measurements lie one folder deeper.
    let folder = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    folder.map(|folder| folder.join(name)).unwrap_or_default()
}

/// The first of some ports in a row that nobody listens on now.
///
/// # Errors
/// Where loopback has none.
pub(crate) fn free_ports(count: u16) -> Step<u16> {
    let free = |port: u16| TcpListener::bind(("127.0.0.1", port));
    loop {
        let first = free(0).and_then(|listener| listener.local_addr()).map_err(trying("a free port"))?.port();
        let rest = first.checked_add(1).zip(first.checked_add(count));
        if rest.is_some_and(|(next, end)| (next..end).all(|port| free(port).is_ok())) {
            return Ok(first);
        }
    }
}
