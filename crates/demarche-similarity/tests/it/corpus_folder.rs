use std::path::PathBuf;

/// The folder of the corpus that the examples read; `None`, with a note on standard error, where there is none.
#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("DEMARCHE_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("SKIPPED: no corpus of programs; make one and set DEMARCHE_CORPUS to its folder");
    }
    corpus
}
