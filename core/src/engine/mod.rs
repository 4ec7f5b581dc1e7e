//! The façade: one phone, one registry, whoever is signed in. Every call
//! blocks and belongs off the main thread; any thread may make it.

mod call;
mod error;
mod flight;
mod owner;
mod queue;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pakmut_domain::model::Account;
use pakmut_domain::wire::config::Config;
use pakmut_domain::wire::session::{Session, SignIn};
use pakmut_domain::wire::signature::SigningKey;
use serde::Serialize;
use uuid::Uuid;

use crate::ports::{Cancel, Clock, Instant, Method, Random, RandomError, SecretStore, Transport};
use crate::session::{Keeper, Owner, Tokens};
use crate::signing::KeyPlace;
use crate::store::meta::{Offset, RegisteredKey, RegistryId, ServerTime, Wait};
use crate::store::pulled::Record;
use crate::store::{Durability, Recovery, Store, StoreError, naming};
use crate::trusted_time::{self, Known};

use call::read;
pub use error::PhoneError;
use owner::{keep_owner, load_owner};
pub use queue::QueueState;

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

    fn keeper(&self, account: Uuid) -> Keeper<'_> {
        Keeper::new(&*self.ports.secrets, &naming::stem(&self.url), account)
    }

    pub(crate) fn store(&self) -> Result<Arc<Store>, PhoneError> {
        self.desk().store.clone().ok_or(PhoneError::SignedOut)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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

fn random_id(random: &dyn Random) -> Result<Uuid, RandomError> {
    let mut bytes = [0; 16];
    random.fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
