//! Shapes of places: TopoJSON, and a table that says which area is which category. No
//! place is named in the program.

use statcube::map::Map;
use std::fmt;

use serde::Deserialize;
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

#[derive(Deserialize)]
struct Topology {
    arcs: Vec<Vec<[f64; 2]>>,
    transform: Option<Transform>,
    objects: Map<String, Geometry>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Geometry {
    #[serde(rename = "GeometryCollection")]
    Collection {
        geometries: Vec<Geometry>,
    },
    Polygon {
        arcs: Vec<Vec<i64>>,
        id: Option<serde_json::Value>,
        properties: Option<Properties>,
    },
    MultiPolygon {
        arcs: Vec<Vec<Vec<i64>>>,
        id: Option<serde_json::Value>,
        properties: Option<Properties>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize, Default)]
struct Properties {
    name: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    source: String,
    areas: Map<String, Entry>,
    #[serde(default)]
    waters: Vec<NamedWater>,
}

#[derive(Deserialize)]
struct Entry {
    code: String,
    at: Option<[f64; 2]>,
}

#[derive(Deserialize)]
struct NamedWater {
    at: [f64; 2],
    label: Map<String, String>,
}

impl MapShapes {
    /// Reads shapes from TopoJSON and from the table that gives each area, by its name or its
    /// id, the code of its category. Areas that the table does not list are left out.
    ///
    /// # Errors
    /// What is wrong with either file.
    pub fn from_json(topology: &str, table: &str) -> Result<Self, ShapesError> {
        let wrong = |what: &str, error: serde_json::Error| {
            ShapesError(format!("The {what} cannot be read: {error}."))
        };
        let topology: Topology =
            serde_json::from_str(topology).map_err(|error| wrong("map's shapes", error))?;
        let table: Table =
            serde_json::from_str(table).map_err(|error| wrong("map's table of areas", error))?;
        let arcs = topology.points();
        let mut shapes = Self {
            areas: Vec::new(),
            waters: table
                .waters
                .iter()
                .map(|water| Water { at: Point::new(water.at[0], water.at[1]), labels: water.label.clone() })
                .collect(),
            source: table.source.clone(),
        };
        for object in topology.objects.values() {
            shapes.add(object, &arcs, &table);
        }
        match shapes.areas.is_empty() {
            true => Err(ShapesError("The map's shapes hold no area that its table lists.".into())),
            false => Ok(shapes),
        }
    }

    fn add(&mut self, geometry: &Geometry, arcs: &[Vec<Point>], table: &Table) {
        let (rings, id, properties): (Vec<&Vec<i64>>, _, _) = match geometry {
            Geometry::Collection { geometries } => {
                return geometries.iter().for_each(|geometry| self.add(geometry, arcs, table));
            }
            // Only outer rings: holes would need a fill rule that not every backend has.
            Geometry::Polygon { arcs, id, properties } => (arcs.iter().take(1).collect(), id, properties),
            Geometry::MultiPolygon { arcs, id, properties } => {
                (arcs.iter().filter_map(|polygon| polygon.first()).collect(), id, properties)
            }
            Geometry::Other => return,
        };
        let name = properties.as_ref().and_then(|properties| properties.name.as_deref());
        let id = id.as_ref().and_then(serde_json::Value::as_str);
        let Some(entry) = name.and_then(|name| table.areas.get(name)).or_else(|| table.areas.get(id?)) else {
            return;
        };
        let rings: Vec<Vec<Point>> = rings.into_iter().map(|ring| stitched(ring, arcs)).collect();
        let rings: Vec<Vec<Point>> = rings.into_iter().filter(|ring| ring.len() > 2).collect();
        if !rings.is_empty() {
            let at = entry.at.map(|[east, north]| Point::new(east, north));
            self.areas.push(Area { code: entry.code.clone(), rings, at });
        }
    }

    /// Whether the map has areas for places of this cube.
    pub fn covers(&self, cube: &Cube) -> bool {
        let geo = cube.dimension_with_role(DimensionRole::Geo).and_then(|place| cube.dimensions().get(place));
        geo.is_some_and(|geo| self.areas.iter().filter(|area| geo.position(&area.code).is_some()).count() > 1)
    }
}

impl Topology {
    /// The arcs in degrees.
    fn points(&self) -> Vec<Vec<Point>> {
        let Some(Transform { scale, translate }) = &self.transform else {
            return self
                .arcs
                .iter()
                .map(|arc| arc.iter().map(|[x, y]| Point::new(*x, *y)).collect())
                .collect();
        };
        let placed = |arc: &Vec<[f64; 2]>| {
            let (mut x, mut y) = (0.0, 0.0);
            let absolute = arc.iter().map(|[dx, dy]| {
                (x, y) = (x + dx, y + dy);
                Point::new(x * scale[0] + translate[0], y * scale[1] + translate[1])
            });
            absolute.collect()
        };
        self.arcs.iter().map(placed).collect()
    }
}

/// A ring from its arcs; a negative index is an arc backwards, `!index`.
fn stitched(ring: &[i64], arcs: &[Vec<Point>]) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    for &index in ring {
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
