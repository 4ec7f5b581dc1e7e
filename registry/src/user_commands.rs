//! `users` and `codes` on the command line: whoever has the machine looks after
//! every account. A running server learns of it within half a minute.

use std::io::Write as _;

use clap::Subcommand;
use pakmut_domain::calendar::iso_date;
use pakmut_domain::model::Role;
use pakmut_registry::audit::{self, Act, Origin};
use pakmut_registry::clock::now_ms;
use pakmut_registry::enrolment::{self, ENROL_DAYS, Issued, post};
use pakmut_registry::import::{self, Source};
use pakmut_registry::people;
use pakmut_registry::store::{Manager, Person, Post, Store};
use uuid::Uuid;

use super::{Failed, report, show_passwords};

/// How many rows a list reads at once.
const PAGE: i64 = 1_000;

#[derive(Subcommand)]
pub enum Users {
    /// Make one user, or change what they may do; a password is made and printed once
    Add {
        /// The name to sign in with
        username: String,
        /// lao, tester, province or department
        #[arg(long)]
        role: String,
        /// The LAO's code, for lao and tester
        #[arg(long, default_value = "")]
        lao: String,
        /// The province's code, for province
        #[arg(long, default_value = "")]
        province: String,
    },
    /// All users, as CSV
    List {
        /// Only those whose username, office or contact holds this
        #[arg(default_value = "")]
        holding: String,
    },
    /// Print a one-time code for a new password
    Reset {
        /// Whose
        username: String,
    },
    /// Let somebody who left no longer sign in; their pins stay
    Disable {
        /// Who
        username: String,
    },
    /// Let them sign in again
    Enable {
        /// Who
        username: String,
    },
    /// Erase the personal data of somebody who is disabled; their pins stay
    Erase {
        /// Who
        username: String,
    },
}

#[derive(Subcommand)]
pub enum Codes {
    /// Print one-time codes to enrol with, as CSV: of one office, or of all of a
    /// province that have neither enrolled nor a code
    Issue {
        /// lao, tester, province or department
        #[arg(long)]
        role: String,
        /// The LAO's code
        #[arg(long)]
        lao: Option<String>,
        /// The province's code: its officer, or all its LAOs
        #[arg(long)]
        province: Option<String>,
        /// How many days they count
        #[arg(long, default_value_t = ENROL_DAYS, value_parser = clap::value_parser!(u32).range(1..=365))]
        days: u32,
    },
    /// Codes that were issued, as CSV, without the codes themselves
    List,
    /// Take a code back
    Revoke {
        /// Its id in the list
        id: Uuid,
    },
}

/// Runs a verb of `users`.
pub async fn users(store: &Store, verb: Users) -> Result<(), Failed> {
    let manager = Manager::command_line();
    match verb {
        Users::Add {
            username,
            role,
            lao,
            province,
        } => {
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(["username", "role", "dla_code", "province_code"])?;
            csv.write_record([username, role, lao, province])?;
            let source = Source {
                name: "users add".to_owned(),
                text: String::from_utf8(csv.into_inner()?)?,
            };
            let (done, made) = import::import_users(store, &[source]).await?;
            show_passwords(&made)?;
            report("users", done);
        }
        Users::List { holding } => {
            let mut out = csv::Writer::from_writer(std::io::stdout().lock());
            out.write_record([
                "username",
                "role",
                "office",
                "province",
                "leads",
                "name",
                "phone",
                "signed_in",
                "disabled",
            ])?;
            for offset in (0..).step_by(PAGE as usize) {
                let mut read = store.read().await?;
                let page = read.people_below(&manager, &holding, offset, PAGE).await?;
                let is_last = (page.len() as i64) < PAGE;
                for person in page {
                    out.write_record([
                        person.username.as_str(),
                        person.post.role.as_str(),
                        person.lao_name.as_deref().unwrap_or_default(),
                        person.post.province.as_deref().unwrap_or_default(),
                        if person.post.leads { "1" } else { "0" },
                        &person.contact.name,
                        &person.contact.phone,
                        &day(Some(person.signed_in).filter(|ms| *ms > 0)),
                        &day(person.disabled),
                    ])?;
                }
                if is_last {
                    break;
                }
            }
            out.flush()?;
        }
        Users::Reset { username } => {
            let person = find(store, &manager, &username).await?;
            let (username, issued) =
                enrolment::issue_reset(store, &manager, person.id, Origin::CommandLine)
                    .await?
                    .ok_or("a disabled user has no password to reset: enable them first")?;
            print_codes(&[(username, issued)])?;
        }
        Users::Disable { username } => {
            let person = find(store, &manager, &username).await?;
            people::disable_in(store, &manager, person.id, Origin::CommandLine).await?;
        }
        Users::Enable { username } => {
            let person = find(store, &manager, &username).await?;
            if !people::enable(store, &manager, person.id, Origin::CommandLine).await? {
                return Err("an erased user does not come back: issue a new code".into());
            }
        }
        Users::Erase { username } => {
            let person = find(store, &manager, &username).await?;
            if !people::erase(store, &manager, person.id, Origin::CommandLine).await? {
                return Err("only a disabled user is erased: disable them first".into());
            }
        }
    }
    Ok(())
}

async fn find(store: &Store, manager: &Manager, username: &str) -> Result<Person, Failed> {
    let username = pakmut_domain::sign_in::fold_username(username);
    let found = store
        .read()
        .await?
        .people_below(manager, &username, 0, PAGE)
        .await?;
    found
        .into_iter()
        .find(|person| person.username == username)
        .ok_or_else(|| format!("no user is called {username}").into())
}

/// Runs a verb of `codes`.
pub async fn codes(store: &Store, verb: Codes) -> Result<(), Failed> {
    let manager = Manager::command_line();
    match verb {
        Codes::Issue {
            role,
            lao,
            province,
            days,
        } => {
            let targets = targets(store, role.parse()?, lao, province).await?;
            let posts: Vec<Post> = targets.iter().map(|(_, post)| post.clone()).collect();
            let issued =
                enrolment::issue(store, &manager, &posts, days, Origin::CommandLine).await?;
            let names = targets.into_iter().map(|(name, _)| name);
            print_codes(&names.zip(issued).collect::<Vec<_>>())?;
        }
        Codes::List => {
            let mut out = csv::Writer::from_writer(std::io::stdout().lock());
            out.write_record(["id", "role", "office", "resets", "issued", "ends", "state"])?;
            let now = now_ms();
            for offset in (0..).step_by(PAGE as usize) {
                let page = store
                    .read()
                    .await?
                    .codes_below(&manager, offset, PAGE)
                    .await?;
                let is_last = (page.len() as i64) < PAGE;
                for code in page {
                    let state = match (code.used, code.revoked) {
                        (Some(_), _) => "used",
                        (_, Some(_)) => "revoked",
                        _ if code.is_open(now) => "open",
                        _ => "expired",
                    };
                    out.write_record([
                        code.id.to_string().as_str(),
                        code.post.role.as_str(),
                        code.lao_name.as_deref().unwrap_or_default(),
                        code.username.as_deref().unwrap_or_default(),
                        &day(Some(code.issued)),
                        &day(Some(code.expires)),
                        state,
                    ])?;
                }
                if is_last {
                    break;
                }
            }
            out.flush()?;
        }
        Codes::Revoke { id } => {
            let mut write = store.write().await?;
            if !write.revoke_code(id, &manager, now_ms()).await? {
                return Err("no code of this id counts any more".into());
            }
            let what = serde_json::json!({"code": id});
            audit::record(
                &mut write,
                None,
                Act::CodesRevoked,
                what,
                Origin::CommandLine,
            )
            .await?;
            write.commit().await?;
        }
    }
    Ok(())
}

/// Whom codes are for: the name to print, and the post.
async fn targets(
    store: &Store,
    role: Role,
    lao: Option<String>,
    province: Option<String>,
) -> Result<Vec<(String, Post)>, Failed> {
    let mut read = store.read().await?;
    let one = match (role, lao, province) {
        (Role::Department, None, None) => {
            return Ok(vec![(String::new(), post(role, None, true))]);
        }
        (Role::Lao, None, Some(province)) => {
            let laos = read.not_enrolled(&province, true, now_ms()).await?;
            return Ok(laos
                .into_iter()
                .map(|(no, name)| (name, post(role, Some((no, province.clone())), true)))
                .collect());
        }
        (Role::Lao | Role::Tester, Some(code), None) => {
            let codes = store.write().await?.all_codes().await?;
            let found = codes
                .iter()
                .find(|one| one.code == code && one.to.is_none());
            let no = found
                .ok_or_else(|| format!("no LAO has the code {code} today"))?
                .lao;
            read.lao_by_no(no).await?
        }
        (Role::Province, None, Some(province)) => read.provincial_office(&province).await?,
        _ => {
            return Err("lao wants --lao or --province, tester --lao, province --province, department neither".into());
        }
    };
    let lao = one.ok_or("there is no such office")?;
    Ok(vec![(
        lao.name_th,
        post(role, Some((lao.no, lao.province)), true),
    )])
}

/// Prints codes as CSV: the only time that anybody sees them.
fn print_codes(codes: &[(String, Issued)]) -> Result<(), Failed> {
    let mut out = csv::Writer::from_writer(std::io::stdout().lock());
    out.write_record(["for", "code", "ends"])?;
    for (name, issued) in codes {
        out.write_record([name, &issued.code.to_string(), &day(Some(issued.expires))])?;
    }
    out.flush()?;
    std::io::stdout().flush()?;
    Ok(())
}

/// A day in Bangkok, YYYY-MM-DD.
fn day(ms: Option<i64>) -> String {
    ms.and_then(pakmut_domain::calendar::in_bangkok)
        .map_or_else(String::new, |moment| iso_date(moment.date()))
}
