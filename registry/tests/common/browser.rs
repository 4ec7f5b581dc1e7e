//! A browser without script: it keeps cookies, follows redirects and sends forms.

use std::collections::BTreeMap;

use super::{PASSWORD, Reply, World};

pub struct Browser {
    http: reqwest::Client,
    base: String,
    pub cookies: BTreeMap<String, String>,
    /// The page that is open.
    pub page: String,
    /// Its address.
    pub path: String,
    /// Whether it says where a form comes from, as browsers do.
    pub says_same_origin: bool,
}

impl World {
    /// A browser at which nobody has signed in.
    pub fn guest(&self) -> Browser {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        Browser {
            http: http.build().unwrap(),
            base: self.base.clone(),
            cookies: BTreeMap::new(),
            page: String::new(),
            path: String::new(),
            says_same_origin: false,
        }
    }

    /// A browser at which this user has signed in.
    pub async fn browse(&self, username: &str) -> Browser {
        let mut browser = self.guest();
        let reply = browser.sign_in(username, PASSWORD).await;
        assert_eq!(reply.status, 303, "{}", reply.text());
        browser
    }
}

impl Browser {
    pub async fn sign_in(&mut self, username: &str, password: &str) -> Reply {
        self.open("/sign-in?lang=en").await;
        let fields = [("username", username), ("password", password)];
        self.send("/sign-in?lang=en", &fields).await
    }

    /// One answer, redirects not followed.
    pub async fn get(&mut self, path: &str) -> Reply {
        let request = self.http.get(format!("{}{path}", self.base));
        self.answer(request).await
    }

    /// Opens a page, following redirects; its text.
    pub async fn open(&mut self, path: &str) -> Reply {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let reply = self.get(&path).await;
            let Some(to) = reply.headers.get("location") else {
                self.page = reply.text();
                self.path = path;
                return reply;
            };
            path = to.to_str().unwrap().to_owned();
        }
        panic!("{path} leads on and on");
    }

    /// The page's text.
    pub async fn text(&mut self, path: &str) -> String {
        let reply = self.open(path).await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        reply.text()
    }

    /// The token of the open page's last form.
    pub fn csrf(&self) -> String {
        let (_, rest) = self
            .page
            .rsplit_once("name=\"csrf\" value=\"")
            .unwrap_or_else(|| panic!("no form: {}", self.page));
        rest.split('"').next().unwrap().to_owned()
    }

    /// Sends a form of the open page, with its token.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let csrf = self.csrf();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend(fields);
        self.post(path, &all).await
    }

    /// Sends just these fields.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish());
        let request = if self.says_same_origin {
            request.header("sec-fetch-site", "same-origin")
        } else {
            request
        };
        self.answer(request).await
    }

    /// Sends a file with the token of the open page, as a form with a file does.
    pub async fn send_file(&mut self, path: &str, name: &str, text: &str) -> Reply {
        let csrf = if self.page.is_empty() {
            String::new()
        } else {
            self.csrf()
        };
        let body = format!(
            "--limit\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
             --limit\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             content-type: text/csv\r\n\r\n{text}\r\n--limit--\r\n"
        );
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", "multipart/form-data; boundary=limit")
            .body(body);
        self.answer(request).await
    }

    async fn answer(&mut self, request: reqwest::RequestBuilder) -> Reply {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request
            .header("accept", "text/html,application/xhtml+xml")
            .header("cookie", cookies.join("; "));
        let reply = Reply::of(request.send().await.unwrap()).await;
        for set in reply.headers.get_all("set-cookie") {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}
