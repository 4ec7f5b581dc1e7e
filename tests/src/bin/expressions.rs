//! `make expressions FILE=…`: evaluates lists of expressions and says which
//! differ and how many agree. What a list looks like: [`expression_cases`].

use pakmut_tests::expression_cases::{self, Case};
use std::process::ExitCode;

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: expressions FILE.json …");
        return ExitCode::from(2);
    }
    let (mut agree, mut total) = (0, 0);
    for file in files {
        let read = std::fs::read_to_string(&file)
            .map_err(|e| e.to_string())
            .and_then(|text| serde_json::from_str::<Vec<Case>>(&text).map_err(|e| e.to_string()));
        let cases = match read {
            Ok(cases) => cases,
            Err(why) => {
                eprintln!("{file}: {why}");
                return ExitCode::from(2);
            }
        };
        for case in cases {
            total += 1;
            match expression_cases::differs(&case) {
                None => agree += 1,
                Some(got) => println!(
                    "differs: {}\n    values {}\n    expect {}\n    got    {got}",
                    case.expression,
                    serde_json::Value::Object(case.values.clone()),
                    case.expect
                ),
            }
        }
    }
    println!("{agree} of {total} agree");
    if agree == total {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
