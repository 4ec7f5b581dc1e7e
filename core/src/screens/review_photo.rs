//! The photo of a pin that is reviewed: fetched by one tap while there is a network,
//! and there offline from then on.

use pakmut_domain::photo::MAX_PHOTO_BYTES;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::wire::pull::{ItemRecord, record};
use uuid::Uuid;

use super::Screens;
use crate::engine::PhoneError;
use crate::ports::Method;

/// The most bytes that the photos which were fetched take together: at least fifty.
pub const MOST_SHOWN_BYTES: u64 = 50 * MAX_PHOTO_BYTES as u64;

/// The photo of a pin, or the way to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPhoto {
    /// The JPEG; absent until it was fetched.
    pub bytes: Option<Vec<u8>>,
    /// What there is.
    pub line: String,
    /// The words of the button that fetches it, with how much that is at most.
    pub button: Option<String>,
}

impl Screens<'_> {
    /// The photo of a pin as far as it is on this phone; no network is asked. None
    /// where the pin has none, or is not known here.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn review_photo(&self, pin: Uuid) -> Result<Option<ReviewPhoto>, PhoneError> {
        let Some(hash) = self.photo_of(pin)? else {
            return Ok(None);
        };
        Ok(Some(match self.phone.store()?.read_shown(&hash)? {
            Some(bytes) => self.shown(bytes),
            None => ReviewPhoto {
                bytes: None,
                line: self.style.say("screen-review-photo", &[]),
                button: Some(
                    self.style
                        .say("button-photo-fetch", &[("kb", kilobytes(MAX_PHOTO_BYTES))]),
                ),
            },
        }))
    }

    /// Fetches the photo of a pin and keeps it, once its hash was found right; the
    /// oldest of the others go above [`MOST_SHOWN_BYTES`]. None where the pin has
    /// none.
    ///
    /// # Errors
    /// [`PhoneError::Offline`] where it did not come whole, [`PhoneError::Refused`]
    /// where it has not arrived yet or was taken out; then nothing of it is kept.
    pub fn fetch_review_photo(&self, pin: Uuid) -> Result<Option<ReviewPhoto>, PhoneError> {
        let Some(hash) = self.photo_of(pin)? else {
            return Ok(None);
        };
        let not_fetched = || PhoneError::Offline {
            code: "photo_not_fetched".to_owned(),
        };
        let path = format!("/v1/pins/{pin}/photo");
        let answer = self.phone.ask_signed_in(Method::Get, &path);
        let bytes = match answer {
            Ok(response) if ItemHash::of(&response.body) == hash => response.body,
            Ok(_) => return Err(not_fetched()),
            Err(PhoneError::Offline { code }) if code != "foreign_answer" => {
                return Err(not_fetched());
            }
            Err(other) => return Err(other),
        };
        self.phone.store()?.keep_shown(&bytes, MOST_SHOWN_BYTES)?;
        Ok(Some(self.shown(bytes)))
    }

    fn shown(&self, bytes: Vec<u8>) -> ReviewPhoto {
        ReviewPhoto {
            line: self.style.say(
                "screen-review-photo-here",
                &[("kb", kilobytes(bytes.len()))],
            ),
            bytes: Some(bytes),
            button: None,
        }
    }

    /// The photo that a pin names, pulled or of this phone's own queue.
    fn photo_of(&self, pin: Uuid) -> Result<Option<ItemHash>, PhoneError> {
        let pulled = self.phone.record(record::PIN, &pin.to_string())?;
        let payload = match pulled {
            Some(found) => serde_json::from_str::<ItemRecord>(&found.body)
                .ok()
                .map(|item| item.payload),
            None => self.phone.item(pin)?.map(|item| item.envelope.payload),
        };
        let pin = payload.and_then(|payload| serde_json::from_str::<Pin>(payload.get()).ok());
        Ok(pin.and_then(|pin| pin.photo))
    }
}

/// Kilobytes, at least one.
fn kilobytes(bytes: usize) -> pakmut_domain::words::Figure {
    bytes.div_ceil(1_000).into()
}
