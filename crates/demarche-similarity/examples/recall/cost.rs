//! Processor time, and what was had for it.

use std::fs;

use demarche_code::{Fingerprint, fingerprints, functions};
use demarche_image::Image;

/// What programs cost to read.
#[derive(Default)]
pub(crate) struct Cost {
    bytes: u64,
    functions: usize,
    finding: f64,
    lifting: f64,
}

impl Cost {
    /// Reads a program: its functions with their fingerprints.
    pub(crate) fn examine(&mut self, image: &Image<'_>) -> Vec<Fingerprint> {
        let start = cpu_seconds();
        let program = functions(image);
        let between = cpu_seconds();
        let fingerprints = fingerprints(image, &program);
        self.finding += between - start;
        self.lifting += cpu_seconds() - between;
        self.functions += fingerprints.len();
        self.bytes +=
            fingerprints.iter().map(|fingerprint| u64::from(fingerprint.size)).sum::<u64>();
        fingerprints
    }

    pub(crate) fn print(&self) {
        let (bytes, functions) = (self.bytes as f64 / 1e6, self.functions);
        println!(
            "{functions} functions, {bytes:.1} MB of code: found at {:.0} MB/CPU-s, fingerprinted at {:.0} MB/CPU-s",
            bytes / self.finding,
            bytes / self.lifting
        );
    }
}

/// What all threads have used of the processor so far.
///
/// Linux counts it in hundredths of a second; elsewhere it stays zero, and speeds read as infinite.
pub(crate) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks =
        fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}
