//! Users, with passwords from the list or made here.

use std::collections::{HashMap, HashSet};

use pakmut_domain::model::Role;
use pakmut_domain::sign_in::new_username;

use serde_json::json;

use super::table::{self, Row};
use super::{ImportError, Imported, Source};
use crate::audit::{self, Act, Origin};
use crate::auth::hash_password;
use crate::password;
use crate::store::{NewAccount, Put, Store};

/// Letters and digits that nobody confuses: no 0, O, 1, l, I.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789X";

/// A password that was made here; it is shown once and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct MadePassword {
    /// Whose it is.
    pub username: String,
    /// The password.
    pub password: String,
}

/// Imports users: `username`, `role` (`lao`, `tester`, `province`,
/// `department`), `dla_code` for `lao` and `tester`, `province_code` for
/// `province`, and `password`; where that is empty, one is made for a new user
/// and an old one keeps theirs.
///
/// # Errors
/// [`ImportError`]; then nothing was imported.
pub async fn import_users(
    store: &Store,
    files: &[Source],
) -> Result<(Imported, Vec<MadePassword>), ImportError> {
    let mut rows = Vec::new();
    for file in files {
        rows.extend(table::read(file, &["username", "role"])?);
    }
    let lookup = Lookup::read(store).await?;
    let mut names: HashSet<String> = HashSet::new();
    let mut accounts = Vec::with_capacity(rows.len());
    let mut passwords = Vec::with_capacity(rows.len());
    let mut made = Vec::new();
    for row in &rows {
        let mut account = lookup.account(row)?;
        if !names.insert(account.username.clone()) {
            return Err(row.error("username_duplicate", "this username is there twice"));
        }
        let password = match row.get("password") {
            Some(password) => {
                password::check(password, &account.username)
                    .map_err(|error| row.error(error.code(), error.to_string()))?;
                Some(password.to_owned())
            }
            None => {
                let mut read = store.read().await?;
                match read.account_by_name(&account.username).await? {
                    Some(_) => None,
                    None => {
                        let password = make_password(row)?;
                        made.push(MadePassword {
                            username: account.username.clone(),
                            password: password.clone(),
                        });
                        Some(password)
                    }
                }
            }
        };
        account.password = None;
        accounts.push(account);
        passwords.push(password);
    }
    let hashes = tokio::task::spawn_blocking(move || hash_all(&passwords))
        .await
        .map_err(|_| crate::store::StoreError::Corrupt("passwords that could not be hashed"))?;
    let mut done = Imported::default();
    let mut write = store.write().await?;
    for ((mut account, hash), row) in accounts.into_iter().zip(hashes).zip(&rows) {
        account.password = hash.map_err(|error| row.error("password_hash", error))?;
        let (id, put) = write.put_account(&account).await?;
        let act = match put {
            Put::Added => {
                done.added += 1;
                Act::UserAdded
            }
            Put::Changed => {
                done.changed += 1;
                Act::UserChanged
            }
            Put::Same => continue,
        };
        let what = json!({
            "account": id,
            "role": account.role.as_str(),
            "lao": account.lao,
            "province": account.province,
            "password": account.password.is_some(),
        });
        audit::record(&mut write, None, act, what, Origin::CommandLine).await?;
    }
    super::audited(&mut write, "users", done).await?;
    write.commit().await?;
    Ok((done, made))
}

/// Hashes all, two at a time.
fn hash_all(passwords: &[Option<String>]) -> Vec<Result<Option<String>, String>> {
    let hash = |password: &Option<String>| {
        password
            .as_deref()
            .map(hash_password)
            .transpose()
            .map_err(|error| error.to_string())
    };
    let (left, right) = passwords.split_at(passwords.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| right.iter().map(hash).collect::<Vec<_>>());
        let mut all: Vec<_> = left.iter().map(hash).collect();
        match other.join() {
            Ok(rest) => all.extend(rest),
            Err(_) => all.extend(right.iter().map(|_| Err("a thread ended".to_owned()))),
        }
        all
    })
}

fn make_password(row: &Row) -> Result<String, ImportError> {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| row.error("randomness_missing", error.to_string()))?;
    // 16 of 32 characters: 80 bits.
    Ok(bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect())
}

/// LAOs by their codes, provincial offices by their provinces.
struct Lookup {
    by_code: HashMap<String, (i64, String)>,
}

impl Lookup {
    async fn read(store: &Store) -> Result<Self, ImportError> {
        let mut write = store.write().await?;
        let provinces: HashMap<i64, String> = write
            .all_laos()
            .await?
            .into_iter()
            .map(|lao| (lao.no, lao.province))
            .collect();
        let by_code = write
            .all_codes()
            .await?
            .into_iter()
            .filter(|code| code.to.is_none())
            .filter_map(|code| Some((code.code, (code.lao, provinces.get(&code.lao)?.clone()))))
            .collect();
        Ok(Self { by_code })
    }

    fn account(&self, row: &Row) -> Result<NewAccount, ImportError> {
        let username = new_username(row.need("username")?)
            .map_err(|error| row.error(error.code(), error.to_string()))?;
        let role: Role = row
            .need("role")?
            .parse()
            .map_err(|error| row.error("role_unknown", format!("{error}")))?;
        let code = match role {
            Role::Lao | Role::Tester => Some(row.need("dla_code")?.to_owned()),
            Role::Province => Some(format!("P{}", row.digits("province_code", 2)?)),
            Role::Department => None,
        };
        let lao = match code {
            Some(code) => Some(self.by_code.get(&code).cloned().ok_or_else(|| {
                row.error(
                    "lao_code_unknown",
                    format!("no LAO or office has the code {code} today"),
                )
            })?),
            None => None,
        };
        Ok(NewAccount {
            username,
            role,
            lao: lao.as_ref().map(|(no, _)| *no),
            province: lao.map(|(_, province)| province),
            password: None,
        })
    }
}
