//! The engine against one that is not ours: random questions to cubes made of real tables,
//! answered by the engine and, from the same files in SQL, by DuckDB
//! (`tests/duckdb/answer.py`). Both read plain files: questions out, answers back.
//!
//! Real tables are read in place through `MIXED_MOVEMENTS_REAL_DATA`. `PROVE` asks for 20,000
//! questions, `QUESTIONS` for another number, `SEED` for those of an earlier run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use mixed_movements::publish::check::check;
use serde_json::{Value, json};
use statcube::cube::GroupResult;
use statcube::map::Map;
use statcube::model::{ColumnBuilder, Extras, Severity, SnapshotProfile};
use statcube::{
    Additivity, Category, CellIndex, ClauseSource, Cube, CubeParts, Dimension, DimensionRole, Hierarchy,
    Measure, Query, Select, Snapshot, StatisticKind,
};

use crate::chance::Chance;

/// Questions to one cube, one after the other as a reader asks them, so that what the cube keeps
/// between steps is used.
const STEPS: usize = 40;
/// More cells than this in one grouping are not asked for.
const MOST_CELLS: usize = 1500;

// ---------------------------------------------------------------- the tables

/// A table of a file: what its cells are called, and what they hold.
struct Real {
    name: &'static str,
    dimensions: Vec<&'static str>,
    codes: Vec<Vec<String>>,
    measures: Vec<&'static str>,
    /// Codes of each row, and its numbers.
    rows: Vec<(Vec<String>, Vec<Option<f64>>)>,
}

fn lines(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = match path.extension().is_some_and(|ending| ending == "gz") {
        true => Command::new("gzip").arg("-dc").arg(path).output().unwrap().stdout,
        false => std::fs::read(path).unwrap(),
    };
    csv::Reader::from_reader(text.as_slice()).deserialize().map(Result::unwrap).collect()
}

fn real(
    name: &'static str,
    lines: &[BTreeMap<String, String>],
    dimensions: &[&'static str],
    measures: &[&'static str],
) -> Real {
    let row = |line: &BTreeMap<String, String>| {
        let codes: Vec<String> = dimensions.iter().map(|id| line[*id].clone()).collect();
        let numbers = measures.iter().map(|id| line[*id].parse::<f64>().ok());
        (codes, numbers.collect())
    };
    let rows: Vec<(Vec<String>, Vec<Option<f64>>)> = lines.iter().map(row).collect();
    let codes = (0..dimensions.len()).map(|place| {
        let mut codes: Vec<String> = rows.iter().map(|row| row.0[place].clone()).collect();
        codes.sort();
        codes.dedup();
        codes
    });
    Real { name, codes: codes.collect(), dimensions: dimensions.to_vec(), measures: measures.to_vec(), rows }
}

fn tables(folder: &Path) -> Vec<Real> {
    let unhcr = |file: &str| lines(&folder.join("unhcr").join(file));
    let world: Vec<_> = unhcr("asylum_applications_world_2015-2025.csv.gz")
        .into_iter()
        .filter(|line| {
            (line["app_pc"] == "P" && line["app_type"] == "N")
                && (line["dec_level"] == "FI" && line["procedure_type"] == "G")
        })
        .collect();
    vec![
        iom(folder),
        real(
            "frontex",
            &lines(&folder.join("frontex/all_routes_month_nationality_2018-01_2025-04.csv.gz")),
            &["route", "type", "nat", "month"],
            &["n"],
        ),
        real(
            "applications",
            &unhcr("wb_asylum_applications.csv"),
            &["coo", "year", "coa", "procedure_type", "app_type", "dec_level", "app_pc"],
            &["applied"],
        ),
        real("world", &world, &["year", "coo", "coa"], &["applied"]),
        real(
            "decisions",
            &unhcr("wb_asylum_decisions.csv"),
            &["year", "coo", "coa", "procedure_type", "dec_level", "dec_pc"],
            &["dec_recognized", "dec_other", "dec_rejected", "dec_closed", "dec_total"],
        ),
        real(
            "population",
            &unhcr("wb_population.csv"),
            &["coo", "coa", "year"],
            &["refugees", "asylum_seekers", "returned_refugees", "idps", "stateless", "ooc", "oip"],
        ),
        real(
            "solutions",
            &unhcr("wb_solutions.csv"),
            &["year", "coo", "coa"],
            &["returned_refugees", "resettlement", "naturalisation", "returned_idps"],
        ),
    ]
}

/// Arrivals by nationality with their published totals as one category.
fn iom(folder: &Path) -> Real {
    let mut all = lines(&folder.join("iom/dtm_arrivals_month_country_nationality_2021-2024.csv"));
    all.extend(lines(&folder.join("iom/dtm_arrivals_month_country_totals.csv")).into_iter().map(
        |mut line| {
            line.insert("nat".into(), "TOTAL".into());
            line
        },
    ));
    real("iom", &all, &["month", "geo", "nat"], &["n"])
}

// ---------------------------------------------------------------- cubes

/// What is said of a table: who is made of whom, what may be added.
#[derive(Default)]
struct Told {
    /// Categories that the table does not have.
    extra: BTreeMap<&'static str, Vec<String>>,
    pairs: BTreeMap<&'static str, Vec<(String, String)>>,
    /// The category that stands for all.
    all: BTreeMap<&'static str, String>,
    kinds: Vec<(StatisticKind, Option<&'static str>)>,
    declared: Vec<BTreeMap<&'static str, Additivity>>,
    assumed: BTreeMap<String, Additivity>,
    /// Numbers are divided by eight, so that they are not whole.
    eighths: bool,
}

/// What the file itself says of its hierarchies: parts of a country's coast, and totals.
fn own_pairs(table: &Real) -> BTreeMap<&'static str, Vec<(String, String)>> {
    let mut pairs = BTreeMap::new();
    for (id, codes) in table.dimensions.iter().zip(&table.codes) {
        let parts = codes.iter().filter_map(|code| Some((code.split_once('-')?.0.to_owned(), code.clone())));
        let parts: Vec<_> = parts.filter(|(parent, _)| codes.contains(parent)).collect();
        let others = || codes.iter().filter(|code| *code != "TOTAL");
        if codes.iter().any(|code| code == "TOTAL") {
            pairs.insert(*id, others().map(|code| ("TOTAL".to_owned(), code.clone())).collect());
        } else if !parts.is_empty() {
            pairs.insert(*id, parts);
        }
    }
    pairs
}

fn is_time(id: &str) -> bool {
    ["month", "year"].contains(&id)
}

fn told(table: &Real, chance: &mut Chance) -> Told {
    let mut told = Told { eighths: chance.one_in(4), ..Told::default() };
    let own = own_pairs(table);
    for (id, codes) in table.dimensions.iter().zip(&table.codes) {
        match chance.below(10) {
            // As the file has it.
            0..=4 => {
                if let Some(pairs) = own.get(id) {
                    told.pairs.insert(id, pairs.clone());
                }
            }
            // One root over all, of which nothing was published.
            5 if !is_time(id) => {
                let pairs = codes.iter().map(|code| ("NOBODY".to_owned(), code.clone())).collect();
                told.extra.insert(id, vec!["NOBODY".into()]);
                told.pairs.insert(id, pairs);
            }
            // A category that stands for all, without a hierarchy.
            6 => drop(told.all.insert(id, chance.of(codes).clone())),
            // Anything without a circle.
            7 | 8 => {
                let order = chance.shuffled(codes);
                let mut pairs = Vec::new();
                for _ in 0..1 + chance.below(4) {
                    let parent = chance.below(order.len());
                    let below: Vec<_> = order[parent + 1..].to_vec();
                    let num = 1 + chance.below(4);
                    pairs.extend(
                        chance.some(&below, num).into_iter().map(|child| (order[parent].clone(), child)),
                    );
                }
                pairs.sort();
                pairs.dedup();
                told.pairs.insert(id, pairs);
            }
            _ => {}
        }
    }
    let rules = |chance: &mut Chance| match chance.below(10) {
        0..=4 => Additivity::Sum,
        5 => Additivity::Last,
        6 | 7 => Additivity::Overlap,
        8 => Additivity::None,
        _ => Additivity::Unknown,
    };
    for measure in &table.measures {
        let kinds = [StatisticKind::Flow, StatisticKind::Stock, StatisticKind::Rate, StatisticKind::Unknown];
        told.kinds.push((*chance.of(&kinds), *chance.of(&[None, Some("people"), Some("events")])));
        let mut declared = BTreeMap::new();
        // Sums throughout are what a dashboard asks most.
        let adds_up = chance.one_in(3);
        for id in &table.dimensions {
            if adds_up || !chance.one_in(5) {
                declared.insert(*id, if adds_up { Additivity::Sum } else { rules(chance) });
            }
            if chance.one_in(6) {
                let key = if chance.one_in(2) { (*id).to_owned() } else { format!("{measure}:{id}") };
                told.assumed.insert(key, rules(chance));
            }
        }
        told.declared.push(declared);
    }
    told
}

fn cube(table: &Real, told: &Told) -> Arc<Cube> {
    let mut parts = CubeParts { id: table.name.into(), label: table.name.into(), ..CubeParts::default() };
    for (id, codes) in table.dimensions.iter().zip(&table.codes) {
        let codes: Vec<String> =
            codes.iter().chain(told.extra.get(id).into_iter().flatten()).cloned().collect();
        let at = |code: &String| codes.iter().position(|known| known == code).unwrap() as u32;
        let pairs = told.pairs.get(id).into_iter().flatten();
        let pairs: Vec<_> = pairs.map(|(parent, child)| (at(parent), at(child))).collect();
        let (hierarchy, left_out) = Hierarchy::new(codes.len(), &pairs);
        assert!(left_out.is_empty(), "a circle in {id}");
        let categories = codes.iter().map(|code| Category {
            code: code.clone(),
            label: code.clone(),
            ..Category::default()
        });
        let role = if is_time(id) { DimensionRole::Time } else { DimensionRole::Classification };
        let mut dimension = Dimension::new(*id, *id, role, categories.collect(), hierarchy);
        dimension.elimination = told.all.get(id).cloned();
        parts.dimensions.push(dimension);
    }
    let position = |codes: &[String]| {
        let dimensions = parts.dimensions.iter().zip(codes);
        CellIndex(dimensions.fold(0, |cell, (dimension, code)| {
            cell * dimension.len() + dimension.position(code).unwrap() as usize
        }))
    };
    let num_cells = parts.dimensions.iter().map(Dimension::len).product();
    for (place, id) in table.measures.iter().enumerate() {
        let mut column = ColumnBuilder::new(num_cells);
        let mut seen = std::collections::HashSet::new();
        for (codes, numbers) in &table.rows {
            let cell = position(codes);
            assert!(seen.insert(cell.0), "{}: two rows for one cell, {codes:?}", table.name);
            if let Some(number) = numbers[place] {
                column.set(cell, if told.eighths { number / 8.0 } else { number });
            }
        }
        let (kind, counts) = told.kinds[place];
        let declared = told.declared[place].iter().map(|(id, rule)| ((*id).to_owned(), *rule));
        parts.measures.push(Measure {
            id: (*id).to_owned(),
            kind,
            counts: counts.map(str::to_owned),
            additivity: declared.collect(),
            ..Measure::default()
        });
        parts.columns.push(column.finish(Extras::default()));
    }
    parts.assumed = told.assumed.iter().map(|(key, rule)| (key.clone(), *rule)).collect::<Map<_, _>>();
    Arc::new(Cube::new(parts).expect("fits together"))
}

fn told_as_json(table: &Real, told: &Told) -> Value {
    let kind = |kind: StatisticKind| match kind {
        StatisticKind::Flow => "flow",
        StatisticKind::Stock => "stock",
        StatisticKind::Rate => "rate",
        StatisticKind::Unknown => "unknown",
    };
    let words = |rules: &BTreeMap<&'static str, Additivity>| -> BTreeMap<&'static str, &'static str> {
        rules.iter().map(|(id, rule)| (*id, rule.id())).collect()
    };
    let measures = table.measures.iter().enumerate().map(|(place, id)| {
        let (of, counts) = told.kinds[place];
        (*id, json!({ "kind": kind(of), "counts": counts, "declared": words(&told.declared[place]) }))
    });
    let assumed: BTreeMap<_, _> = told.assumed.iter().map(|(key, rule)| (key, rule.id())).collect();
    json!({
        "cube": table.name, "extra": told.extra, "pairs": told.pairs, "all": told.all,
        "measures": measures.collect::<BTreeMap<_, _>>(), "assumed": assumed, "eighths": told.eighths,
    })
}

// ---------------------------------------------------------------- questions

#[derive(Clone, Default)]
struct Question {
    measure: usize,
    /// Codes, or a range, by dimension.
    filters: Vec<(usize, Select)>,
    by: Vec<Vec<usize>>,
    linked: bool,
    top: Option<(usize, usize)>,
}

/// Some categories of a dimension: few, many, exactly the children of one, neighbours.
fn some_categories(cube: &Cube, dimension: usize, chance: &mut Chance) -> Select {
    let dimension = &cube.dimensions()[dimension];
    let codes: Vec<String> = dimension.categories.iter().map(|category| category.code.clone()).collect();
    let parents: Vec<u32> = (0..dimension.len() as u32)
        .filter(|category| !dimension.hierarchy.children_of(*category).is_empty())
        .collect();
    let code_of = |position: &u32| codes[*position as usize].clone();
    match chance.below(9) {
        0 => Select::Codes(Vec::new()),
        1 | 2 if !parents.is_empty() => {
            let parent = *chance.of(&parents);
            let mut kept: Vec<String> = dimension.hierarchy.children_of(parent).iter().map(code_of).collect();
            if chance.one_in(4) {
                kept.push(code_of(&parent));
            }
            Select::Codes(kept)
        }
        3 | 4 => {
            let (a, b) = (chance.below(codes.len()), chance.below(codes.len()));
            let (from, to) = (a.min(b), a.max(b));
            if codes[from] > codes[to] {
                return Select::Codes(codes[from..=to].to_vec());
            }
            let end = |at: usize, open: bool| (!open).then(|| codes[at].clone());
            Select::Range { from: end(from, chance.one_in(5)), to: end(to, chance.one_in(5)) }
        }
        5 => {
            let num = codes.len() - chance.below(3).min(codes.len() - 1);
            Select::Codes(chance.some(&codes, num))
        }
        6 => Select::Codes(vec![chance.of(&codes).clone()]),
        _ => {
            let num = 1 + chance.below(6);
            let mut kept = chance.some(&codes, num);
            if chance.one_in(4) {
                kept = chance.shuffled(&kept);
            }
            Select::Codes(kept)
        }
    }
}

impl Question {
    /// What a reader does next.
    fn step(&mut self, cube: &Cube, chance: &mut Chance) {
        let num = cube.dimensions().len();
        match chance.below(12) {
            0 => self.measure = chance.below(cube.measures().len()),
            1 => self.linked = !self.linked,
            2..=4 => {
                let listed = chance.shuffled(&(0..num).collect::<Vec<_>>());
                let width = [0, 1, 1, 1, 2, 2, 3][chance.below(7)];
                self.by = vec![listed[..width.min(num)].to_vec()];
                if chance.one_in(2) {
                    self.by.push(vec![chance.below(num)]);
                }
                if chance.one_in(3) {
                    self.by.push(Vec::new());
                }
                self.top = chance.one_in(4).then(|| (chance.below(num), chance.below(12)));
            }
            5 => {
                let at = chance.below(num);
                self.filters.retain(|(dimension, _)| *dimension != at);
            }
            // A second filter on a dimension narrows the first.
            6 => {
                let at = chance.below(num);
                let narrowed = self.filters.iter().filter(|(dimension, _)| *dimension == at).count();
                if narrowed < 2 {
                    self.filters.push((at, some_categories(cube, at, chance)));
                }
            }
            // Time is what a reader brushes most.
            7 | 8 => {
                let times: Vec<usize> = (0..num).filter(|&at| is_time(&cube.dimensions()[at].id)).collect();
                let at = *chance.of(&times);
                self.filters.retain(|(dimension, _)| *dimension != at);
                self.filters.push((at, some_categories(cube, at, chance)));
            }
            _ => {
                let at = chance.below(num);
                self.filters.retain(|(dimension, _)| *dimension != at);
                self.filters.push((at, some_categories(cube, at, chance)));
            }
        }
    }

    fn query(&self, cube: &Cube) -> Query {
        let ids =
            |by: &[usize]| -> Vec<&str> { by.iter().map(|&at| cube.dimensions()[at].id.as_str()).collect() };
        let mut builder = Query::builder(cube).measure(&cube.measures()[self.measure].id).unwrap();
        for (at, select) in &self.filters {
            builder = builder.keep(&cube.dimensions()[*at].id, select, ClauseSource::Reader).unwrap();
        }
        for by in &self.by {
            builder = builder.by(&ids(by)).unwrap();
        }
        if let Some((at, count)) = self.top {
            builder = builder.top(&cube.dimensions()[at].id, count).unwrap();
        }
        builder.linked(self.linked).build().unwrap()
    }

    /// Cells of the largest grouping.
    fn num_cells(&self, cube: &Cube, query: &Query) -> usize {
        let kept = |at: usize| match query.selected(at).filter(|_| !self.linked) {
            Some(kept) => kept.len(),
            None => cube.dimensions()[at].len(),
        };
        self.by.iter().map(|by| by.iter().map(|&at| kept(at)).product()).max().unwrap_or(0)
    }

    fn as_json(&self, cube: &Cube, number: usize) -> Value {
        let id = |at: usize| cube.dimensions()[at].id.as_str();
        let filters = self.filters.iter().map(|(at, select)| match select {
            Select::Codes(codes) => json!([id(*at), codes]),
            Select::Range { from, to } => json!([id(*at), { "from": from, "to": to }]),
            Select::Positions(positions) => json!([id(*at), positions]),
        });
        let by: Vec<Vec<&str>> = self.by.iter().map(|by| by.iter().map(|&at| id(at)).collect()).collect();
        let top: BTreeMap<&str, usize> = self.top.iter().map(|(at, count)| (id(*at), *count)).collect();
        json!({
            "question": number, "measure": cube.measures()[self.measure].id, "by": by,
            "where": filters.collect::<Vec<_>>(), "linked": self.linked, "top": top,
        })
    }
}

fn answer(group: &GroupResult) -> Value {
    let dimensions = group.cube().dimensions();
    let code = |at: usize, position: u32| dimensions[at].categories[position as usize].code.as_str();
    let bound = |bounds: Option<&[f64]>, at: usize| bounds.map(|bounds| bounds[at]).filter(|b| !b.is_nan());
    let cells = group.cells().enumerate().map(|(at, cell)| {
        let codes: Vec<&str> = cell.by().iter().map(|&(place, position)| code(place, position)).collect();
        assert_eq!(cell.value(), Some(group.values()[at]).filter(|value| !value.is_nan()));
        json!([
            codes,
            cell.value(),
            cell.observed(),
            cell.of(),
            bound(group.lower(), at),
            bound(group.upper(), at),
            cell.is_published_total()
        ])
    });
    let refusals = group.refusals();
    let assumed = group.cells().next().map(|cell| cell.is_assumed());
    json!({
        "refusals": refusals.iter()
            .map(|refusal| json!([dimensions[refusal.dimension].id, refusal.reason.id()])).collect::<Vec<_>>(),
        "period": group.period().map(|(at, position)| json!([dimensions[at].id, code(at, position)])),
        "assumed": assumed,
        "cells": cells.collect::<Vec<_>>(),
    })
}

/// Where two answers differ, in words; nothing where they agree.
fn difference(engine: &Value, other: &Value) -> Option<String> {
    for (place, (a, b)) in groups(engine).iter().zip(groups(other)).enumerate() {
        for key in ["refusals", "period"] {
            if a[key] != b[key] {
                return Some(format!("grouping {place}, {key}: {} and {}", a[key], b[key]));
            }
        }
        // Where no cell is left there is none to carry it.
        if !a["assumed"].is_null() && a["assumed"] != b["assumed"] {
            return Some(format!("grouping {place}, assumed: {} and {}", a["assumed"], b["assumed"]));
        }
        let (a, b) = (a["cells"].as_array().unwrap(), b["cells"].as_array().unwrap());
        if a.len() != b.len() {
            return Some(format!("grouping {place}: {} and {} cells", a.len(), b.len()));
        }
        if let Some((a, b)) = a.iter().zip(b).find(|(a, b)| a != b) {
            return Some(format!("grouping {place}: {a} and {b}"));
        }
    }
    (groups(engine).len() != groups(other).len()).then(|| "different groupings".to_owned())
}

fn groups(answer: &Value) -> &Vec<Value> {
    answer["groups"].as_array().unwrap()
}

// ---------------------------------------------------------------- the tests

/// The folder of the real tables, where there is one.
fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("MIXED_MOVEMENTS_REAL_DATA");
    if root.is_none() {
        eprintln!("SKIPPED: MIXED_MOVEMENTS_REAL_DATA is unset, so no real table was asked");
    }
    root.map(|root| PathBuf::from(root).join("tests-only"))
}

/// A Python that has DuckDB.
fn python() -> Option<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/duckdb/bin/python");
    let python = std::env::var_os("DUCKDB_PYTHON").map_or(own, PathBuf::from);
    let has_duckdb = Command::new(&python).args(["-c", "import duckdb"]).output();
    if has_duckdb.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("SKIPPED: there is no DuckDB to compare with. Run `scripts/setup duckdb`.");
    assert!(std::env::var_os("PROVE").is_none(), "`make prove` needs DuckDB: scripts/setup duckdb");
    None
}

#[test]
fn the_engine_agrees_with_duckdb_on_random_questions_to_real_tables() {
    let (Some(folder), Some(python)) = (folder(), python()) else { return };
    let number_of = |variable: &str| std::env::var(variable).ok().and_then(|text| text.parse().ok());
    let prove = std::env::var_os("PROVE").is_some();
    let num_questions = number_of("QUESTIONS").unwrap_or(if prove { 20_000 } else { 400 });
    let seed = number_of("SEED").unwrap_or(1) as u64;
    let mut chance = Chance(seed);
    let tables = tables(&folder);
    let (mut asked, mut engine, mut number, mut refused) = (Vec::new(), Vec::new(), 0, 0);
    for round in 0.. {
        if number >= num_questions {
            break;
        }
        let table = &tables[round % tables.len()];
        let told = told(table, &mut chance);
        let cube = cube(table, &told);
        asked.push(told_as_json(table, &told).to_string());
        let mut question = Question { by: vec![vec![], vec![0]], ..Question::default() };
        for _ in 0..STEPS.min(num_questions - number) {
            let before = question.clone();
            question.step(&cube, &mut chance);
            let mut query = question.query(&cube);
            if question.num_cells(&cube, &query) > MOST_CELLS {
                question = Question { by: before.by, top: None, ..question };
                query = question.query(&cube);
            }
            if question.num_cells(&cube, &query) > MOST_CELLS {
                question.by = vec![vec![]];
                query = question.query(&cube);
            }
            let groups: Vec<Value> = cube.run(&query).groups.iter().map(answer).collect();
            refused += usize::from(groups.iter().any(|group| group["refusals"] != json!([])));
            asked.push(question.as_json(&cube, number).to_string());
            engine.push(json!({ "question": number, "groups": groups }));
            number += 1;
        }
    }

    let place = std::env::temp_dir().join(format!("statcube-duckdb-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    let (questions, answers) = (place.join("questions.jsonl"), place.join("answers.jsonl"));
    std::fs::write(&questions, asked.join("\n")).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/duckdb/answer.py");
    let output =
        Command::new(&python).arg(script).arg(&folder).arg(&questions).arg(&answers).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let told = std::fs::read_to_string(&answers).unwrap();
    let other: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(other.len(), engine.len());
    let mut num_cells = 0;
    let mut differ = Vec::new();
    for (engine, other) in engine.iter().zip(&other) {
        num_cells +=
            groups(engine).iter().map(|group| group["cells"].as_array().unwrap().len()).sum::<usize>();
        if let Some(what) = difference(engine, other) {
            differ.push(format!("question {}: {what}", engine["question"]));
        }
    }
    eprintln!(
        "{number} questions ({refused} refused), {num_cells} cells, seed {seed}: {} differ",
        differ.len()
    );
    assert!(
        differ.is_empty(),
        "{} of {number} answers differ (seed {seed}; the questions are in {}):\n{}",
        differ.len(),
        questions.display(),
        differ[..differ.len().min(10)].join("\n")
    );
    assert!(refused * 20 > number && refused * 20 < number * 19, "too much alike: {refused} refused");
    std::fs::remove_dir_all(&place).unwrap();
}

/// 349 months and countries have both a published total and figures by nationality.
#[test]
fn findings_are_exactly_the_published_totals_unlike_the_sum_of_their_parts() {
    let Some(folder) = folder() else { return };
    let mut table = iom(&folder);
    // For a month and a country that it breaks down, the table lists every nationality that was
    // registered, the rest as one of its own: there, what is not listed is none.
    let listed: std::collections::BTreeSet<Vec<String>> =
        table.rows.iter().map(|row| row.0.clone()).collect();
    let broken_down: std::collections::BTreeSet<Vec<String>> =
        listed.iter().filter(|codes| codes[2] != "TOTAL").map(|codes| codes[..2].to_vec()).collect();
    for place in &broken_down {
        for nationality in table.codes[2].iter().filter(|code| *code != "TOTAL") {
            let codes = [place.as_slice(), std::slice::from_ref(nationality)].concat();
            if !listed.contains(&codes) {
                table.rows.push((codes, vec![Some(0.0)]));
            }
        }
    }
    let declared = [("month", Additivity::Sum), ("geo", Additivity::Overlap), ("nat", Additivity::Sum)];
    let told = Told {
        pairs: own_pairs(&table),
        kinds: vec![(StatisticKind::Flow, Some("people"))],
        declared: vec![declared.into()],
        ..Told::default()
    };
    let snapshot = Snapshot {
        label: None,
        updated: None,
        href: None,
        profile: SnapshotProfile::default(),
        datasets: vec![cube(&table, &told)],
        links: Vec::new(),
        findings: Vec::new(),
    };
    let mut found: Vec<String> = check(&snapshot)
        .into_iter()
        .filter(|finding| finding.severity == Severity::Note)
        .map(|finding| finding.path)
        .collect();
    found.sort();

    // By hand, from the rows.
    let (mut totals, mut sums) = (BTreeMap::new(), BTreeMap::new());
    for (codes, numbers) in &table.rows {
        let (key, number) = (format!("iom.n[{}][{}][TOTAL]", codes[0], codes[1]), numbers[0].unwrap());
        if codes[2] == "TOTAL" {
            totals.insert(key, number);
        } else {
            *sums.entry(key).or_insert(0.0) += number;
        }
    }
    let both: Vec<&String> = sums.keys().filter(|key| totals.contains_key(*key)).collect();
    let expected: Vec<String> =
        both.iter().filter(|key| totals[**key] != sums[**key]).map(|key| (*key).clone()).collect();
    assert_eq!((both.len(), expected.len()), (349, 180));
    assert_eq!(found, expected);
}
