//! Prints how honest captures are on recordings: `honesty [--truth LAT,LON] [FILE[@LAT,LON]…]`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use pakmut_core::model::Position;
use pakmut_core::recording::{Recording, Reference};
use pakmut_tests::honesty::{
    Log, NO_DIFFERENCE_M, Shots, Start, Together, Unmeasured, measure, stats, together,
};
use pakmut_tests::report::Report;

const HELP: &str = "honesty [--truth LAT,LON] [FILE[@LAT,LON]...]

30 s captures every 5 s through each recording (CSV, NMEA or GPX): the error at
50 and 95 %, the median radii and the share of captures within them; beside it the
best single fix and the plain mean with its textbook radius; then all logs
together, each weighing the same. Without files: tests/data/receivers.
The truth is taken from FILE@LAT,LON, else --truth, else the file's `# truth:`
line, else the log's median stands in, and it is said.";

fn place(text: &str) -> Option<Position> {
    let (lat, lon) = text.split_once(',')?;
    Position::new(lat.trim().parse().ok()?, lon.trim().parse().ok()?).ok()
}

fn default_files() -> std::io::Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/receivers");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|e| e.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|e| e == "csv" || e == "nmea" || e == "gpx")
        })
        .collect();
    files.sort();
    Ok(files)
}

fn line(label: &str, shots: &Shots) {
    let (r68, r95) = shots.median_radii();
    let (in68, in95) = shots.shares();
    println!(
        "  {label:<10} {:>7.2} {:>7.2}   {r68:>7.2} {r95:>7.2}   {:>5.1} {:>5.1}",
        shots.error(0.5),
        shots.error(0.95),
        in68 * 100.0,
        in95 * 100.0
    );
}

fn log_lines(log: &Log) {
    let against = match log.reference {
        Reference::Truth(_) => "truth given",
        Reference::Median(_) => "truth unknown: its own median, which hides its bias",
    };
    let stated = log.stated_m.map_or_else(
        || {
            format!(
                "no accuracy stated: fallback {} m or {} m x HDOP",
                pakmut_core::accuracy::UNSTATED_M,
                pakmut_core::accuracy::PER_HDOP_M
            )
        },
        |m| {
            format!(
                "states {m:.1} m (68 %{})",
                if log.stated_was_95 { ", from 95 %" } else { "" }
            )
        },
    );
    println!("{}  [{against}; {stated}]", log.name);
    if let Some(seconds) = log.standing_s {
        println!("  drives off: only its first {seconds:.0} s are judged");
    }
    line("capture", &log.capture);
    line("best fix", &log.best);
    line("plain mean", &log.mean);
    let list = |items: Vec<(String, String)>| {
        items
            .iter()
            .map(|(code, count)| format!("{code} {count}"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let refused = if log.refused == 0 {
        "none refused".to_owned()
    } else {
        format!(
            "{} refused ({} without any fix; of the pins given {:.1} % within)",
            log.refused,
            log.silent,
            log.capture.share_of_pins() * 100.0
        )
    };
    println!(
        "  {} windows, {refused}; ended {}; fixes refused: {}",
        log.capture.windows,
        list(
            log.states
                .iter()
                .map(|(k, v)| ((*k).to_owned(), v.to_string()))
                .collect()
        ),
        if log.refusals.is_empty() {
            "none".to_owned()
        } else {
            list(
                log.refusals
                    .iter()
                    .map(|(k, v)| ((*k).to_owned(), v.to_string()))
                    .collect(),
            )
        }
    );
}

fn together_line(label: &str, t: &Together) {
    println!(
        "  {label:<10} {:>7.2} {:>7.2}   {:>7.2} {:>7.2}   {:>5.1} {:>5.1}   ({:.1} to {:.1})",
        t.error.0,
        t.error.1,
        t.radii.0,
        t.radii.1,
        t.shares.0 * 100.0,
        t.shares.1 * 100.0,
        t.interval.0 * 100.0,
        t.interval.1 * 100.0
    );
}

fn figures(logs: &[Log], report: &mut Report) {
    for log in logs {
        for (rule, shots) in [
            ("capture", &log.capture),
            ("best_fix", &log.best),
            ("plain_mean", &log.mean),
        ] {
            let (r68, r95) = shots.median_radii();
            let (in68, in95) = shots.shares();
            let mut row = |what: &str, value, unit| {
                report.row(&format!("{}/{rule}/{what}", log.name), value, unit, "");
            };
            row("error_p50", shots.error(0.5), "m");
            row("error_p95", shots.error(0.95), "m");
            row("radius68_median", r68, "m");
            row("radius95_median", r95, "m");
            row("within_radius68", in68, "");
            row("within_radius95", in95, "");
        }
        for (start, seconds) in log.starts.iter().zip([10, 30]) {
            let Some(start) = start else { continue };
            for (rule, error) in [
                ("capture", start.capture),
                ("huber_mean", start.huber),
                ("best_fix", start.best),
                ("first_fix", start.first),
                ("plain_mean", start.mean),
            ] {
                let name = format!("{}/{rule}/start_{seconds}s/error", log.name);
                report.row(&name, error, "m", "");
            }
        }
        report.row(
            &format!("{}/windows", log.name),
            log.capture.windows as f64,
            "",
            "",
        );
        report.row(&format!("{}/refused", log.name), log.refused as f64, "", "");
    }
}

/// The errors of one rule over the starts of some logs.
fn errors(starts: &[Start], rule: impl Fn(&Start) -> f64) -> Vec<f64> {
    starts.iter().map(rule).collect()
}

/// From the start of each log: a table, and how much less our error is than two other
/// rules', with the bootstrap interval over logs. Goals are held against logs with a given truth
/// where there are any, since a log's own median says little of who was right at its start.
fn starts(logs: &[Log], known: &[Log], report: &mut Report) {
    let with_truth = ("", "of each log with a given truth", known);
    let sets = match known.len() {
        0 => vec![("", "of each log, against its own median", logs)],
        n if n == logs.len() => vec![with_truth],
        _ => vec![
            ("all_logs/", "of each log, own medians included", logs),
            with_truth,
        ],
    };
    for (prefix, which, logs) in sets {
        println!("From the start {which}: error in metres at 50 / 68 / 95 %, and the mean");
        for (i, seconds) in [10, 30].into_iter().enumerate() {
            let starts: Vec<Start> = logs.iter().filter_map(|log| log.starts[i]).collect();
            let ours = errors(&starts, |s| s.capture);
            let rules = [
                ("capture", ours.clone()),
                ("Huber mean", errors(&starts, |s| s.huber)),
                ("best fix", errors(&starts, |s| s.best)),
                ("first fix", errors(&starts, |s| s.first)),
                ("plain mean", errors(&starts, |s| s.mean)),
            ];
            println!("  first {seconds} s ({} logs)", starts.len());
            for (name, errors) in &rules {
                let q = |q| stats::plain_quantile(errors, q);
                println!(
                    "    {name:<10} {:>6.2} {:>6.2} {:>6.2}   {:>6.2}",
                    q(0.5),
                    q(0.68),
                    q(0.95),
                    stats::mean(errors)
                );
            }
            let no_worse = format!("<= {NO_DIFFERENCE_M}");
            for (name, other, goal) in [
                ("huber_mean", &rules[1].1, no_worse.as_str()),
                ("best_fix", &rules[2].1, "< 0"),
            ] {
                let less: Vec<f64> = ours.iter().zip(other).map(|(a, b)| a - b).collect();
                let (low, high) = stats::bootstrap_mean(&less);
                let goal = if prefix.is_empty() { goal } else { "" };
                let name = format!("start_{seconds}s/{prefix}error_minus_{name}");
                report.row(&name, stats::mean(&less), "m", goal);
                report.row(&format!("{name}_low"), low, "m", "");
                report.row(&format!("{name}_high"), high, "m", "");
            }
        }
    }
}

fn main() -> ExitCode {
    let mut files: Vec<(PathBuf, Option<Position>)> = Vec::new();
    let mut truth = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => {
                println!("{HELP}");
                return ExitCode::SUCCESS;
            }
            "--truth" => match arguments.next().as_deref().and_then(place) {
                Some(position) => truth = Some(position),
                None => {
                    eprintln!("--truth wants LAT,LON in degrees");
                    return ExitCode::FAILURE;
                }
            },
            file => {
                let split = file
                    .rsplit_once('@')
                    .and_then(|(path, at)| place(at).map(|at| (path, at)));
                files.push(match split {
                    Some((path, at)) => (path.into(), Some(at)),
                    None => (file.into(), None),
                });
            }
        }
    }
    if files.is_empty() {
        match default_files() {
            Ok(found) => files.extend(found.into_iter().map(|path| (path, None))),
            Err(error) => {
                eprintln!("tests/data/receivers: {error}");
                return ExitCode::FAILURE;
            }
        }
    }

    let mut failed = false;
    let mut logs = Vec::new();
    for (path, at) in &files {
        let mut recording = match Recording::open(path) {
            Ok(recording) => recording,
            Err(error) => {
                eprintln!("{}: {error}", path.display());
                failed = true;
                continue;
            }
        };
        if let Some(at) = at.or(truth) {
            recording.header.truth = Some(at);
        }
        let name = path
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let unread: Vec<String> = recording
            .unread
            .iter()
            .map(|(code, count)| format!("{code} {count}"))
            .collect();
        if !unread.is_empty() {
            println!("{name}: not read: {}", unread.join(", "));
        }
        match measure(&name, recording) {
            Ok(log) => logs.push(log),
            Err(why) => {
                println!("{name}: {why}");
                if let Unmeasured::NoPosition { refusals, .. } = why {
                    for (code, count) in refusals {
                        println!("{name}: refused: {code} {count}");
                    }
                }
            }
        }
    }
    if logs.is_empty() {
        eprintln!("no recording to measure");
        return ExitCode::FAILURE;
    }

    println!("30 s captures every 5 s; a window without a pin counts as a miss\n");
    println!("               error, m            median radius, m    within, %");
    println!("                 50 %    95 %        68 %    95 %    68 %  95 %");
    for log in &logs {
        log_lines(log);
    }
    let known: Vec<Log> = logs
        .iter()
        .filter(|log| matches!(log.reference, Reference::Truth(_)))
        .cloned()
        .collect();
    for (label, some) in [("All logs", &logs), ("Logs with a given truth", &known)] {
        if some.is_empty() {
            continue;
        }
        println!(
            "\n{label} ({}), each weighing the same; in brackets the 95 % bootstrap interval over logs",
            some.len()
        );
        together_line("capture", &together(some, |log| &log.capture));
        together_line("best fix", &together(some, |log| &log.best));
        together_line("plain mean", &together(some, |log| &log.mean));
    }
    println!();

    let mut report = Report::new();
    starts(&logs, &known, &mut report);
    let all = together(&logs, |log| &log.capture);
    let part = |count: usize| count as f64 / logs.len() as f64;
    let low = logs
        .iter()
        .filter(|log| log.capture.shares().1 < 0.85)
        .count();
    let windows: usize = logs.iter().map(|log| log.capture.windows).sum();
    let refused: usize = logs.iter().map(|log| log.refused).sum();
    report.row("logs", logs.len() as f64, "", "");
    report.row("windows", windows as f64, "", "");
    report.row(
        "refused_windows",
        refused as f64 / windows.max(1) as f64,
        "",
        "<= 0.05",
    );
    report.row("error_p50", all.error.0, "m", "");
    report.row("error_p95", all.error.1, "m", "");
    report.row("radius68_median", all.radii.0, "m", "");
    report.row("radius95_median", all.radii.1, "m", "");
    report.row("within_radius68", all.shares.0, "", "");
    report.row("within_radius95", all.shares.1, "", ">= 0.95");
    report.row("within_radius95_low", all.interval.0, "", "");
    report.row("within_radius95_high", all.interval.1, "", "");
    report.row("logs_under_85_percent", part(low), "", "<= 0.1");
    let good: Vec<Log> = logs
        .iter()
        .filter(|log| log.states_3_to_4_m())
        .cloned()
        .collect();
    if !good.is_empty() {
        let radius = together(&good, |log| &log.capture).radii.1;
        report.row(
            "radius95_median_where_3_to_4_m_stated",
            radius,
            "m",
            "<= 12",
        );
    }
    println!("\n{}", report.table());
    let mut full = report.clone();
    figures(&logs, &mut full);
    match full.write("honesty") {
        Ok(path) => println!("{}", path.display()),
        Err(error) => {
            eprintln!("the report could not be written: {error}");
            failed = true;
        }
    }
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
