//! A chart as an SVG picture, from the same scene as the canvas. Written from the shapes
//! themselves, with exact decimals: plotters' own backend rounds to whole pixels.

use std::fmt::Write as _;

use crate::chart::{Chart, Color, FONT_STACK, Point, Scene, Shape, TextAnchor, Tokens};
use crate::i18n::Locale;

/// The picture, with its title and its text alternative. The same chart gives the same bytes.
pub fn svg(chart: &Chart, tokens: &Tokens, locale: &Locale) -> String {
    let Scene { width, height, shapes, .. } = &chart.scene;
    let (width, height) = (decimal(*width), decimal(*height));
    let mut out = String::with_capacity(shapes.len() * 96 + 1024);
    // The family list holds double quotes, hence the single ones around it.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title desc\" xml:lang=\"{}\" \
         direction=\"ltr\" font-family='{FONT_STACK}'>",
        escape(locale.tag())
    );
    let _ = writeln!(out, "<title id=\"title\">{}</title>", escape(&chart.title));
    let _ = writeln!(out, "<desc id=\"desc\">{}</desc>", escape(&chart.description));
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>", tokens.bg.css());
    for shape in shapes {
        write_shape(&mut out, shape);
    }
    out.push_str("</svg>\n");
    out
}

/// The picture as a part of a page, whose style sheet gives each colour role its colour as `--accent`
/// and so on. Words about it stand beside it.
pub fn inline_svg(chart: &Chart, tokens: &Tokens, class: &str) -> String {
    let Scene { width, height, shapes, .. } = &chart.scene;
    let (width, height) = (decimal(*width), decimal(*height));
    let mut out = format!(
        "<svg class=\"{}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         aria-hidden=\"true\" direction=\"ltr\">\n",
        escape(class)
    );
    for shape in shapes {
        write_shape(&mut out, shape);
    }
    out.push_str("</svg>\n");
    let Tokens { bg, ink, ink_2, muted, edge, line, accent, .. } = *tokens;
    let roles = [bg, ink, ink_2, muted, edge, line, accent];
    let names = ["bg", "ink", "ink-2", "muted", "edge", "line", "accent"];
    roles.into_iter().zip(names).fold(out, |out, (color, name)| {
        out.replace(&format!("=\"{}\"", color.css()), &format!("=\"var(--{name})\""))
    })
}

fn write_shape(out: &mut String, shape: &Shape) {
    // Writing to a string does not fail.
    let _ = match shape {
        Shape::Rect { rect, fill } => writeln!(
            out,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
            decimal(rect.x),
            decimal(rect.y),
            decimal(rect.width),
            decimal(rect.height),
            paint("fill", *fill)
        ),
        Shape::Area { points, fill } => {
            writeln!(out, "<path d=\"{}Z\"{}/>", path(points), paint("fill", *fill))
        }
        Shape::Lines { lines, color, width } => {
            let d: String = lines.iter().map(|line| path(line)).collect();
            writeln!(
                out,
                "<path d=\"{d}\" fill=\"none\"{} stroke-width=\"{}\" stroke-linejoin=\"round\"/>",
                paint("stroke", *color),
                decimal(*width)
            )
        }
        Shape::Circle { center, radius, fill, stroke } => {
            let fill = fill.map_or_else(|| " fill=\"none\"".to_owned(), |fill| paint("fill", fill));
            let stroke = stroke.map_or_else(String::new, |(color, width)| {
                format!("{} stroke-width=\"{}\"", paint("stroke", color), decimal(width))
            });
            let (x, y, r) = (decimal(center.x), decimal(center.y), decimal(*radius));
            writeln!(out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\"{fill}{stroke}/>")
        }
        Shape::Text { at, text, width, anchor, size, bold, color, halo } => {
            let weight = if *bold { " font-weight=\"600\"" } else { "" };
            let halo = halo.map_or_else(String::new, |paper| {
                format!(
                    "{} stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"",
                    paint("stroke", paper)
                )
            });
            // Aligned by its own end, so that another face than the measured one stays in line.
            let (x, anchor) = match anchor {
                TextAnchor::Left => (at.x, ""),
                TextAnchor::Middle => (at.x + width / 2.0, " text-anchor=\"middle\""),
                TextAnchor::Right => (at.x + width, " text-anchor=\"end\""),
            };
            let (x, y, size) = (decimal(x), decimal(at.y), decimal(*size));
            let fill = paint("fill", *color);
            writeln!(
                out,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{anchor}{weight}{fill}{halo}>{}</text>",
                escape(text)
            )
        }
    };
}

fn paint(attribute: &str, color: Color) -> String {
    let opacity = match color.alpha {
        255 => String::new(),
        alpha => format!(" {attribute}-opacity=\"{}\"", decimal(f64::from(alpha) / 255.0)),
    };
    format!(" {attribute}=\"{}\"{opacity}", color.css())
}

fn path(points: &[Point]) -> String {
    let mut d = String::with_capacity(points.len() * 12);
    for (place, point) in points.iter().enumerate() {
        let _ = write!(d, "{}{} {}", if place == 0 { 'M' } else { 'L' }, decimal(point.x), decimal(point.y));
    }
    d
}

/// At most two decimals, none that are zero.
fn decimal(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    // No "-0".
    format!("{}", rounded + 0.0)
}

/// Text as XML; what XML does not allow at all is left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {}
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_short_and_text_is_well_formed() {
        assert_eq!(decimal(10.0), "10");
        assert_eq!(decimal(-0.001), "0");
        assert_eq!(decimal(1.005_9), "1.01");
        assert_eq!(escape("a<b & \"c\"\u{0}"), "a&lt;b &amp; &quot;c&quot;");
    }
}
