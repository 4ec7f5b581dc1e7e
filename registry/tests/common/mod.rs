//! A registry over a real socket, with a small part of the real country in it.

pub mod browser;
pub mod postgres;

use std::io::{Read, Write};
use std::sync::{Once, OnceLock};

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use pakmut_domain::wire::ItemHash;
use pakmut_domain::wire::envelope::{Envelope, Kind, Saved};
use pakmut_domain::wire::push::{ItemResult, PushAnswer, PushRequest};
use pakmut_domain::wire::session::Session;
use pakmut_domain::wire::signature::SigningKey;
use pakmut_registry::import::{self, Source};
use pakmut_registry::store::Store;
use pakmut_registry::{Guard, Server, ServerConfig};
use serde_json::{Value, json, value::RawValue};
use uuid::Uuid;

/// Which database a test runs over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    Sqlite,
    Postgres,
}

/// A registry that serves.
pub struct World {
    pub server: Server,
    pub http: reqwest::Client,
    pub base: String,
    pub url: String,
    dir: tempfile::TempDir,
}

/// The password of all users of the tests.
pub const PASSWORD: &str = "correct horse";

/// Chom Thong and Doi Saket, two municipalities of Chiang Mai in districts of that name.
pub const LAO_A: &str = "5500201";
pub const LAO_B: &str = "5500501";

/// A place in Chom Thong: latitude and longitude, degrees.
pub const CHOM_THONG: (f64, f64) = (18.417_123_4, 98.676_543_2);

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/places/");

fn read(name: &str) -> String {
    std::fs::read_to_string(format!("{DATA}{name}")).unwrap()
}

/// Provinces, and the districts of Chiang Mai and Lamphun.
fn places() -> &'static [Source; 2] {
    static PLACES: OnceLock<[Source; 2]> = OnceLock::new();
    PLACES.get_or_init(|| {
        ["provinces.geojson", "districts.geojson"].map(|name| {
            let mut all: Value = serde_json::from_str(&read(name)).unwrap();
            all["features"].as_array_mut().unwrap().retain(|feature| {
                let code = feature["properties"]["code"].as_str().unwrap();
                code.starts_with("50") || code.starts_with("51")
            });
            Source {
                name: name.to_owned(),
                text: all.to_string(),
            }
        })
    })
}

/// The LAOs of these provinces as the real list has them.
pub fn lao_list(provinces: &[&str]) -> Source {
    let text = read("laos.csv");
    let mut lines = text.lines();
    let mut kept = vec![lines.next().unwrap()];
    kept.extend(lines.filter(|line| {
        let province = line.split(',').nth(4).unwrap();
        provinces.contains(&province)
    }));
    Source {
        name: "laos.csv".to_owned(),
        text: kept.join("\n"),
    }
}

pub async fn import_country(store: &Store) {
    import::import_places(store, places()).await.unwrap();
    import::import_laos(store, &lao_list(&["50", "51"]), None)
        .await
        .unwrap();
}

impl World {
    /// An empty registry.
    pub async fn empty(over: Over) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            let _ = rustls::crypto::ring::default_provider().install_default();
        });
        let dir = tempfile::tempdir().unwrap();
        let url = match over {
            Over::Sqlite => format!("sqlite:{}", dir.path().join("registry.db").display()),
            Over::Postgres => postgres::new_database().await,
        };
        Self::serve(url, dir).await
    }

    async fn serve(url: String, dir: tempfile::TempDir) -> Self {
        let server = Server::start(&ServerConfig {
            database_url: url.clone(),
            listen: "127.0.0.1:0".parse().unwrap(),
            https: false,
            guard: Guard::default(),
            tiles: None,
        })
        .await
        .unwrap();
        Self {
            base: format!("http://{}", server.address()),
            server,
            http: reqwest::Client::builder().build().unwrap(),
            url,
            dir,
        }
    }

    /// A registry with Chiang Mai and Lamphun and a user of each role.
    pub async fn new(over: Over) -> Self {
        let world = Self::empty(over).await;
        import_country(world.server.store()).await;
        let users = format!(
            "username,role,dla_code,province_code,password\n\
             staff-a,lao,{LAO_A},,{PASSWORD}\n\
             staff-b,lao,{LAO_B},,{PASSWORD}\n\
             tester-a,tester,{LAO_A},,{PASSWORD}\n\
             officer,province,,50,{PASSWORD}\n\
             officer-51,province,,51,{PASSWORD}\n\
             department,department,,,{PASSWORD}\n"
        );
        let users = Source {
            name: "users.csv".to_owned(),
            text: users,
        };
        import::import_users(world.server.store(), &[users])
            .await
            .unwrap();
        world
    }

    /// Stops the server and starts another over the same database.
    pub async fn restart(self) -> Self {
        let Self {
            server, url, dir, ..
        } = self;
        server.stop().await.unwrap();
        Self::serve(url, dir).await
    }

    /// Runs a statement beside the server, to turn back a clock say.
    pub async fn sql(&self, text: &str) -> u64 {
        use sqlx::Connection;
        let url = self.url.clone();
        let mut db = sqlx::AnyConnection::connect(&url).await.unwrap();
        let done = sqlx::query(sqlx::AssertSqlSafe(text.to_owned()))
            .execute(&mut db)
            .await
            .unwrap();
        db.close().await.unwrap();
        done.rows_affected()
    }

    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    pub async fn sign_in(&self, username: &str) -> Phone {
        let device = Uuid::now_v7();
        let key = SigningKey::from_seed(ItemHash::of(device.as_bytes()).as_bytes()).unwrap();
        self.sign_in_on(username, device, Some(key)).await
    }

    /// Signs in on a device, with or without a key of its own.
    pub async fn sign_in_on(&self, username: &str, device: Uuid, key: Option<SigningKey>) -> Phone {
        let public = key.as_ref().map(|key| key.public().to_string());
        let body = json!({
            "username": username, "password": PASSWORD, "device": device, "device_key": public,
        });
        let answer = self.post("/v1/sessions", None, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        Phone {
            session: answer.as_type(),
            device,
            boot: Uuid::now_v7(),
            key,
        }
    }

    /// Changes the database behind the registry's back.
    pub async fn execute(&self, sql: &'static str) {
        use sqlx::{AnyConnection, Connection, Executor};
        let mut db = AnyConnection::connect(&self.url).await.unwrap();
        db.execute(sql).await.unwrap();
        db.close().await.unwrap();
    }

    /// The main office of an LAO, as a phone of the department finds it.
    pub async fn main_office(&self, code: &str) -> Uuid {
        let mut write = self.server.store().write().await.unwrap();
        let codes = write.all_codes().await.unwrap();
        let no = codes
            .iter()
            .find(|c| c.code == code && c.to.is_none())
            .unwrap()
            .lao;
        let mut offices = write.counter_ids_of(no).await.unwrap();
        assert_eq!(offices.len(), 1);
        offices.remove(0)
    }

    pub async fn lao_id(&self, code: &str) -> Uuid {
        let mut write = self.server.store().write().await.unwrap();
        let codes = write.all_codes().await.unwrap();
        let no = codes
            .iter()
            .find(|c| c.code == code && c.to.is_none())
            .unwrap()
            .lao;
        let laos = write.all_laos().await.unwrap();
        laos.iter().find(|lao| lao.no == no).unwrap().id
    }

    pub async fn get(&self, path: &str, phone: Option<&Phone>) -> Reply {
        let mut request = self.http.get(format!("{}{path}", self.base));
        if let Some(phone) = phone {
            request = request.bearer_auth(&phone.session.access_token);
        }
        Reply::of(
            request
                .header("accept-encoding", "gzip")
                .send()
                .await
                .unwrap(),
        )
        .await
    }

    pub async fn post(&self, path: &str, phone: Option<&Phone>, body: &Value) -> Reply {
        self.post_raw(path, phone, gzip(body.to_string().as_bytes()), true)
            .await
    }

    pub async fn post_raw(
        &self,
        path: &str,
        phone: Option<&Phone>,
        body: Vec<u8>,
        gzip: bool,
    ) -> Reply {
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/vnd.pakmut+json")
            .header("accept-encoding", "gzip")
            .header("pakmut-wire", "1");
        if gzip {
            request = request.header("content-encoding", "gzip");
        }
        if let Some(phone) = phone {
            request = request.bearer_auth(&phone.session.access_token);
        }
        Reply::of(request.body(body).send().await.unwrap()).await
    }

    /// Pushes a batch, its items signed as the phone saved them, and gives its
    /// results.
    pub async fn push(&self, phone: &Phone, items: &[Envelope]) -> Vec<ItemResult> {
        let items: Vec<Envelope> = items.iter().map(|item| phone.signed(item)).collect();
        self.push_as_is(phone, &items).await
    }

    /// Pushes a batch byte for byte.
    pub async fn push_as_is(&self, phone: &Phone, items: &[Envelope]) -> Vec<ItemResult> {
        let batch_id = Uuid::now_v7();
        let batch = PushRequest {
            batch_id,
            epoch: None,
            since: None,
            items: items.to_vec(),
        };
        let body = gzip(&serde_json::to_vec(&batch).unwrap());
        let answer = self.post_raw("/v1/push", Some(phone), body, true).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer: PushAnswer = answer.as_type();
        assert_eq!(answer.batch_id, batch_id);
        let ids: Vec<Uuid> = answer.results.iter().map(|r| r.id).collect();
        assert_eq!(ids, items.iter().map(|item| item.id).collect::<Vec<_>>());
        answer.results
    }

    /// Pulls all pages from a cursor: the changes, the cursor, and whether it began anew.
    pub async fn pull(&self, phone: &Phone, cursor: Option<&str>) -> Pulled {
        let mut pulled = Pulled::default();
        let mut cursor = cursor.map(str::to_owned);
        for page in 0.. {
            let path = match &cursor {
                Some(cursor) => format!("/v1/pull?cursor={cursor}"),
                None => "/v1/pull".to_owned(),
            };
            let answer = self.get(&path, Some(phone)).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            let answer = answer.json();
            let reset = answer["reset"].as_bool().unwrap();
            if page == 0 {
                pulled.reset = reset;
            } else {
                assert!(!reset);
            }
            pulled
                .changes
                .extend(answer["changes"].as_array().unwrap().iter().cloned());
            cursor = Some(answer["cursor"].as_str().unwrap().to_owned());
            if !answer["more"].as_bool().unwrap() {
                break;
            }
        }
        pulled.cursor = cursor.unwrap();
        pulled
    }
}

#[derive(Debug, Default)]
pub struct Pulled {
    pub changes: Vec<Value>,
    pub cursor: String,
    pub reset: bool,
}

impl Pulled {
    pub fn of<'a>(&'a self, record: &'a str) -> impl Iterator<Item = &'a Value> {
        self.changes
            .iter()
            .filter(move |change| change["record"] == record)
    }

    pub fn body(&self, record: &str, key: Uuid) -> Option<&Value> {
        let key = key.to_string();
        self.changes
            .iter()
            .rfind(|change| change["record"] == record && change["key"] == key.as_str())
            .map(|change| &change["body"])
    }
}

/// A signed-in phone.
pub struct Phone {
    pub session: Session,
    pub device: Uuid,
    pub boot: Uuid,
    /// Signs what it saves; none as on a phone of wire version 1.
    pub key: Option<SigningKey>,
}

impl Phone {
    /// An item of its own as it was saved.
    pub fn signed(&self, item: &Envelope) -> Envelope {
        let mut item = item.clone();
        if let Some(key) = &self.key
            && item.sig.is_none()
            && item.account == self.session.account.id
        {
            key.sign_envelope(&mut item);
        }
        item
    }

    pub fn item(&self, kind: &str, wall: i64, seen: &[Uuid], payload: &Value) -> Envelope {
        Envelope {
            id: Uuid::now_v7(),
            kind: Kind::new(kind).unwrap(),
            version: 1,
            account: self.session.account.id,
            device: self.device,
            saved: Saved {
                wall,
                mono: 5_000,
                boot: self.boot,
                offset: Some(-20),
                gnss: None,
            },
            seen: seen.to_vec(),
            payload: RawValue::from_string(payload.to_string()).unwrap(),
            sig: None,
        }
    }

    pub fn pin(&self, counter: Uuid, wall: i64, seen: &[Uuid]) -> Envelope {
        self.pin_at(counter, wall, seen, CHOM_THONG.0, CHOM_THONG.1)
    }

    pub fn pin_at(&self, counter: Uuid, wall: i64, seen: &[Uuid], lat: f64, lon: f64) -> Envelope {
        let payload = json!({
            "counter": counter, "lat": lat, "lon": lon, "radius68_m": 4.2, "radius95_m": 9.5,
            "method": "gnss", "fixes": 11, "seconds": 10.0,
            "note": "หน้าอาคารสำนักงาน ใต้ต้นมะขามใหญ่",
        });
        self.item(Kind::PIN, wall, seen, &payload)
    }

    pub fn review(&self, pin: Uuid, decision: &str, seen: &[Uuid]) -> Envelope {
        let payload = json!({"pin": pin, "decision": decision});
        self.item(Kind::REVIEW, 2_000, seen, &payload)
    }
}

/// An answer, unpacked.
pub struct Reply {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = response.bytes().await.unwrap();
        let body = match headers.get("content-encoding") {
            Some(value) if value == "gzip" => {
                let mut plain = Vec::new();
                GzDecoder::new(bytes.as_ref())
                    .read_to_end(&mut plain)
                    .unwrap();
                plain
            }
            _ => bytes.to_vec(),
        };
        Self {
            status,
            headers,
            body,
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn as_type<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// A problem document of this status and code.
    pub fn expect_problem(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["code"], code);
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:pakmut:problem:{code}"));
        assert!(
            problem["title"]
                .as_str()
                .is_some_and(|title| !title.is_empty())
        );
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A JPEG file of this many bytes, whole by its markers, its picture noise.
pub fn jpeg(size: usize, seed: u8) -> Vec<u8> {
    let mut bytes = b"\xff\xd8\xff\xc0\x00\x0b\x08\x01\xe0\x02\x80\x01\x01\x11\x00".to_vec();
    bytes.extend(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00");
    let left = size - bytes.len() - 2;
    bytes.extend((0..left).map(|n| ((n * 7 + usize::from(seed)) % 251) as u8));
    bytes.extend(b"\xff\xd9");
    bytes
}
