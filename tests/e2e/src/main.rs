//! The guided walk through the nine acts, for a machine without a screen: says each step, keeps a picture of it.
#![expect(clippy::print_stdout, reason = "a guide speaks")]

use std::{fs, path::Path, process::ExitCode};

use e2e::{Step, Stuck, stage::Stage, walk::Walk};

fn main() -> ExitCode {
    match guide() {
        Ok(()) => ExitCode::SUCCESS,
        Err(stuck) => {
            println!("  stuck: {stuck}");
            ExitCode::FAILURE
        }
    }
}

fn guide() -> Step {
    let pictures = Path::new("target/tour");
    // Pictures of an earlier walk would tell another story; there may be none.
    let _ = fs::remove_dir_all(pictures);
    fs::create_dir_all(pictures).map_err(|error| Stuck::Io { what: "target/tour".to_owned(), error })?;
    let stage = Stage::set(Path::new("target/tour-demo"))?;
    let mut walk = Walk::new(stage, Some(pictures.to_path_buf()), |words| println!("  {words}"));
    walk.all()
}
