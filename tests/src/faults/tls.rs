//! An authority of the test's own, and certificates by it: good ones, and each
//! kind of bad one.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It is for another host.
    OtherHost,
    /// It ended years ago.
    Expired,
    /// It begins in years.
    NotYet,
    /// Another authority signed it.
    OtherAuthority,
}

/// An authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    der: CertificateDer<'static>,
}

impl Authority {
    /// A new one.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params
            .distinguished_name
            .push(DnType::CommonName, "Pakmut test authority");
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2060, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self {
            der: certificate.der().clone(),
            issuer: Issuer::new(params, key),
        }
    }

    /// Its certificate, for a phone that trusts it.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// A server's configuration with a certificate by this authority.
    #[must_use]
    pub fn server(&self, flaw: Flaw) -> Arc<rustls::ServerConfig> {
        let host = if flaw == Flaw::OtherHost {
            "other.example.org"
        } else {
            "127.0.0.1"
        };
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        // Narrow around the present: a wall clock that is off would refuse it.
        let year = time_year();
        let (from, to) = match flaw {
            Flaw::Expired => (year - 6, year - 4),
            Flaw::NotYet => (year + 4, year + 6),
            _ => (year - 1, year + 1),
        };
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(to, 12, 31);
        let key = KeyPair::generate().unwrap();
        let other = Self::new_if(flaw == Flaw::OtherAuthority);
        let issuer = other.as_ref().map_or(&self.issuer, |other| &other.issuer);
        let certificate = params.signed_by(&key, issuer).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        Arc::new(
            rustls::ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)
                .unwrap(),
        )
    }

    fn new_if(wanted: bool) -> Option<Self> {
        wanted.then(Self::new)
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn time_year() -> i32 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    1970 + i32::try_from(since.as_secs() / 31_556_952).unwrap()
}
