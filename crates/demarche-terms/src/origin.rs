//! Public code inside programs: packages that anybody can have, and the functions that come from them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The source of a package.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum PackageKind {
    /// The standard library of Go or Rust, with the runtime.
    Standard,
    /// A crate of Rust.
    Crate,
    /// A module of Go.
    GoModule,
    /// A library of C or C++, known by its functions and not by what the program states.
    Library,
}

/// A package that anybody can have, as a program states it.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Package {
    /// Its source.
    pub kind: PackageKind,
    /// Its name there, as `regex-automata` or `golang.org/x/net`.
    pub name: String,
    /// Its version; empty where the program does not state it.
    pub version: String,
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version.as_str() {
            "" => f.write_str(&self.name),
            version => write!(f, "{} {version}", self.name),
        }
    }
}

/// The origin of a function, as far as the program tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The program does not tell.
    #[default]
    Untold,
    /// The program's own project, by the path of its source or the name of its package.
    Own,
    /// A package, by its place in [`Origins::packages`].
    Package(u32),
}

/// The origins of all functions of a program, in few bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origins {
    /// The packages, ascending, each once.
    packages: Vec<Package>,
    /// Runs of functions with one origin: how many, and which, 0 for untold, 1 for own, else the package's place and 2.
    runs: Vec<(u32, u32)>,
    /// Libraries whose words the program carries, ascending, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    marks: Vec<String>,
}

impl Origins {
    /// The origins of functions in the order of the program.
    #[must_use]
    pub fn new(functions: &[Named]) -> Self {
        let mut packages: Vec<Package> = functions
            .iter()
            .filter_map(|named| match named {
                Named::Package(package) => Some(package.clone()),
                Named::Own | Named::Untold => None,
            })
            .collect();
        packages.sort();
        packages.dedup();
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for named in functions {
            let code = match named {
                Named::Untold => 0,
                Named::Own => 1,
                Named::Package(package) => packages
                    .binary_search(package)
                    .ok()
                    .and_then(|index| u32::try_from(index).ok()?.checked_add(2))
                    .unwrap_or(0),
            };
            match runs.last_mut() {
                Some((length, last)) if *last == code && *length < u32::MAX => *length += 1,
                _ => runs.push((1, code)),
            }
        }
        if runs.iter().all(|(_, code)| *code == 0) {
            runs.clear();
        }
        Self { packages, runs, marks: Vec::new() }
    }

    /// The same of a program that carries the words of some libraries, ascending, each once.
    #[must_use]
    pub fn with_marks(self, marks: Vec<String>) -> Self {
        Self { marks, ..self }
    }

    /// The libraries whose words the program carries, whether or not their functions are told.
    #[must_use]
    pub fn marks(&self) -> &[String] {
        &self.marks
    }

    /// The number of functions of a package, in all its versions.
    #[must_use]
    pub fn functions_of(&self, package: &str) -> u64 {
        let is_of = |code: u32| {
            let found = code.checked_sub(2).and_then(|index| self.package(index));
            found.is_some_and(|found| found.name == package)
        };
        self.runs.iter().filter(|(_, code)| is_of(*code)).map(|(count, _)| u64::from(*count)).sum()
    }

    /// Returns true if nothing is told of the program.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty() && self.marks.is_empty()
    }

    /// The packages, ascending.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The package at a place.
    #[must_use]
    pub fn package(&self, place: u32) -> Option<&Package> {
        self.packages.get(usize::try_from(place).ok()?)
    }

    /// An origin with its package; untold where the package is none of these.
    #[must_use]
    pub fn named(&self, origin: Origin) -> Named {
        match origin {
            Origin::Untold => Named::Untold,
            Origin::Own => Named::Own,
            Origin::Package(place) => {
                self.package(place).cloned().map_or(Named::Untold, Named::Package)
            }
        }
    }

    /// The origin of each of the first `count` functions; those that nothing is stored of are untold.
    #[must_use]
    pub fn expand(&self, count: usize) -> Vec<Origin> {
        let mut all = Vec::new();
        for (length, code) in &self.runs {
            let origin = match code {
                0 => Origin::Untold,
                1 => Origin::Own,
                package => Origin::Package(package - 2),
            };
            let left = count - all.len();
            let length = usize::try_from(*length).map_or(left, |length| length.min(left));
            all.extend(std::iter::repeat_n(origin, length));
        }
        all.resize(count, Origin::Untold);
        all
    }
}

/// The origin of a function with the package itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Named {
    /// The program does not tell.
    #[default]
    Untold,
    /// The program's own project.
    Own,
    /// A package.
    Package(Package),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> Package {
        Package { kind: PackageKind::Crate, name: name.into(), version: "1.0.0".into() }
    }

    #[test]
    fn origins_come_back_as_they_were_and_beyond_them_all_is_untold() {
        let of = |name: &str| Named::Package(package(name));
        let named = [of("b"), of("b"), Named::Own, Named::Untold, of("a")];
        let origins = Origins::new(&named);
        assert_eq!(origins.packages(), [package("a"), package("b")]);
        let expected = [
            Origin::Package(1),
            Origin::Package(1),
            Origin::Own,
            Origin::Untold,
            Origin::Package(0),
            Origin::Untold,
        ];
        assert_eq!(origins.expand(6), expected);
        assert_eq!(origins.expand(2), expected[..2]);
        let text = serde_json::to_string(&origins).unwrap();
        assert_eq!(serde_json::from_str::<Origins>(&text).unwrap(), origins);
    }

    #[test]
    fn a_forged_length_takes_no_memory() {
        let forged: Origins =
            serde_json::from_str(r#"{"packages":[],"runs":[[4294967295,9],[4294967295,0]]}"#)
                .unwrap();
        assert_eq!(forged.expand(3), [Origin::Package(7); 3]);
        assert_eq!(forged.package(7), None);
    }

    #[test]
    fn where_nothing_is_told_nothing_is_stored() {
        assert!(Origins::new(&[Named::Untold, Named::Untold]).is_empty());
        assert!(!Origins::new(&[Named::Own]).is_empty());
    }
}
