//! A real registry in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The registry's program, beside the program that runs.
///
/// # Errors
/// Where it was not built.
pub fn program() -> Result<PathBuf, String> {
    let me = std::env::current_exe().map_err(|e| e.to_string())?;
    me.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("pakmut-registry"))
        .find(|path| path.is_file())
        .ok_or_else(|| "pakmut-registry is not built: cargo build -p pakmut-registry".to_owned())
}

/// Runs one verb of the registry's command line on a database, and gives what
/// it said.
///
/// # Errors
/// What it said where it failed.
pub fn run(database: &Path, arguments: &[&str]) -> Result<String, String> {
    Ok(said_and_printed(database, arguments)?.0)
}

/// The same, and gives what it printed.
///
/// # Errors
/// What it said where it failed.
pub fn print(database: &Path, arguments: &[&str]) -> Result<String, String> {
    Ok(said_and_printed(database, arguments)?.1)
}

fn said_and_printed(database: &Path, arguments: &[&str]) -> Result<(String, String), String> {
    let output = Command::new(program()?)
        .args(["--database", &url(database)])
        .args(arguments)
        .output()
        .map_err(|e| e.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        Ok((said, String::from_utf8_lossy(&output.stdout).into_owned()))
    } else {
        Err(format!("registry {arguments:?}: {said}"))
    }
}

fn url(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

/// A registry that serves; it is stopped when this goes.
#[derive(Debug)]
pub struct RegistryProcess {
    child: Child,
    address: SocketAddr,
    log: Option<Arc<Mutex<String>>>,
    /// Seconds from the start of the process to its first answer.
    pub first_answer_s: f64,
}

impl RegistryProcess {
    /// Starts it on a free port of loopback, or the one named, and waits for its first answer.
    ///
    /// # Errors
    /// Where it does not answer within 30 seconds.
    pub fn start(database: &Path, port: u16) -> Result<Self, String> {
        Self::start_with(database, port, &[], false)
    }

    /// The same with further arguments to `serve`. With its most talkative log,
    /// which is kept, where that is asked for.
    ///
    /// # Errors
    /// Where it does not answer within 30 seconds.
    pub fn start_with(
        database: &Path,
        port: u16,
        arguments: &[&str],
        logged: bool,
    ) -> Result<Self, String> {
        let mut command = Command::new(program()?);
        if logged {
            command.env("RUST_LOG", "trace");
        }
        Self::start_by(command, database, port, arguments, logged)
    }

    /// The same by a command of the caller's own that runs [`program`].
    ///
    /// # Errors
    /// Where it does not answer within 30 seconds.
    pub fn start_by(
        mut command: Command,
        database: &Path,
        port: u16,
        arguments: &[&str],
        logged: bool,
    ) -> Result<Self, String> {
        let address = match port {
            0 => TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()),
            port => Ok(SocketAddr::from(([127, 0, 0, 1], port))),
        }
        .map_err(|e| e.to_string())?;
        let begun = Instant::now();
        let mut child = command
            .args([
                "--database",
                &url(database),
                "serve",
                "--listen",
                &address.to_string(),
            ])
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|e| e.to_string())?;
        while !answers(address) {
            let ended = child.try_wait().map_err(|e| e.to_string())?;
            if ended.is_some() || begun.elapsed() > Duration::from_secs(30) {
                let _ = child.kill();
                let said: Vec<String> = child
                    .stderr
                    .take()
                    .into_iter()
                    .flat_map(|e| BufReader::new(e).lines().map_while(Result::ok))
                    .collect();
                return Err(format!("the registry does not serve: {}", said.join("\n")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let first_answer_s = begun.elapsed().as_secs_f64();
        // Nobody may block it by not reading what it logs.
        let kept = logged.then(Arc::<Mutex<String>>::default);
        if let Some(log) = child.stderr.take() {
            let kept = kept.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(log).lines().map_while(Result::ok) {
                    if let Some(kept) = &kept {
                        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                        kept.push_str(&line);
                        kept.push('\n');
                    }
                }
            });
        }
        Ok(Self {
            child,
            address,
            log: kept,
            first_answer_s,
        })
    }

    /// What it logged so far, where that is kept.
    #[must_use]
    pub fn log(&self) -> String {
        self.log.as_ref().map_or_else(String::new, |log| {
            log.lock().unwrap_or_else(PoisonError::into_inner).clone()
        })
    }

    /// Its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its memory in use, and the most that it ever used, bytes.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn memory(&self) -> Result<(u64, u64), String> {
        memory_of(&self.child.id().to_string())
    }

    /// The CPU time that it took so far, seconds.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn cpu(&self) -> Result<f64, String> {
        cpu_of(&self.child.id().to_string())
    }

    /// Ends it at once (SIGKILL), in the middle of whatever it does.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// One of its own counts, from its `/metrics`.
    ///
    /// # Errors
    /// Where it does not answer, or has no such count.
    pub fn metric(&self, name: &str) -> Result<f64, String> {
        get(self.address, "/metrics")
            .map_err(|e| e.to_string())?
            .lines()
            .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
            .ok_or_else(|| format!("the registry counts no {name}"))
    }

    /// Asks it to stop and waits until it has.
    pub fn stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if begun.elapsed() > Duration::from_secs(10) {
                let _ = self.child.kill();
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for RegistryProcess {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A process' memory in use, and the most that it ever used, bytes (`VmRSS` and
/// `VmHWM` of proc(5)).
///
/// # Errors
/// Where the system does not tell.
pub fn memory_of(process: &str) -> Result<(u64, u64), String> {
    let text =
        std::fs::read_to_string(format!("/proc/{process}/status")).map_err(|e| e.to_string())?;
    let read = |name: &str| {
        text.lines()
            .find_map(|line| {
                line.strip_prefix(name)?
                    .trim()
                    .strip_suffix(" kB")?
                    .parse::<u64>()
                    .ok()
            })
            .map(|kb| kb * 1024)
            .ok_or_else(|| format!("no {name}"))
    };
    Ok((read("VmRSS:")?, read("VmHWM:")?))
}

/// The CPU time that a process took so far, seconds: fields 14 and 15 of
/// `/proc/PID/stat`, hundredths of a second (proc(5)).
///
/// # Errors
/// Where the system does not tell.
pub fn cpu_of(process: &str) -> Result<f64, String> {
    let text =
        std::fs::read_to_string(format!("/proc/{process}/stat")).map_err(|e| e.to_string())?;
    let after = text.rsplit_once(')').map_or("", |(_, after)| after);
    let mut fields = after.split_whitespace().skip(11);
    let mut next = || fields.next().and_then(|field| field.parse::<f64>().ok());
    match (next(), next()) {
        (Some(user), Some(system)) => Ok((user + system) / 100.0),
        _ => Err("no CPU times".to_owned()),
    }
}

fn answers(address: SocketAddr) -> bool {
    get(address, "/healthz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

/// A whole answer, head and body.
fn get(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_millis(200))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let ask = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
