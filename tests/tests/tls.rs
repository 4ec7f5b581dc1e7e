//! A registry with a certificate of its own authority, and a phone at it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pakmut_core::engine::{Phone, Ports};
use pakmut_core::http::HttpTransport;
use pakmut_core::ports::{MemorySecrets, SystemClock, SystemRandom};
use pakmut_registry::{Guard, Server, ServerConfig, TlsFiles};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, KeyUsagePurpose};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    fn pem(&self) -> String {
        self.0.as_ref().pem()
    }

    /// Writes a certificate of this authority for loopback, and its key.
    fn issue(&self, files: &TlsFiles) {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        std::fs::write(&files.certificate, certificate.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
    }
}

/// What a new phone gets that trusts this authority: `ok`, or the error's code.
fn try_phone(address: SocketAddr, authority: Option<&Authority>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("https://localhost:{}", address.port());
    let clock = Arc::new(SystemClock::new().unwrap());
    let pem = authority.map(Authority::pem);
    let transport =
        HttpTransport::new(&url, pem.as_ref().map(String::as_bytes), clock.clone()).unwrap();
    let ports = Ports {
        clock,
        random: Arc::new(SystemRandom),
        secrets: Arc::new(MemorySecrets::default()),
        transport: Arc::new(transport),
    };
    let phone = Phone::open(folder.path(), &url, ports).unwrap();
    match phone.config() {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

async fn serve(folder: &Path, files: TlsFiles) -> Server {
    Server::start(&ServerConfig {
        database_url: format!("sqlite:{}", folder.join("registry.db").display()),
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        https: true,
        guard: Guard {
            tls: Some(files),
            ..Guard::default()
        },
        tiles: None,
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_reaches_its_own_registry_and_a_changed_certificate_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let files = TlsFiles {
        certificate: folder.path().join("certificate.pem"),
        key: folder.path().join("key.pem"),
    };
    let (first, second) = (Authority::new(), Authority::new());
    first.issue(&files);
    let server = serve(folder.path(), files.clone()).await;
    let address = server.address();
    let asked = tokio::task::spawn_blocking(move || {
        assert_eq!(try_phone(address, Some(&first)), "ok");
        // Without the authority, or with another, nobody is spoken to.
        assert_eq!(try_phone(address, None), "certificate");
        assert_eq!(try_phone(address, Some(&second)), "certificate");
        // Half a pair is not shown; the one before stays.
        std::fs::write(&files.key, "no key").unwrap();
        hang_up();
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(try_phone(address, Some(&first)), "ok");
        second.issue(&files);
        hang_up();
        let begun = Instant::now();
        while try_phone(address, Some(&second)) != "ok" {
            assert!(begun.elapsed() < Duration::from_secs(5), "it is not shown");
            std::thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(try_phone(address, Some(&first)), "certificate");
        // Changed without a word, it is found by itself.
        first.issue(&files);
        let begun = Instant::now();
        while try_phone(address, Some(&first)) != "ok" {
            assert!(begun.elapsed() < Duration::from_secs(30), "it is not found");
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    asked.await.unwrap();
    server.stop().await.unwrap();
}

/// SIGHUP to this process, which the server listens for.
fn hang_up() {
    let me = std::process::id().to_string();
    assert!(
        Command::new("kill")
            .args(["-HUP", &me])
            .status()
            .unwrap()
            .success()
    );
}
