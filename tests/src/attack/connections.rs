//! Connections that are held open, and far too many requests.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::items::count;
use super::world::World;
use crate::registry_process::RegistryProcess;
use crate::report::Report;

/// Connections that are held open at once, below what one address may have.
const HELD: usize = 400;

/// Slow heads, slow bodies and answers that nobody reads, while an honest
/// client goes on.
///
/// # Errors
/// What failed, in words.
pub fn slowloris(report: &mut Report, world: &World, short: bool) -> Result<(), String> {
    let held = if short { 60 } else { HELD };
    let mut open: Vec<TcpStream> = Vec::new();
    for n in 0..held {
        let mut stream = world.client.connect()?;
        let head: &[u8] = match n % 3 {
            0 => b"",
            1 => b"GET /v1/config HTTP/1.1\r\nhost: x\r\nx-a: ",
            _ => {
                b"POST /v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                   content-length: 4000\r\n\r\n{"
            }
        };
        stream.write_all(head).map_err(|e| e.to_string())?;
        open.push(stream);
    }
    let begun = Instant::now();
    let mut worst = Duration::ZERO;
    let until = Duration::from_secs(if short { 2 } else { 50 });
    let mut alive = open.len();
    while begun.elapsed() < until {
        let answer = world.client.get("/v1/config", None)?;
        if answer.status != 200 {
            return Err(format!("an honest client was answered {}", answer.status));
        }
        worst = worst.max(answer.took);
        std::thread::sleep(Duration::from_millis(500));
        open.retain_mut(drip);
        alive = open.len();
    }
    report.row(
        &format!("slowloris, {held} held: honest answer at worst"),
        worst.as_secs_f64(),
        "s",
        "<= 1",
    );
    if !short {
        report.row("slowloris: still open after 50 s", count(alive), "", "= 0");
    }
    Ok(())
}

/// One byte more; false where the other side closed.
fn drip(stream: &mut TcpStream) -> bool {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(1)));
    let mut byte = [0; 512];
    match stream.read(&mut byte) {
        Ok(0) => return false,
        // An answer, 408 say: it is refused, and closes next.
        Ok(_) => return true,
        Err(error)
            if !matches!(
                error.kind(),
                std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
            ) =>
        {
            return false;
        }
        Err(_) => {}
    }
    stream.write_all(b"a").is_ok()
}

/// Far too many requests from one address.
///
/// # Errors
/// What failed, in words.
pub fn flood(report: &mut Report, world: &World) -> Result<(), String> {
    let served = RegistryProcess::start_with(&world.database, 0, &["--rate", "20"], false)?;
    let client = super::client::Client {
        address: served.address(),
    };
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..400 {
        match client.get("/v1/config", None)?.status {
            200 => answered += 1,
            429 => refused += 1,
            _ => {}
        }
    }
    report.row(
        "flood of 400 at 20 a second: answered",
        count(answered),
        "",
        "<= 300",
    );
    report.row("flood of 400: refused", count(refused), "", ">= 100");
    Ok(())
}
