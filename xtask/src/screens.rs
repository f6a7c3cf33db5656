//! The pictures of the documentation, taken anew from the real window.

use std::{fs, path::Path};

use crate::{
    machine::{self, Purpose},
    run, say,
    step::{self, Failure, npm},
};

/// Where documentation keeps its pictures; a file there is the wish for a picture of that name.
const KEPT: &str = "docs/screens";

/// Walks through the window and takes each picture the documentation has over; then every screen in every variant, in a
/// browser.
pub(crate) fn take() -> Result<(), Failure> {
    machine::prepare(Purpose::Look)?;
    run::tour()?;
    let taken = step::root().join("target/tour");
    for picture in fs::read_dir(&taken).map_err(step::file(&taken))? {
        let picture = picture.map_err(step::file(&taken))?;
        let (file, name) = (picture.path(), picture.file_name());
        // "07-home.png" is a picture of home, the seventh step.
        let Some((_, name)) = name.to_str().and_then(|name| name.split_once('-')) else { continue };
        let kept = Path::new(&step::root()).join(KEPT).join(name);
        if kept.exists() {
            fs::copy(&file, &kept).map_err(step::file(&kept))?;
            say::detail(name);
        }
    }
    step::run("every screen, in a browser", &mut npm(["run", "--silent", "screens"]))
}
