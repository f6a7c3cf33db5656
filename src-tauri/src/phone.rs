//! Where the system of a telephone enters.

/// As in the program of a desktop: what is freed is wiped.
#[global_allocator]
static WIPED: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Starts the app; a telephone asks for no word on how it ended.
#[tauri::mobile_entry_point]
fn enter() {
    let _ = crate::run();
}
