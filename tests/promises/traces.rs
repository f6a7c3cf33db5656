//! What must not be found, and where it is looked for.

use std::path::{Path, PathBuf};

use demo_world::Person;

/// Something private and what it is called when it is found.
pub(crate) struct Trace {
    pub(crate) what: String,
    bytes: Vec<Vec<u8>>,
}

impl Trace {
    /// A text, as UTF-8 and as the two-byte text that web views and Windows keep.
    pub(crate) fn text(what: &str, text: &str) -> Self {
        let wide = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        Self { what: what.to_owned(), bytes: vec![text.as_bytes().to_vec(), wide] }
    }

    /// A secret of bytes: as it is, as base64url, as hex, and as a debug print shows it.
    pub(crate) fn secret(what: &str, bytes: &[u8]) -> Self {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let all = [bytes.to_vec(), protocol::encode::b64u(bytes).into(), hex.into(), format!("{bytes:?}").into()];
        Self { what: what.to_owned(), bytes: all.into() }
    }

    /// Whether it is in there, in any of its forms.
    pub(crate) fn is_in(&self, place: &[u8]) -> bool {
        self.bytes.iter().any(|bytes| place.windows(bytes.len()).any(|window| window == bytes))
    }
}

/// Who somebody is: name, document, mobile.
pub(crate) fn identity(person: &Person) -> Vec<Trace> {
    vec![
        Trace::text("the name", &person.name),
        Trace::text("the document number", &person.id_number),
        Trace::text("the mobile", &person.mobile),
    ]
}

/// What somebody holds, as banks know it and as reports show it.
pub(crate) fn cards(person: &Person) -> Vec<Trace> {
    let cards = person.banks.iter().flat_map(|holding| &holding.cards);
    cards
        .flat_map(|card| {
            let masked = protocol::mask::card_number(&card.number);
            [
                Trace::text("a whole card number", &card.number),
                Trace::text("a masked card number", &masked),
                Trace::text("the name of a product", &card.product),
            ]
        })
        .collect()
}

/// Every file below a folder, with its bytes.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { open.push(path) } else { found.push((path.clone(), std::fs::read(&path).unwrap())) }
        }
    }
    found
}

/// How many databases of sections lie on a device.
pub(crate) fn sections(device: &Path) -> usize {
    let databases = |file: &&(PathBuf, Vec<u8>)| file.0.extension().is_some_and(|it| it == "db");
    files(&device.join("sections")).iter().filter(databases).count()
}

/// Refuses a folder in which any of it can be read.
pub(crate) fn absent(traces: &[Trace], folder: &Path) {
    for (file, bytes) in files(folder) {
        for trace in traces {
            assert!(!trace.is_in(&bytes), "{} can be read in {}", trace.what, file.display());
        }
    }
}
