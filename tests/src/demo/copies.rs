//! Zero Copy in the demo: every fifth office declares offline which copies it
//! has stopped asking for; citizens' answers contradict some of them, and the
//! department's list must have just those.

use std::collections::BTreeSet;
use std::sync::Mutex;

use crate::zero_copy::{Declared, Practice, declare};
use uuid::Uuid;

use super::phone::DemoPhone;

/// One office in so many declares.
const EVERY: usize = 5;

/// An office's number among those that declare, where this phone's does.
#[must_use]
pub fn declaring(phone: &DemoPhone) -> Option<usize> {
    phone
        .number
        .is_multiple_of(EVERY)
        .then_some(phone.number / EVERY)
}

/// What the phones declared.
#[derive(Debug, Default)]
pub struct Copies {
    /// Declarations saved.
    pub saved: u64,
    /// Counters whose declarations are untrue.
    pub untrue: BTreeSet<Uuid>,
}

/// Declares at one phone's counters, offline.
///
/// # Errors
/// Where the phone did not do what it must.
pub fn declare_at(phone: &DemoPhone, copies: &Mutex<Copies>) -> Result<(), String> {
    let Some(number) = declaring(phone) else {
        return Ok(());
    };
    let counters = phone.counters()?;
    let Declared { saved, .. } = declare(phone.core(), &counters, number)?;
    let mut copies = copies.lock().map_err(|e| e.to_string())?;
    copies.saved += saved;
    if Practice::is_untrue(number) {
        copies.untrue.extend(counters);
    }
    Ok(())
}
