//! MRT files, walked and as a routing table.
#![no_main]

use demarche_routes::{PathTable, Rib, mrt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let reading = mrt::read(bytes, &mut PathTable::new(), &mut ());
    assert_eq!(reading.bytes, bytes.len() as u64);
    let mut builder = Rib::builder();
    assert_eq!(builder.read("fuzz", bytes), reading);
    let table = builder.finish();
    assert_eq!(table.routes() + table.extra_routes(), reading.routes);
});
