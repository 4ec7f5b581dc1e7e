//! Who saved an item, as far as its signature tells: any session may carry what
//! another account signed; what nobody signed must come from its author's own
//! device. Runs before anything is locked, for many batches at once.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use pakmut_domain::finding::{Finding, FindingCode, Severity};
use pakmut_domain::wire::push::{ItemResult, Outcome};
use pakmut_domain::wire::signature::PublicKey;
use uuid::Uuid;

use crate::arrival::{Arrival, Draft, Refusal};
use crate::audit::{self, Act, Origin};
use crate::auth::Who;
use crate::clock::now_ms;
use crate::store::{DeviceKeys, Scope, Store, StoreError};
use crate::verify::{Claim, verify};

/// How long an author is believed without asking the database again,
/// milliseconds: another process may have disabled the account.
const BELIEVED_MS: i64 = 1_000;

/// The most authors remembered, of about 300 bytes each.
const MAX_REMEMBERED: usize = 20_000;

/// An account on one device: what it may do, and the keys it signs with.
#[derive(Debug, Clone)]
pub struct Author {
    /// What it may do; none where there is no such account, or none with a scope.
    who: Option<Arc<Who>>,
    disabled: bool,
    keys: DeviceKeys,
}

#[derive(Debug)]
struct Remembered {
    author: Arc<Author>,
    believed_until: i64,
}

/// Remembers authors, so that a batch costs no question to the database.
#[derive(Debug, Default)]
pub struct Authors(RwLock<HashMap<(Uuid, Uuid), Remembered>>);

/// What a signature tells of an item.
#[derive(Debug, PartialEq)]
enum Judgement {
    /// Its author's, without a doubt.
    Signed,
    /// To be kept with this finding.
    Doubtful(FindingCode),
    /// Not to be stored.
    Refused(Refusal),
}

/// The items of one call and the session that brought them.
pub struct Brought<'a> {
    store: &'a Store,
    session: Arc<Who>,
    origin: Origin,
    /// Authors whom the database was asked about in this call.
    asked: HashSet<(Uuid, Uuid)>,
    /// Items that were refused because somebody may have forged them, and the code.
    pub forged: Vec<(Uuid, &'static str)>,
}

impl<'a> Brought<'a> {
    /// Nothing is looked at yet.
    pub fn new(store: &'a Store, session: Arc<Who>, origin: Origin) -> Self {
        Self {
            store,
            session,
            origin,
            asked: HashSet::new(),
            forged: Vec::new(),
        }
    }

    /// Writes down what was refused as forged, if anything was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn audit(&self) -> Result<(), StoreError> {
        if self.forged.is_empty() {
            return Ok(());
        }
        let what = serde_json::json!({
            "device": self.session.device, "items": self.forged,
        });
        let who = Some(self.session.account);
        audit::record_alone(self.store, who, Act::ItemsRefused, what, self.origin).await
    }
}

impl Authors {
    /// Forgets an account: it signed in, or it may do something else now.
    pub fn forget(&self, account: Uuid) {
        self.0
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|(of, _), _| *of != account);
    }

    async fn get(
        &self,
        store: &Store,
        account: Uuid,
        device: Uuid,
        fresh: bool,
    ) -> Result<Arc<Author>, StoreError> {
        let now = now_ms();
        if !fresh {
            let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(held) = held.get(&(account, device))
                && now < held.believed_until
            {
                return Ok(held.author.clone());
            }
        }
        let mut read = store.read().await?;
        let row = read.account_by_id(account).await?;
        let author = Arc::new(Author {
            disabled: row.as_ref().is_some_and(|row| row.disabled),
            who: row.and_then(|row| {
                Some(Arc::new(Who {
                    account,
                    device,
                    role: row.role,
                    lao: row.lao,
                    scope: Scope::of(&row)?,
                    leads: row.leads,
                    scope_version: row.scope_version,
                    family: Uuid::nil(),
                }))
            }),
            keys: read.device_keys(account, device).await?,
        });
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MAX_REMEMBERED {
            held.retain(|_, held| now < held.believed_until);
        }
        if held.len() < MAX_REMEMBERED {
            held.insert(
                (account, device),
                Remembered {
                    author: author.clone(),
                    believed_until: now + BELIEVED_MS,
                },
            );
        }
        Ok(author)
    }

    /// Verifies the signatures of a batch together, as far as their authors' keys
    /// are known: what is found valid need not be looked at again.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn verify(&self, drafts: &mut [Draft], store: &Store) -> Result<(), StoreError> {
        let mut claims = Vec::with_capacity(drafts.len());
        let mut places = Vec::with_capacity(drafts.len());
        for (place, draft) in drafts.iter().enumerate() {
            let Some(signature) = draft.sig else {
                continue;
            };
            let (account, device) = (draft.envelope.account, draft.envelope.device);
            let author = self.get(store, account, device, false).await?;
            if let Some(key) = author.keys.current {
                let signed = draft.signed.as_slice();
                claims.push(Claim {
                    key,
                    signature,
                    signed,
                });
                places.push(place);
            }
        }
        let valid = verify(&claims);
        for (place, valid) in places.into_iter().zip(valid) {
            drafts[place].verified = valid;
        }
        Ok(())
    }

    /// Judges who saved an item that a session brought.
    ///
    /// # Errors
    /// [`StoreError`]; within, the result for its sender where it is not stored.
    pub async fn attribute(
        &self,
        draft: Draft,
        brought: &mut Brought<'_>,
    ) -> Result<Result<Arrival, ItemResult>, StoreError> {
        let (account, device) = (draft.envelope.account, draft.envelope.device);
        let (store, session) = (brought.store, &brought.session);
        let mut author = self.get(store, account, device, false).await?;
        let mut own = None;
        let mut judgement = judge(&draft, session, &author.keys, None);
        if judgement != Judgement::Signed {
            // A key may have been registered a moment ago, by another process too.
            let fresh = brought.asked.insert((account, device));
            author = self.get(store, account, device, fresh).await?;
            if account == session.account && device != session.device {
                own = Some(self.get(store, account, session.device, false).await?);
            }
            let own = own.as_ref().and_then(|own| own.keys.current);
            judgement = judge(&draft, session, &author.keys, own);
        }
        let id = draft.envelope.id;
        let mut authorship = match judgement {
            Judgement::Signed => Vec::new(),
            Judgement::Doubtful(code) => vec![Finding::new(code, Severity::Warn)],
            Judgement::Refused(refusal) => {
                brought.forged.push((id, refusal.code));
                return Ok(Err(refusal.result(id)));
            }
        };
        let who = if account == session.account {
            session.clone()
        } else if let Some(who) = &author.who {
            if author.disabled {
                authorship.push(Finding::new(FindingCode::AuthorDisabled, Severity::Warn));
            }
            who.clone()
        } else {
            // A registry restored from a backup may not know the account yet.
            return Ok(Err(ItemResult {
                id,
                result: Outcome::Retry,
                hash: None,
                code: Some("author_unknown".to_owned()),
                detail: None,
            }));
        };
        Ok(Ok(draft.of(who, authorship, brought.origin)))
    }
}

/// `own` is the key of the session's own device, where the item names another.
fn judge(draft: &Draft, session: &Who, keys: &DeviceKeys, own: Option<PublicKey>) -> Judgement {
    let envelope = &draft.envelope;
    let refused = |code, detail| Judgement::Refused(Refusal::new(code, detail));
    if draft.verified {
        return Judgement::Signed;
    }
    if let Some(sig) = &draft.sig {
        let verifies = |key: &PublicKey| key.verifies(&draft.signed, sig);
        if keys.current.as_ref().is_some_and(verifies) {
            return Judgement::Signed;
        }
        if keys.former.iter().any(verifies) {
            return Judgement::Doubtful(FindingCode::KeyReplaced);
        }
        if own.as_ref().is_some_and(verifies) {
            return Judgement::Doubtful(FindingCode::SignedElsewhere);
        }
        if keys.current.is_some() {
            return refused(
                "sig_wrong",
                "the signature is not that of the account's key of this device",
            );
        }
    } else if keys.current.is_some() {
        return refused(
            "sig_missing",
            "the account has a key on this device, and the item is not signed",
        );
    }
    if envelope.account != session.account {
        return refused(
            "account_mismatch",
            "another account's item must be signed by its registered key",
        );
    }
    if envelope.device != session.device {
        return refused(
            "device_mismatch",
            "an item of another device than the session's must be signed by a registered key",
        );
    }
    Judgement::Doubtful(if draft.sig.is_some() {
        FindingCode::KeyUnregistered
    } else {
        FindingCode::Unsigned
    })
}
