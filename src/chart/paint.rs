//! The one painter: shapes to any of plotters' backends. Dashes, hatching and layout are
//! shapes already, so that this file only scales and rounds. What backends do not do well is drawn
//! by hand in its place: texts, since no backend knows a halo and all of them round a baseline; many
//! lines of one colour, which they draw one by one. With the file that opens the browser's canvas it
//! is all that names plotters.

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::element::{Drawable, PointCollection};
use plotters::style::ShapeStyle;
use plotters_backend::{BackendColor, BackendCoord, DrawingBackend, DrawingErrorKind};

use super::scene::{Color, Point, Shape};

/// Paints shapes at `scale` device pixels for each CSS pixel, but for those of which `by_hand` says
/// that it drew them itself. Backends place things on whole pixels, so at a scale of 2 or more nothing is off by more than
/// a quarter of a CSS pixel.
///
/// # Errors
/// What the backend says.
pub fn paint<DB: DrawingBackend>(
    shapes: &[Shape],
    scale: f64,
    area: &DrawingArea<DB, Shift>,
    by_hand: &dyn Fn(&Shape) -> bool,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    area.draw(&Picture { shapes, scale, by_hand })
}

/// The scene as one element, which draws on the backend itself.
struct Picture<'a> {
    shapes: &'a [Shape],
    scale: f64,
    by_hand: &'a dyn Fn(&Shape) -> bool,
}

impl<'a> PointCollection<'a, BackendCoord> for &'a Picture<'_> {
    type Point = BackendCoord;
    type IntoIter = [BackendCoord; 1];

    fn point_iter(self) -> Self::IntoIter {
        [(0, 0)]
    }
}

impl<DB: DrawingBackend> Drawable<DB> for Picture<'_> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut origin: I,
        backend: &mut DB,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        let pen = Pen { origin: origin.next().unwrap_or_default(), scale: self.scale };
        self.shapes
            .iter()
            .filter(|shape| !(self.by_hand)(shape))
            .try_for_each(|shape| pen.draw(shape, backend))
    }
}

struct Pen {
    origin: BackendCoord,
    scale: f64,
}

impl Pen {
    fn length(&self, css_px: f64) -> i32 {
        (css_px * self.scale).round() as i32
    }

    fn at(&self, point: Point) -> BackendCoord {
        (
            self.origin.0.saturating_add(self.length(point.x)),
            self.origin.1.saturating_add(self.length(point.y)),
        )
    }

    fn stroke(&self, color: Color, width: f64) -> ShapeStyle {
        let [red, green, blue] = color.rgb;
        let rgba = plotters::style::RGBAColor(red, green, blue, f64::from(color.alpha) / 255.0);
        ShapeStyle { color: rgba, filled: true, stroke_width: self.length(width).max(1) as u32 }
    }

    fn draw<DB: DrawingBackend>(
        &self,
        shape: &Shape,
        backend: &mut DB,
    ) -> Result<(), DrawingErrorKind<DB::ErrorType>> {
        match shape {
            Shape::Rect { rect, fill } => {
                let upper_left = self.at(Point::new(rect.x, rect.y));
                let lower_right = self.at(Point::new(rect.right(), rect.bottom()));
                // A hairline is never rounded away.
                let lower_right = (lower_right.0.max(upper_left.0 + 1), lower_right.1.max(upper_left.1 + 1));
                backend.draw_rect(upper_left, lower_right, &backend_color(*fill), true)
            }
            Shape::Area { points, fill } => {
                backend.fill_polygon(points.iter().map(|point| self.at(*point)), &backend_color(*fill))
            }
            Shape::Lines { lines, color, width } => {
                let style = self.stroke(*color, *width);
                lines.iter().try_for_each(|line| backend.draw_path(line.iter().map(|p| self.at(*p)), &style))
            }
            Shape::Circle { center, radius, fill, stroke } => {
                let (center, radius) = (self.at(*center), self.length(*radius).max(1) as u32);
                if let Some(fill) = fill {
                    backend.draw_circle(center, radius, &backend_color(*fill), true)?;
                }
                match stroke {
                    Some((color, width)) => {
                        backend.draw_circle(center, radius, &self.stroke(*color, *width), false)
                    }
                    None => Ok(()),
                }
            }
            // No backend writes.
            Shape::Text { .. } => Ok(()),
        }
    }
}

fn backend_color(color: Color) -> BackendColor {
    let [red, green, blue] = color.rgb;
    BackendColor { rgb: (red, green, blue), alpha: f64::from(color.alpha) / 255.0 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use plotters::prelude::IntoDrawingArea;
    use plotters_backend::{BackendStyle, BackendTextStyle};

    use super::*;
    use crate::chart::scene::{Rect, TextAnchor};

    /// Writes down what it is told to draw.
    struct Recorder<'a>(&'a mut Vec<String>);

    type Drawn = Result<(), DrawingErrorKind<std::convert::Infallible>>;

    impl DrawingBackend for Recorder<'_> {
        type ErrorType = std::convert::Infallible;

        fn get_size(&self) -> (u32, u32) {
            (200, 100)
        }

        fn ensure_prepared(&mut self) -> Drawn {
            Ok(())
        }

        fn present(&mut self) -> Drawn {
            Ok(())
        }

        fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Drawn {
            panic!("nothing is drawn pixel by pixel")
        }

        fn draw_rect<S: BackendStyle>(
            &mut self,
            from: BackendCoord,
            to: BackendCoord,
            _: &S,
            fill: bool,
        ) -> Drawn {
            self.0.push(format!("rect {from:?} {to:?} {fill}"));
            Ok(())
        }

        fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
            &mut self,
            path: I,
            style: &S,
        ) -> Drawn {
            self.0.push(format!("path {:?} {}", path.into_iter().collect::<Vec<_>>(), style.stroke_width()));
            Ok(())
        }

        fn draw_circle<S: BackendStyle>(
            &mut self,
            at: BackendCoord,
            radius: u32,
            _: &S,
            fill: bool,
        ) -> Drawn {
            self.0.push(format!("circle {at:?} {radius} {fill}"));
            Ok(())
        }

        fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
            &mut self,
            path: I,
            _: &S,
        ) -> Drawn {
            self.0.push(format!("polygon {}", path.into_iter().count()));
            Ok(())
        }

        fn draw_text<S: BackendTextStyle>(&mut self, _: &str, _: &S, _: BackendCoord) -> Drawn {
            panic!("no backend writes")
        }
    }

    #[test]
    fn shapes_are_painted_at_the_scale_of_the_screen() {
        let (color, at) = (Color::hex(0x0072bc), Point::new(10.0, 20.0));
        let text = Shape::Text {
            at,
            text: "12".into(),
            width: 14.0,
            anchor: TextAnchor::Left,
            size: 10.0,
            bold: true,
            color,
            halo: None,
        };
        let shapes = [
            Shape::Rect { rect: Rect::new(1.0, 2.0, 30.0, 0.1), fill: color },
            Shape::Lines { lines: vec![vec![at, Point::new(12.5, 20.0)]], color, width: 1.5 },
            Shape::Circle { center: at, radius: 3.25, fill: Some(color), stroke: Some((color, 1.0)) },
            Shape::Area { points: vec![at, at, at], fill: color },
            text,
        ];
        let mut drawn = Vec::new();
        let written = std::cell::Cell::new(0);
        let area = Recorder(&mut drawn).into_drawing_area();
        let by_hand = |shape: &Shape| {
            let is_text = matches!(shape, Shape::Text { .. });
            written.set(written.get() + u32::from(is_text));
            is_text
        };
        paint(&shapes, 2.0, &area, &by_hand).unwrap();
        drop(area);
        assert_eq!(
            drawn,
            [
                "rect (2, 4) (62, 5) true",
                "path [(20, 40), (25, 40)] 3",
                "circle (20, 40) 7 true",
                "circle (20, 40) 7 false",
                "polygon 3",
            ]
        );
        assert_eq!(written.get(), 1);
    }
}
