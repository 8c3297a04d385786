//! Names of functions as people write them, out of the symbols that compilers of Rust and C++ make of them.

#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use cpp_demangle::{DemangleOptions, ParseOptions, Symbol};

/// The longest name that is written, in bytes; a longer one is left as its symbol.
///
/// A symbol may say "the same again" of parts that say it themselves, so that short ones can stand for names without end.
const LONGEST: usize = 4096;

/// The depth to which the parts of a C++ symbol are read.
const DEEPEST: u32 = 96;

/// A name as people write it; the symbol itself where it is none of Rust or C++, or too long.
///
/// Rust's symbols of both forms are read, without the hash at their end; C++'s are those of the Itanium interface, as GCC
/// and Clang make them. Symbols of Apple's systems have an underscore more, which is left out with the rest.
#[must_use]
pub fn readable(symbol: &str) -> Cow<'_, str> {
    let bare = symbol.strip_prefix('_').filter(|bare| bare.starts_with("_Z") || is_rust(bare));
    let bare = bare.unwrap_or(symbol);
    let name = if is_rust(bare) { rust(bare) } else { cpp(bare) };
    name.map_or(Cow::Borrowed(symbol), Cow::Owned)
}

/// Returns true if a symbol is one of Rust: the older form is C++'s, with a hash as its last part.
fn is_rust(symbol: &str) -> bool {
    const HASH: &str = "17h";
    let Some(rest) = symbol.strip_prefix("_ZN") else {
        return symbol
            .strip_prefix("_R")
            .is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_uppercase()));
    };
    // What follows a dot was added by the linker or by LLVM.
    let rest = rest.split('.').next().unwrap_or(rest);
    let hash = rest.strip_suffix('E').and_then(|rest| rest.get(rest.len().checked_sub(19)?..));
    let digits = hash.and_then(|hash| hash.strip_prefix(HASH));
    digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

fn rust(symbol: &str) -> Option<String> {
    let name = rustc_demangle::try_demangle(symbol).ok()?;
    let mut text = Bounded::default();
    write!(text, "{name:#}").ok()?;
    Some(text.0)
}

fn cpp(symbol: &str) -> Option<String> {
    if !symbol.starts_with("_Z") {
        return None;
    }
    let options = ParseOptions::default().recursion_limit(DEEPEST);
    let name = Symbol::new_with_options(symbol, &options).ok()?;
    let mut text = Bounded::default();
    let options = DemangleOptions::default().recursion_limit(DEEPEST);
    name.structured_demangle(&mut text, &options).ok()?;
    Some(text.0)
}

/// A text that refuses to become too long.
#[derive(Debug, Default)]
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rust_are_read_in_both_forms() {
        // Sources: the documentation of rustc-demangle, and RFC 2603, "Rust symbol name mangling v0".
        for (symbol, name) in [
            ("_ZN4test1a2bc17h0123456789abcdefE", "test::a::bc"),
            ("__ZN4test1a2bc17h0123456789abcdefE", "test::a::bc"),
            ("_RNvC6_123foo3bar", "123foo::bar"),
            ("_RNvNtNtCs1234_7mycrate3foo3bar3baz", "mycrate::foo::bar::baz"),
            ("_ZN4test4main17h0123456789abcdefE.llvm.123", "test::main"),
        ] {
            assert_eq!(readable(symbol), name, "{symbol}");
        }
    }

    #[test]
    fn names_of_cpp_are_read() {
        for (symbol, name) in [
            ("_ZN3foo3barEv", "foo::bar()"),
            (
                "_ZNSt6vectorIiSaIiEE9push_backERKi",
                "std::vector<int, std::allocator<int> >::push_back(int const&)",
            ),
            ("__ZN3foo3barEv", "foo::bar()"),
        ] {
            assert_eq!(readable(symbol), name, "{symbol}");
        }
    }

    #[test]
    fn what_is_no_such_symbol_stays_as_it_is() {
        for symbol in ["main", "_start", "_Z", "_R", "_ZN", "", "_RX", "Lamplighters.Lantern::Main"]
        {
            assert_eq!(readable(symbol), symbol);
        }
    }

    #[test]
    fn a_symbol_that_stands_for_a_name_without_end_stays_as_it_is() {
        let pairs = "S1_".repeat(1000);
        let symbol = format!("_Z1fI1AIS0_{pairs}EE");
        assert!(readable(&symbol).len() <= symbol.len().max(LONGEST));
        let deep = format!("_Z1f{}i", "P".repeat(4000));
        assert_eq!(readable(&deep), deep);
    }
}
