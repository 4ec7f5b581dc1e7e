//! What one coarse call costs in Rust itself, nanoseconds: what the same call
//! through JNA and through Swift is held against.

use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use pakmut::{Pakmut, SecretFailed, SecretStore, Setup};
use pakmut_domain::words::Lang;

struct NoSecrets;

impl SecretStore for NoSecrets {
    fn load(&self, _: String) -> Result<Option<Vec<u8>>, SecretFailed> {
        Ok(None)
    }
    fn keep(&self, _: String, _: Vec<u8>) -> Result<(), SecretFailed> {
        Ok(())
    }
    fn forget(&self, _: String) -> Result<(), SecretFailed> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("pakmut-call-cost-{}", std::process::id()));
    let setup = Setup {
        folder: folder.display().to_string(),
        registry: "http://127.0.0.1:1".to_owned(),
        authority: None,
        boot: None,
        lang: Lang::En,
        thai_digits: false,
    };
    let phone = Pakmut::new(setup, Arc::new(NoSecrets))?;
    let calls = |times: u32| {
        for _ in 0..times {
            let _ = phone.read_position("18.7877, 98.9933", None, None);
        }
    };
    calls(1_000);
    let times = 10_000;
    let begun = Instant::now();
    calls(times);
    println!("{}", begun.elapsed().as_nanos() / u128::from(times));
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
