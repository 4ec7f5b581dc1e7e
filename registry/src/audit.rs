//! The audit log: who did what, when, from where. Append-only, and chained by
//! hash, so that one row that was changed, added or taken out shows.
//!
//! A chain shows no more than its own whole: whoever can write the database can
//! make it anew from any row on. So its head, number and hash, is to be kept
//! elsewhere ([`head`], `audit head`), and [`verify`] held against it.

use std::fmt;
use std::net::IpAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use pakmut_domain::wire::ItemHash;
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use crate::clock::now_ms;
use crate::store::{AuditRow, Store, StoreError, Write};

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident => $code:literal,)+) => {
        /// What was done; in the log a stable snake_case code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Act {
            $($(#[$doc])* $act,)+
        }

        impl Act {
            /// The code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$act => $code,)+
                }
            }
        }
    };
}

acts! {
    /// A person signed in: `device`, and whether a `key` was registered.
    SignIn => "sign_in",
    /// A password was wrong; `who` where the username is one, else nobody. The
    /// name that was typed is never written: people type passwords there.
    SignInFailed => "sign_in_failed",
    /// An account or address was locked for a while.
    SignInLocked => "sign_in_locked",
    /// A person signed out, here or everywhere.
    SignOut => "sign_out",
    /// A refresh token came twice, and its sessions ended.
    TokenReused => "token_reused",
    /// A person enrolled with a one-time code.
    Enrolled => "enrolled",
    /// A password was changed or reset.
    PasswordChanged => "password_changed",
    /// One-time codes were made.
    CodesIssued => "codes_issued",
    /// One-time codes were taken back.
    CodesRevoked => "codes_revoked",
    /// A user was made.
    UserAdded => "user_added",
    /// What a user may do was changed.
    UserChanged => "user_changed",
    /// A user may no longer sign in.
    UserDisabled => "user_disabled",
    /// A user may sign in again.
    UserEnabled => "user_enabled",
    /// A user's data was erased.
    UserErased => "user_erased",
    /// Items were refused because somebody may have forged them: `items`, each
    /// its id and the code.
    ItemsRefused => "items_refused",
    /// A pin was approved or sent back.
    Reviewed => "reviewed",
    /// Something was published: a form, a round, a catalogue, an announcement.
    Published => "published",
    /// An LAO was reminded.
    Reminded => "reminded",
    /// Pins were drawn to be checked: `province`, `pins`.
    ChecksDrawn => "checks_drawn",
    /// A drawn pin's counter was measured once more: `check`, `verdict`.
    CheckMeasured => "check_measured",
    /// An LAO said whether it will come to a meeting: `meeting`, `lao`, `will`.
    MeetingAnswered => "meeting_answered",
    /// Who came to a meeting was noted: `meeting`, `laos`.
    MeetingNoted => "meeting_noted",
    /// A counter was taken off what must be pinned, or put back on.
    Exempted => "exempted",
    /// An LAO took back the photo of a pin that waited: `pin` and `photo`, its hash.
    PhotoRemoved => "photo_removed",
    /// Whom to call at an LAO was changed.
    ContactChanged => "contact_changed",
    /// Data left the registry as a file.
    Exported => "exported",
    /// A list was read in: what, and how many rows changed.
    Imported => "imported",
    /// A backup was put in the place of the database.
    Restored => "restored",
}

/// From where something was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Over the network, from this address.
    Address(IpAddr),
    /// On the registry's own machine.
    CommandLine,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "{}", address.to_canonical()),
            Self::CommandLine => f.write_str("command line"),
        }
    }
}

impl Origin {
    /// Where a request comes from; without a socket, from here.
    #[must_use]
    pub fn of(extensions: &axum::http::Extensions) -> Self {
        extensions
            .get::<ConnectInfo<std::net::SocketAddr>>()
            .map_or(Self::CommandLine, |info| Self::Address(info.0.ip()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Origin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}

/// Writes down, in the transaction that does it, that an account (none: nobody
/// who is signed in, or the command line) did something. `what` is a JSON object
/// of ids, codes and counts; it never holds a password, a token, a code or what
/// a citizen wrote.
///
/// # Errors
/// [`StoreError`]; then the transaction must be given up: what is not in the
/// log does not happen.
pub async fn record(
    write: &mut Write,
    who: Option<Uuid>,
    act: Act,
    what: Value,
    origin: Origin,
) -> Result<(), StoreError> {
    let (last, before) = write.audit_head().await?;
    let mut row = AuditRow {
        no: last + 1,
        at: now_ms(),
        who,
        act: act.code().to_owned(),
        what: what.to_string(),
        origin: origin.to_string(),
        hash: before,
    };
    row.hash = hash(&before, &row);
    write.append_audit(&row).await
}

/// Writes it down by itself, where nothing else is stored: a refusal.
///
/// # Errors
/// [`StoreError`].
pub async fn record_alone(
    store: &Store,
    who: Option<Uuid>,
    act: Act,
    what: Value,
    origin: Origin,
) -> Result<(), StoreError> {
    let mut write = store.write().await?;
    record(&mut write, who, act, what, origin).await?;
    write.commit().await
}

/// Writes down that a person took data out as a file of this name and kind.
///
/// # Errors
/// [`StoreError`].
pub async fn file_taken(
    store: &Store,
    who: Uuid,
    file: &str,
    kind: &str,
    origin: Origin,
) -> Result<(), StoreError> {
    let what = serde_json::json!({ "file": file, "kind": kind });
    record_alone(store, Some(who), Act::Exported, what, origin).await
}

/// SHA-256 over `pakmut-audit-1\n` and, each as a netstring, the hash before in
/// base64url, no, at, who (lower-case and hyphenated, or empty), act, what and
/// origin.
fn hash(before: &ItemHash, row: &AuditRow) -> ItemHash {
    let mut bytes = b"pakmut-audit-1\n".to_vec();
    let who = row.who.map(|who| who.to_string()).unwrap_or_default();
    for part in [
        before.to_string().as_str(),
        &row.no.to_string(),
        &row.at.to_string(),
        &who,
        &row.act,
        &row.what,
        &row.origin,
    ] {
        bytes.extend_from_slice(format!("{}:{part},", part.len()).as_bytes());
    }
    ItemHash::of(&bytes)
}

/// What is wrong with the log.
#[derive(Debug, Error)]
pub enum AuditError {
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row is not what was written.
    #[error("row {no} is not what was written: {why}")]
    Broken {
        /// The first such row.
        no: i64,
        /// Why.
        why: &'static str,
    },
    /// It cannot be written out.
    #[error("the log cannot be written out: {0}")]
    Csv(#[from] csv::Error),
}

/// The number and the hash of the last row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number; 0 where there is none.
    pub no: i64,
    /// Its hash; zeros where there is none.
    pub hash: ItemHash,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.no, self.hash)
    }
}

/// A text that is no head.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a head is NUMBER:HASH, as `audit head` prints it")]
pub struct NotAHead;

impl std::str::FromStr for Head {
    type Err = NotAHead;
    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (no, hash) = text.trim().split_once(':').ok_or(NotAHead)?;
        Ok(Self {
            no: no.parse().map_err(|_| NotAHead)?,
            hash: hash.parse().map_err(|_| NotAHead)?,
        })
    }
}

/// The head, to be kept where the registry's administrator cannot change it.
///
/// # Errors
/// [`StoreError`].
pub async fn head(store: &Store) -> Result<Head, StoreError> {
    let (no, hash) = store.read().await?.audit_head().await?;
    Ok(Head { no, hash })
}

/// How many rows are read at once.
const PAGE: i64 = 1_000;

/// Calls `each` with every row, oldest first, that is what was written.
///
/// # Errors
/// [`AuditError::Broken`] at the first that is not.
async fn walk(
    store: &Store,
    mut each: impl FnMut(&AuditRow) -> Result<(), AuditError>,
) -> Result<Head, AuditError> {
    // Before the rows: those that come meanwhile are beyond it.
    let head = head(store).await?;
    let mut read = store.read().await?;
    let mut last = Head {
        no: 0,
        hash: ItemHash::from_slice(&[0; 32])
            .map_err(|_| StoreError::Corrupt("a hash that has not 32 bytes"))?,
    };
    loop {
        let rows = read.audit_rows(last.no, PAGE).await?;
        for row in &rows {
            let broken = |no, why| Err(AuditError::Broken { no, why });
            if row.no != last.no + 1 {
                return broken(last.no + 1, "it is missing");
            }
            if row.hash != hash(&last.hash, row) {
                return broken(
                    row.no,
                    "its hash is not that of its content and the row before",
                );
            }
            if row.no == head.no && row.hash != head.hash {
                return broken(row.no, "it is not the one that the head names");
            }
            each(row)?;
            last = Head {
                no: row.no,
                hash: row.hash,
            };
        }
        if rows.is_empty() {
            break;
        }
    }
    if last.no < head.no {
        return Err(AuditError::Broken {
            no: last.no + 1,
            why: "it is missing",
        });
    }
    Ok(last)
}

/// Reads the whole log and gives its head. `kept` is a head that was kept
/// elsewhere: the row of that number must still be that one.
///
/// # Errors
/// [`AuditError::Broken`] with the first row that is not what was written.
pub async fn verify(store: &Store, kept: Option<Head>) -> Result<Head, AuditError> {
    let mut met = kept.is_none_or(|kept| kept.no == 0);
    let last = walk(store, |row| {
        if let Some(kept) = kept
            && row.no == kept.no
        {
            if row.hash != kept.hash {
                return Err(AuditError::Broken {
                    no: row.no,
                    why: "it is not the one whose head was kept",
                });
            }
            met = true;
        }
        Ok(())
    })
    .await?;
    match kept {
        Some(kept) if !met => Err(AuditError::Broken {
            no: kept.no,
            why: "it is missing",
        }),
        _ => Ok(last),
    }
}

/// Writes the whole log out as CSV: no, at (RFC 3339, UTC), who, act, what,
/// origin, hash. Gives the head.
///
/// # Errors
/// [`AuditError`]; a broken log is written out as far as it is whole.
pub async fn export(store: &Store, out: impl std::io::Write) -> Result<Head, AuditError> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["no", "at", "who", "act", "what", "origin", "hash"])?;
    let last = walk(store, |row| {
        csv.write_record([
            row.no.to_string(),
            time_of(row.at),
            row.who.map(|who| who.to_string()).unwrap_or_default(),
            row.act.clone(),
            row.what.clone(),
            row.origin.clone(),
            row.hash.to_string(),
        ])?;
        Ok(())
    })
    .await;
    csv.flush().map_err(csv::Error::from)?;
    last
}

/// RFC 3339 in UTC; the number itself where the time is beyond its years.
fn time_of(ms: i64) -> String {
    let nanos = i128::from(ms) * 1_000_000;
    time::OffsetDateTime::from_unix_timestamp_nanos(nanos)
        .ok()
        .and_then(|at| {
            at.format(&time::format_description::well_known::Rfc3339)
                .ok()
        })
        .unwrap_or_else(|| ms.to_string())
}
