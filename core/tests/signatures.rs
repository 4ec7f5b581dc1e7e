//! What the phone saves is signed, whatever its store of secrets does. The
//! registry of these tests takes only what verifies.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pakmut_core::ports::{MemorySecrets, SecretError, SecretStore};
use pakmut_core::sync::Outcome;
use pakmut_domain::wire::Envelope;
use support::*;

fn saved(set: &Set, note: &str) -> Envelope {
    let id = set.save(note);
    set.phone.item(id).unwrap().unwrap().envelope
}

#[test]
fn an_item_is_signed_when_it_is_saved_and_the_key_outlives_a_sign_out() {
    let mut set = Set::new();
    let key = set.registry.world().device_key().unwrap();
    let item = saved(&set, "one");
    let sig = item.sig.as_ref().unwrap().parse().unwrap();
    assert!(key.verifies(&item.signed_bytes(), &sig));
    set.restart();
    set.phone.sign_out().unwrap();
    // The name as another keyboard writes it.
    set.phone.sign_in(" somchai ", "right").unwrap();
    assert_eq!(set.registry.world().device_key(), Some(key));
    assert_eq!(set.sync().sent, 1);
}

#[test]
fn a_wrong_password_leaves_no_key_behind() {
    let set = Set::new();
    let secrets = Arc::new(Counting::default());
    let dir = tempfile::tempdir().unwrap();
    let phone = open(
        dir.path(),
        &set.registry.url,
        set.clock.clone(),
        secrets.clone(),
    );
    assert!(phone.sign_in("somchia", "wrong").is_err());
    assert_eq!(secrets.held(), 0);
    assert!(phone.sign_in("somchai", "right").is_ok());
    assert!(secrets.held() > 0);
}

#[test]
fn a_store_of_secrets_that_fails_keeps_nobody_from_saving() {
    let set = Set::new();
    let secrets = Arc::new(Counting::default());
    let dir = tempfile::tempdir().unwrap();
    let at = || {
        open(
            dir.path(),
            &set.registry.url,
            set.clock.clone(),
            secrets.clone(),
        )
    };
    at().sign_in("somchai", "right").unwrap();
    let phone = at();
    secrets.fails.store(true, Ordering::SeqCst);
    let id = phone.save("pin", 1, "{}", &[], None).unwrap();
    assert_eq!(phone.item(id).unwrap().unwrap().envelope.sig, None);
    assert!(phone.sync(urgent(), &mut |_| {}).is_err());
    secrets.fails.store(false, Ordering::SeqCst);
    // Signed on its way: the registry took it.
    assert_eq!(sync(&phone).sent, 1);
}

#[test]
fn a_lost_key_wants_the_password_and_the_queue_is_signed_anew() {
    let mut set = Set::new();
    let first = set.registry.world().device_key().unwrap();
    set.save("sent with the first key");
    assert_eq!(set.sync().sent, 1);
    set.save("saved with the first key");
    // All secrets are gone but the session's.
    let kept = Arc::new(MemorySecrets::default());
    let session = set.phone.account().unwrap().id.simple().to_string();
    let name = std::fs::read_dir(set.dir.path())
        .unwrap()
        .find_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_suffix(".json").map(str::to_owned)
        })
        .unwrap();
    let tokens = format!("{name}-{session}");
    let bytes = set.secrets.get(&tokens).unwrap().unwrap();
    kept.set(&tokens, &bytes).unwrap();
    set.secrets = kept;
    set.restart();
    set.save("saved with another key");
    assert_eq!(set.sync().outcome, Outcome::NeedsPassword);
    set.phone.sign_in("somchai", "right").unwrap();
    assert_ne!(set.registry.world().device_key(), Some(first));
    assert_eq!(set.sync().sent, 2);
    // What was sent before is signed anew too, should a restored registry ask.
    set.registry.world().epoch = uuid::Uuid::from_u128(9);
    set.registry.world().items.clear();
    assert_eq!(set.sync().pushed_again, 3);
    assert_eq!(set.registry.world().items.len(), 3);
}

#[test]
fn a_colleague_carries_what_was_left_and_nothing_that_is_not_signed() {
    let set = Set::new();
    for n in 0..150 {
        set.save(&format!("by somchai {n}"));
    }
    let somchai = set.phone.account().unwrap().id;
    // Where its owner has no key, it waits for its owner.
    let bare = pakmut_core::store::Store::open(pakmut_core::store::naming::queue_file(
        set.dir.path(),
        &set.registry.url,
        somchai,
    ))
    .unwrap();
    let mut unsigned = saved(&set, "unsigned");
    unsigned.id = uuid::Uuid::now_v7();
    unsigned.sig = None;
    bare.save(&unsigned).unwrap();
    set.phone.sign_out().unwrap();
    let mut malee = set.registry.world().account.clone();
    malee.id = uuid::Uuid::from_u128(33);
    malee.username = "malee".to_owned();
    set.registry.world().account = malee;
    set.phone.sign_in("malee", "right").unwrap();
    set.save("by malee");
    let report = set.sync();
    assert_eq!(
        (report.outcome, report.sent, report.carried),
        (Outcome::Done, 1, 151)
    );
    assert_eq!(bare.counts().unwrap().pending, 1);
    assert_eq!(set.sync().carried, 0);
    assert_eq!(set.phone.items(None, 0, 9).unwrap().len(), 1);
}

/// Secrets that can fail, and be counted.
#[derive(Default)]
struct Counting {
    held: std::sync::Mutex<std::collections::HashMap<String, Vec<u8>>>,
    fails: AtomicBool,
}

impl Counting {
    fn held(&self) -> usize {
        self.held.lock().unwrap().len()
    }

    fn check(&self) -> Result<(), SecretError> {
        if self.fails.load(Ordering::SeqCst) {
            return Err(SecretError("locked".to_owned()));
        }
        Ok(())
    }
}

impl SecretStore for Counting {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SecretError> {
        self.check()?;
        Ok(self.held.lock().unwrap().get(key).cloned())
    }
    fn set(&self, key: &str, value: &[u8]) -> Result<(), SecretError> {
        self.check()?;
        let mut held = self.held.lock().unwrap();
        held.insert(key.to_owned(), value.to_vec());
        Ok(())
    }
    fn remove(&self, key: &str) -> Result<(), SecretError> {
        self.check()?;
        self.held.lock().unwrap().remove(key);
        Ok(())
    }
}
