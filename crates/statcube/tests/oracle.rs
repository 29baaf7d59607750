//! A slow and literal second reading of the rules of summarizability, and random cases on
//! which the engine must agree with it exactly.
//!
//! [`Case`] describes a cube and a query in plain lists. Both sides are built from it: the
//! engine's cube by [`Case::cube`], the oracle's answer by [`answer`], which uses nothing
//! of the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use statcube::model::{ColumnBuilder, Extras, StatusTable};
use statcube::{
    Additivity, Category, CellIndex, Clause, ClauseSource, Cube, CubeParts, Dimension, DimensionRole,
    Hierarchy, Measure, NotSummarizable, Query, StatisticKind, Table,
};

/// What somebody says of a measure over a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Sum,
    Last,
    Overlap,
    Meaningless,
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Flow,
    Stock,
    Rate,
    Unknown,
}

#[derive(Debug, Clone)]
pub struct CaseDimension {
    pub is_time: bool,
    pub codes: Vec<String>,
    /// For each category the months in which it ends and begins, where it is a period.
    pub when: Vec<Option<(u32, u32)>>,
    /// Parent and child.
    pub pairs: Vec<(usize, usize)>,
    pub declared: Option<Rule>,
    pub assumed: Option<Rule>,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub dimensions: Vec<CaseDimension>,
    pub kind: Kind,
    pub counts_people: bool,
    pub values: BTreeMap<Vec<usize>, f64>,
    pub statuses: BTreeMap<Vec<usize>, &'static str>,
    /// What a figure with the status `c` can be at least and at most, where that withholds it.
    pub suppressed: Option<(f64, f64)>,
    pub clauses: Vec<(usize, Vec<usize>)>,
    pub groupings: Vec<Vec<usize>>,
    pub linked: bool,
    pub top: Option<(usize, usize)>,
}

// ---------------------------------------------------------------- the oracle

/// An answer for one cell, as the rules give it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CellAnswer {
    pub at: Vec<usize>,
    pub value: Option<f64>,
    pub observed: usize,
    pub of: usize,
    pub lower: Option<f64>,
    pub upper: Option<f64>,
    /// Between what a sum lies of which a part is withheld.
    pub range: Option<(f64, f64)>,
    pub statuses: BTreeSet<String>,
    pub is_published: bool,
    pub is_assumed: bool,
    pub refusals: Vec<(usize, Rule)>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupAnswer {
    pub cells: Vec<CellAnswer>,
    pub is_refused: bool,
    pub period: Option<(usize, usize)>,
}

/// Every combination of one entry from each list, first list slowest.
pub fn combinations(lists: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for list in lists {
        let mut longer = vec![];
        for start in &all {
            for &entry in list {
                let mut next: Vec<usize> = start.clone();
                next.push(entry);
                longer.push(next);
            }
        }
        all = longer;
    }
    all
}

impl CaseDimension {
    fn children(&self, parent: usize) -> BTreeSet<usize> {
        self.pairs.iter().filter(|pair| pair.0 == parent).map(|pair| pair.1).collect()
    }

    fn descendants(&self, category: usize) -> BTreeSet<usize> {
        let mut all = self.children(category);
        for child in self.children(category) {
            all.extend(self.descendants(child));
        }
        all
    }

    fn roots(&self) -> Vec<usize> {
        (0..self.codes.len()).filter(|&c| self.pairs.iter().all(|pair| pair.1 != c)).collect()
    }

    /// Earliest first; what is no period before all periods.
    fn in_order(&self, categories: &[usize]) -> Vec<usize> {
        let mut sorted = categories.to_vec();
        sorted.sort_by_key(|&c| (self.when[c], c));
        sorted
    }
}

/// What becomes of one dimension in one attempt.
#[derive(Debug, Clone)]
struct Choice {
    categories: Vec<usize>,
    stands_for_others: bool,
}

impl Case {
    /// The least and the most of a figure that is published: twice its value, or the ends of
    /// what is withheld.
    fn published(&self, at: &Vec<usize>) -> Option<(f64, f64)> {
        let withheld = || self.suppressed.filter(|_| self.statuses.get(at) == Some(&"c"));
        self.values.get(at).map(|&value| (value, value)).or_else(withheld)
    }

    /// Rule 6.
    fn rule(&self, dimension: usize) -> (Rule, bool) {
        let it = &self.dimensions[dimension];
        match (it.declared, it.assumed) {
            (Some(rule), _) if rule != Rule::Unknown => (rule, false),
            (_, Some(rule)) => (rule, true),
            _ => match (self.kind, it.is_time) {
                (Kind::Rate, _) => (Rule::Meaningless, false),
                (Kind::Stock, true) => (Rule::Last, false),
                (Kind::Flow, true) if !self.counts_people => (Rule::Sum, false),
                _ => (Rule::Unknown, false),
            },
        }
    }

    /// The rule that has to be asked of these categories; none for a slice.
    fn asked(&self, dimension: usize, categories: &[usize]) -> Option<(Rule, bool)> {
        if categories.len() < 2 {
            return None;
        }
        let (rule, assumed) = self.rule(dimension);
        let it = &self.dimensions[dimension];
        let share_a_part = categories.iter().any(|&one| {
            categories
                .iter()
                .any(|&other| one != other && !it.descendants(one).is_disjoint(&it.descendants(other)))
        });
        if rule == Rule::Sum && share_a_part { Some((Rule::Overlap, assumed)) } else { Some((rule, assumed)) }
    }

    /// Rule 1: what the filters leave of a dimension.
    fn filtered(&self, dimension: usize, by: &[usize]) -> Option<Vec<usize>> {
        if self.linked && by.contains(&dimension) {
            return None;
        }
        let clauses: Vec<_> = self.clauses.iter().filter(|clause| clause.0 == dimension).collect();
        if clauses.is_empty() {
            return None;
        }
        let size = self.dimensions[dimension].codes.len();
        Some((0..size).filter(|c| clauses.iter().all(|clause| clause.1.contains(c))).collect())
    }

    fn group(&self, by: &[usize]) -> GroupAnswer {
        let mut choices = vec![];
        let mut replaceable = vec![];
        for (d, dimension) in self.dimensions.iter().enumerate() {
            let filtered = self.filtered(d, by);
            if by.contains(&d) {
                let categories = filtered.unwrap_or((0..dimension.codes.len()).collect());
                choices.push(Choice { categories, stands_for_others: false });
                continue;
            }
            match filtered {
                None => {
                    let roots = dimension.roots();
                    let stands_for_others = roots.len() == 1 && !dimension.pairs.is_empty();
                    choices.push(Choice { categories: roots, stands_for_others });
                }
                Some(selected) => {
                    let is_covered =
                        |c: usize| selected.iter().any(|&p| dimension.descendants(p).contains(&c));
                    let kept: Vec<usize> = selected.iter().copied().filter(|&c| !is_covered(c)).collect();
                    let as_set: BTreeSet<usize> = kept.iter().copied().collect();
                    let parent = (0..dimension.codes.len()).find(|&p| dimension.children(p) == as_set);
                    if let (true, Some(parent)) = (kept.len() >= 2, parent) {
                        replaceable.push((d, parent));
                    }
                    choices.push(Choice { stands_for_others: kept.len() < selected.len(), categories: kept });
                }
            }
        }

        // Rule 4: the most dimensions first; of equally many, those that stand earlier.
        let mut attempts = vec![vec![]];
        for &(d, parent) in &replaceable {
            let with: Vec<Vec<(usize, usize)>> = attempts
                .iter()
                .map(|attempt: &Vec<(usize, usize)>| attempt.iter().copied().chain([(d, parent)]).collect())
                .collect();
            attempts.extend(with);
        }
        // Doubling the list this way counts up in binary, the first dimension lowest.
        attempts.sort_by_key(|attempt| std::cmp::Reverse(attempt.len()));
        for attempt in attempts.iter().filter(|attempt| !attempt.is_empty()) {
            let mut replaced = choices.clone();
            for &(d, parent) in attempt {
                replaced[d] = Choice { categories: vec![parent], stands_for_others: true };
            }
            let group = self.evaluate(by, replaced);
            if !group.cells.is_empty() && group.cells.iter().all(|cell| cell.value.is_some()) {
                return group;
            }
        }
        self.evaluate(by, choices)
    }

    fn evaluate(&self, by: &[usize], mut choices: Vec<Choice>) -> GroupAnswer {
        let rolled: Vec<usize> = (0..choices.len()).filter(|d| !by.contains(d)).collect();
        let asked: Vec<(usize, Rule, bool)> = rolled
            .iter()
            .filter_map(|&d| self.asked(d, &choices[d].categories).map(|(rule, assumed)| (d, rule, assumed)))
            .collect();

        // Rule 2: `last` first, one period for the whole grouping.
        let mut period = None;
        for &(d, _, _) in asked.iter().filter(|(_, rule, _)| *rule == Rule::Last) {
            let in_order = self.dimensions[d].in_order(&choices[d].categories);
            let lists: Vec<Vec<usize>> = choices.iter().map(|choice| choice.categories.clone()).collect();
            let selected = combinations(&lists);
            let last = in_order
                .iter()
                .rev()
                .find(|&&c| selected.iter().any(|at| at[d] == c && self.published(at).is_some()));
            if let Some(&last) = last {
                period = Some((d, last));
            }
            choices[d].categories = vec![last.copied().unwrap_or(in_order[in_order.len() - 1])];
        }

        let refusals: Vec<(usize, Rule)> = asked
            .iter()
            .filter(|(_, rule, _)| matches!(rule, Rule::Overlap | Rule::Meaningless | Rule::Unknown))
            .map(|&(d, rule, _)| (d, rule))
            .collect();
        let refusing: Vec<usize> = refusals.iter().map(|refusal| refusal.0).collect();
        let is_refused = !refusals.is_empty();
        let is_assumed = asked.iter().any(|(_, _, assumed)| *assumed);

        let listed: Vec<Vec<usize>> = by.iter().map(|&d| choices[d].categories.clone()).collect();
        let mut cells = vec![];
        for at in combinations(&listed) {
            let lists: Vec<Vec<usize>> = (0..choices.len())
                .map(|d| match by.iter().position(|&b| b == d) {
                    Some(place) => vec![at[place]],
                    None => choices[d].categories.clone(),
                })
                .collect();
            let observations = combinations(&lists);
            // A part: the observations that agree in the refusing dimensions.
            let mut parts: BTreeMap<Vec<usize>, Vec<(f64, f64)>> = BTreeMap::new();
            let mut statuses = BTreeSet::new();
            let (mut observed, mut withheld) = (0, 0);
            for observation in &observations {
                statuses
                    .extend(self.statuses.get(observation).iter().flat_map(|s| s.chars()).map(String::from));
                if let Some(ends) = self.published(observation) {
                    observed += 1;
                    withheld += usize::from(!self.values.contains_key(observation));
                    parts.entry(refusing.iter().map(|&d| observation[d]).collect()).or_default().push(ends);
                }
            }
            let of = observations.len();
            let least: Vec<f64> = parts.values().map(|part| part.iter().map(|ends| ends.0).sum()).collect();
            let most: f64 = parts.values().flatten().map(|ends| ends.1).sum();
            let is_bounded = is_refused
                && observed > 0
                && refusals.iter().all(|(_, rule)| *rule == Rule::Overlap)
                && parts.values().flatten().all(|ends| ends.0 >= 0.0);
            let total: f64 = least.iter().sum();
            let largest = least.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            cells.push(CellAnswer {
                at,
                value: (observed > 0 && withheld == 0 && !is_refused).then_some(total),
                observed,
                of,
                lower: is_bounded.then_some(largest),
                upper: (is_bounded && observed == of).then_some(most),
                range: (withheld > 0 && !is_refused).then_some((total, most)),
                statuses,
                is_published: of == 1
                    && observed == 1
                    && !is_refused
                    && choices.iter().any(|choice| choice.stands_for_others),
                is_assumed,
                refusals: refusals.clone(),
            });
        }
        GroupAnswer { cells, is_refused, period }
    }
}

/// What the rules answer.
pub fn answer(case: &Case) -> Vec<GroupAnswer> {
    case.groupings
        .iter()
        .map(|by| {
            let mut group = case.group(by);
            if let Some((_, count)) = case.top.filter(|(dimension, _)| by == &[*dimension]) {
                group.cells.retain(|cell| cell.value.is_some());
                group.cells.sort_by(|a, b| b.value.partial_cmp(&a.value).expect("finite"));
                group.cells.truncate(count);
            }
            group
        })
        .collect()
}

// ---------------------------------------------------------------- the engine's side

fn additivity(rule: Rule) -> Additivity {
    match rule {
        Rule::Sum => Additivity::Sum,
        Rule::Last => Additivity::Last,
        Rule::Overlap => Additivity::Overlap,
        Rule::Meaningless => Additivity::None,
        Rule::Unknown => Additivity::Unknown,
    }
}

impl Case {
    pub fn cube(&self) -> Arc<Cube> {
        let mut parts = CubeParts { id: "case".into(), label: "Case".into(), ..CubeParts::default() };
        let mut measure = Measure {
            id: "m".into(),
            kind: match self.kind {
                Kind::Flow => StatisticKind::Flow,
                Kind::Stock => StatisticKind::Stock,
                Kind::Rate => StatisticKind::Rate,
                Kind::Unknown => StatisticKind::Unknown,
            },
            suppressed: self.suppressed.map(|ends| ("c".to_owned(), ends)).into_iter().collect(),
            counts: Some(if self.counts_people { "people" } else { "events" }.into()),
            ..Measure::default()
        };
        for (d, it) in self.dimensions.iter().enumerate() {
            let id = format!("d{d}");
            let categories =
                it.codes.iter().map(|code| Category { code: code.clone(), ..Category::default() });
            let pairs: Vec<(u32, u32)> = it.pairs.iter().map(|&(p, c)| (p as u32, c as u32)).collect();
            let (hierarchy, left_out) = Hierarchy::new(it.codes.len(), &pairs);
            assert!(left_out.is_empty(), "the case has a circle");
            let role = if it.is_time { DimensionRole::Time } else { DimensionRole::Classification };
            parts.dimensions.push(Dimension::new(&id, &id, role, categories.collect(), hierarchy));
            if let Some(rule) = it.declared {
                measure.additivity.insert(id.clone(), additivity(rule));
            }
            if let Some(rule) = it.assumed {
                parts.assumed.insert(id, additivity(rule));
            }
        }
        parts.statuses = StatusTable::new(["a", "b", "c"].map(|c| (c.into(), format!("Status {c}"))).into());
        let sizes: Vec<usize> = self.dimensions.iter().map(|it| it.codes.len()).collect();
        let offset = |at: &[usize]| at.iter().zip(&sizes).fold(0, |offset, (&p, &size)| offset * size + p);
        let mut column = ColumnBuilder::new(sizes.iter().product());
        for (at, &value) in &self.values {
            column.set(CellIndex(offset(at)), value);
        }
        for (at, status) in &self.statuses {
            column.set_status(CellIndex(offset(at)), parts.statuses.intern(status).expect("few sets"));
        }
        parts.measures.push(measure);
        parts.columns.push(column.finish(Extras::default()));
        Arc::new(Cube::new(parts).expect("fits together"))
    }

    pub fn query(&self, cube: &Cube) -> Query {
        let clauses = self.clauses.iter().map(|(d, categories)| {
            let positions = categories.iter().map(|&c| c as u32).collect();
            Clause::new(cube, *d, positions, ClauseSource::Reader)
        });
        Query {
            measure: 0,
            clauses: clauses.collect(),
            groupings: self.groupings.clone(),
            linked: self.linked,
            top: self.top.into_iter().collect(),
        }
    }

    pub fn run(&self) -> Table {
        let cube = self.cube();
        cube.run(&self.query(&cube))
    }
}

fn bound(bounds: Option<&[f64]>, cell: usize) -> Option<f64> {
    bounds.map(|bounds| bounds[cell]).filter(|bound| !bound.is_nan())
}

/// The engine's answer in the oracle's words.
pub fn in_plain_words(table: &Table) -> Vec<GroupAnswer> {
    let plain = |group: &statcube::cube::GroupResult| {
        let cells = (0..group.len()).map(|index| {
            let cell = group.cell(index).expect("a cell for each value");
            CellAnswer {
                at: group.positions_of(index).iter().map(|&p| p as usize).collect(),
                value: Some(group.values()[index]).filter(|value| !value.is_nan()),
                observed: group.observed()[index] as usize,
                of: group.of(index) as usize,
                lower: bound(group.lower(), index),
                upper: bound(group.upper(), index),
                range: cell.range(),
                statuses: cell.statuses().iter().cloned().collect(),
                is_published: cell.is_published_total(),
                is_assumed: cell.is_assumed(),
                refusals: cell
                    .refusals()
                    .iter()
                    .map(|refusal| {
                        let reason = match refusal.reason {
                            NotSummarizable::Overlap => Rule::Overlap,
                            NotSummarizable::None => Rule::Meaningless,
                            NotSummarizable::Unknown => Rule::Unknown,
                        };
                        (refusal.dimension, reason)
                    })
                    .collect(),
            }
        });
        GroupAnswer {
            cells: cells.collect(),
            is_refused: group.is_refused(),
            period: group.period().map(|(d, p)| (d, p as usize)),
        }
    };
    table.groups.iter().map(plain).collect()
}

// ---------------------------------------------------------------- random cases

fn rules() -> impl Strategy<Value = Rule> {
    prop_oneof![
        4 => Just(Rule::Sum),
        2 => Just(Rule::Last),
        2 => Just(Rule::Overlap),
        1 => Just(Rule::Meaningless),
        1 => Just(Rule::Unknown),
    ]
}

/// Codes of periods with the months in which they end and begin: months, quarters, and one
/// that is no period.
fn periods(num: usize) -> impl Strategy<Value = Vec<(String, Option<(u32, u32)>)>> {
    let months = (1..=6u32).map(|m| (format!("2020-{m:02}"), Some((m, m))));
    let quarters = (1..=2u32).map(|q| (format!("2020-Q{q}"), Some((q * 3, q * 3 - 2))));
    let all: Vec<_> = months.chain(quarters).chain([("ALL".to_owned(), None)]).collect();
    Just(all).prop_shuffle().prop_map(move |mut all| {
        all.truncate(num);
        all
    })
}

fn dimensions(size: usize) -> impl Strategy<Value = CaseDimension> {
    let pairs = prop::collection::btree_set((0..size.max(1), 0..size.max(1)), 0..=size);
    // A tree as publishers write them: one root over all the others.
    let one_root = Just((1..size).map(|c| (0, c)).collect::<BTreeSet<_>>());
    let pairs = prop_oneof![2 => Just(BTreeSet::new()), 2 => pairs, 2 => one_root];
    (
        any::<bool>(),
        periods(size),
        pairs,
        any::<bool>(),
        prop::option::weighted(0.8, rules()),
        prop::option::weighted(0.2, rules()),
    )
        .prop_map(move |(is_time, periods, pairs, parents_last, declared, assumed)| {
            let upwards = pairs.into_iter().filter(|(p, c)| p != c).map(|(p, c)| (p.min(c), p.max(c)));
            let pairs: BTreeSet<_> = upwards
                .map(|(p, c)| if parents_last { (size - 1 - p, size - 1 - c) } else { (p, c) })
                .collect();
            let (codes, when) = match is_time {
                true => periods.into_iter().unzip(),
                false => ((0..size).map(|c| format!("c{c}")).collect(), vec![None; size]),
            };
            CaseDimension { is_time, codes, when, pairs: pairs.into_iter().collect(), declared, assumed }
        })
}

/// What a filter keeps: anything, or exactly the children of some category, which random
/// choice would hit too seldom.
fn kept(dimension: &CaseDimension) -> impl Strategy<Value = Vec<usize>> + use<> {
    let all: Vec<usize> = (0..dimension.codes.len()).collect();
    let parents: Vec<Vec<usize>> = all
        .iter()
        .map(|&p| dimension.children(p).into_iter().collect())
        .filter(|c: &Vec<_>| c.len() > 1)
        .collect();
    let size = all.len();
    (subsequence(all, 0..=size), any::<Index>(), any::<bool>()).prop_map(move |(some, which, exactly)| {
        match parents.is_empty() || !exactly {
            true => some,
            false => which.get(&parents).clone(),
        }
    })
}

prop_compose! {
    fn with_cells(dimensions: Vec<CaseDimension>)(
        num_clauses in prop::collection::vec(any::<Index>(), 0..=4),
    )(
        clauses in num_clauses.iter().map(|which| {
            let d = which.index(dimensions.len());
            kept(&dimensions[d]).prop_map(move |kept| (d, kept))
        }).collect::<Vec<_>>(),
        groupings in prop::collection::vec(
            subsequence((0..dimensions.len()).collect::<Vec<_>>(), 0..=dimensions.len()).prop_shuffle(), 1..=3),
        share_observed in prop_oneof![Just(10u32), Just(50), Just(90), Just(100)],
        is_whole in any::<bool>(),
        can_be_negative in prop::bool::weighted(0.25),
        cells in {
            let num: usize = dimensions.iter().map(|it| it.codes.len()).product();
            prop::collection::vec((0..100u32, -40..400i32, 0..12usize), num)
        },
        kind in prop_oneof![Just(Kind::Flow), Just(Kind::Stock), Just(Kind::Rate), Just(Kind::Unknown)],
        counts_people in any::<bool>(),
        suppressed in prop::option::weighted(0.3, prop_oneof![Just((0.0, 4.0)), Just((1.0, 4.0))]),
        linked in any::<bool>(),
        top in prop::option::of((any::<Index>(), 0..5usize)),
        dimensions in Just(dimensions.clone()),
    ) -> Case {
        let lists: Vec<Vec<usize>> = dimensions.iter().map(|it| (0..it.codes.len()).collect()).collect();
        let (mut values, mut statuses) = (BTreeMap::new(), BTreeMap::new());
        for (at, (chance, number, status)) in combinations(&lists).into_iter().zip(cells) {
            if let Some(written) = ["a", "b", "c", "ab"].get(status) {
                statuses.insert(at.clone(), *written);
            }
            let is_withheld = suppressed.is_some() && statuses.get(&at) == Some(&"c");
            if chance < share_observed && !is_withheld {
                let number = f64::from(if can_be_negative { number } else { number.abs() });
                // Quarters add up exactly in binary, in any order.
                values.insert(at, if is_whole { number } else { number / 4.0 });
            }
        }
        let top = top.map(|(which, count)| (which.index(dimensions.len()), count));
        let mut groupings = groupings;
        groupings.extend(top.map(|(d, _)| vec![d]));
        Case { dimensions, kind, counts_people, values, statuses, suppressed, clauses, groupings, linked, top }
    }
}

/// Random cubes with random queries.
pub fn cases() -> impl Strategy<Value = Case> {
    let sizes = prop_oneof![1 => Just(0usize), 2 => Just(1), 20 => 2..=5usize];
    prop::collection::vec(sizes, 1..=4)
        .prop_flat_map(|sizes| sizes.into_iter().map(dimensions).collect::<Vec<_>>())
        .prop_flat_map(with_cells)
}

/// Cubes with a dimension longer than a machine word, first or last in the file.
fn wide_cases() -> impl Strategy<Value = Case> {
    let wide =
        (60..140usize, prop::option::weighted(0.9, rules())).prop_map(|(size, declared)| CaseDimension {
            is_time: false,
            codes: (0..size).map(|c| format!("w{c}")).collect(),
            when: vec![None; size],
            pairs: vec![],
            declared,
            assumed: None,
        });
    let time = dimensions(4).prop_map(|dimension| CaseDimension { pairs: vec![], ..dimension });
    (dimensions(3), time, wide, any::<bool>())
        .prop_map(
            |(small, time, wide, is_first)| {
                if is_first { vec![wide, small, time] } else { vec![small, time, wide] }
            },
        )
        .prop_flat_map(with_cells)
}

/// Cubes as dashboards have them, large enough that every way to a marginal is taken: each
/// dimension in a view of its own, linked, and the total.
fn dashboards() -> impl Strategy<Value = Case> {
    let flat = |size: usize, is_time: bool| {
        prop_oneof![4 => Just(Rule::Sum), 1 => Just(Rule::Overlap), 1 => Just(Rule::Last)].prop_map(
            move |rule| CaseDimension {
                is_time,
                codes: (0..size)
                    .map(|c| if is_time { format!("2020-{:02}", c + 1) } else { format!("c{c}") })
                    .collect(),
                when: (0..size as u32).map(|c| is_time.then_some((c + 1, c + 1))).collect(),
                pairs: vec![],
                declared: Some(rule),
                assumed: None,
            },
        )
    };
    (5..8usize, 5..8usize, 15..40usize, 0..3usize)
        .prop_flat_map(move |(one, two, three, time)| {
            (
                flat(one, time == 0),
                flat(two, time == 1),
                flat(three.min(if time == 2 { 12 } else { 40 }), time == 2),
            )
        })
        .prop_map(|(one, two, three)| vec![one, two, three])
        .prop_flat_map(with_cells)
        .prop_map(|mut case| {
            case.groupings = vec![vec![0], vec![1], vec![2], vec![]];
            case.linked = true;
            case.top = None;
            case
        })
}

/// What a reader does between two queries.
#[derive(Debug, Clone)]
pub enum Step {
    /// A category switched on or off.
    Toggle(Index, Index),
    /// Neighbouring categories, as a brush leaves them.
    Brush(Index, Index, usize),
    /// The filters of a dimension taken away.
    Clear(Index),
    /// Other views.
    By(Vec<Index>),
    /// Linked or not.
    Link,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let any = || any::<Index>();
    let step = prop_oneof![
        4 => (any(), any()).prop_map(|(d, c)| Step::Toggle(d, c)),
        3 => (any(), any(), 0..4usize).prop_map(|(d, from, num)| Step::Brush(d, from, num)),
        1 => any().prop_map(Step::Clear),
        1 => prop::collection::vec(any(), 0..3).prop_map(Step::By),
        1 => Just(Step::Link),
    ];
    prop::collection::vec(step, 1..12)
}

impl Case {
    fn take(&mut self, step: &Step) {
        let num = self.dimensions.len();
        match step {
            Step::Toggle(d, category) => {
                let d = d.index(num);
                let size = self.dimensions[d].codes.len();
                let mut kept = self.filtered(d, &[]).unwrap_or((0..size).collect());
                if size > 0 {
                    let category = category.index(size);
                    match kept.iter().position(|&c| c == category) {
                        Some(at) => drop(kept.remove(at)),
                        None => kept.push(category),
                    }
                }
                self.clauses.retain(|clause| clause.0 != d);
                self.clauses.push((d, kept));
            }
            Step::Brush(d, from, length) => {
                let d = d.index(num);
                let size = self.dimensions[d].codes.len();
                let from = from.index(size + 1);
                self.clauses.retain(|clause| clause.0 != d);
                self.clauses.push((d, (from..(from + length).min(size)).collect()));
            }
            Step::Clear(d) => self.clauses.retain(|clause| clause.0 != d.index(num)),
            Step::By(by) => {
                let mut listed = vec![];
                for d in by.iter().map(|d| d.index(num)) {
                    if !listed.contains(&d) {
                        listed.push(d);
                    }
                }
                self.groupings = vec![listed, vec![]];
            }
            Step::Link => self.linked = !self.linked,
        }
    }
}

/// 500 cases, or as many as `PROPTEST_CASES` says.
pub fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(500);
    // What a law has nothing to say on may grow with the cases.
    let max_global_rejects = cases.max(1024);
    ProptestConfig { cases, max_global_rejects, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_engine_agrees_with_the_oracle(case in cases()) {
        prop_assert_eq!(in_plain_words(&case.run()), answer(&case));
    }

    /// Whatever a cube keeps between queries, the next answer is the same as on a new one.
    #[test]
    fn the_engine_agrees_with_the_oracle_after_each_step(case in cases(), steps in steps()) {
        let mut case = case;
        let cube = case.cube();
        for step in steps {
            case.take(&step);
            let answered = in_plain_words(&cube.run(&case.query(&cube)));
            prop_assert_eq!(answered, answer(&case), "after {:?}: {:?}", step, case.clauses);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases / 10, ..config() })]

    #[test]
    fn the_engine_agrees_with_the_oracle_on_dashboards(case in dashboards(), steps in steps()) {
        let mut case = case;
        let cube = case.cube();
        prop_assert_eq!(in_plain_words(&cube.run(&case.query(&cube))), answer(&case));
        for step in steps.iter().filter(|step| !matches!(step, Step::By(_) | Step::Link)).take(5) {
            case.take(step);
            prop_assert_eq!(in_plain_words(&cube.run(&case.query(&cube))), answer(&case), "after {:?}", step);
        }
    }

    #[test]
    fn the_engine_agrees_with_the_oracle_on_wide_cubes(case in wide_cases(), steps in steps()) {
        let mut case = case;
        let cube = case.cube();
        prop_assert_eq!(in_plain_words(&cube.run(&case.query(&cube))), answer(&case));
        for step in steps.iter().take(3) {
            case.take(step);
            prop_assert_eq!(in_plain_words(&cube.run(&case.query(&cube))), answer(&case), "after {:?}", step);
        }
    }
}
