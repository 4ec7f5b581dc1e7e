//! Enrolling with a one-time code, or a new password by one: what the code is
//! for, and what to choose.

use pakmut_domain::sign_in::MIN_PASSWORD;
use pakmut_domain::wire::enrolment::{CodeAnswer, Purpose};

use super::Style;

/// What a code that counts is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeScreen {
    /// What a person does here.
    pub title: String,
    /// The LAO or office that it is for; the role where it is for none.
    pub office: String,
    /// As what, and where it sets a password, under which username.
    pub who: String,
    /// When it ends.
    pub ends: String,
    /// Whether a username and a contact are asked for; else only a password.
    pub asks_name: bool,
    /// What a username is.
    pub username_hint: String,
    /// What a password is.
    pub password_hint: String,
    /// The button's words.
    pub button: String,
}

impl CodeScreen {
    /// The screen for what the registry said of a code.
    #[must_use]
    pub fn of(answer: &CodeAnswer, style: Style) -> Self {
        let enrols = answer.purpose == Purpose::Enrol;
        let role = style.say(&format!("role-{}", answer.role.as_str()), &[]);
        let who: Vec<String> = [role.clone()]
            .into_iter()
            .chain(answer.username.clone())
            .collect();
        let fewest = u32::try_from(MIN_PASSWORD).unwrap_or(u32::MAX);
        Self {
            title: style.say(
                if enrols {
                    "account-enrol"
                } else {
                    "account-reset"
                },
                &[],
            ),
            office: answer.lao.clone().unwrap_or(role),
            who: who.join(" · "),
            ends: style.say(
                "account-letter-ends",
                &[("when", style.moment(answer.expires).into())],
            ),
            asks_name: enrols,
            username_hint: style.say("account-username-hint", &[]),
            password_hint: style.say("account-password-hint", &[("fewest", fewest.into())]),
            button: style.say(
                if enrols {
                    "account-enrol"
                } else {
                    "account-set-password"
                },
                &[],
            ),
        }
    }
}
