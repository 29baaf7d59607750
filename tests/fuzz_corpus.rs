//! The corpus of the fuzzer, replayed without it: what was once found stays mended.
//!
//! `make fuzz` looks for more (fuzz/).

use std::path::Path;

#[allow(clippy::panic)]
mod targets {
    include!("../fuzz/targets.rs");
}

/// A target's name and what it does.
type Target = (&'static str, fn(&[u8]));

#[test]
fn everything_in_the_corpus_of_the_fuzzer_passes() {
    let targets: [Target; 3] =
        [("decoder", targets::decoder), ("query", targets::query), ("url", targets::url)];
    let (mut num, mut bytes) = (0, 0);
    for (name, target) in targets {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let input = std::fs::read(&path).unwrap();
            // Cut at every length as well: a link or a file may end anywhere.
            for end in (0..=input.len()).rev().take(400) {
                let run = || target(&input[..end]);
                assert!(std::panic::catch_unwind(run).is_ok(), "{}, {end} bytes", path.display());
            }
            (num, bytes) = (num + 1, bytes + input.len());
        }
    }
    assert!(num >= 12, "the corpus is gone");
    assert!(bytes < 200_000, "the corpus has grown to {bytes} bytes: keep what matters");
}
