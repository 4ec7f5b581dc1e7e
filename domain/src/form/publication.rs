//! A form as the department publishes it.

use super::model::Form;
use serde::{Deserialize, Serialize};

/// A published form: the body of the pulled record `form`, under the form's
/// id as its key. The newest version published stands there; a phone keeps
/// the version that a draft was begun with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// Whether real responses are taken too; trial ones always are.
    pub real: bool,
    /// The form.
    pub form: Form,
}
