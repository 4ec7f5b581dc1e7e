//! Filling in a survey on the phone, a page at a time. Each answer is on the
//! disk when its call returns, so that a page is shown anew from the draft.

use pakmut_domain::calendar::{DateStyle, date_text, read_date};
use pakmut_domain::form::{Answer, ItemView, Kind, Moved, PageView, QuestionView};
use uuid::Uuid;

use super::counters::counters;
use super::findings::Choice;
use super::{Screens, Style};
use crate::surveys::{Begin, Survey, SurveyError};

/// How a question is answered on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerInput {
    /// A group or a repetition begins: words only.
    Heading,
    /// Words only.
    Note,
    /// One of the choices.
    One,
    /// Any of the choices.
    Many,
    /// A whole number.
    Integer,
    /// A number.
    Decimal,
    /// A text.
    Text,
    /// A day, as people write it in the language.
    Date,
    /// A time of day, `HH:MM`.
    Time,
    /// A day with a time.
    DateTime,
    /// A position: latitude and longitude.
    Place,
    /// A photo: the hash of one that was kept, base64url.
    Photo,
}

/// A choice of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyChoice {
    /// What is stored.
    pub code: String,
    /// What is shown.
    pub text: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyItem {
    /// Its path, to answer it by.
    pub path: String,
    /// How it is answered.
    pub input: AnswerInput,
    /// Its words.
    pub label: String,
    /// The hint; empty where there is none.
    pub hint: String,
    /// Whether it must be answered.
    pub required: bool,
    /// Whether it is shown only.
    pub read_only: bool,
    /// The answer as it is typed; empty where there is none.
    pub value: String,
    /// The choices.
    pub choices: Vec<SurveyChoice>,
    /// What is wrong with the answer.
    pub problem: Option<String>,
}

/// A page of a form that is being filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurveyPage {
    /// The draft, to go on with.
    pub draft: Uuid,
    /// That it is a trial; empty for a real one.
    pub trial: String,
    /// Which page of how many; empty after the last.
    pub number: String,
    /// The headings of the groups round the page, outermost first.
    pub headings: Vec<String>,
    /// What is on it.
    pub items: Vec<SurveyItem>,
    /// The repeats that repetitions can be added to here: their paths and words.
    pub repeats: Vec<Choice>,
    /// Whether the last page is behind, so that it can be finished.
    pub at_end: bool,
    /// What is bad or missing, where going on was refused.
    pub problems: Vec<String>,
}

/// A half-filled form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// The draft.
    pub draft: Uuid,
    /// The form's id.
    pub form: String,
    /// When it was changed, how much is answered.
    pub line: String,
}

impl Screens<'_> {
    /// Begins a trial of a form, about a counter where one is given.
    ///
    /// # Errors
    /// [`SurveyError`].
    pub fn begin_survey(
        &self,
        form: &str,
        counter: Option<Uuid>,
    ) -> Result<SurveyPage, SurveyError> {
        let begin = Begin {
            trial: true,
            counter,
            language: self.style.lang,
            place: None,
        };
        let survey = self.phone.surveys().begin(form, &begin)?;
        self.page(&survey)
    }

    /// The page of a draft where it was left.
    ///
    /// # Errors
    /// [`SurveyError`].
    pub fn survey_page(&self, draft: Uuid) -> Result<SurveyPage, SurveyError> {
        let mut survey = self.phone.surveys().open(draft)?;
        survey.set_language(self.style.lang)?;
        self.page(&survey)
    }

    /// Answers a question with what was typed, or the codes of what was chosen
    /// with blanks between. Nothing clears it.
    ///
    /// # Errors
    /// [`SurveyError`]; the answer before stays then.
    pub fn answer_survey(
        &self,
        draft: Uuid,
        path: &str,
        typed: &str,
    ) -> Result<SurveyPage, SurveyError> {
        let mut survey = self.phone.surveys().open(draft)?;
        survey.typed(path, typed)?;
        self.page(&survey)
    }

    /// Goes to the next page; where something is bad or missing, the page says
    /// what and stays.
    ///
    /// # Errors
    /// [`SurveyError`].
    pub fn next_survey_page(&self, draft: Uuid) -> Result<SurveyPage, SurveyError> {
        let mut survey = self.phone.surveys().open(draft)?;
        let problems = match survey.next_page() {
            Ok(_) => Vec::new(),
            Err(SurveyError::Incomplete(problems)) => problems,
            Err(other) => return Err(other),
        };
        let mut page = self.page(&survey)?;
        let mut elsewhere = Vec::new();
        for problem in &problems {
            let said = problem.say(self.style.lang);
            match page.items.iter_mut().find(|i| i.path == problem.path) {
                Some(item) => item.problem = Some(said),
                None => elsewhere.push(said),
            }
        }
        if !problems.is_empty() {
            page.problems = vec![self.style.error("answers_incomplete")];
            page.problems.extend(elsewhere);
        }
        Ok(page)
    }

    /// Goes back a page. The page, and whether there was none before.
    ///
    /// # Errors
    /// [`SurveyError`].
    pub fn back_survey_page(&self, draft: Uuid) -> Result<(SurveyPage, bool), SurveyError> {
        let mut survey = self.phone.surveys().open(draft)?;
        let moved = survey.back()?;
        Ok((self.page(&survey)?, moved == Moved::Stayed))
    }

    /// Adds a repetition.
    ///
    /// # Errors
    /// [`SurveyError`].
    pub fn add_survey_repetition(
        &self,
        draft: Uuid,
        repeat: &str,
    ) -> Result<SurveyPage, SurveyError> {
        let mut survey = self.phone.surveys().open(draft)?;
        survey.add_repetition(repeat)?;
        self.page(&survey)
    }

    /// Finishes the form: the response is in the queue when this returns, and
    /// its id comes back.
    ///
    /// # Errors
    /// [`SurveyError::Incomplete`], or the phone's.
    pub fn finish_survey(&self, draft: Uuid) -> Result<Uuid, SurveyError> {
        self.phone.surveys().open(draft)?.finish(None)
    }

    /// The half-filled forms.
    ///
    /// # Errors
    /// [`SurveyError`].
    pub fn survey_drafts(&self) -> Result<Vec<DraftRow>, SurveyError> {
        let drafts = self.phone.surveys().drafts()?;
        let row = |draft: crate::surveys::DraftLine| DraftRow {
            draft: draft.draft,
            form: draft.form,
            line: self.style.say(
                "screen-survey-draft",
                &[
                    ("count", draft.answers.into()),
                    ("when", self.style.moment(draft.changed_ms).into()),
                ],
            ),
        };
        Ok(drafts.into_iter().map(row).collect())
    }

    fn page(&self, survey: &Survey<'_>) -> Result<SurveyPage, SurveyError> {
        let view = survey.view();
        let own: Vec<Choice> = counters(self.phone)?
            .into_iter()
            .map(|counter| Choice {
                code: counter.id.to_string(),
                text: counter.name,
            })
            .collect();
        let draft = survey.draft();
        let mut page = SurveyPage {
            draft,
            trial: self.style.say("screen-survey-trial", &[]),
            number: String::new(),
            headings: Vec::new(),
            items: Vec::new(),
            repeats: Vec::new(),
            at_end: view.is_none(),
            problems: Vec::new(),
        };
        match view {
            Some(view) => self.fill(&mut page, view, &own),
            None => page.headings = vec![self.style.say("screen-survey-end", &[])],
        }
        Ok(page)
    }

    fn fill(&self, page: &mut SurveyPage, view: PageView, own: &[Choice]) {
        page.number = self.style.say(
            "screen-survey-page",
            &[("number", view.number.into()), ("count", view.count.into())],
        );
        page.headings = view.headings;
        page.repeats = view
            .repeats
            .into_iter()
            .map(|repeat| Choice {
                code: repeat.path,
                text: repeat.label,
            })
            .collect();
        page.items = view
            .items
            .into_iter()
            .map(|item| match item {
                ItemView::Heading {
                    path,
                    label,
                    repetition,
                } => SurveyItem {
                    path,
                    input: AnswerInput::Heading,
                    label: match repetition {
                        Some(number) => format!("{label} {number}"),
                        None => label,
                    },
                    hint: String::new(),
                    required: false,
                    read_only: true,
                    value: String::new(),
                    choices: Vec::new(),
                    problem: None,
                },
                ItemView::Question(question) => item_of(self.style, *question, own),
            })
            .collect();
    }
}

fn item_of(style: Style, question: QuestionView, own: &[Choice]) -> SurveyItem {
    let input = match &question.kind {
        Kind::Note | Kind::Calculate => AnswerInput::Note,
        Kind::SelectOne { .. } | Kind::YesNo | Kind::Counter => AnswerInput::One,
        Kind::SelectMultiple { .. } => AnswerInput::Many,
        Kind::Integer => AnswerInput::Integer,
        Kind::Decimal => AnswerInput::Decimal,
        Kind::Text => AnswerInput::Text,
        Kind::Date => AnswerInput::Date,
        Kind::Time => AnswerInput::Time,
        Kind::DateTime => AnswerInput::DateTime,
        Kind::Geopoint => AnswerInput::Place,
        Kind::Photo => AnswerInput::Photo,
    };
    let value = question
        .answer
        .as_ref()
        .map_or_else(String::new, |answer| written(style, &question.kind, answer));
    let chosen: Vec<&str> = match input {
        AnswerInput::One => vec![value.as_str()],
        _ => value.split_whitespace().collect(),
    };
    let choice = |code: &str, text: String| SurveyChoice {
        chosen: chosen.contains(&code),
        code: code.to_owned(),
        text,
    };
    let choices = match &question.kind {
        Kind::YesNo => ["yes", "no"]
            .into_iter()
            .map(|code| choice(code, style.say(&format!("screen-survey-{code}"), &[])))
            .collect(),
        Kind::Counter => own
            .iter()
            .map(|counter| choice(&counter.code, counter.text.clone()))
            .collect(),
        _ => question
            .choices
            .iter()
            .map(|one| choice(&one.name, one.label.clone()))
            .collect(),
    };
    SurveyItem {
        path: question.path,
        input,
        label: question.label,
        hint: question.hint,
        required: question.required,
        read_only: question.read_only,
        choices,
        problem: question.problem.map(|problem| problem.say(style.lang)),
        value,
    }
}

/// An answer as a person would type it: read again, it is the same.
fn written(style: Style, kind: &Kind, answer: &Answer) -> String {
    match (kind, answer) {
        (Kind::Date, Answer::Text(text)) => read_date(text).map_or_else(
            |_| text.clone(),
            |date| style.write(date_text(date, style.lang, DateStyle::Short)),
        ),
        (_, Answer::Number(number)) => number.to_string(),
        (_, Answer::Text(text)) => text.clone(),
        (_, Answer::Many(codes)) => codes.join(" "),
        (_, Answer::Point(point)) => format!("{} {}", point.lat, point.lon),
    }
}
