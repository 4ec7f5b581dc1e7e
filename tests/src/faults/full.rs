//! The disk is really full (`small-disk`): a file system of 800 kB in memory, in
//! a mount of the test's own. The child saves until nothing goes in any more and
//! is told so; then room is made, and saving works again without a restart.

use std::process::Command;

use super::kill::check_file;
use super::world::in_memory;
use super::{Size, Tally, child};

/// What the mount holds, kB.
const ROOM: [u32; 3] = [800, 700, 2_000];

/// The fault `small-disk`.
#[must_use]
pub fn small_disk(size: Size) -> Tally {
    let mut tally = Tally::default();
    for room in &ROOM[..size.pick(1, 3)] {
        let folder = in_memory();
        let mount = folder.path().join("small");
        let kept = folder.path().join("kept");
        std::fs::create_dir(&mount).unwrap();
        std::fs::create_dir(&kept).unwrap();
        // The mount ends with the shell: what is in it is copied out.
        let script = format!(
            "set -e; mount -t tmpfs -o size={room}k pakmut '{mount}';
             head -c 400000 /dev/zero > '{mount}/others';
             '{child}' crowd '{mount}/q.sqlite3' '{mount}/others';
             cp '{mount}'/q.sqlite3* '{kept}/'",
            mount = mount.display(),
            kept = kept.display(),
            child = child::program().display(),
        );
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-c", &script]);
        let (said, status) = child::finish(command);
        assert!(status.success(), "{room} kB: {status}, {said:?}");
        let full = said
            .iter()
            .position(|said| *said == child::Said::Failed("disk_full".to_owned()))
            .unwrap_or_else(|| panic!("{room} kB: never full: {said:?}"));
        let before = child::saved(&said[..full]).len();
        let after = child::saved(&said[full..]).len();
        assert!(before > 5 && after >= 10, "{before} before, {after} after");
        tally.add(check_file(
            &kept.join("q.sqlite3"),
            &child::saved(&said),
            &format!("{room} kB"),
        ));
        tally.notes.push(format!(
            "{room} kB: full after {before}, {after} once there was room"
        ));
    }
    tally
}
