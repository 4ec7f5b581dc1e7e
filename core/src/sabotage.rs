//! Safeguards turned off one at a time, so that `make sabotage` can show that the
//! fault tests notice. Compiled in with the feature `sabotage` only, which no
//! app is built with; without it nothing is read and nothing can be turned off.

/// Every safeguard that can be turned off, by its name in `PAKMUT_SABOTAGE`.
pub const ALL: &[&str] = &[
    SYNC_OFF,
    SYNC_NORMAL,
    SENT_BEFORE_ANSWER,
    NEW_IDS,
    NO_EPOCH_CHECK,
    ANY_RECEIPT,
];

/// Commits are not synced at all (`synchronous=OFF`).
pub const SYNC_OFF: &str = "synchronous-off";
/// Commits are not synced one by one (`synchronous=NORMAL`).
pub const SYNC_NORMAL: &str = "synchronous-normal";
/// Items are let go before the registry answered.
pub const SENT_BEFORE_ANSWER: &str = "sent-before-answer";
/// Every try makes new ids.
pub const NEW_IDS: &str = "new-ids";
/// Nobody looks whether the registry is still the same.
pub const NO_EPOCH_CHECK: &str = "no-epoch-check";
/// A receipt counts whatever it says.
pub const ANY_RECEIPT: &str = "any-receipt";

/// Whether this safeguard is off.
#[cfg(feature = "sabotage")]
pub(crate) fn is(which: &str) -> bool {
    std::env::var("PAKMUT_SABOTAGE").is_ok_and(|name| name == which)
}

/// Never, in a build for people.
#[cfg(not(feature = "sabotage"))]
pub(crate) const fn is(_which: &str) -> bool {
    false
}
