//! Zero Copy, shown: staff declare on their phones offline, citizens answer the
//! survey, and what contradicts is found and listed.
//!
//! Simulated and said to be so: what staff declare and what citizens answer is
//! made here; the phones' core, the registry and the sums are the real ones.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use pakmut_core::engine::Phone;
use pakmut_domain::form::{Answer as Filled, Response, Stamp};
use pakmut_domain::wire::session::{Session, SignIn};
use pakmut_domain::zero_copy::declaration::RULE_IN_EFFECT;
use pakmut_domain::zero_copy::entry::{Answer, Choice};
use pakmut_domain::zero_copy::{Basis, Code, Day, LegalReason, survey};
use pakmut_registry::store::Store;
use pakmut_registry::zero_copy::Catalogues;
use pakmut_registry::zero_copy::standing::take_answers;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// How many citizens answer at each counter.
pub const ANSWERS: usize = 12;

/// The document that staff go on asking for where they say that they stopped.
const STILL_ASKED: &str = "identity_card";

/// What an office declares, told by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Practice {
    /// Everything stopped at the main office, and copied to the other counters.
    AllStopped,
    /// Identity card and house registration stopped; the rest is asked for, by law.
    CardsStopped,
    /// Some services only; the others stay unknown.
    Part,
    /// Nothing at all.
    Nothing,
}

impl Practice {
    /// What the office of this number declares.
    #[must_use]
    pub fn of(number: usize) -> Self {
        match number % 10 {
            0..4 => Self::AllStopped,
            4..7 => Self::CardsStopped,
            7 | 8 => Self::Part,
            _ => Self::Nothing,
        }
    }

    /// Whether the office of this number asks citizens for what it declares as
    /// stopped: every fourth of those that declare anything throughout.
    #[must_use]
    pub fn is_untrue(number: usize) -> bool {
        number.is_multiple_of(4)
            && matches!(Self::of(number), Self::AllStopped | Self::CardsStopped)
    }
}

/// What one phone declared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Declared {
    /// Declarations saved.
    pub saved: u64,
    /// Counters with a declaration.
    pub counters: u64,
    /// Tries that the phone itself refused, by code.
    pub refused: BTreeMap<String, u64>,
}

/// Declares at an office's counters, the main office first, offline.
///
/// # Errors
/// Where the phone did not do what it must.
pub fn declare(phone: &Phone, counters: &[Uuid], number: usize) -> Result<Declared, String> {
    let copies = phone.zero_copy();
    let mut declared = Declared::default();
    let Some((main, others)) = counters.split_first() else {
        return Ok(declared);
    };
    let everything = Choice::default();
    // Somebody types next year's date; the phone says so and saves nothing.
    let typing = Answer::stopped(in_future()?, Basis::ViewsOriginal);
    match copies.declare_all(*main, &everything, &typing) {
        Err(error) => *declared.refused.entry(error.code().to_owned()).or_default() += 1,
        Ok(_) => return Err("a day in the future was saved".to_owned()),
    }
    let stopped = Answer::stopped(RULE_IN_EFFECT, Basis::CardReader);
    let mut say = |counter: &Uuid, choice: &Choice, answer: &Answer| {
        let saved = copies
            .declare_all(*counter, choice, answer)
            .map_err(|error| error.to_string())?;
        declared.saved += saved.len() as u64;
        Ok::<(), String>(())
    };
    match Practice::of(number) {
        Practice::AllStopped => {
            say(main, &everything, &stopped)?;
            for other in others {
                let saved = copies
                    .copy_from(*main, *other, false)
                    .map_err(|error| error.to_string())?;
                declared.saved += saved.len() as u64;
            }
        }
        Practice::CardsStopped => {
            let cards = Choice {
                documents: codes(&["identity_card", "house_registration"])?,
                ..Choice::default()
            };
            let rest = Choice {
                undeclared_only: true,
                ..Choice::default()
            };
            let mut asked = Answer::asked();
            asked.reason = Some(LegalReason::Regulation);
            for counter in counters {
                say(counter, &cards, &stopped)?;
                say(counter, &rest, &asked)?;
            }
        }
        Practice::Part => {
            let some = Choice {
                services: codes(&["elderly_allowance", "disability_allowance"])?,
                ..Choice::default()
            };
            for counter in counters {
                say(counter, &some, &stopped)?;
            }
        }
        Practice::Nothing => return Ok(declared),
    }
    declared.counters = counters.len() as u64;
    Ok(declared)
}

fn in_future() -> Result<Day, String> {
    "2156-01-01".parse().map_err(|_| "no day".to_owned())
}

fn codes(names: &[&str]) -> Result<BTreeSet<Code>, String> {
    let read: Result<BTreeSet<Code>, _> = names.iter().map(|name| name.parse()).collect();
    read.map_err(|error| error.to_string())
}

/// What citizens answer at a counter of the office of this number, `at_ms` the
/// time of their visits, milliseconds since 1970 UTC. Every third of them is
/// asked for a copy where the office's declaration is untrue; nobody elsewhere,
/// but for what the office says that it asks for.
#[must_use]
pub fn responses(counter: Uuid, number: usize, at_ms: i64) -> Vec<Response> {
    let visit = Stamp {
        at: at_ms,
        place: None,
    };
    let text = |value: &str| Filled::Text(value.to_owned());
    (0..ANSWERS)
        .map(|n| {
            let untrue = Practice::is_untrue(number) && n.is_multiple_of(3);
            // Title deeds: still asked for where only cards were stopped.
            let explained =
                Practice::of(number) == Practice::CardsStopped && n.is_multiple_of(4) && !untrue;
            let rated = text(if untrue { "2" } else { "5" });
            let mut answers: BTreeMap<String, Filled> = [
                "overall",
                "process_time",
                "process_equal",
                "process_order",
                "staff_polite",
            ]
            .map(|question| (format!("rating/{question}"), rated.clone()))
            .into();
            let asked = if untrue || explained { "yes" } else { "no" };
            answers.insert("rating/service".to_owned(), text("land_building_tax"));
            answers.insert("rating/copy_asked".to_owned(), text(asked));
            if untrue || explained {
                let document = if untrue {
                    STILL_ASKED
                } else {
                    "land_title_deed"
                };
                answers.insert(
                    "rating/copy_documents".to_owned(),
                    Filled::Many(vec![document.to_owned()]),
                );
            }
            Response {
                form: "citizen".to_owned(),
                version: "1".to_owned(),
                trial: false,
                counter: Some(counter),
                language: pakmut_domain::words::Lang::Th,
                started: visit,
                ended: visit,
                answers,
                page_ms: BTreeMap::new(),
            }
        })
        .collect()
}

/// Tallies responses in the registry's storage as it does when it keeps them;
/// how many of them answered the question on copies.
///
/// # Errors
/// The storage's.
pub async fn tally(store: &Store, responses: &[Response]) -> Result<u64, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let counters: BTreeSet<Uuid> = responses.iter().filter_map(|r| r.counter).collect();
    let counters: Vec<Uuid> = counters.into_iter().collect();
    let mut read = store.read().await.map_err(|e| said(&e))?;
    let laos = read.counter_laos(&counters).await.map_err(|e| said(&e))?;
    let catalogues = Catalogues::new(read.catalogues().await.map_err(|e| said(&e))?);
    drop(read);
    let laos: BTreeMap<Uuid, i64> = laos.into_iter().collect();
    let mut answers = Vec::new();
    for response in responses {
        let known = response.counter.and_then(|c| Some((c, *laos.get(&c)?)));
        let day = Day::in_bangkok(response.ended.at);
        if let (Some((counter, lao)), Some(day)) = (known, day)
            && let Some(answer) = survey::of_response(response, day)
        {
            answers.push((counter, lao, answer));
        }
    }
    let mut write = store.write().await.map_err(|e| said(&e))?;
    take_answers(&mut write, &catalogues, &answers)
        .await
        .map_err(|e| said(&e))?;
    write.commit().await.map_err(|e| said(&e))?;
    Ok(answers.len() as u64)
}

/// An officer's eyes: what the registry's API answers to who signs in so.
pub struct Officer {
    registry: SocketAddr,
    token: String,
}

impl Officer {
    /// Signs in.
    ///
    /// # Errors
    /// Where the registry refuses.
    pub fn sign_in(registry: SocketAddr, username: &str, password: &str) -> Result<Self, String> {
        let body = SignIn {
            username: username.to_owned(),
            password: password.to_owned(),
            device: Uuid::now_v7(),
            device_key: None,
        };
        let body = serde_json::to_string(&body).map_err(|e| e.to_string())?;
        let answer = ask(registry, "POST", "/v1/sessions", None, &body)?;
        let session: Session = serde_json::from_value(answer).map_err(|e| e.to_string())?;
        Ok(Self {
            registry,
            token: session.access_token,
        })
    }

    /// The follow-up list: counters that answers contradict, the worst first.
    ///
    /// # Errors
    /// Where the registry does not answer.
    pub fn contradictions(&self) -> Result<Vec<Value>, String> {
        let mut found = Vec::new();
        let mut offset = 0;
        loop {
            let path = format!("/v1/zero-copy/contradictions?offset={offset}");
            let mut page = self.get(&path)?;
            if let Some(Value::Array(counters)) = page.get_mut("counters").map(Value::take) {
                found.extend(counters);
            }
            match page["next"].as_u64() {
                Some(next) => offset = next,
                None => return Ok(found),
            }
        }
    }

    /// The progress of what the officer sees.
    ///
    /// # Errors
    /// Where the registry does not answer.
    pub fn progress(&self) -> Result<Value, String> {
        self.get("/v1/zero-copy/progress")
    }

    /// One counter whole.
    ///
    /// # Errors
    /// Where the registry does not answer.
    pub fn counter(&self, counter: Uuid) -> Result<Value, String> {
        self.get(&format!("/v1/zero-copy/counters/{counter}"))
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        ask(self.registry, "GET", path, Some(&self.token), "")
    }
}

/// One plain request over HTTP.
fn ask(
    registry: SocketAddr,
    method: &str,
    path: &str,
    token: Option<&str>,
    body: &str,
) -> Result<Value, String> {
    let said = |e: std::io::Error| e.to_string();
    let mut stream = TcpStream::connect(registry).map_err(said)?;
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .map_err(said)?;
    let bearer = token.map_or_else(String::new, |t| format!("authorization: Bearer {t}\r\n"));
    let request = format!(
        "{method} {path} HTTP/1.0\r\nhost: {registry}\r\n{bearer}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).map_err(said)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(said)?;
    let answer = String::from_utf8(answer).map_err(|e| e.to_string())?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .ok_or("the registry broke off")?;
    if head.split(' ').nth(1) != Some("200") {
        return Err(format!("{method} {path}: {body}"));
    }
    serde_json::from_str(body).map_err(|e| format!("{method} {path}: {e}"))
}

/// What was shown, for the demo's summary.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Shown {
    /// Declarations saved on phones.
    pub declarations_saved: u64,
    /// Answers of citizens to the question on copies.
    pub copy_answers: u64,
    /// Counters whose declarations are untrue.
    pub untrue_counters: u64,
    /// Of these, those that the follow-up list has.
    pub untrue_listed: u64,
    /// Counters on the list that are not untrue.
    pub wrongly_listed: u64,
    /// Counters of which nothing is known, shown as unknown.
    pub unknown_counters: u64,
}

/// Holds the follow-up list against what is really so.
#[must_use]
pub fn compare(listed: &[Value], untrue: &BTreeSet<Uuid>) -> (u64, u64) {
    let listed: BTreeSet<Uuid> = listed
        .iter()
        .filter_map(|counter| counter["counter"].as_str()?.parse().ok())
        .collect();
    (
        listed.intersection(untrue).count() as u64,
        listed.difference(untrue).count() as u64,
    )
}
