//! Clients of others, run against the server.

use std::process::Command;

use super::kill::Process;

/// The interpreter of a virtual environment with `taxii2-client` 2.3.0 and `cytaxii2`.
#[expect(clippy::disallowed_methods, reason = "a test that needs what a machine may not have")]
fn python() -> Option<std::ffi::OsString> {
    std::env::var_os("DEMARCHE_TAXII_PYTHON")
}

#[test]
fn the_clients_in_python_go_the_whole_way_and_back() {
    let Some(python) = python() else {
        eprintln!(
            "SKIPPED: DEMARCHE_TAXII_PYTHON names no python with taxii2-client 2.3.0 and cytaxii2"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let process = Process::start(&[path.as_os_str(), "127.0.0.1:0".as_ref()]);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients.py");
    let base = format!("http://{}", process.address);
    let output = Command::new(python).args([script, &base, &process.collection]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
}
