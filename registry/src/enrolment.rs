//! One-time codes: who issues them, and what they do. One rule for the phone,
//! the pages and the command line.

use axum::http::StatusCode;
use pakmut_domain::model::Role;
use pakmut_domain::one_time_code::OneTimeCode;
use pakmut_domain::sign_in::{SignInError, contact, new_username};
use pakmut_domain::wire::enrolment::{CodeAnswer, Contact, Purpose};
use serde_json::json;
use uuid::Uuid;

use crate::app::App;
use crate::audit::{self, Act, Origin};
use crate::auth::{HashError, token_hash};
use crate::clock::now_ms;
use crate::password;
use crate::problem::Failure;
use crate::store::{AccountRow, IssuedCode, Manager, NewCode, NewPerson, Post, Store, StoreError};

const DAY_MS: i64 = 24 * 3600 * 1000;

/// How long a code that makes an account counts, days: a letter takes its time.
pub const ENROL_DAYS: u32 = 30;

/// How long a code that resets a password counts, days: it is told by telephone.
pub const RESET_DAYS: u32 = 3;

/// A code that was made: it is shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The code.
    pub code: OneTimeCode,
    /// When it ends, milliseconds since 1970 UTC.
    pub expires: i64,
}

/// Why no code was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// The post does not lie below the one who asks.
    #[error("this account issues no codes for that")]
    NotBelow,
    /// The storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The machine has no randomness.
    #[error(transparent)]
    Random(#[from] HashError),
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::NotBelow => Self::new(
                StatusCode::FORBIDDEN,
                "code_not_below",
                "This account issues no codes for that",
            ),
            IssueError::Store(error) => error.into(),
            IssueError::Random(error) => error.into(),
        }
    }
}

/// A code of these random characters.
fn new_code() -> Result<OneTimeCode, HashError> {
    let mut bytes = [0; 15];
    getrandom::fill(&mut bytes).map_err(HashError::of)?;
    Ok(OneTimeCode::from_random(bytes))
}

fn hash(code: &OneTimeCode) -> [u8; 32] {
    token_hash(&code.to_string())
}

/// Issues codes that each make an account, in one transaction.
///
/// # Errors
/// [`IssueError`]; then none was issued.
pub async fn issue(
    store: &Store,
    manager: &Manager,
    posts: &[Post],
    days: u32,
    origin: Origin,
) -> Result<Vec<Issued>, IssueError> {
    if posts.iter().any(|post| !manager.is_above(post)) {
        return Err(IssueError::NotBelow);
    }
    let issued = now_ms();
    let expires = issued + i64::from(days) * DAY_MS;
    let mut write = store.write().await?;
    let mut made = Vec::with_capacity(posts.len());
    for post in posts {
        let code = new_code()?;
        let new = NewCode {
            hash: hash(&code),
            post: post.clone(),
            account: None,
            issued_by: manager.account,
            issued,
            expires,
        };
        write.put_code(&new).await?;
        made.push(Issued { code, expires });
    }
    let of = |role| posts.iter().filter(|post| post.role == role).count();
    let what = json!({
        "lao": of(Role::Lao), "tester": of(Role::Tester),
        "province": of(Role::Province), "department": of(Role::Department),
    });
    audit::record(&mut write, manager.account, Act::CodesIssued, what, origin).await?;
    write.commit().await?;
    Ok(made)
}

/// The code with which the department's first user enrols: at a first start,
/// and at each one after until somebody has. The one before it ends.
///
/// # Errors
/// [`IssueError`].
pub async fn first_code(store: &Store) -> Result<Option<Issued>, IssueError> {
    if store.read().await?.has_department().await? {
        return Ok(None);
    }
    let posts = [post(Role::Department, None, true)];
    let manager = Manager::command_line();
    let issued = issue(store, &manager, &posts, ENROL_DAYS, Origin::CommandLine).await?;
    Ok(issued.into_iter().next())
}

/// Issues a code that gives an account below a manager a new password; none
/// where there is no such account, or it is disabled.
///
/// # Errors
/// [`IssueError`].
pub async fn issue_reset(
    store: &Store,
    manager: &Manager,
    account: Uuid,
    origin: Origin,
) -> Result<Option<(String, Issued)>, IssueError> {
    let issued = now_ms();
    let expires = issued + i64::from(RESET_DAYS) * DAY_MS;
    let mut write = store.write().await?;
    let person = write.person_below(account, manager).await?;
    let Some(person) = person.filter(|person| person.disabled.is_none()) else {
        return Ok(None);
    };
    let code = new_code()?;
    let new = NewCode {
        hash: hash(&code),
        post: person.post,
        account: Some(account),
        issued_by: manager.account,
        issued,
        expires,
    };
    write.put_code(&new).await?;
    let what = json!({"resets": account});
    audit::record(&mut write, manager.account, Act::CodesIssued, what, origin).await?;
    write.commit().await?;
    Ok(Some((person.username, Issued { code, expires })))
}

fn not_usable(code: &str, title: &str) -> Failure {
    Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
}

/// 422 with the field's own code.
pub fn field_wrong(error: SignInError) -> Failure {
    not_usable(error.code(), &error.to_string())
}

fn read_code(text: &str) -> Result<OneTimeCode, Failure> {
    OneTimeCode::parse(text).map_err(|error| not_usable(error.code(), &error.to_string()))
}

/// A code that counts, of this purpose.
fn usable(
    found: Option<IssuedCode>,
    purpose: Option<Purpose>,
    now: i64,
) -> Result<IssuedCode, Failure> {
    let unknown = || not_usable("code_unknown", "There is no such code");
    let found = found
        .filter(|found| purpose.is_none_or(|purpose| found.purpose == purpose))
        .ok_or_else(unknown)?;
    if found.used.is_some() {
        return Err(not_usable("code_used", "This code was used already"));
    }
    if found.revoked.is_some() {
        return Err(not_usable("code_revoked", "This code was taken back"));
    }
    if !found.is_open(now) {
        return Err(not_usable("code_expired", "This code is too old"));
    }
    Ok(found)
}

/// Whom a code is for.
///
/// # Errors
/// 422 for one that does not count.
pub async fn preview(app: &App, code: &str) -> Result<CodeAnswer, Failure> {
    let code = read_code(code)?;
    let found = app.store.read().await?.code(&hash(&code)).await?;
    let found = usable(found, None, now_ms())?;
    Ok(CodeAnswer {
        purpose: found.purpose,
        role: found.post.role,
        lao: found.lao_name,
        province: found.post.province,
        username: found.username,
        expires: found.expires,
    })
}

/// Makes the account that a code is for.
///
/// # Errors
/// 422 for a code that does not count or a field that will not do; 409 for a
/// username that somebody has. Nothing is used up then.
pub async fn enrol(
    app: &App,
    code: &str,
    username: &str,
    password: String,
    given: &Contact,
    origin: Origin,
) -> Result<AccountRow, Failure> {
    let code = read_code(code)?;
    let username = new_username(username).map_err(field_wrong)?;
    password::check(&password, &username).map_err(field_wrong)?;
    let contact = Contact {
        name: contact(&given.name).map_err(field_wrong)?,
        phone: contact(&given.phone).map_err(field_wrong)?,
    };
    // Nobody makes us hash without a code that counts.
    let found = app.store.read().await?.code(&hash(&code)).await?;
    usable(found, Some(Purpose::Enrol), now_ms())?;
    let password = app.gate.hash(password).await?;
    let now = now_ms();
    let mut write = app.store.write().await?;
    let found = usable(write.code(&hash(&code)).await?, Some(Purpose::Enrol), now)?;
    write.use_code(found.id, now).await?;
    let new = NewPerson {
        username,
        post: found.post,
        password,
        contact,
        now,
    };
    let account = write.make_person(&new).await?.ok_or_else(|| {
        Failure::new(
            StatusCode::CONFLICT,
            "username_taken",
            "Somebody has this username",
        )
    })?;
    let what = json!({"code": found.id});
    audit::record(&mut write, Some(account.id), Act::Enrolled, what, origin).await?;
    write.commit().await?;
    Ok(account)
}

/// Gives the account that a code is for a new password, and signs it out
/// everywhere.
///
/// # Errors
/// 422 as [`enrol`].
pub async fn reset(
    app: &App,
    code: &str,
    password: String,
    origin: Origin,
) -> Result<AccountRow, Failure> {
    let code = read_code(code)?;
    let found = app.store.read().await?.code(&hash(&code)).await?;
    let found = usable(found, Some(Purpose::Reset), now_ms())?;
    let username = found.username.unwrap_or_default();
    password::check(&password, &username).map_err(field_wrong)?;
    let password = app.gate.hash(password).await?;
    let now = now_ms();
    let mut write = app.store.write().await?;
    let found = usable(write.code(&hash(&code)).await?, Some(Purpose::Reset), now)?;
    write.use_code(found.id, now).await?;
    let account = match found.account {
        Some(account) => write.account(account).await?,
        None => None,
    };
    let account = account
        .filter(|account| !account.disabled)
        .ok_or_else(|| not_usable("code_unknown", "There is no such code"))?;
    write.set_password(account.id, &password).await?;
    write.end_all_sessions(account.id).await?;
    let what = json!({"code": found.id});
    audit::record(
        &mut write,
        Some(account.id),
        Act::PasswordChanged,
        what,
        origin,
    )
    .await?;
    write.commit().await?;
    Ok(account)
}

/// The post of a province's officer, of an LAO's staff, or of the department.
pub fn post(role: Role, lao: Option<(i64, String)>, leads: bool) -> Post {
    let (lao, province) = lao.unzip();
    Post {
        role,
        lao,
        province,
        leads: leads && role != Role::Tester,
    }
}
