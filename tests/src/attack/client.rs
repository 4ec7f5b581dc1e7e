//! An HTTP client that sends what no honest one would, byte for byte.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status; 0 where the connection closed without an answer.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body.
    pub body: Vec<u8>,
    /// How long it took.
    pub took: Duration,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as a type.
    ///
    /// # Errors
    /// What it is instead.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, String> {
        serde_json::from_slice(&self.body)
            .map_err(|error| format!("{error}: {} {}", self.status, self.text()))
    }

    /// The code of a problem document; empty where it is none.
    #[must_use]
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// One registry that is attacked.
#[derive(Debug, Clone, Copy)]
pub struct Client {
    /// Where it listens.
    pub address: SocketAddr,
}

impl Client {
    /// A connection of one's own.
    ///
    /// # Errors
    /// Where none comes about.
    pub fn connect(&self) -> Result<TcpStream, String> {
        let stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(5))
            .map_err(|e| e.to_string())?;
        let wait = Some(Duration::from_secs(60));
        stream.set_read_timeout(wait).map_err(|e| e.to_string())?;
        stream.set_write_timeout(wait).map_err(|e| e.to_string())?;
        Ok(stream)
    }

    /// Sends bytes on a connection of their own and reads what comes.
    ///
    /// # Errors
    /// Where no connection comes about.
    pub fn raw(&self, bytes: &[u8]) -> Result<Answer, String> {
        let begun = Instant::now();
        let mut stream = self.connect()?;
        // It may answer and close before all is sent.
        let _ = stream.write_all(bytes);
        Ok(answer(&mut stream, begun))
    }

    /// One request with a body as it stands.
    ///
    /// # Errors
    /// Where no connection comes about.
    pub fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, String> {
        let mut bytes = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = (bytes + "\r\n").into_bytes();
        bytes.extend_from_slice(body);
        self.raw(&bytes)
    }

    /// `GET` under a session, or without.
    ///
    /// # Errors
    /// Where no connection comes about.
    pub fn get(&self, path: &str, token: Option<&str>) -> Result<Answer, String> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = bearer
            .iter()
            .map(|bearer| ("authorization", bearer.as_str()))
            .collect();
        self.ask("GET", path, &headers, b"")
    }

    /// `POST` of JSON under a session, or without.
    ///
    /// # Errors
    /// Where no connection comes about.
    pub fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Answer, String> {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(bearer.iter().map(|b| ("authorization", b.as_str())));
        self.ask("POST", path, &headers, body.to_string().as_bytes())
    }
}

fn answer(stream: &mut TcpStream, begun: Instant) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer counts as its end.
    let mut piece = [0; 16 * 1024];
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        bytes.extend_from_slice(&piece[..read]);
    }
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .map_or(bytes.len(), |at| at + 4);
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    Answer {
        status: head
            .split_whitespace()
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap_or(0),
        head,
        body: bytes[end..].to_vec(),
        took: begun.elapsed(),
    }
}

/// Packs bytes.
///
/// # Errors
/// None in memory.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|e| e.to_string())
}
