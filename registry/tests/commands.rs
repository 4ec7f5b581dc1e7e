//! The registry's command line, as a process of its own.

#![allow(clippy::unwrap_used, clippy::expect_used)]
#![allow(missing_docs)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

const PLACES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/places/");

struct Registry {
    dir: tempfile::TempDir,
}

impl Registry {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir }
    }

    /// With Chiang Mai's areas and LAOs.
    fn with_lists() -> Self {
        let registry = Self::new();
        let text = std::fs::read_to_string(format!("{PLACES}provinces.geojson")).unwrap();
        let mut all: Value = serde_json::from_str(&text).unwrap();
        let features = all["features"].as_array_mut().unwrap();
        features.retain(|feature| feature["properties"]["code"] == "50");
        let places = registry.file("places.geojson", &all.to_string());
        registry.expect(&["import", "places", &places]);
        let laos = registry.file("laos.csv", &laos());
        registry.expect(&["import", "laos", &laos]);
        registry
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pakmut-registry"));
        let database = format!("sqlite:{}", self.path("registry.db").display());
        command
            .args(["--database", &database])
            .args(arguments)
            .env_remove("RUST_LOG");
        command
    }

    /// Whether it succeeded, what it printed, and what it said.
    fn run(&self, arguments: &[&str]) -> (bool, String, String) {
        let done = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        (
            done.status.success(),
            text(&done.stdout),
            text(&done.stderr),
        )
    }

    fn expect(&self, arguments: &[&str]) -> String {
        let (fine, printed, said) = self.run(arguments);
        assert!(fine, "{arguments:?}: {said}");
        printed
    }

    fn refuse(&self, arguments: &[&str]) -> String {
        let (fine, _, said) = self.run(arguments);
        assert!(!fine, "{arguments:?} succeeded");
        said
    }

    /// A server on a free port, and its address.
    fn serve(&self) -> (Child, String) {
        let mut child = self
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        said.read_line(&mut line).unwrap();
        let log: Value = serde_json::from_str(&line).unwrap();
        let address = log["fields"]["address"].as_str().unwrap().to_owned();
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        (child, address)
    }

    fn epoch(&self) -> String {
        let (child, address) = self.serve();
        let config = request(&address, "GET", "/v1/config", "");
        stop(child);
        config["epoch"].as_str().unwrap().to_owned()
    }
}

fn laos() -> String {
    let text = std::fs::read_to_string(format!("{PLACES}laos.csv")).unwrap();
    let mut lines = text.lines();
    let mut kept = vec![lines.next().unwrap()];
    kept.extend(lines.filter(|line| line.split(',').nth(4) == Some("50")));
    kept.join("\n")
}

/// One request on a connection of its own; the JSON of the answer.
fn request(address: &str, method: &str, path: &str, body: &str) -> Value {
    let mut socket = TcpStream::connect(address).unwrap();
    write!(
        socket,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|_| panic!("{answer}"))
}

/// Asks a server to end, as an operator's system does; it must do so cleanly.
fn stop(mut child: Child) {
    let kill = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    assert!(child.wait().unwrap().success());
}

fn sign_in(address: &str, password: &str) -> Value {
    let body = json!({
        "username": "staff", "password": password,
        "device": "01890a5d-ac96-774b-bcce-000000000002",
    });
    request(address, "POST", "/v1/sessions", &body.to_string())
}

#[test]
fn an_error_names_its_line_and_nothing_is_imported() {
    let registry = Registry::with_lists();
    let list = laos();
    let broken = |line: usize, from: &str, to: &str| {
        let mut lines: Vec<String> = list.lines().map(str::to_owned).collect();
        assert!(lines[line - 1].contains(from), "{}", lines[line - 1]);
        lines[line - 1] = lines[line - 1].replacen(from, to, 1);
        // A change that must not stay either.
        lines[1] = lines[1].replacen("เทศบาล", "เทศบาลใหม่", 1);
        lines.join("\n")
    };
    let cases = [
        (broken(7, ",50,", ",ห้าสิบ,"), "line 7"),
        (broken(9, ",50,", ",99,"), "line 9"),
        (
            list.lines()
                .chain([list.lines().nth(3).unwrap()])
                .collect::<Vec<_>>()
                .join("\n"),
            "twice",
        ),
        (list.replacen("dla_code", "code", 1), "line 1"),
    ];
    let fresh = Registry::with_lists();
    for (n, (text, expected)) in cases.iter().enumerate() {
        let file = registry.file(&format!("broken-{n}.csv"), text);
        let said = registry.refuse(&["import", "laos", &file]);
        assert!(said.contains(expected), "{n}: {said}");
    }
    // The list that was there is there still, unchanged.
    for one in [&registry, &fresh] {
        let file = one.path("laos.csv").display().to_string();
        let (_, _, said) = one.run(&["import", "laos", &file]);
        assert!(said.contains("0 added, 0 changed"), "{said}");
    }
    let counters = registry.file(
        "counters.geojson",
        r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","geometry":null,"properties":{"dla_code":"5500201","name":"จุดหนึ่ง","sample":true}},
            {"type":"Feature","geometry":null,"properties":{"dla_code":"0000000","name":"จุดสอง"}}]}"#,
    );
    let said = registry.refuse(&["import", "counters", &counters]);
    assert!(said.contains("feature 2"), "{said}");
    let counters = registry.file(
        "counters.csv",
        "dla_code,name,kind,sample\n5500201,จุดหนึ่ง,one_stop,1\n5500201,จุดสอง,,\n",
    );
    for expected in ["2 added", "0 added, 0 changed, 2 the same"] {
        let (fine, _, said) = registry.run(&["import", "counters", &counters]);
        assert!(fine && said.contains(expected), "{said}");
    }
    let users = registry.file(
        "users.csv",
        "username,role,dla_code,province_code,password\n\
         one,lao,5500201,,quite long enough\ntwo,lao,5500201,,short\n",
    );
    let said = registry.refuse(&["import", "users", &users]);
    assert!(said.contains("line 3"), "{said}");
    let (child, address) = registry.serve();
    let body = json!({"username": "one", "password": "quite long enough", "device": "01890a5d-ac96-774b-bcce-000000000002"});
    let answer = request(&address, "POST", "/v1/sessions", &body.to_string());
    assert_eq!(answer["code"], "credentials_wrong");
    stop(child);
}

#[test]
fn a_made_password_is_printed_once_and_signs_in() {
    let registry = Registry::with_lists();
    let add = ["users", "add", "staff", "--role", "lao", "--lao", "5500201"];
    let printed = registry.expect(&add);
    let password = printed.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    // Again changes nothing and makes no other password.
    assert_eq!(registry.expect(&add), "");
    let (child, address) = registry.serve();
    assert!(sign_in(&address, password)["access_token"].is_string());
    assert_eq!(sign_in(&address, "wrong")["code"], "credentials_wrong");
    stop(child);
    let database = std::fs::read(registry.path("registry.db")).unwrap();
    assert!(
        !database
            .windows(password.len())
            .any(|w| w == password.as_bytes())
    );
}

#[test]
fn a_restore_gives_a_new_epoch_and_loses_nothing_of_before() {
    let registry = Registry::with_lists();
    let first = registry.epoch();
    assert_eq!(registry.epoch(), first);
    let copy = registry.path("copy.db").display().to_string();
    registry.expect(&["backup", &copy]);
    let said = registry.refuse(&["backup", &copy]);
    assert!(said.contains("there already"), "{said}");
    registry.expect(&["users", "add", "later", "--role", "department"]);
    // What is no registry's database is refused, and all stays as it is.
    let text = registry.file("text.db", "This is a letter.");
    let empty = registry.file("empty.db", "");
    for (file, expected) in [(&text, "no registry"), (&empty, "no registry")] {
        let said = registry.refuse(&["restore", file]);
        assert!(said.contains(expected), "{said}");
    }
    assert_eq!(registry.epoch(), first);
    registry.expect(&["restore", &copy]);
    let second = registry.epoch();
    assert_ne!(second, first);
    assert!(Path::new(&registry.path("registry.db.before-restore")).exists());
    let said = registry.refuse(&["restore", &copy]);
    assert!(said.contains("there already"), "{said}");
    registry.expect(&["new-epoch"]);
    assert_ne!(registry.epoch(), second);
    // The user who came after the backup is new again.
    let printed = registry.expect(&["users", "add", "later", "--role", "department"]);
    assert!(printed.contains("later,"), "{printed}");
}

#[test]
fn a_wrong_database_is_told_and_not_made() {
    let registry = Registry::new();
    let said = registry.refuse(&["new-epoch"]);
    assert!(!said.is_empty());
    assert!(!registry.path("registry.db").exists());
    let done = Command::new(env!("CARGO_BIN_EXE_pakmut-registry"))
        .args(["--database", "mysql://somewhere/x", "serve"])
        .output()
        .unwrap();
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("sqlite: or postgres:"));
}

#[test]
fn the_first_start_prints_a_code_and_the_command_line_looks_after_users() {
    let registry = Registry::with_lists();
    let start = || {
        let mut child = registry
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        let log: Value = serde_json::from_str(&line).unwrap();
        let address = log["fields"]["address"].as_str().unwrap().to_owned();
        assert!(!line.contains("code"), "the log has no code: {line}");
        (child, address)
    };
    let printed = |child: &mut Child| {
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        line.trim().rsplit(' ').next().unwrap().to_owned()
    };
    let (mut child, _) = start();
    let lost = printed(&mut child);
    stop(child);
    // Nobody has enrolled: the next start prints another, and the lost one ends.
    let (mut child, address) = start();
    let code = printed(&mut child);
    assert_ne!(code, lost);
    let enrol = |code: &str, username: &str| {
        let body = json!({
            "code": code, "username": username, "password": "mango and sticky rice",
            "contact": {"name": "x", "phone": "1"}, "device": "01890a5d-ac96-774b-bcce-000000000002",
        });
        request(&address, "POST", "/v1/enrolments", &body.to_string())
    };
    assert_eq!(enrol(&lost, "dla")["code"], "code_revoked");
    assert_eq!(enrol(&code, "dla")["account"]["role"], "department");
    let issued = registry.expect(&["codes", "issue", "--role", "province", "--province", "50"]);
    let code = issued.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    assert_eq!(enrol(code, "officer")["account"]["province"], "50");
    let all = registry.expect(&["codes", "issue", "--role", "lao", "--province", "50"]);
    assert!(all.lines().count() > 200);
    let listed = registry.expect(&["codes", "list"]);
    assert!(listed.contains(",open") && listed.contains(",used") && listed.contains(",revoked"));
    assert!(
        all.lines()
            .skip(1)
            .all(|line| !listed.contains(line.split(',').nth(1).unwrap()))
    );
    let open = listed.lines().find(|line| line.ends_with(",open")).unwrap();
    registry.expect(&["codes", "revoke", open.split(',').next().unwrap()]);
    let said = registry.refuse(&["codes", "revoke", open.split(',').next().unwrap()]);
    assert!(said.contains("no code"), "{said}");
    registry.refuse(&["codes", "issue", "--role", "lao"]);
    let users = registry.expect(&["users", "list", "off"]);
    assert!(users.contains("officer,province,") && !users.contains("dla,"));
    registry.expect(&["users", "disable", "Officer"]);
    let sign_in = |password: &str| {
        let body = json!({
            "username": "officer", "password": password, "device": "01890a5d-ac96-774b-bcce-000000000002",
        });
        request(&address, "POST", "/v1/sessions", &body.to_string())
    };
    assert_eq!(sign_in("mango and sticky rice")["code"], "account_disabled");
    registry.refuse(&["users", "reset", "officer"]);
    registry.expect(&["users", "enable", "officer"]);
    let reset = registry.expect(&["users", "reset", "officer"]);
    let code = reset.lines().nth(1).unwrap().split(',').nth(1).unwrap();
    let body = json!({"code": code, "password": "another long one", "device": "01890a5d-ac96-774b-bcce-000000000002"});
    let answer = request(&address, "POST", "/v1/password-resets", &body.to_string());
    assert!(answer["access_token"].is_string(), "{answer}");
    assert!(sign_in("another long one")["access_token"].is_string());
    registry.refuse(&["users", "erase", "officer"]);
    registry.expect(&["users", "disable", "officer"]);
    registry.expect(&["users", "erase", "officer"]);
    registry.refuse(&["users", "enable", "officer"]);
    stop(child);
    // Somebody of the department is there now: nothing is printed.
    let (child, _) = start();
    Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}
