//! The publisher's tool. Its commands are in [`mixed_movements::publish::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    mixed_movements::publish::cli::main(std::env::args().skip(1))
}
