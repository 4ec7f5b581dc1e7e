//! What one fix through the capture costs.

use std::hint::black_box;
use std::time::Instant;

use pakmut_core::capture::Capture;
use pakmut_core::model::{Fix, Mock, Monotonic, Provider};
use pakmut_core::policy::CapturePolicy;

use crate::honesty::stats::plain_quantile;
use crate::report::Report;

/// Fixes of a receiver that wanders a little and never repeats itself, so that the
/// window is as full as it gets.
fn fixes(hertz: i64, count: i64) -> Vec<Fix> {
    (0..count)
        .map(|i| {
            let t = i as f64 / hertz as f64;
            Fix {
                accuracy_m: Some(3.0 + (t * 0.7).sin().abs()),
                speed_mps: Some(0.1),
                provider: Provider::Satellite,
                mock: Mock::No,
                ..Fix::bare(
                    Monotonic(i * 1000 / hertz),
                    13.75 + (t * 1.3).sin() * 1e-5,
                    100.5 + (t * 0.9).cos() * 1e-5,
                )
            }
        })
        .collect()
}

/// Fixes timed together: long against the clock's resolution, short against a
/// time slice, so that a busy machine disturbs few of them.
const CHUNK: usize = 20;

/// Microseconds a fix, the median over chunks of `rounds` captures; `after` fixes fill the window first.
fn cost_us(fixes: &[Fix], after: usize, rounds: usize) -> f64 {
    let mut costs = Vec::new();
    for _ in 0..rounds {
        let mut capture = Capture::new(CapturePolicy::default());
        let (fill, timed) = fixes.split_at(after.min(fixes.len()));
        for fix in fill {
            black_box(capture.push(fix, fix.at));
        }
        for chunk in timed.chunks_exact(CHUNK) {
            let start = Instant::now();
            for fix in chunk {
                black_box(capture.push(black_box(fix), fix.at));
            }
            costs.push(start.elapsed().as_secs_f64() * 1e6 / CHUNK as f64);
        }
    }
    plain_quantile(&costs, 0.5)
}

/// Adds the cost of one fix to the report: a whole minute's capture at 1 Hz, a full
/// window at 1 Hz (the worst case), and a burst at 10 Hz. Goal: 5 µs each.
pub fn run(report: &mut Report) {
    let goal = "<= 5";
    let slow = fixes(1, 2_060);
    report.row(
        "capture/one_fix_of_a_minute",
        cost_us(&slow[..60], 0, 2_000),
        "µs",
        goal,
    );
    report.row(
        "capture/one_fix_full_window",
        cost_us(&slow, 60, 50),
        "µs",
        goal,
    );
    report.row(
        "capture/one_fix_at_10_hz",
        cost_us(&fixes(10, 2_600), 600, 50),
        "µs",
        goal,
    );
}
