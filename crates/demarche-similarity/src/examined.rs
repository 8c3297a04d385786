use demarche_case::Tlp;
use demarche_case::assessment::code::ProgramFacts;
use demarche_code::{Fingerprint, Function, Program, readable};
use demarche_image::{Image, SymbolKind};
use demarche_terms::{Origins, Runtime, Sha256, VirtualAddress};

/// A program that has been read, taken apart and fingerprinted.
#[derive(Clone, Copy, Debug)]
pub struct Examined<'a> {
    /// Its file name.
    pub name: &'a str,
    /// The hash of its file.
    pub sha256: Sha256,
    /// The size of its file.
    pub bytes: u64,
    /// Its layout in memory.
    pub image: &'a Image<'a>,
    /// Its functions.
    pub program: &'a Program,
    /// Their fingerprints, in the same order.
    pub fingerprints: &'a [Fingerprint],
    /// The packages of public code inside it, and their functions.
    pub origins: &'a Origins,
    /// The runtime that it carries inside itself, where it does.
    pub runtime: Option<Runtime>,
    /// The sign that it is packed, where there is one.
    pub packed: Option<&'a str>,
}

impl Examined<'_> {
    /// The facts of the program; `tlp` is the marking of the evidence that it came with.
    #[must_use]
    pub fn facts(&self, tlp: Option<Tlp>) -> ProgramFacts {
        ProgramFacts {
            name: self.name.to_owned(),
            sha256: self.sha256,
            bytes: self.bytes,
            format: self.image.format.to_string(),
            architecture: self.image.architecture.to_string(),
            code_bytes: self.fingerprints.iter().map(|function| u64::from(function.size)).sum(),
            packed: self.packed.map(str::to_owned),
            tlp,
        }
    }

    /// The function that begins at an address.
    #[must_use]
    pub fn function_at(&self, start: VirtualAddress) -> Option<&Function> {
        let functions = &self.program.functions;
        let index = functions.binary_search_by_key(&start, |function| function.start).ok()?;
        functions.get(index)
    }

    /// The name that the file gives to a function, as people write it.
    #[must_use]
    pub fn name_of(&self, start: VirtualAddress) -> Option<String> {
        let symbols = &self.image.symbols;
        let first = symbols.partition_point(|symbol| symbol.address < start);
        let symbols = symbols[first..].iter();
        let symbols = symbols.take_while(|symbol| symbol.address == start);
        let named =
            symbols.filter(|symbol| !symbol.name.is_empty() && symbol.kind != SymbolKind::Object);
        named.map(|symbol| readable(&symbol.name).into_owned()).next()
    }
}
