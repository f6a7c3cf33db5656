//! 名下 (Mingxia): the program a person starts.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    mingxia_app::run()
}
