//! The published forms in memory, and whether a response fits its form.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use pakmut_domain::form::{Form, Program, Response, Tally, validate};
use pakmut_domain::words::Lang;

use crate::arrival::Refusal;
use crate::store::FormRow;

/// How many problems of a response its sender is told.
const PROBLEMS_TOLD: usize = 5;

/// A published form.
#[derive(Debug)]
pub struct FormRef {
    /// The registry's number for this version.
    pub no: i64,
    /// Whether real responses are taken too.
    pub real: bool,
    /// When it was published first, milliseconds since 1970 UTC.
    pub published_ms: i64,
    body: String,
    program: OnceLock<Option<Arc<Program>>>,
}

impl FormRef {
    /// The form, ready to run; made when first asked for.
    pub fn program(&self) -> Option<&Arc<Program>> {
        self.program
            .get_or_init(|| {
                let form: Form = serde_json::from_str(&self.body).ok()?;
                Program::new(form).ok().map(Arc::new)
            })
            .as_ref()
    }
}

/// Every version of every form.
#[derive(Debug, Default)]
pub struct Forms {
    versions: HashMap<(String, String), Arc<FormRef>>,
    /// The versions of each form, the newest last.
    by_id: HashMap<String, Vec<Arc<FormRef>>>,
}

impl Forms {
    /// From what is stored, the oldest first.
    pub fn new(rows: Vec<FormRow>) -> Self {
        let mut forms = Self::default();
        for row in rows {
            let form = Arc::new(FormRef {
                no: row.no,
                real: row.real,
                published_ms: row.published_ms,
                body: row.body,
                program: OnceLock::new(),
            });
            let of = forms.by_id.entry(row.id.clone()).or_default();
            of.push(form.clone());
            forms.versions.insert((row.id, row.version), form);
        }
        forms
    }

    /// A form's version.
    pub fn get(&self, id: &str, version: &str) -> Option<&Arc<FormRef>> {
        self.versions.get(&(id.to_owned(), version.to_owned()))
    }

    /// The versions of a form, the newest last.
    pub fn versions(&self, id: &str) -> &[Arc<FormRef>] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// The ids of all forms.
    pub fn ids(&self) -> Vec<&str> {
        self.by_id.keys().map(String::as_str).collect()
    }

    /// All versions, the oldest first.
    pub fn all(&self) -> Vec<&Arc<FormRef>> {
        let mut all: Vec<&Arc<FormRef>> = self.versions.values().collect();
        all.sort_by_key(|form| form.no);
        all
    }
}

/// Whether a response fits the version of the form that it was given to:
/// its tally.
///
/// # Errors
/// [`Refusal`] with the first problem's code; its detail names the questions.
pub fn check(forms: &Forms, response: &Response) -> Result<Tally, Refusal> {
    let (id, version) = (&response.form, &response.version);
    let unknown = || {
        let detail = format!("no form {id:.60} of version {version:.60} was published");
        Refusal::new("form_unknown", detail)
    };
    let form = forms.get(id, version).ok_or_else(unknown)?;
    let program = form.program().ok_or_else(unknown)?;
    if !response.trial && !form.real {
        let detail = format!("form {id} of version {version} is open for trial responses only");
        return Err(Refusal::new("form_trial_only", detail));
    }
    let problems = validate(program, response);
    let Some(first) = problems.first() else {
        return Ok(Tally::of(program, response));
    };
    let told: Vec<String> = problems
        .iter()
        .take(PROBLEMS_TOLD)
        .map(|p| format!("{}: {}", p.path, p.say(Lang::En)))
        .collect();
    let more = problems.len() - told.len();
    let mut detail = told.join("; ");
    if more > 0 {
        detail.push_str(&format!("; and {more} more"));
    }
    Err(Refusal::new(first.code.as_str(), detail))
}
