//! The limits of a capture, each with its reason.
//!
//! What a registry may set is [`CapturePolicy`], kept in `domain` because both
//! sides read it. The limits here follow from physics or from the shape of the
//! data and are the same everywhere. Those of the radius are in [`crate::accuracy`].

pub use pakmut_domain::policy::CapturePolicy;

/// Seconds of fixes that an estimate looks back on. 30: recordings gain
/// nothing between 10 s and 60 s, and what is older may be another place.
pub const LOOK_BACK_S: f64 = 30.0;

/// Readings that are kept beyond [`LOOK_BACK_S`] (and up to [`FORGET_S`]) where
/// fixes are sparse. 10: phones indoors give one in ten seconds or less.
pub const KEEP_SPARSE: usize = 10;

/// Seconds without a fix after which a capture has no position any more. 120: who
/// stood still for two minutes without one may have walked 150 m since.
pub const FORGET_S: f64 = 120.0;

/// Fixes of one second count as one reading: receivers at 10 Hz repeat one filter's
/// state, and their errors stay alike for 8–60 s.
pub const BIN_MS: i64 = 1000;

/// Seconds within which fixes of two providers are compared. 30: network fixes
/// come every 20 s or so while a phone captures.
pub const COMPARE_S: f64 = 30.0;

/// From this many satellite or fused fixes on, a network's less accurate ones are compared and
/// no longer used: they are one entry of a data base, however often they are repeated. 3:
/// as many as can outvote one.
pub const ENOUGH_WITHOUT_NETWORK: u32 = 3;

/// Two providers disagree beyond this many times their accuracies together.
/// 3: of two honest 68 % radii the sum holds about 95 %; three times it is out of
/// the question (a spoofed phone showed 410 km).
pub const DISAGREE_FACTOR: f64 = 3.0;

/// A fix jumps beyond this many times its own and the capture's accuracies together;
/// the same reason.
pub const JUMP_FACTOR: f64 = 3.0;

/// Nobody who captures is faster than this, metres a second: a jump is measured beyond what a
/// person could have walked meanwhile.
pub const WALK_MPS: f64 = 1.5;

/// Fixes in a row that agree on another place before the capture believes that
/// place. 5: start-up jumps last 1–4 s on recordings.
pub const BELIEVE_JUMP: usize = 5;

/// Seconds of the track that movement is judged on. 10: a walk covers 14 m, more than
/// a settled receiver wanders.
pub const MOTION_LOOK_BACK_S: f64 = 10.0;

/// Net speed over that time from which positions alone show movement, metres
/// a second. 0.7: half a walk, twice what settled receivers drift.
pub const MOTION_NET_MPS: f64 = 0.7;

/// Net way over that time must exceed this many accuracies: a receiver that
/// states 20 m and drifts 20 m while it converges does not move.
pub const MOTION_FACTOR: f64 = 2.0;

/// Share of the net way that one step may make up; above, it is a jump and not a walk.
pub const MOTION_LARGEST_STEP: f64 = 0.5;

/// Net way over the length of the track; a walk is straight, wandering is not.
pub const MOTION_STRAIGHTNESS: f64 = 0.7;

/// Seconds of stated speed above the limit that make a movement. 3: single
/// readings of 2.4 m/s were recorded from a phone lying still.
pub const MOTION_SUSTAINED_S: f64 = 3.0;

/// Seconds of stillness after which a capture begins anew where it stands.
pub const STILL_S: f64 = 3.0;

/// The centre of a stable capture moved less than this share of its radius95 within
/// [`STABLE_S`]: what is left to move does not matter against the radius.
pub const STABLE_SHARE: f64 = 0.25;

/// Seconds over which a capture must be stable.
pub const STABLE_S: f64 = 5.0;

/// A radius that shrank by less than this share within 10 s will not shrink much more.
pub const PLATEAU_SHARE: f64 = 0.1;

/// Seconds without a fix after which the advice is to wait.
pub const QUIET_S: f64 = 5.0;

/// A fix may be stamped this many seconds after its arrival (rounding of two clocks).
pub const FUTURE_S: f64 = 1.0;
