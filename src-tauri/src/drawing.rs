//! Who draws the window on Linux: the graphics processor, or where there is none the page itself.

use std::{fs, path::Path};

/// Where the kernel shows graphics processors.
const PROCESSORS: &str = "/dev/dri";

/// Has the page draw straight into its window.
const PLAINLY: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Where no graphics processor is, WebKitGTK would have one simulated to put the page together, and each frame would
/// take two to three times as long. It hears this once, before its first window and before anything runs beside.
/// What the person chose stays; a WebKitGTK that knows the word no more is only slower.
pub(crate) fn settle() {
    if !has_processor(Path::new(PROCESSORS))
        && let Err(error) = gtk::glib::setenv(PLAINLY, "1", false)
    {
        tracing::warn!(%error, "the window is drawn by a simulated graphics processor");
    }
}

/// Whether a graphics processor is there that draws (a render node of the Direct Rendering Manager).
fn has_processor(folder: &Path) -> bool {
    let draws = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with("renderD");
    fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(draws))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_render_node_draws() {
        let folder = std::env::temp_dir().join(format!("mingxia-drawing-{}", std::process::id()));
        assert!(!has_processor(&folder), "no folder, no processor");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("card0"), "").unwrap();
        assert!(!has_processor(&folder), "what shows pictures does not draw them");
        fs::write(folder.join("renderD128"), "").unwrap();
        assert!(has_processor(&folder));
        fs::remove_dir_all(folder).unwrap();
    }
}
