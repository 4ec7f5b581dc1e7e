//! A disk that loses its power: what a process wrote and synced, and what may be
//! left of it.
//!
//! Rules, stricter than any file system in use: what was synced is there. Of
//! each write that was not, each sector of 512 bytes is there or not, whatever
//! the order; one may be torn in its middle. What a file grew by and was not
//! written is zeros or rubbish. A new name, a rename or a removal is there for
//! certain only once the folder was synced, whatever happened to the file; of
//! those that were not, the first so many are there, as every journal keeps them
//! in order.

use std::collections::{BTreeMap, HashMap};

use fastrand::Rng;

/// The part of a write that a disk does at once.
const SECTOR: usize = 512;

/// One thing that a process did to the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// A name came to be, for a new and empty file.
    Create(String),
    /// Bytes at a place.
    Write(String, usize, Vec<u8>),
    /// A new length.
    Truncate(String, usize),
    /// The file's bytes were synced.
    Sync(String),
    /// The folder was synced.
    SyncFolder,
    /// A name took the place of another.
    Rename(String, String),
    /// A name went.
    Remove(String),
    /// What the process told the world: a line.
    Say(String),
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

#[derive(Debug, Clone)]
enum NameChange {
    Create(String, usize),
    Rename(String, String),
    Remove(String),
}

/// The disk, as the process sees it and as it would be left.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    names: HashMap<String, usize>,
    durable_names: HashMap<String, usize>,
    unsynced_names: Vec<NameChange>,
}

impl Disk {
    /// A disk on which these files lie, synced.
    #[must_use]
    pub fn with(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let mut disk = Self::default();
        for (name, bytes) in files {
            disk.names.insert(name.clone(), disk.files.len());
            disk.files.push(File {
                durable: bytes.clone(),
                unsynced: Vec::new(),
            });
        }
        disk.durable_names = disk.names.clone();
        disk
    }

    /// Whether the process sees a file of this name.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Does one thing.
    pub fn apply(&mut self, op: &Op) {
        match op {
            Op::Create(name) => {
                let number = self.files.len();
                self.files.push(File::default());
                self.names.insert(name.clone(), number);
                self.unsynced_names
                    .push(NameChange::Create(name.clone(), number));
            }
            Op::Write(name, at, bytes) => {
                self.change(name, Change::Write(*at, bytes.clone()));
            }
            Op::Truncate(name, length) => self.change(name, Change::Truncate(*length)),
            Op::Sync(name) => {
                if let Some(number) = self.names.get(name) {
                    let file = &mut self.files[*number];
                    for change in file.unsynced.drain(..) {
                        put(&mut file.durable, &change);
                    }
                }
            }
            Op::SyncFolder => {
                for change in self.unsynced_names.drain(..) {
                    rename(&mut self.durable_names, &change);
                }
            }
            Op::Rename(from, to) => {
                let change = NameChange::Rename(from.clone(), to.clone());
                rename(&mut self.names, &change);
                self.unsynced_names.push(change);
            }
            Op::Remove(name) => {
                let change = NameChange::Remove(name.clone());
                rename(&mut self.names, &change);
                self.unsynced_names.push(change);
            }
            Op::Say(_) => {}
        }
    }

    fn change(&mut self, name: &str, change: Change) {
        if let Some(number) = self.names.get(name) {
            self.files[*number].unsynced.push(change);
        }
    }

    /// What may be left when the power goes now: the files by their names.
    #[must_use]
    pub fn power_cut(&self, rng: &mut Rng) -> BTreeMap<String, Vec<u8>> {
        // Nothing of it, all of it, the first or last so many writes, or any.
        let style = rng.u8(0..8);
        let mut names = self.durable_names.clone();
        let kept = match style {
            0 => 0,
            1 => self.unsynced_names.len(),
            _ => rng.usize(0..=self.unsynced_names.len()),
        };
        for change in &self.unsynced_names[..kept] {
            rename(&mut names, change);
        }
        names
            .into_iter()
            .map(|(name, number)| (name, self.files[number].power_cut(style, rng)))
            .collect()
    }
}

impl File {
    fn power_cut(&self, style: u8, rng: &mut Rng) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        let split = rng.usize(0..=self.unsynced.len());
        let share = rng.f64();
        let rubbish = rng.bool();
        for (n, change) in self.unsynced.iter().enumerate() {
            let whole = match style {
                0 => continue,
                1 => true,
                2 if n < split => true,
                2 if n > split => continue,
                3 if n < split => continue,
                3 if n > split => true,
                _ => false,
            };
            match change {
                change if whole => put(&mut bytes, change),
                Change::Truncate(_) => {
                    if rng.bool() {
                        put(&mut bytes, change);
                    }
                }
                Change::Write(at, data) => torn(&mut bytes, *at, data, share, rubbish, rng),
            }
        }
        bytes
    }
}

/// Some of the sectors of a write.
fn torn(bytes: &mut Vec<u8>, at: usize, data: &[u8], share: f64, rubbish: bool, rng: &mut Rng) {
    let mut from = 0;
    while from < data.len() {
        let to = data.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
        if rng.f64() < share {
            let end = if rng.u8(0..16) == 0 {
                rng.usize(from..=to)
            } else {
                to
            };
            grow(bytes, at + from, rubbish, rng);
            put(bytes, &Change::Write(at + from, data[from..end].to_vec()));
        }
        from = to;
    }
}

/// What the file grows by and nothing was written to.
fn grow(bytes: &mut Vec<u8>, to: usize, rubbish: bool, rng: &mut Rng) {
    while bytes.len() < to {
        bytes.push(if rubbish { rng.u8(..) } else { 0 });
    }
}

fn put(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write(at, data) => {
            if bytes.len() < at + data.len() {
                bytes.resize(at + data.len(), 0);
            }
            bytes[*at..at + data.len()].copy_from_slice(data);
        }
        Change::Truncate(length) => bytes.resize(*length, 0),
    }
}

fn rename(names: &mut HashMap<String, usize>, change: &NameChange) {
    match change {
        NameChange::Create(name, number) => {
            names.insert(name.clone(), *number);
        }
        NameChange::Rename(from, to) => {
            if let Some(number) = names.remove(from) {
                names.insert(to.clone(), number);
            }
        }
        NameChange::Remove(name) => {
            names.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_synced_is_there_and_the_rest_may_be() {
        let mut disk = Disk::default();
        let name = || "a".to_owned();
        for op in [
            Op::Create(name()),
            Op::Write(name(), 0, vec![1; 1_024]),
            Op::Sync(name()),
            Op::SyncFolder,
            Op::Write(name(), 512, vec![2; 1_024]),
        ] {
            disk.apply(&op);
        }
        let mut rng = Rng::with_seed(1);
        let mut kinds = std::collections::HashSet::new();
        for _ in 0..200 {
            let left = disk.power_cut(&mut rng);
            let bytes = &left["a"];
            assert!(bytes[..512].iter().all(|b| *b == 1));
            assert!(bytes.len() >= 1_024);
            kinds.insert(bytes.clone());
        }
        assert!(kinds.len() >= 4, "old, new, and some between");
    }

    #[test]
    fn a_new_name_needs_its_folder_synced() {
        let mut disk = Disk::default();
        disk.apply(&Op::Create("a".to_owned()));
        disk.apply(&Op::Write("a".to_owned(), 0, vec![1]));
        disk.apply(&Op::Sync("a".to_owned()));
        let mut rng = Rng::with_seed(1);
        let there = (0..100)
            .filter(|_| disk.power_cut(&mut rng).contains_key("a"))
            .count();
        assert!(there > 0 && there < 100);
        disk.apply(&Op::SyncFolder);
        assert!((0..100).all(|_| disk.power_cut(&mut rng)["a"] == [1]));
    }
}
