//! Reading bodies so that neither the slow nor the many fill the memory.

use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;

/// The most kibibytes of bodies that are on their way at once.
const MOST_KIB: usize = 24 * 1024;

static ROOM: Semaphore = Semaphore::const_new(MOST_KIB);

/// The longest that a body may stand still, and the longest that one waits for
/// room.
const STILL: Duration = Duration::from_secs(10);

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It has more bytes than were wanted.
    TooLarge,
    /// It broke off.
    Broken,
    /// Nothing came for too long.
    Slow,
    /// Too many bodies are on their way.
    Full,
}

/// Reads a body of at most `limit` bytes. What has come takes part in a room
/// for all bodies together; what has not come yet takes none.
///
/// # Errors
/// [`BodyError`]; then it is read no further.
pub async fn whole(mut body: Body, limit: usize) -> Result<Bytes, BodyError> {
    let mut bytes = Vec::new();
    let (mut held, mut have) = (Vec::new(), 0);
    loop {
        let frame = tokio::time::timeout(STILL, body.frame())
            .await
            .map_err(|_| BodyError::Slow)?;
        let Some(frame) = frame else {
            return Ok(bytes.into());
        };
        let frame = frame.map_err(|_| BodyError::Broken)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > limit {
            return Err(BodyError::TooLarge);
        }
        bytes.extend_from_slice(&data);
        let more = bytes.len().div_ceil(1024).saturating_sub(have);
        if more > 0 {
            let more_kib = u32::try_from(more).map_err(|_| BodyError::TooLarge)?;
            let room = tokio::time::timeout(STILL, ROOM.acquire_many(more_kib))
                .await
                .map_err(|_| BodyError::Full)?
                .map_err(|_| BodyError::Full)?;
            held.push(room);
            have += more;
        }
    }
}
