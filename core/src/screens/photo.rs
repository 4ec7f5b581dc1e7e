//! The photo that belongs to what is on the screen.

use pakmut_domain::wire::ItemHash;

use super::Style;
use crate::store::Photo;

/// A photo that was taken, or the way to take one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoScreen {
    /// Its hash, base64url, by which its bytes are had; none where none was taken.
    pub photo: Option<String>,
    /// What it shows, or is to show.
    pub line: String,
    /// The words of the button that takes one.
    pub button: String,
    /// The words of the button that leaves it out.
    pub remove: Option<String>,
}

/// A photo that cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckPhoto {
    /// Its hash, base64url.
    pub photo: String,
    /// That it is one.
    pub title: String,
    /// Why, and what to do.
    pub reason: String,
}

/// The screen of a photo, taken or not.
#[must_use]
pub fn photo_screen(photo: Option<ItemHash>, style: Style) -> PhotoScreen {
    let (line, button) = match photo {
        Some(_) => ("screen-photo-shown", "button-photo-again"),
        None => ("screen-photo-how", "button-photo"),
    };
    PhotoScreen {
        line: style.say(line, &[]),
        button: style.say(button, &[]),
        remove: photo.map(|_| style.say("button-photo-remove", &[])),
        photo: photo.map(|hash| hash.to_string()),
    }
}

pub(super) fn stuck(photo: &Photo, style: Style) -> StuckPhoto {
    StuckPhoto {
        photo: photo.hash.to_string(),
        title: style.say("screen-queue-photo-stuck", &[]),
        reason: style.error(photo.reason.as_deref().unwrap_or("photo_damaged")),
    }
}
