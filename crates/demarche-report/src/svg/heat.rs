//! The colours of heat maps, for drawings whose cells say more or less than usual.

/// Blue for more, brown for less: a pair that every common kind of colour blindness keeps apart. The ink on each step has
/// a contrast of more than 4.5 to 1, and the number in the cell says the same without the colour.
pub(crate) const HEAT: &str = "\
svg.dm .z{fill:#f1f3f6}svg.dm .p1{fill:#d9e6f3}svg.dm .p2{fill:#a6c7e6}svg.dm .p3{fill:#6da1d2}svg.dm .p4{fill:#1f5f9f}\
svg.dm .m1{fill:#f8e4d4}svg.dm .m2{fill:#f0c49d}svg.dm .m3{fill:#dd8f52}svg.dm .m4{fill:#9a4413}\
svg.dm .on{fill:#1a2230}svg.dm .on4{fill:#fff}svg.dm .onz{fill:#5a6573}\
@media screen and (prefers-color-scheme:dark){\
svg.dm .z{fill:#222a34}svg.dm .p1{fill:#243b52}svg.dm .p2{fill:#27517a}svg.dm .p3{fill:#30689c}svg.dm .p4{fill:#8fc1f2}\
svg.dm .m1{fill:#45352b}svg.dm .m2{fill:#65422a}svg.dm .m3{fill:#93521f}svg.dm .m4{fill:#f2b37c}\
svg.dm .on{fill:#f2f5f8}svg.dm .on4{fill:#151a21}svg.dm .onz{fill:#a3adba}}";

/// The class of a cell and of the ink on it: `value` is signed, and each step begins at its number.
pub(crate) fn tone(value: f64, steps: [f64; 4]) -> (&'static str, &'static str) {
    const FOR: [&str; 4] = ["p1", "p2", "p3", "p4"];
    const AGAINST: [&str; 4] = ["m1", "m2", "m3", "m4"];
    let passed = steps.iter().filter(|step| value.abs() >= **step).count();
    let colours = if value < 0.0 { AGAINST } else { FOR };
    match passed.checked_sub(1).and_then(|step| colours.get(step)) {
        Some(class) if passed == 4 => (class, "on4"),
        Some(class) => (class, "on"),
        None => ("z", "onz"),
    }
}
