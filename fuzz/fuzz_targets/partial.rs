//! The table of a partial from outside bytes, under a manifest that fits it.
#![no_main]

use std::fs;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use demarche_batch::{Kind, Partials, Range, hegemony, visibility};
use demarche_case::Sha256;
use libfuzzer_sys::fuzz_target;
use parquet::file::reader::{FileReader, SerializedFileReader};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

/// The rows that a table says it has; the target is about what comes behind them.
fn rows(bytes: &[u8]) -> i64 {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes));
    reader.map_or(0, |reader| reader.metadata().file_metadata().num_rows())
}

fuzz_target!(|bytes: &[u8]| {
    for kind in [Kind::RoutesHegemony, Kind::RoutesVisibility] {
        let folder = FOLDER.path();
        let table = folder.join(format!("{kind}-1-a.parquet"));
        fs::write(&table, bytes).expect("a table");
        let session = serde_json::json!({ "asn": 1, "address": "192.0.2.1", "prefixes": 1 });
        let manifest = serde_json::json!({
            "kind": kind, "method": kind.method(), "program": "", "options": "", "tlp": "CLEAR",
            "input": { "path": "a", "sha256": Sha256::of(b"a"), "bytes": 1, "what": "" },
            "times": null, "sessions": { "ipv4": [session] }, "gaps": [],
            "rows": rows(bytes), "bytes": bytes.len(), "sha256": Sha256::of(bytes),
        });
        fs::write(table.with_extension("json"), manifest.to_string()).expect("a manifest");
        let found = Partials::in_folder(kind, folder).and_then(|partials| partials.read());
        let Ok(found) = found else { continue };
        let _ = hegemony(&found, Range::ALL, 0.1, &mut |_| ControlFlow::Continue(()));
        let _ = visibility(&found, Range::ALL, &mut |_| ControlFlow::Continue(()));
    }
});
