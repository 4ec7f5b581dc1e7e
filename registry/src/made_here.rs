//! Items that somebody makes on a page: like those from phones, so that the same
//! rules order them among them.

use pakmut_domain::wire::envelope::{Envelope, Kind, Saved};
use serde::Serialize;
use serde_json::value::to_raw_value;
use uuid::Uuid;

use crate::auth::Who;
use crate::clock::now_ms;
use crate::problem::Failure;

/// An item of a kind, made now by somebody who knew of `seen`.
///
/// # Errors
/// A [`Failure`] where it cannot be written as one.
pub fn envelope<T: Serialize>(
    who: &Who,
    kind: &str,
    payload: &T,
    seen: Vec<Uuid>,
) -> Result<Envelope, Failure> {
    let malformed = || Failure::bad_request("decision_malformed", "The item cannot be written");
    Ok(Envelope {
        id: Uuid::now_v7(),
        kind: Kind::new(kind).map_err(|_| malformed())?,
        version: 1,
        account: who.account,
        // The page's session stands for the device: nothing else is known of it.
        device: who.family,
        saved: Saved {
            wall: now_ms(),
            mono: 0,
            boot: who.family,
            offset: None,
            gnss: None,
        },
        seen,
        payload: to_raw_value(payload).map_err(|_| malformed())?,
        sig: None,
    })
}
