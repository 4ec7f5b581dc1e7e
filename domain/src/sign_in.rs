//! What a username and a password must be: told before anything is sent, and
//! held by the registry again.

use unicode_normalization::UnicodeNormalization;

/// The fewest characters of a password. Length is all that is asked (NIST SP
/// 800-63B; OWASP ASVS 2.1.1): no capitals, no digits, no signs.
pub const MIN_PASSWORD: usize = 12;

/// The most characters of a password.
pub const MAX_PASSWORD: usize = 128;

/// The fewest and the most characters of a username.
pub const USERNAME: std::ops::RangeInclusive<usize> = 3..=50;

/// The most characters of a contact's name and telephone.
pub const MAX_CONTACT: usize = 100;

/// Fewer different characters than this are no password.
const MIN_DIFFERENT: usize = 5;

/// Why a username, a password or a contact is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// Too few or too many characters, or ones that names do not have.
    #[error("a username has 3 to 50 letters, digits, '.', '-' or '_'")]
    Username,
    /// Too short.
    #[error("a password has at least {MIN_PASSWORD} characters")]
    PasswordShort,
    /// Too long.
    #[error("a password has at most {MAX_PASSWORD} characters")]
    PasswordLong,
    /// One of the commonest, or made of so few characters.
    #[error("this password is one of the first that a stranger would try")]
    PasswordCommon,
    /// It holds the username.
    #[error("a password may not hold the username")]
    PasswordHoldsUsername,
    /// A contact's name or telephone is missing or too long.
    #[error("a contact has a name and a telephone of 1 to 100 characters")]
    Contact,
}

impl SignInError {
    /// All stable codes.
    pub const CODES: &'static [&'static str] = &[
        "username_malformed",
        "password_short",
        "password_long",
        "password_common",
        "password_holds_username",
        "contact_malformed",
    ];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Username => "username_malformed",
            Self::PasswordShort => "password_short",
            Self::PasswordLong => "password_long",
            Self::PasswordCommon => "password_common",
            Self::PasswordHoldsUsername => "password_holds_username",
            Self::Contact => "contact_malformed",
        }
    }
}

/// A username as it is stored and looked up: NFC, lower case, no space around.
#[must_use]
pub fn fold_username(typed: &str) -> String {
    let folded: String = typed.trim().nfc().collect();
    folded.to_lowercase()
}

/// A new username, folded.
///
/// # Errors
/// [`SignInError::Username`].
pub fn new_username(typed: &str) -> Result<String, SignInError> {
    let username = fold_username(typed);
    // Thai vowels and tone marks are no letters to Unicode, yet parts of names.
    let is_of_names =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '\u{0e31}'..='\u{0e4e}');
    let fits = USERNAME.contains(&username.chars().count());
    if fits && username.chars().all(is_of_names) {
        Ok(username)
    } else {
        Err(SignInError::Username)
    }
}

/// Whether a new password will do, as far as can be said without the list of
/// the commonest, which the registry has.
///
/// # Errors
/// [`SignInError`].
pub fn check_password(password: &str, username: &str) -> Result<(), SignInError> {
    let folded = password.to_lowercase();
    let length = password.chars().count();
    let mut different: Vec<char> = folded.chars().collect();
    different.sort_unstable();
    different.dedup();
    if length < MIN_PASSWORD {
        Err(SignInError::PasswordShort)
    } else if length > MAX_PASSWORD {
        Err(SignInError::PasswordLong)
    } else if different.len() < MIN_DIFFERENT {
        Err(SignInError::PasswordCommon)
    } else if folded.contains(&fold_username(username)) {
        Err(SignInError::PasswordHoldsUsername)
    } else {
        Ok(())
    }
}

/// A contact's name or telephone, trimmed.
///
/// # Errors
/// [`SignInError::Contact`].
pub fn contact(typed: &str) -> Result<String, SignInError> {
    let text: String = typed.trim().nfc().collect();
    let fits = (1..=MAX_CONTACT).contains(&text.chars().count());
    if fits && !text.chars().any(char::is_control) {
        Ok(text)
    } else {
        Err(SignInError::Contact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usernames_are_letters_of_any_script_in_one_form() {
        assert_eq!(
            new_username("  Staff.Chom-Thong_1 "),
            Ok("staff.chom-thong_1".to_owned())
        );
        assert_eq!(new_username("เจ้าหน้าที่"), Ok("เจ้าหน้าที่".to_owned()));
        for bad in [
            "",
            "ab",
            "a b",
            "a@b.c",
            "x\0yz",
            "'; DROP",
            &"a".repeat(51),
        ] {
            assert_eq!(new_username(bad), Err(SignInError::Username), "{bad}");
        }
    }

    #[test]
    fn a_password_is_long_and_that_is_all() {
        let check = |password: &str| check_password(password, "somchai");
        assert_eq!(check("correct horse"), Ok(()));
        assert_eq!(check("ข้าวเหนียวมะม่วง"), Ok(()));
        assert_eq!(check("elevenchars"), Err(SignInError::PasswordShort));
        assert_eq!(check(&"ab3d5".repeat(30)), Err(SignInError::PasswordLong));
        assert_eq!(check("111111111111"), Err(SignInError::PasswordCommon));
        assert_eq!(check("123412341234"), Err(SignInError::PasswordCommon));
        assert_eq!(
            check("my Somchai 2561"),
            Err(SignInError::PasswordHoldsUsername)
        );
    }

    #[test]
    fn a_contact_has_something_to_call() {
        assert_eq!(
            contact(" 053 123456 ต่อ 12 "),
            Ok("053 123456 ต่อ 12".to_owned())
        );
        for bad in ["", "  ", "a\nb", &"1".repeat(101)] {
            assert_eq!(contact(bad), Err(SignInError::Contact));
        }
    }
}
