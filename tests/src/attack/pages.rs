//! The pages: a session that was planted, forms that another site sends, and
//! guesses at a password.

use std::collections::HashMap;
use std::time::Duration;

use pakmut_registry::routes;
use serde_json::json;
use uuid::Uuid;

use super::client::Answer;
use super::items::count;
use super::world::{PASSWORD, World};
use crate::report::Report;

/// A browser with its cookies.
#[derive(Default)]
struct Browser {
    cookies: HashMap<String, String>,
}

impl Browser {
    fn ask(
        &mut self,
        world: &World,
        method: &str,
        path: &str,
        further: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, String> {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![("accept", "text/html")];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        if method == "POST" {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        headers.extend_from_slice(further);
        let answer = world.client.ask(method, path, &headers, body.as_bytes())?;
        for line in answer.head.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let pair = value.trim().split(';').next().unwrap_or_default();
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) = pair.split_once('=')
            {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    /// Signs in as a person does: the form, filled and sent.
    fn sign_in(&mut self, world: &World, username: &str) -> Result<Answer, String> {
        let form = self.ask(world, "GET", "/sign-in", &[], "")?;
        let csrf = token_of(&form)?;
        let body = format!("username={username}&password={PASSWORD}&csrf={csrf}&next=%2F");
        self.ask(world, "POST", "/sign-in", &[], &body)
    }

    fn is_signed_in(&mut self, world: &World) -> Result<bool, String> {
        Ok(self.ask(world, "GET", "/", &[], "")?.status == 200)
    }
}

/// The token of the first form on a page.
fn token_of(page: &Answer) -> Result<String, String> {
    page.text()
        .split_once("name=\"csrf\" value=\"")
        .and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()))
        .ok_or_else(|| format!("no form: {} {}", page.status, page.text()))
}

/// A session cookie that somebody planted before its owner signs in.
///
/// # Errors
/// What failed, in words.
pub fn fixation(report: &mut Report, world: &World) -> Result<(), String> {
    let planted = "a".repeat(43);
    let mut victim = Browser::default();
    victim.cookies.insert("pakmut".to_owned(), planted.clone());
    victim.sign_in(world, "department")?;
    if !victim.is_signed_in(world)? {
        return Err("the department cannot sign in on the pages".to_owned());
    }
    let mut attacker = Browser::default();
    attacker
        .cookies
        .insert("pakmut".to_owned(), planted.clone());
    let mut open = usize::from(attacker.is_signed_in(world)?);
    open += usize::from(victim.cookies.get("pakmut") == Some(&planted));
    // And the one before a second sign-in is not the one after it.
    let first = victim.cookies.get("pakmut").cloned();
    victim.sign_in(world, "department")?;
    open += usize::from(victim.cookies.get("pakmut") == first.as_ref());
    report.row("session fixation: let in of 3", count(open), "", "= 0");
    Ok(())
}

/// Forms that another site sends in the name of a visitor.
///
/// # Errors
/// What failed, in words.
pub fn forged_forms(report: &mut Report, world: &World) -> Result<(), String> {
    let mut victim = Browser::default();
    victim.sign_in(world, "department")?;
    let mut other = Browser::default();
    other.sign_in(world, "officer")?;
    let foreign = token_of(&other.ask(world, "GET", "/", &[], "")?)?;
    let own = token_of(&victim.ask(world, "GET", "/", &[], "")?)?;
    let (mut tried, mut taken) = (0, 0);
    let kept = victim.cookies.clone();
    for route in routes().filter(|route| route.method != "GET" && !route.path.starts_with("/v1/")) {
        let path = route
            .path
            .replace("{id}", &Uuid::now_v7().to_string())
            .replace("{code}", "50");
        let elsewhere = [("sec-fetch-site", "cross-site")];
        let tries: [(&[(&str, &str)], String); 4] = [
            (&[], String::new()),
            (&[], "csrf=".to_owned()),
            (&[], format!("csrf={foreign}")),
            (&elsewhere, format!("csrf={own}")),
        ];
        for (headers, body) in tries {
            tried += 1;
            victim.cookies.clone_from(&kept);
            let answer = victim.ask(world, route.method, &path, headers, &body)?;
            if answer.status < 400 {
                eprintln!("attack: a forged form was taken by {path}");
                taken += 1;
            }
            victim.cookies.clone_from(&kept);
            taken += usize::from(!victim.is_signed_in(world)?);
        }
    }
    report.row("forged forms: tried", count(tried), "", ">= 8");
    report.row("forged forms: taken", count(taken), "", "= 0");
    Ok(())
}

/// Guesses at one person's password, and what the others notice of it.
///
/// # Errors
/// What failed, in words.
pub fn brute_force(report: &mut Report, world: &World, guesses: usize) -> Result<(), String> {
    // A device that its owner signed in on before.
    let known = Uuid::now_v7();
    let sign_in = |username: &str, password: &str, device: Uuid| {
        let body = json!({"username": username, "password": password, "device": device});
        world.client.post("/v1/sessions", None, &body)
    };
    if sign_in("guessed", PASSWORD, known)?.status != 200 {
        return Err("guessed cannot sign in".to_owned());
    }
    let mut evaluated = 0;
    let mut let_in = 0;
    for n in 0..guesses {
        let answer = sign_in("guessed", &format!("guess number {n}"), Uuid::now_v7())?;
        match answer.status {
            200 => let_in += 1,
            // Whatever was not evaluated says so: too many tries.
            401 => evaluated += 1,
            _ => {}
        }
    }
    report.row(
        &format!("brute force: evaluated of {guesses} guesses"),
        count(evaluated),
        "",
        "<= 20",
    );
    report.row("brute force: let in", count(let_in), "", "= 0");
    let owner = sign_in("guessed", PASSWORD, known)?.status == 200;
    report.row(
        "brute force: its owner, from a known device",
        count(usize::from(owner)),
        "",
        "= 1",
    );
    let colleague = sign_in("tester-a", PASSWORD, Uuid::now_v7())?.status == 200;
    report.row(
        "brute force: a colleague behind the same address",
        count(usize::from(colleague)),
        "",
        "= 1",
    );
    Ok(())
}

/// Whether the time tells which names there are.
///
/// # Errors
/// What failed, in words.
pub fn timing(report: &mut Report, world: &World) -> Result<(), String> {
    let median = |username: &str| -> Result<f64, String> {
        let mut times: Vec<Duration> = (0..5)
            .map(|n| {
                let body = json!({"username": username, "password": format!("wrong {n}"), "device": Uuid::now_v7()});
                world.client.post("/v1/sessions", None, &body).map(|a| a.took)
            })
            .collect::<Result<_, _>>()?;
        times.sort();
        Ok(times[times.len() / 2].as_secs_f64())
    };
    let (known, unknown) = (median("staff-b")?, median("nobody-of-this-name")?);
    report.row(
        "wrong password: time of a known name over an unknown one",
        known / unknown,
        "",
        "",
    );
    Ok(())
}
