//! Functions of public libraries of C++ by their names in the file.
//!
//! The compiler puts the templates that a program uses into the program. Where the file still names such a function, the
//! name tells its namespace. A name that has anything of another namespace in it tells nothing: a sort with the program's own
//! comparison, or a call of its own closure, has own code inside.
//!
//! Source: "Itanium C++ ABI", chapter 5.1, "External Names (a.k.a. Mangling)".

use demarche_image::Image;
use demarche_terms::{Named, Package, PackageKind};

use super::evidence::symbol_at;
use crate::Program;

/// Namespaces of libraries of which programs have templates inside, and the libraries.
const NAMESPACES: [(&str, &str); 6] = [
    ("__gnu_cxx", STANDARD),
    ("boost", "Boost"),
    ("nlohmann", "JSON for Modern C++"),
    ("fmt", "fmt"),
    ("rapidjson", "RapidJSON"),
    ("Eigen", "Eigen"),
];

/// The library of the namespace `std`; another's templates have the same names.
const STANDARD: &str = "libstdc++";

/// Names the untold functions of a program that the file names as those of a public library.
pub(crate) fn tell(named: &mut [Named], image: &Image<'_>, program: &Program) {
    tell_by(library_of_symbol, named, image, program);
}

/// Names the untold functions whose name in the file tells their library.
pub(crate) fn tell_by(
    library: impl Fn(&str) -> Option<&'static str>,
    named: &mut [Named],
    image: &Image<'_>,
    program: &Program,
) {
    for (named, function) in named.iter_mut().zip(&program.functions) {
        if *named != Named::Untold {
            continue;
        }
        if let Some(library) = symbol_at(image, function).and_then(&library) {
            *named = Named::Package(Package {
                kind: PackageKind::Library,
                name: library.to_owned(),
                version: String::new(),
            });
        }
    }
}

/// The public library of C++ to which a mangled name belongs with all that it names; `None` for every other name.
///
/// ```
/// # use demarche_code::library_of_symbol;
/// assert_eq!(library_of_symbol("_ZNSt6vectorIiSaIiEE9push_backEOi"), Some("libstdc++"));
/// assert_eq!(library_of_symbol("_ZNSt6vectorI5ThingSaIS0_EE9push_backEOS0_"), None);
/// ```
#[must_use]
pub fn library_of_symbol(symbol: &str) -> Option<&'static str> {
    let rest = symbol.strip_prefix("_Z").or_else(|| symbol.strip_prefix("__Z"))?;
    // What compilers make of a function for some of its calls has an ending behind a dot.
    let rest = rest.split_once('.').map_or(rest, |(name, _)| name);
    let mut reader = Reader { rest: rest.as_bytes(), open: Vec::new(), library: None };
    while !reader.rest.is_empty() {
        reader.step()?;
    }
    reader.open.is_empty().then_some(reader.library).flatten()
}

/// A bracket that is open in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// A nested name of which the first part is to come.
    First,
    /// A nested name behind its first part.
    Nested,
    /// Types: the arguments of a template, or of a function.
    Types,
    /// A value with its type before it.
    Value,
}

struct Reader<'n> {
    rest: &'n [u8],
    open: Vec<Open>,
    /// The library of the first namespace.
    library: Option<&'static str>,
}

impl Reader<'_> {
    /// Reads the next part; `None` ends the name as one that tells nothing.
    fn step(&mut self) -> Option<()> {
        match self.open.last() {
            Some(Open::First) => self.first(),
            Some(Open::Nested) => self.nested(),
            Some(Open::Types) | None => self.types(),
            Some(Open::Value) => self.value(),
        }
    }

    fn take(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn take_if(&mut self, wanted: &[u8]) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// A name with its length before it.
    fn identifier(&mut self) -> Option<&[u8]> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (length, rest) = self.rest.split_at_checked(digits)?;
        let length: usize = std::str::from_utf8(length).ok()?.parse().ok()?;
        let (name, rest) = rest.split_at_checked(length)?;
        self.rest = rest;
        Some(name)
    }

    fn found(&mut self, library: &'static str) {
        self.library.get_or_insert(library);
    }

    /// The first part of a nested name: the namespace, or something that stood before.
    fn first(&mut self) -> Option<()> {
        while self.rest.first().is_some_and(|byte| b"KVrRO".contains(byte)) {
            self.take();
        }
        if self.rest.first()?.is_ascii_digit() {
            let name = self.identifier()?;
            let known = NAMESPACES.iter().find(|(namespace, _)| namespace.as_bytes() == name);
            let (_, library) = known?;
            self.found(library);
        } else {
            self.take_if(b"S").then_some(())?;
            self.substitution()?;
        }
        *self.open.last_mut()? = Open::Nested;
        Some(())
    }

    /// What follows an `S`: an abbreviation of the standard library, or something that stood before.
    fn substitution(&mut self) -> Option<()> {
        let first = self.take()?;
        match first {
            b't' | b'a' | b's' | b'b' | b'i' | b'o' | b'd' => self.found(STANDARD),
            b'_' => {}
            b'0'..=b'9' | b'A'..=b'Z' => while self.take()? != b'_' {},
            _ => return None,
        }
        Some(())
    }

    /// A further part of a nested name.
    fn nested(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'0'..=b'9' => self.identifier().map(drop),
            b'E' => self.close(),
            b'I' => self.opened(Open::Types),
            b'C' | b'D' => self.constructor(),
            b'B' => {
                self.take();
                self.identifier().map(drop)
            }
            b'a'..=b'z' => self.operator(),
            _ => None,
        }
    }

    /// A constructor or destructor, with the number of its kind.
    fn constructor(&mut self) -> Option<()> {
        self.take();
        self.take()?.is_ascii_digit().then_some(())
    }

    /// The two letters of an operator; that of a conversion names a type.
    fn operator(&mut self) -> Option<()> {
        let letters = [self.take()?, self.take()?];
        (letters != *b"cv" && letters != *b"li").then_some(())
    }

    fn types(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'N' => self.opened(Open::First),
            b'I' | b'J' | b'F' => self.opened(Open::Types),
            b'L' => {
                self.opened(Open::Value)?;
                // A value that is a function is named in full.
                (!self.rest.starts_with(b"_Z")).then_some(())
            }
            b'E' => self.close(),
            b'S' => {
                self.take();
                let is_name = self.rest.first() == Some(&b't');
                self.substitution()?;
                if is_name { self.behind_std() } else { Some(()) }
            }
            b'T' => {
                self.take();
                while self.take()? != b'_' {}
                Some(())
            }
            b'A' => {
                self.take();
                while self.take()? != b'_' {}
                Some(())
            }
            b'D' => {
                self.take();
                b"nisuvap".contains(&self.take()?).then_some(())
            }
            b'P' | b'R' | b'O' | b'K' | b'V' | b'M' | b'B' | b'r' => self.modifier(),
            b'a'..=b'z' => self.take().map(drop),
            _ => None,
        }
    }

    /// What follows a type or changes it: nothing of it names anything, but for a tag.
    fn modifier(&mut self) -> Option<()> {
        if self.take()? == b'B' { self.identifier().map(drop) } else { Some(()) }
    }

    /// The name behind the namespace `std` outside of a nested name.
    fn behind_std(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'0'..=b'9' => self.identifier().map(drop),
            b'a'..=b'z' => self.operator(),
            _ => None,
        }
    }

    fn value(&mut self) -> Option<()> {
        match self.rest.first()? {
            b'0'..=b'9' | b'n' => self.take().map(drop),
            _ => self.types(),
        }
    }

    fn opened(&mut self, open: Open) -> Option<()> {
        self.take();
        self.open.push(open);
        Some(())
    }

    fn close(&mut self) -> Option<()> {
        self.take();
        self.open.pop().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_over_public_types_are_their_librarys() {
        for (symbol, library) in [
            ("_ZNSt6vectorIiSaIiEE9push_backEOi", STANDARD),
            (
                "_ZNKSt8__detail9_ExecutorIPKcSaINSt7__cxx119sub_matchIS2_EEENS3_12regex_traitsIcEELb1EE10_M_is_wordEc",
                STANDARD,
            ),
            ("_ZSt4sortIPiEvT_S1_", STANDARD),
            ("_ZNSt8_Rb_treeIiiSt9_IdentityIiESt4lessIiESaIiEED2Ev", STANDARD),
            ("_ZNSsC1IPcEET_S1_RKSaIcE", STANDARD),
            ("_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc", STANDARD),
            (
                "_ZN9__gnu_cxx12__to_xstringINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEcEET_PFiPT0_mPKS8_P13__va_list_tagEmSB_z",
                "",
            ),
            ("_ZNSt6vectorIiSaIiEE9push_backEOi.constprop.0", STANDARD),
            (
                "_ZN5boost11basic_regexIcNS_12regex_traitsIcNS_16cpp_regex_traitsIcEEEEE9do_assignEPKcS7_j",
                "Boost",
            ),
            ("__ZNSt3__16vectorIiNS_9allocatorIiEEE9push_backEOi", STANDARD),
        ] {
            let expected = Some(library).filter(|library| !library.is_empty());
            assert_eq!(library_of_symbol(symbol), expected, "{symbol}");
        }
    }

    #[test]
    fn own_names_and_closures_inside_tell_nothing() {
        for symbol in [
            "_ZNSt6vectorI5ThingSaIS0_EE9push_backEOS0_",
            "_ZNSt6vectorIN3app5ThingESaIS1_EE9push_backEOS1_",
            "_ZNSt17_Function_handlerIFvvEZ4mainEUlvE_E9_M_invokeERKSt9_Any_data",
            "_ZN3app3runEv",
            "_Z4mainv",
            "_ZSt4sortIPiPFbiiEEvT_S3_T0_L_Z4lessiiE",
            "main",
            "_Z",
            "_ZN",
            "_ZNSt",
            "_ZNSt99x",
            "_ZNS",
            "_ZSt",
            "",
        ] {
            assert_eq!(library_of_symbol(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn no_name_makes_it_panic_or_run_on() {
        arbtest::arbtest(|data| {
            let letters = b"ZNKStIEFLJDCPT_0123459abcdeiouvS.B";
            let mut symbol = "_Z".to_owned();
            for _ in 0..data.arbitrary_len::<u8>()?.min(200) {
                symbol.push(char::from(*data.choose(letters)?));
            }
            assert!(library_of_symbol(&symbol).is_none_or(|library| !library.is_empty()));
            Ok(())
        });
    }
}
