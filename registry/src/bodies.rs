//! Reading bodies so that neither the slow nor the many fill the memory.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use http_body_util::BodyExt;
use tokio::sync::Semaphore;

/// The most kibibytes of bodies that are on their way at once.
const MOST_KIB: usize = 24 * 1024;

static ROOM: Semaphore = Semaphore::const_new(MOST_KIB);

/// The longest that a body may stand still, and the longest that one waits for
/// room.
const STILL: Duration = Duration::from_secs(10);

/// The least that comes of a body in the mean, beyond [`STILL`], bytes a second: a
/// tenth of what the slowest phone's network (GPRS) carries. Who sends a byte now
/// and then holds no connection for long.
const LEAST_RATE: f64 = 500.0;

/// What is read and thrown away of a body that is refused, in bytes, and for how
/// long. A connection closed over unread bytes is reset, and the reset can
/// overtake the answer that says what was wrong.
const DISCARDED: usize = 2 * 1024 * 1024;
const DISCARDING: Duration = Duration::from_secs(2);

/// Why a body was not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It has more bytes than were wanted.
    TooLarge,
    /// It broke off.
    Broken,
    /// Nothing came for too long, or too little.
    Slow,
    /// Too many bodies are on their way.
    Full,
}

/// Reads a body of at most `limit` bytes. What has come takes part in a room
/// for all bodies together; what has not come yet takes none.
///
/// # Errors
/// [`BodyError`]; then it is read no further, but for a little of one too large.
pub async fn whole(mut body: Body, limit: usize) -> Result<Bytes, BodyError> {
    let mut bytes = Vec::new();
    let (mut held, mut have) = (Vec::new(), 0);
    let mut took = Duration::ZERO;
    loop {
        let may_take = STILL + Duration::from_secs_f64(bytes.len() as f64 / LEAST_RATE);
        let waits = Instant::now();
        let frame = tokio::time::timeout(STILL.min(may_take.saturating_sub(took)), body.frame())
            .await
            .map_err(|_| BodyError::Slow)?;
        took += waits.elapsed();
        let Some(frame) = frame else {
            return Ok(bytes.into());
        };
        let frame = frame.map_err(|_| BodyError::Broken)?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if bytes.len() + data.len() > limit {
            drop((bytes, held));
            discard(body).await;
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

/// Throws away what comes of a body, 2 MiB and 2 s at the most.
pub async fn discard(mut body: Body) {
    let all = async {
        let mut seen = 0;
        while seen < DISCARDED {
            match body.frame().await {
                Some(Ok(frame)) => seen += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) | None => return,
            }
        }
    };
    // Whether it came to its end makes no difference to the answer.
    let _ = tokio::time::timeout(DISCARDING, all).await;
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use http_body_util::BodyExt as _;

    use super::*;

    /// A byte every tenth of a second, without end.
    struct Dripping(Pin<Box<tokio::time::Sleep>>);

    impl hyper::body::Body for Dripping {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Infallible>>> {
            use std::future::Future as _;
            std::task::ready!(self.0.as_mut().poll(cx));
            self.0 = Box::pin(tokio::time::sleep(STILL / 100));
            Poll::Ready(Some(Ok(hyper::body::Frame::data(Bytes::from_static(b" ")))))
        }
    }

    #[tokio::test]
    async fn a_body_that_drips_is_cut() {
        let dripping = Dripping(Box::pin(tokio::time::sleep(STILL / 100)));
        let body = Body::new(dripping.boxed());
        // Without the least rate it would go on for a million tenths of a second.
        assert_eq!(whole(body, 1_000_000).await, Err(BodyError::Slow));
    }
}
