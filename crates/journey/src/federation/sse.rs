//! Reads an event stream (WHATWG server-sent events) as far as this protocol uses it: id, event, data, retry.
//!
//! An event is only a reason to look: what is believed comes from GET and from signatures.

use std::time::Duration;

/// The longest line that is kept; a longer one ends the stream.
const MAX_LINE: usize = 128 << 10;
/// First pause before connecting again.
const FIRST_PAUSE: Duration = Duration::from_secs(3);
/// Longest pause.
const LAST_PAUSE: Duration = Duration::from_secs(300);

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Its number within the query.
    pub id: u64,
    /// Its name.
    pub event: String,
    /// Its data.
    pub data: String,
}

/// Takes bytes in any pieces and gives whole events; ids at or below the last seen are passed over.
#[derive(Debug, Default)]
pub struct Reader {
    line: Vec<u8>,
    id: Option<u64>,
    event: String,
    data: Option<String>,
    last: Option<u64>,
    fresh: bool,
}

/// The stream breaks the rules; connect again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an event stream of this protocol")]
pub struct Broken;

impl Reader {
    /// Goes on after the event `last`.
    #[must_use]
    pub fn after(last: Option<u64>) -> Self {
        Self { last, fresh: true, ..Self::default() }
    }

    /// The last event seen, for `Last-Event-ID`.
    #[must_use]
    pub const fn last(&self) -> Option<u64> {
        self.last
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<Heard>, Broken> {
        let mut heard = Vec::new();
        for byte in bytes {
            if *byte != b'\n' {
                if self.line.len() >= MAX_LINE {
                    return Err(Broken);
                }
                self.line.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut self.line);
            let line = std::str::from_utf8(&line).map_err(|_| Broken)?;
            heard.extend(self.line(line.trim_end_matches('\r'))?);
        }
        Ok(heard)
    }

    fn line(&mut self, line: &str) -> Result<Option<Heard>, Broken> {
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "id" => self.id = Some(value.parse().map_err(|_| Broken)?),
            "event" => value.clone_into(&mut self.event),
            "data" => self.data = Some(value.to_owned()),
            // Comments, retry and whatever a later version adds.
            _ => {}
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<Heard> {
        let event = std::mem::take(&mut self.event);
        let (id, data) = (self.id.take()?, self.data.take()?);
        // A snapshot may begin again below what was seen: the server did not know our id.
        let snapshot = event == "snapshot" && std::mem::take(&mut self.fresh);
        if !snapshot && self.last.is_some_and(|last| id <= last) {
            return None;
        }
        self.fresh = false;
        self.last = Some(id);
        Some(Heard { id, event, data })
    }
}

/// How long to wait before the n-th connection in a row that brought nothing; `spread` in 0..=40 is chance (+-20 %).
#[must_use]
pub fn pause(failures: u32, spread: u8) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(LAST_PAUSE);
    doubled * (80 + u32::from(spread.min(40))) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_already_seen_is_passed_over() {
        let mut reader = Reader::after(Some(7));
        let heard = reader.take(b"id: 7\nevent: bank\ndata: {}\n\nid: 8\nevent: bank\ndata: {}\n\n").unwrap();
        assert_eq!(
            heard,
            [Heard { id: 8, event: "bank".into(), data: "{}".into() }],
            "what was seen is not told twice"
        );
    }

    #[test]
    fn an_endless_line_and_a_false_id_break_the_stream() {
        assert_eq!(
            Reader::default().take(&vec![b'x'; MAX_LINE + 1]),
            Err(Broken),
            "a line without end fills no memory"
        );
        assert_eq!(Reader::default().take(b"id: -1\n"), Err(Broken), "ids count upwards from nought");
    }

    #[test]
    fn events_come_whole_in_whatever_pieces() {
        let text =
            b": hello\n\nid: 1\r\nevent: snapshot\r\ndata: {}\r\n\r\nid: 2\nevent: closed\ndata: {\"revision\":1}\n\n";
        for size in 1..text.len() {
            let mut reader = Reader::after(None);
            let heard: Vec<_> = text.chunks(size).flat_map(|part| reader.take(part).unwrap()).collect();
            assert_eq!(heard.len(), 2, "pieces of {size} bytes hide no event");
            assert_eq!(reader.last(), Some(2));
        }
    }

    #[test]
    fn pauses_double_to_five_minutes() {
        assert_eq!(pause(0, 20), FIRST_PAUSE);
        assert_eq!(pause(1, 20), FIRST_PAUSE * 2);
        assert_eq!(pause(30, 40), LAST_PAUSE * 120 / 100, "never longer than five minutes and a fifth");
    }
}
