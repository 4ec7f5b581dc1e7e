//! What a photo must be before it leaves a phone and before a registry keeps it:
//! a JPEG of a stated size without any metadata, so that it says no more than
//! what it shows. Held by phone and registry alike.

use std::ops::Range;

use thiserror::Error;

use crate::finding::{Finding, FindingCode, Severity};
use crate::position::Position;

/// The most bytes of a photo. At 1,600 pixels a JPEG of quality 80 takes 200 to
/// 350 kB, and 400 kB take under a minute at the 64 kbit/s of a poor network.
pub const MAX_PHOTO_BYTES: usize = 400_000;

/// The longest side, pixels: a sign over a door is still read, and a picture
/// that unpacks to gigabytes is refused.
pub const MAX_SIDE_PX: u32 = 1_600;

/// How far a photo's own position may lie beyond the pin's radius, metres. A
/// camera often writes the last position that the phone knew, which indoors is a
/// network's and hundreds of metres off; further it was taken elsewhere.
pub const FAR_M: f64 = 500.0;

/// Why a photo is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// No JPEG, or one of a kind that no camera makes.
    #[error("no JPEG picture")]
    NotJpeg,
    /// It ends before the picture does.
    #[error("the picture is cut short")]
    CutShort,
    /// More than [`MAX_PHOTO_BYTES`].
    #[error("{bytes} bytes, more than {MAX_PHOTO_BYTES}")]
    TooLarge {
        /// Its size, bytes.
        bytes: usize,
    },
    /// A side of none or more than [`MAX_SIDE_PX`] pixels.
    #[error("{width} by {height} pixels, the longest side being {MAX_SIDE_PX}")]
    TooWide {
        /// Its width, pixels.
        width: u32,
        /// Its height, pixels.
        height: u32,
    },
    /// Something is in it beside the picture.
    #[error("it carries metadata")]
    Metadata,
}

impl PhotoError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJpeg => "photo_not_jpeg",
            Self::CutShort => "photo_cut_short",
            Self::TooLarge { .. } => "photo_too_large",
            Self::TooWide { .. } => "photo_too_wide",
            Self::Metadata => "photo_has_metadata",
        }
    }
}

/// The size of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// The picture alone: everything else that a JPEG file may carry is left out,
/// byte for byte nothing else is changed.
///
/// # Errors
/// [`PhotoError::NotJpeg`], [`PhotoError::CutShort`].
pub fn without_metadata(bytes: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let walk = walk(bytes)?;
    let kept = walk.kept.iter().map(ExactSizeIterator::len).sum();
    let mut plain = Vec::with_capacity(kept);
    for part in walk.kept {
        plain.extend_from_slice(bytes.get(part).unwrap_or_default());
    }
    Ok(plain)
}

/// Whether a photo is as it must be to travel and to be kept.
///
/// # Errors
/// [`PhotoError`].
pub fn check(bytes: &[u8]) -> Result<Size, PhotoError> {
    if bytes.len() > MAX_PHOTO_BYTES {
        return Err(PhotoError::TooLarge { bytes: bytes.len() });
    }
    let walk = walk(bytes)?;
    let Size { width, height } = walk.size;
    if !(1..=MAX_SIDE_PX).contains(&width) || !(1..=MAX_SIDE_PX).contains(&height) {
        return Err(PhotoError::TooWide { width, height });
    }
    // Without gaps, from the first byte to the last, is without anything else.
    let mut end = 0;
    for part in &walk.kept {
        if part.start != end {
            return Err(PhotoError::Metadata);
        }
        end = part.end;
    }
    if end != bytes.len() {
        return Err(PhotoError::Metadata);
    }
    Ok(walk.size)
}

/// What there is to say where a photo's own position is not the pin's.
#[must_use]
pub fn place_finding(pin: &Position, radius95_m: f64, photo: &Position) -> Option<Finding> {
    let distance_m = pin.distance_m(photo);
    let radius_m = if radius95_m.is_finite() {
        radius95_m.max(0.0)
    } else {
        0.0
    };
    (distance_m - radius_m > FAR_M).then(|| {
        Finding::new(FindingCode::PhotoElsewhere, Severity::Warn).with("distance_m", distance_m)
    })
}

struct Walk {
    /// The parts that are the picture, in order.
    kept: Vec<Range<usize>>,
    size: Size,
}

/// ITU-T T.81, annex B: markers, and which of them a picture needs.
mod marker {
    pub const SOI: u8 = 0xd8;
    pub const EOI: u8 = 0xd9;
    pub const SOS: u8 = 0xda;
    pub const DQT: u8 = 0xdb;
    pub const DRI: u8 = 0xdd;
    pub const DHT: u8 = 0xc4;
    /// Baseline, extended and progressive, all Huffman coded: what cameras write
    /// and browsers show.
    pub const SOF: [u8; 3] = [0xc0, 0xc1, 0xc2];
    pub const APP0: u8 = 0xe0;
    pub const APP14: u8 = 0xee;
    pub const APP15: u8 = 0xef;
    pub const COM: u8 = 0xfe;
    /// JPG0 to JPG13, which nothing uses.
    pub const JPG: std::ops::RangeInclusive<u8> = 0xf0..=0xfd;
    /// Restarts within a scan.
    pub const RST: std::ops::RangeInclusive<u8> = 0xd0..=0xd7;
}

fn walk(bytes: &[u8]) -> Result<Walk, PhotoError> {
    if !bytes.starts_with(&[0xff, marker::SOI]) {
        return Err(PhotoError::NotJpeg);
    }
    let mut walk = Walk {
        kept: Vec::new(),
        size: Size {
            width: 0,
            height: 0,
        },
    };
    walk.kept.push(0..2);
    let (mut at, mut framed, mut scanned) = (2, false, false);
    loop {
        if byte(bytes, at)? != 0xff {
            return Err(PhotoError::NotJpeg);
        }
        // Any number of FF may fill up before a marker.
        while byte(bytes, at + 1)? == 0xff {
            at += 1;
        }
        let kind = byte(bytes, at + 1)?;
        if kind == marker::EOI {
            if !framed || !scanned {
                return Err(PhotoError::NotJpeg);
            }
            walk.kept.push(at..at + 2);
            return Ok(walk);
        }
        let length = usize::from(byte(bytes, at + 2)?) << 8 | usize::from(byte(bytes, at + 3)?);
        let mut end = at + 2 + length;
        if length < 2 || end > bytes.len() {
            return Err(PhotoError::CutShort);
        }
        let data = bytes.get(at + 4..end).unwrap_or_default();
        let keep = match kind {
            marker::DQT | marker::DHT | marker::DRI => true,
            kind if marker::SOF.contains(&kind) => {
                let &[_, h1, h0, w1, w0, ..] = data else {
                    return Err(PhotoError::NotJpeg);
                };
                if framed {
                    return Err(PhotoError::NotJpeg);
                }
                framed = true;
                walk.size = Size {
                    width: u32::from(u16::from_be_bytes([w1, w0])),
                    height: u32::from(u16::from_be_bytes([h1, h0])),
                };
                true
            }
            marker::SOS if framed => {
                scanned = true;
                end = end_of_scan(bytes, end)?;
                true
            }
            // What tells how colours are meant, where there is nothing else in it:
            // JFIF without a thumbnail, Adobe's transform.
            marker::APP0 => data.len() == 14 && data.starts_with(b"JFIF\0") && data[12..] == [0, 0],
            marker::APP14 => data.len() == 12 && data.starts_with(b"Adobe"),
            marker::APP0..=marker::APP15 | marker::COM => false,
            kind if marker::JPG.contains(&kind) => false,
            _ => return Err(PhotoError::NotJpeg),
        };
        if keep {
            walk.kept.push(at..end);
        }
        at = end;
    }
}

/// Where the coded picture ends that begins here: at a marker that is none of its
/// restarts.
fn end_of_scan(bytes: &[u8], from: usize) -> Result<usize, PhotoError> {
    let mut at = from;
    loop {
        if byte(bytes, at)? == 0xff {
            match byte(bytes, at + 1)? {
                0 => at += 1,
                next if marker::RST.contains(&next) => at += 1,
                _ => return Ok(at),
            }
        }
        at += 1;
    }
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, PhotoError> {
    bytes.get(at).copied().ok_or(PhotoError::CutShort)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use proptest::prelude::*;

    use super::*;

    fn segment(kind: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xff, kind], &length[..], data].concat()
    }

    fn picture(extra: &[Vec<u8>], scan: &[u8], after: &[u8]) -> Vec<u8> {
        let [w, h] = [640_u16.to_be_bytes(), 480_u16.to_be_bytes()];
        let frame = [8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0];
        let mut bytes = vec![0xff, marker::SOI];
        bytes.extend(segment(marker::DQT, &[1; 65]));
        for segment in extra {
            bytes.extend(segment);
        }
        bytes.extend(segment(0xc0, &frame));
        bytes.extend(segment(marker::DHT, &[0; 20]));
        bytes.extend(segment(marker::SOS, &[1, 1, 0, 0, 63, 0]));
        bytes.extend(scan.iter().flat_map(|byte| {
            let stuffed = (*byte == 0xff).then_some(0);
            std::iter::once(*byte).chain(stuffed)
        }));
        bytes.extend([0xff, marker::EOI]);
        bytes.extend(after);
        bytes
    }

    #[test]
    fn what_is_beside_the_picture_goes_and_the_picture_stays() {
        let plain = picture(&[], b"picture", b"");
        let size = Size {
            width: 640,
            height: 480,
        };
        assert_eq!(check(&plain), Ok(size));
        for extra in [
            segment(0xe1, b"Exif\0\0MM\0*secret"),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<secret/>"),
            segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01secret"),
            segment(0xed, b"Photoshop 3.0\0secret"),
            segment(marker::COM, b"secret"),
            segment(0xf5, b"secret"),
            [&[0xff; 9][..], &segment(0xe1, b"filled up")].concat(),
        ] {
            let full = picture(&[extra], b"picture", b"");
            assert_eq!(check(&full), Err(PhotoError::Metadata));
            assert_eq!(without_metadata(&full).unwrap(), plain);
        }
        // A second picture or a film behind the end.
        let more = picture(&[], b"picture", b"\xff\xd8 a film");
        assert_eq!(check(&more), Err(PhotoError::Metadata));
        assert_eq!(without_metadata(&more).unwrap(), plain);
        // What colours need may stay.
        let jfif = segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
        let adobe = segment(0xee, b"Adobe\0\x64\0\0\0\0\x01");
        let full = picture(&[jfif, adobe], b"picture", b"");
        assert_eq!(check(&full), Ok(size));
        assert_eq!(without_metadata(&full).unwrap(), full);
    }

    #[test]
    fn what_is_no_photo_is_refused() {
        for bytes in [&b""[..], b"\xff", b"GIF89a", b"\x89PNG\r\n", b"<svg/>"] {
            assert_eq!(without_metadata(bytes), Err(PhotoError::NotJpeg));
        }
        let plain = picture(&[], b"picture", b"");
        for end in 2..plain.len() {
            assert!(check(&plain[..end]).is_err(), "{end}");
        }
        assert_eq!(
            check(&vec![0xff; MAX_PHOTO_BYTES + 1]).unwrap_err().code(),
            "photo_too_large"
        );
        let mut wide = plain.clone();
        let at = wide.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        wide[at + 5..at + 9].fill(0xff);
        assert_eq!(check(&wide).unwrap_err().code(), "photo_too_wide");
        // No frame, no scan, arithmetic coding.
        assert_eq!(
            check(&[0xff, 0xd8, 0xff, 0xd9]).unwrap_err(),
            PhotoError::NotJpeg
        );
        wide[at + 1] = 0xc9;
        assert_eq!(check(&wide).unwrap_err(), PhotoError::NotJpeg);
    }

    #[test]
    fn a_photo_from_elsewhere_is_found() {
        let at = |lat| Position::new(lat, 98.7).unwrap();
        let pin = at(18.4);
        assert_eq!(place_finding(&pin, 12.0, &at(18.4 + 0.0045)), None);
        let found = place_finding(&pin, 12.0, &at(18.4 + 0.02)).unwrap();
        assert_eq!(found.code, FindingCode::PhotoElsewhere);
        assert!((found.figures["distance_m"] - 2_213.0).abs() < 5.0);
        assert_eq!(place_finding(&pin, 3_000.0, &at(18.4 + 0.02)), None);
        assert!(place_finding(&pin, f64::NAN, &at(18.4 + 0.02)).is_some());
    }

    proptest! {
        #[test]
        fn nothing_is_left_of_any_segment(
            kinds in proptest::collection::vec((0xe0..=0xfe_u8, proptest::collection::vec(any::<u8>(), 0..60)), 0..6),
            scan: Vec<u8>,
            after: Vec<u8>,
        ) {
            let extra: Vec<_> = kinds.iter().map(|(kind, data)| segment(*kind, data)).collect();
            let full = picture(&extra, &scan, &after);
            let plain = without_metadata(&full).unwrap();
            prop_assert!(check(&plain).is_ok());
            prop_assert_eq!(without_metadata(&plain).unwrap(), plain.clone());
            prop_assert_eq!(plain, picture(&[], &scan, b""));
        }

        /// Whatever comes: an answer, and what passes has nothing beside the picture.
        #[test]
        fn any_bytes_are_judged(mut bytes: Vec<u8>, jpeg: bool) {
            if jpeg {
                bytes.splice(..0, [0xff, marker::SOI]);
            }
            if check(&bytes).is_ok() {
                prop_assert_eq!(without_metadata(&bytes).unwrap(), bytes);
            }
        }
    }
}
