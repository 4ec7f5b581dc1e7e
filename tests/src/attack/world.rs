//! The registry that is attacked: its own process, two provinces of the real
//! country, and a person of each role.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use pakmut_domain::wire::envelope::Saved;
use pakmut_domain::wire::push::{ItemResult, PushAnswer, PushRequest};
use pakmut_domain::wire::session::Session;
use pakmut_domain::wire::signature::SigningKey;
use pakmut_domain::wire::{Envelope, ItemHash, Kind};
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

use super::client::Client;
use crate::registry_process::{RegistryProcess, run as registry};

/// Of the users that exist in an attacked registry, and nowhere else.
pub const PASSWORD: &str = "attacked-registry-thrown-away";

/// Chom Thong and Doi Saket, two municipalities of Chiang Mai.
pub const LAO_A: &str = "5500201";
/// See [`LAO_A`].
pub const LAO_B: &str = "5500501";

/// What its people are called, write and are at.
const SECRETS: [&str; 8] = [
    PASSWORD,
    "staff-a",
    "staff-b",
    "tester-a",
    "18.4171234",
    "98.6765432",
    "หน้าอาคารสำนักงาน",
    "argon2id",
];

/// The registry and its people.
pub struct World {
    /// Its process.
    pub served: RegistryProcess,
    /// Its database.
    pub database: PathBuf,
    /// How it is reached.
    pub client: Client,
    /// What must not be in its log: passwords, tokens, names, places.
    secrets: Mutex<Vec<String>>,
}

/// A phone that is signed in.
pub struct Phone {
    /// Its session.
    pub session: Session,
    /// Its device.
    pub device: Uuid,
    /// Its key.
    pub key: SigningKey,
}

impl World {
    /// Starts one, with its files in this folder.
    ///
    /// # Errors
    /// What failed, in words.
    pub fn start(folder: &Path) -> Result<Self, String> {
        let database = folder.join("attacked.db");
        let data = crate::places::folder();
        let file = |name: &str, text: String| -> Result<String, String> {
            let path = folder.join(name);
            fs::write(&path, text).map_err(|e| format!("{name}: {e}"))?;
            Ok(path.display().to_string())
        };
        let mut files = vec!["import".to_owned(), "places".to_owned()];
        for name in ["provinces.geojson", "districts.geojson"] {
            let text = fs::read_to_string(data.join(name)).map_err(|e| e.to_string())?;
            let mut all: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
            if let Some(features) = all["features"].as_array_mut() {
                features.retain(|feature| {
                    let code = feature["properties"]["code"].as_str();
                    code.is_some_and(|code| code.starts_with("50") || code.starts_with("51"))
                });
            }
            files.push(file(name, all.to_string())?);
        }
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        registry(&database, &files)?;
        let text = fs::read_to_string(data.join("laos.csv")).map_err(|e| e.to_string())?;
        let mut lines = text.lines();
        let mut kept: Vec<&str> = lines.next().into_iter().collect();
        kept.extend(lines.filter(|line| {
            let province = line.split(',').nth(4);
            province.is_some_and(|province| ["50", "51"].contains(&province))
        }));
        let laos = file("laos.csv", kept.join("\n"))?;
        registry(&database, &["import", "laos", &laos])?;
        let users = format!(
            "username,role,dla_code,province_code,password\n\
             staff-a,lao,{LAO_A},,{PASSWORD}\n\
             staff-b,lao,{LAO_B},,{PASSWORD}\n\
             tester-a,tester,{LAO_A},,{PASSWORD}\n\
             moving,lao,{LAO_A},,{PASSWORD}\n\
             guessed,lao,{LAO_A},,{PASSWORD}\n\
             leaving,lao,{LAO_A},,{PASSWORD}\n\
             officer,province,,50,{PASSWORD}\n\
             department,department,,,{PASSWORD}\n"
        );
        let users = file("users.csv", users)?;
        registry(&database, &["import", "users", &users])?;
        let served = RegistryProcess::start_with(&database, 0, &["--rate", "0"], true)?;
        let client = Client {
            address: served.address(),
        };
        Ok(Self {
            served,
            database,
            client,
            secrets: Mutex::new(SECRETS.map(str::to_owned).to_vec()),
        })
    }

    /// Signs a person in on a new phone.
    ///
    /// # Errors
    /// Where the registry does not let them in.
    pub fn sign_in(&self, username: &str) -> Result<Phone, String> {
        let device = Uuid::now_v7();
        let key = SigningKey::from_seed(ItemHash::of(device.as_bytes()).as_bytes())
            .map_err(|e| e.to_string())?;
        let body = json!({
            "username": username, "password": PASSWORD, "device": device,
            "device_key": key.public().to_string(),
        });
        let session: Session = self.client.post("/v1/sessions", None, &body)?.read()?;
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.push(session.access_token.clone());
        secrets.push(session.refresh_token.clone());
        drop(secrets);
        Ok(Phone {
            session,
            device,
            key,
        })
    }

    /// Which of the secrets and of the personal data it wrote to its log, at its
    /// most talkative.
    #[must_use]
    pub fn told_in_log(&self) -> Vec<String> {
        let log = self.served.log();
        let secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        secrets
            .iter()
            .filter(|secret| log.contains(secret.as_str()))
            .cloned()
            .collect()
    }

    /// Pushes items; the result of each.
    ///
    /// # Errors
    /// Where the batch as a whole is refused.
    pub fn push(&self, token: &str, items: &[Envelope]) -> Result<Vec<ItemResult>, String> {
        let request = PushRequest {
            batch_id: Uuid::now_v7(),
            epoch: None,
            since: None,
            items: items.to_vec(),
        };
        // Byte for byte: a trip through a value would mend what was altered.
        let body = serde_json::to_vec(&request).map_err(|e| e.to_string())?;
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let answer = self.client.ask("POST", "/v1/push", &headers, &body)?;
        Ok(answer.read::<PushAnswer>()?.results)
    }

    /// All that a person pulls from a cursor on: the records, the last cursor,
    /// and whether the first page began anew.
    ///
    /// # Errors
    /// Where the registry does not answer.
    pub fn pull(
        &self,
        token: &str,
        cursor: Option<&str>,
    ) -> Result<(Vec<Value>, String, bool), String> {
        let mut cursor = cursor.map(str::to_owned);
        let mut records = Vec::new();
        let mut reset = None;
        loop {
            let path = cursor.as_ref().map_or("/v1/pull".to_owned(), |cursor| {
                format!("/v1/pull?cursor={cursor}")
            });
            let answer = self.client.get(&path, Some(token))?;
            if answer.status != 200 {
                return Err(format!("pull: {} {}", answer.status, answer.text()));
            }
            let page = answer.json();
            reset.get_or_insert(page["reset"] == true);
            records.extend(page["changes"].as_array().cloned().unwrap_or_default());
            let next = page["cursor"].as_str().unwrap_or_default().to_owned();
            if page["more"] != true {
                return Ok((records, next, reset == Some(true)));
            }
            cursor = Some(next);
        }
    }

    /// The counter that an LAO's staff pulls first.
    ///
    /// # Errors
    /// Where there is none.
    pub fn counter(&self, phone: &Phone) -> Result<Uuid, String> {
        let (records, _, _) = self.pull(&phone.session.access_token, None)?;
        records
            .iter()
            .find(|record| record["record"] == "counter")
            .and_then(|record| record["key"].as_str()?.parse().ok())
            .ok_or_else(|| "no counter was pulled".to_owned())
    }
}

impl Phone {
    /// A pin, signed.
    ///
    /// # Errors
    /// None with what is given here.
    pub fn pin(&self, counter: Uuid, wall: i64) -> Result<Envelope, String> {
        let payload = json!({
            "counter": counter, "lat": 18.417_123_4, "lon": 98.676_543_2,
            "radius68_m": 4.2, "radius95_m": 9.5, "method": "gnss", "fixes": 11,
            "seconds": 10.0, "note": "หน้าอาคารสำนักงาน",
        });
        let mut item = Envelope {
            id: Uuid::now_v7(),
            kind: Kind::new(Kind::PIN).map_err(|e| e.to_string())?,
            version: 1,
            account: self.session.account.id,
            device: self.device,
            saved: Saved {
                wall,
                mono: 5_000,
                boot: self.device,
                offset: Some(-20),
                gnss: None,
            },
            seen: Vec::new(),
            payload: RawValue::from_string(payload.to_string()).map_err(|e| e.to_string())?,
            sig: None,
        };
        self.key.sign_envelope(&mut item);
        Ok(item)
    }
}
