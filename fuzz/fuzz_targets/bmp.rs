//! A stream of the BGP Monitoring Protocol in pieces of any size, and the records that come of it.
#![no_main]

use demarche_routes::{PathTable, mrt};
use demarche_watch::bmp::BmpStream;
use demarche_watch::{Recorder, Stamp};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((size, stream)) = bytes.split_first() else { return };
    let (mut bmp, mut recorder) = (BmpStream::default(), Recorder::default());
    for piece in stream.chunks(usize::from(*size).max(1)) {
        if bmp.take(piece, Stamp::default(), &mut recorder).is_err() {
            break;
        }
    }
    let records = recorder.take();
    let reading = mrt::read(&records[..], &mut PathTable::new(), &mut ());
    assert_eq!(reading.bytes, records.len() as u64);
});
