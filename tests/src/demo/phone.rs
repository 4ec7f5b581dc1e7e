//! One simulated phone: the real core, a replayed receiver and perhaps a fault.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fastrand::Rng;
use pakmut_core::capture::{Capture, CaptureState, Captured};
use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::model::{BootMark, Mock, Stamp, UnixMillis};
use pakmut_core::policy::CapturePolicy;
use pakmut_core::ports::{Clock, MemorySecrets, SystemClock, SystemRandom};
use pakmut_core::recording::{RecordedFix, Recording};
use pakmut_core::sync::{Options, Outcome, Report};
use pakmut_domain::finding::Severity;
use pakmut_domain::model::{Account, Address, Counter, CounterKind, CounterStatus};
use pakmut_domain::position::Position;
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::payload::{CounterProposal, RosterStatement};
use pakmut_domain::wire::pull::record;
use uuid::Uuid;

use super::places::{Office, User};

/// What is wrong with a phone, or with how it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nothing.
    None,
    /// A mock-location app runs at first.
    Mock,
    /// The person pins in another province.
    WrongPlace,
    /// The counter is deep inside a building.
    Indoors,
    /// The wall clock says 1970.
    Clock1970,
    /// The wall clock is in Buddhist years.
    BuddhistClock,
}

const FAULTS: [Fault; 5] = [
    Fault::Mock,
    Fault::WrongPlace,
    Fault::Indoors,
    Fault::Clock1970,
    Fault::BuddhistClock,
];

/// The most rounds of sync over a sound network: where the last try was cut, the
/// next waits its backoff.
const SOUND_ROUNDS: usize = 20;

/// Seconds of a recording that a person waits at the most.
const PATIENCE_S: f64 = 60.0;

/// The recordings that are replayed, each with the place that its errors count from.
pub struct Recordings {
    outdoors: Vec<(Recording, Position)>,
    indoors: Vec<(Recording, Position)>,
}

impl Recordings {
    /// Reads them from `receivers` and `indoors` of this folder.
    ///
    /// # Errors
    /// Which file could not be read.
    pub fn read(data: &Path) -> Result<Self, String> {
        Ok(Self {
            outdoors: read_folder(&data.join("receivers"))?,
            indoors: read_folder(&data.join("indoors"))?,
        })
    }
}

fn read_folder(folder: &Path) -> Result<Vec<(Recording, Position)>, String> {
    let said = |e: &dyn std::fmt::Display| format!("{}: {e}", folder.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(|e| said(&e))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "csv"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| {
            let recording = Recording::open(path).map_err(|e| said(&e))?;
            let from = recording
                .reference()
                .ok_or_else(|| said(&"no fix"))?
                .position();
            Ok((recording, from))
        })
        .collect()
}

/// A pin that was saved, beside where the phone really stood.
#[derive(Debug, Clone)]
pub struct PinMade {
    /// Its id.
    pub id: Uuid,
    /// Distance from where the phone stood to the pin, metres.
    pub error_m: f64,
    /// The pin's own 95 % radius, metres.
    pub radius95_m: f64,
}

/// A wall clock that is off.
struct OffClock {
    inner: SystemClock,
    off_ms: i64,
}

impl Clock for OffClock {
    fn wall_ms(&self) -> i64 {
        self.inner.wall_ms().saturating_add(self.off_ms)
    }
    fn mono_ms(&self) -> i64 {
        self.inner.mono_ms()
    }
    fn boot(&self) -> Uuid {
        self.inner.boot()
    }
}

/// One of the demo's phones.
pub struct DemoPhone {
    /// Which, from 0.
    pub number: usize,
    /// What is wrong with it.
    pub fault: Fault,
    core: Phone,
    clock: Arc<OffClock>,
    office: Office,
    user: User,
    refused: std::sync::Mutex<BTreeMap<String, u64>>,
    findings: std::sync::Mutex<BTreeMap<String, u64>>,
}

impl DemoPhone {
    /// A phone with its own folder; every second one has a fault.
    ///
    /// # Errors
    /// Where the core cannot open its files.
    pub fn new(
        number: usize,
        folder: &Path,
        url: &str,
        office: &Office,
        user: User,
    ) -> Result<Self, String> {
        let fault = if number.is_multiple_of(2) {
            Fault::None
        } else {
            FAULTS[number / 2 % FAULTS.len()]
        };
        let inner = SystemClock::new().map_err(|e| e.to_string())?;
        let off_ms = match fault {
            Fault::Clock1970 => -inner.wall_ms(),
            // 543 years of 365.2425 days.
            Fault::BuddhistClock => 543 * 31_556_952_000,
            _ => 0,
        };
        let clock = Arc::new(OffClock { inner, off_ms });
        let transport = HttpTransport::new(url, None, clock.clone()).map_err(|e| e.to_string())?;
        let ports = Ports {
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            secrets: Arc::new(MemorySecrets::default()),
            transport: Arc::new(transport),
        };
        let core = Phone::open(folder.join(format!("phone-{number:03}")), url, ports)
            .map_err(|e| e.to_string())?;
        Ok(Self {
            number,
            fault,
            core,
            clock,
            office: office.clone(),
            user,
            refused: std::sync::Mutex::default(),
            findings: std::sync::Mutex::default(),
        })
    }

    /// The core.
    pub fn core(&self) -> &Phone {
        &self.core
    }

    /// Captures that gave no pin, by code.
    pub fn refused(&self) -> BTreeMap<String, u64> {
        self.refused
            .lock()
            .map(|map| map.clone())
            .unwrap_or_default()
    }

    /// What the phone itself found about its pins, by code.
    pub fn findings(&self) -> BTreeMap<String, u64> {
        self.findings
            .lock()
            .map(|map| map.clone())
            .unwrap_or_default()
    }

    /// Signs in and brings the scope.
    ///
    /// # Errors
    /// Where the registry did not let it in.
    pub fn sign_in_and_pull(&self) -> Result<(), String> {
        self.core
            .sign_in(&self.user.username, &self.user.password)
            .map_err(|e| e.to_string())?;
        let options = Options {
            deadline: std::time::Duration::from_secs(60),
            urgent: true,
        };
        match self.sync(options)?.outcome {
            Outcome::Done => Ok(()),
            other => Err(format!("the first pull ended {other:?}")),
        }
    }

    /// One sync.
    ///
    /// # Errors
    /// The phone's own; the network's faults are in the report.
    pub fn sync(&self, options: Options) -> Result<Report, String> {
        self.core
            .sync(options, &mut |_| {})
            .map_err(|e| e.to_string())
    }

    /// Syncs over a sound network until nothing is left to send; how many items
    /// the registry had already.
    ///
    /// # Errors
    /// Where it did not get through.
    pub fn sync_wholly(&self, options: Options) -> Result<u64, String> {
        let mut duplicates = 0;
        for _ in 0..SOUND_ROUNDS {
            let report = self.sync(options)?;
            duplicates += report.duplicates;
            if report.outcome == Outcome::Done {
                return Ok(duplicates);
            }
        }
        Err("it did not get through on a sound network".to_owned())
    }

    /// A sync that must find no network and leave the queue as it is.
    ///
    /// # Errors
    /// Where it said anything else.
    pub fn expect_offline(&self, options: Options) -> Result<(), String> {
        match self.sync(options)?.outcome {
            Outcome::Offline { .. } => Ok(()),
            other => Err(format!("with no network a sync ended {other:?}")),
        }
    }

    /// Proposes what its LAO has beyond the roster, pins every counter and
    /// declares the list complete, offline.
    ///
    /// # Errors
    /// Where something could not be saved.
    pub fn pin_counters(&self, recordings: &Recordings) -> Result<Vec<PinMade>, String> {
        let mut counters = self.counters()?;
        if counters.len() != self.office.known_counters() {
            return Err(format!(
                "{} counters pulled, {} expected",
                counters.len(),
                self.office.known_counters()
            ));
        }
        let lao = self.account()?.lao.ok_or("an account without an LAO")?;
        if counters.len() < self.office.counters.len() {
            counters.push(self.propose(lao)?);
        }
        let mut rng = Rng::with_seed(self.number as u64);
        let mut made = Vec::new();
        for (counter, place) in counters.iter().zip(&self.office.counters) {
            let stood = if self.fault == Fault::WrongPlace {
                self.office.elsewhere
            } else {
                *place
            };
            if self.fault == Fault::Mock
                && let Err(code) = self.capture(recordings, stood, &mut rng, Mock::Yes)
            {
                // The hint said to turn the app off; the person does, and tries again.
                count(&self.refused, &code);
            }
            let captured = loop {
                match self.capture(recordings, stood, &mut rng, Mock::No) {
                    Ok(captured) => break captured,
                    Err(code) => count(&self.refused, &code),
                }
            };
            made.push(self.save(*counter, stood, &captured)?);
        }
        let complete = RosterStatement {
            lao,
            complete: true,
            counters: u32::try_from(counters.len()).map_err(|e| e.to_string())?,
        };
        self.save_as(Kind::ROSTER, &complete)?;
        Ok(made)
    }

    /// The counters that the registry has for its LAO, the main office first.
    ///
    /// # Errors
    /// Where the phone's file cannot be read.
    pub fn counters(&self) -> Result<Vec<Uuid>, String> {
        let mut counters: Vec<Counter> = self
            .core
            .pulled(record::COUNTER)
            .map_err(|e| e.to_string())?;
        counters.sort_by_key(|c| (c.kind != CounterKind::MainOffice, c.id));
        Ok(counters.iter().map(|counter| counter.id).collect())
    }

    fn account(&self) -> Result<Account, String> {
        self.core.account().ok_or("nobody is signed in".to_owned())
    }

    fn propose(&self, lao: Uuid) -> Result<Uuid, String> {
        let proposal = CounterProposal {
            counter: Uuid::now_v7(),
            lao,
            name: "จุดบริการที่เสนอเพิ่ม (ตัวอย่าง)".to_owned(),
            kind: CounterKind::OneStop,
            status: CounterStatus::Active,
            address: Address::default(),
        };
        self.save_as(Kind::COUNTER, &proposal)?;
        Ok(proposal.counter)
    }

    /// Saves an item of this kind.
    ///
    /// # Errors
    /// Where it could not be saved.
    pub fn save_as(&self, kind: &str, payload: &impl serde::Serialize) -> Result<(), String> {
        let payload = serde_json::to_string(payload).map_err(|e| e.to_string())?;
        self.core
            .save(kind, 1, &payload, &[], None)
            .map_err(|e| e.to_string())?;
        Ok(())
    }

    fn save(&self, counter: Uuid, stood: Position, captured: &Captured) -> Result<PinMade, String> {
        let mut pin = captured.pin(counter);
        let placing = self
            .core
            .placement_findings(&pin)
            .map_err(|e| e.to_string())?;
        pin.findings.extend(placing);
        for finding in &pin.findings {
            count(&self.findings, &finding.code.to_string());
        }
        if pin.findings.iter().any(|f| f.severity >= Severity::Warn) {
            pin.reason = Some("ผู้ใช้ยืนยันตำแหน่ง".to_owned());
        }
        let id = self
            .core
            .save_pin(&pin, &[], captured.gnss.map(|UnixMillis(ms)| ms))
            .map_err(|e| e.to_string())?;
        Ok(PinMade {
            id,
            error_m: captured.position.distance_m(&stood),
            radius95_m: captured.radius95_m.unwrap_or(f64::INFINITY),
        })
    }

    /// A capture over a piece of a recording from a random second on.
    fn capture(
        &self,
        recordings: &Recordings,
        stood: Position,
        rng: &mut Rng,
        mock: Mock,
    ) -> Result<Captured, String> {
        let from = if self.fault == Fault::Indoors {
            &recordings.indoors
        } else {
            &recordings.outdoors
        };
        let (recording, reference) = &from[rng.usize(0..from.len())];
        let start = rng.usize(0..recording.fixes.len());
        let mut capture = Capture::new(CapturePolicy::default());
        let mut last = recording.fixes[start].arrived;
        let first = last;
        let moved = Recording {
            fixes: recording.fixes[start..].iter().take(600).copied().collect(),
            ..recording.clone()
        }
        .moved(*reference, stood);
        for RecordedFix {
            mut fix, arrived, ..
        } in moved.fixes
        {
            if arrived.since(first) > PATIENCE_S {
                break;
            }
            fix.mock = mock;
            last = arrived;
            if capture.push(&fix, arrived).state == CaptureState::Ready {
                break;
            }
        }
        let stamp = Stamp {
            monotonic: last,
            boot: BootMark(self.clock.boot().to_string()),
            wall: Some(UnixMillis(self.clock.wall_ms())),
            registry_offset_ms: None,
        };
        capture.finish(stamp).map_err(|error| {
            let pakmut_core::capture::CaptureError::NoUsableFix { refusals, .. } = &error;
            let most = refusals.iter().max_by_key(|(_, n)| **n);
            most.map_or_else(|| error.code().to_owned(), |(code, _)| (*code).to_owned())
        })
    }
}

fn count(map: &std::sync::Mutex<BTreeMap<String, u64>>, code: &str) {
    if let Ok(mut map) = map.lock() {
        *map.entry(code.to_owned()).or_default() += 1;
    }
}
