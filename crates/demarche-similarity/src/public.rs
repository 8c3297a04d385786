//! Public packages that programs have inside, named beside the code that could tell whose they are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use demarche_case::assessment::code::{PackageInside, SharedPackage};
use demarche_terms::{Origin, Origins, Package, PackageKind};

/// The packages of a program with the number of functions of each, most first; `functions` is the number of all.
#[must_use]
pub fn packages_inside(origins: &Origins, functions: usize) -> Vec<PackageInside> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for origin in origins.expand(functions) {
        if let Origin::Package(package) = origin {
            *counts.entry(package).or_default() += 1;
        }
    }
    let counted = counts.into_iter().filter_map(|(place, functions)| {
        let Package { name, version, .. } = origins.package(place)?.clone();
        Some(PackageInside { name, version, functions })
    });
    let mut counted: Vec<PackageInside> = counted.collect();
    counted.sort_by_key(|package| Reverse(package.functions));
    counted
}

/// The packages that two programs both have, by name; standard libraries are left out.
///
/// A package of which either has several versions is told with the first of both that are equal, else the first of each.
pub(crate) fn shared(origins: &Origins, known: &Origins) -> Vec<SharedPackage> {
    let mut theirs: BTreeMap<(PackageKind, &str), Vec<&str>> = BTreeMap::new();
    for package in known.packages() {
        theirs.entry((package.kind, &package.name)).or_default().push(&package.version);
    }
    let mut shared: BTreeMap<&str, SharedPackage> = BTreeMap::new();
    let own = origins.packages().iter().filter(|package| package.kind != PackageKind::Standard);
    for package in own {
        let Some(versions) = theirs.get(&(package.kind, package.name.as_str())) else { continue };
        let is_equal = versions.contains(&package.version.as_str());
        let found = SharedPackage {
            name: package.name.clone(),
            version: package.version.clone(),
            known_version: if is_equal {
                package.version.clone()
            } else {
                versions.first().map_or_else(String::new, |version| (*version).to_owned())
            },
        };
        let before = shared.entry(&package.name).or_insert_with(|| found.clone());
        if is_equal && before.version != before.known_version {
            *before = found;
        }
    }
    shared.into_values().collect()
}
