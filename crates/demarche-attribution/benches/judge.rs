//! How long a ranking takes against the whole of ATT&CK.

use std::hint::black_box;
use std::io::Read;

use criterion::{Criterion, criterion_group, criterion_main};
use demarche_attribution::{Question, judge};
use demarche_case::{Case, Digest};
use demarche_library::{Provenance, attack};

#[expect(clippy::disallowed_methods, reason = "where the data are is for the environment to say")]
fn bundle() -> Option<Vec<u8>> {
    let data = std::env::var("DEMARCHE_DATA").unwrap_or_else(|_| {
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned()
    });
    let file =
        std::fs::read(format!("{data}/attacks/enterprise-attack-18.1.stix20.json.xz")).ok()?;
    let mut bytes = Vec::new();
    lzma_rust2::XzReader::new(file.as_slice(), true).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[expect(clippy::print_stdout, reason = "a benchmark that is skipped says so")]
fn skipped() {
    println!("SKIPPED: no ATT&CK; set DEMARCHE_DATA");
}

fn rank(criterion: &mut Criterion) {
    let Some(bytes) = bundle() else {
        return skipped();
    };
    let provenance = Provenance { origin: "bench".to_owned(), date: None, sha256: Digest([0; 32]) };
    let record = attack::import(&bytes, &provenance).part;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");
    for name in ["sony-2014", "olympic-destroyer-2018"] {
        let read = |file: &str| std::fs::read_to_string(format!("{folder}{name}/{file}"));
        let (Ok(case), Ok(evidence)) = (read("case.toml"), read("evidence.toml")) else { continue };
        let Ok(case) = Case::read(&case, &evidence) else { continue };
        let question = Question { case: &case, record: &record, located: &[], seed: 1 };
        criterion.bench_function(&format!("judge {name} against ATT&CK 18.1"), |bencher| {
            bencher.iter(|| black_box(judge(&question)));
        });
    }
}

criterion_group!(benches, rank);
criterion_main!(benches);
