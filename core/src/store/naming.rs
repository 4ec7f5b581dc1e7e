//! Which file holds whose queue: one per registry and account, so that a
//! changed address never moves a queue and nobody sees another's.

use std::path::{Path, PathBuf};

use pakmut_domain::wire::ItemHash;
use uuid::Uuid;

/// The registry's address in the form that names files: scheme and host in
/// lower case, no slash at the end.
#[must_use]
pub fn normal_url(url: &str) -> String {
    let url = url.trim().trim_end_matches('/');
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            format!(
                "{}://{}{path}",
                scheme.to_ascii_lowercase(),
                host.to_ascii_lowercase()
            )
        }
        None => url.to_ascii_lowercase(),
    }
}

/// What all files of one registry's queues begin with: `pakmut-` and the first
/// 8 bytes of the SHA-256 of its normal address, in hexadecimal.
#[must_use]
pub fn stem(url: &str) -> String {
    let hash = ItemHash::of(normal_url(url).as_bytes());
    let hex: String = hash.as_bytes()[..8]
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    format!("pakmut-{hex}")
}

/// The file of one account's queue at one registry.
#[must_use]
pub fn queue_file(dir: &Path, url: &str, account: Uuid) -> PathBuf {
    dir.join(format!("{}-{}.sqlite3", stem(url), account.simple()))
}

/// The accounts that have a queue for this registry here.
///
/// # Errors
/// Where the folder cannot be read.
pub fn accounts(dir: &Path, url: &str) -> std::io::Result<Vec<Uuid>> {
    let stem = stem(url);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let name = entry?.file_name();
        let account = name
            .to_str()
            .and_then(|name| name.strip_prefix(&stem))
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| rest.strip_suffix(".sqlite3"))
            .and_then(|id| Uuid::try_parse(id).ok());
        found.extend(account);
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_however_written_names_one_file() {
        assert_eq!(
            stem("https://Pakmut.Example.org/"),
            stem(" https://pakmut.example.org")
        );
        assert_ne!(
            stem("https://pakmut.example.org"),
            stem("http://pakmut.example.org")
        );
        assert_ne!(
            stem("https://a.example.org/X"),
            stem("https://a.example.org/x")
        );
    }
}
