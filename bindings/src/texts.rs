//! Words that need no phone: labels, and every error's text.

use pakmut_core::screens::Style;
use pakmut_domain::calendar::Digits;
use pakmut_domain::words::{self, Lang};

/// The words of a message of this id, such as `button-save`.
#[uniffi::export]
#[must_use]
pub fn label(lang: Lang, id: &str) -> String {
    words::text(lang, id, &[])
}

/// The words of an error's code.
#[uniffi::export]
#[must_use]
pub fn error_words(lang: Lang, code: &str) -> String {
    let digits = Digits::Arabic;
    Style { lang, digits }.error(code)
}

/// Every error's code that has words.
#[uniffi::export]
#[must_use]
pub fn error_codes() -> Vec<String> {
    words::ids()
        .iter()
        .filter_map(|id| id.strip_prefix("error-"))
        .map(|code| code.replace('-', "_"))
        .collect()
}
