//! The origin of each function: the program's own project, or a package that anybody can have.
//!
//! Rust programs name the source files of their panics, and Go programs the package of every function. What neither
//! names is told by its neighbours, because linkers keep the functions of a package together. This is what the program states;
//! whoever builds it can state something else. Functions of public libraries of C and C++ are known by hashes, and templates
//! by the names that the file gives them. Libraries that only their words tell are named without functions.

#![warn(clippy::indexing_slicing)]

mod evidence;
mod go;
pub(crate) mod library;
mod locations;
mod mangled;
pub(crate) mod marks;
mod namespaces;
mod source_path;
pub(crate) mod templates;

use std::collections::BTreeMap;
use std::ops::Range;

use demarche_image::identity::GoIdentity;
use demarche_image::{ExtentTable, Image};
use demarche_terms::{Fingerprint, Named, Origins, Package, PackageKind};

use crate::Program;
use evidence::symbol_at;
use locations::Locations;
use source_path::Source;

/// The origins of all functions of a program, in its order.
///
/// `fingerprints` are those of its functions, and `go` is what Go's linker says of the build. Time grows with the code and the
/// pointers that are present.
#[must_use]
pub fn origins(
    image: &Image<'_>,
    program: &Program,
    fingerprints: &[Fingerprint],
    go: Option<&GoIdentity>,
) -> Origins {
    let has_go_table = image.extents.iter().any(|extent| extent.table == ExtentTable::GoFunctions);
    let mut named =
        if has_go_table { go::origins(image, program, go) } else { rust(image, program) };
    versions(&mut named);
    templates::tell(&mut named, image, program);
    namespaces::tell(&mut named, image, program);
    library::tell(&mut named, fingerprints);
    Origins::new(&named).with_marks(marks::libraries(image))
}

/// The origins of functions of a program that may be Rust's: untold where it names no source file.
fn rust(image: &Image<'_>, program: &Program) -> Vec<Named> {
    let locations = Locations::of(image);
    let crates: Vec<Option<&str>> = program
        .functions
        .iter()
        .map(|function| symbol_at(image, function).and_then(|name| mangled::first_crate(name)))
        .collect();
    if locations.is_empty() && crates.iter().all(Option::is_none) {
        return vec![Named::Untold; program.functions.len()];
    }
    let mut named = Vec::with_capacity(program.functions.len());
    let mut are_inside = Vec::with_capacity(program.functions.len());
    for (function, name) in program.functions.iter().zip(&crates) {
        let sources = locations.of_function(image, function);
        named.push(from_sources(&sources, *name));
        are_inside.push(sources.iter().any(|source| matches!(source, Source::Inside(_))));
    }
    between_neighbours(&mut named, &are_inside);
    named
}

/// The origin that source files and a crate's name tell of a function.
///
/// A function into which code of several packages was inlined is the program's own where any of them is.
fn from_sources(sources: &[&Source], crate_name: Option<&str>) -> Named {
    if sources.iter().any(|source| matches!(source, Source::Own)) {
        return Named::Own;
    }
    let packages = sources.iter().filter_map(|source| match source {
        Source::Package(package) | Source::Inside(package) => Some(package),
        Source::Own => None,
    });
    // The standard library is inlined everywhere, so that another package says more.
    let told = packages.max_by_key(|package| package.kind != PackageKind::Standard);
    let by_name = crate_name.filter(|name| mangled::is_public(name)).map(|name| Package {
        kind: if mangled::is_standard(name) { PackageKind::Standard } else { PackageKind::Crate },
        name: if mangled::is_standard(name) { "Rust".to_owned() } else { name.replace('_', "-") },
        version: String::new(),
    });
    match (told, by_name) {
        (Some(told), Some(named)) if told.kind == PackageKind::Standard => Named::Package(named),
        (Some(told), _) => Named::Package(told.clone()),
        (None, Some(named)) => Named::Package(named),
        (None, None) => Named::Untold,
    }
}

/// Gives functions between two functions of packages the package of the one before, and those behind the last one to the
/// standard library, which linkers put at the end. What lies beside the program's own functions stays untold, and so does
/// what comes before the first package, for linkers begin with the program's own.
///
/// The standard library is inlined everywhere, so that it tells of its neighbours only where `are_inside` says that a
/// function lies in the standard library itself.
fn between_neighbours(named: &mut [Named], are_inside: &[bool]) {
    let mut before: Option<(usize, Named)> = None;
    for (index, is_inside) in are_inside.iter().enumerate() {
        let Some(found) = named
            .get(index)
            .filter(|named| **named != Named::Untold && (*is_inside || !is_standard(named)))
            .cloned()
        else {
            continue;
        };
        if let (Some((first, package @ Named::Package(_))), Named::Package(_)) = (&before, &found) {
            fill(named, first + 1..index, package);
        }
        before = Some((index, found));
    }
    if let Some((last, Named::Package(_))) = before
        && let Some(standard) = named.iter().skip(last).find(|named| is_standard(named)).cloned()
    {
        fill(named, last + 1..named.len(), &standard);
    }
}

fn is_standard(named: &Named) -> bool {
    package(named).is_some_and(|package| package.kind == PackageKind::Standard)
}

/// Names the untold functions of a run.
fn fill(named: &mut [Named], run: Range<usize>, origin: &Named) {
    let run = named.get_mut(run).unwrap_or(&mut []);
    for function in run.iter_mut().filter(|function| **function == Named::Untold) {
        function.clone_from(origin);
    }
}

/// Gives packages without a version the one that the program states elsewhere, where it states only one.
fn versions(named: &mut [Named]) {
    let mut known: BTreeMap<(PackageKind, String), Vec<String>> = BTreeMap::new();
    for package in named.iter().filter_map(package).filter(|package| !package.version.is_empty()) {
        let versions = known.entry((package.kind, package.name.clone())).or_default();
        if !versions.contains(&package.version) {
            versions.push(package.version.clone());
        }
    }
    for named in named {
        if let Named::Package(package) = named
            && package.version.is_empty()
            && let Some([only]) =
                known.get(&(package.kind, package.name.clone())).map(Vec::as_slice)
        {
            package.version.clone_from(only);
        }
    }
}

fn package(named: &Named) -> Option<&Package> {
    match named {
        Named::Package(package) => Some(package),
        Named::Own | Named::Untold => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(kind: PackageKind, name: &str, version: &str) -> Package {
        Package { kind, name: name.into(), version: version.into() }
    }

    fn of(name: &str) -> Named {
        Named::Package(package(PackageKind::Crate, name, "1.0.0"))
    }

    #[test]
    fn what_lies_between_two_packages_is_the_first_ones_and_beside_own_code_nothing_is_told() {
        let standard = Named::Package(package(PackageKind::Standard, "Rust", ""));
        let untold = Named::Untold;
        let mut named = [
            of("a"),
            untold.clone(),
            standard.clone(),
            untold.clone(),
            of("b"),
            untold.clone(),
            Named::Own,
            untold.clone(),
            of("b"),
        ];
        between_neighbours(&mut named, &[false; 9]);
        let expected = [
            of("a"),
            of("a"),
            standard,
            of("a"),
            of("b"),
            untold.clone(),
            Named::Own,
            untold,
            of("b"),
        ];
        assert_eq!(named, expected);
    }

    #[test]
    fn the_standard_library_itself_tells_of_its_neighbours_and_what_is_inlined_does_not() {
        let standard = Named::Package(package(PackageKind::Standard, "Rust", ""));
        let start = [Named::Own, Named::Untold, standard.clone(), Named::Untold, standard.clone()];
        let mut named = start.clone();
        between_neighbours(&mut named, &[false; 5]);
        assert_eq!(named, start);
        between_neighbours(&mut named, &[false, false, true, false, true]);
        let [own, untold, ..] = start;
        assert_eq!(named, [own, untold, standard.clone(), standard.clone(), standard]);
    }

    #[test]
    fn own_code_with_inlined_packages_is_own_and_a_package_says_more_than_the_standard_library() {
        let standard = Source::Package(package(PackageKind::Standard, "Rust", ""));
        let memchr = Source::Package(package(PackageKind::Crate, "memchr", "2.5.0"));
        assert_eq!(from_sources(&[&memchr, &Source::Own, &standard], None), Named::Own);
        let Source::Package(expected) = memchr.clone() else { unreachable!() };
        assert_eq!(from_sources(&[&standard, &memchr], None), Named::Package(expected));
        assert_eq!(from_sources(&[], Some("my_tool")), Named::Untold);
    }

    #[test]
    fn a_version_that_is_stated_once_is_that_of_all_functions_of_the_package() {
        let bare = Named::Package(package(PackageKind::Crate, "a", ""));
        let mut named = [of("a"), bare.clone()];
        versions(&mut named);
        assert_eq!(named, [of("a"), of("a")]);
        let other = Named::Package(package(PackageKind::Crate, "a", "2.0.0"));
        let mut named = [of("a"), other.clone(), bare.clone()];
        versions(&mut named);
        assert_eq!(named, [of("a"), other, bare], "two versions: nobody knows whose it is");
    }
}
