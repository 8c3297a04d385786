//! Numbering many values by their order.

/// The number of high bits that decide which bucket a value comes into.
const BUCKET: u32 = 10;

/// The number of bits that one pass sorts the pairs of a bucket by; two passes do.
const DIGIT: u32 = 11;

/// The different values, ascending, and for each of the given ones its place among them.
///
/// A radix sort: first into buckets that fit into a cache, then within them. To hash the values takes longer, since most
/// look-ups of rare values miss the cache.
pub(crate) fn ranks(values: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let (mut pairs, ends) = buckets(values);
    let (mut different, mut ranks) = (Vec::new(), vec![0; values.len()]);
    let (mut room, mut start) = (Vec::new(), 0);
    for end in ends {
        let bucket = &mut pairs[start..end];
        room.clear();
        room.resize(bucket.len(), 0);
        pass(bucket, &mut room, 32);
        pass(&room, bucket, 32 + DIGIT);
        for pair in bucket {
            let (value, place) = (high(*pair), low(*pair));
            if different.last() != Some(&value) {
                different.push(value);
            }
            ranks[place as usize] = u32::try_from(different.len() - 1)
                .expect("no more than there are values of 32 bits");
        }
        start = end;
    }
    (different, ranks)
}

/// Each value with its place, by the highest bits, and where each bucket ends.
fn buckets(values: &[u32]) -> (Vec<u64>, Vec<usize>) {
    let bucket = |value: u32| (value >> (u32::BITS - BUCKET)) as usize;
    let mut ends = vec![0_usize; 1 << BUCKET];
    for value in values {
        ends[bucket(*value)] += 1;
    }
    starts_of(&mut ends);
    let mut pairs = vec![0; values.len()];
    for (value, place) in values.iter().zip(0_u32..) {
        let end = &mut ends[bucket(*value)];
        pairs[*end] = u64::from(*value) << 32 | u64::from(place);
        *end += 1;
    }
    (pairs, ends)
}

/// Orders pairs by one digit, equal ones as they were.
fn pass(pairs: &[u64], sorted: &mut [u64], shift: u32) {
    let digit = |pair: u64| (high(pair) >> (shift - 32)) as usize & ((1 << DIGIT) - 1);
    let mut ends = [0_usize; 1 << DIGIT];
    for pair in pairs {
        ends[digit(*pair)] += 1;
    }
    starts_of(&mut ends);
    for pair in pairs {
        let end = &mut ends[digit(*pair)];
        sorted[*end] = *pair;
        *end += 1;
    }
}

/// Turns counts into where each begins.
fn starts_of(counts: &mut [usize]) {
    let mut sum = 0;
    for count in counts {
        (*count, sum) = (sum, sum + *count);
    }
}

fn high(pair: u64) -> u32 {
    u32::try_from(pair >> 32).expect("32 bits are left")
}

fn low(pair: u64) -> u32 {
    u32::try_from(pair & u64::from(u32::MAX)).expect("32 bits are left")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_by_their_order() {
        let values = [7, u32::MAX, 0, 7, 1 << 31, 2048, 0, 2047];
        let (different, ranks) = ranks(&values);
        assert_eq!(different, [0, 7, 2047, 2048, 1 << 31, u32::MAX]);
        assert_eq!(ranks, [1, 5, 0, 1, 4, 3, 0, 2]);
        assert_eq!(super::ranks(&[]), (vec![], vec![]));
    }
}
