//! Lines of a file, however long the file or a line of it: memory stays bounded.

use std::io::{self, BufRead};

/// Longest line kept, bytes. NMEA allows 82, logs of positions reach some hundreds.
pub const MAX_LINE: usize = 4096;

/// What the next line was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Line {
    /// It is in the buffer, without its end.
    Read,
    /// It was longer than [`MAX_LINE`]: skipped up to its end without being kept.
    TooLong,
    /// There is none.
    End,
}

/// Reads the next line into `buffer` (cleared first); both `\n` and `\r\n` end one.
pub(crate) fn next_line(input: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Line> {
    buffer.clear();
    let mut any = false;
    let mut too_long = false;
    loop {
        let available = match input.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if available.is_empty() {
            break;
        }
        any = true;
        let (part, used, ended) = match available.iter().position(|b| *b == b'\n') {
            Some(end) => (&available[..end], end + 1, true),
            None => (available, available.len(), false),
        };
        if buffer.len() + part.len() > MAX_LINE {
            too_long = true;
        } else if !too_long {
            buffer.extend_from_slice(part);
        }
        input.consume(used);
        if ended {
            break;
        }
    }
    if !any {
        return Ok(Line::End);
    }
    if too_long {
        buffer.clear();
        return Ok(Line::TooLong);
    }
    if buffer.last() == Some(&b'\r') {
        buffer.pop();
    }
    Ok(Line::Read)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::io::{BufReader, Read};

    fn lines(mut input: impl BufRead) -> Vec<Result<Vec<u8>, ()>> {
        let mut buffer = Vec::new();
        let mut all = Vec::new();
        loop {
            match next_line(&mut input, &mut buffer).unwrap() {
                Line::Read => all.push(Ok(buffer.clone())),
                Line::TooLong => all.push(Err(())),
                Line::End => return all,
            }
        }
    }

    #[test]
    fn both_line_ends_and_a_last_line_without_one() {
        assert_eq!(
            lines(&b"a\r\n\nb"[..]),
            [Ok(b"a".to_vec()), Ok(vec![]), Ok(b"b".to_vec())]
        );
    }

    #[test]
    fn a_gigabyte_without_a_line_end_is_one_refusal_and_no_memory() {
        let input = BufReader::new(io::repeat(b'x').take(1 << 30)).chain(&b"\nb\n"[..]);
        let mut input = input;
        let mut buffer = Vec::new();
        assert_eq!(next_line(&mut input, &mut buffer).unwrap(), Line::TooLong);
        assert!(buffer.capacity() <= 4 * MAX_LINE);
        assert_eq!(next_line(&mut input, &mut buffer).unwrap(), Line::Read);
        assert_eq!(buffer, b"b");
    }
}
