//! The synthetic full table, which is too large to keep and is made where it is wanted.

use std::path::PathBuf;

/// The synthetic full table (1 GB, 19.7 million routes): `$DEMARCHE_RIB`. Continuous integration makes it.
#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lies")]
pub(crate) fn synthetic_rib() -> Option<PathBuf> {
    let Some(path) = std::env::var_os("DEMARCHE_RIB").map(PathBuf::from) else {
        eprintln!(
            "SKIPPED: no synthetic table; make it with bench/routes/make_rib.sh and set DEMARCHE_RIB"
        );
        return None;
    };
    assert!(path.exists(), "DEMARCHE_RIB names {}, which is not there", path.display());
    Some(path)
}
