//! Numbers as digits: rounding to decimals, grouping, signs.

/// How a language writes numbers. Digits are European in every language, as on the axes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NumberStyle {
    pub(super) group: String,
    pub(super) decimal: String,
    pub(super) minus: String,
    pub(super) plus: String,
}

/// The digits of a number with a point, without grouping: with as many decimals as are
/// asked for, else with those it has, six at most.
pub(super) fn digits(value: f64, decimals: Option<u8>) -> String {
    let written = match decimals {
        Some(decimals) => format!("{value:.*}", usize::from(decimals.min(12))),
        None => {
            let long = format!("{value:.6}");
            long.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    };
    match written.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
        _ => written,
    }
}

impl NumberStyle {
    fn write(&self, value: f64, decimals: Option<u8>, group: &str) -> String {
        let digits = digits(value, decimals);
        let (minus, digits) =
            digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| (self.minus.as_str(), rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let mut text = String::from(minus);
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place) % 3 == 0 {
                text.push_str(group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push_str(&self.decimal);
            text.push_str(fraction);
        }
        text
    }

    pub(super) fn grouped(&self, value: f64, decimals: Option<u8>) -> String {
        self.write(value, decimals, &self.group)
    }

    pub(super) fn ungrouped(&self, value: f64, decimals: Option<u8>) -> String {
        self.write(value, decimals, "")
    }

    pub(super) fn signed(&self, value: f64, decimals: Option<u8>) -> String {
        let written = self.grouped(value, decimals);
        let is_positive = value > 0.0 && digits(value, decimals).bytes().any(|b| matches!(b, b'1'..=b'9'));
        if is_positive { format!("{}{written}", self.plus) } else { written }
    }
}
