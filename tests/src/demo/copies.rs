//! Zero Copy in the demo: every fifth office declares offline which copies it
//! has stopped asking for; citizens' answers contradict some of them, and the
//! department's list must have just those.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Mutex;

use pakmut_domain::wire::Kind;
use uuid::Uuid;

use crate::zero_copy::{Declared, Officer, Practice, Shown, compare, declare, responses};

use super::phone::DemoPhone;
use super::places::User;

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

/// What was saved on the phones.
#[derive(Debug, Default)]
pub struct Copies {
    /// Declarations.
    pub declarations: u64,
    /// Answers of citizens.
    pub answers: u64,
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
    copies.declarations += saved;
    if Practice::is_untrue(number) {
        copies.untrue.extend(counters);
    }
    Ok(())
}

/// Takes citizens' answers down at one phone's counters, offline; `at_ms` is the
/// true time, milliseconds since 1970 UTC: a phone's own clock may be years off.
///
/// # Errors
/// Where one could not be saved.
pub fn answer_at(phone: &DemoPhone, copies: &Mutex<Copies>, at_ms: i64) -> Result<(), String> {
    let Some(number) = declaring(phone) else {
        return Ok(());
    };
    for counter in phone.counters()? {
        for response in responses(counter, number, at_ms) {
            phone.save_as(Kind::RESPONSE, &response)?;
            copies.lock().map_err(|e| e.to_string())?.answers += 1;
        }
    }
    Ok(())
}

/// Holds what an officer of the department is shown against what is so.
///
/// # Errors
/// Where the registry does not answer.
pub fn look(copies: &Copies, registry: SocketAddr, department: &User) -> Result<Shown, String> {
    let officer = Officer::sign_in(registry, &department.username, &department.password)?;
    let (untrue_listed, wrongly_listed) = compare(&officer.contradictions()?, &copies.untrue);
    let unknown = &officer.progress()?["whole"]["counters_unknown"];
    Ok(Shown {
        declarations_saved: copies.declarations,
        copy_answers: copies.answers,
        untrue_counters: copies.untrue.len() as u64,
        untrue_listed,
        wrongly_listed,
        unknown_counters: unknown.as_u64().ok_or("no count of unknown counters")?,
    })
}
