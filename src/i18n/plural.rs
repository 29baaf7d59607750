//! Plural forms by the rules of Unicode's CLDR, in their own syntax
//! (`v = 0 and i % 10 = 2..4 and i % 100 != 12..14`), so that a language needs no code.

/// What a rule can ask of a number as it is written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Operands {
    n: f64,
    i: f64,
    v: f64,
    f: f64,
}

/// A whole number from its digits. The library's reading of fractions brings tables of 10 kB.
fn count(digits: &str) -> Option<f64> {
    let is_count = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then(|| digits.bytes().fold(0.0, |number, digit| number * 10.0 + f64::from(digit - b'0')))
}

impl Operands {
    /// The operands of a number written with these decimals after a point, without grouping.
    pub(super) fn of(written: &str) -> Self {
        let written = written.trim_start_matches('-');
        let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
        let read = |text: &str| count(text).unwrap_or(0.0);
        let (i, f) = (read(whole), read(fraction));
        let scale = fraction.bytes().fold(1.0, |scale, _| scale * 10.0);
        Self { n: i + f / scale, i, v: fraction.len() as f64, f }
    }

    fn get(self, name: &str) -> Option<f64> {
        match name {
            "n" => Some(self.n),
            "i" => Some(self.i),
            "v" | "w" => Some(self.v),
            "f" | "t" => Some(self.f),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Relation {
    operand: String,
    modulus: Option<f64>,
    equal: bool,
    ranges: Vec<(f64, f64)>,
}

impl Relation {
    fn parse(text: &str) -> Option<Self> {
        let (left, right, equal) = match text.split_once("!=") {
            Some((left, right)) => (left, right, false),
            None => text.split_once('=').map(|(left, right)| (left, right, true))?,
        };
        let (operand, modulus) = match left.split_once('%') {
            Some((operand, modulus)) => (operand, Some(count(modulus.trim())?)),
            None => (left, None),
        };
        let range = |text: &str| -> Option<(f64, f64)> {
            let (low, high) = text.split_once("..").unwrap_or((text, text));
            Some((count(low.trim())?, count(high.trim())?))
        };
        let operand = operand.trim().to_owned();
        Operands::of("0").get(&operand)?;
        Some(Self { operand, modulus, equal, ranges: right.split(',').map(range).collect::<Option<_>>()? })
    }

    fn holds(&self, operands: Operands) -> bool {
        let Some(value) = operands.get(&self.operand) else { return false };
        let value = self.modulus.map_or(value, |modulus| value % modulus);
        // A range means its whole numbers only.
        let inside = |&(low, high): &(f64, f64)| value >= low && value <= high && value.fract() == 0.0;
        self.ranges.iter().any(inside) == self.equal
    }
}

/// One plural form and when it is used: any of the alternatives, each of which holds whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PluralRule {
    pub(super) form: String,
    alternatives: Vec<Vec<Relation>>,
}

impl PluralRule {
    pub(super) fn parse(form: &str, rule: &str) -> Option<Self> {
        let alternatives = rule
            .split(" or ")
            .map(|condition| condition.split(" and ").map(Relation::parse).collect::<Option<Vec<_>>>())
            .collect::<Option<_>>()?;
        Some(Self { form: form.to_owned(), alternatives })
    }

    pub(super) fn holds(&self, operands: Operands) -> bool {
        self.alternatives.iter().any(|condition| condition.iter().all(|relation| relation.holds(operands)))
    }
}
