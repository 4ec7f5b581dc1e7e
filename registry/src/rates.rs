//! How many requests an address may make: a bucket that fills steadily.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The requests a second that one address may make in the long run. Generous: a
/// mobile network puts thousands of phones behind one address.
pub const DEFAULT_RATE: u32 = 1_000;

/// How many seconds' worth an address may make at once.
const BURST_SECONDS: f64 = 5.0;

/// The most addresses remembered, of about 60 bytes each.
const MAX_ADDRESSES: usize = 50_000;

/// The buckets.
#[derive(Debug)]
pub struct Rates {
    per_second: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Rates {
    /// All buckets full. 0 a second is no limit.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self {
            per_second: f64::from(per_second),
            buckets: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one request of an address; the seconds to wait where there is none.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), u32> {
        if self.per_second == 0.0 {
            return Ok(());
        }
        let most = self.per_second * BURST_SECONDS;
        let filled = |bucket: &Bucket| {
            let since = now.saturating_duration_since(bucket.at).as_secs_f64();
            (bucket.left + since * self.per_second).min(most)
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_ADDRESSES {
            buckets.retain(|_, bucket| filled(bucket) < most);
            if buckets.len() >= MAX_ADDRESSES {
                buckets.clear();
            }
        }
        let bucket = buckets.entry(network(address)).or_insert(Bucket {
            left: most,
            at: now,
        });
        let left = filled(bucket);
        *bucket = Bucket { left, at: now };
        if left < 1.0 {
            return Err(1);
        }
        bucket.left = left - 1.0;
        Ok(())
    }
}

/// One customer has a whole /64 of IPv6 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again_each_address_for_itself() {
        let rates = Rates::new(10);
        let now = Instant::now();
        let (one, other): (IpAddr, IpAddr) = (
            "203.0.113.1".parse().unwrap(),
            "203.0.113.2".parse().unwrap(),
        );
        for _ in 0..50 {
            assert_eq!(rates.take(one, now), Ok(()));
        }
        assert_eq!(rates.take(one, now), Err(1));
        assert_eq!(rates.take(other, now), Ok(()));
        assert_eq!(rates.take(one, now + Duration::from_millis(110)), Ok(()));
        assert_eq!(rates.take(one, now + Duration::from_millis(110)), Err(1));
        // Neighbours of one network share.
        let near: [IpAddr; 2] = [
            "2001:db8::1".parse().unwrap(),
            "2001:db8::2".parse().unwrap(),
        ];
        for n in 0..50 {
            assert_eq!(rates.take(near[n % 2], now), Ok(()));
        }
        assert_eq!(rates.take(near[0], now), Err(1));
        assert_eq!(Rates::new(0).take(one, now), Ok(()));
    }
}
