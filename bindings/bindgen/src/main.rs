//! `pakmut-bindgen LIBRARY FOLDER`: writes the Kotlin sources into
//! `FOLDER/kotlin` and the Swift sources into `FOLDER/swift`, from the built,
//! unstripped library. A crate of its own: as a feature of the library it would
//! double the library's build.

use std::process::ExitCode;

use camino::Utf8PathBuf;
use uniffi_bindgen::bindings::{GenerateOptions, TargetLanguage, generate};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(library), Some(folder), None) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("pakmut-bindgen LIBRARY FOLDER");
        return ExitCode::from(2);
    };
    for (language, name) in [
        (TargetLanguage::Kotlin, "kotlin"),
        (TargetLanguage::Swift, "swift"),
    ] {
        let options = GenerateOptions {
            languages: vec![language],
            source: Utf8PathBuf::from(&library),
            out_dir: Utf8PathBuf::from(&folder).join(name),
            config_override: None,
            format: false,
            crate_filter: None,
            metadata_no_deps: true,
        };
        if let Err(error) = generate(options) {
            eprintln!("no {name} sources from {library}: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
