//! Colours by role. Each kind of chart names roles, never colours; a theme, or the
//! reader's own system colours, fill them.

use super::scene::Color;

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// Ink on white paper.
    #[default]
    Light,
    /// Light ink on dark paper.
    Dark,
}

impl Theme {
    /// The word used in attributes and links.
    pub fn id(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.id() == id)
    }
}

/// The four system colours that a picture is drawn with where the reader forces colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForcedColors {
    /// `Canvas`.
    pub canvas: Color,
    /// `CanvasText`.
    pub canvas_text: Color,
    /// `LinkText`.
    pub link_text: Color,
    /// `Highlight`.
    pub highlight: Color,
}

/// Every colour role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// Paper.
    pub bg: Color,
    /// Filter bar, sentences, refusals, hovered row.
    pub surface: Color,
    /// Text, focus ring.
    pub ink: Color,
    /// Second text, annotations.
    pub ink_2: Color,
    /// Axis, subtitle, source.
    pub muted: Color,
    /// Baseline, past years.
    pub edge: Color,
    /// Gridlines and hairlines only.
    pub line: Color,
    /// Marks.
    pub accent: Color,
    /// Text on the accent.
    pub on_accent: Color,
    /// Links, note markers, label of the first series.
    pub accent_ink: Color,
    /// Chosen months.
    pub tint: Color,
    /// Errors, label of the second series.
    pub bad: Color,
    /// Series, in order.
    pub series: [Color; 5],
    /// Labels of the series, in order.
    pub series_label: [Color; 5],
    /// Published totals, and the rest.
    pub total: Color,
    /// From low to high.
    pub sequential: [Color; 6],
    /// Text on each of them.
    pub sequential_text: [Color; 6],
    /// Sea of a map.
    pub sea: Color,
    /// Neighbours on a map.
    pub neighbour: Color,
    /// Places of the map's subject.
    pub place: Color,
    /// Whether areas are drawn as outlines with hatching.
    pub is_outlined: bool,
}

/// The colours of a theme.
pub fn tokens(theme: Theme) -> Tokens {
    let hex = Color::hex;
    let steps = [0xcde3f1, 0x8fc1e1, 0x4f9ed0, 0x0072bc, 0x05568b, 0x0b3754].map(hex);
    match theme {
        Theme::Light => Tokens {
            bg: hex(0xffffff),
            surface: hex(0xf4f6f8),
            ink: hex(0x1b2126),
            ink_2: hex(0x434c55),
            muted: hex(0x5b6671),
            edge: hex(0x7d8893),
            line: hex(0xd5dbe1),
            accent: hex(0x0072bc),
            on_accent: hex(0xffffff),
            accent_ink: hex(0x05568b),
            tint: hex(0xe6f1f8),
            bad: hex(0x9c4637),
            series: [0x0072bc, 0xd25a45, 0x257958, 0x7e74c2, 0xb98405].map(hex),
            series_label: [0x05568b, 0x9c4637, 0x257958, 0x6a5fb3, 0x8a6304].map(hex),
            total: hex(0x4d4d4d),
            sequential: steps,
            sequential_text: [0x1b2126, 0x1b2126, 0x1b2126, 0xffffff, 0xffffff, 0xffffff].map(hex),
            sea: hex(0xf7f9fb),
            neighbour: hex(0xe9edf1),
            place: hex(0xffffff),
            is_outlined: false,
        },
        Theme::Dark => {
            let [a, b, c, d, e, f] = steps;
            Tokens {
                bg: hex(0x12171c),
                surface: hex(0x1b2229),
                ink: hex(0xeef1f4),
                ink_2: hex(0xc3cbd3),
                muted: hex(0x9fabb7),
                edge: hex(0x76828f),
                line: hex(0x333d47),
                accent: hex(0x4f9ed0),
                on_accent: hex(0x0d1318),
                accent_ink: hex(0x8fc1e1),
                tint: hex(0x17303f),
                bad: hex(0xf9b3a7),
                series: [0x4f9ed0, 0xf67f6a, 0x32c189, 0xa097e3, 0xe4a202].map(hex),
                series_label: [0x8fc1e1, 0xf9b3a7, 0x32c189, 0xa097e3, 0xe4a202].map(hex),
                total: hex(0xbfbfbf),
                sequential: [f, e, d, c, b, a],
                sequential_text: [0xffffff, 0xffffff, 0xffffff, 0x12171c, 0x12171c, 0x12171c].map(hex),
                sea: hex(0x161c22),
                neighbour: hex(0x20282f),
                place: hex(0x2b353e),
                is_outlined: false,
            }
        }
    }
}

impl Tokens {
    /// The colours where the reader forces their own.
    pub fn forced(colors: ForcedColors) -> Self {
        let ForcedColors { canvas, canvas_text, link_text, highlight } = colors;
        Self {
            bg: canvas,
            surface: canvas,
            ink: canvas_text,
            ink_2: canvas_text,
            muted: canvas_text,
            edge: canvas_text,
            line: canvas_text,
            accent: highlight,
            on_accent: canvas,
            accent_ink: link_text,
            tint: canvas,
            bad: canvas_text,
            series: [highlight, link_text, canvas_text, highlight, link_text],
            series_label: [canvas_text; 5],
            total: canvas_text,
            sequential: [canvas; 6],
            sequential_text: [canvas_text; 6],
            sea: canvas,
            neighbour: canvas,
            place: canvas,
            is_outlined: true,
        }
    }
}
