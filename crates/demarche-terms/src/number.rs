//! Counts as numbers to reckon with.

/// A count that becomes a floating-point number.
pub trait Count {
    /// The same number, exact below 2⁵³ and to the nearest above.
    fn float(self) -> f64;
}

macro_rules! count {
    ($($integer:ty)*) => {$(
        impl Count for $integer {
            #[expect(clippy::cast_precision_loss, reason = "to the nearest, as documented")]
            fn float(self) -> f64 {
                self as f64
            }
        }
    )*};
}

count!(u64 u128 usize i64);

/// A count as a number, exact below 2⁵³.
///
/// ```
/// # use demarche_terms::number::float;
/// assert_eq!(float(3_usize) / float(4_u64), 0.75);
/// ```
#[must_use]
pub fn float(count: impl Count) -> f64 {
    count.float()
}
