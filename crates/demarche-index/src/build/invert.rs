//! A table turned around: from the keys of each item to the items of each key.

/// Pairs of an item and one of its keys, items ascending.
pub(crate) trait Incidence {
    /// The reason why the pairs cannot be read.
    type Error;

    /// Shows every pair.
    fn each(&self, see: impl FnMut(u32, u32)) -> Result<(), Self::Error>;
}

/// Gives the items of every key, ascending, keys in order; `counts` says how many each key has.
///
/// At most `budget` items lie in memory at once, or those of one key: the pairs are gone through as often as it takes.
pub(crate) fn invert<I: Incidence>(
    pairs: &I,
    counts: &[u32],
    budget: usize,
    mut emit: impl FnMut(u32, &[u32]) -> Result<(), I::Error>,
) -> Result<(), I::Error> {
    let mut first = 0;
    while first < counts.len() {
        let (after, sum) = extent(counts, first, budget);
        // Offsets of 32 bits, since they are looked up in no order: there are at most `budget` items, or those of one key.
        let mut ends: Vec<u32> = Vec::with_capacity(after - first);
        let mut end = 0_u32;
        for count in &counts[first..after] {
            ends.push(end);
            end += *count;
        }
        let mut items = vec![0; sum];
        pairs.each(|item, key| {
            let end = (key as usize).checked_sub(first).and_then(|index| ends.get_mut(index));
            if let Some(end) = end {
                if let Some(slot) = items.get_mut(*end as usize) {
                    *slot = item;
                }
                *end += 1;
            }
        })?;
        let mut start = 0;
        for (key, count) in (first..after).zip(&counts[first..after]) {
            let end = start + *count as usize;
            emit(u32::try_from(key).expect("keys of 32 bits"), &items[start..end])?;
            start = end;
        }
        first = after;
    }
    Ok(())
}

/// The key after the last whose items still fit, and how many items that makes.
fn extent(counts: &[u32], first: usize, budget: usize) -> (usize, usize) {
    let (mut after, mut sum) = (first, 0);
    while let Some(count) = counts.get(after).map(|count| *count as usize) {
        if after > first && sum + count > budget {
            break;
        }
        sum += count;
        after += 1;
    }
    (after, sum)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    struct Pairs(Vec<(u32, u32)>);

    impl Incidence for Pairs {
        type Error = Infallible;

        fn each(&self, mut see: impl FnMut(u32, u32)) -> Result<(), Infallible> {
            self.0.iter().for_each(|(item, key)| see(*item, *key));
            Ok(())
        }
    }

    #[test]
    fn every_budget_gives_the_same() {
        let pairs = Pairs(vec![(0, 2), (0, 0), (1, 2), (2, 0), (5, 2), (6, 3)]);
        for budget in 0..7 {
            let mut met = Vec::new();
            let Ok(()) = invert(&pairs, &[2, 0, 3, 1], budget, |key, items| {
                met.push((key, items.to_vec()));
                Ok(())
            });
            assert_eq!(met, [(0, vec![0, 2]), (1, vec![]), (2, vec![0, 1, 5]), (3, vec![6])]);
        }
    }
}
