//! Marks a folder that backups should leave out. A request to well-behaved programs, not a protection.

use std::path::Path;

use crate::disk::{self, DiskError};

/// The tag file of the Cache Directory Tagging Specification; tar, borg, restic and others honour it.
const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n\
# Sealed parts of reports that end by themselves. A copy of this folder cannot be opened: leave it out of backups.\n";

/// Makes `folder` for this user only and asks backups to leave it out.
///
/// # Errors
/// [`DiskError`]; a mark that this file system cannot carry is no error.
pub fn folder_without_backup(folder: &Path) -> Result<(), DiskError> {
    disk::private_folder(folder)?;
    let tag = folder.join("CACHEDIR.TAG");
    if disk::read(&tag, 4096).ok().flatten().is_none_or(|bytes| bytes != TAG.as_bytes()) {
        disk::write(&tag, TAG.as_bytes())?;
    }
    exclude(folder);
    Ok(())
}

/// Time Machine and the backup of iOS read these attributes. Type-checked; not yet run there.
#[cfg(any(target_os = "macos", target_os = "ios"))]
fn exclude(folder: &Path) {
    use rustix::fs::{XattrFlags, setxattr};
    let _ =
        setxattr(folder, "com.apple.metadata:com_apple_backup_excludeItem", b"com.apple.backupd", XattrFlags::empty());
    let _ = setxattr(folder, "com.apple.MobileBackup", b"\x01", XattrFlags::empty());
}

/// Elsewhere the tag is all there is; on Android the folder lies under `no_backup`, chosen by the window.
#[cfg(not(any(target_os = "macos", target_os = "ios")))]
fn exclude(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_carries_the_tag_that_backup_programs_know() {
        let folder = tempfile::tempdir().unwrap();
        let sections = folder.path().join("sections");
        folder_without_backup(&sections).unwrap();
        folder_without_backup(&sections).unwrap();
        let tag = std::fs::read_to_string(sections.join("CACHEDIR.TAG")).unwrap();
        assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"), "the signature of the specification");
    }
}
