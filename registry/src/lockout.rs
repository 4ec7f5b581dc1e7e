//! How often a password may be guessed: a delay that grows with each failure,
//! for each name, each known device and each address.
//!
//! A device or browser at which the account signed in before has a count of its
//! own, so that whoever guesses at a name from elsewhere never shuts its owner
//! out. An address has a generous count, for offices whose staff share one, and
//! its delay stays short. A name that nobody has is counted like one that
//! somebody has. Kept in memory: a restart forgives, and each process of a
//! registry counts by itself.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// A failure is forgotten after this long without another, milliseconds: a day.
const FORGOTTEN_MS: i64 = 24 * 3600 * 1000;

/// The same for an address: an hour.
const ADDRESS_FORGOTTEN_MS: i64 = 3600 * 1000;

/// The most counts kept.
const MOST: usize = 100_000;

/// Whose failures are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Counted {
    /// A name, from devices that it never signed in at. Its SHA-256.
    Name([u8; 32]),
    /// A name at one device or browser that it signed in at before.
    Known([u8; 32], [u8; 32]),
    /// An address: the first half of one of IP version 6.
    Address(IpAddr),
}

impl Counted {
    /// The count of an address.
    pub fn address(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => {
                let [a, b, c, d, ..] = v6.segments();
                IpAddr::from([a, b, c, d, 0, 0, 0, 0])
            }
            v4 => v4,
        })
    }

    fn forgotten_ms(&self) -> i64 {
        match self {
            Self::Address(_) => ADDRESS_FORGOTTEN_MS,
            _ => FORGOTTEN_MS,
        }
    }

    /// How long the next try waits after this many failures, milliseconds. A
    /// name: 5 are free, then half a minute, doubling up to an hour, so a
    /// thousand guesses take 41 days. An address: 100 are free, then a second,
    /// doubling up to a minute.
    fn wait_ms(&self, failures: u32) -> i64 {
        let (free, first, most) = match self {
            Self::Address(_) => (100, 1_000, 60_000),
            _ => (5, 30_000, 3_600_000),
        };
        match failures.checked_sub(free) {
            None => 0,
            Some(over) => (first << over.min(16)).min(most),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Tries {
    failures: u32,
    last: i64,
    not_before: i64,
}

/// All counts.
#[derive(Debug, Default)]
pub struct Lockout(Mutex<HashMap<Counted, Tries>>);

impl Lockout {
    /// Takes a try in, as a failure until [`Lockout::right`] says otherwise, so
    /// that many at once are no more than one after the other.
    ///
    /// # Errors
    /// The milliseconds to wait; then nothing is counted and the password must
    /// not be looked at.
    pub fn admit(&self, of: &[Counted], now: i64) -> Result<(), i64> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = of
            .iter()
            .filter_map(|counted| held.get(counted))
            .map(|tries| tries.not_before - now)
            .max()
            .unwrap_or(0);
        if wait > 0 {
            return Err(wait);
        }
        if held.len() + of.len() > MOST {
            make_room(&mut held, now);
        }
        for counted in of {
            let tries = held.entry(counted.clone()).or_insert(Tries {
                failures: 0,
                last: now,
                not_before: now,
            });
            if now - tries.last > counted.forgotten_ms() {
                tries.failures = 0;
            }
            tries.failures = tries.failures.saturating_add(1);
            tries.last = now;
            tries.not_before = now + counted.wait_ms(tries.failures);
        }
        Ok(())
    }

    /// Whether the next try of any of these must wait.
    pub fn is_locked(&self, of: &[Counted], now: i64) -> bool {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        of.iter()
            .filter_map(|counted| held.get(counted))
            .any(|tries| tries.not_before > now)
    }

    /// The password was right, or was never looked at: the try that was taken
    /// in is no failure. A name and a device begin anew where it was `right`.
    pub fn undo(&self, of: &[Counted], right: bool) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for counted in of {
            if right && !matches!(counted, Counted::Address(_)) {
                held.remove(counted);
            } else if let Some(tries) = held.get_mut(counted) {
                tries.failures = tries.failures.saturating_sub(1);
                tries.not_before = tries.last + counted.wait_ms(tries.failures);
            }
        }
    }
}

/// Forgets what is over; where nothing is, those with the fewest failures.
fn make_room(held: &mut HashMap<Counted, Tries>, now: i64) {
    held.retain(|counted, tries| now - tries.last <= counted.forgotten_ms());
    for failures in 1.. {
        if held.len() <= MOST / 2 {
            return;
        }
        held.retain(|_, tries| tries.failures > failures);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Counted = Counted::Name([1; 32]);
    const KNOWN: Counted = Counted::Known([1; 32], [2; 32]);

    fn address(last: u8) -> Counted {
        Counted::address(IpAddr::from([10, 0, 0, last]))
    }

    #[test]
    fn of_a_thousand_guesses_few_are_looked_at() {
        let lockout = Lockout::default();
        // As fast as they come, from a thousand addresses.
        let looked_at = (0..1_000u16)
            .filter(|n| {
                let from = Counted::address(IpAddr::from([10, 1, (n >> 8) as u8, *n as u8]));
                lockout.admit(&[NAME, from], i64::from(*n)).is_ok()
            })
            .count();
        assert_eq!(looked_at, 5);
        // One each second for an hour.
        let lockout = Lockout::default();
        let looked_at = (0..3_600)
            .filter(|s| lockout.admit(&[NAME], s * 1_000).is_ok())
            .count();
        assert!((6..=20).contains(&looked_at), "{looked_at}");
        // The owner, at a device that is known.
        assert_eq!(lockout.admit(&[KNOWN], 3_600_000), Ok(()));
        // A day later it is forgotten.
        assert_eq!(
            lockout.admit(&[NAME], 3_600_000 + FORGOTTEN_MS + 3_600_000),
            Ok(())
        );
    }

    #[test]
    fn a_right_password_begins_anew() {
        let lockout = Lockout::default();
        for _ in 0..4 {
            assert_eq!(lockout.admit(&[NAME, address(1)], 0), Ok(()));
        }
        assert_eq!(lockout.admit(&[NAME, address(1)], 0), Ok(()));
        lockout.undo(&[NAME, address(1)], true);
        for _ in 0..5 {
            assert_eq!(lockout.admit(&[NAME, address(1)], 0), Ok(()));
        }
        assert_eq!(lockout.admit(&[NAME, address(1)], 0), Err(30_000));
        // Another name from there is not kept out.
        assert_eq!(
            lockout.admit(&[Counted::Name([9; 32]), address(1)], 0),
            Ok(())
        );
    }

    #[test]
    fn an_address_waits_seconds_after_a_hundred_names() {
        let lockout = Lockout::default();
        let spray = |n: u8, now| lockout.admit(&[Counted::Name([n; 32]), address(1)], now);
        for n in 0..100 {
            assert_eq!(spray(n, 0), Ok(()));
        }
        assert_eq!(spray(100, 0), Err(1_000));
        assert_eq!(spray(100, 1_000), Ok(()));
        assert_eq!(spray(101, 1_000), Err(2_000));
        // Others are let in, and in an hour all.
        assert_eq!(
            lockout.admit(&[Counted::Name([200; 32]), address(2)], 0),
            Ok(())
        );
        assert_eq!(spray(101, 1_000 + 2 * ADDRESS_FORGOTTEN_MS), Ok(()));
        let half =
            |text: &str| Counted::address(text.parse().unwrap_or(IpAddr::from([0, 0, 0, 0])));
        assert_eq!(half("2001:db8:1:2:3::1"), half("2001:db8:1:2:ffff::9"));
        assert_ne!(half("2001:db8:1:2::1"), half("2001:db8:1:3::1"));
        assert_eq!(half("::ffff:10.0.0.1"), address(1));
    }

    #[test]
    fn the_counts_stay_few() {
        let lockout = Lockout::default();
        for n in 0..(MOST as u32 + 10) {
            let mut name = [0; 32];
            name[..4].copy_from_slice(&n.to_be_bytes());
            assert_eq!(lockout.admit(&[Counted::Name(name)], 0), Ok(()));
        }
        let held = lockout.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(held.len() <= MOST);
    }
}
