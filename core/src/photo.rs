//! Photos: what a camera wrote beside the picture is read, held against the
//! capture, and then left behind.
//!
//! The shells scale and turn the picture, with what their platform has for it;
//! whatever they hand over, nothing but the picture of it is kept.

use std::io::Cursor;

use exif::{Exif, In, Reader, Tag, Value};
use pakmut_domain::photo::{self, PhotoError};
use pakmut_domain::position::Position;
use pakmut_domain::wire::ItemHash;
use uuid::Uuid;

use crate::engine::{Phone, PhoneError};
use crate::ports::Method;
use crate::store::{Photo, PhotoCounts, StoreError};

/// The most bytes of a camera's file that are looked at: what is asked stands in
/// its first 64 KiB.
pub const HEAD_BYTES: usize = 256 * 1024;

/// What a camera wrote beside the picture.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Facts {
    /// How the picture is to be turned, degrees clockwise: 0, 90, 180 or 270.
    pub turn_degrees: u16,
    /// Whether it is to be mirrored left to right, before it is turned.
    pub mirrored: bool,
    /// Where the camera says that it was.
    pub place: Option<Position>,
}

impl Facts {
    /// Reads the beginning of a camera's file. What cannot be read is not known.
    #[must_use]
    pub fn read(head: &[u8]) -> Self {
        let head = head.get(..HEAD_BYTES).unwrap_or(head);
        let Ok(exif) = Reader::new().read_from_container(&mut Cursor::new(head)) else {
            return Self::default();
        };
        let orientation = exif
            .get_field(Tag::Orientation, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .unwrap_or(1);
        // Exif 2.3, table 6: which side of the picture its first row is.
        let (turn_degrees, mirrored) = match orientation {
            2 => (0, true),
            3 => (180, false),
            4 => (180, true),
            5 => (270, true),
            6 => (90, false),
            7 => (90, true),
            8 => (270, false),
            _ => (0, false),
        };
        Self {
            turn_degrees,
            mirrored,
            place: place(&exif),
        }
    }
}

fn place(exif: &Exif) -> Option<Position> {
    let lat = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S')?;
    let lon = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W')?;
    Position::new(lat, lon).ok()
}

fn degrees(exif: &Exif, value: Tag, side: Tag, negative: u8) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(value, In::PRIMARY)?.value else {
        return None;
    };
    let &[degrees, minutes, seconds, ..] = parts.as_slice() else {
        return None;
    };
    let size = degrees.to_f64() + minutes.to_f64() / 60.0 + seconds.to_f64() / 3_600.0;
    let Value::Ascii(texts) = &exif.get_field(side, In::PRIMARY)?.value else {
        return None;
    };
    let is_negative = texts.first()?.first()?.eq_ignore_ascii_case(&negative);
    Some(if is_negative { -size } else { size })
}

/// Why a photo was not taken, or not taken back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TakeError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// It is no photo that could travel.
    #[error(transparent)]
    Photo(#[from] PhotoError),
}

impl From<StoreError> for TakeError {
    fn from(error: StoreError) -> Self {
        Self::Phone(error.into())
    }
}

impl TakeError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::Photo(error) => error.code(),
        }
    }
}

impl Phone {
    /// Keeps a scaled JPEG without whatever it carries beside the picture. It is
    /// on the disk when this returns, and goes to the registry after the item
    /// that comes to name it.
    ///
    /// # Errors
    /// [`TakeError::Photo`] for what is no JPEG or too large,
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn keep_photo(&self, jpeg: &[u8]) -> Result<ItemHash, TakeError> {
        let plain = photo::without_metadata(jpeg)?;
        photo::check(&plain)?;
        Ok(self.store()?.keep_photo(&plain)?)
    }

    /// The bytes of a photo of this phone, for a screen.
    ///
    /// # Errors
    /// [`StoreError::NoSuchPhoto`], [`StoreError::PhotoDamaged`], or the disk's.
    pub fn photo_bytes(&self, hash: &ItemHash) -> Result<Vec<u8>, PhoneError> {
        Ok(self.store()?.read_photo(hash)?)
    }

    /// How many photos stand where.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn photos(&self) -> Result<PhotoCounts, PhoneError> {
        Ok(self.store()?.photo_counts()?)
    }

    /// The photos that cannot be sent.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn wedged_photos(&self) -> Result<Vec<Photo>, PhoneError> {
        Ok(self.store()?.wedged_photos()?)
    }

    /// Queues a wedged photo again.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn photo_again(&self, hash: &ItemHash) -> Result<(), PhoneError> {
        self.store()?.upload_again(&[*hash])?;
        Ok(())
    }

    /// Gives a wedged photo up.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn drop_photo(&self, hash: &ItemHash) -> Result<(), PhoneError> {
        Ok(self.store()?.drop_photo(hash, self.now_ms()?)?)
    }

    /// Takes a pin's photo back at the registry while the pin waits for its
    /// review. Needs the network.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] where the pin was decided on or is not the LAO's,
    /// [`PhoneError::Offline`].
    pub fn remove_photo(&self, pin: Uuid) -> Result<(), PhoneError> {
        let path = format!("/v1/pins/{pin}/photo");
        self.ask_signed_in(Method::Delete, &path)?;
        let store = self.store()?;
        if let Some(item) = store.item(pin)? {
            for hash in store.photos_named(item.envelope.payload.get()) {
                store.photo_removed(&hash)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    const CAMERA: &[u8] = include_bytes!("../tests/data/camera.jpg");

    #[test]
    fn what_the_camera_wrote_is_read_and_left_behind() {
        let facts = Facts::read(CAMERA);
        assert_eq!((facts.turn_degrees, facts.mirrored), (90, false));
        let place = facts.place.unwrap();
        assert!((place.lat() - 18.417_125).abs() < 1e-5, "{place:?}");
        assert!((place.lon() - 98.676_544).abs() < 1e-5, "{place:?}");
        assert!(photo::check(CAMERA).is_err());
        let plain = photo::without_metadata(CAMERA).unwrap();
        assert_eq!(photo::check(&plain).unwrap().width, 320);
        assert_eq!(Facts::read(&plain), Facts::default());
        for word in [&b"Exif"[..], b"Secret Camera", b"xmp"] {
            assert!(CAMERA.windows(word.len()).any(|part| part == word));
            assert!(!plain.windows(word.len()).any(|part| part == word));
        }
    }

    proptest! {
        #[test]
        fn a_broken_file_is_read_without_a_fall(at in 0..3_000_usize, byte: u8, end in 0..9_000_usize) {
            let mut bytes = CAMERA[..end.min(CAMERA.len())].to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            let _ = Facts::read(&bytes);
            let _ = photo::without_metadata(&bytes);
        }
    }
}
