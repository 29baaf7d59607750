//! The small trend on which a range of periods is chosen: a column a period, a bracket where a
//! small count is withheld, nothing where nothing is published.

use statcube::map::Map;

use statcube::cube::GroupResult;

use super::data::bounds;
use super::scene::{Point, Rect, Shape};
use super::tokens::Tokens;

/// What stands at one period, as shares of the greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Column {
    /// No figure is published.
    Missing,
    /// A figure, or the largest part where parts are not added.
    Figure(f64),
    /// The least and the most of a figure that is known within bounds alone.
    Between(f64, f64),
}

/// A column for each of these categories of the one dimension by which `result` is grouped.
pub fn columns(result: &GroupResult, categories: &[u32]) -> Vec<Column> {
    let cells: Map<u32, usize> =
        (0..result.len()).filter_map(|cell| Some((*result.positions_of(cell).first()?, cell))).collect();
    let at = |category: &u32| {
        let Some(&cell) = cells.get(category) else { return Column::Missing };
        let number = |column: &[f64]| column.get(cell).copied().filter(|value| !value.is_nan());
        let figure = number(result.values()).or_else(|| number(result.lower()?));
        let between = || bounds(&result.cell(cell)?).filter(|(low, high)| (high - low).is_finite());
        match figure {
            Some(figure) => Column::Figure(figure),
            None => between().map_or(Column::Missing, |(low, high)| Column::Between(low, high)),
        }
    };
    let found: Vec<Column> = categories.iter().map(at).collect();
    let most = found.iter().fold(0.0, |most: f64, column| match *column {
        Column::Missing => most,
        Column::Figure(value) | Column::Between(_, value) => most.max(value),
    });
    let share = |value: f64| if most > 0.0 { (value / most).max(0.0) } else { 0.0 };
    let scaled = found.into_iter().map(|column| match column {
        Column::Missing => Column::Missing,
        Column::Figure(value) => Column::Figure(share(value)),
        Column::Between(low, high) => Column::Between(share(low), share(high)),
    });
    scaled.collect()
}

/// Columns from the left, or from the right; those `chosen`, from the first to the last, in the
/// accent.
pub fn strip(
    columns: &[Column],
    chosen: (usize, usize),
    (width, height): (f64, f64),
    is_rtl: bool,
    tokens: &Tokens,
) -> Vec<Shape> {
    const ABOVE: f64 = 6.0;
    const LEAST_BRACKET: f64 = 5.0;
    let step = width / columns.len().max(1) as f64;
    let mut shapes = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let place = if is_rtl { columns.len() - 1 - at } else { at };
        let (left, wide) = (place as f64 * step + 0.5, (step - 1.0).max(1.0));
        let color = if (chosen.0..=chosen.1).contains(&at) { tokens.accent } else { tokens.edge };
        let y = |share: f64| height - share * (height - ABOVE);
        match *column {
            Column::Figure(share) if share > 0.0 => {
                let tall = (height - y(share)).max(1.0);
                shapes.push(Shape::Rect { rect: Rect::new(left, height - tall, wide, tall), fill: color });
            }
            Column::Between(low, high) => {
                let (from, x) = (y(low) - 1.5, left + wide / 2.0);
                let to = y(high).min(from - LEAST_BRACKET);
                let reach = (wide / 2.0).clamp(1.0, 3.5);
                let foot = |y: f64| vec![Point::new(x - reach, y), Point::new(x + reach, y)];
                let lines = vec![foot(from), vec![Point::new(x, from), Point::new(x, to)], foot(to)];
                shapes.push(Shape::Lines { lines, color, width: 1.0 });
            }
            Column::Figure(_) | Column::Missing => {}
        }
    }
    shapes.push(Shape::Rect { rect: Rect::new(0.0, height - 1.0, width, 1.0), fill: tokens.edge });
    shapes
}
