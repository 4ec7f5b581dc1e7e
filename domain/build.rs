//! Packs the messages, a file for each language: all topics one after the other.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for lang in ["th", "en"] {
        let folder = Path::new("src/words").join(lang);
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>, std::io::Error>>()?;
        files.retain(|path| path.extension().is_some_and(|ext| ext == "ftl"));
        files.sort();
        let packed = fs::File::create(out.join(format!("{lang}.ftl.gz")))?;
        let mut packed = GzEncoder::new(packed, Compression::best());
        for path in files {
            packed.write_all(&fs::read(path)?)?;
            packed.write_all(b"\n")?;
        }
        packed.finish()?;
    }
    Ok(())
}
