//! Calls that a person waits for: signing in, enrolling, and the like.

use std::time::Duration;

use pakmut_domain::wire::PROBLEM_MEDIA_TYPE;
use pakmut_domain::wire::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Phone, PhoneError};
use crate::ports::{Cancel, Method, Request, Response, TransportError};
use crate::retry::{Verdict, judge};
use crate::sync::Options;

/// How long such a call may take.
const CALL: Duration = Duration::from_secs(60);

/// The media type of a photo.
const JPEG: &str = "image/jpeg";

impl Phone {
    /// Posts JSON with no session, and reads the answer.
    pub(crate) fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        asked: &impl Serialize,
    ) -> Result<A, PhoneError> {
        let body = serde_json::to_vec(asked).map_err(|_| PhoneError::Offline {
            code: "request_malformed".to_owned(),
        })?;
        read(&self.ask(Method::Post, path, None, body)?)
    }

    pub(super) fn ask(
        &self,
        method: Method,
        path: &str,
        bearer: Option<String>,
        body: Vec<u8>,
    ) -> Result<Response, PhoneError> {
        let request = Request {
            method,
            path: path.to_owned(),
            bearer,
            body,
            piece: None,
            timeout: CALL,
        };
        let answer = self.ports.transport.send(&request, &Cancel::new());
        let wall = self.ports.clock.wall_ms();
        if let Ok(response) = &answer
            && method == Method::Get
            && response.status == 200
            && response.media_type == JPEG
        {
            // Only a photo is asked for so, and its hash tells whether it is that one.
            // To all else a picture is a stranger's answer.
            return answer.map_err(|e| offline(&e));
        }
        match judge(answer.as_ref(), wall) {
            Verdict::Answer => answer.map_err(|e| offline(&e)),
            Verdict::Offline { code } => Err(PhoneError::Offline { code }),
            Verdict::Cancelled => Err(offline(&TransportError::Cancelled)),
            verdict => {
                let problem: Option<Problem> = answer
                    .ok()
                    .filter(|response| response.media_type == PROBLEM_MEDIA_TYPE)
                    .and_then(|response| serde_json::from_slice(&response.body).ok());
                let after_ms = match verdict {
                    Verdict::Later { after_ms, .. } => after_ms,
                    _ => None,
                };
                let (code, detail) =
                    problem.map_or(("refused".to_owned(), None), |p| (p.code, p.detail));
                Err(PhoneError::Refused {
                    code,
                    detail,
                    after_ms,
                })
            }
        }
    }

    /// Calls under the session of whoever is signed in. One that is over is
    /// refreshed by a sync, and asked with again.
    pub(crate) fn ask_signed_in(&self, method: Method, path: &str) -> Result<Response, PhoneError> {
        let once = || {
            let account = self.account().ok_or(PhoneError::SignedOut)?;
            let tokens = self.keeper(account.id).load()?;
            let tokens = tokens.ok_or(PhoneError::SignedOut)?;
            self.ask(method, path, Some(tokens.access), Vec::new())
        };
        match once() {
            Err(PhoneError::Refused { code, .. }) if code.starts_with("token_") => {
                let options = Options {
                    deadline: CALL,
                    urgent: true,
                };
                self.sync(options, &mut |_| {})?;
                once()
            }
            other => other,
        }
    }
}

fn offline(error: &TransportError) -> PhoneError {
    PhoneError::Offline {
        code: error.code().to_owned(),
    }
}

pub(super) fn read<A: DeserializeOwned>(response: &Response) -> Result<A, PhoneError> {
    serde_json::from_slice(&response.body).map_err(|_| PhoneError::Offline {
        code: "foreign_answer".to_owned(),
    })
}
