//! Round numbers for axes.

/// A linear scale from zero over round steps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Linear {
    /// Where gridlines stand, ascending; the first and the last are the ends of the axis.
    pub ticks: Vec<f64>,
}

impl Linear {
    /// The scale that holds zero and every value with about `count` steps. Whole figures have
    /// whole steps, and where there is no figure there is the baseline alone.
    pub fn over(values: impl Iterator<Item = f64>, count: usize) -> Self {
        let (mut low, mut high) = (0.0f64, 0.0f64);
        let (mut is_empty, mut is_whole) = (true, true);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
            is_empty = false;
            is_whole &= value == value.trunc();
        }
        if is_empty {
            return Self { ticks: vec![0.0] };
        }
        if high - low == 0.0 {
            high = 1.0;
        }
        let step = round_step((high - low) / count.max(1) as f64);
        let step = if is_whole { step.max(1.0) } else { step };
        let step = if is_whole && step == 2.5 { 5.0 } else { step };
        let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
        // Bounded whatever the values: step is within a factor of 2.5 of the span over count.
        let ticks = (first..=last.min(first + 64)).map(|tick| tick as f64 * step).collect();
        Self { ticks }
    }

    pub fn low(&self) -> f64 {
        self.ticks.first().copied().unwrap_or(0.0)
    }

    pub fn high(&self) -> f64 {
        self.ticks.last().copied().unwrap_or(1.0)
    }

    /// Where a value lies between the ends, from 0 to 1.
    pub fn fraction(&self, value: f64) -> f64 {
        let span = self.high() - self.low();
        if span > 0.0 { (value - self.low()) / span } else { 0.0 }
    }
}

/// The next of 1, 2, 2.5, 5 and 10 times a power of ten.
pub(crate) fn round_step(raw: f64) -> f64 {
    if !(raw > 0.0 && raw.is_finite()) {
        return 1.0;
    }
    let mut power = 1.0f64;
    while power * 10.0 <= raw {
        power *= 10.0;
    }
    while power > raw {
        power /= 10.0;
    }
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| factor * power >= raw * 0.999_999);
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_begin_at_zero_and_stand_on_round_numbers() {
        let ticks = |values: &[f64]| Linear::over(values.iter().copied(), 4).ticks;
        assert_eq!(ticks(&[105.0, 7538.0]), [0.0, 2000.0, 4000.0, 6000.0, 8000.0]);
        assert_eq!(ticks(&[3.0]), [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(&[0.4, 1.0]), [0.0, 0.25, 0.5, 0.75, 1.0]);
        assert_eq!(ticks(&[0.0]), [0.0, 1.0]);
        assert_eq!(ticks(&[9.0]), [0.0, 5.0, 10.0]);
        assert_eq!(ticks(&[]), [0.0]);
        assert_eq!(ticks(&[-12.0, 30.0]), [-20.0, 0.0, 20.0, 40.0]);
        assert_eq!(ticks(&[f64::NAN, 56.0]), [0.0, 20.0, 40.0, 60.0]);
    }
}
