//! Functions of public libraries, known by hashes that are shipped with the program.
//!
//! A program that has a library of C or C++ inside names it nowhere. Its functions are known all the same: whoever links
//! the packages of a distribution gets the same instructions. The shipped file has hashes of such functions and the names
//! and versions of the libraries, and no code. `cargo run -p demarche-code --example libraries` makes it.
//!
//! Left out: libraries that were built in other ways to other instructions and other traits, and small functions, which
//! every program may have by chance.

mod keys;
mod pack;
mod packed;

use std::collections::BTreeMap;

use demarche_terms::{Fingerprint, Named, Origins, Package, PackageKind};

use keys::keys;
pub use pack::Pack;
pub(crate) use packed::Packed;

/// The hashes that are shipped.
const SHIPPED: &[u8] = include_bytes!("libraries.bin");

/// The fewest functions of a library that a program has before it is told: fewer may be alike by chance, or copied out of it
/// by many.
const TOGETHER: usize = 4;

/// The origins of functions that are known to be of public libraries, whatever else tells of them; the others are untold.
#[must_use]
pub fn libraries(fingerprints: &[Fingerprint]) -> Origins {
    let mut named = vec![Named::Untold; fingerprints.len()];
    tell(&mut named, fingerprints);
    Origins::new(&named)
}

/// Names the untold functions of a program that are known to be of public libraries.
///
/// Of each library the version is told that has most of the functions; where several have as many, the first and the last.
pub(crate) fn tell(named: &mut [Named], fingerprints: &[Fingerprint]) {
    let Some(packed) = Packed::read(SHIPPED) else { return };
    tell_by(&packed, named, fingerprints);
}

fn tell_by(packed: &Packed<'_>, named: &mut [Named], fingerprints: &[Fingerprint]) {
    let mut found: Vec<(usize, u16)> = Vec::new();
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for (place, (named, fingerprint)) in named.iter().zip(fingerprints).enumerate() {
        if *named != Named::Untold {
            continue;
        }
        let label = keys(fingerprint).find_map(|key| packed.find(key));
        if let Some(label) = label {
            found.push((place, label));
            for version in packed.versions(label) {
                *counts.entry(version).or_default() += 1;
            }
        }
    }
    let name_of = |label| Some(packed.library(packed.versions(label).next()?)?.0);
    let mut functions: BTreeMap<&str, usize> = BTreeMap::new();
    for name in found.iter().filter_map(|(_, label)| name_of(*label)) {
        *functions.entry(name).or_default() += 1;
    }
    let stated = stated(packed, &counts);
    for (place, label) in found {
        let Some(name) = name_of(label) else { continue };
        let is_told = functions.get(name).is_some_and(|functions| *functions >= TOGETHER);
        if let (Some(named), Some(version)) = (named.get_mut(place), stated.get(name))
            && is_told
        {
            *named = Named::Package(Package {
                kind: PackageKind::Library,
                name: name.to_owned(),
                version: version.clone(),
            });
        }
    }
}

/// The version of each library that has most of the functions, in words.
fn stated<'a>(packed: &Packed<'a>, counts: &BTreeMap<u16, usize>) -> BTreeMap<&'a str, String> {
    let mut best: BTreeMap<&str, (usize, Vec<&str>)> = BTreeMap::new();
    for (version, count) in counts {
        let Some((name, version)) = packed.library(*version) else { continue };
        // Templates of the C++ library are in programs with any of its versions.
        let count = if version.is_empty() { &0 } else { count };
        let (highest, versions) = best.entry(name).or_default();
        if count > highest {
            (*highest, *versions) = (*count, Vec::new());
        }
        if count == highest {
            versions.push(version);
        }
    }
    let words = |versions: &[&str]| match versions {
        [] => String::new(),
        [version] => (*version).to_owned(),
        [first, .., last] => format!("{first} to {last}"),
    };
    best.into_iter().map(|(name, (_, versions))| (name, words(&versions))).collect()
}

#[cfg(test)]
mod tests {
    use demarche_terms::VirtualAddress;

    use demarche_terms::Feature;

    use super::*;

    /// A function with so many instructions, whose instructions and features are told by a number.
    fn function(number: u32, exact: u64, instructions: u32) -> Fingerprint {
        Fingerprint {
            start: VirtualAddress(u64::from(number)),
            size: 4 * instructions,
            instructions,
            blocks: 3,
            exact,
            features: (0..20).map(|place| Feature(number * 100 + place)).collect(),
            calls: Vec::new(),
            pointed: Vec::new(),
        }
    }

    fn functions(numbers: std::ops::Range<u32>) -> Vec<Fingerprint> {
        numbers.map(|number| function(number, u64::from(number) + 7, 40)).collect()
    }

    fn told(pack: &Pack, fingerprints: &[Fingerprint]) -> Vec<Option<String>> {
        let bytes = pack.bytes().unwrap();
        let mut named = vec![Named::Untold; fingerprints.len()];
        tell_by(&Packed::read(&bytes).unwrap(), &mut named, fingerprints);
        let words = |named: &Named| match named {
            Named::Package(package) => Some(package.to_string()),
            Named::Untold | Named::Own => None,
        };
        named.iter().map(words).collect()
    }

    #[test]
    fn functions_of_a_library_are_told_with_the_version_that_has_most_of_them() {
        let mut pack = Pack::default();
        pack.add("zlib", "1.2.11", &functions(0..10));
        pack.add("zlib", "1.2.13", &functions(2..12));
        let all = |numbers, version: &str| {
            assert_eq!(
                told(&pack, &functions(numbers)),
                vec![Some(format!("zlib {version}")); 10],
                "{version}"
            );
        };
        all(0..10, "1.2.11");
        all(2..12, "1.2.13");
        assert_eq!(told(&pack, &functions(3..7)), vec![Some("zlib 1.2.11 to 1.2.13".into()); 4]);
        assert_eq!(told(&pack, &functions(20..23)), vec![None; 3]);
    }

    #[test]
    fn either_hash_tells_and_own_functions_and_small_ones_are_left_alone() {
        let mut pack = Pack::default();
        pack.add("curl", "7.88.1", &functions(0..6));
        let other_instructions = function(1, 999, 40);
        let other_features = Fingerprint { exact: 8, ..function(50, 8, 40) };
        let neither = function(51, 999, 40);
        let small = function(1, 8, 5);
        let mut asked = vec![other_instructions, other_features, neither, small];
        assert_eq!(told(&pack, &asked), vec![None; 4], "two functions may be alike by chance");
        asked.extend(functions(3..5));
        let curl = Some("curl 7.88.1".to_owned());
        let expected = [curl.clone(), curl.clone(), None, None, curl.clone(), curl];
        assert_eq!(told(&pack, &asked), expected);
        let bytes = pack.bytes().unwrap();
        let mut named = [Named::Own];
        tell_by(&Packed::read(&bytes).unwrap(), &mut named, &functions(0..1));
        assert_eq!(named, [Named::Own]);
    }

    #[test]
    fn the_first_library_has_a_function_and_unrelated_programs_take_theirs_back() {
        let mut pack = Pack::default();
        assert_eq!(pack.add("glibc", "2.36", &functions(0..8)), 16);
        assert_eq!(pack.add("zlib", "1.3", &functions(4..12)), 8);
        let words = |words: &str| vec![Some(words.to_owned()); 4];
        let all = [words("glibc 2.36"), words("zlib 1.3")].concat();
        assert_eq!(told(&pack, &functions(4..12)), all);
        assert_eq!(pack.forget(&functions(4..8)), 8);
        assert_eq!(told(&pack, &functions(4..8)), vec![None; 4]);
        assert_eq!(pack.len(), 16);
    }

    #[test]
    fn a_cut_or_forged_file_is_no_file_or_tells_nothing_and_never_panics() {
        let mut pack = Pack::default();
        pack.add("zlib", "1.2.11", &functions(0..10));
        let bytes = pack.bytes().unwrap();
        arbtest::arbtest(|data| {
            let mut bytes = bytes.clone();
            let place = data.choose_index(bytes.len())?;
            if data.arbitrary()? {
                bytes.truncate(place);
            } else {
                bytes[place] = data.arbitrary()?;
            }
            if let Some(packed) = Packed::read(&bytes) {
                let mut named = vec![Named::Untold; 12];
                tell_by(&packed, &mut named, &functions(0..12));
            }
            Ok(())
        });
    }

    #[test]
    fn a_file_that_is_taken_over_is_written_as_it_was() {
        assert_eq!(Pack::of(SHIPPED).and_then(|pack| pack.bytes()).as_deref(), Some(SHIPPED));
    }

    #[test]
    fn the_shipped_file_can_be_read_and_is_small() {
        let packed = Packed::read(SHIPPED).unwrap();
        assert!(packed.len() > 100_000, "{}", packed.len());
        assert!(SHIPPED.len() < 4_000_000);
        for library in ["zlib\t1.2.13", "glibc\t2.36", "MinGW-w64\t10.0.0"] {
            assert!(packed.libraries().contains(&library), "{library}");
        }
    }
}
