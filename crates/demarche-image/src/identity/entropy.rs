/// Shannon's entropy of some bytes, in bits for each byte, from 0 (all alike) to 8 (all values alike often); 0 where there
/// are none.
///
/// Source: Shannon (1948), "A mathematical theory of communication".
pub(crate) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    // A file of more than 4 GiB would saturate a count, and only its last digits with it.
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count = count.saturating_add(1);
        }
    }
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let share = counts.iter().filter(|count| **count > 0).map(|count| f64::from(*count) / total);
    share.map(|share| -share * share.log2()).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_none_and_all_values_have_eight_bits() {
        assert!(entropy(&[]).abs() < 1e-12 && entropy(&[7; 100]).abs() < 1e-12);
        let all: Vec<u8> = (0..=255).collect();
        assert!((entropy(&all) - 8.0).abs() < 1e-12);
        assert!((entropy(b"aabb") - 1.0).abs() < 1e-12);
    }
}
