//! A message of RIS Live, and the record that comes of it.
#![no_main]

use demarche_routes::{PathTable, mrt};
use demarche_watch::{Recorder, Stamp, ris_live};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut recorder = Recorder::default();
    let _ = ris_live::take(text, Stamp { seconds: u32::MAX, micros: 0 }, |_| &mut recorder);
    let records = recorder.take();
    let reading = mrt::read(&records[..], &mut PathTable::new(), &mut ());
    assert_eq!(reading.bytes, records.len() as u64);
});
