//! `log.jsonl`, of which every line is right or named.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let log = demarche_case::Log::read(bytes);
    let named = log.problems.iter().map(|problem| problem.line);
    assert!(log.lines <= u64::try_from(log.entries.len()).unwrap() + named.max().unwrap_or(0));
});
