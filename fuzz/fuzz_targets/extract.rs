//! Indicators in a text: spans lie in order, and each reads as the indicator that was found.
#![no_main]

use demarche_compare::{Indicator, extract};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut last = 0;
    for found in extract(text) {
        assert!(last <= found.start && found.start < found.end);
        last = found.end;
        let span = text.get(found.start..found.end).expect("spans lie between characters");
        assert_eq!(Indicator::of(found.indicator.kind(), span).as_ref(), Ok(&found.indicator));
    }
});
