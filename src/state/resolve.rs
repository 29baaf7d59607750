//! From what is on view to a question, with what the snapshot does not have.

use std::sync::Arc;

use statcube::{Clause, ClauseSource, Cube, DimensionRole, Period, Query, Snapshot};

use super::{Picked, ViewState};
use crate::chart::ChartKind;

/// Something in a link or an attribute that means nothing here. It is left out, and said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// The field.
    pub field: String,
    /// What stood in it.
    pub code: String,
}

/// A view of a snapshot.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// The dataset.
    pub cube: Arc<Cube>,
    /// Position of the dataset in the snapshot.
    pub dataset: usize,
    /// Measure and filters; groupings are the business of whoever asks.
    pub query: Query,
    /// What was left out.
    pub ignored: Vec<Ignored>,
}

/// The dimension that the field `country` means.
pub fn geo_dimension(cube: &Cube) -> Option<usize> {
    cube.dimension_with_role(DimensionRole::Geo)
}

/// The dimension that the fields `from` and `to` mean.
pub fn time_dimension(cube: &Cube) -> Option<usize> {
    cube.dimension_with_role(DimensionRole::Time)
}

/// The dimension that the field `nationality` means: citizenship, by the ids that offices
/// give it, else a second dimension of places.
pub fn citizenship_dimension(cube: &Cube) -> Option<usize> {
    const IDS: [&str; 8] = [
        "nationality",
        "citizen",
        "citizenship",
        "origin",
        "coo",
        "country_of_origin",
        "statsborger",
        "c_birth",
    ];
    let by_id = cube.dimensions().iter().position(|d| IDS.contains(&d.id.to_lowercase().as_str()));
    let mut places = (0..cube.dimensions().len())
        .filter(|&place| cube.dimensions().get(place).is_some_and(|d| d.role == DimensionRole::Geo));
    by_id.or_else(|| places.nth(1))
}

/// The field that filters a dimension; of time the first of two.
pub fn field_of(cube: &Cube, dimension: usize) -> &'static str {
    match Some(dimension) {
        place if place == geo_dimension(cube) => "country",
        place if place == time_dimension(cube) => "from",
        place if place == citizenship_dimension(cube) => "nationality",
        _ => "where",
    }
}

/// Finds dataset, measure and categories; `None` only where the snapshot has no dataset.
pub fn resolve(view: &ViewState, snapshot: &Snapshot) -> Option<Resolved> {
    let mut ignored = Vec::new();
    let mut say = |field: &str, code: &str| ignored.push(Ignored { field: field.into(), code: code.into() });

    let wanted = view.dataset.as_deref().and_then(|id| {
        let found = snapshot.datasets.iter().position(|cube| cube.id() == id);
        if found.is_none() {
            say("dataset", id);
        }
        found
    });
    let dataset = wanted.unwrap_or(0);
    let cube = Arc::clone(snapshot.datasets.get(dataset)?);
    let measure = view.measure.as_deref().and_then(|id| {
        let found = cube.measure_position(id);
        if found.is_none() {
            say("measure", id);
        }
        found
    });
    let mut query = Query { measure: measure.unwrap_or(0), ..Query::default() };

    let mut keep = |place: Option<usize>, field: &str, codes: &[String], query: &mut Query| {
        let Some((place, dimension)) = place.and_then(|p| Some((p, cube.dimensions().get(p)?))) else {
            codes.iter().for_each(|code| say(field, code));
            return;
        };
        let mut positions = Vec::new();
        for code in codes {
            match dimension.position(code) {
                Some(position) => positions.push(position),
                None => say(field, code),
            }
        }
        if !positions.is_empty() {
            query.clauses.push(Clause::new(&cube, place, positions, ClauseSource::Reader));
        }
    };
    keep(geo_dimension(&cube), "country", &view.country, &mut query);
    keep(citizenship_dimension(&cube), "nationality", &view.nationality, &mut query);
    for (id, codes) in &view.others {
        keep(cube.dimension_position(id), "where", codes, &mut query);
    }
    if view.from.is_some() || view.to.is_some() {
        let end = |text: &Option<String>| text.as_deref().and_then(Period::parse);
        let (from, to) = (end(&view.from), end(&view.to));
        if let Some((place, dimension)) =
            time_dimension(&cube).and_then(|p| Some((p, cube.dimensions().get(p)?)))
        {
            let inside = (0u32..).zip(&dimension.categories);
            let inside = inside.filter(|(_, category)| category.period.is_some_and(|p| p.within(from, to)));
            let positions = inside.map(|(position, _)| position).collect();
            let source =
                view.brush.map_or(ClauseSource::Reader, |kind| ClauseSource::Chart(kind.id().to_owned()));
            query.clauses.push(Clause::new(&cube, place, positions, source));
        }
    }
    let means_something = |panel: &str, picked: &str| match Picked::from_id(picked) {
        Some(Picked::Running) => panel == ChartKind::Trend.id(),
        picked => picked.is_some() && ChartKind::from_id(panel).is_some(),
    };
    for (panel, picked) in view.kinds.iter().filter(|(panel, picked)| !means_something(panel, picked)) {
        ignored.push(Ignored { field: "kinds".into(), code: format!("{panel}:{picked}") });
    }
    Some(Resolved { cube, dataset, query, ignored })
}
