//! Public packages that programs have inside, named beside the code that could tell whose they are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use demarche_case::assessment::code::{PackageInside, SharedPackage};
use demarche_code::most_functions;
use demarche_terms::{Origin, Origins, Package, PackageKind, Runtime};

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
pub(crate) fn shared(
    runtime: Option<Runtime>,
    origins: &Origins,
    known: &Origins,
) -> Vec<SharedPackage> {
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
            may_be_shared: false,
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
    for name in marked_in_both(origins, known) {
        let found = shared.entry(name).or_insert_with(|| SharedPackage {
            name: name.to_owned(),
            version: String::new(),
            known_version: String::new(),
            may_be_shared: false,
        });
        found.may_be_shared = !are_known(runtime, origins, name);
    }
    shared.into_values().collect()
}

/// The libraries whose words two programs carry.
fn marked_in_both<'a>(origins: &'a Origins, known: &Origins) -> impl Iterator<Item = &'a str> {
    let marks: Vec<&str> = known.marks().iter().map(String::as_str).collect();
    origins.marks().iter().map(String::as_str).filter(move |name| marks.contains(name))
}

/// The most functions that two programs may share because both have libraries inside whose functions are not known as this
/// compiler builds them.
pub(crate) fn untold_functions(
    runtime: Option<Runtime>,
    origins: &Origins,
    known: &Origins,
) -> u64 {
    let untold = marked_in_both(origins, known).filter(|name| !are_known(runtime, origins, name));
    untold.map(most_functions).sum()
}

/// Returns true if the functions of a marked library are known: a tenth of them are told, or twenty.
///
/// Of builds by Microsoft's compiler only those are known that other compilers make alike.
fn are_known(runtime: Option<Runtime>, origins: &Origins, name: &str) -> bool {
    let is_microsofts = matches!(runtime, Some(Runtime::Msvc | Runtime::Windows | Runtime::Memory));
    !is_microsofts && origins.functions_of(name) >= (most_functions(name) / 10).min(20)
}

#[cfg(test)]
mod tests {
    use demarche_terms::Named;

    use super::*;

    fn marked(marks: &[&str], told: usize) -> Origins {
        let package = Package {
            kind: PackageKind::Library,
            name: "OpenSSL".to_owned(),
            version: "3.0".to_owned(),
        };
        let named = vec![Named::Package(package); told];
        Origins::new(&named).with_marks(marks.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn libraries_in_both_whose_functions_are_untold_may_be_what_is_shared() {
        let (openssl, zlib) = (most_functions("OpenSSL"), most_functions("zlib"));
        let both = marked(&["OpenSSL", "zlib"], 0);
        let untold = |origins: &Origins, known: &Origins| untold_functions(None, origins, known);
        assert_eq!(untold(&both, &both), openssl + zlib);
        assert_eq!(untold(&both, &marked(&["zlib"], 0)), zlib);
        assert_eq!(untold(&both, &marked(&[], 0)), 0);
        assert_eq!(untold(&marked(&["OpenSSL"], 19), &both), openssl);
        let told = marked(&["OpenSSL"], 20);
        assert_eq!(untold(&told, &both), 0, "its functions are known");
        assert_eq!(untold_functions(Some(Runtime::Msvc), &told, &both), openssl);
    }

    #[test]
    fn a_library_that_both_carry_is_named() {
        let shared = shared(None, &marked(&["zlib"], 3), &marked(&["OpenSSL", "zlib"], 3));
        let told = |package: &SharedPackage| {
            (package.name.clone(), package.known_version.clone(), package.may_be_shared)
        };
        let told: Vec<(String, String, bool)> = shared.iter().map(told).collect();
        let expected = [("OpenSSL", "3.0", false), ("zlib", "", true)];
        assert_eq!(told, expected.map(|(name, version, may)| (name.into(), version.into(), may)));
    }
}
