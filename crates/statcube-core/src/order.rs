//! Sorting, for a program that is fetched before anything is seen: the library's sort is
//! some kilobytes for each type and comparison, so here one sort puts places in order, and
//! what is particular to a type is only how two are compared and exchanged.

use std::cmp::Ordering;

/// Puts items in order; those that are equal stay as they stand.
pub fn sort_by<T>(items: &mut [T], mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut order = {
        let items = &*items;
        sorted_places(items.len(), &mut |a, b| match (items.get(a), items.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => Ordering::Equal,
        })
    };
    settle(&mut order, &mut |a, b| items.swap(a, b));
}

/// Puts items in the order of what `key` says of each.
pub fn sort_by_key<T, K: Ord>(items: &mut [T], mut key: impl FnMut(&T) -> K) {
    sort_by(items, |a, b| key(a).cmp(&key(b)));
}

/// Puts items in their own order.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

fn sorted_places(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..len).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

/// Exchanges until each place holds what `order` wants there: once around each circle.
fn settle(order: &mut [usize], exchange: &mut dyn FnMut(usize, usize)) {
    for start in 0..order.len() {
        let mut at = start;
        while let Some(from) = order.get_mut(at).map(|wanted| std::mem::replace(wanted, at)) {
            if from == start {
                break;
            }
            exchange(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_in_order_and_equal_ones_stay_as_they_stood() {
        let mut items: Vec<(u32, usize)> = (0..500).map(|at| ((at as u32 * 7919) % 23, at)).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        sort_by_key(&mut items, |item| item.0);
        assert_eq!(items, expected);
    }

    #[test]
    fn words_come_in_their_own_order() {
        let mut words: Vec<String> = ["d", "a", "c", "b", "a"].map(String::from).to_vec();
        sort(&mut words);
        assert_eq!(words, ["a", "a", "b", "c", "d"]);
        sort::<u32>(&mut []);
    }
}
