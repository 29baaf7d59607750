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

impl Operands {
    /// The operands of a number written with these decimals after a point, without grouping.
    pub(super) fn of(written: &str) -> Self {
        let written = written.trim_start_matches('-');
        let (whole, fraction) = written.split_once('.').unwrap_or((written, ""));
        let read = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        Self { n: read(written), i: read(whole), v: fraction.len() as f64, f: read(fraction) }
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
            Some((operand, modulus)) => (operand, Some(modulus.trim().parse().ok()?)),
            None => (left, None),
        };
        let range = |text: &str| -> Option<(f64, f64)> {
            let (low, high) = text.split_once("..").unwrap_or((text, text));
            Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
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
