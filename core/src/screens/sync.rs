//! Sending: how far it is, how it ended, when it goes on.

use pakmut_domain::words::Topic;

use super::{Screens, Style, seconds};
use crate::engine::{PhoneError, SessionState};
use crate::sync::{Outcome, Progress, Report};

/// Sending.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncScreen {
    /// Whether it runs.
    pub running: bool,
    /// What happens or happened, and what to do.
    pub line: String,
    /// What caused an ending that was not the wished one.
    pub cause: Option<String>,
    /// The part that is done, 0 to 1; absent where not known.
    pub part: Option<f64>,
    /// When everything was last sent.
    pub last_success: Option<String>,
    /// When the next try comes by itself.
    pub next_try: Option<String>,
    /// That the phone's clock is off.
    pub clock: Option<String>,
    /// Whether a person must sign in.
    pub needs_password: bool,
    /// Items that a person must look at.
    pub wedged: Option<String>,
}

/// The screen while a sync runs.
#[must_use]
pub fn sync_running(progress: Progress, style: Style) -> SyncScreen {
    let done = progress.sent + progress.wedged;
    let all = done + progress.left;
    let line = if all == 0 {
        style.say("screen-fetching", &[])
    } else {
        style.say(
            "sync-running",
            &[
                ("done", (done as f64).into()),
                ("count", (all as f64).into()),
            ],
        )
    };
    SyncScreen {
        running: true,
        line,
        part: (all > 0).then(|| done as f64 / all as f64),
        wedged: wedged_line(progress.wedged, style),
        ..SyncScreen::default()
    }
}

/// The screen once a sync has ended.
#[must_use]
pub fn sync_ended(report: &Report, style: Style) -> SyncScreen {
    // "Everything is sent" only where nothing is left to send.
    let left = report.retried > 0 || report.wedged > 0;
    let line = match &report.outcome {
        Outcome::Done if left => style.say("screen-sync-some-left", &[]),
        outcome => style.coded(Topic::Sync, outcome.code(), &[]),
    };
    SyncScreen {
        running: false,
        line,
        cause: report.outcome.cause().map(|code| style.error(code)),
        part: None,
        last_success: None,
        next_try: report.next_try_ms.map(|ms| next_try(ms, style)),
        clock: report
            .skew_ms
            .filter(|_| report.clock_is_off())
            .map(|skew| {
                style.say(
                    "sync-clock-skew",
                    &[("skew_s", seconds(skew.unsigned_abs()))],
                )
            }),
        needs_password: report.outcome == Outcome::NeedsPassword,
        wedged: wedged_line(report.wedged, style),
    }
}

fn next_try(ms: u64, style: Style) -> String {
    style.say("sync-next-try", &[("wait_s", seconds(ms))])
}

fn wedged_line(count: u64, style: Style) -> Option<String> {
    (count > 0).then(|| style.say("items-wedged", &[("count", (count as f64).into())]))
}

impl Screens<'_> {
    /// Sending, when none runs.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn sync(&self) -> Result<SyncScreen, PhoneError> {
        let queue = self.phone.queue()?;
        Ok(SyncScreen {
            running: false,
            line: self.queue_line(&queue)?,
            last_success: queue.last_success_ms.map(|at| {
                let when = self.style.moment(at);
                self.style.say("sync-sent-at", &[("when", when.into())])
            }),
            next_try: queue
                .next_try_ms
                .filter(|_| queue.counts.pending > 0)
                .map(|ms| next_try(ms, self.style)),
            needs_password: self.phone.session()? == SessionState::NeedsPassword,
            wedged: wedged_line(queue.counts.wedged, self.style),
            ..SyncScreen::default()
        })
    }
}
