//! The command line of the build:
//!
//! ```text
//! parts instrument WHOLE.wasm OUT.wasm
//! parts list WHOLE.wasm NOTED.bin LIST.txt
//! parts split WHOLE.wasm LIST.txt FIRST.wasm SECOND.wasm
//! ```

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use parts::FirstList;

const HEADING: &str =
    "# Functions that run until the first chart, by marks of their names. Made by `make profile`.\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("parts: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<(), Box<dyn Error>> {
    match words {
        ["instrument", whole, out] => fs::write(out, parts::instrument(&fs::read(whole)?)?)?,
        ["list", whole, noted, list] => {
            let first = parts::list_of(&fs::read(whole)?, &fs::read(noted)?)?;
            fs::write(list, format!("{HEADING}{first}"))?;
        }
        ["split", whole, list, first, second] => {
            let list = FirstList::parse(&fs::read_to_string(list)?)?;
            let parts = parts::split(&fs::read(whole)?, &list)?;
            fs::write(first, parts.first)?;
            fs::write(second, parts.second)?;
        }
        _ => {
            return Err(
                "expected one of: instrument WHOLE OUT, list WHOLE NOTED LIST, split WHOLE LIST FIRST SECOND"
                    .into(),
            );
        }
    }
    Ok(())
}
