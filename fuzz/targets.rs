// What each target does with its bytes. `include!`d by the fuzzer's programs and by
// tests/fuzz_corpus.rs, which replays the corpus without the fuzzer.

use std::sync::Arc;

use mixed_movements::i18n::Locale;
use mixed_movements::state::{ViewState, from_link, resolve, to_link};
use statcube::jsonstat::{DecodeOptions, decode, encode};
use statcube::{Clause, ClauseSource, Cube, Query, Snapshot};

fn options() -> DecodeOptions {
    DecodeOptions { max_cells: 100_000, ..DecodeOptions::default() }
}

/// Any bytes: read or refused, and what is read is written and read as the same.
pub fn decoder(bytes: &[u8]) {
    match decode(bytes, &options()) {
        Err(error) => assert!(!error.message().is_empty()),
        Ok(snapshot) => {
            let again = decode(encode(&snapshot).as_bytes(), &options());
            assert!(again.is_ok_and(|again| again.datasets == snapshot.datasets), "it is not read as it was written");
        }
    }
}

/// A cube of four small dimensions, made once.
fn cube() -> Arc<Cube> {
    const FILE: &str = r#"{"class":"dataset","id":["what","place","month","sex"],"size":[2,4,5,3],
        "role":{"metric":["what"],"geo":["place"],"time":["month"]},
        "value":[1,2,3,4,5,6,7,8,9,10,null,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,
          41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,1.5,2,3,4,-5,6,7,8,9,10,null,12,13,14,15,16,17,18,19,20,
          21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60],
        "status":{"3":"e","70":"r"},
        "dimension":{"what":{"category":{"index":["flow","stock"]}},
          "place":{"category":{"index":["R","A","B","C"],"child":{"R":["A","B","C"]}}},
          "month":{"category":{"index":["2023-11","2023-12","2024-01","2024-02","2024"]}},
          "sex":{"category":{"index":["T","F","M"],"child":{"T":["F","M"]}}}},
        "extension":{"mixedMovements":{"profile":1,"measures":{
          "flow":{"kind":"flow","counts":"events","additivity":{"place":"overlap","month":"sum","sex":"sum"}},
          "stock":{"kind":"stock","counts":"people","additivity":{"place":"sum","month":"last","sex":"sum"}}}}}}"#;
    let snapshot = decode(FILE.as_bytes(), &options()).unwrap_or_else(|error| panic!("{error}"));
    Arc::clone(&snapshot.datasets[0])
}

thread_local! {
    static CUBE: Arc<Cube> = cube();
    static VIEWED: Snapshot = Snapshot {
        label: None, updated: None, href: None, profile: Default::default(),
        datasets: vec![CUBE.with(Arc::clone)], links: Vec::new(), findings: Vec::new(),
    };
    static LOCALE: Locale = Locale::english();
}

/// Several questions, one after the other: the answers hang together, and asked again on a cube that
/// keeps nothing they are the same.
pub fn query(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let mut next = || bytes.next().map(usize::from);
    CUBE.with(|cube| {
        let mut asked = Query::default();
        for _ in 0..16 {
            let Some(step) = next() else { return };
            let argument = next().unwrap_or(0);
            match step % 6 {
                0 => asked.measure = argument % 3,
                1 => asked.linked = argument % 2 == 0,
                2 => asked.groupings = vec![vec![argument % 5], vec![argument / 5 % 5, argument / 25 % 5], vec![]],
                3 => asked.top = vec![(argument % 5, argument / 5)],
                4 => asked.clauses.clear(),
                _ => {
                    let positions = (0..6u32).filter(|bit| argument >> bit & 1 == 1).rev().collect();
                    let dimension = next().unwrap_or(0) % 5;
                    // Also as callers might write it who know nothing of the cube.
                    asked.clauses.push(match argument >> 6 {
                        0 => Clause { dimension, positions, source: ClauseSource::Host },
                        _ => Clause::new(cube, dimension, positions, ClauseSource::Reader),
                    });
                }
            }
            let (kept, fresh) = (cube.run(&asked), Arc::new(Cube::clone(cube)).run(&asked));
            for (one, other) in kept.groups.iter().zip(&fresh.groups) {
                assert_eq!(one.len(), other.len());
                for (a, b) in one.cells().zip(other.cells()) {
                    assert_eq!(a, b);
                    assert!(a.observed() <= a.of() && (a.value().is_none() || a.refusals().is_empty()));
                    assert!(a.lower().zip(a.upper()).is_none_or(|(lower, upper)| lower <= upper));
                }
            }
        }
    });
}

/// Any text as a link: there is a view of it, and its own link gives the same view.
pub fn url(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (view, _) = from_link(&text, &ViewState::default());
    let link = to_link(&view);
    let (again, ignored) = from_link(&link, &ViewState::default());
    assert_eq!(to_link(&again), link);
    assert!(ignored.is_empty(), "a link of our own is not understood: {link}");
    VIEWED.with(|snapshot| {
        let Some(resolved) = resolve(&view, snapshot) else { return };
        LOCALE.with(|locale| mixed_movements::narrative::sentences(&resolved.cube, &resolved.query, locale));
    });
}
