//! The stream of events: the same events whatever pieces they come in, and no event hides another.

#![no_main]

use journey::federation::sse::Reader;
use libfuzzer_sys::fuzz_target;
use protocol::stream::Event;

fuzz_target!(|data: &[u8]| {
    let Some((size, bytes)) = data.split_first() else { return };
    let heard = |pieces: std::slice::Chunks<'_, u8>| {
        let mut reader = Reader::after(Some(3));
        let mut heard = Vec::new();
        for piece in pieces {
            match reader.take(piece) {
                Ok(more) => heard.extend(more),
                // Events of the piece that breaks the stream may be lost with it.
                Err(broken) => return Err(broken),
            }
        }
        Ok(heard)
    };
    let whole = heard(bytes.chunks(bytes.len().max(1)));
    let pieces = heard(bytes.chunks(usize::from(*size).max(1)));
    assert_eq!(whole, pieces, "how bytes arrive changes what they say");
    for event in whole.unwrap_or_default() {
        if let Ok(Some(read)) = Event::read(&event.event, &event.data) {
            let data = read.data().expect("an event can be written");
            assert_eq!(Event::read(read.name(), &data).ok(), Some(Some(read.clone())), "an event reads back");
        }
    }
});
