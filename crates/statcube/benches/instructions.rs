//! What a step costs, to be counted and not timed: `scripts/instructions.mjs` runs this under
//! valgrind and reads how many instructions each of the functions below took, all it calls
//! included. `cargo bench -p statcube --bench instructions` only runs them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::sync::Arc;

use statcube::jsonstat::{DecodeOptions, decode};
use statcube::{Clause, ClauseSource, Cube, Query};

const SIZES: [usize; 3] = [40, 120, 200];

/// 960,000 cells, 60% missing, as JSON-stat.
fn file() -> String {
    let mut state = 7u64;
    let mut next = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let month = |at: usize| format!("\"{:04}-{:02}\"", 2000 + at / 12, at % 12 + 1);
    let codes = |place: usize| -> Vec<String> {
        (0..SIZES[place]).map(|at| if place == 1 { month(at) } else { format!("\"{place}-{at}\"") }).collect()
    };
    let category = |place: usize| format!(r#"{{"category":{{"index":[{}]}}}}"#, codes(place).join(","));
    let values = (0..SIZES.iter().product()).map(|_| match next(10) < 6 {
        true => "null".to_owned(),
        false => next(5_000).to_string(),
    });
    let values: Vec<String> = values.collect();
    format!(
        r#"{{"version":"2.0","class":"dataset","id":["p","m","g"],"size":[40,120,200],"role":{{"time":["m"]}},
"dimension":{{"p":{},"m":{},"g":{}}},"extension":{{"mixedMovements":{{"measures":{{"x":{{"kind":"flow","counts":"events",
"additivity":{{"p":"sum","m":"sum","g":"sum"}}}}}}}}}},"value":[{}]}}"#,
        category(0),
        category(1),
        category(2),
        values.join(",")
    )
}

fn query(kept: [Vec<u32>; 3]) -> Query {
    let clause = |(dimension, positions)| Clause { dimension, positions, source: ClauseSource::Reader };
    Query {
        measure: 0,
        clauses: kept.into_iter().enumerate().map(clause).collect(),
        groupings: vec![vec![1], vec![0], vec![2], vec![]],
        linked: true,
        top: vec![(2, 10)],
    }
}

fn every(size: usize, step: usize) -> Vec<u32> {
    (0..size as u32).step_by(step).collect()
}

#[inline(never)]
fn counted_load(file: &str) -> Arc<Cube> {
    let snapshot = decode(black_box(file.as_bytes()), &DecodeOptions::default()).expect("is right");
    Arc::clone(&snapshot.datasets[0])
}

/// Functions of the same text would be merged into one, so each says its name.
macro_rules! counted {
    ($($name:ident),*) => {$(
        #[inline(never)]
        fn $name(cube: &Arc<Cube>, query: &Query) {
            black_box(stringify!($name));
            black_box(cube.run(black_box(query)));
        }
    )*};
}
counted!(counted_first, counted_random_change, counted_toggled_place, counted_toggled_group);

/// Four steps: months are read ahead, so that not each costs the same.
#[inline(never)]
fn counted_brush_steps(cube: &Arc<Cube>, queries: &[Query; 4]) {
    for query in queries {
        black_box(cube.run(black_box(query)));
    }
}

fn main() {
    let cube = counted_load(&file());
    let all = || [every(40, 1), every(120, 1), every(200, 1)];
    counted_first(&cube, &query(all()));
    let base = || [every(40, 2), (20..60).collect::<Vec<u32>>(), every(200, 3)];
    counted_random_change(&cube, &query(base()));
    let brushed = |moved: u32| query([every(40, 2), (20 + moved..60 + moved).collect(), every(200, 3)]);
    counted_brush_steps(&cube, &[1, 2, 3, 4].map(brushed));
    let mut places = every(40, 2);
    places.remove(5);
    counted_toggled_place(&cube, &query([places.clone(), (24..64).collect(), every(200, 3)]));
    let mut groups = every(200, 3);
    groups.remove(9);
    counted_toggled_group(&cube, &query([places, (24..64).collect(), groups]));
    println!("steps of a dashboard over {} cells: done", SIZES.iter().product::<usize>());
}
