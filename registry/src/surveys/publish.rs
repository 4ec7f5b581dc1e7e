//! Publishing forms: what a file would change, and doing it.

use pakmut_domain::form::Form;
use pakmut_domain::form::tally::questions;
use pakmut_domain::words::Lang;
use thiserror::Error;

use crate::clock::now_ms;
use crate::forms_import::{self, ImportProblem, Imported};
use crate::store::{Store, StoreError};

/// Why a form was not published.
#[derive(Debug, Error)]
pub enum PublishError {
    /// The file is no form; each problem has its sheet, row and column.
    #[error("{} problems: nothing was imported", .0.len())]
    File(Vec<ImportProblem>),
    /// This version was published and says something else.
    #[error(
        "form {id} was published as version {version} with other content; \
         a published version never changes: give the file a new version"
    )]
    Changed {
        /// The form's id.
        id: String,
        /// The version.
        version: String,
    },
    /// Real responses are taken already.
    #[error("form {id} of version {version} is open for real responses already")]
    Narrower {
        /// The form's id.
        id: String,
        /// The version.
        version: String,
    },
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl PublishError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(_) => "form_faulty",
            Self::Changed { .. } => "form_version_taken",
            Self::Narrower { .. } => "form_open_already",
            Self::Store(error) => error.code(),
        }
    }
}

/// Reads a file.
///
/// # Errors
/// [`PublishError::File`] with every problem.
pub fn read(bytes: &[u8]) -> Result<Imported, PublishError> {
    forms_import::import(bytes).map_err(PublishError::File)
}

/// What was read, for a terminal.
pub fn describe(read: &Imported, lang: Lang) -> String {
    let form = read.form();
    let mut lines = vec![format!(
        "{} ({} {}): {} questions",
        form.title.get(lang),
        form.id,
        form.version,
        questions(form).len()
    )];
    lines.extend(read.unsupported.iter().map(|left_out| left_out.say(lang)));
    for (lang, name) in &read.missing_words {
        lines.push(format!("{name}: no words in {}", lang.tag()));
    }
    lines.join("\n") + "\n"
}

/// Publishes a form for trial responses, or for real ones too. The same again
/// changes nothing.
///
/// # Errors
/// [`PublishError`].
pub async fn publish(store: &Store, form: &Form, real: bool) -> Result<(), PublishError> {
    let mut write = store.write().await?;
    let forms = write.forms().await?;
    let same = |f: &&crate::store::FormRow| f.id == form.id && f.version == form.version;
    if let Some(before) = forms.iter().find(same) {
        let (id, version) = (form.id.clone(), form.version.clone());
        let said: Option<Form> = serde_json::from_str(&before.body).ok();
        if said.as_ref() != Some(form) {
            return Err(PublishError::Changed { id, version });
        }
        if before.real && !real {
            return Err(PublishError::Narrower { id, version });
        }
    }
    write.put_form(form, real, now_ms()).await?;
    Ok(write.commit().await?)
}

/// Publishes a form that ships with the registry, where the file says so.
///
/// # Errors
/// [`PublishError`].
pub async fn publish_shipped(store: &Store, id: &str, real: bool) -> Result<(), PublishError> {
    for (of, bytes) in forms_import::SHIPPED {
        if *of == id {
            publish(store, read(bytes)?.form(), real).await?;
        }
    }
    Ok(())
}
