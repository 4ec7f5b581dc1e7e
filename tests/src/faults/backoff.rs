//! 30,000 phones come back at once after an outage (`backoff`), by simulation
//! with the real retry code: each tries, fails and waits as
//! [`pakmut_core::retry::wait_ms`] says, until the registry is there again.
//!
//! What must hold: the busiest second of their return has at most 5 times the
//! mean of the time until the last is back, with and without a `Retry-After`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use fastrand::Rng;
use pakmut_core::retry;

use super::{Size, Tally};

/// The phones of every LAO and some.
const PHONES: usize = 30_000;

/// The busiest second against the mean of the return.
const MOST: f64 = 5.0;

/// The fault `backoff`.
#[must_use]
pub fn herd(size: Size) -> Tally {
    let mut tally = Tally::default();
    let mut worst: f64 = 0.0;
    for outage_s in outages(size.pick(400, 105)) {
        for named_s in [None, Some(5), Some(30), Some(120), Some(1_800)] {
            let ratio = returns(outage_s, named_s);
            assert!(
                ratio <= MOST,
                "after {outage_s} s with Retry-After {named_s:?}: {ratio:.2} times the mean"
            );
            worst = worst.max(ratio);
        }
        tally.cases += PHONES as u64;
    }
    tally
        .notes
        .push(format!("busiest second at worst {worst:.2} times the mean"));
    tally
}

/// Outages from 10 s to 5 h, each so many per cent of the one before: one that ends
/// between the tries of the herd parts it, which is the worst.
fn outages(per_cent: u64) -> Vec<u64> {
    std::iter::successors(Some(10), |s| Some(s * per_cent / 100 + 1))
        .take_while(|s| *s < 5 * 3_600)
        .collect()
}

/// How much the busiest second of the return has over the mean.
fn returns(outage_s: u64, named_s: Option<u64>) -> f64 {
    let mut rng = Rng::with_seed(outage_s);
    let named = named_s.map(|s| s * 1_000);
    let end = outage_s * 1_000;
    // All fail in the first second of the outage.
    let mut queue: BinaryHeap<Reverse<(u64, u32)>> = (0..PHONES)
        .map(|_| Reverse((rng.u64(0..1_000), 0)))
        .collect();
    let mut back = Vec::with_capacity(PHONES);
    while let Some(Reverse((now, failures))) = queue.pop() {
        if now >= end {
            back.push(now);
            continue;
        }
        let failures = failures + 1;
        let wait = retry::wait_ms(failures, named, rng.f64());
        queue.push(Reverse((now + wait.max(1), failures)));
    }
    let mut seconds = std::collections::HashMap::<u64, u64>::new();
    for at in &back {
        *seconds.entry(at / 1_000).or_default() += 1;
    }
    // They were taken from the queue in the order of time.
    let lasted = (back[PHONES - 1] / 1_000 - back[0] / 1_000 + 1) as f64;
    seconds.values().max().copied().unwrap_or(0) as f64 / PHONES as f64 * lasted
}
