//! Stamps the build's date: certificates of registries are never judged by an
//! earlier time. `SOURCE_DATE_EPOCH` fixes it for reproducible builds.

fn main() {
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo::rerun-if-changed=build.rs");
    let stated = std::env::var("SOURCE_DATE_EPOCH")
        .ok()
        .and_then(|text| text.parse::<u64>().ok());
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    println!("cargo::rustc-env=PAKMUT_BUILT={}", stated.unwrap_or(now));
}
