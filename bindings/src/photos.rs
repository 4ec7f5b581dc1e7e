//! Photos: scaled by the shell with what its platform has, judged and kept by
//! the core.

use pakmut_core::photo::{Facts, HEAD_BYTES};
use pakmut_core::screens::{PhotoScreen, ReviewPhoto, photo_screen};
use pakmut_domain::photo::{MAX_PHOTO_BYTES, MAX_SIDE_PX};
use pakmut_domain::wire::ItemHash;
use uuid::Uuid;

use crate::pakmut::{Pakmut, Said};
use crate::{PakmutError, PhotoScaling};

/// The photo of a pin that is reviewed, or the way to see it.
#[uniffi::remote(Record)]
pub struct ReviewPhoto {
    pub bytes: Option<Vec<u8>>,
    pub line: String,
    pub button: Option<String>,
}

/// How many bytes of a camera's file are to be handed over as its head.
#[uniffi::export]
#[must_use]
pub fn photo_head_bytes() -> u32 {
    u32::try_from(HEAD_BYTES).unwrap_or(u32::MAX)
}

/// How the picture of a camera's file is to be scaled, by the file's head.
#[uniffi::export]
#[must_use]
pub fn photo_scaling(head: Vec<u8>) -> PhotoScaling {
    let facts = Facts::read(&head);
    PhotoScaling {
        turn_degrees: facts.turn_degrees,
        mirrored: facts.mirrored,
        longest_side_px: MAX_SIDE_PX,
        most_bytes: u32::try_from(MAX_PHOTO_BYTES).unwrap_or(u32::MAX),
    }
}

pub(crate) fn hash(text: &str) -> Said<ItemHash> {
    text.parse()
        .map_err(|error| PakmutError::argument(format_args!("{error}: {text}")))
}

#[uniffi::export]
impl Pakmut {
    /// The photo of the counter that is being pinned, or the way to take one.
    ///
    /// # Errors
    /// Kind `Input` where no counter is being pinned.
    pub fn pin_photo(&self) -> Said<PhotoScreen> {
        self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| Ok(pinning.photo_screen(style)))
    }

    /// A photo of a survey's answer or a declaration by its hash, or the way to
    /// take one.
    ///
    /// # Errors
    /// Kind `Argument` for what is no hash.
    pub fn shown_photo(&self, photo: Option<String>) -> Said<PhotoScreen> {
        let photo = photo.filter(|text| !text.is_empty());
        let photo = photo.as_deref().map(hash).transpose()?;
        Ok(photo_screen(photo, self.style()))
    }

    /// Takes a photo of the counter that is being pinned: the head of the
    /// camera's file, and the scaled JPEG. It is on the disk when this returns.
    ///
    /// # Errors
    /// Kind `Input` for what is no photo, `Storage`; the photo before stays then.
    pub fn take_pin_photo(&self, head: Vec<u8>, scaled: Vec<u8>) -> Said<PhotoScreen> {
        let phone = self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| {
            pinning.take_photo(&phone, &head, &scaled)?;
            Ok(pinning.photo_screen(style))
        })
    }

    /// Leaves the photo out again.
    ///
    /// # Errors
    /// Kind `Input` where no counter is being pinned.
    pub fn leave_pin_photo(&self) -> Said<PhotoScreen> {
        self.open()?;
        let style = self.style();
        self.with_pinning(|pinning| {
            pinning.remove_photo();
            Ok(pinning.photo_screen(style))
        })
    }

    /// Keeps a scaled JPEG for a survey's answer or a declaration, and gives the
    /// hash by which these name it. It goes after the item that does.
    ///
    /// # Errors
    /// Kind `Input` for what is no photo, `SignedOut`, `Storage`.
    pub fn keep_photo(&self, scaled: Vec<u8>) -> Said<String> {
        Ok(self.open()?.keep_photo(&scaled)?.to_string())
    }

    /// The bytes of a photo of this phone.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage` where it is not there or damaged, `Argument`.
    pub fn photo_bytes(&self, photo: &str) -> Said<Vec<u8>> {
        Ok(self.open()?.photo_bytes(&hash(photo)?)?)
    }

    /// Queues a photo again that cannot be sent.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`, `Argument`.
    pub fn photo_again(&self, photo: &str) -> Said<()> {
        Ok(self.open()?.photo_again(&hash(photo)?)?)
    }

    /// Gives up a photo that cannot be sent.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`, `Argument`.
    pub fn drop_photo(&self, photo: &str) -> Said<()> {
        Ok(self.open()?.drop_photo(&hash(photo)?)?)
    }

    /// Takes the photo of a pin that waits back at the registry. Needs the
    /// network.
    ///
    /// # Errors
    /// Kinds `Refused` once somebody decided on the pin, `Offline`, `SignedOut`.
    pub fn remove_photo(&self, pin: Uuid) -> Said<()> {
        Ok(self.open()?.remove_photo(pin)?)
    }

    /// The photo of a pin as far as it is on this phone; no network is asked.
    /// Absent where the pin has none.
    ///
    /// # Errors
    /// Kinds `SignedOut`, `Storage`.
    pub fn review_photo(&self, pin: Uuid) -> Said<Option<ReviewPhoto>> {
        Ok(self.open()?.screens(self.style()).review_photo(pin)?)
    }

    /// Fetches the photo of a pin, at most 400 kB, and keeps it on this phone.
    ///
    /// # Errors
    /// Kinds `Offline`, `Refused` where it is not at the registry, `SignedOut`,
    /// `Storage`; then nothing of it is kept.
    pub fn fetch_review_photo(&self, pin: Uuid) -> Said<Option<ReviewPhoto>> {
        Ok(self.open()?.screens(self.style()).fetch_review_photo(pin)?)
    }
}
