//! Sync, version 1, the phone's side: what is pending goes up, what changed
//! comes down. No SQL here and no HTTP: a batch comes from the store, goes
//! through the transport, and what the answer means is recorded.
//!
//! One flight at a time, across processes too. Whatever ends a flight, the
//! queue is whole: an item is sent only by a receipt that matches.

mod attachments;
mod call;
mod pull;
mod pump;
mod push;

use std::time::Duration;

pub(crate) use call::ACCOUNT_DISABLED;
pub use pump::Parts;

/// A clock further off than this is told to the person: 5 minutes, in
/// milliseconds.
pub const SKEW_MS: i64 = 5 * 60 * 1_000;

/// How a sync is to run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The longest that it may take.
    pub deadline: Duration,
    /// A person asked for it, or the network came back: a wait after failures
    /// is cut short, one that the registry asked for is not.
    pub urgent: bool,
}

/// How far a sync is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Items that the registry took in this sync.
    pub sent: u64,
    /// Items that it refused in this sync.
    pub wedged: u64,
    /// Items that still wait.
    pub left: u64,
    /// Changes pulled.
    pub pulled: u64,
    /// Photos that the registry has whole since this sync began.
    pub photos: u64,
}

/// How a sync ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Everything that was due is at the registry, and what it has is here.
    Done,
    /// A person or the app ended it.
    Cancelled,
    /// The time given was over; the next goes on where this one was.
    OutOfTime,
    /// Another sync runs, here or in another process.
    Busy,
    /// It is too early for another try.
    Waiting,
    /// No session: a person must sign in. Nothing is lost.
    NeedsPassword,
    /// No registry was reached.
    Offline {
        /// A stable code: `unreachable`, `timeout`, `certificate`, `redirect`, …
        code: String,
    },
    /// The registry was reached and could not serve.
    Later {
        /// The registry's code, or `http_NNN`.
        code: String,
    },
    /// The registry does not let this account in.
    Forbidden {
        /// The registry's code.
        code: String,
    },
    /// The registry no longer speaks with this version of the app.
    UpgradeNeeded {
        /// The registry's code.
        code: String,
    },
}

impl Outcome {
    /// The stable code of the ending itself.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::OutOfTime => "out_of_time",
            Self::Busy => "busy",
            Self::Waiting => "waiting",
            Self::NeedsPassword => "needs_password",
            Self::Offline { .. } => "offline",
            Self::Later { .. } => "later",
            Self::Forbidden { .. } => "forbidden",
            Self::UpgradeNeeded { .. } => "upgrade_needed",
        }
    }

    /// The code of what caused it, where something did.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Offline { code }
            | Self::Later { code }
            | Self::Forbidden { code }
            | Self::UpgradeNeeded { code } => Some(code),
            _ => None,
        }
    }
}

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// Items that the registry took, those it had already among them.
    pub sent: u64,
    /// Of these, those that it had already.
    pub duplicates: u64,
    /// Of these, those kept beside another for a person to decide.
    pub conflicts: u64,
    /// Items refused, now wedged.
    pub wedged: u64,
    /// Items that go again later.
    pub retried: u64,
    /// Of these, those whose receipt did not match.
    pub mismatched: u64,
    /// Items of colleagues who used this phone before, taken by the registry.
    pub carried: u64,
    /// Sent items that a restored registry did not have, queued again.
    pub pushed_again: u64,
    /// Changes pulled.
    pub pulled: u64,
    /// Photos that the registry has whole now and had not before.
    pub photos: u64,
    /// Photos that go again later, each for a reason of its own.
    pub photos_retried: u64,
    /// Milliseconds until the next try is worth it, where one is needed.
    pub next_try_ms: Option<u64>,
    /// Registry time minus the phone's wall clock, milliseconds, where the
    /// registry was reached.
    pub skew_ms: Option<i64>,
    /// The store of secrets could not keep the new session: the next start asks
    /// for the password.
    pub session_not_kept: bool,
}

impl Report {
    /// A report of nothing done yet.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self {
            outcome,
            sent: 0,
            duplicates: 0,
            conflicts: 0,
            wedged: 0,
            retried: 0,
            mismatched: 0,
            carried: 0,
            pushed_again: 0,
            pulled: 0,
            photos: 0,
            photos_retried: 0,
            next_try_ms: None,
            skew_ms: None,
            session_not_kept: false,
        }
    }

    /// Whether the phone's clock is so far off that the person must be told.
    #[must_use]
    pub fn clock_is_off(&self) -> bool {
        self.skew_ms
            .is_some_and(|skew| skew.unsigned_abs() > SKEW_MS.unsigned_abs())
    }
}
