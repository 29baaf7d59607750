//! The numbered rules of summarizability, one after the other, on cubes small enough to
//! add up by hand.

use statcube::map::{Map, Set};
use std::sync::Arc;

use statcube::cube::{
    Alternative, ChangedFigure, GroupResult, NotComparable, OtherDimensions, Select, alternatives, average,
    change, changes_since, compare, rank, reducer, revisions, running_total, share, total_checks,
};
use statcube::model::{AdditivityOrigin, Attachment, ColumnBuilder, Extras, StatusTable, Vintage};
use statcube::{
    Additivity, Category, Cell, CellIndex, ClauseSource, Cube, CubeParts, Dimension, DimensionRole,
    Hierarchy, Measure, NotSummarizable, Note, Query, Reducer, Source, StatisticKind,
};

/// A cube being described: dimensions, what is declared, figures in row-major order.
#[derive(Default, Clone)]
struct Sketch {
    parts: CubeParts,
    measure: Measure,
    extras: Extras,
}

fn place() -> Sketch {
    Sketch::default()
}

impl Sketch {
    fn dimension(mut self, id: &str, codes: &[&str], pairs: &[(&str, &str)]) -> Self {
        let at = |code: &str| codes.iter().position(|known| *known == code).unwrap() as u32;
        let pairs: Vec<_> = pairs.iter().map(|(parent, child)| (at(parent), at(child))).collect();
        let role = if id == "month" { DimensionRole::Time } else { DimensionRole::Classification };
        let categories = codes.iter().map(|code| Category { code: (*code).into(), ..Category::default() });
        let hierarchy = Hierarchy::new(codes.len(), &pairs).0;
        self.parts.dimensions.push(Dimension::new(id, id, role, categories.collect(), hierarchy));
        self
    }

    fn declare(mut self, dimension: &str, additivity: Additivity) -> Self {
        self.measure.additivity.insert(dimension.into(), additivity);
        self
    }

    fn assume(mut self, key: &str, additivity: Additivity) -> Self {
        self.parts.assumed.insert(key.into(), additivity);
        self
    }

    fn kind(mut self, kind: StatisticKind, counts: &str) -> Self {
        (self.measure.kind, self.measure.counts) = (kind, Some(counts.into()));
        self
    }

    fn precision(mut self, unit: f64) -> Self {
        self.measure.precision = Some(unit);
        self
    }

    /// Figures as a publisher prints them: `..` is missing, `4800~` has a status.
    fn figures(mut self, printed: &str) -> Arc<Cube> {
        let labels = [
            ("e", "estimated"),
            ("p", "provisional"),
            ("~", "rounded"),
            ("b", "break"),
            ("c", "confidential"),
        ];
        let mut statuses = StatusTable::new(labels.map(|(code, label)| (code.into(), label.into())).into());
        let printed: Vec<&str> = printed.split_whitespace().collect();
        let mut column = ColumnBuilder::new(printed.len());
        for (index, figure) in printed.iter().enumerate() {
            let number = figure.trim_end_matches(|c: char| !c.is_ascii_digit());
            if let Ok(value) = number.parse() {
                column.set(CellIndex(index), value);
            }
            let status = figure.strip_prefix(number).unwrap().trim_matches('.');
            column.set_status(CellIndex(index), statuses.intern(status).unwrap());
        }
        self.measure.id = "m".into();
        self.parts.statuses = statuses;
        self.parts.columns = vec![column.finish(self.extras)];
        self.parts.measures = vec![self.measure];
        Arc::new(Cube::new(self.parts).unwrap())
    }
}

fn run(cube: &Arc<Cube>, by: &[&str], filters: &[(&str, &[&str])], linked: bool) -> GroupResult {
    let mut query = Query::builder(cube).linked(linked).by(by).unwrap();
    for (dimension, codes) in filters {
        let codes = Select::Codes(codes.iter().map(|code| (*code).to_owned()).collect());
        query = query.keep(dimension, &codes, ClauseSource::Reader).unwrap();
    }
    cube.run(&query.build().unwrap()).groups.remove(0)
}

fn ask(cube: &Arc<Cube>, by: &[&str], filters: &[(&str, &[&str])]) -> GroupResult {
    run(cube, by, filters, false)
}

/// Values as one would print them.
fn printed(result: &GroupResult) -> String {
    let print = |value: &f64| if value.is_nan() { "..".to_owned() } else { value.to_string() };
    result.values().iter().map(print).collect::<Vec<_>>().join(" ")
}

/// Observed and all parts of the only cell.
fn parts(result: &GroupResult) -> (u32, u32) {
    (result.observed()[0], result.of(0))
}

fn bounds(result: &GroupResult) -> (Option<f64>, Option<f64>) {
    let cell = result.cell(0).unwrap();
    (cell.lower(), cell.upper())
}

fn reasons(result: &GroupResult) -> Vec<NotSummarizable> {
    result.refusals().iter().map(|refusal| refusal.reason).collect()
}

const MONTHS: &[&str] = &["2020-01", "2020-02", "2020-03"];

/// Places by months; both add.
fn arrivals() -> Arc<Cube> {
    place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", MONTHS, &[])
        .declare("place", Additivity::Sum)
        .declare("month", Additivity::Sum)
        .figures("1 2 3   10 20 ..")
}

// ------------------------------------------------------------------ 1. Selection

#[test]
fn rule_1_linked_frees_a_grouping_of_filters_on_its_own_dimensions_only() {
    let cube = arrivals();
    let filters: &[(&str, &[&str])] = &[("place", &["A"]), ("month", &["2020-01", "2020-02"])];
    assert_eq!(printed(&run(&cube, &["month"], filters, false)), "1 2");
    assert_eq!(printed(&run(&cube, &["month"], filters, true)), "1 2 3");
    assert_eq!(printed(&run(&cube, &["place"], filters, true)), "3 30");
    assert_eq!(printed(&run(&cube, &[], filters, true)), "3");
}

#[test]
fn rule_1_a_refusal_depends_on_what_is_selected_observed_or_not() {
    let cube =
        place().dimension("place", &["A", "B"], &[]).declare("place", Additivity::Overlap).figures("7 ..");
    let both = ask(&cube, &[], &[]);
    assert_eq!(reasons(&both), [NotSummarizable::Overlap]);
    assert_eq!(printed(&both), "..");
    assert_eq!(printed(&ask(&cube, &[], &[("place", &["A"])])), "7");
}

#[test]
fn rule_1_an_empty_selection_has_no_parts_and_no_value() {
    let empty = ask(&arrivals(), &[], &[("place", &[])]);
    assert_eq!((printed(&empty).as_str(), parts(&empty)), ("..", (0, 0)));
    assert!(ask(&arrivals(), &["place"], &[("place", &[])]).is_empty());
}

// ------------------------------------------------------------------ 2. Order

#[test]
fn rule_2_one_last_period_stands_for_the_whole_grouping() {
    let cube = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", MONTHS, &[])
        .declare("place", Additivity::Sum)
        .declare("month", Additivity::Last)
        .figures("5 6 ..   7 .. ..");
    let by_place = ask(&cube, &["place"], &[]);
    assert_eq!(printed(&by_place), "6 ..");
    assert_eq!(by_place.period(), Some((1, 1)));
    let total = ask(&cube, &[], &[]);
    assert_eq!((printed(&total).as_str(), parts(&total)), ("6", (1, 2)));
    let unobserved = ask(&cube, &[], &[("month", &["2020-03"])]);
    assert_eq!((printed(&unobserved).as_str(), unobserved.period()), ("..", None));
}

#[test]
fn rule_2_the_last_period_is_the_last_by_calendar() {
    let cube = place()
        .dimension("month", &["2020-03", "2020-01", "ALL"], &[])
        .declare("month", Additivity::Last)
        .figures("3 1 99");
    assert_eq!(printed(&ask(&cube, &[], &[])), "3");
}

#[test]
fn rule_2_a_refusal_comes_after_last_and_sum() {
    let cube = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("sex", &["F", "M"], &[])
        .dimension("month", MONTHS, &[])
        .declare("place", Additivity::Overlap)
        .declare("sex", Additivity::Sum)
        .declare("month", Additivity::Last)
        .figures("9 1 ..  9 2 ..   9 3 ..  9 4 ..");
    let total = ask(&cube, &[], &[]);
    assert_eq!(total.period(), Some((2, 1)));
    assert_eq!(bounds(&total), (Some(7.0), Some(10.0)));
}

#[test]
fn rule_2_a_slice_asks_no_reducer() {
    for additivity in Additivity::ALL {
        let cube = place().dimension("place", &["A", "B"], &[]).declare("place", additivity).figures("1 2");
        let slice = ask(&cube, &[], &[("place", &["B"])]);
        assert_eq!(printed(&slice), "2", "{additivity:?}");
        assert_eq!(slice.cell(0).unwrap().reducer(), Some(Reducer::Slice), "{additivity:?}");
        assert_eq!(printed(&ask(&cube, &["place"], &[])), "1 2", "{additivity:?}");
    }
}

// ------------------------------------------------------------------ 3. Bounds

#[test]
fn rule_3_bounds_hold_where_every_refusing_dimension_overlaps() {
    let two = |place_: Additivity, sex: Additivity, figures: &str| {
        let sketch = place().dimension("place", &["A", "B"], &[]).dimension("sex", &["F", "M"], &[]);
        ask(&sketch.declare("place", place_).declare("sex", sex).figures(figures), &[], &[])
    };
    let (overlap, sum) = (Additivity::Overlap, Additivity::Sum);
    for (case, figures, lower, upper) in [
        ((overlap, sum), "1 2  3 4", Some(7.0), Some(10.0)),
        ((overlap, overlap), "1 2  3 4", Some(4.0), Some(10.0)),
        ((overlap, sum), "1 2  3 ..", Some(3.0), None),
        ((overlap, sum), "1 2  .. ..", Some(3.0), None),
        ((overlap, sum), ".. ..  .. ..", None, None),
        ((overlap, sum), "0 0  0 0", Some(0.0), Some(0.0)),
        ((overlap, sum), "-1 2  3 4", None, None),
        ((overlap, Additivity::None), "1 2  3 4", None, None),
        ((overlap, Additivity::Unknown), "1 2  3 4", None, None),
        ((Additivity::None, sum), "1 2  3 4", None, None),
    ] {
        let result = two(case.0, case.1, figures);
        assert_eq!(bounds(&result), (lower, upper), "{case:?} of {figures}");
        assert_eq!(printed(&result), "..", "{case:?} of {figures}");
        assert!(result.is_refused(), "{case:?} of {figures}");
    }
}

#[test]
fn rule_3_a_negative_figure_takes_bounds_from_its_own_cell_only() {
    let cube = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", &["2020-01", "2020-02"], &[])
        .declare("place", Additivity::Overlap)
        .figures("-1 2  3 4");
    let by_month = ask(&cube, &["month"], &[]);
    assert!(by_month.lower().unwrap()[0].is_nan());
    assert_eq!(by_month.lower().unwrap()[1], 4.0);
}

// ------------------------------------------------------------------ 4. Hierarchies

fn region(figures: &str) -> Arc<Cube> {
    place()
        .dimension("place", &["R", "A", "B", "C"], &[("R", "A"), ("R", "B"), ("R", "C")])
        .dimension("month", &["2020-01", "2020-02"], &[])
        .declare("place", Additivity::Sum)
        .declare("month", Additivity::Sum)
        .figures(figures)
}

#[test]
fn rule_4_a_grouping_lists_parents_and_children() {
    assert_eq!(
        printed(&ask(&region("9 9  1 1  2 2  3 3"), &["place"], &[("month", &["2020-01"])])),
        "9 1 2 3"
    );
}

#[test]
fn rule_4_one_root_answers_missing_where_it_is_missing() {
    let by_month = ask(&region("9 ..  1 1  2 2  3 3"), &["month"], &[]);
    assert_eq!(printed(&by_month), "9 ..");
    assert!(by_month.cell(0).unwrap().is_published_total());
    assert_eq!(by_month.cell(0).unwrap().reducer(), Some(Reducer::Published));
}

#[test]
fn rule_4_several_roots_are_combined() {
    let cube = place()
        .dimension("place", &["R", "A", "B", "S"], &[("R", "A"), ("R", "B")])
        .declare("place", Additivity::Sum)
        .figures("10 4 5 100");
    assert_eq!(printed(&ask(&cube, &[], &[])), "110");
}

#[test]
fn rule_4_exactly_the_children_are_answered_by_the_parent_for_the_whole_grouping_or_not_at_all() {
    let children: &[(&str, &[&str])] = &[("place", &["A", "B", "C"])];
    let whole = ask(&region("9 8  1 1  2 2  3 3"), &["month"], children);
    assert_eq!(printed(&whole), "9 8");
    assert_eq!(whole.cell(0).unwrap().stand_ins()[0].children, [1, 2, 3]);
    let spliced = ask(&region("9 ..  1 1  2 2  3 3"), &["month"], children);
    assert_eq!(printed(&spliced), "6 6");
    assert!(!spliced.cell(0).unwrap().is_published_total());
    let some = ask(&region("9 8  1 1  2 2  3 3"), &["month"], &[("place", &["A", "B"])]);
    assert_eq!(printed(&some), "3 3");
}

#[test]
fn rule_4_a_parent_is_never_added_to_its_children_and_that_is_said() {
    let both = ask(&region("9 9  1 1  2 2  3 3"), &["month"], &[("place", &["R", "B"])]);
    assert_eq!(printed(&both), "9 9");
    let cell = both.cell(0).unwrap();
    let stand_in = &cell.stand_ins()[0];
    assert_eq!((stand_in.parent, stand_in.children.as_slice()), (0, &[2][..]));
}

#[test]
fn rule_4_categories_with_a_common_child_are_not_disjoint() {
    let cube = place()
        .dimension("place", &["R", "S", "A"], &[("R", "A"), ("S", "A")])
        .declare("place", Additivity::Sum)
        .figures("5 6 4");
    let total = ask(&cube, &[], &[]);
    assert_eq!(reasons(&total), [NotSummarizable::Overlap]);
    assert_eq!(bounds(&total), (Some(6.0), Some(11.0)));
}

#[test]
fn rule_4_what_the_file_says_stands_for_all_answers_without_a_hierarchy() {
    let mut sketch = place().dimension("sex", &["F", "M", "T"], &[]).declare("sex", Additivity::Sum);
    sketch.parts.dimensions[0].elimination = Some("T".into());
    let cube = sketch.figures("4 5 10");
    assert_eq!(printed(&ask(&cube, &[], &[])), "10");
    assert_eq!(printed(&ask(&cube, &[], &[("sex", &["F", "M"])])), "9");
}

#[test]
fn rule_4_what_was_named_keeps_its_notes_where_the_parent_answers() {
    let note = |code: &str| Note {
        id: code.into(),
        attachment: Attachment {
            categories: Map::from([("place".into(), vec![code.into()])]),
            ..Attachment::default()
        },
        ..Note::default()
    };
    let mut sketch = place()
        .dimension("place", &["R", "A", "B"], &[("R", "A"), ("R", "B")])
        .declare("place", Additivity::Sum);
    sketch.parts.notes = vec![note("A"), note("R")];
    let cube = sketch.figures("9 1 2");
    assert_eq!(ask(&cube, &[], &[("place", &["A", "B"])]).cell(0).unwrap().notes(), [0, 1]);
    assert_eq!(ask(&cube, &[], &[]).cell(0).unwrap().notes(), [1]);
}

// ------------------------------------------------------------------ 5. Missing is not zero

#[test]
fn rule_5_a_sum_with_missing_parts_is_partial() {
    let by_place = ask(&arrivals(), &["place"], &[]);
    let b = by_place.cell(1).unwrap();
    assert_eq!((b.value(), b.observed(), b.of(), b.is_partial()), (Some(30.0), 2, 3, true));
    assert!(!by_place.cell(0).unwrap().is_partial());
}

#[test]
fn rule_5_statuses_of_any_part_are_those_of_the_result() {
    let cube = place()
        .dimension("place", &["A", "B", "C"], &[])
        .declare("place", Additivity::Sum)
        .figures("1e 2p ..c");
    assert_eq!(ask(&cube, &[], &[]).cell(0).unwrap().statuses(), ["c", "e", "p"]);
    assert_eq!(ask(&cube, &["place"], &[]).cell(2).unwrap().statuses(), ["c"]);
}

#[test]
fn rule_5_change_is_refused_between_unequal_parts_and_names_them() {
    let by_month = ask(&arrivals(), &["month"], &[]);
    assert_eq!(change(&by_month, 0, 1).unwrap().difference, 11.0);
    let refused = change(&by_month, 1, 2).unwrap_err();
    assert_eq!(refused, NotComparable::Parts(Set::from([vec![1]]), Set::new()));
    assert!(by_month.have_equal_parts(0, 1) && !by_month.have_equal_parts(1, 2));
}

#[test]
fn rule_5_change_compares_equal_parts_though_some_are_missing() {
    let cube = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", &["2020-01", "2020-02"], &[])
        .declare("place", Additivity::Sum)
        .figures("1 5  .. ..");
    assert_eq!(change(&ask(&cube, &["month"], &[]), 0, 1).unwrap().ratio, Some(5.0));
}

/// Two questions, each rolled up to one figure.
fn pair(cube: &Arc<Cube>, a: &[(&str, &[&str])], b: &[(&str, &[&str])]) -> Result<f64, NotComparable> {
    compare((&ask(cube, &[], a), 0), (&ask(cube, &[], b), 0)).map(|change| change.difference)
}

#[test]
fn rule_5_two_questions_are_compared_over_the_same_months_of_two_places_only() {
    let cube = arrivals();
    let both: &[&str] = &["2020-01", "2020-02"];
    assert_eq!(
        pair(&cube, &[("place", &["A"]), ("month", both)], &[("place", &["B"]), ("month", both)]),
        Ok(27.0)
    );
    // March is published for one of the two.
    let refused = pair(&cube, &[("place", &["A"])], &[("place", &["B"])]);
    assert_eq!(refused, Err(NotComparable::Parts(Set::from([vec![0, 2]]), Set::new())));
    let refused = pair(
        &cube,
        &[("place", &["A"]), ("month", &["2020-03"])],
        &[("place", &["B"]), ("month", &["2020-03"])],
    );
    assert_eq!(refused, Err(NotComparable::Missing));
}

#[test]
fn rule_5_two_periods_are_compared_where_they_are_equally_long() {
    let cube = arrivals();
    let of = |months: &'static [&'static str]| vec![("place", &["A"][..]), ("month", months)];
    assert_eq!(pair(&cube, &of(&["2020-01", "2020-02"]), &of(&["2020-02", "2020-03"])), Ok(2.0));
    let refused = pair(&cube, &of(&["2020-01"]), &of(&["2020-02", "2020-03"]));
    assert_eq!(refused, Err(NotComparable::Lengths(1, 2)));
    // The gap is in another place of the two.
    let of = |months: &'static [&'static str]| vec![("place", &["B"][..]), ("month", months)];
    let refused = pair(&cube, &of(&["2020-01", "2020-02"]), &of(&["2020-02", "2020-03"]));
    assert_eq!(refused, Err(NotComparable::Parts(Set::from([vec![1, 1]]), Set::new())));
}

#[test]
fn rule_5_of_a_stock_two_dates_are_compared_however_long_the_periods() {
    let cube = place()
        .dimension("month", MONTHS, &[])
        .kind(StatisticKind::Stock, "people")
        .declare("month", Additivity::Last)
        .figures("5 7 9");
    assert_eq!(pair(&cube, &[("month", &["2020-01"])], &[("month", &["2020-02", "2020-03"])]), Ok(4.0));
}

#[test]
fn rule_5_no_two_questions_are_compared_across_a_break_or_where_one_is_refused() {
    let cube = place().dimension("month", MONTHS, &[]).figures("1 2b 3");
    let refused = pair(&cube, &[("month", &["2020-01"])], &[("month", &["2020-03"])]);
    assert_eq!(refused, Err(NotComparable::Break));
    let cube = place()
        .dimension("place", &["A", "B", "C"], &[])
        .declare("place", Additivity::Overlap)
        .figures("1 2 3");
    assert_eq!(pair(&cube, &[("place", &["A", "B"])], &[("place", &["C"])]), Err(NotComparable::Missing));
    // Whole sums of other categories may stand beside each other.
    let cube =
        place().dimension("place", &["A", "B", "C"], &[]).declare("place", Additivity::Sum).figures("1 2 4");
    assert_eq!(pair(&cube, &[("place", &["A", "B"])], &[("place", &["C"])]), Ok(1.0));
}

#[test]
fn rule_5_change_is_refused_across_a_break_also_between() {
    let cube = place().dimension("month", MONTHS, &[]).figures("1 2b 3");
    let by_month = ask(&cube, &["month"], &[]);
    assert_eq!(change(&by_month, 0, 1), Err(NotComparable::Break));
    assert_eq!(change(&by_month, 0, 2), Err(NotComparable::Break));
    assert!(change(&by_month, 1, 2).is_ok());
}

#[test]
fn rule_5_rank_is_refused_between_unequal_parts_and_names_them() {
    let by_place = ask(&arrivals(), &["place"], &[]);
    assert_eq!(rank(&by_place, &[0, 1]), Err(NotComparable::Parts(Set::from([vec![2]]), Set::new())));
    let two_months = ask(&arrivals(), &["place"], &[("month", &["2020-01", "2020-02"])]);
    let places: Vec<_> = rank(&two_months, &[0, 1]).unwrap().iter().map(|ranked| ranked.cell).collect();
    assert_eq!(places, [1, 0]);
}

#[test]
fn rule_5_share_is_refused_between_unequal_parts_and_names_them() {
    let (cube, two) = (arrivals(), [("month", &["2020-01", "2020-02"][..])]);
    let (by_place, total) = (ask(&cube, &["place"], &two), ask(&cube, &[], &two));
    assert_eq!(share((&by_place, 0), (&total, 0)).unwrap().fraction, 3.0 / 33.0);
    let (by_place, total) = (ask(&cube, &["place"], &[]), ask(&cube, &[], &[]));
    // The total lacks B in March, on which A rests.
    let refused = share((&by_place, 0), (&total, 0)).unwrap_err();
    assert_eq!(refused, NotComparable::Parts(Set::from([vec![1, 2]]), Set::new()));
    // The total has A in March, on which B does not rest.
    let refused = share((&by_place, 1), (&total, 0)).unwrap_err();
    assert_eq!(refused, NotComparable::Parts(Set::new(), Set::from([vec![0, 2]])));
}

#[test]
fn rule_5_share_of_a_refused_total_or_a_rate_is_refused() {
    let overlap =
        place().dimension("place", &["A", "B"], &[]).declare("place", Additivity::Overlap).figures("1 2");
    assert_eq!(
        share((&ask(&overlap, &["place"], &[]), 0), (&ask(&overlap, &[], &[]), 0)),
        Err(NotComparable::Missing)
    );
    let rate = place().dimension("place", &["A", "B"], &[]).kind(StatisticKind::Rate, "").figures("1 2");
    assert_eq!(
        share((&ask(&rate, &["place"], &[]), 0), (&ask(&rate, &[], &[]), 0)),
        Err(NotComparable::Rate)
    );
}

#[test]
fn rule_5_share_of_a_published_total_compares_what_both_rest_on() {
    let cube = region("10 10  1 1  2 ..  3 3");
    let january = [("month", &["2020-01"][..])];
    let (by_place, total) = (ask(&cube, &["place"], &january), ask(&cube, &[], &january));
    assert_eq!(share((&by_place, 2), (&total, 0)).unwrap().fraction, 0.2);
    let (by_place, total) = (ask(&cube, &["place"], &[]), ask(&cube, &[], &[]));
    assert_eq!(share((&by_place, 1), (&total, 0)).unwrap().fraction, 0.1);
    assert!(matches!(share((&by_place, 2), (&total, 0)), Err(NotComparable::Parts(..))));
}

// ------------------------------------------------------------------ 6. Precedence

#[test]
fn rule_6_declared_stands_over_assumed_over_derived_over_unknown() {
    use {Additivity as A, AdditivityOrigin as O, StatisticKind as K};
    let flow = |sketch: Sketch| sketch.kind(K::Flow, "events");
    let stock = |sketch: Sketch| sketch.kind(K::Stock, "people");
    let base = || place().dimension("month", MONTHS, &[]);
    for (sketch, expected) in [
        (flow(base()).declare("month", A::Overlap).assume("month", A::Sum), (A::Overlap, O::Declared)),
        (flow(base()).assume("month", A::Overlap), (A::Overlap, O::Assumed)),
        (flow(base()).declare("month", A::Unknown).assume("month", A::None), (A::None, O::Assumed)),
        (flow(base()).assume("month", A::None).assume("m:month", A::Overlap), (A::Overlap, O::Assumed)),
        (flow(base()), (A::Sum, O::Derived)),
        (base().kind(K::Flow, "people"), (A::Unknown, O::Undeclared)),
        (stock(base()), (A::Last, O::Derived)),
        (base().kind(K::Rate, ""), (A::None, O::Derived)),
        (base(), (A::Unknown, O::Undeclared)),
        (stock(place().dimension("place", &["A", "B", "C"], &[])), (A::Unknown, O::Undeclared)),
    ] {
        assert_eq!(sketch.figures("1 2 3").additivity(0, 0), expected);
    }
}

#[test]
fn rule_6_a_result_says_that_it_is_assumed() {
    let cube = place().dimension("place", &["A", "B"], &[]).assume("place", Additivity::Sum).figures("1 2");
    assert!(ask(&cube, &[], &[]).cell(0).unwrap().is_assumed());
    assert!(!ask(&cube, &[], &[("place", &["A"])]).cell(0).unwrap().is_assumed());
    assert!(!ask(&cube, &["place"], &[]).cell(0).unwrap().is_assumed());
}

// ------------------------------------------------------------------ 7. Rounding

#[test]
fn rule_7_a_sum_of_rounded_parts_carries_its_range() {
    let sketch = || place().dimension("place", &["A", "B", "C"], &[]).declare("place", Additivity::Sum);
    let range = |cube: &Arc<Cube>| ask(cube, &[], &[]).cell(0).unwrap().range();
    assert_eq!(range(&sketch().precision(100.0).figures("4800~ 300~ 7")), Some((5007.0, 5207.0)));
    assert_eq!(range(&sketch().precision(100.0).figures("4800 300 7")), None);
    assert_eq!(range(&sketch().figures("4800~ 300~ 7")), None, "the width is unknown");
    let mut printed = sketch();
    printed.extras.ranges.insert(CellIndex(0), (40.0, 60.0));
    assert_eq!(range(&printed.figures("50 1 ..")), Some((41.0, 61.0)));
}

// ------------------------------------------------------------------ 8. One function decides

#[test]
fn rule_8_one_function_decides() {
    for (additivity, answer) in [
        (Additivity::Sum, Ok(Reducer::Sum)),
        (Additivity::Last, Ok(Reducer::Last)),
        (Additivity::Overlap, Err(NotSummarizable::Overlap)),
        (Additivity::None, Err(NotSummarizable::None)),
        (Additivity::Unknown, Err(NotSummarizable::Unknown)),
    ] {
        let cube = place().dimension("place", &["A", "B"], &[]).declare("place", additivity).figures("1 2");
        assert_eq!(reducer(&cube, 0, 0, &[0, 1]), answer);
        assert_eq!(reducer(&cube, 0, 0, &[1]), Ok(Reducer::Slice));
        let reasons = reasons(&ask(&cube, &[], &[]));
        assert_eq!(reasons, answer.err().into_iter().collect::<Vec<_>>(), "the query asks the same function");
    }
}

#[test]
fn top_keeps_the_largest_of_the_grouping_by_that_dimension_alone() {
    let cube = place()
        .dimension("place", &["A", "B", "C", "D"], &[])
        .dimension("month", &["2020-01"], &[])
        .figures("1 .. 3 3");
    let query = Query::builder(&cube).by(&["place"]).unwrap().by(&["place", "month"]).unwrap();
    let table = cube.run(&query.top("place", 2).unwrap().build().unwrap());
    assert_eq!(table.groups[0].positions(), [2, 3], "ties in category order, missing left out");
    assert_eq!(table.groups[0].find(&[3]), Some(1));
    assert_eq!(table.groups[1].len(), 4);
}

// ------------------------------------------------------------------ odd shapes

#[test]
fn odd_shapes_are_answered_without_a_panic() {
    let scalar = place().figures("5");
    assert_eq!(printed(&ask(&scalar, &[], &[])), "5");
    let empty = place().dimension("place", &[], &[]).dimension("month", MONTHS, &[]).figures("");
    assert!(ask(&empty, &["place"], &[]).is_empty());
    assert_eq!(printed(&ask(&empty, &["month"], &[])), ".. .. ..");
    assert_eq!(printed(&ask(&empty, &[], &[])), "..");
    let cube = arrivals();
    let odd =
        Query { measure: 7, groupings: vec![vec![], vec![0, 0, 9]], top: vec![(9, 1)], ..Query::default() };
    let table = cube.run(&odd);
    assert_eq!(table.groups[1].by(), [0]);
    assert!(table.groups[0].values()[0].is_nan() && table.groups[0].cell(0).is_none());
}

#[test]
fn thousands_of_categories_in_a_deep_hierarchy_take_no_time() {
    let codes: Vec<String> = (0..20_000).map(|c| format!("c{c}")).collect();
    let categories = codes.iter().map(|code| Category { code: code.clone(), ..Category::default() });
    let pairs: Vec<(u32, u32)> = (1..20_000).map(|c| (c - 1, c)).collect();
    let (hierarchy, left_out) = Hierarchy::new(codes.len(), &pairs);
    assert!(left_out.is_empty());
    assert_eq!(hierarchy.depth_of(19_999), 19_999);
    let mut sketch = place().declare("d", Additivity::Sum);
    let role = DimensionRole::Classification;
    sketch.parts.dimensions.push(Dimension::new("d", "d", role, categories.collect(), hierarchy));
    let cube = sketch.figures(&"1 ".repeat(20_000));
    let some: Vec<&str> = codes.iter().step_by(2).skip(1).map(String::as_str).collect();
    let result = ask(&cube, &[], &[("d", &some)]);
    assert_eq!((printed(&result).as_str(), parts(&result)), ("1", (1, 1)));
    assert_eq!(ask(&cube, &["d"], &[]).find(&[12_345]), Some(12_345));
}

#[test]
fn a_circle_in_a_hierarchy_is_left_out() {
    let (hierarchy, left_out) = Hierarchy::new(3, &[(0, 1), (1, 2), (2, 0), (1, 1), (0, 9), (0, 1)]);
    assert_eq!(left_out, [(2, 0), (1, 1), (0, 9)]);
    assert_eq!((hierarchy.roots(), hierarchy.children_of(0)), (&[0][..], &[1][..]));
}

// ------------------------------------------------------------------ small counts

/// Children of one place by month, "c" for what is withheld, and the place's own totals.
fn withheld(printed: &str) -> Arc<Cube> {
    let mut sketch = place()
        .dimension("place", &["ALL", "A", "B"], &[("ALL", "A"), ("ALL", "B")])
        .dimension("month", MONTHS, &[])
        .kind(StatisticKind::Flow, "events")
        .declare("place", Additivity::Sum)
        .declare("month", Additivity::Sum);
    sketch.measure.suppressed = [("c".to_owned(), (1.0, 4.0))].into();
    sketch.figures(printed)
}

#[test]
fn a_withheld_figure_has_no_value_and_makes_every_sum_over_it_a_range() {
    let cube = withheld("90 90 90   50 ..c 30   40 ..c ..");
    let cell = |filters: &[(&str, &[&str])]| ask(&cube, &[], filters).cell(0).unwrap();
    let single = cell(&[("place", &["A"]), ("month", &["2020-02"])]);
    assert_eq!((single.value(), single.range(), single.suppressed()), (None, Some((1.0, 4.0)), 1));
    assert_eq!((single.observed(), single.of(), single.is_partial()), (1, 1, false));
    let year = cell(&[("place", &["A"])]);
    assert_eq!((year.value(), year.range(), year.is_partial()), (None, Some((81.0, 84.0)), false));
    let partial = cell(&[("place", &["B"])]);
    assert_eq!((partial.range(), partial.observed(), partial.of()), (Some((41.0, 44.0)), 2, 3));
    assert_eq!(printed(&ask(&cube, &["month"], &[("place", &["A"])])), "50 .. 30");
}

#[test]
fn bounds_take_the_least_and_the_most_of_what_is_withheld() {
    let mut sketch = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", &MONTHS[..2], &[])
        .declare("place", Additivity::Overlap)
        .declare("month", Additivity::Sum);
    sketch.measure.suppressed = [("c".to_owned(), (0.0, 4.0))].into();
    let whole = sketch.clone().figures("7 ..c   ..c ..c");
    assert_eq!(bounds(&ask(&whole, &[], &[])), (Some(7.0), Some(19.0)));
    let open = sketch.figures("7 ..c   ..c ..");
    assert_eq!(bounds(&ask(&open, &[], &[])), (Some(7.0), None));
}

#[test]
fn a_withheld_figure_of_a_stock_is_a_figure_of_the_last_period() {
    let mut sketch = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", MONTHS, &[])
        .declare("place", Additivity::Sum)
        .declare("month", Additivity::Last);
    sketch.measure.suppressed = [("c".to_owned(), (1.0, 4.0))].into();
    let cube = sketch.figures("5 ..c ..   7 .. ..");
    let result = ask(&cube, &["place"], &[]);
    assert_eq!((printed(&result).as_str(), result.period()), (".. ..", Some((1, 1))));
    assert_eq!(result.cell(0).unwrap().range(), Some((1.0, 4.0)));
    assert_eq!(result.cell(1).unwrap().observed(), 0);
}

#[test]
fn a_withheld_figure_with_a_value_is_no_cube() {
    let mut parts = withheld("90 90 90   50 ..c 30   40 ..c ..").parts().clone();
    let mut leak = ColumnBuilder::new(9);
    leak.set(CellIndex(4), 3.0);
    leak.set_status(CellIndex(4), parts.statuses.intern("c").unwrap());
    parts.columns = vec![leak.finish(Extras::default())];
    let error = Cube::new(parts).unwrap_err();
    assert!(error.to_string().contains("marked as withheld, and has a value"), "{error}");
}

// ------------------------------------------------------------------ derived measures

fn last<'a>(codes: &'a [&'a str]) -> [(&'a str, &'a [&'a str]); 1] {
    [("place", codes)]
}

#[test]
fn a_running_total_is_the_sum_so_far_with_all_that_goes_with_it() {
    let cube = place()
        .dimension("month", &["2020-03", "2020-01", "2020-02"], &[])
        .kind(StatisticKind::Flow, "events")
        .figures("4 1p ..");
    let result = running_total(&ask(&cube, &["month"], &[]), 0).unwrap();
    // As they stand in the file; February has no figure, so March's total is partial.
    assert_eq!(printed(&result), "5 1 ..");
    let march = result.cell(0).unwrap();
    assert_eq!((march.observed(), march.of(), march.reducer()), (2, 3, Some(Reducer::Sum)));
    assert_eq!((march.statuses(), march.selection()), (&["p".to_owned()][..], &[vec![0, 1, 2]][..]));
    assert!(!result.have_equal_parts(0, 2) && result.have_equal_parts(0, 1));
    assert_eq!(change(&result, 1, 0), Err(NotComparable::NotAdditive), "no change of a running total");
}

#[test]
fn a_running_total_is_refused_where_time_is_not_added_or_the_series_breaks() {
    let cube =
        |kind, figures: &str| place().dimension("month", MONTHS, &[]).kind(kind, "events").figures(figures);
    for (kind, figures, reason) in [
        (StatisticKind::Stock, "1 2 3", NotComparable::NotAdditive),
        (StatisticKind::Rate, "1 2 3", NotComparable::NotAdditive),
        (StatisticKind::Unknown, "1 2 3", NotComparable::NotAdditive),
        (StatisticKind::Flow, "1 2b 3", NotComparable::Break),
    ] {
        let result = ask(&cube(kind, figures), &["month"], &[]);
        assert_eq!(running_total(&result, 0).unwrap_err(), reason, "{kind:?}");
    }
    let overlapping = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", MONTHS, &[])
        .kind(StatisticKind::Flow, "events")
        .declare("place", Additivity::Overlap)
        .figures("1 2 3   4 5 6");
    let refused = running_total(&ask(&overlapping, &["month"], &[]), 1);
    assert_eq!(refused.unwrap_err(), NotComparable::NotAdditive);
    let alone = running_total(&ask(&overlapping, &["month"], &last(&["A"])), 1).unwrap();
    assert_eq!(printed(&alone), "1 3 6");
}

#[test]
fn an_average_counts_published_periods_of_one_length_that_rest_on_the_same_parts() {
    let month = |kind, figures: &str| {
        let cube = place().dimension("month", MONTHS, &[]).kind(kind, "events").figures(figures);
        average(&ask(&cube, &["month"], &[]))
    };
    let flow = month(StatisticKind::Flow, "1 .. 4~").unwrap();
    assert_eq!((flow.value, flow.periods, flow.of, flow.is_rounded), (2.5, 2, 3, true));
    assert_eq!(month(StatisticKind::Stock, "2 4 6").unwrap().value, 4.0);
    assert_eq!(month(StatisticKind::Rate, "2 4 6"), Err(NotComparable::Rate), "rates are never averaged");
    assert_eq!(month(StatisticKind::Unknown, "2 4 6"), Err(NotComparable::NotAdditive));
    assert_eq!(month(StatisticKind::Flow, "2 4b 6"), Err(NotComparable::Break));
    assert_eq!(month(StatisticKind::Flow, ".. .. .."), Err(NotComparable::Missing));
    let uneven = place()
        .dimension("place", &["A", "B"], &[])
        .dimension("month", &MONTHS[..2], &[])
        .kind(StatisticKind::Flow, "events")
        .declare("place", Additivity::Sum)
        .figures("1 2   3 ..");
    assert!(matches!(average(&ask(&uneven, &["month"], &[])), Err(NotComparable::Parts(..))));
    let lengths = place()
        .dimension("month", &["2020-01", "2020-Q2"], &[])
        .kind(StatisticKind::Flow, "events")
        .figures("1 2");
    assert_eq!(average(&ask(&lengths, &["month"], &[])), Err(NotComparable::Periods));
}

#[test]
fn a_published_total_stands_beside_the_sum_of_its_parts() {
    let tree = &[("ALL", "A"), ("ALL", "B")];
    let check = |additivity, figures: &str| {
        let cube = place()
            .dimension("place", &["ALL", "A", "B"], tree)
            .declare("place", additivity)
            .figures(figures);
        let cell = ask(&cube, &[], &[]).cell(0).unwrap();
        let mut checks = total_checks(&cube, &cell);
        assert!(checks.len() <= 1);
        checks.pop().map(|check| (check.published.value(), check.computed.value(), check.difference))
    };
    assert_eq!(check(Additivity::Sum, "10 4 6"), Some((Some(10.0), Some(10.0), None)));
    assert_eq!(check(Additivity::Sum, "10 4 7"), Some((Some(10.0), Some(11.0), Some(-1.0))));
    assert_eq!(check(Additivity::Sum, "10 4 .."), Some((Some(10.0), Some(4.0), None)), "the rest is missing");
    assert_eq!(check(Additivity::Sum, "10 14 .."), Some((Some(10.0), Some(14.0), Some(-4.0))));
    // Where parts overlap, the total must lie between the bounds.
    assert_eq!(check(Additivity::Overlap, "10 6 8"), Some((Some(10.0), None, None)));
    assert_eq!(check(Additivity::Overlap, "15 6 8"), Some((Some(15.0), None, Some(1.0))));
    assert_eq!(check(Additivity::Overlap, "7 6 8"), Some((Some(7.0), None, Some(-1.0))));
    assert_eq!(check(Additivity::Sum, "10 .. .."), None);

    // Parts of a month for which no total is published do not speak against that of another month.
    let cube = place()
        .dimension("place", &["ALL", "A"], &[("ALL", "A")])
        .dimension("month", &MONTHS[..2], &[])
        .declare("place", Additivity::Sum)
        .declare("month", Additivity::Sum)
        .kind(StatisticKind::Flow, "events")
        .figures("10 ..   9 8");
    let cell = ask(&cube, &[], &[]).cell(0).unwrap();
    let checks = total_checks(&cube, &cell);
    assert_eq!(cell.value(), Some(10.0));
    assert!(checks.iter().all(|check| check.computed.value() == Some(17.0) && check.difference.is_none()));
    assert_eq!(checks.len(), 1);
}

#[test]
fn a_refusal_offers_what_is_valid_instead_with_its_figure() {
    let cube = place()
        .dimension("place", &["ALL", "A", "B", "C"], &[("ALL", "A"), ("ALL", "B"), ("ALL", "C")])
        .dimension("month", &MONTHS[..2], &[])
        .declare("place", Additivity::Overlap)
        .declare("month", Additivity::Sum)
        .figures("9 9   1 2   3 4   .. ..");
    let query = Query::builder(&cube);
    let both = Select::Codes(vec!["A".into(), "B".into()]);
    let query =
        query.keep("place", &both, ClauseSource::Reader).unwrap().by::<&str>(&[]).unwrap().build().unwrap();
    let cell = cube.run(&query).groups[0].cell(0).unwrap();
    let told = |cell: &Cell, query: &Query| {
        let told = alternatives(&cube, query, cell, 8).into_iter().map(|other| match &other {
            Alternative::Bounds { lower, upper } => format!("{} {lower} {upper:?}", other.id()),
            Alternative::Category { position, cell, .. }
            | Alternative::LastPeriod { position, cell, .. }
            | Alternative::PublishedTotal { position, cell, .. } => {
                format!("{} {position}: {}", other.id(), cell.value().unwrap())
            }
        });
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        told(&cell, &query),
        ["published-total 0: 18", "category 1: 3", "category 2: 7", "bounds 7 Some(10.0)"]
    );
    let one = ask(&cube, &[], &last(&["A"])).cell(0).unwrap();
    assert_eq!(told(&one, &query), [] as [&str; 0], "nothing was refused");
    let over_time =
        place().dimension("month", MONTHS, &[]).declare("month", Additivity::None).figures("1 2 ..");
    let cell = ask(&over_time, &[], &[]).cell(0).unwrap();
    let found = alternatives(&over_time, &Query::default(), &cell, 8);
    assert!(matches!(found.as_slice(), [Alternative::LastPeriod { position: 1, .. }]), "{found:?}");
    assert_eq!(cell.refusals()[0].reason.term(), "not additive");
}

// ------------------------------------------------------------------ editions

/// An edition of one measure by place, with the publisher of each figure.
fn edition(codes: &[&str], figures: &str, publisher: &str, change: fn(&mut Measure)) -> Arc<Cube> {
    let mut sketch = place().dimension("place", codes, &[]).kind(StatisticKind::Flow, "events");
    change(&mut sketch.measure);
    for cell in 0..codes.len() {
        sketch.extras.provenance.insert(CellIndex(cell), vec!["S".into()]);
    }
    let source = Source { title: "T".into(), publisher: Some(publisher.into()), ..Source::default() };
    sketch.parts.sources = Arc::new([("S".to_owned(), source)].into());
    sketch.figures(figures)
}

fn told(earlier: &Arc<Cube>, later: &Arc<Cube>, query: &Query) -> Vec<String> {
    let changes = changes_since(earlier, later, query, 100).unwrap();
    assert_eq!(changes.num_changed(), changes.changed.len());
    let value =
        |cell: &Option<Cell>| cell.as_ref().and_then(Cell::value).map_or("..".into(), |v| v.to_string());
    let tell = |changed: &ChangedFigure| {
        let difference = changed.difference.map(|difference| format!(" ({difference})")).unwrap_or_default();
        let (from, to) = (value(&changed.earlier), value(&changed.later));
        format!("{} {from} to {to}{difference}", changed.kind.id())
    };
    changes.changed.iter().map(tell).collect()
}

#[test]
fn between_editions_cells_are_added_revised_and_withdrawn() {
    let same = |_: &mut Measure| {};
    let earlier = edition(&["A", "B", "C", "D"], "1649 5 .. 7", "P", same);
    // In another order, with one category more and one less.
    let later = edition(&["B", "A", "C", "E"], "5 1638 3 9", "P", same);
    let all = Query::default();
    let expected = ["revised 1649 to 1638 (-11)", "added .. to 3", "added .. to 9", "withdrawn 7 to .."];
    assert_eq!(told(&earlier, &later, &all), expected);
    assert_eq!(changes_since(&earlier, &later, &all, 1).unwrap().num_changed(), 4, "all are counted");
    let one = Query::builder(&later).keep("place", &Select::Codes(vec!["A".into()]), ClauseSource::Reader);
    assert_eq!(told(&earlier, &later, &one.unwrap().build().unwrap()), [expected[0]]);
    assert_eq!(told(&later, &later, &all), [] as [&str; 0]);
    let other = place().dimension("town", &["A"], &[]).figures("1");
    assert_eq!(changes_since(&other, &later, &all, 9), Err(OtherDimensions));
}

#[test]
fn what_is_no_revision_is_told_apart() {
    let same = |_: &mut Measure| {};
    let earlier = edition(&["A"], "24250", "P", same);
    let one = |later: &Arc<Cube>| told(&earlier, later, &Query::default()).remove(0);
    assert_eq!(one(&edition(&["A"], "58103", "Q", same)), "conflict 24250 to 58103");
    let other_count = |measure: &mut Measure| measure.description = Some("Newcomers to centres.".into());
    assert_eq!(one(&edition(&["A"], "58103", "P", other_count)), "redefined 24250 to 58103");
    assert_eq!(one(&edition(&["A"], "24300~", "P", same)), "redefined 24250 to 24300", "another precision");
    assert_eq!(one(&edition(&["A"], "24260", "P", same)), "revised 24250 to 24260 (10)");
}

#[test]
fn revisions_are_the_steps_between_vintages_of_what_the_filters_leave() {
    let mut sketch = place().dimension("place", &["A", "B"], &[]);
    let vintage = |edition: &str, value| Vintage { edition: edition.into(), value };
    sketch
        .extras
        .vintages
        .insert(CellIndex(0), vec![vintage("1", 4.0), vintage("2", 4.0), vintage("3", 6.0)]);
    sketch.extras.vintages.insert(CellIndex(1), vec![vintage("1", 9.0), vintage("3", 8.0)]);
    let cube = sketch.figures("6 8");
    let told = |query: &Query| {
        let all = revisions(&cube, query, 9).into_iter();
        all.map(|step| (step.later.edition.clone(), step.difference())).collect::<Vec<_>>()
    };
    assert_eq!(told(&Query::default()), [("3".to_owned(), 2.0), ("3".to_owned(), -1.0)]);
    let one = Query::builder(&cube).keep("place", &Select::Codes(vec!["B".into()]), ClauseSource::Reader);
    assert_eq!(told(&one.unwrap().build().unwrap()), [("3".to_owned(), -1.0)]);
}
