//! What the officers' pages cost: the real LAOs, 25,000 counters and 100,000
//! pins, 20 readers who pause a second between pages, while pins keep coming.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use pakmut_core::engine::Phone;
use pakmut_core::ports::MemorySecrets;
use pakmut_domain::model::Counter;
use pakmut_domain::wire::envelope::Kind;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::wire::pull::record;
use uuid::Uuid;

use super::declared;
use super::pins;
use super::push::{PASSWORD, SYNC, open, said};
use crate::registry_process::{RegistryProcess, run as registry};
use crate::report::Report;

/// Counters of the whole country.
const COUNTERS: usize = 25_000;

/// Pins that arrived before anybody looks.
const PINS: usize = 100_000;

/// Check pins that each province draws.
const CHECKS: usize = 60;

/// Readers at once.
const READERS: usize = 20;

/// How long they read.
const READING: Duration = Duration::from_secs(60);

/// How long each pauses between pages.
const PAUSE: Duration = Duration::from_secs(1);

/// Pins that arrive every second meanwhile.
const PINS_A_SECOND: usize = 50;

/// Measures, with the files in this folder.
///
/// # Errors
/// What failed, in words.
pub fn run(report: &mut Report, folder: &Path) -> Result<(), String> {
    let database = folder.join("registry.db");
    let provinces = prepare(folder, &database)?;
    let mut served = RegistryProcess::start(&database, 0)?;
    let url = format!("http://{}", served.address());
    // Whoever waits sees how far it is.
    eprintln!("bench-pages: {PINS} pins come in");
    let seen = fill(folder, &url, &provinces)?;
    let pinned: usize = seen.iter().map(|(_, counters)| counters.len()).sum();
    report.row("counters", pinned as f64, "", "");
    let pins: usize = seen
        .iter()
        .flat_map(|(_, counters)| pins_of_each(counters.len()))
        .sum();
    report.row("pins", pins as f64, "", "");
    let declared = declared::declare(&database)?;
    report.row("counters that declared", declared as f64, "", "");

    // One after the other: the registry looks at few passwords at once, and refuses
    // a name that is tried from many places before it knows that they are right.
    let mut browsers = (0..READERS)
        .map(|n| Browser::signed_in(served.address(), &format!("bench-reader-{n}")))
        .collect::<Result<Vec<_>, _>>()?;
    if let Some(browser) = browsers.first_mut() {
        draw(browser, &seen)?;
    }

    eprintln!("bench-pages: {READERS} readers for {} s", READING.as_secs());
    let stop = AtomicBool::new(false);
    let written = AtomicU64::new(0);
    let answers = std::thread::scope(|scope| -> Result<Vec<(Page, f64)>, String> {
        let writer = scope.spawn(|| keep_pinning(folder, &url, &provinces[0], &stop, &written));
        let readers: Vec<_> = browsers
            .into_iter()
            .enumerate()
            .map(|(n, browser)| {
                let seen = &seen;
                scope.spawn(move || read(browser, n, seen))
            })
            .collect();
        let mut answers = Vec::new();
        let mut failed = None;
        for reader in readers {
            match reader.join().map_err(|_| "a reader panicked".to_owned())? {
                Ok(more) => answers.extend(more),
                Err(why) => failed = Some(why),
            }
        }
        stop.store(true, Ordering::Relaxed);
        writer
            .join()
            .map_err(|_| "the writer panicked".to_owned())??;
        failed.map_or(Ok(answers), Err)
    })?;
    let rate = written.load(Ordering::Relaxed) as f64 / READING.as_secs_f64();
    report.row("pins a second meanwhile", rate, "/s", ">= 50");
    let mut by_page: BTreeMap<Page, Vec<f64>> = BTreeMap::new();
    for (page, ms) in answers {
        by_page.entry(page).or_default().push(ms);
    }
    for (page, mut times) in by_page {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).ceil() as usize];
        let name = page.name();
        report.row(&format!("{name}, median"), at(0.5), "ms", "<= 50");
        report.row(
            &format!("{name}, 99th percentile"),
            at(0.99),
            "ms",
            "<= 200",
        );
    }
    served.stop();
    Ok(())
}

/// The provinces' codes, each with a user of its own.
fn prepare(folder: &Path, database: &Path) -> Result<Vec<String>, String> {
    let data = crate::places::folder();
    let path = |name: &str| data.join(name).display().to_string();
    let areas = ["provinces", "districts", "subdistricts"].map(|n| path(&format!("{n}.geojson")));
    registry(
        database,
        &["import", "places", &areas[0], &areas[1], &areas[2]],
    )?;
    let laos = data.join("laos.csv");
    registry(database, &["import", "laos", &laos.display().to_string()])?;
    let mut codes = Vec::new();
    let mut provinces = Vec::new();
    let mut reader = csv::Reader::from_path(&laos).map_err(said)?;
    for row in reader.records() {
        let row = row.map_err(said)?;
        codes.push(row.get(0).unwrap_or_default().to_owned());
        let province = row.get(4).unwrap_or_default().to_owned();
        if !provinces.contains(&province) {
            provinces.push(province);
        }
    }
    // Each LAO and each provincial office has its main office already.
    let more = COUNTERS - codes.len() - provinces.len();
    let mut counters = String::from("dla_code,name,kind,sample\n");
    for n in 0..more {
        let code = &codes[n % codes.len()];
        counters += &format!("{code},จุดบริการ {n} (ตัวอย่าง),branch,1\n");
    }
    let mut users = String::from("username,role,dla_code,province_code,password\n");
    for n in 0..READERS {
        users += &format!("bench-reader-{n},department,,,{PASSWORD}\n");
    }
    for code in &provinces {
        users += &format!("bench-{code},province,,{code},{PASSWORD}\n");
    }
    for (what, text) in [("counters", counters), ("users", users)] {
        let file = folder.join(format!("{what}.csv"));
        fs::write(&file, text).map_err(said)?;
        registry(database, &["import", what, &file.display().to_string()])?;
    }
    Ok(provinces)
}

/// A province with its counters.
type Seen = (String, Vec<Counter>);

/// Brings the pins in, on a phone of each province: one counter in five has none
/// yet, another in five but one, and the rest share the others, six or seven each.
fn fill(folder: &Path, url: &str, provinces: &[String]) -> Result<Vec<Seen>, String> {
    let offices = offices()?;
    let mut seen = Vec::with_capacity(provinces.len());
    for (place, code) in provinces.iter().enumerate() {
        let home = folder.join(code);
        let phone = signed_in(&home, url, &format!("bench-{code}"))?;
        let counters: Vec<Counter> = phone.pulled(record::COUNTER).map_err(said)?;
        let mut rng = Rng::with_seed(place as u64);
        let wanted = pins_of_each(counters.len());
        let mut before: Vec<Vec<Uuid>> = vec![Vec::new(); counters.len()];
        for round in 0..wanted.iter().copied().max().unwrap_or(0) {
            let now: Vec<usize> = (0..counters.len()).filter(|n| wanted[*n] > round).collect();
            let items = now
                .iter()
                .map(|n| {
                    let pin = pin_of(&counters[*n], &offices, &mut rng);
                    let payload = serde_json::to_string(&pin).map_err(said)?;
                    Ok((payload, std::mem::take(&mut before[*n])))
                })
                .collect::<Result<Vec<_>, String>>()?;
            // One commit a round: what is measured comes later.
            let ids = phone.save_all(Kind::PIN, 1, &items).map_err(said)?;
            for (n, id) in now.into_iter().zip(ids) {
                before[n] = vec![id];
            }
        }
        phone.sync(SYNC, &mut |_| {}).map_err(said)?;
        seen.push((code.clone(), counters));
        drop(phone);
        fs::remove_dir_all(&home).map_err(said)?;
    }
    Ok(seen)
}

/// How many pins each of so many counters has: [`PINS`] of [`COUNTERS`] in all.
fn pins_of_each(counters: usize) -> Vec<usize> {
    let all = counters * PINS / COUNTERS;
    let once = (0..counters).filter(|n| n % 5 == 1).count();
    let often = (0..counters).filter(|n| n % 5 > 1).count().max(1);
    let left = all.saturating_sub(once);
    let mut nth = 0;
    (0..counters)
        .map(|n| match n % 5 {
            0 => 0,
            1 => 1,
            _ => {
                nth += 1;
                left / often + usize::from(nth <= left % often)
            }
        })
        .collect()
}

/// Where LAOs say that their offices are, in the order of the list.
fn offices() -> Result<Vec<(f64, f64)>, String> {
    let laos = crate::places::folder().join("laos.csv");
    let mut reader = csv::Reader::from_path(laos).map_err(said)?;
    let mut found = Vec::new();
    for row in reader.records() {
        let row = row.map_err(said)?;
        let number = |place: usize| row.get(place).and_then(|text| text.parse::<f64>().ok());
        if let (Some(lat), Some(lon)) = (number(7), number(8))
            && (5.5..20.5).contains(&lat)
            && (97.3..105.7).contains(&lon)
        {
            found.push((lat, lon));
        }
    }
    Ok(found)
}

fn pin_of(counter: &Counter, offices: &[(f64, f64)], rng: &mut Rng) -> Pin {
    let (lat, lon) = offices[(counter.id.as_u128() % offices.len() as u128) as usize];
    let mut pin = pins::pin(counter.id, rng);
    pin.lat = lat + (rng.f64() - 0.5) * 0.01;
    pin.lon = lon + (rng.f64() - 0.5) * 0.01;
    pin
}

fn signed_in(home: &Path, url: &str, user: &str) -> Result<Phone, String> {
    fs::create_dir_all(home).map_err(said)?;
    let phone = open(home, url, Arc::new(MemorySecrets::default()))?;
    phone.sign_in(user, PASSWORD).map_err(said)?;
    phone.sync(SYNC, &mut |_| {}).map_err(said)?;
    Ok(phone)
}

/// Sends pins at the stated rate until it is told to stop.
fn keep_pinning(
    folder: &Path,
    url: &str,
    code: &str,
    stop: &AtomicBool,
    written: &AtomicU64,
) -> Result<(), String> {
    let offices = offices()?;
    let phone = signed_in(&folder.join("writer"), url, &format!("bench-{code}"))?;
    let counters: Vec<Counter> = phone.pulled(record::COUNTER).map_err(said)?;
    let mut rng = Rng::with_seed(7);
    let begun = Instant::now();
    for second in 1.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        for _ in 0..PINS_A_SECOND {
            let counter = &counters[rng.usize(0..counters.len())];
            let gnss = 1_790_000_000_000 + rng.i64(0..1_000_000_000);
            let pin = pin_of(counter, &offices, &mut rng);
            phone.save_pin(&pin, &[], Some(gnss)).map_err(said)?;
        }
        let done = phone.sync(SYNC, &mut |_| {}).map_err(said)?;
        written.fetch_add(done.sent, Ordering::Relaxed);
        let due = Duration::from_secs(second);
        std::thread::sleep(due.saturating_sub(begun.elapsed()));
    }
    Ok(())
}

/// A kind of page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Page {
    Country,
    Province,
    FollowUp,
    Queue,
    Clean,
    Checks,
    Pin,
    Lao,
    Sheet,
    Rounds,
    ZeroCopy,
    ZeroCopyProvince,
    ZeroCopyLao,
    Papers,
}

impl Page {
    const ALL: [Self; 14] = [
        Self::Country,
        Self::Province,
        Self::FollowUp,
        Self::Queue,
        Self::Clean,
        Self::Checks,
        Self::Pin,
        Self::Lao,
        Self::Sheet,
        Self::Rounds,
        Self::ZeroCopy,
        Self::ZeroCopyProvince,
        Self::ZeroCopyLao,
        Self::Papers,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Country => "the country",
            Self::Province => "a province",
            Self::FollowUp => "follow-up",
            Self::Queue => "review queue",
            Self::Clean => "clean pins",
            Self::Checks => "check pins",
            Self::Pin => "a pin's page",
            Self::Lao => "an LAO",
            Self::Sheet => "an LAO's sheets",
            Self::Rounds => "rounds",
            Self::ZeroCopy => "Zero Copy, the country",
            Self::ZeroCopyProvince => "Zero Copy, a province",
            Self::ZeroCopyLao => "Zero Copy, an LAO",
            Self::Papers => "documents",
        }
    }

    fn path(self, seen: &[Seen], rng: &mut Rng) -> String {
        let (code, counters) = &seen[rng.usize(0..seen.len())];
        let counter = &counters[rng.usize(0..counters.len())];
        match self {
            Self::Country => "/".to_owned(),
            Self::Province => format!("/provinces/{code}"),
            Self::FollowUp => format!("/provinces/{code}/follow-up"),
            Self::Queue => format!("/provinces/{code}/review"),
            Self::Clean => format!("/provinces/{code}/review/clean"),
            Self::Checks => format!("/provinces/{code}/checks"),
            Self::Pin => format!("/review/{}", counter.id),
            Self::Lao => format!("/laos/{}", counter.lao),
            Self::Sheet => format!("/laos/{}/sheet", counter.lao),
            Self::Rounds => "/rounds".to_owned(),
            Self::ZeroCopy => "/zero-copy".to_owned(),
            Self::ZeroCopyProvince => format!("/provinces/{code}/zero-copy"),
            Self::ZeroCopyLao => format!("/laos/{}/zero-copy", counter.lao),
            Self::Papers => format!("/provinces/{code}/papers"),
        }
    }
}

/// One reader, signed in: a page a second, in an order of their own.
fn read(mut browser: Browser, number: usize, seen: &[Seen]) -> Result<Vec<(Page, f64)>, String> {
    let mut rng = Rng::with_seed(1_000 + number as u64);
    std::thread::sleep(PAUSE.mul_f64(rng.f64()));
    let begun = Instant::now();
    let mut answers = Vec::new();
    let mut turn = number;
    while begun.elapsed() < READING {
        let page = Page::ALL[turn % Page::ALL.len()];
        turn += 1;
        let path = page.path(seen, &mut rng);
        let asked = Instant::now();
        let (status, _) = browser.ask("GET", &path, "")?;
        if status != 200 {
            return Err(format!("{path} answered {status}"));
        }
        answers.push((page, asked.elapsed().as_secs_f64() * 1e3));
        std::thread::sleep(PAUSE);
    }
    Ok(answers)
}

/// The token of a page's last form.
fn token(page: &str) -> Result<&str, String> {
    page.rsplit_once("name=\"csrf\" value=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .ok_or_else(|| "a page has no token".to_owned())
}

/// Has check pins drawn in each province.
fn draw(browser: &mut Browser, seen: &[Seen]) -> Result<(), String> {
    for (code, _) in seen {
        let path = format!("/provinces/{code}/checks");
        let (_, page) = browser.ask("GET", &path, "")?;
        let body = format!("csrf={}&count={CHECKS}", token(&page)?);
        let (status, _) = browser.ask("POST", &path, &body)?;
        if status != 303 {
            return Err(format!("drawing at {path} answered {status}"));
        }
    }
    Ok(())
}

/// As much of a browser as a reader needs.
struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn signed_in(address: SocketAddr, user: &str) -> Result<Self, String> {
        let mut browser = Self {
            address,
            cookies: BTreeMap::new(),
        };
        let (_, page) = browser.ask("GET", "/sign-in", "")?;
        let token = token(&page)?;
        let body = format!("csrf={token}&username={user}&password={PASSWORD}");
        match browser.ask("POST", "/sign-in", &body)? {
            (303, _) => Ok(browser),
            (status, _) => Err(format!("signing in as {user} answered {status}")),
        }
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, String), String> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: text/html\r\n\
             cookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            self.address,
            cookies.join("; "),
            body.len()
        );
        let mut stream = TcpStream::connect(self.address).map_err(said)?;
        stream.set_nodelay(true).map_err(said)?;
        stream.write_all(head.as_bytes()).map_err(said)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(said)?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(|| format!("{path}: no status"))?;
        for line in text.split("\r\n").take_while(|line| !line.is_empty()) {
            let Some((name, value)) = line.split_once(": ") else {
                continue;
            };
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = value.split(';').next().and_then(|c| c.split_once('='))
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok((status, text))
    }
}
