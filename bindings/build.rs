//! Asks the linker for the small form of what the shells ship: equal functions
//! once, and relocations packed. Only under the mobile profile, and only where
//! the linker is lld: Android's always, and Rust's own on a PC.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let of = |name: &str| std::env::var(name).unwrap_or_default();
    if of("OPT_LEVEL") != "z" {
        return;
    }
    let pack = match (
        of("CARGO_CFG_TARGET_OS").as_str(),
        of("CARGO_CFG_TARGET_ARCH").as_str(),
    ) {
        // Android 8 reads its own form; DT_RELR came with Android 11.
        ("android", _) => "-Wl,--pack-dyn-relocs=android",
        ("linux", "x86_64") => "-Wl,-z,pack-relative-relocs",
        _ => return,
    };
    println!("cargo::rustc-cdylib-link-arg=-Wl,--icf=all");
    println!("cargo::rustc-cdylib-link-arg={pack}");
}
