//! A throw-away PostgreSQL, one for the whole test program.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The address of a PostgreSQL server's own database, for `CREATE DATABASE`:
/// `PAKMUT_TEST_POSTGRES_URL`, or a server that is started here and ends with
/// this program.
fn server() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    SERVER.get_or_init(|| match std::env::var("PAKMUT_TEST_POSTGRES_URL") {
        Ok(url) if !url.is_empty() => url,
        _ => start(),
    })
}

/// The address of a new, empty database.
pub async fn new_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let server = tokio::task::spawn_blocking(server).await.unwrap();
    let name = format!(
        "pakmut_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let (base, rest) = match server.split_once('?') {
        Some((base, rest)) => (base, format!("?{rest}")),
        None => (server, String::new()),
    };
    use sqlx::Connection;
    let mut db = sqlx::PgConnection::connect(server)
        .await
        .expect("PostgreSQL does not answer");
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .execute(&mut db)
        .await
        .unwrap();
    let root = &base[..base.rfind('/').unwrap()];
    format!("{root}/{name}{rest}")
}

fn bin_dir() -> PathBuf {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .filter(|dir| dir.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect(
        "no PostgreSQL: install Debian's postgresql-15, or set PAKMUT_TEST_POSTGRES_URL \
         to a server where databases may be made",
    )
}

/// Runs a program as nobody where we are root, which PostgreSQL refuses; it
/// ends when the thread that started it ends.
fn command(program: &Path) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| {
        use std::os::unix::fs::MetadataExt;
        me.uid() == 0
    });
    let mut command = Command::new("setpriv");
    if root {
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
    }
    command
        .arg("--pdeathsig=TERM")
        .arg(program)
        .current_dir("/");
    command
}

fn remove_left_over() {
    for entry in std::fs::read_dir(std::env::temp_dir())
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(pid) = name.strip_prefix("pakmut-postgres-")
            && !Path::new("/proc").join(pid).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

fn start() -> String {
    remove_left_over();
    let bin = bin_dir();
    let dir = std::env::temp_dir().join(format!("pakmut-postgres-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700)).unwrap();
    // nobody and nogroup in Debian; a plain user already owns it.
    let _ = chown(&dir, Some(65534), Some(65534));
    let data = dir.join("data");
    let made = command(&bin.join("initdb"))
        .args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
        ])
        .args(["--locale=C", "-D"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "initdb: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let (ready, started) = std::sync::mpsc::channel();
    // The server ends with this thread, which ends with the program.
    std::thread::spawn(move || {
        let mut server = command(&bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&dir)
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port.to_string(),
                "-c",
                "max_connections=300",
            ])
            .args(["-c", "fsync=off", "-c", "shared_buffers=32MB"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(server.stderr.take().unwrap());
        let mut line = String::new();
        while lines.read_line(&mut line).is_ok_and(|read| read > 0) {
            if line.contains("ready to accept connections") {
                let _ = ready.send(());
            }
            line.clear();
        }
        let mut rest = String::new();
        let _ = lines.read_to_string(&mut rest);
        let _ = server.wait();
    });
    started
        .recv_timeout(std::time::Duration::from_secs(60))
        .expect("PostgreSQL did not start");
    format!("postgres://postgres@127.0.0.1:{port}/postgres")
}
