//! Cookies, and the token that a form must bring back.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use sha2::{Digest, Sha256};

/// The field of a form with its token.
pub const CSRF: &str = "csrf";

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session of a signed-in visitor. Lax: a link in a message opens its page.
    Session,
    /// The forms of somebody who is not signed in.
    Form,
    /// That somebody signed in at this browser before; see [`crate::lockout`].
    Known,
}

/// How long a browser is known, seconds: 400 days, the most that browsers allow.
pub const KNOWN_SECONDS: i64 = 400 * 24 * 3600;

impl Cookie {
    /// Its name. `__Host-`: a browser takes it over HTTPS alone, from this host
    /// alone, for all paths.
    fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-pakmut",
            (Self::Session, false) => "pakmut",
            (Self::Form, true) => "__Host-pakmut-form",
            (Self::Form, false) => "pakmut-form",
            (Self::Known, true) => "__Host-pakmut-known",
            (Self::Known, false) => "pakmut-known",
        }
    }

    /// Its value in a request.
    pub fn read(self, headers: &HeaderMap, https: bool) -> Option<&str> {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, value)| *name == self.name(https) && !value.is_empty())
            .map(|(_, value)| value)
    }

    /// Sets it, a known browser's for long and the others until the browser
    /// closes; an empty value takes it away.
    pub fn set(self, response: &mut Response, value: &str, https: bool) {
        let same_site = match self {
            Self::Session => "Lax",
            Self::Form | Self::Known => "Strict",
        };
        let secure = if https { "; Secure" } else { "" };
        let lasts = match self {
            _ if value.is_empty() => "; Max-Age=0".to_owned(),
            Self::Known => format!("; Max-Age={KNOWN_SECONDS}"),
            Self::Session | Self::Form => String::new(),
        };
        let name = self.name(https);
        let cookie =
            format!("{name}={value}; Path=/; HttpOnly; SameSite={same_site}{secure}{lasts}");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
}

/// The token that the forms of a cookie's bearer carry: who knows it has read
/// a page of ours with that cookie, which no other site can.
pub fn csrf_of(cookie: &str) -> String {
    let hash = Sha256::new()
        .chain_update(b"pakmut form\0")
        .chain_update(cookie.as_bytes())
        .finalize();
    URL_SAFE_NO_PAD.encode(hash)
}

/// The hidden field with it.
pub fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name=(CSRF) value=(token); }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_set_with_all_its_guards() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; pakmutt=x"));
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("b=2; pakmut=t0ken"),
        );
        assert_eq!(Cookie::Session.read(&headers, false), Some("t0ken"));
        assert_eq!(Cookie::Session.read(&headers, true), None);
        assert_eq!(Cookie::Form.read(&headers, false), None);
        let mut response = Response::default();
        Cookie::Session.set(&mut response, "t", true);
        Cookie::Form.set(&mut response, "", false);
        let set: Vec<_> = response
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .collect();
        assert_eq!(
            set,
            [
                "__Host-pakmut=t; Path=/; HttpOnly; SameSite=Lax; Secure",
                "pakmut-form=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0",
            ]
        );
        assert_ne!(csrf_of("a"), csrf_of("b"));
    }
}
