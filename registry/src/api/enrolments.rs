//! Enrolling with a one-time code, and a new password by one.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use pakmut_domain::wire::enrolment::{CodeAnswer, CodeQuestion, Enrol, ResetPassword};

use super::sessions;
use crate::app::App;
use crate::audit::Origin;
use crate::enrolment;
use crate::http::{Answer, read_json};
use crate::problem::Failure;

/// The most bytes of an enrolment.
const MAX_BODY: usize = 8 * 1024;

/// `POST /v1/enrolments/preview`: whom a code is for.
pub async fn preview(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Answer<CodeAnswer>, Failure> {
    let asked: CodeQuestion = read_json(request, MAX_BODY).await?;
    Ok(Answer(enrolment::preview(&app, &asked.code).await?))
}

/// `POST /v1/enrolments`: makes the account and signs it in.
pub async fn enrol(
    State(app): State<Arc<App>>,
    origin: Origin,
    request: Request,
) -> Result<Response, Failure> {
    let asked: Enrol = read_json(request, MAX_BODY).await?;
    let key = sessions::device_key(asked.device_key.as_deref())?;
    let account = enrolment::enrol(
        &app,
        &asked.code,
        &asked.username,
        asked.password,
        &asked.contact,
        origin,
    )
    .await?;
    sessions::open(&app, account, asked.device, key, origin).await
}

/// `POST /v1/password-resets`: sets the password and signs the account in.
pub async fn reset(
    State(app): State<Arc<App>>,
    origin: Origin,
    request: Request,
) -> Result<Response, Failure> {
    let asked: ResetPassword = read_json(request, MAX_BODY).await?;
    let key = sessions::device_key(asked.device_key.as_deref())?;
    let account = enrolment::reset(&app, &asked.code, asked.password, origin).await?;
    sessions::open(&app, account, asked.device, key, origin).await
}
