#![no_main]

include!("../targets.rs");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| query(bytes));
