//! What a step of a dashboard costs: linked views (by month, by place, the ten largest
//! groups, the total) of a generated cube, 60% of it missing.
//!
//! `cargo bench -p statcube` measures 28,800 and 960,000 cells; `BENCH_FULL=1` adds 9.6
//! million. Median, 95th percentile and worst of the steps, in microseconds.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use statcube::model::{ColumnBuilder, Extras};
use statcube::{
    Additivity, Category, CellIndex, Clause, ClauseSource, Cube, CubeParts, Dimension, DimensionRole,
    Hierarchy, Measure, Query,
};

/// A small generator, the same on every machine (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}

const PLACE: usize = 0;
const MONTH: usize = 1;
const GROUP: usize = 2;

fn cube(sizes: [usize; 3], over_places: Additivity) -> Arc<Cube> {
    let mut random = Random(7);
    let mut parts = CubeParts::default();
    let mut measure = Measure { id: "m".into(), ..Measure::default() };
    for (place, (id, size)) in ["place", "month", "group"].into_iter().zip(sizes).enumerate() {
        let code = |c: usize| match place == MONTH {
            true => format!("{:04}-{:02}", 2000 + c / 12, c % 12 + 1),
            false => format!("{id}{c}"),
        };
        let categories = (0..size).map(|c| Category { code: code(c), ..Category::default() });
        let role = if place == MONTH { DimensionRole::Time } else { DimensionRole::Classification };
        let hierarchy = Hierarchy::new(size, &[]).0;
        parts.dimensions.push(Dimension::new(id, id, role, categories.collect(), hierarchy));
        measure.additivity.insert(id.into(), if place == PLACE { over_places } else { Additivity::Sum });
    }
    let num_cells = sizes.iter().product();
    let mut column = ColumnBuilder::new(num_cells);
    for index in 0..num_cells {
        if random.below(10) >= 6 {
            column.set(CellIndex(index), random.below(5_000) as f64);
        }
    }
    parts.measures.push(measure);
    parts.columns.push(column.finish(Extras::default()));
    Arc::new(Cube::new(parts).unwrap())
}

struct Board {
    cube: Arc<Cube>,
    sizes: [usize; 3],
    kept: [Vec<u32>; 3],
}

impl Board {
    fn new(sizes: [usize; 3], over_places: Additivity) -> Self {
        let kept = sizes.map(|size| (0..size as u32).collect());
        Self { cube: cube(sizes, over_places), sizes, kept }
    }

    fn query(&self) -> Query {
        let clause = |place: usize| Clause {
            dimension: place,
            positions: self.kept[place].clone(),
            source: ClauseSource::Reader,
        };
        Query {
            measure: 0,
            clauses: [PLACE, MONTH, GROUP].map(clause).into(),
            groupings: vec![vec![MONTH], vec![PLACE], vec![GROUP], vec![]],
            linked: true,
            top: vec![(GROUP, 10)],
        }
    }

    fn months(&mut self, from: usize, num: usize) {
        self.kept[MONTH] = (from as u32..(from + num).min(self.sizes[MONTH]) as u32).collect();
    }

    fn random_change(&mut self, random: &mut Random) {
        for place in [PLACE, GROUP] {
            let share = 1 + random.below(9);
            self.kept[place] = (0..self.sizes[place] as u32).filter(|_| random.below(10) < share).collect();
        }
        let num = 1 + random.below(self.sizes[MONTH] / 2);
        self.months(random.below(self.sizes[MONTH] - num), num);
    }

    fn brush_step(&mut self, step: usize) {
        let num = self.sizes[MONTH] / 3;
        self.months(step % (self.sizes[MONTH] - num), num);
    }

    fn toggle(&mut self, random: &mut Random, place: usize) {
        let category = random.below(self.sizes[place]) as u32;
        match self.kept[place].binary_search(&category) {
            Ok(at) => drop(self.kept[place].remove(at)),
            Err(at) => self.kept[place].insert(at, category),
        }
    }

    /// Runs `change` and then the query, `num` times, and prints what the queries took.
    fn measure(&mut self, name: &str, num: usize, mut change: impl FnMut(&mut Self, usize)) {
        let mut micros: Vec<f64> = (0..num)
            .map(|step| {
                change(self, step);
                let query = self.query();
                let begin = Instant::now();
                black_box(self.cube.run(black_box(&query)));
                begin.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        micros.sort_by(f64::total_cmp);
        let at = |share: usize| micros[(num * share / 100).min(num - 1)];
        println!("| {name} | {:.1} | {:.1} | {:.1} |", at(50), at(95), at(100));
    }
}

fn main() {
    let mut sizes = vec![[12, 60, 40], [40, 120, 200]];
    if std::env::var_os("BENCH_FULL").is_some() {
        sizes.push([100, 240, 400]);
    }
    for sizes in sizes {
        for over_places in [Additivity::Sum, Additivity::Overlap] {
            let num_cells: usize = sizes.iter().product();
            let num = (20_000_000 / num_cells).clamp(30, 1_000);
            println!("\n{num_cells} cells, places {}: {num} steps\n", over_places.id());
            println!("| step | median µs | 95% µs | worst µs |\n|---|---:|---:|---:|");
            let mut random = Random(1);
            let mut board = Board::new(sizes, over_places);
            board.measure("everything selected", num, |_, _| {});
            board.measure("random change of filter", num, |board, _| board.random_change(&mut random));
            board.kept[PLACE] = (0..sizes[PLACE] as u32).step_by(2).collect();
            board.kept[GROUP] = (0..sizes[GROUP] as u32).step_by(3).collect();
            board.measure("brush step", num, |board, step| board.brush_step(step));
            board.measure("toggled place", num, |board, _| board.toggle(&mut random, PLACE));
            board.measure("toggled group", num, |board, _| board.toggle(&mut random, GROUP));
        }
    }
}
