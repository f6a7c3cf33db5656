//! The desktop at hand, by which a person is told where its keychain is opened.

use std::env;

/// Who keeps the keychain of this desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Desktop {
    /// GNOME and those that share its keyring: Cinnamon, MATE, Xfce and others.
    Gnome,
    /// KDE Plasma and its wallet.
    Kde,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
    /// Any other.
    Other,
}

impl Desktop {
    /// The one this session says it is (`XDG_CURRENT_DESKTOP`, Desktop Entry Specification), or that of the system.
    #[must_use]
    pub fn here() -> Self {
        if cfg!(target_os = "macos") {
            Self::MacOs
        } else if cfg!(windows) {
            Self::Windows
        } else {
            Self::named(&env::var("XDG_CURRENT_DESKTOP").unwrap_or_default())
        }
    }

    /// By the names of a session, the first known one of several.
    fn named(session: &str) -> Self {
        let known = session.split(':').find_map(|name| match name.to_ascii_uppercase().as_str() {
            "KDE" => Some(Self::Kde),
            "GNOME" | "GNOME-CLASSIC" | "UNITY" | "CINNAMON" | "X-CINNAMON" | "MATE" | "XFCE" | "BUDGIE"
            | "PANTHEON" => Some(Self::Gnome),
            _ => None,
        });
        known.unwrap_or(Self::Other)
    }

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gnome => "gnome",
            Self::Kde => "kde",
            Self::MacOs => "macos",
            Self::Windows => "windows",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_says_nothing_known_is_any_other() {
        for session in ["", ":", "sway", "GNOMEISH", "KDE "] {
            assert_eq!(Desktop::named(session), Desktop::Other, "{session:?}");
        }
    }

    #[test]
    fn a_session_is_known_by_its_names() {
        assert_eq!(Desktop::named("ubuntu:GNOME"), Desktop::Gnome);
        assert_eq!(Desktop::named("X-Cinnamon"), Desktop::Gnome);
        assert_eq!(Desktop::named("KDE"), Desktop::Kde);
    }
}
