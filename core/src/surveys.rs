//! Surveys on the phone: forms from what was pulled, drafts that a crash cannot
//! take, finished responses in the queue. No rule lives here; they are the
//! domain's.

use std::collections::BTreeMap;
use std::sync::Arc;

use pakmut_domain::calendar;
use pakmut_domain::form::expr::Now;
use pakmut_domain::form::trial::{self, OnItsWay};
use pakmut_domain::form::{
    Answer, AnswerProblem, Draft, Filling, Form, ItemView, Label, Moved, Opening, PageView, Point,
    Program, Published, Response, Tick,
};
use pakmut_domain::wire::Kind;
use pakmut_domain::wire::pull::record;
use pakmut_domain::words::Lang;
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::ports::RandomError;
use crate::store::{DraftRow, Item, State, Store, StoreError};

/// The version of the payload of a response.
const RESPONSE_VERSION: u16 = 1;

/// Thailand's offset from UTC in minutes.
const THAILAND_MINUTES: i16 = 420;

/// Why a survey did not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SurveyError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// No such form was pulled: sync once.
    #[error("no such form was pulled")]
    NoForm,
    /// There is no such draft any more.
    #[error("there is no such draft")]
    NoDraft,
    /// The form is open for trials only.
    #[error("the form is open for trials only")]
    TrialOnly,
    /// The answer does not go with its question; nothing changed.
    #[error(transparent)]
    Answer(#[from] AnswerProblem),
    /// Answers are bad or missing, in the form's order.
    #[error("{} answers are bad or missing", .0.len())]
    Incomplete(Vec<AnswerProblem>),
    /// The response may be at the registry already.
    #[error("the response was sent already")]
    GoneAlready,
}

impl From<StoreError> for SurveyError {
    fn from(error: StoreError) -> Self {
        Self::Phone(error.into())
    }
}

impl From<RandomError> for SurveyError {
    fn from(error: RandomError) -> Self {
        Self::Phone(error.into())
    }
}

impl SurveyError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::NoForm => "no_form",
            Self::NoDraft => "no_draft",
            Self::TrialOnly => "form_trial_only",
            Self::Answer(problem) => problem.code.as_str(),
            Self::Incomplete(_) => "answers_incomplete",
            Self::GoneAlready => "gone_already",
        }
    }
}

/// A form that can be filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormLine {
    /// Its id.
    pub form: String,
    /// The version published last.
    pub version: String,
    /// Its title.
    pub title: Label,
    /// Whether it is open for real responses; for trials it always is.
    pub real: bool,
}

/// A half-filled form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftLine {
    /// The draft.
    pub draft: Uuid,
    /// The form's id.
    pub form: String,
    /// The version that it was begun with.
    pub version: String,
    /// Whether it is a trial.
    pub trial: bool,
    /// The counter it is about.
    pub counter: Option<Uuid>,
    /// When it was changed last, milliseconds since 1970 UTC.
    pub changed_ms: i64,
    /// How many questions are answered.
    pub answers: usize,
}

/// How many responses were finished today of one form at one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayLine {
    /// The counter.
    pub counter: Option<Uuid>,
    /// The form's id.
    pub form: String,
    /// Whether they are trials.
    pub trial: bool,
    /// Those that wait on the phone.
    pub queued: u64,
    /// Those that the registry has.
    pub arrived: u64,
    /// Those that it refused, for the person to look at.
    pub refused: u64,
}

/// What is decided when a form is begun.
#[derive(Debug, Clone, PartialEq)]
pub struct Begin {
    /// Whether it is a trial: never changed afterwards.
    pub trial: bool,
    /// The counter it is about.
    pub counter: Option<Uuid>,
    /// The language.
    pub language: Lang,
    /// Where it is begun, if the person agreed to say.
    pub place: Option<Point>,
}

/// The surveys of whoever is signed in at a phone.
pub struct Surveys<'a> {
    phone: &'a Phone,
}

impl Phone {
    /// The surveys of whoever is signed in.
    #[must_use]
    pub fn surveys(&self) -> Surveys<'_> {
        Surveys { phone: self }
    }
}

impl<'a> Surveys<'a> {
    /// The forms that can be filled in.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn forms(&self) -> Result<Vec<FormLine>, SurveyError> {
        let published = self.phone.store()?.pulled::<Published>(record::FORM)?;
        let line = |(_, of): (String, Published)| FormLine {
            form: of.form.id,
            version: of.form.version,
            title: of.form.title,
            real: of.real,
        };
        Ok(published.into_iter().map(line).collect())
    }

    /// Begins to fill in a form. The draft is on the disk when this returns.
    ///
    /// # Errors
    /// [`SurveyError::NoForm`], [`SurveyError::TrialOnly`], or the phone's.
    pub fn begin(&self, form: &str, begin: &Begin) -> Result<Survey<'a>, SurveyError> {
        let store = self.phone.store()?;
        let body = store
            .record_of(record::FORM, form)?
            .ok_or(SurveyError::NoForm)?
            .body;
        let published: Published = serde_json::from_str(&body).map_err(|_| SurveyError::NoForm)?;
        if !begin.trial && !published.real {
            return Err(SurveyError::TrialOnly);
        }
        let version = published.form.version.clone();
        if store.kept_form(form, &version)?.is_none() {
            store.keep_form(form, &version, &json(&published.form)?)?;
        }
        let program = ready(published.form)?;
        let mut seed = [0; 8];
        self.phone.fill_random(&mut seed)?;
        let opening = Opening {
            trial: begin.trial,
            counter: begin.counter,
            language: begin.language,
            place: begin.place,
            seed: u64::from_le_bytes(seed),
        };
        let mut survey = Survey {
            phone: self.phone,
            id: self.phone.random_id()?,
            filling: Filling::start(program, &opening, self.tick()?),
            finished: false,
            store,
        };
        survey.keep()?;
        Ok(survey)
    }

    /// The half-filled forms, the one changed last first. One that this version
    /// cannot read is left out, and kept.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn drafts(&self) -> Result<Vec<DraftLine>, SurveyError> {
        let rows = self.phone.store()?.drafts()?;
        let line = |row: DraftRow| {
            let draft: Draft = serde_json::from_str(&row.body).ok()?;
            Some(DraftLine {
                draft: row.id,
                form: row.form,
                version: row.version,
                trial: draft.trial,
                counter: draft.counter,
                changed_ms: row.changed_ms,
                answers: draft.answers.len(),
            })
        };
        Ok(rows.into_iter().filter_map(line).collect())
    }

    /// Goes on with a half-filled form, where it was left.
    ///
    /// # Errors
    /// [`SurveyError::NoDraft`], [`SurveyError::NoForm`], or the phone's.
    pub fn open(&self, draft: Uuid) -> Result<Survey<'a>, SurveyError> {
        let store = self.phone.store()?;
        let row = store.draft(draft)?.ok_or(SurveyError::NoDraft)?;
        let body: Draft = serde_json::from_str(&row.body).map_err(|_| SurveyError::NoDraft)?;
        let program = ready(self.form(&store, &row.form, &row.version)?)?;
        Ok(Survey {
            phone: self.phone,
            id: draft,
            filling: Filling::resume(program, &body, self.tick()?),
            finished: false,
            store,
        })
    }

    /// Throws a half-filled form away, by the person's hand.
    ///
    /// # Errors
    /// [`SurveyError::NoDraft`], or the phone's.
    pub fn discard(&self, draft: Uuid) -> Result<(), SurveyError> {
        if self.phone.store()?.discard_draft(draft)? {
            Ok(())
        } else {
            Err(SurveyError::NoDraft)
        }
    }

    /// Whether a finished response can still be changed.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn can_reopen(&self, response: Uuid) -> Result<bool, SurveyError> {
        Ok(self.phone.store()?.is_held(response)?)
    }

    /// Takes a finished response back to be changed: until a sync has reached
    /// the registry. The draft, in its place.
    ///
    /// # Errors
    /// [`SurveyError::GoneAlready`], or the phone's.
    pub fn reopen(&self, response: Uuid) -> Result<Uuid, SurveyError> {
        let changed_ms = self.phone.now_ms()?;
        let taken = self.phone.store()?.take_back(response, |item| {
            let filled = response_of(item)
                .ok_or_else(|| StoreError::NotJson("a response that is none".to_owned()))?;
            Ok(DraftRow {
                id: item.envelope.id,
                body: json(&Draft::reopened(&filled))?,
                form: filled.form,
                version: filled.version,
                changed_ms,
            })
        })?;
        taken.ok_or(SurveyError::GoneAlready)
    }

    /// What was finished today, by Bangkok's day: by counter, form, trial or
    /// real.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn today(&self) -> Result<Vec<DayLine>, SurveyError> {
        let day = |ms: i64| calendar::in_bangkok(ms).map(|moment| moment.date());
        let today = day(self.phone.now_ms()?);
        let mut lines: BTreeMap<(Option<Uuid>, String, bool), DayLine> = BTreeMap::new();
        for (item, response, way) in self.responses()? {
            if day(item.envelope.saved.best_ms()) != today {
                continue;
            }
            let key = (response.counter, response.form.clone(), response.trial);
            let line = lines.entry(key).or_insert(DayLine {
                counter: response.counter,
                form: response.form,
                trial: response.trial,
                queued: 0,
                arrived: 0,
                refused: 0,
            });
            match way {
                OnItsWay::Queued => line.queued += 1,
                OnItsWay::Arrived => line.arrived += 1,
                OnItsWay::Refused => line.refused += 1,
            }
        }
        Ok(lines.into_values().collect())
    }

    /// What of the trial of a form at a counter is done on this phone, and what
    /// is still to be tried.
    ///
    /// # Errors
    /// [`SurveyError::NoForm`], or the phone's.
    pub fn checklist(
        &self,
        form: &str,
        counter: Option<Uuid>,
        wanted: u64,
    ) -> Result<Vec<trial::Line>, SurveyError> {
        let store = self.phone.store()?;
        let body = store
            .record_of(record::FORM, form)?
            .ok_or(SurveyError::NoForm)?
            .body;
        let published: Published = serde_json::from_str(&body).map_err(|_| SurveyError::NoForm)?;
        let responses: Vec<(Response, OnItsWay)> = self
            .responses()?
            .into_iter()
            .filter(|(_, response, _)| response.counter == counter)
            .map(|(_, response, way)| (response, way))
            .collect();
        Ok(trial::checklist(&published.form, wanted, &responses))
    }

    /// All responses in the queue, with where they stand. Discarded ones are none.
    fn responses(&self) -> Result<Vec<(Item, Response, OnItsWay)>, SurveyError> {
        let store = self.phone.store()?;
        let mut items = store.items_of_kind(Kind::RESPONSE)?;
        let wedged = store.items(Some(State::Wedged), 0, usize::MAX)?;
        let mine = |item: &Item| item.envelope.kind.as_str() == Kind::RESPONSE;
        items.extend(wedged.into_iter().filter(mine));
        let read = |item: Item| {
            let response = response_of(&item)?;
            let way = match item.state {
                State::Sent => OnItsWay::Arrived,
                State::Wedged => OnItsWay::Refused,
                _ => OnItsWay::Queued,
            };
            Some((item, response, way))
        };
        Ok(items.into_iter().filter_map(read).collect())
    }

    /// A form's version, as it was kept, else as it was pulled.
    fn form(&self, store: &Store, form: &str, version: &str) -> Result<Form, SurveyError> {
        if let Some(body) = store.kept_form(form, version)? {
            return serde_json::from_str(&body).map_err(|_| SurveyError::NoForm);
        }
        let pulled = store.record_of(record::FORM, form)?;
        let published: Option<Published> =
            pulled.and_then(|record| serde_json::from_str(&record.body).ok());
        published
            .map(|published| published.form)
            .filter(|form| form.version == version)
            .ok_or(SurveyError::NoForm)
    }

    fn tick(&self) -> Result<Tick, SurveyError> {
        tick(self.phone)
    }
}

/// A form being filled in. What changes is on the disk when a call returns.
pub struct Survey<'a> {
    phone: &'a Phone,
    store: Arc<Store>,
    id: Uuid,
    filling: Filling,
    finished: bool,
}

impl Survey<'_> {
    /// The draft's id, to open it again.
    #[must_use]
    pub const fn draft(&self) -> Uuid {
        self.id
    }

    /// The form as it is filled in.
    #[must_use]
    pub const fn filling(&self) -> &Filling {
        &self.filling
    }

    /// The page to show; none after the last: then it can be finished.
    #[must_use]
    pub fn view(&self) -> Option<PageView> {
        self.filling.view()
    }

    /// Answers a question, or clears it. An answer that fails its constraint is
    /// kept in the draft, and told on the page.
    ///
    /// # Errors
    /// [`SurveyError::Answer`] where it does not go with its question, or the
    /// phone's.
    pub fn answer(&mut self, path: &str, answer: Option<Answer>) -> Result<(), SurveyError> {
        let now = tick(self.phone)?.now;
        self.filling.answer(path, answer, now)?;
        self.keep()
    }

    /// Answers a question of the page with what a person typed: digits may be
    /// Thai ones, nothing typed clears it.
    ///
    /// # Errors
    /// As [`Survey::answer`].
    pub fn typed(&mut self, path: &str, text: &str) -> Result<(), SurveyError> {
        let page = self.view();
        let kind = page
            .iter()
            .flat_map(|page| &page.items)
            .find_map(|item| match item {
                ItemView::Question(question) if question.path == path => Some(&question.kind),
                _ => None,
            });
        let answer = match kind {
            Some(kind) => {
                Answer::typed(kind, text).map_err(|error| AnswerProblem::of(path, error))?
            }
            // Not on the page: the form says what is wrong with it.
            None => Some(Answer::Text(text.to_owned())),
        };
        self.answer(path, answer)
    }

    /// Goes to the next page.
    ///
    /// # Errors
    /// [`SurveyError::Incomplete`] with what is bad or missing on this one, or
    /// the phone's.
    pub fn next_page(&mut self) -> Result<Moved, SurveyError> {
        let tick = tick(self.phone)?;
        let moved = self.filling.next(tick).map_err(SurveyError::Incomplete)?;
        self.keep()?;
        Ok(moved)
    }

    /// Goes back a page.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn back(&mut self) -> Result<Moved, SurveyError> {
        let moved = self.filling.back(tick(self.phone)?);
        self.keep()?;
        Ok(moved)
    }

    /// Goes to the page of a question, as from the list of problems. True where
    /// there is one.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn go_to(&mut self, path: &str) -> Result<bool, SurveyError> {
        let there = self.filling.go_to(path, tick(self.phone)?);
        self.keep()?;
        Ok(there)
    }

    /// Adds a repetition; its path.
    ///
    /// # Errors
    /// [`SurveyError::Answer`] where none can be added, or the phone's.
    pub fn add_repetition(&mut self, repeat: &str) -> Result<String, SurveyError> {
        let now = tick(self.phone)?.now;
        let path = self.filling.add_repetition(repeat, now)?;
        self.keep()?;
        Ok(path)
    }

    /// Removes a repetition with its answers.
    ///
    /// # Errors
    /// [`SurveyError::Answer`] where it cannot be removed, or the phone's.
    pub fn remove_repetition(&mut self, path: &str) -> Result<(), SurveyError> {
        let now = tick(self.phone)?.now;
        self.filling.remove_repetition(path, now)?;
        self.keep()
    }

    /// Changes the language.
    ///
    /// # Errors
    /// [`SurveyError::Phone`].
    pub fn set_language(&mut self, language: Lang) -> Result<(), SurveyError> {
        self.filling.set_language(language);
        self.keep()
    }

    /// Every bad or missing answer, in the form's order.
    #[must_use]
    pub fn problems(&self) -> Vec<AnswerProblem> {
        self.filling.problems()
    }

    /// Finishes the form: the response is in the queue in the place of the
    /// draft when this returns. `place` is where, if the person agreed to say.
    ///
    /// # Errors
    /// [`SurveyError::Incomplete`], or the phone's; then it goes on as before.
    pub fn finish(&mut self, place: Option<Point>) -> Result<Uuid, SurveyError> {
        self.expect_open()?;
        let tick = tick(self.phone)?;
        let response = self
            .filling
            .finish(tick, place)
            .map_err(SurveyError::Incomplete)?;
        let payload = json(&response)?;
        let (_, envelope) =
            self.phone
                .wrap(Kind::RESPONSE, RESPONSE_VERSION, &payload, &[], None)?;
        self.store.finish_draft(self.id, &envelope)?;
        self.finished = true;
        Ok(envelope.id)
    }

    /// Nothing may be written of a draft that was finished.
    const fn expect_open(&self) -> Result<(), SurveyError> {
        if self.finished {
            Err(SurveyError::NoDraft)
        } else {
            Ok(())
        }
    }

    fn keep(&mut self) -> Result<(), SurveyError> {
        self.expect_open()?;
        let tick = tick(self.phone)?;
        let draft = self.filling.draft(tick);
        let row = DraftRow {
            id: self.id,
            body: json(&draft)?,
            form: draft.form,
            version: draft.version,
            changed_ms: tick.now.utc_ms,
        };
        Ok(self.store.put_draft(&row)?)
    }
}

fn tick(phone: &Phone) -> Result<Tick, SurveyError> {
    Ok(Tick {
        now: Now {
            utc_ms: phone.now_ms()?,
            offset_minutes: THAILAND_MINUTES,
        },
        monotonic_ms: u64::try_from(phone.mono_ms()).unwrap_or(0),
    })
}

fn ready(form: Form) -> Result<Arc<Program>, SurveyError> {
    Program::new(form)
        .map(Arc::new)
        .map_err(|_| SurveyError::NoForm)
}

fn response_of(item: &Item) -> Option<Response> {
    serde_json::from_str(item.envelope.payload.get()).ok()
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::NotJson(error.to_string()))
}
