//! The façade: one phone, one registry, whoever is signed in. Every call
//! blocks and belongs off the main thread; any thread may make it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use pakmut_domain::model::Account;
use pakmut_domain::wire::config::Config;
use pakmut_domain::wire::payload::Pin;
use pakmut_domain::wire::problem::Problem;
use pakmut_domain::wire::session::{Session, SignIn};
use pakmut_domain::wire::signature::SigningKey;
use pakmut_domain::wire::{Envelope, Kind, PROBLEM_MEDIA_TYPE, Saved};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::ports::{
    Cancel, Clock, Instant, Method, Random, RandomError, Request, Response, SecretError,
    SecretStore, Transport, TransportError,
};
use crate::retry::{Verdict, judge};
use crate::session::{Keeper, Owner, Tokens};
use crate::signing::KeyPlace;
use crate::store::meta::{LastSuccess, Offset, RegisteredKey, RegistryId, ServerTime, Wait};
use crate::store::pulled::Record;
use crate::store::{
    Counts, Durability, Item, PhotoCounts, Recovery, State, Store, StoreError, naming,
};
use crate::sync::{ACCOUNT_DISABLED, Options, Outcome, Parts, Progress, Report};
use crate::trusted_time::{self, Known};

/// How long a call that a person waits for may take.
const CALL: Duration = Duration::from_secs(60);

/// What the phone around the core provides.
#[derive(Clone)]
pub struct Ports {
    /// Its clocks.
    pub clock: Arc<dyn Clock>,
    /// Its randomness.
    pub random: Arc<dyn Random>,
    /// Its store of secrets.
    pub secrets: Arc<dyn SecretStore>,
    /// Its way to the registry.
    pub transport: Arc<dyn Transport>,
}

/// Why the phone did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// The phone's file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store of secrets.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The system's randomness.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Nobody is signed in: nobody whose item it would be.
    #[error("nobody is signed in")]
    SignedOut,
    /// The registry said no.
    #[error("the registry refused: {code}")]
    Refused {
        /// The registry's code.
        code: String,
        /// Its words, in English.
        detail: Option<String>,
        /// Milliseconds to wait before the next try, where it said so.
        after_ms: Option<u64>,
    },
    /// No registry was reached.
    #[error("no registry was reached: {code}")]
    Offline {
        /// A stable code.
        code: String,
    },
    /// Another registry answers at the address than the one that the queue
    /// belongs to. The queue stays.
    #[error("another registry answers at this address")]
    OtherRegistry,
    /// A sync runs; it must end first.
    #[error("a sync runs")]
    Busy,
}

impl PhoneError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Store(error) => error.code(),
            Self::Secret(_) => "secret_store",
            Self::Random(_) => "no_randomness",
            Self::SignedOut => "signed_out",
            Self::Refused { code, .. } | Self::Offline { code } => code,
            Self::OtherRegistry => "other_registry",
            Self::Busy => "busy",
        }
    }
}

impl From<std::io::Error> for PhoneError {
    fn from(error: std::io::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Whether there is a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Nobody is signed in.
    SignedOut,
    /// Signed in; saving works, syncing should.
    Active,
    /// Saving works; syncing needs the password again.
    NeedsPassword,
}

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

/// One phone at one registry.
pub struct Phone {
    dir: PathBuf,
    url: String,
    ports: Ports,
    holder: Uuid,
    state: Mutex<Desk>,
    flight: Mutex<()>,
    cancel: Mutex<Cancel>,
}

/// Who is at the phone, and whose file is open.
struct Desk {
    owner: Owner,
    store: Option<Arc<Store>>,
    offset: Option<i64>,
    /// Signs what is saved; none until it is first needed.
    key: Option<Arc<SigningKey>>,
}

impl Phone {
    /// Opens the phone's files in its private folder for the registry at this
    /// address, and the session of whoever used it last.
    ///
    /// # Errors
    /// [`StoreError`] where a file cannot be used; see [`Store::open`].
    pub fn open(dir: impl Into<PathBuf>, url: &str, ports: Ports) -> Result<Self, PhoneError> {
        let dir = dir.into();
        if !dir.exists() {
            fs::create_dir_all(&dir)?;
            crate::store::recovery::sync_folder(&dir)?;
        }
        let url = naming::normal_url(url);
        let owner = load_owner(&dir, &url, &*ports.random)?;
        let phone = Self {
            holder: random_id(&*ports.random)?,
            dir,
            url,
            ports,
            state: Mutex::new(Desk {
                owner: Owner {
                    device: owner.device,
                    account: None,
                },
                store: None,
                offset: None,
                key: None,
            }),
            flight: Mutex::new(()),
            cancel: Mutex::new(Cancel::new()),
        };
        if let Some(account) = owner.account {
            phone.seat(account)?;
        }
        Ok(phone)
    }

    /// The registry's address.
    #[must_use]
    pub fn registry(&self) -> &str {
        &self.url
    }

    /// This device's id.
    #[must_use]
    pub fn device(&self) -> Uuid {
        self.desk().owner.device
    }

    /// Who is signed in.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        self.desk().owner.account.clone()
    }

    /// Whether there is a session.
    ///
    /// # Errors
    /// Where the store of secrets fails.
    pub fn session(&self) -> Result<SessionState, PhoneError> {
        let Some(account) = self.account() else {
            return Ok(SessionState::SignedOut);
        };
        Ok(match self.keeper(account.id).load()? {
            Some(_) => SessionState::Active,
            None => SessionState::NeedsPassword,
        })
    }

    /// What the registry tells before anybody signs in.
    ///
    /// # Errors
    /// [`PhoneError::Offline`], [`PhoneError::Refused`].
    pub fn config(&self) -> Result<Config, PhoneError> {
        self.ask(Method::Get, "/v1/config", None, Vec::new())
            .and_then(|response| read(&response))
    }

    /// Signs a person in, and opens their queue. Another person's queue is
    /// closed meanwhile, and kept.
    ///
    /// # Errors
    /// [`PhoneError::Refused`] for a wrong password, [`PhoneError::Offline`],
    /// [`PhoneError::OtherRegistry`], [`PhoneError::Busy`], or the files'.
    pub fn sign_in(&self, username: &str, password: &str) -> Result<Account, PhoneError> {
        self.open_session("/v1/sessions", username, |device, device_key| SignIn {
            username: username.to_owned(),
            password: password.to_owned(),
            device,
            device_key,
        })
    }

    /// Opens a session of this username by a call that answers with one; `asked`
    /// makes its body from the device and its public key.
    pub(crate) fn open_session<B: Serialize>(
        &self,
        path: &str,
        username: &str,
        asked: impl FnOnce(Uuid, Option<String>) -> B,
    ) -> Result<Account, PhoneError> {
        let _flight = self.try_flight()?;
        let config = self.config()?;
        let typed = self.key_place(username);
        let (key, made) = typed.load_or_make(&*self.ports.random)?;
        let asked = asked(self.device(), Some(key.public().to_string()));
        let answer: Result<Session, PhoneError> = self.post(path, &asked);
        if made && matches!(answer, Err(PhoneError::Refused { .. })) {
            typed.remove()?;
        }
        let session = answer?;
        let now = self.ports.clock.now();
        let account = session.account.clone();
        self.key_place(&account.username).copy_from(&typed)?;
        let store = self.seat(account.clone())?;
        self.registered(&store, key)?;
        match store.fact::<RegistryId>()? {
            Some(RegistryId(known)) if known != config.registry => {
                return Err(PhoneError::OtherRegistry);
            }
            Some(_) => {}
            None => store.set_fact(Durability::Full, &RegistryId(config.registry))?,
        }
        self.keeper(account.id).keep(&Tokens::of(&session, &now))?;
        self.note_time(&store, session.server_time, &now)?;
        // A person is there: what failed before is tried at once.
        if store.fact::<Wait>()?.is_some_and(|wait| !wait.asked) {
            store.forget::<Wait>()?;
        }
        Ok(account)
    }

    /// Signs out: the session ends here and, where it is reached, at the
    /// registry. The queue stays and goes on when its owner signs in again.
    ///
    /// # Errors
    /// Where files or secrets fail, or a sync runs.
    pub fn sign_out(&self) -> Result<(), PhoneError> {
        let _flight = self.try_flight()?;
        let Some(account) = self.account() else {
            return Ok(());
        };
        let keeper = self.keeper(account.id);
        if let Ok(Some(tokens)) = keeper.load() {
            let path = "/v1/sessions";
            // Offline it ends here only, and at the registry in its own time.
            let _ = self.ask(Method::Delete, path, Some(tokens.access), Vec::new());
        }
        keeper.remove()?;
        let mut desk = self.desk();
        let owner = Owner {
            device: desk.owner.device,
            account: None,
        };
        keep_owner(&self.dir, &self.url, &owner)?;
        desk.owner = owner;
        desk.store = None;
        desk.key = None;
        Ok(())
    }

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
        let flight = match self.flight.try_lock() {
            Ok(flight) => flight,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(Report::new(Outcome::Busy)),
        };
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
        let cancel = Cancel::new();
        *self.cancel.lock().unwrap_or_else(PoisonError::into_inner) = cancel.clone();
        let parts = Parts {
            store: &store,
            transport: &*self.ports.transport,
            clock: &*self.ports.clock,
            random: &*self.ports.random,
            keeper: keeper.clone(),
            tokens,
            device: self.device(),
            key: Some(&*key),
            holder: self.holder,
            cancel: &cancel,
            carrying: false,
        };
        let mut report = parts.run(options, progress)?;
        match &report.outcome {
            Outcome::NeedsPassword => keeper.remove()?,
            // They left: what they may no longer see goes, what they saved stays.
            Outcome::Forbidden { code } if code == ACCOUNT_DISABLED => {
                keeper.remove()?;
                store.forget_pulled()?;
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
            let parts = Parts {
                store: &store,
                transport: &*self.ports.transport,
                clock: &*self.ports.clock,
                random: &*self.ports.random,
                keeper: keeper.clone(),
                tokens,
                device: self.device(),
                key: None,
                holder: self.holder,
                cancel,
                carrying: true,
            };
            if let Ok(report) = parts.run(options, &mut |_| {}) {
                carried += report.sent;
            }
        }
        carried
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
        self.cancel();
        // The sync gives its lease back before the file closes.
        let _flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
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

    /// What was brought over from a damaged file, for the person to be told.
    #[must_use]
    pub fn recovered(&self) -> Option<Recovery> {
        self.desk().store.as_ref().and_then(|s| s.recovered())
    }

    /// One record that was pulled.
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn record(&self, record: &str, key: &str) -> Result<Option<Record>, PhoneError> {
        Ok(self.store()?.record_of(record, key)?)
    }

    /// A page of the pulled records of a kind, in the order of their keys,
    /// after a key (empty for the start).
    ///
    /// # Errors
    /// [`PhoneError::SignedOut`], or the disk's.
    pub fn records(
        &self,
        record: &str,
        after: &str,
        most: usize,
    ) -> Result<Vec<Record>, PhoneError> {
        Ok(self.store()?.records_of(record, after, most)?)
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

    /// Opens the queue of this account and remembers who it is.
    fn seat(&self, account: Account) -> Result<Arc<Store>, PhoneError> {
        let mut desk = self.desk();
        let same = desk.owner.account.as_ref().map(|a| a.id) == Some(account.id);
        let owner = Owner {
            device: desk.owner.device,
            account: Some(account.clone()),
        };
        let store = match desk.store.clone().filter(|_| same) {
            Some(store) => store,
            None => Arc::new(Store::open(naming::queue_file(
                &self.dir, &self.url, account.id,
            ))?),
        };
        keep_owner(&self.dir, &self.url, &owner)?;
        desk.offset = store.fact::<Offset>()?.map(|offset| offset.0);
        if let Some(known) = known_time(&store)? {
            self.ports.transport.trust_time(Some(known));
        }
        if !same {
            desk.key = None;
        }
        desk.owner = owner;
        desk.store = Some(store.clone());
        Ok(store)
    }

    /// The key of whoever is signed in, made where there is none.
    fn key(&self) -> Result<Arc<SigningKey>, PhoneError> {
        let username = {
            let desk = self.desk();
            if let Some(key) = &desk.key {
                return Ok(key.clone());
            }
            let account = desk.owner.account.as_ref();
            account.ok_or(PhoneError::SignedOut)?.username.clone()
        };
        let (key, _) = self
            .key_place(&username)
            .load_or_make(&*self.ports.random)?;
        let key = Arc::new(key);
        let mut desk = self.desk();
        if desk.owner.account.as_ref().map(|a| &a.username) == Some(&username) {
            desk.key = Some(key.clone());
        }
        Ok(key)
    }

    /// The registry learnt this key. Where it knew another, that one is lost.
    fn registered(&self, store: &Store, key: SigningKey) -> Result<(), PhoneError> {
        let public = RegisteredKey(key.public().to_string());
        let known = store.fact::<RegisteredKey>()?;
        if known.as_ref() != Some(&public) {
            if known.is_some() {
                store.forget_signatures()?;
            }
            store.set_fact(Durability::Full, &public)?;
        }
        self.desk().key = Some(Arc::new(key));
        Ok(())
    }

    fn key_place(&self, username: &str) -> KeyPlace<'_> {
        KeyPlace::new(&*self.ports.secrets, &naming::stem(&self.url), username)
    }

    fn note_time(&self, store: &Store, server_ms: i64, now: &Instant) -> Result<(), PhoneError> {
        let offset = server_ms.saturating_sub(now.wall_ms);
        store.set_fact(Durability::Retold, &Offset(offset))?;
        store.set_fact(
            Durability::Retold,
            &ServerTime {
                time_ms: server_ms,
                wall_ms: now.wall_ms,
                mono_ms: now.mono_ms,
                boot: now.boot,
            },
        )?;
        self.desk().offset = Some(offset);
        Ok(())
    }

    /// All clocks now, and registry time minus wall clock as last known,
    /// milliseconds.
    pub(crate) fn clocks(&self) -> (Instant, Option<i64>) {
        (self.ports.clock.now(), self.desk().offset)
    }

    /// The best guess at the true time, milliseconds since 1970 UTC.
    pub(crate) fn now_ms(&self) -> Result<i64, PhoneError> {
        self.best_now_ms(&*self.store()?)
    }

    /// The monotonic clock, milliseconds since boot.
    pub(crate) fn mono_ms(&self) -> i64 {
        self.ports.clock.mono_ms()
    }

    pub(crate) fn fill_random(&self, out: &mut [u8]) -> Result<(), RandomError> {
        self.ports.random.fill(out)
    }

    pub(crate) fn random_id(&self) -> Result<Uuid, RandomError> {
        random_id(&*self.ports.random)
    }

    fn best_now_ms(&self, store: &Store) -> Result<i64, PhoneError> {
        Ok(trusted_time::best_ms(
            &self.ports.clock.now(),
            known_time(store)?.as_ref(),
            crate::http::built_ms(),
        ))
    }

    /// Posts JSON with no session, and reads the answer.
    pub(crate) fn post<A: DeserializeOwned>(
        &self,
        path: &str,
        asked: &impl Serialize,
    ) -> Result<A, PhoneError> {
        let body = serde_json::to_vec(asked).map_err(|_| PhoneError::Offline {
            code: "request_malformed".to_owned(),
        })?;
        read(&self.ask(Method::Post, path, None, body)?)
    }

    fn ask(
        &self,
        method: Method,
        path: &str,
        bearer: Option<String>,
        body: Vec<u8>,
    ) -> Result<Response, PhoneError> {
        let request = Request {
            method,
            path: path.to_owned(),
            bearer,
            body,
            piece: None,
            timeout: CALL,
        };
        let answer = self.ports.transport.send(&request, &Cancel::new());
        let wall = self.ports.clock.wall_ms();
        match judge(answer.as_ref(), wall) {
            Verdict::Answer => answer.map_err(|e| offline(&e)),
            Verdict::Offline { code } => Err(PhoneError::Offline { code }),
            Verdict::Cancelled => Err(offline(&TransportError::Cancelled)),
            verdict => {
                let problem: Option<Problem> = answer
                    .ok()
                    .filter(|response| response.media_type == PROBLEM_MEDIA_TYPE)
                    .and_then(|response| serde_json::from_slice(&response.body).ok());
                let after_ms = match verdict {
                    Verdict::Later { after_ms, .. } => after_ms,
                    _ => None,
                };
                let (code, detail) =
                    problem.map_or(("refused".to_owned(), None), |p| (p.code, p.detail));
                Err(PhoneError::Refused {
                    code,
                    detail,
                    after_ms,
                })
            }
        }
    }

    /// Calls under the session of whoever is signed in, where nothing but that it
    /// was done comes back. A session that is over is for the next sync to
    /// refresh, which comes first.
    pub(crate) fn ask_signed_in(&self, method: Method, path: &str) -> Result<(), PhoneError> {
        let account = self.account().ok_or(PhoneError::SignedOut)?;
        let tokens = self.keeper(account.id).load()?;
        let tokens = tokens.ok_or(PhoneError::SignedOut)?;
        self.ask(method, path, Some(tokens.access), Vec::new())?;
        Ok(())
    }

    fn keeper(&self, account: Uuid) -> Keeper<'_> {
        Keeper::new(&*self.ports.secrets, &naming::stem(&self.url), account)
    }

    pub(crate) fn store(&self) -> Result<Arc<Store>, PhoneError> {
        self.desk().store.clone().ok_or(PhoneError::SignedOut)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_flight(&self) -> Result<MutexGuard<'_, ()>, PhoneError> {
        match self.flight.try_lock() {
            Ok(flight) => Ok(flight),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(PhoneError::Busy),
        }
    }
}

fn known_time(store: &Store) -> Result<Option<Known>, StoreError> {
    Ok(store.fact::<ServerTime>()?.map(|time| Known {
        time_ms: time.time_ms,
        at: Instant {
            wall_ms: time.wall_ms,
            mono_ms: time.mono_ms,
            boot: time.boot,
        },
    }))
}

fn offline(error: &TransportError) -> PhoneError {
    PhoneError::Offline {
        code: error.code().to_owned(),
    }
}

fn read<A: serde::de::DeserializeOwned>(response: &Response) -> Result<A, PhoneError> {
    serde_json::from_slice(&response.body).map_err(|_| PhoneError::Offline {
        code: "foreign_answer".to_owned(),
    })
}

fn random_id(random: &dyn Random) -> Result<Uuid, RandomError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn owner_file(dir: &Path, url: &str) -> PathBuf {
    dir.join(format!("{}.json", naming::stem(url)))
}

fn load_owner(dir: &Path, url: &str, random: &dyn Random) -> Result<Owner, PhoneError> {
    match fs::read(owner_file(dir, url)) {
        Ok(bytes) => {
            if let Ok(owner) = serde_json::from_slice(&bytes) {
                return Ok(owner);
            }
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => return Err(e.into()),
    }
    // None, or one that cannot be read: queues are found again when their
    // owners sign in.
    let owner = Owner {
        device: random_id(random)?,
        account: None,
    };
    keep_owner(dir, url, &owner)?;
    Ok(owner)
}

/// Replaces the file as a whole: old or new after a power cut, never a mixture.
fn keep_owner(dir: &Path, url: &str, owner: &Owner) -> Result<(), PhoneError> {
    let path = owner_file(dir, url);
    let bytes = serde_json::to_vec(owner).map_err(|e| StoreError::Database(e.to_string()))?;
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    let fresh = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = File::create(&fresh)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&fresh, &path)?;
    Ok(crate::store::recovery::sync_folder(&path)?)
}
