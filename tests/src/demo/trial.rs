//! The trial of the survey: testers fill forms in at their counters, offline,
//! again and again, and send them when there is a network. A few real answers
//! come along, of which some say that a copy was asked for.

use std::path::Path;
use std::sync::Arc;

use fastrand::Rng;
use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{MemorySecrets, SystemClock, SystemRandom};
use pakmut_core::surveys::{Begin, Survey, SurveyError};
use pakmut_core::sync::{Options, Outcome};
use pakmut_domain::form::{Answer, ItemView, Kind, Moved, QuestionView};
use pakmut_domain::model::{Counter, CounterKind};
use pakmut_domain::wire::pull::record;
use pakmut_domain::words::Lang;
use uuid::Uuid;

use super::places::Office;
use crate::registry_process::run;

/// How many testers there are.
pub const TESTERS: usize = 5;

/// How many trial responses they fill in together.
pub const TRIAL_RESPONSES: usize = 200;

/// How many real ones each of them takes.
const REAL_EACH: usize = 12;

/// The form that is tried.
const FORM: &str = "satisfaction";

/// The most rounds of sync over a sound network.
const ROUNDS: usize = 20;

/// What a person might write.
const WORDS: [&str; 4] = [
    "เจ้าหน้าที่บริการดี",
    "ที่นั่งรอน้อย",
    "ขอสำเนาบัตรอีกแล้ว",
    "คิวยาวช่วงเช้า",
];

/// One tester with a phone of their own.
pub struct Tester {
    number: usize,
    username: String,
    password: String,
    phone: Phone,
}

/// Publishes the forms that ship and makes the testers, one at each of the
/// first offices.
///
/// # Errors
/// What the registry or a phone said.
pub fn prepare(
    folder: &Path,
    database: &Path,
    url: &str,
    offices: &[Office],
) -> Result<Vec<Tester>, String> {
    let forms = Path::new(env!("CARGO_MANIFEST_DIR")).join("../forms");
    for (form, open) in [(FORM, "real"), ("citizen", "real"), ("readiness", "trial")] {
        let file = forms.join(form).with_extension("xlsx");
        let file = file.display().to_string();
        run(database, &["import", "form", &file, "--publish", open])?;
    }
    let mut list = "username,role,dla_code,province_code,password\n".to_owned();
    let mut testers = Vec::with_capacity(TESTERS);
    for (number, office) in offices.iter().take(TESTERS).enumerate() {
        let username = format!("tester-{number}");
        let password = format!("a demo's password {number}");
        list.push_str(&format!(
            "{username},tester,{},,{password}\n",
            office.dla_code
        ));
        let clock = Arc::new(SystemClock::new().map_err(|e| e.to_string())?);
        let transport = HttpTransport::new(url, None, clock.clone()).map_err(|e| e.to_string())?;
        let ports = Ports {
            clock,
            random: Arc::new(SystemRandom),
            secrets: Arc::new(MemorySecrets::default()),
            transport: Arc::new(transport),
        };
        let phone = Phone::open(folder.join(&username), url, ports).map_err(|e| e.to_string())?;
        testers.push(Tester {
            number,
            username,
            password,
            phone,
        });
    }
    let file = folder.join("testers.csv");
    std::fs::write(&file, list).map_err(|e| e.to_string())?;
    run(database, &["import", "users", &file.display().to_string()])?;
    Ok(testers)
}

impl Tester {
    /// The core.
    #[must_use]
    pub fn core(&self) -> &Phone {
        &self.phone
    }

    /// Signs in and brings the forms.
    ///
    /// # Errors
    /// Where the registry did not let it in.
    pub fn sign_in_and_pull(&self) -> Result<(), String> {
        self.phone
            .sign_in(&self.username, &self.password)
            .map_err(|e| e.to_string())?;
        self.sync_wholly()
    }

    /// Syncs until nothing is left.
    ///
    /// # Errors
    /// Where it did not get through.
    pub fn sync_wholly(&self) -> Result<(), String> {
        let options = Options {
            deadline: std::time::Duration::from_secs(60),
            urgent: true,
        };
        for _ in 0..ROUNDS {
            let report = self.phone.sync(options, &mut |_| {});
            if report.map_err(|e| e.to_string())?.outcome == Outcome::Done {
                return Ok(());
            }
        }
        Err("a tester's phone did not get through on a sound network".to_owned())
    }

    /// Fills in this tester's share of the trial, and the real answers, all of
    /// it offline. Now and then the app is killed in the middle, and a response
    /// is changed before it is sent.
    ///
    /// # Errors
    /// Where something could not be saved.
    pub fn fill_in(&self) -> Result<(), String> {
        let mut counters: Vec<Counter> = self
            .phone
            .records(record::COUNTER, "", 500)
            .map_err(|e| e.to_string())?
            .iter()
            .filter_map(|record| serde_json::from_str(&record.body).ok())
            .collect();
        counters.sort_by_key(|c| (c.kind != CounterKind::MainOffice, c.id));
        let counter = counters.first().ok_or("a tester has no counter")?.id;
        let mut rng = Rng::with_seed(7_000 + self.number as u64);
        for n in 0..TRIAL_RESPONSES / TESTERS + REAL_EACH {
            let trial = n < TRIAL_RESPONSES / TESTERS;
            let done = self
                .one(counter, trial, n, &mut rng)
                .map_err(|e| format!("{}: {e}", e.code()))?;
            if n % 10 == 9 {
                self.change(done).map_err(|e| e.to_string())?;
            }
        }
        Ok(())
    }

    fn one(
        &self,
        counter: Uuid,
        trial: bool,
        n: usize,
        rng: &mut Rng,
    ) -> Result<Uuid, SurveyError> {
        let surveys = self.phone.surveys();
        let begin = Begin {
            trial,
            counter: Some(counter),
            language: if rng.u8(..4) == 0 { Lang::En } else { Lang::Th },
            place: None,
        };
        let mut survey = surveys.begin(FORM, &begin)?;
        loop {
            answer_page(&mut survey, trial, rng)?;
            if n % 7 == 3 && rng.bool() {
                // The app is killed; the draft goes on where it was.
                let draft = survey.draft();
                survey = surveys.open(draft)?;
            }
            if survey.next_page()? == Moved::End {
                return survey.finish(None);
            }
        }
    }

    /// Takes a response back before it is sent, and says something else.
    fn change(&self, response: Uuid) -> Result<Uuid, SurveyError> {
        let surveys = self.phone.surveys();
        let draft = surveys.reopen(response)?;
        let mut survey = surveys.open(draft)?;
        survey.go_to("summary/overall")?;
        let lowest = Answer::Text("2".to_owned());
        survey.answer("summary/overall", Some(lowest))?;
        survey.finish(None)
    }
}

fn answer_page(survey: &mut Survey<'_>, trial: bool, rng: &mut Rng) -> Result<(), SurveyError> {
    // What an answer shows or hides changes the page: question by question.
    let mut answered: Vec<String> = Vec::new();
    loop {
        let Some(page) = survey.view() else {
            return Ok(());
        };
        let next = page.items.iter().find_map(|item| match item {
            ItemView::Question(question) if !answered.contains(&question.path) => Some(question),
            _ => None,
        });
        let Some(question) = next else {
            return Ok(());
        };
        answered.push(question.path.clone());
        if let Some(answer) = made_up(question, trial, rng) {
            survey.answer(&question.path.clone(), Some(answer))?;
        }
    }
}

/// An answer that a person might give.
fn made_up(question: &QuestionView, trial: bool, rng: &mut Rng) -> Option<Answer> {
    if !question.required && rng.u8(..3) == 0 {
        return None;
    }
    let text = |text: &str| Some(Answer::Text(text.to_owned()));
    let names: Vec<&str> = question.choices.iter().map(|c| c.name.as_str()).collect();
    match (&question.kind, question.name.as_str()) {
        // Half of the real visitors are asked for a copy all the same.
        (Kind::YesNo, "copy_asked") => {
            let asked = if trial { rng.u8(..5) == 0 } else { rng.bool() };
            text(if asked { "yes" } else { "no" })
        }
        (Kind::SelectMultiple { .. }, "copy_documents") => {
            Some(Answer::Many(vec!["identity_card".to_owned()]))
        }
        (Kind::YesNo, _) => text(if rng.u8(..5) == 0 { "yes" } else { "no" }),
        (Kind::SelectOne { .. }, "service") if !trial => text("waste_collection"),
        (Kind::SelectOne { .. }, _) => {
            // Most people are content.
            let at = if question.choices.iter().any(|c| c.score.is_some()) {
                rng.usize(..names.len()).min(rng.usize(..names.len()))
            } else {
                rng.usize(..names.len())
            };
            text(names.get(at)?)
        }
        (Kind::SelectMultiple { .. }, _) => Some(Answer::Many(vec![
            (*names.get(rng.usize(..names.len()))?).to_owned(),
        ])),
        (Kind::Text, _) => text(WORDS.get(rng.usize(..WORDS.len()))?),
        (Kind::Integer | Kind::Decimal, _) => Some(Answer::Number(f64::from(rng.u8(1..10)))),
        _ => None,
    }
}
