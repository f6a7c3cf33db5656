//! A program with its arguments, as files and tools of the system name it: its timer and what starts with a login.

use std::path::PathBuf;

/// What is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What the system knows the call by, `[a-z.-]+`: one for each profile.
    pub name: &'static str,
    /// The running program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Program or argument cannot be written down: a control character, or not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("program or argument cannot be written for the system")]
pub struct Unfit;

impl Call {
    /// Program and arguments as text without control characters, which no file of a system can hold.
    pub(crate) fn words(&self) -> Result<Vec<&str>, Unfit> {
        let program = self.program.to_str().filter(|_| self.program.is_absolute()).ok_or(Unfit)?;
        let words: Vec<&str> = std::iter::once(program).chain(self.arguments.iter().map(String::as_str)).collect();
        if words.iter().any(|word| word.chars().any(char::is_control)) { Err(Unfit) } else { Ok(words) }
    }
}

/// A word for the command line of Windows: a path cannot hold a quotation mark there.
pub(crate) fn windows_word(text: &str) -> Result<String, Unfit> {
    if text.contains('"') || text.ends_with('\\') { Err(Unfit) } else { Ok(format!("\"{text}\"")) }
}

/// For a place between two tags of XML.
pub(crate) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

// Absolute paths of another system are none on Windows.
#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_no_file_of_a_system_can_hold_is_refused() {
        let call = |program: &str, argument: &str| Call {
            name: "mingxia-sweep",
            program: program.into(),
            arguments: vec![argument.to_owned()],
        };
        for (program, argument) in
            [("mingxia", "--sweep"), ("/a\0", "--sweep"), ("/a\nExecStart=/b", "--sweep"), ("/a", "--demo=\u{1b}")]
        {
            assert_eq!(call(program, argument).words(), Err(Unfit), "{program:?} {argument:?}");
        }
        assert_eq!(call("/opt/名下/mingxia", "--sweep").words(), Ok(vec!["/opt/名下/mingxia", "--sweep"]));
    }
}
