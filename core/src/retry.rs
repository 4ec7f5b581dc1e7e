//! What an answer means for an item or a whole call, and when to try again.
//! Pure: the jitter comes from outside, time goes in as numbers.

use std::time::Duration;

use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_domain::wire::{ItemHash, MEDIA_TYPE, PROBLEM_MEDIA_TYPE};

use crate::ports::{Response, TransportError};
use crate::sabotage;

/// The longest first wait.
pub const FIRST_MS: u64 = 1_000;

/// The longest wait of all, however often it failed.
pub const LONGEST_MS: u64 = 15 * 60 * 1_000;

/// The longest `Retry-After` that is obeyed. A registry that closes for the
/// night is believed, a slip of a proxy's pen that says a year is not.
pub const LONGEST_RETRY_AFTER_MS: u64 = 24 * 60 * 60 * 1_000;

/// The wait after so many failures in a row: evenly anywhere between two fifths and
/// the whole of 1 s, doubled with each further failure, at most 15 minutes.
/// `jitter` is from 0 up to 1.
///
/// Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015. Its full
/// jitter begins at nothing: then some phones fail many times in a short outage by
/// chance, and come minutes after all others, who come at once. By the simulation
/// `backoff` of the fault matrix a floor of two fifths spreads a return best: the
/// busiest second has at most 4.3 times the mean after any outage, 20 without it.
#[must_use]
pub fn backoff_ms(failures: u32, jitter: f64) -> u64 {
    let doubled = FIRST_MS.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let longest = doubled.min(LONGEST_MS);
    let floor = longest / 5 * 2;
    floor + share(longest - floor, jitter)
}

/// The wait after so many failures where the registry named one: its own, and up
/// to two thirds of it on top, or the jittered one where that is longer. After an outage
/// all phones are told the same: a smaller part would bring them back in a few
/// seconds, and those that still come too early much later (simulation `backoff`).
#[must_use]
pub fn wait_ms(failures: u32, retry_after_ms: Option<u64>, jitter: f64) -> u64 {
    let jittered = backoff_ms(failures.max(1), jitter);
    retry_after_ms.map_or(jittered, |named| {
        let named = named.min(LONGEST_RETRY_AFTER_MS);
        named.saturating_add(jittered.max(share(named / 3 * 2, jitter)))
    })
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss
)]
fn share(of: u64, jitter: f64) -> u64 {
    let jitter = if jitter.is_finite() {
        jitter.clamp(0.0, 1.0)
    } else {
        1.0
    };
    // Both bounded by a day in milliseconds: exact in an f64.
    (of as f64 * jitter) as u64
}

/// `Retry-After` in milliseconds (RFC 9110, section 10.2.3): seconds, or a date,
/// which is held against the answer's own `Date`, else against the best known
/// time, because the phone's clock lies.
#[must_use]
pub fn retry_after_ms(value: &str, date: Option<&str>, best_now_ms: i64) -> Option<u64> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        let seconds: u64 = value.parse().unwrap_or(u64::MAX);
        return Some(seconds.saturating_mul(1_000).min(LONGEST_RETRY_AFTER_MS));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = date
        .and_then(|d| httpdate::parse_http_date(d.trim()).ok())
        .or_else(|| {
            std::time::UNIX_EPOCH
                .checked_add(Duration::from_millis(u64::try_from(best_now_ms).ok()?))
        })?;
    let wait = until.duration_since(now).unwrap_or_default().as_millis();
    Some(
        u64::try_from(wait)
            .unwrap_or(u64::MAX)
            .min(LONGEST_RETRY_AFTER_MS),
    )
}

/// What becomes of one item after the registry's word on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemFate {
    /// The registry holds it, by a receipt that matches.
    Sent,
    /// It goes again later, and says why.
    Retry {
        /// A stable code.
        code: String,
    },
    /// A person must mend or discard it.
    Wedged {
        /// The registry's code.
        code: String,
        /// Its detail, in English.
        detail: Option<String>,
    },
}

/// The code of a receipt that does not match what was sent.
pub const RECEIPT_MISMATCH: &str = "receipt_mismatch";

/// Judges one result of a push. Only a receipt with the phone's own hash makes
/// an item sent.
#[must_use]
pub fn judge_item(own: &ItemHash, result: &ItemResult) -> ItemFate {
    match result.result {
        stored if stored.is_stored() => {
            if result.hash.as_ref() == Some(own) || sabotage::is(sabotage::ANY_RECEIPT) {
                ItemFate::Sent
            } else {
                ItemFate::Retry {
                    code: RECEIPT_MISMATCH.to_owned(),
                }
            }
        }
        Outcome::Refused => ItemFate::Wedged {
            code: result.code.clone().unwrap_or_else(|| "refused".to_owned()),
            detail: result.detail.clone(),
        },
        _ => ItemFate::Retry {
            code: result.code.clone().unwrap_or_else(|| "retry".to_owned()),
        },
    }
}

/// The code of a registry that does not know this app's wire version yet.
pub const WIRE_TOO_NEW: &str = "wire_too_new";

/// What an answer means for the call as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// 200 (or 204) with our media type: read the body.
    Answer,
    /// 401: refresh the session once, then ask for the password.
    Refresh,
    /// 403: this account may not; the queue stays.
    Forbidden {
        /// The problem's code.
        code: String,
    },
    /// 409: the registry's epoch is another one.
    EpochChanged,
    /// 413: send half as much; a lone item is wedged.
    Halve {
        /// The problem's code.
        code: String,
    },
    /// 400 or 422 in the registry's own words: something in the batch makes it
    /// unreadable. Halve to find it; a lone item is wedged.
    Unreadable {
        /// The problem's code.
        code: String,
        /// The problem's detail.
        detail: Option<String>,
    },
    /// 426: this app is too old for the registry; the queue stays.
    UpgradeNeeded {
        /// The problem's code.
        code: String,
    },
    /// 408, 429, 5xx: the registry is there and cannot now.
    Later {
        /// The problem's code, or `http_NNN`.
        code: String,
        /// What the registry said to wait, milliseconds.
        after_ms: Option<u64>,
        /// Whether the batch itself may be the cause (500): try a smaller one
        /// the next time, so that one item that trips the registry does not
        /// hold up the others.
        suspect_batch: bool,
    },
    /// Nothing from the registry itself: no network, a captive portal, a
    /// redirect, a foreign answer, a broken connection.
    Offline {
        /// A stable code.
        code: String,
    },
    /// The person cancelled.
    Cancelled,
}

/// Judges the answer to any call.
#[must_use]
pub fn judge(answer: Result<&Response, &TransportError>, best_now_ms: i64) -> Verdict {
    let response = match answer {
        Ok(response) => response,
        Err(TransportError::Cancelled) => return Verdict::Cancelled,
        Err(error) => {
            return Verdict::Offline {
                code: error.code().to_owned(),
            };
        }
    };
    let problem = problem_of(response);
    let ours = problem.is_some();
    let code = problem.as_ref().map_or_else(
        || format!("http_{}", response.status),
        |problem| problem.code.clone(),
    );
    let after_ms = response
        .retry_after
        .as_deref()
        .and_then(|value| retry_after_ms(value, response.date.as_deref(), best_now_ms));
    let later = |suspect_batch| Verdict::Later {
        code: code.clone(),
        after_ms,
        suspect_batch,
    };
    match response.status {
        200 if response.media_type == MEDIA_TYPE => Verdict::Answer,
        204 => Verdict::Answer,
        200..=299 => Verdict::Offline {
            code: "foreign_answer".to_owned(),
        },
        300..=399 => Verdict::Offline {
            code: "redirect".to_owned(),
        },
        401 if ours || response.asks_for_bearer => Verdict::Refresh,
        403 if ours => Verdict::Forbidden { code },
        409 if ours => Verdict::EpochChanged,
        413 => Verdict::Halve { code },
        // The registry is older than this app: nothing is wrong with the batch.
        400 if ours && code == WIRE_TOO_NEW => later(false),
        400 | 422 if ours => Verdict::Unreadable {
            code,
            detail: problem.and_then(|p| p.detail),
        },
        426 => Verdict::UpgradeNeeded { code },
        500 => later(ours),
        408 | 425 | 429 | 501..=599 => later(false),
        // A 404 or any other refusal of the call itself: a wrong address, a
        // proxy, a registry half set up. Nothing is wrong with the items.
        400..=499 if ours => later(false),
        _ => Verdict::Offline {
            code: "foreign_answer".to_owned(),
        },
    }
}

/// The problem document of an answer, where it is one of ours.
fn problem_of(response: &Response) -> Option<pakmut_domain::wire::problem::Problem> {
    (response.media_type == PROBLEM_MEDIA_TYPE)
        .then(|| serde_json::from_slice(&response.body).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn answer(status: u16, media_type: &str, body: &str) -> Response {
        Response {
            status,
            media_type: media_type.to_owned(),
            retry_after: None,
            date: None,
            asks_for_bearer: false,
            body: body.as_bytes().to_vec(),
        }
    }

    fn problem(status: u16) -> Response {
        let body = serde_json::to_string(&pakmut_domain::wire::problem::Problem::new(
            status, "why", "Why",
        ))
        .unwrap();
        answer(status, PROBLEM_MEDIA_TYPE, &body)
    }

    #[test]
    fn each_status_has_its_verdict() {
        let of = |r: Response| judge(Ok(&r), 0);
        let code = || "why".to_owned();
        assert_eq!(of(answer(200, MEDIA_TYPE, "{}")), Verdict::Answer);
        for (status, media) in [(200, "text/html"), (302, "text/html"), (200, "")] {
            assert!(
                matches!(of(answer(status, media, "")), Verdict::Offline { .. }),
                "{status} {media}"
            );
        }
        assert_eq!(of(problem(401)), Verdict::Refresh);
        assert!(matches!(
            of(answer(401, "text/html", "")),
            Verdict::Offline { .. }
        ));
        assert_eq!(of(problem(403)), Verdict::Forbidden { code: code() });
        assert_eq!(of(problem(409)), Verdict::EpochChanged);
        assert_eq!(of(problem(413)), Verdict::Halve { code: code() });
        assert!(matches!(of(problem(422)), Verdict::Unreadable { .. }));
        assert_eq!(of(problem(426)), Verdict::UpgradeNeeded { code: code() });
        let newer = pakmut_domain::wire::problem::Problem::new(400, WIRE_TOO_NEW, "Why");
        let newer = serde_json::to_string(&newer).unwrap();
        assert!(matches!(
            of(answer(400, PROBLEM_MEDIA_TYPE, &newer)),
            Verdict::Later {
                suspect_batch: false,
                ..
            }
        ));
        for status in [404, 408, 429, 500, 502, 503, 504] {
            assert!(
                matches!(of(problem(status)), Verdict::Later { .. }),
                "{status}"
            );
        }
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        assert_eq!(retry_after_ms("120", None, 0), Some(120_000));
        let at = "Wed, 21 Oct 2015 07:28:30 GMT";
        let date = Some("Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(retry_after_ms(at, date, 0), Some(30_000));
        assert_eq!(retry_after_ms(at, None, 1_445_412_480_000), Some(30_000));
        assert_eq!(retry_after_ms(at, None, 1_945_412_480_000), Some(0));
        assert_eq!(
            retry_after_ms("999999999999999999999", None, 0),
            Some(LONGEST_RETRY_AFTER_MS)
        );
        assert_eq!(retry_after_ms("soon", None, 0), None);
        assert_eq!(retry_after_ms("-1", None, 0), None);
    }

    #[test]
    fn only_a_matching_receipt_makes_an_item_sent() {
        let own = ItemHash::of(b"own");
        let mut result = ItemResult {
            id: Uuid::nil(),
            result: Outcome::Accepted,
            hash: Some(own),
            code: None,
            detail: None,
        };
        assert_eq!(judge_item(&own, &result), ItemFate::Sent);
        for hash in [None, Some(ItemHash::of(b"other"))] {
            result.hash = hash;
            assert_eq!(
                judge_item(&own, &result),
                ItemFate::Retry {
                    code: RECEIPT_MISMATCH.to_owned()
                }
            );
        }
        result.result = Outcome::Refused;
        assert!(matches!(judge_item(&own, &result), ItemFate::Wedged { .. }));
    }

    proptest! {
        #[test]
        fn the_wait_is_bounded_and_grows_with_failures(failures: u32, jitter in 0.0..1.0f64) {
            let wait = backoff_ms(failures, jitter);
            prop_assert!(wait <= LONGEST_MS);
            prop_assert!(backoff_ms(failures.saturating_add(1), jitter) >= wait);
            if failures <= 1 {
                prop_assert!(wait <= FIRST_MS);
            }
        }

        #[test]
        fn what_the_registry_named_is_the_least(failures: u32, named in 0..LONGEST_RETRY_AFTER_MS, jitter: f64) {
            let wait = wait_ms(failures, Some(named), jitter);
            prop_assert!(wait >= named);
            prop_assert!(wait <= 2 * LONGEST_RETRY_AFTER_MS);
        }

        /// Whatever comes, there is a verdict, and only ours with 200 or 204 counts.
        #[test]
        fn every_answer_has_a_verdict(status in 100..1000u16, media in ".*", retry in ".*", body: Vec<u8>) {
            let mut r = answer(status, &media, "");
            r.retry_after = Some(retry);
            r.body = body;
            if judge(Ok(&r), 0) == Verdict::Answer {
                prop_assert!(status == 204 || (status == 200 && media == MEDIA_TYPE));
            }
        }
    }
}
