//! Functions chosen by name, address or origin, before they are stored or compared.
//!
//! Left out: what the index says about a function; that choice is made by whoever has an index.

mod pattern;

use demarche_image::{Image, Symbol, SymbolKind};
use demarche_terms::{Fingerprint, Origin, Origins};

use crate::functions::as_u32;
use crate::{Callee, Function, Program, readable};
pub(crate) use pattern::Subject;
pub use pattern::{FunctionPattern, PatternError};

/// The functions that are wanted, and those that are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// A function must fit any of these; all fit where the list is empty.
    pub only: Vec<FunctionPattern>,
    /// A function must fit none of these.
    pub not: Vec<FunctionPattern>,
}

impl Selection {
    /// Returns true if every function is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.only.is_empty() && self.not.is_empty()
    }

    /// The patterns in words, as `only aes_*, not package:*`; empty where every function is wanted.
    #[must_use]
    pub fn words(&self) -> String {
        let only = self.only.iter().map(|pattern| format!("only {pattern}"));
        let not = self.not.iter().map(|pattern| format!("not {pattern}"));
        only.chain(not).collect::<Vec<_>>().join(", ")
    }

    /// Returns, for each function of a program, if it is wanted.
    ///
    /// Thumb code is meant by its odd address, and by that of its first byte, as other programs show it.
    /// A function without a name is called `sub_` with its address in capital hexadecimal digits.
    #[must_use]
    pub fn flags(&self, image: &Image<'_>, program: &Program, origins: &Origins) -> Vec<bool> {
        if self.is_empty() {
            return vec![true; program.functions.len()];
        }
        let expanded = origins.expand(program.functions.len());
        let odd = u64::from(image.architecture.has_thumb());
        let subjects = program.functions.iter().zip(expanded).map(|(function, origin)| Subject {
            address: function.start.0,
            first_byte: function.start.0 & !odd,
            names: names(image, function),
            origin,
            package: match origin {
                Origin::Package(number) => origins.package(number).map(|found| found.name.as_str()),
                Origin::Own | Origin::Untold => None,
            },
        });
        subjects.map(|subject| self.wants(&subject)).collect()
    }

    fn wants(&self, subject: &Subject<'_>) -> bool {
        let fits = |pattern: &FunctionPattern| pattern.fits(subject);
        (self.only.is_empty() || self.only.iter().any(fits)) && !self.not.iter().any(fits)
    }
}

/// The names of a function in the symbols of an image.
fn names(image: &Image<'_>, function: &Function) -> Vec<String> {
    let first = image.symbols.partition_point(|symbol| symbol.address < function.start);
    let symbols = image.symbols.get(first..).unwrap_or_default().iter();
    let is_name = |symbol: &&Symbol| symbol.kind != SymbolKind::Object && !symbol.name.is_empty();
    let mut names = Vec::new();
    for symbol in symbols
        .take_while(|symbol| symbol.address == function.start)
        .filter(|symbol| is_name(symbol))
    {
        let plain = readable(&symbol.name);
        if plain != symbol.name {
            names.push(plain.into_owned());
        }
        names.push(symbol.name.clone());
    }
    if names.is_empty() {
        names.push(format!("sub_{:X}", function.start.0));
    }
    names
}

/// Keeps the flagged functions of a program with their fingerprints and origins.
///
/// Functions beyond the flags are left out. A call of a function that is left out goes to an unknown place.
pub fn keep(
    flags: &[bool],
    program: &mut Program,
    fingerprints: &mut Vec<Fingerprint>,
    origins: &mut Origins,
) {
    let mut places = Vec::with_capacity(flags.len());
    let mut kept = 0_usize;
    for flag in flags {
        places.push(flag.then_some(as_u32(kept)));
        kept += usize::from(*flag);
    }
    let place = |call: u32| places.get(call as usize).copied().flatten();
    let expanded = origins.expand(program.functions.len());
    let named = expanded.into_iter().zip(flags).filter(|(_, flag)| **flag);
    let named: Vec<_> = named.map(|(origin, _)| origins.named(origin)).collect();
    *origins = Origins::new(&named).with_marks(origins.marks().to_vec());
    retain(&mut program.functions, flags);
    for call in program.functions.iter_mut().flat_map(|function| &mut function.calls) {
        if let Callee::Function(callee) = call.callee() {
            call.set_callee(place(callee).map_or(Callee::Unknown, Callee::Function));
        }
    }
    retain(fingerprints, flags);
    for fingerprint in fingerprints {
        fingerprint.calls = fingerprint.calls.iter().filter_map(|call| place(*call)).collect();
        fingerprint.calls.dedup();
    }
}

fn retain<T>(all: &mut Vec<T>, flags: &[bool]) {
    let mut flags = flags.iter();
    all.retain(|_| flags.next().is_some_and(|flag| *flag));
}

#[cfg(test)]
mod tests {
    use demarche_terms::{Named, VirtualAddress};

    use super::*;
    use crate::{BasicBlock, Call};

    fn subject(address: u64, name: &str) -> Subject<'static> {
        let (names, origin) = (vec![name.to_owned()], Origin::Untold);
        Subject { address, first_byte: address, names, origin, package: None }
    }

    fn selection(only: &[&str], not: &[&str]) -> Selection {
        let patterns = |all: &[&str]| all.iter().map(|text| text.parse().unwrap()).collect();
        Selection { only: patterns(only), not: patterns(not) }
    }

    #[test]
    fn a_function_must_fit_any_wanted_pattern_and_no_unwanted_pattern() {
        let chosen = selection(&["aes_*", "0x2000..0x3000"], &["*_test"]);
        assert!(chosen.wants(&subject(0x1000, "aes_init")));
        assert!(chosen.wants(&subject(0x2000, "other")));
        assert!(!chosen.wants(&subject(0x3000, "other")), "the end of a range is outside");
        assert!(!chosen.wants(&subject(0x2000, "aes_test")));
        assert!(selection(&[], &["aes_*"]).wants(&subject(0, "main")));
        assert_eq!(chosen.words(), "only aes_*, only 0x2000..0x3000, not *_test");
    }

    #[test]
    fn origins_are_chosen_by_package_and_by_kind() {
        let of = |origin, package| Subject { origin, package, ..subject(0, "f") };
        let regex = of(Origin::Package(0), Some("regex-automata"));
        assert!(selection(&["package:regex*"], &[]).wants(&regex));
        assert!(!selection(&[], &["package:*"]).wants(&regex));
        assert!(selection(&["origin:own"], &[]).wants(&of(Origin::Own, None)));
        assert!(selection(&["origin:untold"], &[]).wants(&of(Origin::Untold, None)));
        assert!(!selection(&["package:*"], &[]).wants(&of(Origin::Own, None)));
    }

    #[test]
    fn the_calls_and_origins_of_kept_functions_follow_them() {
        let function = |start, calls: &[u32]| Fingerprint {
            start: VirtualAddress(start),
            size: 1,
            instructions: 1,
            blocks: 1,
            exact: 0,
            features: Vec::new(),
            calls: calls.to_vec(),
            pointed: Vec::new(),
        };
        let call = |callee| Call::new(VirtualAddress(0), callee, false);
        let found = |start, callees: &[u32]| {
            let blocks = std::iter::empty::<(BasicBlock, [u32; 0])>();
            let calls = callees.iter().map(|callee| call(Callee::Function(*callee))).collect();
            let mut function = Function::new(VirtualAddress(start), blocks);
            function.calls = calls;
            function
        };
        let functions = vec![found(0, &[1, 2]), found(1, &[]), found(2, &[])];
        let mut program = Program { functions, gaps: Vec::new() };
        let mut all = vec![function(0, &[1, 2]), function(1, &[2]), function(2, &[0, 1, 0, 9])];
        let mut origins = Origins::new(&[Named::Untold, Named::Untold, Named::Own]);
        keep(&[true, false, true], &mut program, &mut all, &mut origins);
        assert_eq!(all.iter().map(|kept| kept.start.0).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(all[0].calls, [1]);
        assert_eq!(all[1].calls, [0], "repetitions in a row count once");
        let calls = [call(Callee::Unknown), call(Callee::Function(1))];
        assert_eq!(program.functions[0].calls, calls);
        assert_eq!(program.functions.len(), 2);
        assert_eq!(origins.expand(2), [Origin::Untold, Origin::Own]);
    }
}
