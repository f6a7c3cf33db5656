//! macOS and iOS. Type-checked; not yet run there.
#![expect(unsafe_code, reason = "one call of sysctlbyname into a buffer of ours")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

unsafe extern "C" {
    /// Reads a value of the kernel by its name (sysctl(3)).
    fn sysctlbyname(
        name: *const c_char,
        old: *mut c_void,
        old_length: *mut usize,
        new: *mut c_void,
        new_length: usize,
    ) -> c_int;
}

/// Time since the start; on these systems CLOCK_MONOTONIC goes on while the machine sleeps (clock_gettime(3)).
pub(super) fn boottime() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// A UUID the kernel makes at every start; empty where it is hidden from the app: a start is then seen only when
/// `boottime` is lower than before.
pub(super) fn boot_id() -> String {
    let mut text = [0_u8; 64];
    let mut length = text.len();
    let (name, buffer) = (c"kern.bootsessionuuid", text.as_mut_ptr().cast());
    // SAFETY: the buffer is ours and of the length told; the name ends with NUL; nothing new is set.
    let told = unsafe { sysctlbyname(name.as_ptr(), buffer, &raw mut length, ptr::null_mut(), 0) };
    let text = CStr::from_bytes_until_nul(&text).ok().filter(|_| told == 0);
    text.and_then(|text| text.to_str().ok()).unwrap_or_default().to_owned()
}
