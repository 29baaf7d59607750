//! Choices by chance that a seed repeats. Shared by the tests of the engine and of the page.
#![allow(dead_code)]

/// A sequence that the seed decides (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `num`; zero where there is none.
    pub fn below(&mut self, num: usize) -> usize {
        (self.next() % num.max(1) as u64) as usize
    }

    /// True once in so many times.
    pub fn one_in(&mut self, num: usize) -> bool {
        self.below(num) == 0
    }

    /// One of these.
    pub fn of<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        &some[self.below(some.len())]
    }

    /// All of them, in another order.
    pub fn shuffled<T: Clone>(&mut self, some: &[T]) -> Vec<T> {
        let mut all = some.to_vec();
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
        all
    }

    /// Some of them, in order.
    pub fn some<T: Clone>(&mut self, all: &[T], num: usize) -> Vec<T> {
        let mut places = self.shuffled(&(0..all.len()).collect::<Vec<_>>());
        places.truncate(num);
        places.sort_unstable();
        places.into_iter().map(|at| all[at].clone()).collect()
    }
}
