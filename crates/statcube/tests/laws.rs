//! Laws that hold whatever the figures are, on random cubes.

use std::sync::Arc;

use proptest::prelude::*;
use statcube::cube::{GroupResult, change};
use statcube::model::CellIndex;
use statcube::{Cube, Query};

use crate::oracle::{Case, CaseDimension, Kind, Rule, cases, combinations, config, in_plain_words};

/// The same cube with one rule over all dimensions and without hierarchies.
fn flat(mut case: Case, rule: Rule) -> Case {
    for dimension in &mut case.dimensions {
        dimension.pairs.clear();
        dimension.declared = Some(rule);
    }
    case
}

fn only(case: &Case, by: Vec<usize>, clauses: Vec<(usize, Vec<usize>)>) -> GroupResult {
    let case = Case { groupings: vec![by], clauses, linked: false, top: None, ..case.clone() };
    case.run().groups.remove(0)
}

/// The least and the most of a cell: its value twice, or its range where a part is withheld.
fn ends(result: &GroupResult, index: usize) -> (f64, f64) {
    let cell = result.cell(index).expect("a cell");
    cell.value().map(|value| (value, value)).or(cell.range()).unwrap_or((0.0, 0.0))
}

fn together(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (one.0 + other.0, one.1 + other.1)
}

/// All that a result says of its cells, in a form that can be compared.
fn everything(result: &GroupResult) -> Vec<String> {
    result.cells().map(|cell| format!("{cell:?}")).collect()
}

fn groups(cube: &Arc<Cube>, query: &Query) -> Vec<Vec<String>> {
    cube.run(query).groups.iter().map(everything).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_parts_of_a_sum_add_up_to_it(case in cases(), picks in prop::collection::vec(any::<bool>(), 6)) {
        let case = flat(case, Rule::Sum);
        let categories = 0..case.dimensions[0].codes.len();
        let (one, other): (Vec<usize>, Vec<usize>) = categories.clone().partition(|&c| picks[c]);
        let whole = only(&case, vec![], vec![(0, categories.collect())]);
        let (one, other) = (only(&case, vec![], vec![(0, one)]), only(&case, vec![], vec![(0, other)]));
        prop_assert_eq!(together(ends(&one, 0), ends(&other, 0)), ends(&whole, 0));
        prop_assert_eq!(one.observed()[0] + other.observed()[0], whole.observed()[0]);
        prop_assert_eq!(one.of(0) + other.of(0), whole.of(0));
    }

    #[test]
    fn the_listed_cells_of_a_sum_add_up_to_the_total(case in cases()) {
        let case = flat(case, Rule::Sum);
        let total = only(&case, vec![], vec![]);
        for by in 0..case.dimensions.len() {
            let listed = only(&case, vec![by], vec![]);
            let sum = (0..listed.len()).fold((0.0, 0.0), |sum, cell| together(sum, ends(&listed, cell)));
            prop_assert_eq!(sum, ends(&total, 0));
        }
    }

    #[test]
    fn one_more_category_never_lowers_the_lower_bound(case in cases(), picks in prop::collection::vec(any::<bool>(), 6)) {
        let mut case = flat(case, Rule::Sum);
        case.dimensions[0].declared = Some(Rule::Overlap);
        case.values.values_mut().for_each(|value| *value = value.abs());
        let mut kept: Vec<usize> = vec![];
        let mut least = f64::NEG_INFINITY;
        for category in (0..case.dimensions[0].codes.len()).filter(|&c| picks[c]) {
            kept.push(category);
            let cell = only(&case, vec![], vec![(0, kept.clone())]).cell(0).expect("one cell");
            let now = cell.lower().or(cell.value()).unwrap_or(f64::NEG_INFINITY);
            prop_assert!(now >= least, "{now} after {least}");
            prop_assert!(cell.upper().is_none_or(|upper| upper >= now));
            least = now;
        }
    }

    #[test]
    fn where_everything_is_observed_one_more_category_never_lowers_the_upper_bound(case in cases(), picks in prop::collection::vec(any::<bool>(), 6)) {
        let mut case = flat(case, Rule::Sum);
        case.dimensions[0].declared = Some(Rule::Overlap);
        case.suppressed = None;
        let everything = case.dimensions.iter().map(|it| (0..it.codes.len()).collect()).collect::<Vec<Vec<_>>>();
        for (number, at) in combinations(&everything).into_iter().enumerate() {
            case.values.entry(at).and_modify(|value| *value = value.abs()).or_insert(number as f64);
        }
        let mut kept: Vec<usize> = vec![];
        let mut most = f64::NEG_INFINITY;
        for category in (0..case.dimensions[0].codes.len()).filter(|&c| picks[c]) {
            kept.push(category);
            let cell = only(&case, vec![], vec![(0, kept.clone())]).cell(0).expect("one cell");
            prop_assume!(cell.of() > 0);
            let now = cell.upper().or(cell.value());
            prop_assert!(now.is_some_and(|now| now >= most), "{now:?} after {most}");
            most = now.unwrap_or(most);
        }
    }

    /// Who was counted in which category is known here, so that the number of all of them is too.
    #[test]
    fn the_number_of_different_people_lies_within_the_bounds(
        groups in prop::collection::vec(prop::collection::btree_set(0..30u8, 0..20), 2..6),
    ) {
        let codes = (0..groups.len()).map(|c| format!("c{c}")).collect::<Vec<_>>();
        let dimension = CaseDimension {
            is_time: false, when: vec![None; codes.len()], codes, pairs: vec![],
            declared: Some(Rule::Overlap), assumed: None,
        };
        let case = Case {
            dimensions: vec![dimension], kind: Kind::Flow, counts_people: true,
            values: groups.iter().enumerate().map(|(at, group)| (vec![at], group.len() as f64)).collect(),
            statuses: Default::default(), suppressed: None, clauses: vec![], groupings: vec![], linked: false, top: None,
        };
        let cell = only(&case, vec![], vec![]).cell(0).expect("one cell");
        let people = groups.iter().flatten().collect::<std::collections::BTreeSet<_>>().len() as f64;
        prop_assert!(cell.value().is_none());
        prop_assert!(cell.lower().is_some_and(|lower| lower <= people), "{cell:?}");
        prop_assert!(cell.upper().is_some_and(|upper| upper >= people), "{cell:?}");
    }

    #[test]
    fn a_slice_of_a_roll_up_is_the_roll_up_of_a_slice(case in cases()) {
        // Which period stands and whether a parent answers are decided for a grouping as a whole.
        let mut case = case;
        for dimension in &mut case.dimensions {
            dimension.pairs.clear();
            if matches!(dimension.declared, None | Some(Rule::Unknown | Rule::Last)) {
                dimension.declared = Some(Rule::Overlap);
            }
        }
        let by = case.dimensions.len() - 1;
        let clauses: Vec<_> = case.clauses.iter().filter(|clause| clause.0 != by).cloned().collect();
        let rolled = only(&case, vec![by], clauses.clone());
        for category in 0..case.dimensions[by].codes.len() {
            let mut sliced = clauses.clone();
            sliced.push((by, vec![category]));
            let sliced = only(&case, vec![], sliced);
            let (one, other) = (rolled.cell(category).expect("listed"), sliced.cell(0).expect("one cell"));
            prop_assert_eq!(one.value(), other.value());
            prop_assert_eq!((one.lower(), one.upper()), (other.lower(), other.upper()));
            prop_assert_eq!((one.observed(), one.of()), (other.observed(), other.of()));
            prop_assert_eq!(one.statuses(), other.statuses());
        }
    }

    #[test]
    fn the_order_of_filters_does_not_matter(case in cases()) {
        let cube = case.cube();
        let query = case.query(&cube);
        let mut reversed = query.clone();
        reversed.clauses.reverse();
        prop_assert_eq!(groups(&cube, &query), groups(&cube, &reversed));
    }

    #[test]
    fn linked_is_unlinked_without_the_filters_on_the_listed_dimensions(case in cases()) {
        let cube = case.cube();
        let linked = Query { linked: true, ..case.query(&cube) };
        for (place, by) in linked.groupings.iter().enumerate() {
            let mut unlinked = Query { linked: false, groupings: vec![by.clone()], ..linked.clone() };
            unlinked.clauses.retain(|clause| !by.contains(&clause.dimension));
            prop_assert_eq!(&groups(&cube, &unlinked)[0], &groups(&cube, &linked)[place]);
        }
    }

    #[test]
    fn nothing_observed_is_withheld_without_a_reason(case in cases()) {
        for group in &case.run().groups {
            for cell in group.cells() {
                let is_refused = !cell.refusals().is_empty();
                prop_assert_eq!(is_refused, group.is_refused());
                let is_withheld = cell.suppressed() > 0;
                prop_assert_eq!(cell.value().is_some(), cell.observed() > 0 && !is_refused && !is_withheld);
                prop_assert_eq!(cell.range().is_some(), is_withheld && !is_refused);
                prop_assert!(is_refused || (cell.lower().is_none() && cell.upper().is_none()));
                prop_assert_eq!(cell.reducer().is_none(), is_refused);
                prop_assert!(cell.observed() <= cell.of());
            }
        }
    }

    #[test]
    fn cells_say_what_the_columns_say(case in cases()) {
        for group in &case.run().groups {
            prop_assert_eq!(group.cells().count(), group.len());
            for (index, cell) in group.cells().enumerate() {
                let column = Some(group.values()[index]).filter(|value| !value.is_nan());
                prop_assert_eq!(cell.value(), column);
                prop_assert_eq!(cell.observed(), group.observed()[index]);
                prop_assert_eq!(cell.of(), group.of(index));
                let positions: Vec<u32> = cell.by().iter().map(|(_, position)| *position).collect();
                prop_assert_eq!(positions.as_slice(), group.positions_of(index));
                prop_assert_eq!(group.find(&positions), Some(index));
                let parts: usize = cell.selection().iter().map(Vec::len).product();
                prop_assert_eq!(parts, cell.of() as usize);
                prop_assert_eq!(group.observed_parts(index).len(), cell.observed() as usize);
            }
        }
    }

    #[test]
    fn a_cell_with_all_dimensions_listed_is_the_observation(case in cases()) {
        let cube = case.cube();
        let by: Vec<usize> = (0..case.dimensions.len()).collect();
        let all = only(&case, by, vec![]);
        let column = cube.column(0).expect("a column");
        for index in 0..all.len() {
            let value = Some(all.values()[index]).filter(|value| !value.is_nan());
            prop_assert_eq!(value, column.value(CellIndex(index)));
        }
    }

    #[test]
    fn change_compares_equal_parts_only(case in cases()) {
        let listed = only(&flat(case, Rule::Sum), vec![0], vec![]);
        for later in 1..listed.len() {
            let equal = listed.observed_parts(later - 1) == listed.observed_parts(later);
            prop_assert_eq!(listed.have_equal_parts(later - 1, later), equal);
            let both = !listed.values()[later - 1].is_nan() && !listed.values()[later].is_nan();
            prop_assert_eq!(change(&listed, later - 1, later).is_ok(), equal && both);
        }
    }

    #[test]
    fn the_same_question_has_the_same_answer_after_any_other(case in cases()) {
        let cube = case.cube();
        let query = case.query(&cube);
        let first = in_plain_words(&cube.run(&query));
        let others = Query { clauses: vec![], linked: false, ..query.clone() };
        let _ = cube.run(&others);
        prop_assert_eq!(in_plain_words(&cube.run(&query)), first);
    }
}
