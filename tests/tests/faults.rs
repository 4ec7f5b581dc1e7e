//! Nothing is lost: the fault matrix in its short form. Which fault each is,
//! what is injected and what must hold stands in its room's module comment in
//! `tests/src/faults/`; the table is in `tests/README.md`.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use pakmut_tests::faults::{FAULTS, Size, check, named};

macro_rules! faults {
    ($($test:ident = $name:literal;)+) => {
        const TESTED: &[&str] = &[$($name),+];
        $(#[test]
        fn $test() {
            check(named($name), Size::Short).unwrap();
        })+
    };
}

faults! {
    a_push_cut_at_every_byte = "push-cut";
    a_pull_cut_at_every_byte = "pull-cut";
    answers_that_do_not_count = "answers";
    tricks_of_the_wire = "wire-tricks";
    killed_at_each_call = "kill-each-call";
    killed_at_random = "kill-random";
    the_power_goes = "power-loss";
    the_disk_is_full_or_fails = "disk-full";
    a_small_disk = "small-disk";
    a_damaged_file = "damage";
    the_registry_is_killed = "registry-kill";
    the_registry_is_set_back = "registry-back";
    the_registrys_power_goes = "registry-power";
    a_photo_cut_on_its_way = "photo-cut";
    the_registry_loses_photos = "photo-back";
    killed_while_a_photo_is_taken = "photo-kill";
    older_wire_versions = "wire-versions";
    clocks_that_lie = "clocks";
    older_files = "upgrades";
    two_processes_on_one_file = "two-processes";
    a_sync_cancelled_anywhere = "cancel";
    anything_in_any_order = "model";
    a_long_queue = "many-items";
    a_herd_of_phones = "backoff";
}

#[test]
fn every_fault_is_tested() {
    for fault in FAULTS {
        assert!(TESTED.contains(&fault.name), "{}", fault.name);
    }
}
