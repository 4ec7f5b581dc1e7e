//! One call under the person's session: refreshed once where it is over.

use std::time::Duration;

use pakmut_domain::wire::session::{Refresh, Session};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Outcome;
use super::pump::{Halt, Pump};
use crate::ports::{Method, Piece, Request, Response, TransportError};
use crate::retry::{Verdict, judge};
use crate::session::Tokens;

/// The longest that one call may take: a batch of 20 kB over a poor mobile
/// network at 2 kbit/s.
const LONGEST_CALL: Duration = Duration::from_secs(120);

/// The clock counts whole milliseconds at both ends of a sync: where its time is
/// over, so much may seem to be left.
const CLOCK_STEP: Duration = Duration::from_millis(1);

/// What a call gave that its caller must deal with itself.
pub(super) enum Answered {
    /// 200 with our media type.
    Body(Response),
    /// 409, 413, 400, 422, or a 500 that may come of what was sent.
    Trouble(Verdict),
}

impl Pump<'_> {
    /// Calls under the session. What concerns the sync as a whole ends it; what
    /// concerns this call comes back.
    pub(super) fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Answered, Halt> {
        self.call_with(method, path, body, None)
    }

    /// The same with a piece of a whole.
    pub(super) fn call_with(
        &mut self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        piece: Option<Piece>,
    ) -> Result<Answered, Halt> {
        if self.tokens.access_is_over(&self.clock.now()) {
            self.refresh()?;
        }
        let mut request = Request {
            method,
            path: path.to_owned(),
            bearer: Some(self.tokens.access.clone()),
            body,
            piece,
            timeout: LONGEST_CALL,
        };
        let mut refreshed = false;
        loop {
            self.check()?;
            request.timeout = self.time_left().min(LONGEST_CALL);
            request.bearer = Some(self.tokens.access.clone());
            let answer = self.transport.send(&request, self.cancel);
            let verdict = judge(answer.as_ref(), self.best_now_ms());
            match verdict {
                Verdict::Answer => {
                    let response = answer.map_err(|e| offline(e.code()))?;
                    self.asked_to_wait = response.retry_after.as_deref().and_then(|value| {
                        crate::retry::retry_after_ms(
                            value,
                            response.date.as_deref(),
                            self.best_now_ms(),
                        )
                    });
                    return Ok(Answered::Body(response));
                }
                Verdict::Refresh if !refreshed => {
                    self.refresh()?;
                    refreshed = true;
                }
                Verdict::Halve { .. }
                | Verdict::Unreadable { .. }
                | Verdict::EpochChanged
                | Verdict::Later {
                    suspect_batch: true,
                    ..
                } => return Ok(Answered::Trouble(verdict)),
                other => return Err(self.halt(other, answer.as_ref().err())),
            }
        }
    }

    /// Calls with JSON both ways.
    pub(super) fn call_json<A: DeserializeOwned>(
        &mut self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<Result<A, Verdict>, Halt> {
        let body = match body {
            Some(body) => serde_json::to_vec(body).map_err(|_| offline("request_malformed"))?,
            None => Vec::new(),
        };
        Ok(match self.call(method, path, body)? {
            Answered::Body(response) => Ok(read(&response)?),
            Answered::Trouble(verdict) => Err(verdict),
        })
    }

    /// Brings a new session, or finds that only the password helps.
    fn refresh(&mut self) -> Result<(), Halt> {
        self.check()?;
        let asked = Refresh {
            refresh_token: self.tokens.refresh.clone(),
            device: self.device,
        };
        let request = Request {
            method: Method::Post,
            path: "/v1/sessions/refresh".to_owned(),
            bearer: None,
            body: serde_json::to_vec(&asked).map_err(|_| offline("request_malformed"))?,
            piece: None,
            timeout: self.time_left().min(LONGEST_CALL),
        };
        let answer = self.transport.send(&request, self.cancel);
        match judge(answer.as_ref(), self.best_now_ms()) {
            Verdict::Answer => {
                let response = answer.map_err(|e| offline(e.code()))?;
                let session: Session = read(&response)?;
                self.tokens = Tokens::of(&session, &self.clock.now());
                // Kept before it is used: the old refresh token is worth nothing.
                self.report.session_not_kept = self.keeper.keep(&self.tokens).is_err();
                self.note_time(session.server_time);
                Ok(())
            }
            // The account itself, not this session: the phone must know.
            verdict @ Verdict::Forbidden { .. } if is_disabled(&verdict) => {
                Err(self.halt(verdict, None))
            }
            // In the registry's own words: this token is over.
            Verdict::Refresh | Verdict::Forbidden { .. } | Verdict::Unreadable { .. } => {
                Err(Halt::Stop(Outcome::NeedsPassword))
            }
            other => Err(self.halt(other, answer.as_ref().err())),
        }
    }

    /// Ends the sync with what a verdict means for it.
    pub(super) fn halt(&mut self, verdict: Verdict, error: Option<&TransportError>) -> Halt {
        Halt::Stop(match verdict {
            Verdict::Cancelled => Outcome::Cancelled,
            Verdict::Refresh => Outcome::NeedsPassword,
            Verdict::Forbidden { code } => Outcome::Forbidden { code },
            Verdict::UpgradeNeeded { code } => Outcome::UpgradeNeeded { code },
            Verdict::Later { code, after_ms, .. } => {
                self.asked_to_wait = after_ms;
                Outcome::Later { code }
            }
            Verdict::Offline { .. }
                if error == Some(&TransportError::Timeout) && self.time_left() <= CLOCK_STEP =>
            {
                Outcome::OutOfTime
            }
            Verdict::Offline { code } => Outcome::Offline { code },
            Verdict::Halve { code } | Verdict::Unreadable { code, .. } => Outcome::Later { code },
            Verdict::EpochChanged => Outcome::Later {
                code: "epoch_changed".to_owned(),
            },
            Verdict::Answer => Outcome::Offline {
                code: "foreign_answer".to_owned(),
            },
        })
    }
}

/// The registry's code where an account may no longer sign in.
pub(crate) const ACCOUNT_DISABLED: &str = "account_disabled";

fn is_disabled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Forbidden { code } if code == ACCOUNT_DISABLED)
}

/// Reads the body of an answer that counts. One that is not what the contract
/// says is a network failure: something stands between.
pub(super) fn read<A: DeserializeOwned>(response: &Response) -> Result<A, Halt> {
    serde_json::from_slice(&response.body).map_err(|_| offline("foreign_answer"))
}

/// Nothing that counts came back.
pub(super) fn offline(code: &str) -> Halt {
    Halt::Stop(Outcome::Offline {
        code: code.to_owned(),
    })
}
