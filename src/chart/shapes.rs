//! Shapes of places: TopoJSON, and a table that says which area is which category. No
//! place is named in the program.

use statcube::map::Map;
use std::fmt;

use serde_json::Value;
use statcube::{Cube, DimensionRole};

use super::scene::{Point, Rect};

/// That a file of shapes cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapesError(String);

impl fmt::Display for ShapesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ShapesError {}

/// One place: the code of its category, and its outlines in degrees east and north.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Area {
    pub code: String,
    pub rings: Vec<Vec<Point>>,
    /// Where its symbol stands, if not in the middle.
    pub at: Option<Point>,
}

/// A name on the water.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Water {
    pub at: Point,
    pub labels: Map<String, String>,
}

/// Shapes of places, as one file of areas.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MapShapes {
    pub(crate) areas: Vec<Area>,
    pub(crate) waters: Vec<Water>,
    /// Who drew them.
    pub(crate) source: String,
}

impl MapShapes {
    /// Reads shapes from TopoJSON and from the table that gives each area, by its name or its
    /// id, the code of its category. Areas that the table does not list are left out.
    ///
    /// # Errors
    /// What is wrong with either file.
    pub fn from_json(topology: &str, table: &str) -> Result<Self, ShapesError> {
        let read = |what: &str, text: &str| -> Result<Value, ShapesError> {
            let read = serde_json::from_str::<Value>(text);
            read.map_err(|error| ShapesError(format!("The {what} cannot be read: {error}.")))
        };
        let topology = read("map's shapes", topology)?;
        let table = read("map's table of areas", table)?;
        let arcs = points(&topology);
        let mut shapes = Self {
            areas: Vec::new(),
            waters: list(table.get("waters")).iter().filter_map(water).collect(),
            source: table.get("source").and_then(Value::as_str).unwrap_or_default().to_owned(),
        };
        for object in
            topology.get("objects").and_then(Value::as_object).into_iter().flat_map(|all| all.values())
        {
            shapes.add(object, &arcs, table.get("areas").unwrap_or(&Value::Null));
        }
        match shapes.areas.is_empty() {
            true => Err(ShapesError("The map's shapes hold no area that its table lists.".into())),
            false => Ok(shapes),
        }
    }

    fn add(&mut self, geometry: &Value, arcs: &[Vec<Point>], areas: &Value) {
        let own = list(geometry.get("arcs"));
        let rings: Vec<&Value> = match geometry.get("type").and_then(Value::as_str) {
            Some("GeometryCollection") => {
                let geometries = list(geometry.get("geometries")).iter();
                return geometries.for_each(|geometry| self.add(geometry, arcs, areas));
            }
            // Only outer rings: holes would need a fill rule that not every backend has.
            Some("Polygon") => own.iter().take(1).collect(),
            Some("MultiPolygon") => own.iter().filter_map(|polygon| polygon.get(0)).collect(),
            _ => return,
        };
        let name = geometry.get("properties").and_then(|properties| properties.get("name"));
        let mut names = [name, geometry.get("id")].into_iter().flatten().filter_map(Value::as_str);
        let Some(entry) = names.find_map(|name| areas.get(name)) else { return };
        let Some(code) = entry.get("code").and_then(Value::as_str) else { return };
        let rings: Vec<Vec<Point>> = rings.into_iter().map(|ring| stitched(ring, arcs)).collect();
        let rings: Vec<Vec<Point>> = rings.into_iter().filter(|ring| ring.len() > 2).collect();
        if !rings.is_empty() {
            self.areas.push(Area { code: code.to_owned(), rings, at: entry.get("at").and_then(point) });
        }
    }

    /// Whether the map has areas for places of this cube.
    pub fn covers(&self, cube: &Cube) -> bool {
        let geo = cube.dimension_with_role(DimensionRole::Geo).and_then(|place| cube.dimensions().get(place));
        geo.is_some_and(|geo| self.areas.iter().filter(|area| geo.position(&area.code).is_some()).count() > 1)
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn point(pair: &Value) -> Option<Point> {
    Some(Point::new(pair.get(0)?.as_f64()?, pair.get(1)?.as_f64()?))
}

fn water(named: &Value) -> Option<Water> {
    let labels = named.get("label")?.as_object()?.iter();
    let labels = labels.filter_map(|(language, label)| Some((language.clone(), label.as_str()?.to_owned())));
    Some(Water { at: point(named.get("at")?)?, labels: labels.collect() })
}

/// The arcs in degrees.
fn points(topology: &Value) -> Vec<Vec<Point>> {
    let transform = topology.get("transform");
    let of = |name: &str| transform.and_then(|transform| point(transform.get(name)?));
    let (scale, translate) = (of("scale"), of("translate"));
    let placed = |arc: &Value| {
        let (mut x, mut y) = (0.0, 0.0);
        let written = list(Some(arc)).iter().filter_map(point);
        let absolute = written.map(|step| match (scale, translate) {
            (Some(scale), Some(translate)) => {
                (x, y) = (x + step.x, y + step.y);
                Point::new(x * scale.x + translate.x, y * scale.y + translate.y)
            }
            _ => step,
        });
        absolute.collect()
    };
    list(topology.get("arcs")).iter().map(placed).collect()
}

/// A ring from its arcs; a negative index is an arc backwards, `!index`.
fn stitched(ring: &Value, arcs: &[Vec<Point>]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for index in list(Some(ring)).iter().filter_map(Value::as_i64) {
        let place = if index < 0 { !index } else { index };
        let Some(arc) = usize::try_from(place).ok().and_then(|place| arcs.get(place)) else { continue };
        // The first point of an arc is the last of the one before.
        let skip = usize::from(!points.is_empty());
        match index < 0 {
            true => points.extend(arc.iter().rev().skip(skip)),
            false => points.extend(arc.iter().skip(skip)),
        }
    }
    points
}

/// The cosine of an angle in degrees, between -90 and 90, the same on every machine.
pub(crate) fn cosine(degrees: f64) -> f64 {
    let square = (degrees * std::f64::consts::PI / 180.0) * (degrees * std::f64::consts::PI / 180.0);
    let terms = [132.0, 90.0, 56.0, 30.0, 12.0, 2.0];
    terms.iter().fold(1.0, |rest, term| 1.0 - square / term * rest)
}

/// The part of a polygon that lies in a rectangle (Sutherland and Hodgman, 1974).
pub(crate) fn clipped(ring: &[Point], rect: Rect) -> Vec<Point> {
    // How far inside a point lies, for each side.
    let sides: [fn(Point, Rect) -> f64; 4] = [
        |point, rect| point.x - rect.x,
        |point, rect| rect.right() - point.x,
        |point, rect| point.y - rect.y,
        |point, rect| rect.bottom() - point.y,
    ];
    let mut points = ring.to_vec();
    for inside in sides {
        let mut kept = Vec::with_capacity(points.len());
        let Some(mut before) = points.last().copied() else { break };
        for &point in &points {
            let (from, to) = (inside(before, rect), inside(point, rect));
            if (from < 0.0) != (to < 0.0) {
                let part = from / (from - to);
                kept.push(Point::new(
                    before.x + (point.x - before.x) * part,
                    before.y + (point.y - before.y) * part,
                ));
            }
            if to >= 0.0 {
                kept.push(point);
            }
            before = point;
        }
        points = kept;
    }
    points
}

/// Area (without sign) and middle of a polygon.
pub(crate) fn middle(ring: &[Point]) -> (f64, Point) {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    let mut before = ring.last().copied().unwrap_or(Point::new(0.0, 0.0));
    for &point in ring {
        let cross = before.x * point.y - point.x * before.y;
        area += cross;
        x += (before.x + point.x) * cross;
        y += (before.y + point.y) * cross;
        before = point;
    }
    if area == 0.0 {
        return (0.0, before);
    }
    ((area / 2.0).abs(), Point::new(x / (3.0 * area), y / (3.0 * area)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    const SQUARE: &str = r#"{"type":"Topology","transform":{"scale":[1,1],"translate":[10,40]},
        "arcs":[[[0,0],[2,0],[0,2]],[[0,0],[0,2],[2,0]]],
        "objects":{"all":{"type":"GeometryCollection","geometries":[
            {"type":"Polygon","arcs":[[0,-2]],"properties":{"name":"Here"}},
            {"type":"Point","coordinates":[0,0]}]}}}"#;

    #[test]
    fn arcs_are_stitched_forwards_and_backwards() {
        let shapes = MapShapes::from_json(SQUARE, r#"{"areas":{"Here":{"code":"A"}}}"#).unwrap();
        let ring: Vec<(f64, f64)> = shapes.areas[0].rings[0].iter().map(|p| (p.x, p.y)).collect();
        assert_eq!(ring, [(10.0, 40.0), (12.0, 40.0), (12.0, 42.0), (10.0, 42.0), (10.0, 40.0)]);
        assert_eq!(middle(&shapes.areas[0].rings[0]), (4.0, Point::new(11.0, 41.0)));
    }

    #[test]
    fn files_that_do_not_fit_say_so() {
        assert!(MapShapes::from_json("{", "{}").is_err());
        assert!(MapShapes::from_json(SQUARE, r#"{"areas":{"Elsewhere":{"code":"A"}}}"#).is_err());
        let broken = SQUARE.replace("[[0,-2]]", "[[0,99]]");
        assert!(MapShapes::from_json(&broken, r#"{"areas":{"Here":{"code":"A"}}}"#).is_ok());
    }

    #[test]
    fn what_leaves_the_frame_is_cut_off() {
        let ring =
            [Point::new(-5.0, -5.0), Point::new(5.0, -5.0), Point::new(5.0, 5.0), Point::new(-5.0, 5.0)];
        let cut = clipped(&ring, Rect::new(0.0, 0.0, 10.0, 10.0));
        assert_eq!(middle(&cut), (25.0, Point::new(2.5, 2.5)));
        assert!(clipped(&ring, Rect::new(20.0, 20.0, 5.0, 5.0)).is_empty());
    }

    #[test]
    fn the_cosine_is_that_of_the_machine() {
        for degrees in [0.0f64, 12.0, 43.0, 60.0, -35.0] {
            assert!((cosine(degrees) - degrees.to_radians().cos()).abs() < 1e-6, "{degrees}");
        }
    }
}
