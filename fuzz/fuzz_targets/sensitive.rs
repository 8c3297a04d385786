//! The text of a leaked document, in which every finding has a place.
#![no_main]

use std::sync::LazyLock;

use demarche_sensitive::{Rules, Layout};
use libfuzzer_sys::fuzz_target;

static RULES: LazyLock<Rules> = LazyLock::new(Rules::built_in);

fuzz_target!(|text: &str| {
    for layout in [Layout::Prose, Layout::Table] {
        let mut found = Vec::new();
        RULES.scan(text, layout, &mut found);
        assert!(found.iter().all(|finding| text.get(finding.span.clone()).is_some()));
    }
});
