//! One long-lived key on a memory page of its own, kept out of swap where the system allows it.
#![expect(unsafe_code, reason = "locking and unlocking of a page this type owns")]

use zeroize::Zeroize;

#[repr(C, align(4096))]
struct Page {
    key: [u8; 32],
    rest: [u8; 4096 - 32],
}

/// A 32-byte key on its own locked page; wiped when dropped, never printed.
pub struct KeyPage {
    page: Box<Page>,
    locked: bool,
}

impl KeyPage {
    /// Moves the key onto a page of its own; the copy handed in is wiped.
    #[must_use]
    pub fn new(mut key: [u8; 32]) -> Self {
        let mut page = Box::new(Page { key: [0; 32], rest: [0; 4096 - 32] });
        let locked = lock(&mut page);
        page.key = key;
        key.zeroize();
        Self { page, locked }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &[u8; 32] {
        &self.page.key
    }

    /// Whether the page stays out of swap; false is a warning, not an error.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.locked
    }
}

impl Drop for KeyPage {
    fn drop(&mut self) {
        self.page.key.zeroize();
        self.page.rest.zeroize();
        if self.locked {
            unlock(&mut self.page);
        }
    }
}

#[cfg(unix)]
fn lock(page: &mut Page) -> bool {
    // SAFETY: the address and length are exactly one page owned by the box; locking changes no content.
    unsafe { rustix::mm::mlock(std::ptr::from_mut(page).cast(), size_of::<Page>()) }.is_ok()
}

#[cfg(unix)]
fn unlock(page: &mut Page) {
    // SAFETY: the same page that was locked; nobody else has anything on it.
    let _ = unsafe { rustix::mm::munlock(std::ptr::from_mut(page).cast(), size_of::<Page>()) };
}

#[cfg(windows)]
#[link(name = "kernel32")]
unsafe extern "system" {
    /// Keeps pages out of the paging file; 0 where it could not (memoryapi.h).
    fn VirtualLock(address: *mut Page, size: usize) -> i32;
    /// Gives them back.
    fn VirtualUnlock(address: *mut Page, size: usize) -> i32;
}

#[cfg(windows)]
fn lock(page: &mut Page) -> bool {
    // SAFETY: the address and length are exactly one page owned by the box; locking changes no content.
    unsafe { VirtualLock(std::ptr::from_mut(page), size_of::<Page>()) != 0 }
}

#[cfg(windows)]
fn unlock(page: &mut Page) {
    // SAFETY: the same page that was locked; nobody else has anything on it.
    unsafe { VirtualUnlock(std::ptr::from_mut(page), size_of::<Page>()) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_has_a_page_of_its_own() {
        let key = KeyPage::new([7; 32]);
        assert_eq!(key.key(), &[7; 32]);
        assert_eq!(
            key.key().as_ptr().addr() % 4096,
            0,
            "nothing shares the page, so unlocking it unlocks nothing else"
        );
        assert_eq!(size_of::<Page>(), 4096);
    }
}
