//! How wide text is. Plotters measures bytes off the browser and the host page's `<body>`
//! in it, so layout asks this trait: the browser answers with `measureText`, everything
//! else with a table counted by character.

/// Measures text in the system's sans-serif type.
pub trait TextMetrics {
    /// Width in CSS pixels of one line of text.
    fn width_css_px(&self, text: &str, size_px: f64, bold: bool) -> f64;
}

/// Widths of an Arial-like face by character. Scripts outside the table count with the
/// mean of theirs, so that no text comes out narrower than it is drawn by much.
#[derive(Debug, Clone, Copy, Default)]
pub struct WidthTable;

/// Thousandths of the size, for U+0020 to U+007E.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];

#[rustfmt::skip]
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];

impl WidthTable {
    fn thousandths(character: char, bold: bool) -> u32 {
        let code = u32::from(character);
        let table = if bold { &BOLD } else { &REGULAR };
        if let Some(width) = code.checked_sub(0x20).and_then(|place| table.get(place as usize)) {
            return u32::from(*width);
        }
        let regular = match code {
            // Directional and joining marks, combining accents, Arabic and Hebrew vowel signs.
            0x200b..=0x200f
            | 0x202a..=0x202e
            | 0x2060..=0x2069
            | 0x300..=0x36f
            | 0x591..=0x5bd
            | 0x64b..=0x65f => 0,
            0xa0 | 0xb7 | 0x202f | 0x2009 | 0xec..=0xef => 278,
            0xc0..=0xc5 | 0xc8..=0xcb | 0xdd | 0xde => 667,
            0xc6 | 0x2014 | 0x2026 => 1000,
            0xcc..=0xcf => 278,
            0xd2..=0xd6 | 0xd8 => 778,
            0xc7 | 0xd0 | 0xd1 | 0xd9..=0xdc => 722,
            0x2018 | 0x2019 => 250,
            0x201c | 0x201d => 400,
            0x400..=0x52f => 628,
            0x590..=0x5ff => 560,
            0x600..=0x6ff | 0x750..=0x77f | 0xfb50..=0xfdff | 0xfe70..=0xfeff => 520,
            0x1100..=0x11ff | 0x2e80..=0x9fff | 0xac00..=0xd7ff | 0xf900..=0xfaff | 0x1f300..=0x1faff => 1000,
            _ => 580,
        };
        if bold { regular * 106 / 100 } else { regular }
    }
}

impl TextMetrics for WidthTable {
    fn width_css_px(&self, text: &str, size_px: f64, bold: bool) -> f64 {
        let sum: u32 = text.chars().map(|character| Self::thousandths(character, bold)).sum();
        f64::from(sum) * size_px / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_measured_by_character_whatever_its_bytes() {
        let width = |text| WidthTable.width_css_px(text, 10.0, false);
        let (latin, cyrillic) = (width("zashchyta yes"), width("защищено есть"));
        assert!((cyrillic / latin) < 1.4, "{latin} {cyrillic}");
        assert_eq!(width("\u{2067}1,234\u{2069}"), width("1,234"));
        assert!(WidthTable.width_css_px("Place", 13.0, true) > WidthTable.width_css_px("Place", 13.0, false));
    }
}
