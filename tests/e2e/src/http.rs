//! HTTP on loopback, just enough for a WebDriver and the demonstration's controls.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

/// Longer than any step of the window takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// One request; the body of the answer as JSON (null where it is empty), with its status.
///
/// # Errors
/// What the socket said; an answer that is not HTTP with a JSON body is `InvalidData`.
pub(crate) fn ask(address: &str, method: &str, path: &str, body: Option<&Value>) -> io::Result<(u16, Value)> {
    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let body = body.map(Value::to_string).unwrap_or_default();
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let mut said = Vec::new();
    socket.read_to_end(&mut said)?;
    read(&said).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer is not HTTP with JSON"))
}

/// Status and body of an answer.
fn read(said: &[u8]) -> Option<(u16, Value)> {
    let split = said.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&said[..split]).ok()?.to_ascii_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = &said[split + 4..];
    let chunked = head.contains("transfer-encoding: chunked");
    let body = if chunked { joined(body)? } else { body.to_vec() };
    let value = if body.trim_ascii().is_empty() { Value::Null } else { serde_json::from_slice(&body).ok()? };
    Some((status, value))
}

/// The chunks of a body without their lengths.
fn joined(mut chunks: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = chunks.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&chunks[..line]).ok()?.trim(), 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(chunks.get(line + 2..line + 2 + length)?);
        chunks = chunks.get(line + 4 + length..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_not_json_is_refused() {
        assert!(read(b"HTTP/1.1 200 OK\r\n\r\n<html>").is_none(), "a page is no answer");
        assert!(read(b"HTTP/1.1 200 OK\r\n").is_none(), "a head without an end is no answer");
    }

    #[test]
    fn whole_and_chunked_bodies_are_the_same() {
        let whole = read(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n{\"a\":1}");
        let chunked =
            read(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n");
        assert_eq!(whole, chunked, "how it was sent changes nothing");
        assert_eq!(read(b"HTTP/1.1 204 No Content\r\n\r\n"), Some((204, Value::Null)), "nothing is an answer too");
    }
}
