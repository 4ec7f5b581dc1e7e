//! `make judge FILE=laos.csv OUT=judged.csv`: judges the coordinate of every
//! office in a list; the rules are at `pakmut_domain::place::Judgement`.

use std::collections::{BTreeMap, HashSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use csv::StringRecord;
use pakmut_domain::place::{Judged, Judgement, Office, Places, Serves, judge};
use pakmut_tests::places;
use pakmut_tests::report::Report;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(file), Some(out)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: make judge FILE=laos.csv OUT=judged.csv");
        return ExitCode::from(2);
    };
    match run(&file, &out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

fn run(file: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let country = places::country(&places::folder())?;
    let mut reader = csv::Reader::from_path(file)?;
    let columns = Columns::find(reader.headers()?)?;
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut writer =
        csv::Writer::from_path(out).map_err(|error| format!("{}: {error}", out.display()))?;
    writer.write_record(["dla_code", "judgement", "distance_m"])?;
    let mut counts: BTreeMap<Judgement, u64> = BTreeMap::new();
    let mut seen = HashSet::new();
    for record in reader.records() {
        let record = record?;
        let (code, judged) = columns.judge(&record, &country);
        if !seen.insert(code.to_owned()) {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(format!("line {line}: dla_code {code:?} is in the file twice").into());
        }
        *counts.entry(judged.judgement).or_default() += 1;
        let metres = judged
            .distance_m
            .map_or_else(String::new, |metres| format!("{metres:.0}"));
        writer.write_record([code, judged.judgement.code(), &metres])?;
    }
    writer.flush()?;
    report(&counts)
}

/// Where the columns that are needed stand.
struct Columns {
    dla_code: usize,
    lao_type: usize,
    province: usize,
    district: usize,
    lat: usize,
    lon: usize,
}

impl Columns {
    fn find(headers: &StringRecord) -> Result<Self, String> {
        let find = |name: &str| {
            headers
                .iter()
                .position(|header| header.trim_start_matches('\u{feff}').trim() == name)
                .ok_or_else(|| format!("line 1: the column {name} is missing"))
        };
        Ok(Self {
            dla_code: find("dla_code")?,
            lao_type: find("type")?,
            province: find("province_code")?,
            district: find("district_code")?,
            lat: find("lat")?,
            lon: find("lon")?,
        })
    }

    fn judge<'a>(&self, record: &'a StringRecord, country: &Places) -> (&'a str, Judged) {
        // The reader has seen to it that every record is as long as the first.
        let field = |index: usize| record.get(index).unwrap_or_default();
        let office = Office {
            serves: Serves::from_lao_type(field(self.lao_type)),
            province: field(self.province).parse().ok(),
            district: field(self.district).parse().ok(),
            lat: field(self.lat),
            lon: field(self.lon),
        };
        (field(self.dla_code), judge(&office, country))
    }
}

/// A table for people, as the README has it, and `target/reports/judge.json`.
fn report(counts: &BTreeMap<Judgement, u64>) -> Result<(), Box<dyn Error>> {
    let total: u64 = counts.values().sum();
    let mut figures = Report::new();
    println!("| judgement | offices | share |");
    println!("| --- | ---: | ---: |");
    for judgement in Judgement::ALL {
        let count = counts.get(&judgement).copied().unwrap_or(0);
        let share = 100.0 * count as f64 / total.max(1) as f64;
        println!("| {} | {count} | {share:.1} % |", judgement.code());
        figures.row(judgement.code(), count as f64, "offices", "");
    }
    println!("| all | {total} | |");
    figures.row("all", total as f64, "offices", "");
    figures.write("judge")?;
    Ok(())
}
