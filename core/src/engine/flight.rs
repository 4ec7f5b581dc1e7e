//! Syncing, and the app's coming and going.

use std::sync::{MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use pakmut_domain::wire::signature::SigningKey;
use uuid::Uuid;

use super::{Phone, PhoneError};
use crate::ports::Cancel;
use crate::session::{Keeper, Tokens};
use crate::store::meta::RegisteredKey;
use crate::store::{Store, naming};
use crate::sync::{ACCOUNT_DISABLED, Options, Outcome, Parts, Progress, Report};

/// How often a sync that must end is told so.
const CANCEL_AGAIN: Duration = Duration::from_millis(5);

impl Phone {
    /// Syncs: pushes what is due, pulls what changed. One at a time; another
    /// one that runs ends this with [`Outcome::Busy`]. `progress` is called
    /// after every batch and page.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or where files or secrets fail. Everything
    /// about the network is in the report.
    pub fn sync(
        &self,
        options: Options,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Report, PhoneError> {
        let Ok(flight) = self.try_flight() else {
            return Ok(Report::new(Outcome::Busy));
        };
        // Before all else: the store of secrets may take its time, and whoever
        // cancels meanwhile means this sync.
        let cancel = Cancel::new();
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
        let account = self.account().ok_or(PhoneError::SignedOut)?;
        let store = self.store()?;
        let keeper = self.keeper(account.id);
        let Some(tokens) = keeper.load()? else {
            return Ok(Report::new(Outcome::NeedsPassword));
        };
        let key = self.key()?;
        let registered = store.fact::<RegisteredKey>()?;
        if registered.is_some_and(|known| known.0 != key.public().to_string()) {
            // The key was lost with the store of secrets: only a password may
            // put another in its place.
            keeper.remove()?;
            return Ok(Report::new(Outcome::NeedsPassword));
        }
        let parts = self.parts(&store, &keeper, tokens, Some(&key), &cancel);
        let mut report = parts.run(options, progress)?;
        match &report.outcome {
            Outcome::NeedsPassword => keeper.remove()?,
            // They left: what they may no longer see goes, what they saved stays.
            Outcome::Forbidden { code } if code == ACCOUNT_DISABLED => {
                keeper.remove()?;
                store.forget_pulled()?;
                store.forget_shown()?;
            }
            Outcome::Done => report.carried = self.carry(account.id, &keeper, options, &cancel),
            _ => {}
        }
        if let Some(skew) = report.skew_ms {
            self.desk().offset = Some(skew);
        }
        drop(flight);
        Ok(report)
    }

    /// Takes along what others who use this phone signed and left unsent; it
    /// goes under their names. How many items went. What keeps one queue back
    /// keeps back no other, and is for its owner to see.
    fn carry(&self, mine: Uuid, keeper: &Keeper<'_>, options: Options, cancel: &Cancel) -> u64 {
        let others = naming::accounts(&self.dir, &self.url).unwrap_or_default();
        let mut carried = 0;
        for other in others.into_iter().filter(|account| *account != mine) {
            let open = Store::open(naming::queue_file(&self.dir, &self.url, other));
            let (Ok(store), Ok(Some(tokens))) = (open, keeper.load()) else {
                continue;
            };
            if store.counts().is_ok_and(|counts| counts.pending == 0)
                && store.photo_counts().is_ok_and(|photos| photos.waiting == 0)
            {
                continue;
            }
            let parts = self.parts(&store, keeper, tokens, None, cancel);
            if let Ok(report) = parts.run(options, &mut |_| {}) {
                carried += report.sent;
            }
        }
        carried
    }

    /// What a sync of a queue works with: one's own, whose items the key signs, or
    /// without a key another's, which is carried along.
    fn parts<'a>(
        &'a self,
        store: &'a Store,
        keeper: &Keeper<'a>,
        tokens: Tokens,
        key: Option<&'a SigningKey>,
        cancel: &'a Cancel,
    ) -> Parts<'a> {
        Parts {
            store,
            transport: &*self.ports.transport,
            clock: &*self.ports.clock,
            random: &*self.ports.random,
            keeper: keeper.clone(),
            tokens,
            device: self.device(),
            key,
            holder: self.holder,
            cancel,
            carrying: key.is_none(),
        }
    }

    /// Ends the sync that runs, from any thread; it returns soon after.
    pub fn cancel(&self) {
        self.cancel
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .cancel();
    }

    /// Ends the sync, finishes the write that runs, and closes the file, before
    /// the app is suspended. Saving fails until [`Phone::resume`].
    ///
    /// # Errors
    /// Where the disk fails; the file is closed all the same.
    pub fn pause(&self) -> Result<(), PhoneError> {
        // The sync gives its lease back before the file closes. One that was just
        // beginning had not heard of the end: it is told again.
        let _flight = loop {
            self.cancel();
            match self.try_flight() {
                Ok(flight) => break flight,
                Err(_) => std::thread::sleep(CANCEL_AGAIN),
            }
        };
        let store = self.desk().store.clone();
        Ok(store.map_or(Ok(()), |store| store.pause())?)
    }

    /// Opens the file again.
    ///
    /// # Errors
    /// As [`Phone::open`].
    pub fn resume(&self) -> Result<(), PhoneError> {
        let store = self.desk().store.clone();
        Ok(store.map_or(Ok(()), |store| store.resume())?)
    }

    pub(super) fn try_flight(&self) -> Result<MutexGuard<'_, ()>, PhoneError> {
        match self.flight.try_lock() {
            Ok(flight) => Ok(flight),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(PhoneError::Busy),
        }
    }
}
