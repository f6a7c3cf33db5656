//! Who draws the window: the graphics processor, or where there is none the page itself.

use tauri::{Runtime, WebviewWindow};

/// Where the kernel shows graphics processors that draw.
#[cfg(target_os = "linux")]
const PROCESSORS: &str = "/dev/dri";

/// Has the page draw straight into its window where no graphics processor is. WebKitGTK would have one simulated to put
/// the page together, and each frame would take two to three times as long.
///
/// # Errors
/// What the window system refused.
#[cfg(target_os = "linux")]
pub(crate) fn settle<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    if has_processor(std::path::Path::new(PROCESSORS)) {
        return Ok(());
    }
    window.with_webview(|platform| {
        if let Some(settings) = platform.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Elsewhere the system decides.
#[cfg(not(target_os = "linux"))]
pub(crate) fn settle<R: Runtime>(_window: &WebviewWindow<R>) -> tauri::Result<()> {
    Ok(())
}

/// Whether a graphics processor is there that draws (a render node of the Direct Rendering Manager).
#[cfg(target_os = "linux")]
fn has_processor(folder: &std::path::Path) -> bool {
    let named = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("renderD");
    std::fs::read_dir(folder).is_ok_and(|entries| entries.flatten().any(named))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_render_node_draws() {
        let folder = std::env::temp_dir().join(format!("mingxia-drawing-{}", std::process::id()));
        assert!(!has_processor(&folder), "no folder, no processor");
        fs::create_dir_all(folder.join("by-path")).unwrap();
        fs::write(folder.join("card0"), "").unwrap();
        assert!(!has_processor(&folder), "what shows pictures does not draw them");
        fs::write(folder.join("renderD128"), "").unwrap();
        assert!(has_processor(&folder));
        fs::remove_dir_all(folder).unwrap();
    }
}
