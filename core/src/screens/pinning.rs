//! Pinning one counter, from the first fix to the saved pin. It never takes a
//! pin by itself: the person ends it, looks at what was found, and says so.
//!
//! A counter that is measured once more to check its pin goes the same way, and is
//! held against nothing that the phone knows of the place: whoever measures must
//! not be told by the findings where the pin lies.

use pakmut_domain::finding::{FindingCode, Severity};
use pakmut_domain::photo::place_finding;
use pakmut_domain::position::Position;
use pakmut_domain::wire::payload::{CheckMeasurement, CheckUnfit, Pin, SavedCheck};
use pakmut_domain::wire::pull::record;
use pakmut_domain::wire::{ItemHash, Kind};
use uuid::Uuid;

use super::capture::{self, CaptureScreen, Purpose, Spoken};
use super::checks;
use super::counters::counters;
use super::findings::{self, FindingsScreen};
use super::photo::{PhotoScreen, photo_screen};
use super::{Screens, Style};
use crate::capture::{Capture, CaptureError, CaptureState, Captured, Reading};
use crate::checks::CheckStanding;
use crate::engine::{Phone, PhoneError};
use crate::model::{BootMark, Fix, Monotonic, PositionError, Stamp, UnixMillis};
use crate::photo::{Facts, TakeError};
use crate::policy::CapturePolicy;
use crate::store::StoreError;

/// The most characters of a note, or of a reason in a person's own words.
pub const MAX_NOTE_CHARS: usize = 1_000;

/// Why a pin was not taken or not saved. What was measured stays.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PinningError {
    /// The phone.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// The capture has no position yet.
    #[error(transparent)]
    Capture(#[from] CaptureError),
    /// The numbers are no position.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// There is no such counter on this phone.
    #[error("no counter {0}")]
    NoSuchCounter(Uuid),
    /// There is no such counter to be measured once more.
    #[error("no check {0} that is to be measured")]
    NoSuchCheck(Uuid),
    /// The person saved or decided on a pin of that counter.
    #[error("who knows where the pin lies cannot check it")]
    NotBlind,
    /// What was measured can check no pin.
    #[error(transparent)]
    Unfit(#[from] CheckUnfit),
    /// The photo.
    #[error(transparent)]
    Photo(#[from] TakeError),
    /// The capture was not ended yet, so that nothing can be saved.
    #[error("the capture has not ended")]
    NotEnded,
    /// A finding must be corrected first.
    #[error("a finding stands against it: {0}")]
    Blocked(String),
    /// A warning is overridden without a reason.
    #[error("a reason is wanted")]
    ReasonMissing,
    /// The reason or note is too long.
    #[error("more than {MAX_NOTE_CHARS} characters")]
    TextTooLong,
}

impl PinningError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Phone(error) => error.code(),
            Self::Capture(error) => error.code(),
            Self::Position(error) => error.code(),
            Self::Photo(error) => error.code(),
            Self::NoSuchCounter(_) => "counter_unknown",
            Self::NoSuchCheck(_) => "check_unknown",
            Self::NotBlind => "check_not_blind",
            Self::Unfit(unfit) => unfit.code(),
            Self::NotEnded => "capture_not_ended",
            Self::Blocked(_) => "pin_blocked",
            Self::ReasonMissing => "pin_reason_missing",
            Self::TextTooLong => "note_too_long",
        }
    }
}

/// One counter being pinned, or measured once more.
#[derive(Debug, Clone)]
pub struct Pinning {
    counter: Uuid,
    /// The check that it is measured for.
    check: Option<Uuid>,
    name: String,
    policy: CapturePolicy,
    capture: Capture,
    spoken: Spoken,
    taken: Option<Taken>,
    photo: Option<Shot>,
}

/// A photo that the person took.
#[derive(Debug, Clone, Copy)]
struct Shot {
    hash: ItemHash,
    place: Option<Position>,
}

/// A position that the person took, with what was found.
#[derive(Debug, Clone)]
struct Taken {
    pin: Pin,
    gnss_ms: Option<i64>,
    state: CaptureState,
}

impl Screens<'_> {
    /// Begins to pin a counter, under the registry's policy where it has one.
    ///
    /// # Errors
    /// [`PinningError::NoSuchCounter`], or the phone's.
    pub fn pin(&self, counter: Uuid) -> Result<Pinning, PinningError> {
        let found = counters(self.phone)?.into_iter().find(|c| c.id == counter);
        let found = found.ok_or(PinningError::NoSuchCounter(counter))?;
        self.begin(counter, found.name, None)
    }

    /// Begins to measure a counter once more, to check its pin.
    ///
    /// # Errors
    /// [`PinningError::NoSuchCheck`], [`PinningError::NotBlind`], or the phone's.
    pub fn measure_check(&self, check: Uuid) -> Result<Pinning, PinningError> {
        let known = self.phone.checks()?.into_iter().find(|one| one.id == check);
        match known {
            Some(one) if one.standing == CheckStanding::ToMeasure => {
                self.begin(one.counter, one.name, Some(check))
            }
            Some(one) if one.standing == CheckStanding::NotBlind => Err(PinningError::NotBlind),
            _ => Err(PinningError::NoSuchCheck(check)),
        }
    }

    fn begin(
        &self,
        counter: Uuid,
        name: String,
        check: Option<Uuid>,
    ) -> Result<Pinning, PinningError> {
        let policy = self.phone.pulled::<CapturePolicy>(record::POLICY)?;
        let policy = policy.first().copied().unwrap_or_default().sane().0;
        Ok(Pinning {
            counter,
            check,
            name,
            policy,
            capture: Capture::new(policy),
            spoken: Spoken::default(),
            taken: None,
            photo: None,
        })
    }
}

impl Pinning {
    /// The counter.
    #[must_use]
    pub fn counter(&self) -> Uuid {
        self.counter
    }

    /// Takes a fix that arrived at `now` by the monotonic clock.
    pub fn push(&mut self, fix: &Fix, now: Monotonic, style: Style) -> CaptureScreen {
        let reading = self.capture.push(fix, now);
        self.shown(&reading, style)
    }

    /// Where it stands when no fix came: to be called once a second.
    pub fn tick(&mut self, now: Monotonic, style: Style) -> CaptureScreen {
        let reading = self.capture.tick(now);
        self.shown(&reading, style)
    }

    fn shown(&mut self, reading: &Reading, style: Style) -> CaptureScreen {
        let purpose = match self.check {
            None => Purpose::Pin,
            Some(_) => Purpose::Check,
        };
        let spoken = &mut self.spoken;
        capture::screen(&self.name, reading, purpose, &self.policy, spoken, style)
    }

    /// The person stands still and says so: the position so far, with what was
    /// found about it. Measuring may go on afterwards and be ended again.
    ///
    /// # Errors
    /// [`PinningError::Capture`] where there is no position.
    pub fn take(
        &mut self,
        phone: &Phone,
        now: Monotonic,
        style: Style,
    ) -> Result<FindingsScreen, PinningError> {
        let captured = self.capture.finish(stamp(phone, now))?;
        self.found(phone, &captured, style)
    }

    /// The person places the position by hand, as a last resort.
    ///
    /// # Errors
    /// [`PinningError::Unfit`] where a pin is checked, or the phone's.
    pub fn place(
        &mut self,
        phone: &Phone,
        position: Position,
        now: Monotonic,
        style: Style,
    ) -> Result<FindingsScreen, PinningError> {
        if self.check.is_some() {
            return Err(CheckUnfit::ByHand.into());
        }
        let position = crate::model::Position::new(position.lat(), position.lon())?;
        let captured = Captured::placed_by_hand(position, stamp(phone, now));
        self.found(phone, &captured, style)
    }

    fn found(
        &mut self,
        phone: &Phone,
        captured: &Captured,
        style: Style,
    ) -> Result<FindingsScreen, PinningError> {
        let mut pin = captured.pin(self.counter);
        if self.check.is_none() {
            pin.findings.extend(phone.placement_findings(&pin)?);
        }
        pin.findings
            .sort_by(|a, b| b.severity.cmp(&a.severity).then(a.code.cmp(&b.code)));
        let taken = Taken {
            pin,
            gnss_ms: captured.gnss.map(|UnixMillis(ms)| ms),
            state: captured.state,
        };
        let screen = self.screen(&taken, style);
        self.taken = Some(taken);
        Ok(screen)
    }

    fn screen(&self, taken: &Taken, style: Style) -> FindingsScreen {
        let (name, state) = (&self.name, taken.state);
        match self.check {
            None => findings::screen(name, &self.pin_of(taken), state, style),
            Some(check) => {
                let measured = self.measurement(check, &taken.pin, None);
                checks::found(name, &taken.pin, &measured, state, style)
            }
        }
    }

    fn measurement(&self, check: Uuid, pin: &Pin, note: Option<String>) -> CheckMeasurement {
        CheckMeasurement {
            check,
            counter: self.counter,
            lat: pin.lat,
            lon: pin.lon,
            radius68_m: pin.radius68_m,
            // Without one, nothing was measured.
            radius95_m: pin.radius95_m.unwrap_or(f64::MAX),
            method: Some(pin.method),
            fixes: pin.fixes,
            seconds: pin.seconds,
            findings: pin.findings.clone(),
            note,
        }
    }

    /// The pin with its photo, and with what the photo's own position shows.
    fn pin_of(&self, taken: &Taken) -> Pin {
        let mut pin = taken.pin.clone();
        let Some(shot) = &self.photo else { return pin };
        pin.photo = Some(shot.hash);
        if let (Ok(at), Some(place)) = (Position::new(pin.lat, pin.lon), &shot.place) {
            let radius95_m = pin.radius95_m.unwrap_or(0.0);
            pin.findings.extend(place_finding(&at, radius95_m, place));
            pin.findings
                .sort_by(|a, b| b.severity.cmp(&a.severity).then(a.code.cmp(&b.code)));
        }
        pin
    }

    /// Takes a photo of the counter, before or after the position; one that was
    /// taken before is replaced. `head` is the beginning of the camera's file,
    /// at most [`HEAD_BYTES`](crate::photo::HEAD_BYTES) of it, `scaled` the
    /// picture as a JPEG of at most 1,600 pixels. It is on the disk when this
    /// returns.
    ///
    /// # Errors
    /// [`PinningError::Photo`]; the photo before stays then.
    pub fn take_photo(
        &mut self,
        phone: &Phone,
        head: &[u8],
        scaled: &[u8],
    ) -> Result<ItemHash, PinningError> {
        let hash = phone.keep_photo(scaled)?;
        let place = Facts::read(head).place;
        self.photo = Some(Shot { hash, place });
        Ok(hash)
    }

    /// The photo that the pin will name.
    #[must_use]
    pub fn photo(&self) -> Option<ItemHash> {
        self.photo.map(|shot| shot.hash)
    }

    /// The photo as it is shown, or the way to take one.
    #[must_use]
    pub fn photo_screen(&self, style: Style) -> PhotoScreen {
        photo_screen(self.photo(), style)
    }

    /// Leaves the photo out.
    pub fn remove_photo(&mut self) {
        self.photo = None;
    }

    /// What was found, again: after the app was turned or the language changed.
    #[must_use]
    pub fn findings(&self, style: Style) -> Option<FindingsScreen> {
        let taken = self.taken.as_ref()?;
        Some(self.screen(taken, style))
    }

    /// Saves the pin, or what checks one. It is on the disk when this returns.
    ///
    /// `reason` is a ready reason's code or the person's words; a check needs none.
    ///
    /// # Errors
    /// [`PinningError`]; nothing is lost then.
    pub fn save(
        &self,
        phone: &Phone,
        reason: Option<&str>,
        note: Option<&str>,
    ) -> Result<Uuid, PinningError> {
        let taken = self.taken.as_ref().ok_or(PinningError::NotEnded)?;
        let (reason, note) = (plain(reason)?, plain(note)?);
        let pin = self.pin_of(taken);
        let worst = pin.findings.iter().max_by_key(|f| f.severity);
        match worst {
            Some(found) if found.severity == Severity::Block => {
                return Err(PinningError::Blocked(found.code.to_string()));
            }
            Some(found)
                if found.severity == Severity::Warn && reason.is_none() && self.check.is_none() =>
            {
                return Err(PinningError::ReasonMissing);
            }
            _ => {}
        }
        if let Some(check) = self.check {
            let measured = self.measurement(check, &taken.pin, note);
            let saved = SavedCheck::new(measured, &self.name);
            saved.check()?;
            let payload =
                serde_json::to_string(&saved).map_err(|e| StoreError::NotJson(e.to_string()));
            let payload = payload.map_err(PhoneError::from)?;
            return Ok(phone.save(Kind::CHECK_PIN, 1, &payload, &[], taken.gnss_ms)?);
        }
        let pin = Pin {
            reason,
            note,
            ..pin
        };
        let seen = phone.seen_of(self.counter)?;
        Ok(phone.save_pin(&pin, &seen, taken.gnss_ms)?)
    }
}

/// What a person typed, without blanks round it; none where nothing is left.
fn plain(text: Option<&str>) -> Result<Option<String>, PinningError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > MAX_NOTE_CHARS => Err(PinningError::TextTooLong),
        other => Ok(other.map(str::to_owned)),
    }
}

fn stamp(phone: &Phone, now: Monotonic) -> Stamp {
    let (instant, offset) = phone.clocks();
    Stamp {
        monotonic: now,
        boot: BootMark(instant.boot.to_string()),
        wall: Some(UnixMillis(instant.wall_ms)),
        registry_offset_ms: offset,
    }
}

/// Whether a finding is about how well the position was measured, for which the
/// ready reasons of a weak pin are meant.
pub(super) fn is_about_measuring(code: &FindingCode) -> bool {
    matches!(
        code,
        FindingCode::Weak
            | FindingCode::TooWeak
            | FindingCode::FewFixes
            | FindingCode::AccuracyNotGiven
            | FindingCode::Jump
            | FindingCode::ProvidersDisagree
    )
}
