//! The arrows of the crate table, checked.

/// Crates and the crates they may depend on, both without `demarche-`.
const ALLOWED: [(&str, &[&str]); 27] = [
    ("terms", &[]),
    ("case", &["terms"]),
    ("routes", &["case"]),
    ("batch", &["terms", "case", "routes", "index", "exposure"]),
    ("watch", &["case", "routes"]),
    ("pattern", &[]),
    ("compare", &[]),
    ("stix", &["terms"]),
    ("library", &["case", "stix"]),
    ("attribution", &["case"]),
    ("image", &["terms"]),
    ("sensitive", &["terms"]),
    ("text", &["terms"]),
    ("archive", &["terms"]),
    ("dump", &["terms", "text", "archive"]),
    ("exposure", &["terms", "case", "text", "dump", "sensitive"]),
    ("code", &["terms", "image"]),
    ("index", &["terms"]),
    ("similarity", &["terms", "case", "image", "code", "index"]),
    ("import", &["terms", "case", "stix", "pattern", "compare"]),
    ("response", &["case"]),
    ("report", &["case"]),
    ("http", &[]),
    ("server", &["terms", "stix", "http"]),
    (
        "workbench",
        &[
            "case",
            "assess",
            "report",
            "routes",
            "exposure",
            "sensitive",
            "library",
            "import",
            "http",
            "exchange",
            "stix",
        ],
    ),
    ("exchange", &["terms", "case", "stix", "pattern", "report"]),
    (
        "assess",
        &[
            "case",
            "library",
            "routes",
            "attribution",
            "response",
            "archive",
            "image",
            "code",
            "index",
            "similarity",
        ],
    ),
];

/// The crates that a crate depends on by its manifest, without `demarche-`; tests and benchmarks aside.
fn dependencies(name: &str) -> Vec<String> {
    let path = format!("{}/../{name}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
    let manifest = std::fs::read_to_string(&path).expect("each crate has a manifest");
    let (_, dependencies) = manifest.split_once("\n[dependencies]").unwrap_or_default();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap_or((dependencies, ""));
    let ours = dependencies.lines().filter_map(|line| line.strip_prefix("demarche-"));
    ours.filter_map(|line| line.split([' ', '.', '=']).next()).map(str::to_owned).collect()
}

#[test]
fn crates_depend_only_along_the_arrows() {
    for (name, allowed) in ALLOWED {
        for dependency in dependencies(&format!("demarche-{name}")) {
            let is_allowed = allowed.contains(&dependency.as_str());
            assert!(is_allowed, "{name} must not depend on {dependency}");
        }
    }
}

/// The number of crates on the longest way from a crate along its dependencies, itself included.
fn longest_chain(name: &str) -> usize {
    let dependencies = dependencies(name).into_iter();
    1 + dependencies.map(|name| longest_chain(&format!("demarche-{name}"))).max().unwrap_or(0)
}

#[test]
fn the_longest_chain_of_crates_has_seven() {
    assert_eq!(longest_chain("demarche"), 7);
}

#[test]
fn every_crate_is_in_the_table() {
    let crates = format!("{}/..", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(crates).expect("the crates lie side by side") {
        let name = entry.expect("a folder").file_name().into_string().expect("plain names");
        let is_listed = |name: &str| ALLOWED.iter().any(|(listed, _)| *listed == name);
        let short = name.strip_prefix("demarche-");
        assert!(name == "demarche" || short.is_some_and(is_listed), "{name}");
    }
}
