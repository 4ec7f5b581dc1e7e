//! Saving, and what becomes of what was saved.

use std::sync::Arc;

use pakmut_domain::wire::payload::Pin;
use pakmut_domain::wire::{Envelope, Kind, Saved};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Phone, PhoneError};
use crate::store::meta::{LastSuccess, Wait};
use crate::store::{Counts, Item, PhotoCounts, State, Store, StoreError, naming};

/// What the person sees of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueState {
    /// How many items stand where.
    pub counts: Counts,
    /// How many photos stand where.
    pub photos: PhotoCounts,
    /// How long ago the oldest item that is not at the registry was saved,
    /// milliseconds.
    pub oldest_unsent_ms: Option<u64>,
    /// When a sync last went through, milliseconds since 1970 UTC.
    pub last_success_ms: Option<i64>,
    /// Milliseconds until a sync in the background tries again.
    pub next_try_ms: Option<u64>,
}

impl Phone {
    /// Saves an item. It is on the disk when this returns, and goes to the
    /// registry with the next sync; no session is needed, only somebody whose
    /// item it is. `gnss_ms` is satellite time where there is one.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or [`StoreError`].
    pub fn save(
        &self,
        kind: &str,
        version: u16,
        payload: &str,
        seen: &[Uuid],
        gnss_ms: Option<i64>,
    ) -> Result<Uuid, PhoneError> {
        let (store, envelope) = self.wrap(kind, version, payload, seen, gnss_ms)?;
        let id = envelope.id;
        match store.photos_named(payload) {
            none if none.is_empty() => store.save(&envelope)?,
            photos => store.save_with(&[(envelope, photos)])?,
        }
        Ok(id)
    }

    /// Saves several items of a kind at once, each a payload with what its
    /// author had seen: all of them or none.
    ///
    /// # Errors
    /// As [`Phone::save`].
    pub fn save_all(
        &self,
        kind: &str,
        version: u16,
        items: &[(String, Vec<Uuid>)],
    ) -> Result<Vec<Uuid>, PhoneError> {
        let store = self.store()?;
        let mut wrapped = Vec::with_capacity(items.len());
        for (payload, seen) in items {
            let envelope = self.wrap(kind, version, payload, seen, None)?.1;
            wrapped.push((envelope, store.photos_named(payload)));
        }
        store.save_with(&wrapped)?;
        Ok(wrapped.iter().map(|(envelope, _)| envelope.id).collect())
    }

    /// Saves a pin. The photo that it names must be kept already.
    ///
    /// # Errors
    /// As [`Phone::save`]; [`StoreError::NoSuchPhoto`], [`StoreError::PhotoDamaged`].
    pub fn save_pin(
        &self,
        pin: &Pin,
        seen: &[Uuid],
        gnss_ms: Option<i64>,
    ) -> Result<Uuid, PhoneError> {
        if let Some(photo) = &pin.photo {
            self.store()?.read_photo(photo)?;
        }
        let payload = serde_json::to_string(pin).map_err(|e| StoreError::NotJson(e.to_string()))?;
        self.save(Kind::PIN, 1, &payload, seen, gnss_ms)
    }

    /// Puts another payload in the place of a wedged item's, and queues it
    /// under a new id, which is returned.
    ///
    /// # Errors
    /// [`StoreError::NoSuchItem`], [`StoreError::NotWedged`], and as [`Phone::save`].
    pub fn mend(&self, id: Uuid, payload: &str) -> Result<Uuid, PhoneError> {
        let old = self.store()?.item(id)?.ok_or(StoreError::NoSuchItem(id))?;
        let (store, envelope) = self.wrap(
            old.envelope.kind.as_str(),
            old.envelope.version,
            payload,
            &old.envelope.seen,
            old.envelope.saved.gnss,
        )?;
        let photos = store.photos_named(payload);
        store.mend_with(id, &envelope, &photos, self.best_now_ms(&store)?)?;
        Ok(envelope.id)
    }

    /// Discards a wedged item.
    ///
    /// # Errors
    /// [`StoreError::NoSuchItem`], [`StoreError::NotWedged`], or the disk's.
    pub fn discard(&self, id: Uuid) -> Result<(), PhoneError> {
        let store = self.store()?;
        Ok(store.discard(id, self.best_now_ms(&store)?)?)
    }

    /// Queues a wedged item again as it is.
    ///
    /// # Errors
    /// [`StoreError::NoSuchItem`], [`StoreError::NotWedged`], or the disk's.
    pub fn queue_again(&self, id: Uuid) -> Result<(), PhoneError> {
        Ok(self.store()?.queue_again(id)?)
    }

    /// A page of the queue in the order of saving, after a place ([`Item::seq`],
    /// 0 for the start), of one state or of all.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn items(
        &self,
        state: Option<State>,
        after: i64,
        most: usize,
    ) -> Result<Vec<Item>, PhoneError> {
        Ok(self.store()?.items(state, after, most)?)
    }

    /// One item.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn item(&self, id: Uuid) -> Result<Option<Item>, PhoneError> {
        Ok(self.store()?.item(id)?)
    }

    /// How the queue stands.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn queue(&self) -> Result<QueueState, PhoneError> {
        let store = self.store()?;
        let now = self.ports.clock.now();
        let age = |saved: Saved| {
            let ms = if saved.boot == now.boot {
                now.mono_ms.saturating_sub(saved.mono)
            } else {
                self.best_now_ms(&store)?.saturating_sub(saved.best_ms())
            };
            Ok::<_, PhoneError>(u64::try_from(ms).unwrap_or(0))
        };
        Ok(QueueState {
            counts: store.counts()?,
            photos: store.photo_counts()?,
            oldest_unsent_ms: store.oldest_unsent()?.map(age).transpose()?,
            last_success_ms: store.fact::<LastSuccess>()?.map(|at| at.0),
            next_try_ms: store
                .fact::<Wait>()?
                .map(|wait| wait.left_ms(&now))
                .filter(|left| *left > 0),
        })
    }

    /// The accounts that have a queue for this registry on this phone, with how
    /// it stands: what a colleague left unsent must not be forgotten. A file
    /// that cannot be opened is left out.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn queues(&self) -> Result<Vec<(Uuid, Counts)>, PhoneError> {
        let mine = self.account().map(|account| account.id);
        let mut queues = Vec::new();
        for account in naming::accounts(&self.dir, &self.url)? {
            let counts = if Some(account) == mine {
                self.store()?.counts()
            } else {
                Store::open(naming::queue_file(&self.dir, &self.url, account))
                    .and_then(|store| store.counts())
            };
            queues.extend(counts.ok().map(|counts| (account, counts)));
        }
        Ok(queues)
    }

    pub(crate) fn wrap(
        &self,
        kind: &str,
        version: u16,
        payload: &str,
        seen: &[Uuid],
        gnss_ms: Option<i64>,
    ) -> Result<(Arc<Store>, Envelope), PhoneError> {
        let (store, owner, offset) = {
            let desk = self.desk();
            let store = desk.store.clone().ok_or(PhoneError::SignedOut)?;
            (store, desk.owner.clone(), desk.offset)
        };
        let account = owner.account.ok_or(PhoneError::SignedOut)?.id;
        let now = self.ports.clock.now();
        let saved = Saved {
            wall: now.wall_ms,
            mono: now.mono_ms,
            boot: now.boot,
            offset,
            gnss: gnss_ms,
        };
        let mut random = [0; 10];
        self.ports.random.fill(&mut random)?;
        let millis = u64::try_from(saved.best_ms()).unwrap_or(0) & ((1 << 48) - 1);
        let mut envelope = Envelope {
            id: uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(),
            kind: Kind::new(kind).map_err(StoreError::from)?,
            version,
            account,
            device: owner.device,
            saved,
            seen: seen.to_vec(),
            payload: RawValue::from_string(payload.to_owned())
                .map_err(|e| StoreError::NotJson(e.to_string()))?,
            sig: None,
        };
        // A store of secrets that fails keeps nobody from saving: then it is
        // signed on its way.
        if let Ok(key) = self.key() {
            key.sign_envelope(&mut envelope);
        }
        Ok((store, envelope))
    }
}
