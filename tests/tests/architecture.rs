//! Dependencies run one way: domain ← core ← bindings; domain ← registry;
//! everything ← tests. Read from `cargo metadata`, so that it cannot be forgotten.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;

/// What each crate of the workspace may depend on within the workspace.
const ALLOWED: &[(&str, &[&str])] = &[
    ("pakmut-domain", &[]),
    ("pakmut-core", &["pakmut-domain"]),
    ("pakmut-bindings", &["pakmut-core", "pakmut-domain"]),
    ("pakmut-bindgen", &[]),
    ("pakmut-registry", &["pakmut-domain"]),
    (
        "pakmut-tests",
        &[
            "pakmut-bindings",
            "pakmut-core",
            "pakmut-domain",
            "pakmut-registry",
        ],
    ),
];

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn dependencies_run_one_way() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() >= 4);
    for package in packages {
        let name = package["name"].as_str().unwrap();
        let may = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in the layout"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let dependency = dependency["name"].as_str().unwrap();
            assert!(
                !dependency.starts_with("pakmut-") || may.contains(&dependency),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

/// The core's rule: what decides knows no SQL and no HTTP.
#[test]
fn pure_rooms_of_the_core_know_no_io() {
    let core = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/src");
    for room in [
        "model.rs",
        "policy.rs",
        "accuracy.rs",
        "retry.rs",
        "plane.rs",
        "sync/mod.rs",
        "sync/call.rs",
        "sync/pump.rs",
    ] {
        let text = std::fs::read_to_string(format!("{core}/{room}")).unwrap();
        for word in [
            "rusqlite",
            "reqwest",
            "std::fs",
            "SystemTime",
            "Instant::now",
        ] {
            assert!(!text.contains(word), "core/src/{room} names {word}");
        }
    }
}
