//! What a pointer or the keyboard adds to a chart: a ring, a rule. Drawn over the scene, so
//! that it need not be laid out again.

use super::Chart;
use super::scene::{Point, Rect, Shape};
use super::sketch::rounded;
use super::tokens::Tokens;

/// The shapes that go over a chart where a mark is pointed at, or has the keyboard's focus.
pub fn overlay(chart: &Chart, mark: usize, focused: bool, tokens: &Tokens) -> Vec<Shape> {
    let Some(mark) = chart.scene.marks.get(mark) else { return Vec::new() };
    let mut shapes = Vec::new();
    if let Some((from, to)) = mark.guide {
        let rule = Rect::new(mark.at.x.round(), from, 1.0, to - from);
        shapes.push(Shape::Rect { rect: rule, fill: tokens.edge });
        let center = Point::new(mark.at.x, mark.at.y);
        shapes.push(Shape::Circle { center, radius: 8.5, fill: Some(tokens.bg), stroke: None });
        shapes.push(Shape::Circle { center, radius: 6.0, fill: Some(mark.color), stroke: None });
        if focused {
            shapes.push(Shape::Circle { center, radius: 10.5, fill: None, stroke: Some((tokens.ink, 2.0)) });
        }
        return shapes;
    }
    let (distance, width) = if focused { (4.0, 2.0) } else { (3.0, 1.0) };
    let ring = rounded(mark.shape.grown(distance), 4.0);
    shapes.push(Shape::Lines { lines: vec![ring], color: tokens.ink, width });
    shapes
}
