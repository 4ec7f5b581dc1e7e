//! Enrolling with a one-time code, and a new password by one. What can be said
//! without the registry is said before anything is sent.

use pakmut_domain::model::Account;
use pakmut_domain::one_time_code::OneTimeCode;
use pakmut_domain::sign_in::{SignInError, check_password, contact, new_username};
use pakmut_domain::wire::enrolment::{CodeAnswer, CodeQuestion, Contact, Enrol, ResetPassword};

use crate::engine::{Phone, PhoneError};

impl Phone {
    /// Whom a code is for, to be shown before a person goes on.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] with `code_length`, `code_character` or
    /// `code_check` for a slip of the finger, said offline; `code_unknown`,
    /// `code_used`, `code_revoked` or `code_expired` from the registry;
    /// [`PhoneError::Offline`].
    pub fn preview_code(&self, code: &str) -> Result<CodeAnswer, PhoneError> {
        let code = read_code(code)?.to_string();
        self.post("/v1/enrolments/preview", &CodeQuestion { code })
    }

    /// Enrols with a code: makes the account, signs it in and opens its queue.
    /// Called again after an answer that was lost, it signs in.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] as [`Phone::preview_code`], and with
    /// `username_malformed`, `password_short`, `password_long`,
    /// `password_common`, `password_holds_username` or `contact_malformed`, said
    /// offline where it can be; `username_taken`; else as [`Phone::sign_in`].
    pub fn enrol(
        &self,
        code: &str,
        username: &str,
        password: &str,
        given: &Contact,
    ) -> Result<Account, PhoneError> {
        let code = read_code(code)?.to_string();
        let username = new_username(username).map_err(wrong)?;
        check_password(password, &username).map_err(wrong)?;
        let contact = Contact {
            name: contact(&given.name).map_err(wrong)?,
            phone: contact(&given.phone).map_err(wrong)?,
        };
        let enrolled = self.open_session("/v1/enrolments", &username, |device, device_key| Enrol {
            code,
            username: username.clone(),
            password: password.to_owned(),
            contact,
            device,
            device_key,
        });
        match enrolled {
            // Perhaps by this person a moment ago, and the answer was lost.
            Err(refused) if refused.code() == "code_used" => {
                self.sign_in(&username, password).map_err(|_| refused)
            }
            enrolled => enrolled,
        }
    }

    /// Sets a new password with a code, signs in and opens the queue.
    ///
    /// # Errors
    /// As [`Phone::enrol`].
    pub fn reset_password(&self, code: &str, password: &str) -> Result<Account, PhoneError> {
        let username = self.preview_code(code)?.username.unwrap_or_default();
        let code = read_code(code)?.to_string();
        check_password(password, &username).map_err(wrong)?;
        self.open_session("/v1/password-resets", &username, |device, device_key| {
            ResetPassword {
                code,
                password: password.to_owned(),
                device,
                device_key,
            }
        })
    }
}

fn read_code(text: &str) -> Result<OneTimeCode, PhoneError> {
    OneTimeCode::parse(text).map_err(|error| refused(error.code(), &error.to_string()))
}

fn wrong(error: SignInError) -> PhoneError {
    refused(error.code(), &error.to_string())
}

fn refused(code: &str, detail: &str) -> PhoneError {
    PhoneError::Refused {
        code: code.to_owned(),
        detail: Some(detail.to_owned()),
        after_ms: None,
    }
}
