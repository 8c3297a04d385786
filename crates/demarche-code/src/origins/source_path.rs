//! The path of a source file, as Rust's compiler writes it into a program, and the package that it belongs to.

use demarche_terms::{Package, PackageKind};

use super::mangled;

/// The project that a source file belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The program's own: a path inside of its workspace.
    Own,
    /// A package.
    Package(Package),
    /// A part of the standard library that no other code has inlined: the function lies in the standard library itself.
    Inside(Package),
}

/// The longest path that is believed, in bytes.
pub(crate) const LONGEST: usize = 512;

/// Parts of the folders in which package managers unpack packages.
const FOLDERS: [&str; 6] =
    ["registry", "vendor", "crates.io", "third_party", "deps", "github.com-1ecc6299db9ec823"];

/// The crates of the standard library, as their folders are called.
const STANDARD: [&str; 12] = [
    "alloc",
    "backtrace",
    "compiler-builtins",
    "core",
    "panic_abort",
    "panic_unwind",
    "portable-simd",
    "proc_macro",
    "std",
    "stdarch",
    "test",
    "unwind",
];

/// Files of the standard library without generic or inlined code, as they begin behind its folder.
const INSIDE: [&str; 12] = [
    "std/src/sys",
    "std/src/rt.rs",
    "std/src/io/stdio.rs",
    "std/src/backtrace",
    "backtrace/",
    "core/src/num/flt2dec",
    "core/src/num/bignum.rs",
    "core/src/num/diy_float.rs",
    "core/src/fmt/num.rs",
    "core/src/fmt/float.rs",
    "core/src/unicode",
    "core/src/slice/memchr.rs",
];

impl Source {
    /// The project of a path; `None` where it is no path of a Rust source file.
    pub(crate) fn of(path: &[u8]) -> Option<Self> {
        let path = std::str::from_utf8(path).ok()?;
        let is_plain = |letter: char| !letter.is_control() && letter != '\u{fffd}';
        if !path.ends_with(".rs") || path.len() > LONGEST || !path.chars().all(is_plain) {
            return None;
        }
        let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.is_empty()).collect();
        let Some(package) = package(&parts) else { return Some(Self::Own) };
        let behind = parts.iter().position(|part| *part == "library");
        let behind = behind.and_then(|library| parts.get(library + 1..)).unwrap_or(&[]).join("/");
        let is_inside = package.kind == PackageKind::Standard
            && INSIDE.iter().any(|file| behind.starts_with(file));
        Some(if is_inside { Self::Inside(package) } else { Self::Package(package) })
    }
}

fn package(parts: &[&str]) -> Option<Package> {
    let named = |kind, name: &str, version: &str| {
        Some(Package { kind, name: name.to_owned(), version: version.to_owned() })
    };
    for (index, part) in parts.iter().enumerate() {
        let rest = parts.get(index + 1..).unwrap_or(&[]);
        if *part == "library" && rest.first().is_some_and(|folder| STANDARD.contains(folder)) {
            let version = parts.iter().find_map(|part| part.strip_prefix("rustc-"));
            return named(PackageKind::Standard, "Rust", version.unwrap_or(""));
        }
        if *part == "checkouts"
            && let [folder, revision, _, ..] = rest
        {
            let name = folder.rsplit_once('-').map_or(*folder, |(name, _)| name);
            return named(PackageKind::Crate, name, &format!("git {revision}"));
        }
        if rest.is_empty() {
            break;
        }
        let before = index.checked_sub(1).and_then(|before| parts.get(before));
        let is_unpacked =
            parts.iter().take(index).any(|part| FOLDERS.iter().any(|folder| part.contains(folder)));
        if let Some((name, version)) = with_version(part) {
            if is_unpacked || before.is_none() || mangled::is_public(&name.replace('-', "_")) {
                return named(PackageKind::Crate, name, version);
            }
            continue;
        }
        let is_vendored = before.is_some_and(|folder| ["vendor", "third_party"].contains(folder));
        let is_kept_so = is_vendored || before == Some(&"rust") && is_unpacked;
        if is_kept_so && *part != "rust" {
            return named(PackageKind::Crate, part, "");
        }
    }
    None
}

/// A folder's name as name and version: `regex-automata-0.4.8`.
fn with_version(folder: &str) -> Option<(&str, &str)> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = |version: &str| {
        let plain = version.split(['-', '+']).next().unwrap_or(version);
        let mut numbers = plain.split('.');
        let three = [numbers.next(), numbers.next(), numbers.next()];
        three.iter().all(|number| number.is_some_and(is_number)) && numbers.next().is_none()
    };
    let dashes = folder.match_indices('-').map(|(index, _)| index);
    let (name, version) = dashes
        .filter_map(|index| Some((folder.get(..index)?, folder.get(index + 1..)?)))
        .find(|(_, version)| is_version(version))?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!name.is_empty() && name.bytes().all(is_name)).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Option<String> {
        match Source::of(path.as_bytes())? {
            Source::Own => Some("own".to_owned()),
            Source::Package(package) => Some(package.to_string()),
            Source::Inside(package) => Some(format!("inside {package}")),
        }
    }

    #[test]
    fn paths_of_registries_vendored_trees_and_compilers_name_their_package() {
        for (path, expected) in [
            (
                "/home/u/.cargo/registry/src/index.crates.io-6f17d22bba15001f/regex-automata-0.4.8/src/meta/mod.rs",
                "regex-automata 0.4.8",
            ),
            ("/usr/share/cargo/registry/aho-corasick-0.7.19/src/dfa.rs", "aho-corasick 0.7.19"),
            (
                r"C:\Users\u\.cargo\registry\src\github.com-1ecc6299db9ec823\time-0.1.40\src\lib.rs",
                "time 0.1.40",
            ),
            (
                "/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/md-5-0.10.6/src/lib.rs",
                "md-5 0.10.6",
            ),
            ("serde_json-1.0.108+local/src/de.rs", "serde_json 1.0.108+local"),
            ("memchr-2.7.4/src/arch/all/memchr.rs", "memchr 2.7.4"),
            ("/build/cargo-vendor-dir/clap_builder-4.5.0/src/parser.rs", "clap_builder 4.5.0"),
            ("vendor/bytes/src/buf.rs", "bytes"),
            ("../../third_party/rust/serde_json/v1/crate/src/de.rs", "serde_json"),
            ("/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/core/src/fmt/mod.rs", "Rust"),
            ("/usr/src/rustc-1.63.0/library/alloc/src/string.rs", "Rust 1.63.0"),
            ("library/std/src/io/mod.rs", "Rust"),
            (
                "/rustc/9fc6b43126469e3858e2fe86cafb4f0fd5068869/library/std/src/sys/unix/fs.rs",
                "inside Rust",
            ),
            ("/usr/src/rustc-1.63.0/vendor/gimli-0.25.0/src/read/abbrev.rs", "gimli 0.25.0"),
            ("/rust/deps/hashbrown-0.15.2/src/raw/mod.rs", "hashbrown 0.15.2"),
            (
                "/root/.cargo/git/checkouts/ruff-1a2b3c4d5e6f7a8b/a1b2c3d/crates/ast/src/lib.rs",
                "ruff git a1b2c3d",
            ),
        ] {
            assert_eq!(of(path).as_deref(), Some(expected), "{path}");
        }
    }

    #[test]
    fn paths_inside_of_a_workspace_are_its_own() {
        for path in [
            "src/main.rs",
            "crates/core/app.rs",
            "/home/u/tool/src/lib.rs",
            "library/src/lib.rs",
            "/builds/implant-1.2.3/src/main.rs",
            r"src\lib.rs",
        ] {
            assert_eq!(of(path).as_deref(), Some("own"), "{path}");
        }
    }

    #[test]
    fn other_texts_are_no_paths() {
        for text in [&b"hello"[..], b"", b"a\n.rs", b"\xff.rs", &[b'a'; 600]] {
            assert_eq!(Source::of(text), None);
        }
    }
}
