//! Nothing is lost: faults put on the real phone and the real registry, and what
//! must hold whatever happens. Every item that a save acknowledged is there,
//! none is there twice, and everything arrives once things are well again.
//!
//! A room for each fault: its module comment says what is injected and what must
//! hold. Each comes in a short form for `make test` and a long one for `make
//! soak`. What does not hold ends the room with a panic that says what was
//! wrong, or is counted in its [`Tally`].
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod backoff;
pub mod child;
pub mod clocks;
pub mod damage;
pub mod disk;
pub mod full;
pub mod io;
pub mod kill;
pub mod many;
pub mod model;
pub mod network;
pub mod photos;
pub mod power;
pub mod proxy;
pub mod registry;
pub mod registry_power;
pub mod shared;
pub mod strace;
pub mod tls;
pub mod upgrade;
pub mod world;

use std::io::Write as _;

/// How much of a fault is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// For `make test`.
    Short,
    /// For `make soak`.
    Long,
}

impl Size {
    /// One of two counts.
    #[must_use]
    pub fn pick<T>(self, short: T, long: T) -> T {
        match self {
            Self::Short => short,
            Self::Long => long,
        }
    }
}

/// What a fault did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many cases were gone through.
    pub cases: u64,
    /// Acknowledged items that were not there afterwards.
    pub lost: u64,
    /// Items that were there, or counted, more than once.
    pub duplicated: u64,
    /// Further figures, in words.
    pub notes: Vec<String>,
}

impl Tally {
    /// Adds another's cases to these.
    pub fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.lost += other.lost;
        self.duplicated += other.duplicated;
        self.notes.extend(other.notes);
    }

    /// One line for people.
    #[must_use]
    pub fn line(&self, fault: &str) -> String {
        let mut line = format!(
            "fault {fault}: {} cases, {} lost, {} duplicated",
            self.cases, self.lost, self.duplicated
        );
        for note in &self.notes {
            line.push_str("; ");
            line.push_str(note);
        }
        line
    }

    /// Prints the line, past the test harness' capture: `make test` shows it.
    pub fn print(&self, fault: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{}", self.line(fault));
    }
}

/// A fault by its name.
pub struct Fault {
    /// Its name, as in tests/README.md.
    pub name: &'static str,
    /// The fewest cases of its short and its long form.
    pub least: (u64, u64),
    /// Goes through it.
    pub run: fn(Size) -> Tally,
}

/// Every fault, in the order of tests/README.md.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "push-cut",
        least: (2_000, 2_000),
        run: network::push_cut_at_every_byte,
    },
    Fault {
        name: "pull-cut",
        least: (400, 2_000),
        run: network::pull_cut_at_every_byte,
    },
    Fault {
        name: "answers",
        least: (40, 40),
        run: network::answers,
    },
    Fault {
        name: "wire-tricks",
        least: (10, 10),
        run: network::tricks,
    },
    Fault {
        name: "kill-each-call",
        least: (150, 1_000),
        run: kill::at_each_call,
    },
    Fault {
        name: "kill-random",
        least: (500, 5_000),
        run: kill::at_random,
    },
    Fault {
        name: "power-loss",
        least: (10_000, 60_000),
        run: power::loss,
    },
    Fault {
        name: "disk-full",
        least: (100, 400),
        run: io::every_write,
    },
    Fault {
        name: "small-disk",
        least: (1, 3),
        run: full::small_disk,
    },
    Fault {
        name: "damage",
        least: (2_000, 10_000),
        run: damage::copies,
    },
    Fault {
        name: "registry-kill",
        least: (5, 40),
        run: registry::killed,
    },
    Fault {
        name: "registry-back",
        least: (4, 20),
        run: registry::set_back,
    },
    Fault {
        name: "registry-power",
        least: (500, 4_000),
        run: registry_power::loss,
    },
    Fault {
        name: "photo-cut",
        least: (25, 100),
        run: photos::cut,
    },
    Fault {
        name: "photo-back",
        least: (3, 15),
        run: photos::set_back,
    },
    Fault {
        name: "photo-kill",
        least: (60, 300),
        run: photos::killed,
    },
    Fault {
        name: "wire-versions",
        least: (5, 5),
        run: registry::older_wire,
    },
    Fault {
        name: "clocks",
        least: (20, 20),
        run: clocks::run,
    },
    Fault {
        name: "upgrades",
        least: (3, 3),
        run: upgrade::run,
    },
    Fault {
        name: "two-processes",
        least: (10, 60),
        run: shared::two_processes,
    },
    Fault {
        name: "cancel",
        least: (50, 150),
        run: shared::cancel_anywhere,
    },
    Fault {
        name: "model",
        least: (30, 200),
        run: model::run,
    },
    Fault {
        name: "many-items",
        least: (5_000, 100_000),
        run: many::queued,
    },
    Fault {
        name: "backoff",
        least: (6 * 30_000, 141 * 30_000),
        run: backoff::herd,
    },
];

/// Goes through one fault, prints its line and says what does not hold.
///
/// # Errors
/// What was lost, duplicated or gone through too seldom.
///
/// # Panics
/// Where something else does not hold.
pub fn check(fault: &Fault, size: Size) -> Result<Tally, String> {
    let tally = (fault.run)(size);
    tally.print(fault.name);
    let least = size.pick(fault.least.0, fault.least.1);
    if tally.lost > 0 || tally.duplicated > 0 || tally.cases < least {
        return Err(format!("{} (at least {least})", tally.line(fault.name)));
    }
    Ok(tally)
}

/// The fault of this name.
///
/// # Panics
/// Where there is none.
#[must_use]
pub fn named(name: &str) -> &'static Fault {
    FAULTS
        .iter()
        .find(|fault| fault.name == name)
        .unwrap_or_else(|| panic!("no fault {name}"))
}
