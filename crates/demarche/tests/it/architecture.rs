//! The arrows of the crate table, checked.

/// Crates and the crates they may depend on, both without `demarche-`.
const ALLOWED: [(&str, &[&str]); 13] = [
    ("terms", &[]),
    ("case", &["terms"]),
    ("routes", &["case"]),
    ("stix", &["terms"]),
    ("library", &["case", "stix"]),
    ("attribution", &["case"]),
    ("image", &["terms"]),
    ("code", &["terms", "image"]),
    ("index", &["terms", "image", "code"]),
    ("similarity", &["terms", "case", "image", "code", "index"]),
    ("response", &["case"]),
    ("report", &["case"]),
    (
        "assess",
        &[
            "case",
            "library",
            "routes",
            "attribution",
            "response",
            "image",
            "code",
            "index",
            "similarity",
        ],
    ),
];

/// The crates that a manifest depends on, tests and benchmarks aside.
fn dependencies(manifest: &str) -> Vec<&str> {
    let (_, dependencies) = manifest.split_once("\n[dependencies]").unwrap_or_default();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap_or((dependencies, ""));
    let ours = dependencies.lines().filter_map(|line| line.strip_prefix("demarche-"));
    ours.filter_map(|line| line.split([' ', '.', '=']).next()).collect()
}

#[test]
fn crates_depend_only_along_the_arrows() {
    for (name, allowed) in ALLOWED {
        let path = format!("{}/../demarche-{name}/Cargo.toml", env!("CARGO_MANIFEST_DIR"));
        let manifest = std::fs::read_to_string(&path).expect("each crate has a manifest");
        for other in dependencies(&manifest) {
            assert!(allowed.contains(&other), "{name} must not depend on {other}");
        }
    }
}

#[test]
fn every_crate_is_in_the_table() {
    let crates = format!("{}/..", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(crates).expect("the crates lie side by side") {
        let name = entry.expect("a folder").file_name().into_string().expect("plain names");
        let known = |name: &str| ALLOWED.iter().any(|(crate_name, _)| *crate_name == name);
        assert!(name == "demarche" || name.strip_prefix("demarche-").is_some_and(known), "{name}");
    }
}
