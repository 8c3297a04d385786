//! The table of a partial from outside bytes, under a manifest that fits it.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use demarche_batch::{Asked, Kind, Partials, Range, csv};
use demarche_case::Sha256;
use libfuzzer_sys::fuzz_target;
use parquet::file::reader::{FileReader, SerializedFileReader};
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    // The library of Parquet panics on some tables, and the reader catches it. What nobody catches still ends the run.
    std::panic::set_hook(Box::new(|_| {}));
    tempfile::tempdir().expect("a folder")
});

/// The rows that a table says it has; the target is about what comes behind them.
fn rows(bytes: &[u8]) -> i64 {
    let reader = SerializedFileReader::new(bytes::Bytes::copy_from_slice(bytes));
    reader.map_or(0, |reader| reader.metadata().file_metadata().num_rows())
}

fuzz_target!(|bytes: &[u8]| {
    for kind in Kind::ALL {
        let folder = FOLDER.path();
        let table = folder.join(format!("{kind}-1-a.parquet"));
        fs::write(&table, bytes).expect("a table");
        let session = serde_json::json!({ "asn": 1, "address": "192.0.2.1", "prefixes": 1 });
        let program = |name: &str| {
            let sha256 = Sha256::of(name.as_bytes());
            serde_json::json!({
                "sha256": sha256, "name": name, "family": name, "is_library": false, "functions": 9,
            })
        };
        let manifest = serde_json::json!({
            "kind": kind, "method": kind.method(), "program": "", "options": "", "tlp": "CLEAR",
            "input": { "path": "a", "sha256": Sha256::of(b"a"), "bytes": 1, "what": "" },
            "times": null, "sessions": { "ipv4": [session] }, "programs": [program("b"), program("a")],
            "gaps": [], "rows": rows(bytes), "bytes": bytes.len(), "sha256": Sha256::of(bytes),
        });
        let text = serde_json::to_string_pretty(&manifest).expect("a manifest");
        let hash = Sha256::of(text.as_bytes());
        let keys = text.strip_suffix("\n}").expect("an object");
        let text = format!("{keys},\n  \"manifest_sha256\": \"{hash}\"\n}}\n");
        fs::write(table.with_extension("json"), text).expect("a manifest");
        let found = Partials::in_folder(kind, folder).and_then(|partials| partials.read());
        let Ok(found) = found else { continue };
        for pairs in [None, Some(4)] {
            let asked = Asked { trim: 0.1, pairs };
            let path = Path::new("memory");
            let _ = csv::write_lines(&found, Range::ALL, asked, &mut std::io::sink(), path);
            let _ = csv::write_answer(&found, asked, &mut std::io::sink(), path);
        }
    }
});
