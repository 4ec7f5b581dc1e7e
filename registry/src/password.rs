//! New passwords: long enough, and none of the commonest.

use std::collections::HashSet;
use std::sync::LazyLock;

use pakmut_domain::sign_in::{SignInError, check_password};

/// The commonest passwords; see `data/README.md`.
static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../data/common_passwords.txt")
        .lines()
        .collect()
});

/// Whether a new password will do.
///
/// # Errors
/// [`SignInError`].
pub fn check(password: &str, username: &str) -> Result<(), SignInError> {
    check_password(password, username)?;
    if is_common(&password.to_lowercase()) {
        return Err(SignInError::PasswordCommon);
    }
    Ok(())
}

/// Whether it is one of the commonest, once or again and again, with whatever
/// digits and signs before and after.
fn is_common(password: &str) -> bool {
    let bare = password.trim_matches(|c: char| !c.is_alphabetic());
    [password, bare]
        .into_iter()
        .any(|text| COMMON.contains(text) || COMMON.contains(repeated(text)))
}

/// The text that this one repeats; itself where it repeats none.
fn repeated(text: &str) -> &str {
    (1..=text.len() / 2)
        .filter(|length| text.len().is_multiple_of(*length))
        .filter_map(|length| text.get(..length))
        .find(|part| part.repeat(text.len() / part.len()) == text)
        .unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_are_refused_however_they_are_dressed() {
        for common in [
            "1q2w3e4r5t6y",
            "Password1234",
            "password!!!!!2561",
            "2561-dragon-2561",
            "PasswordPassword",
            "qwertyuiop123",
            "monkey monkey".replace(' ', "").as_str(),
        ] {
            assert_eq!(
                check(common, "somchai"),
                Err(SignInError::PasswordCommon),
                "{common}"
            );
        }
        for fine in [
            "correct horse",
            "ข้าวเหนียวมะม่วง",
            "dragon and monkey",
            "7fd0a91c33be52aa",
        ] {
            assert_eq!(check(fine, "somchai"), Ok(()), "{fine}");
        }
        assert!(COMMON.len() > 19_000);
    }
}
