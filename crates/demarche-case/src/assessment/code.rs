//! What executables have in common with known programs.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Sha256, Tlp};

/// What executables have in common with the programs of an index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeFindings {
    /// What they were compared with.
    pub index: ComparedWith,
    /// The executables, in the order of their names.
    pub programs: Vec<ComparedProgram>,
}

/// An index of known programs, as large as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedWith {
    /// The hash of the index's list of programs.
    pub sha256: Sha256,
    /// How many programs it has.
    pub programs: u64,
    /// How many of them are code that anybody can have: libraries, runtimes, public tools.
    pub library_programs: u64,
    /// How many families they belong to, library code aside.
    pub families: u64,
    /// How many actors they are ascribed to.
    pub actors: u64,
    /// How many functions they have.
    pub functions: u64,
}

/// One executable and those that it shares code with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ComparedProgram {
    /// What it is.
    pub program: ProgramFacts,
    /// What the index takes this very file for, where it has it. The file itself is left out of the comparison.
    pub known_as: Option<KnownAs>,
    /// Shared functions that may be the runtime which programs of this kind carry, and that therefore tell nobody.
    pub untold: Option<Untold>,
    /// Packages of public code that it states to have inside, by the number of functions, most first.
    pub packages: Vec<PackageInside>,
    /// What its functions are.
    pub functions: FunctionCounts,
    /// Actors, the strongest ties first; those that share nothing rare are left out.
    pub actors: Vec<CodeTie>,
    /// Families, the strongest ties first.
    pub families: Vec<CodeTie>,
    /// The functions that the first tie rests on, the weightiest first: a dozen at most.
    pub rests_on: Vec<SharedFunction>,
    /// Every function with its counterpart, ascending by address, where all were asked for; functions that match nothing
    /// have no counterpart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<MatchedFunction>,
}

/// A package of public code inside a program: a crate, a module of Go, a standard library, a library of C or C++.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageInside {
    /// Its name: `regex-automata`, `golang.org/x/net`.
    pub name: String,
    /// Its version; empty where nothing tells it. Two versions with `to` between them are the first and the last that fit.
    pub version: String,
    /// The functions of the program that come from it.
    pub functions: u64,
}

/// A package of public code that two programs have: it says nothing of who made them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharedPackage {
    /// Its name.
    pub name: String,
    /// Its version in the executable; empty where it is not stated.
    pub version: String,
    /// Its version in the known program; empty where it is not stated.
    pub known_version: String,
    /// True for a library whose functions cannot be told from the programs' own: it may be what they share.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_be_shared: bool,
}

/// The kind of a function of a compared program.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FunctionKind {
    /// Public code: a package or library code has it, or so many families have it that it tells nobody.
    Library,
    /// Known families have it and library code has not.
    Shared,
    /// Nothing in the index has it.
    Unknown,
    /// It has too few traits to tell.
    Small,
}

/// A function of a compared program with its surest counterpart, where it has any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MatchedFunction {
    /// Where it lies.
    pub address: u64,
    /// Its bytes.
    pub size: u64,
    /// Its name, where the executable has one.
    pub name: Option<String>,
    /// What it is.
    pub kind: FunctionKind,
    /// The package of public code that the executable says it comes from.
    pub package: Option<String>,
    /// Its surest counterpart.
    pub counterpart: Option<KnownFunction>,
}

/// A function of a known program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownFunction {
    /// The program.
    pub known: KnownProgram,
    /// The family of that program.
    pub family: String,
    /// Whether the family is library code.
    pub is_library: bool,
    /// Where it lies.
    pub address: u64,
    /// Its bytes.
    pub size: u64,
    /// Its name there, where the file of the known program is at hand and has one.
    pub name: Option<String>,
    /// How sure it is that both are one source function, from 0 to 1.
    pub probability: f64,
    /// Whether both are the same instructions but for addresses.
    pub is_identical: bool,
    /// How many families of the index have it.
    pub families: u64,
}

/// Functions shared with programs that have the same runtime inside, where the index knows too few such programs to tell
/// the runtime from what is somebody's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Untold {
    /// The runtime: `Go`, `Microsoft C`.
    pub runtime: String,
    /// How many hands of the index, families of library code among them, have programs with it.
    pub hands: u64,
    /// How many it takes.
    pub wanted: u64,
    /// The functions.
    pub functions: u64,
}

/// What an index takes a file for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownAs {
    /// Its family; its hash where it has none.
    pub family: String,
    /// The actors that it is ascribed to.
    pub actors: Vec<String>,
    /// Whether it is code that anybody can have.
    pub is_library: bool,
}

impl KnownAs {
    /// Whether this is the name of its family or of one of its actors.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.family == name || self.actors.iter().any(|actor| actor == name)
    }
}

/// What an executable is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProgramFacts {
    /// Its file name, with the path in the case or archive.
    pub name: String,
    /// Its hash.
    pub sha256: Sha256,
    /// The size of the file in bytes.
    pub bytes: u64,
    /// Its container: `PE`, `ELF`, `Mach-O`, `raw`.
    pub format: String,
    /// Its processor: `x86`, `x86-64`, `AArch64`; `.NET bytecode` where none is meant.
    pub architecture: String,
    /// The bytes of code in its functions.
    pub code_bytes: u64,
    /// Why it looks packed, so that what its functions say is about the packer; `None` where nothing speaks for that.
    pub packed: Option<String>,
    /// Its marking: the strictest of the items of evidence that name it, else the case's.
    pub tlp: Option<Tlp>,
}

impl ProgramFacts {
    /// The last part of its path, as people call a program. A program that was unpacked (`folder/name.exe/unpacked`) has the
    /// name of its file too: `name.exe/unpacked`. All of the path where no part says anything.
    #[must_use]
    pub fn file_name(&self) -> &str {
        const SEPARATORS: [char; 2] = ['/', '\\'];
        let blank = |letter: char| letter.is_whitespace() || SEPARATORS.contains(&letter);
        let path = self.name.trim_end_matches(blank);
        let front = |path: &str| path.rfind(SEPARATORS).unwrap_or(0);
        let last = path.get(front(path)..).unwrap_or(path).trim_start_matches(SEPARATORS);
        let before = path.strip_suffix(last).map(|before| before.trim_end_matches(blank));
        let name = match before {
            Some(before) if last == "unpacked" => path.get(front(before)..).unwrap_or(path),
            _ => last,
        };
        let name = name.trim_start_matches(SEPARATORS);
        if name.is_empty() { &self.name } else { name }
    }
}

/// What the functions of an executable are, each counted once.
///
/// `library + shared + unknown + small` is `found`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FunctionCounts {
    /// All functions that were found.
    pub found: u64,
    /// Functions that library code of the index has, that so many families have that they tell nobody, or that may be
    /// runtime.
    pub library: u64,
    /// Functions that known families have and library code has not.
    pub shared: u64,
    /// Functions that nothing in the index has.
    pub unknown: u64,
    /// Functions with too few traits to tell.
    pub small: u64,
}

/// What an executable has in common with one family or actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeTie {
    /// The family or actor.
    pub name: String,
    /// The actors that a family is ascribed to in the index; empty for an actor.
    pub actors: Vec<String>,
    /// How many times likelier this much shared code is between programs of one hand than between unrelated ones.
    pub strength: CodeStrength,
    /// How many functions are shared that library code has not.
    pub functions: u64,
    /// Their bytes in the executable.
    pub bytes: u64,
    /// Their share of the bytes of all functions that could tell: `shared` and `unknown` ones; from 0 to 1.
    pub share: f64,
    /// How many of the shared functions no other family or actor of the index has.
    pub alone: u64,
    /// Others that have at least half of these functions too: they share a code base, and this tie cannot part them.
    pub with: Vec<String>,
    /// Packages of public code that the executable and the nearest program both state to have; no part of the tie.
    pub packages: Vec<SharedPackage>,
    /// The program of the family or actor that shares most.
    pub nearest: KnownProgram,
}

/// A likelihood ratio as natural logarithm (nats), with the range that the calibration leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeStrength {
    /// The natural logarithm of the likelihood ratio.
    pub nats: f64,
    /// The lower end of the range that holds nine times in ten.
    pub low: f64,
    /// The upper end of that range.
    pub high: f64,
    /// Whether it passes the threshold at which no program was ascribed to a wrong hand in the calibration.
    pub is_attributed: bool,
}

/// A program of the index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct KnownProgram {
    /// Its file name as it was indexed.
    pub name: String,
    /// Its hash.
    pub sha256: Sha256,
}

/// A function of the executable and its counterpart in a known program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SharedFunction {
    /// Where it lies in the executable.
    pub address: u64,
    /// Its bytes there.
    pub size: u64,
    /// Its name, where the executable has one.
    pub name: Option<String>,
    /// The program that has its counterpart.
    pub known: KnownProgram,
    /// The family of that program.
    pub family: String,
    /// Where the counterpart lies.
    pub known_address: u64,
    /// Its bytes there.
    pub known_size: u64,
    /// How sure it is that both are one source function, from 0 to 1.
    pub probability: f64,
    /// Whether both are the same instructions but for addresses.
    pub is_identical: bool,
    /// How many families of the index have it.
    pub families: u64,
    /// What it adds to the tie, from 0 to 1: how sure it is that both are one and that library code has none such, times
    /// its rarity: 1 where one family or actor has it, 0 where all have.
    pub weight: f64,
    /// Traits that both have, in words: constants, strings, imported functions; a few.
    pub traits: Vec<String>,
    /// Both as disassembly side by side; empty where the known program is not at hand.
    pub lines: Vec<LinePair>,
}

/// One line of two disassemblies side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinePair {
    /// The line of the executable; `None` where only the known program has one.
    pub left: Option<CodeLine>,
    /// The line of the known program.
    pub right: Option<CodeLine>,
    /// Whether both say the same but for addresses and registers.
    pub is_same: bool,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CodeLine {
    /// Where it lies.
    pub address: u64,
    /// Its text, with names for what is known.
    pub text: String,
}

/// Two programs compared with each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeComparison {
    /// The first program.
    pub left: ProgramFacts,
    /// The second.
    pub right: ProgramFacts,
    /// The functions of both that were large enough to compare.
    pub comparable: [u64; 2],
    /// The functions that both have and library code has not, the largest of the surest first.
    pub shared: Vec<SharedFunction>,
    /// The functions that both have and that are public: library code of an index has them, or a program has them from a
    /// public package. `None` where there was no index to ask and neither program has a package.
    pub library: Option<u64>,
    /// The public packages that both have inside; standard libraries are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<SharedPackage>,
    /// The share of the bytes of each that the other has too, of functions large enough to compare; from 0 to 1.
    pub shares: [f64; 2],
}

/// Who shares code with whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CodeFamilies {
    /// The index it is about.
    pub index: ComparedWith,
    /// The families, by name.
    pub families: Vec<FamilyNode>,
    /// Ties between families, the strongest first.
    pub ties: Vec<FamilyTie>,
}

/// A family of the index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyNode {
    /// Its name.
    pub name: String,
    /// The actors it is ascribed to.
    pub actors: Vec<String>,
    /// Whether it is code that anybody can have.
    pub is_library: bool,
    /// Its programs.
    pub programs: u64,
    /// Their functions.
    pub functions: u64,
}

/// Rare code that two families have in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyTie {
    /// The two families, by their place in [`CodeFamilies::families`], ascending.
    pub families: [u64; 2],
    /// Functions of both that library code and most families have not.
    pub functions: u64,
    /// What they are worth.
    pub strength: CodeStrength,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unpacked_program_is_called_by_its_file() {
        for (name, expected) in [
            ("wick", "wick"),
            ("unpacked", "unpacked"),
            ("samples/wick.exe", "wick.exe"),
            ("samples\\wick.exe", "wick.exe"),
            ("samples/wick.exe/ ", "wick.exe"),
            ("wick.exe/unpacked", "wick.exe/unpacked"),
            ("/tmp/samples/wick.exe/unpacked", "wick.exe/unpacked"),
            ("a.zip/b\\wick é.exe/unpacked", "wick é.exe/unpacked"),
            ("/unpacked", "unpacked"),
            ("samples/unpacked.exe", "unpacked.exe"),
            ("//", "//"),
            ("", ""),
        ] {
            let program = ProgramFacts {
                name: name.to_owned(),
                sha256: Sha256::of(b""),
                bytes: 0,
                format: String::new(),
                architecture: String::new(),
                code_bytes: 0,
                packed: None,
                tlp: None,
            };
            assert_eq!(program.file_name(), expected, "{name}");
        }
    }
}
