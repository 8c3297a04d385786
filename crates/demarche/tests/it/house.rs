//! Measures of how readable the sources are, as a ratchet: a figure may fall and never rises.
//!
//! `UPDATE_EXPECT=1 cargo test -p demarche house` writes lower figures into `house.txt`; higher ones stay an error.
//! CONTRIBUTING.md says what each figure stands for and what well-kept projects reach.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Names that say nothing about what they hold.
const EMPTY_NAMES: [&str; 30] = [
    "one", "place", "at", "other", "others", "it", "what", "who", "such", "that", "this", "them",
    "thing", "way", "here", "there", "each", "own", "whole", "most", "least", "more", "both",
    "where", "another", "some", "same", "how", "which", "whose",
];

/// Words that a doc comment must not open with: it names the thing, or opens with an active verb.
const EMPTY_OPENINGS: [&str; 9] =
    ["What", "Who", "How", "Whether", "Which", "Where", "When", "Why", "Whose"];

/// Calls that turn a mistake of ours into a silent number.
const SILENT: [&str; 6] = [
    "unwrap_or_default",
    "saturating_",
    "unwrap_or(u64::MAX)",
    "unwrap_or(usize::MAX)",
    "unwrap_or(u32::MAX)",
    "unwrap_or(0)",
];

/// The figures of all sources of the workspace, tests aside.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Measures {
    lines: usize,
    bindings: usize,
    docs: usize,
    openings: usize,
    silent: usize,
    parent_only: usize,
    small_files: usize,
    files: usize,
    in_circles: usize,
}

impl Measures {
    /// The figures that must not rise, by name; rates are for ten thousand lines or doc comments.
    fn figures(&self) -> BTreeMap<&'static str, usize> {
        let rate = |count: usize, whole: usize| (count * 10_000).div_ceil(whole.max(1));
        BTreeMap::from([
            ("bindings with empty names, in 10,000 lines", rate(self.bindings, self.lines)),
            (
                "doc comments that open with a question word, in 10,000",
                rate(self.openings, self.docs),
            ),
            (
                "silent numbers (unwrap_or_default, saturating), in 10,000 lines",
                rate(self.silent, self.lines),
            ),
            ("pub(super) and pub(in), in 10,000 lines", rate(self.parent_only, self.lines)),
            // Every crate brings a small file or two, so that the measure is a rate like the others.
            (
                "files under 60 lines, in 1,000",
                (self.small_files * 1_000).div_ceil(self.files.max(1)),
            ),
            ("files in circles", self.in_circles),
        ])
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the golden tests know this variable too")]
fn the_measures_of_the_house_only_fall() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut measures = Measures::default();
    for entry in std::fs::read_dir(crates).expect("the crates lie side by side") {
        measure_crate(&entry.expect("a folder").path().join("src"), &mut measures);
    }
    assert!(measures.lines > 10_000, "the sources were not found");
    let figures = measures.figures();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/house.txt");
    let kept = std::fs::read_to_string(&file).expect("house.txt lies beside this test");
    let kept: BTreeMap<&str, usize> = kept
        .lines()
        .filter_map(|line| line.rsplit_once(": "))
        .map(|(name, figure)| (name, figure.parse().expect("a figure is a whole number")))
        .collect();
    for (name, figure) in &figures {
        let ceiling = kept.get(name).expect("house.txt has every figure");
        assert!(figure <= ceiling, "{name}: {figure}, and it was {ceiling}");
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let mut text = String::new();
        for (name, figure) in figures {
            writeln!(text, "{name}: {figure}").expect("a string takes text");
        }
        std::fs::write(file, text).expect("house.txt can be written");
    }
}

fn measure_crate(src: &Path, measures: &mut Measures) {
    let mut sources = BTreeMap::new();
    collect(src, src, &mut sources);
    for text in sources.values() {
        measure_file(text, measures);
    }
    measures.in_circles += files_in_circles(&sources);
}

/// Every source file below a folder, by the path of its module.
fn collect(root: &Path, folder: &Path, sources: &mut BTreeMap<Vec<String>, String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, sources);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let inside = path.strip_prefix(root).expect("below the root").with_extension("");
            let module: Vec<String> =
                inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            let module = if module == ["lib"] || module == ["main"] { Vec::new() } else { module };
            sources.insert(module, std::fs::read_to_string(&path).expect("sources are UTF-8"));
        }
    }
}

fn measure_file(text: &str, measures: &mut Measures) {
    let lines = text.lines().count();
    measures.lines += lines;
    measures.small_files += usize::from(lines < 60);
    measures.files += 1;
    let mut was_doc = false;
    for line in text.lines().map(str::trim) {
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        if let Some(doc) = doc.filter(|_| !was_doc) {
            measures.docs += 1;
            let opening = doc.trim().split(|sign: char| !sign.is_alphabetic()).next();
            measures.openings +=
                usize::from(opening.is_some_and(|word| EMPTY_OPENINGS.contains(&word)));
        }
        was_doc = doc.is_some();
        let code = line.split("//").next().unwrap_or_default();
        measures.silent += SILENT.iter().map(|call| code.matches(call).count()).sum::<usize>();
        measures.parent_only +=
            code.matches("pub(super)").count() + code.matches("pub(in ").count();
    }
    measures.bindings += empty_bindings(&tokens(text));
}

/// The words and signs of a source without comments, texts and characters.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            end_of_text(rest)
        } else if first == '\'' {
            end_of_character(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|sign: char| !(sign.is_alphanumeric() || sign == '_'));
            let end = end.unwrap_or(rest.len());
            tokens.push(rest.split_at(end).0);
            end
        } else {
            let long = ["=>", "->", "::", "||", "&&", "==", "<=", ">=", ".."];
            let length = long
                .iter()
                .find(|sign| rest.starts_with(*sign))
                .map_or(first.len_utf8(), |sign| sign.len());
            if !first.is_whitespace() {
                tokens.push(rest.split_at(length).0);
            }
            length
        };
        rest = rest.split_at(length).1;
    }
    tokens
}

fn end_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, sign) in text.char_indices().skip(1) {
        match sign {
            '"' if !is_escaped => return index + 1,
            _ => is_escaped = sign == '\\' && !is_escaped,
        }
    }
    text.len()
}

/// The length of `'x'`, `'\n'` or `'\u{1b}'`; of the quote alone where it begins a lifetime.
fn end_of_character(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    match (signs.next(), signs.next()) {
        (Some((_, '\\')), _) => {
            text.match_indices('\'').nth(1).map_or(text.len(), |(end, _)| end + 1)
        }
        (Some(_), Some((index, '\''))) => index + 1,
        _ => 1,
    }
}

/// The number of names that say nothing, among those that `let`, `for`, closures, functions and match arms bind.
fn empty_bindings(tokens: &[&str]) -> usize {
    let is_empty_name = |index: usize| {
        EMPTY_NAMES.contains(&tokens[index])
            && !matches!(tokens.get(index + 1), Some(&"(" | &"::" | &"." | &"!"))
            && !(index > 0 && matches!(tokens[index - 1], "." | "::"))
    };
    let mut bound = BTreeSet::new();
    for (index, token) in tokens.iter().enumerate() {
        let end = match *token {
            "let" => until(tokens, index + 1, &["=", ";", "else"]),
            "for" => until(tokens, index + 1, &["in", "{", ">"]),
            "fn" => until(tokens, index + 1, &["{", ";"]),
            "|" if begins_closure(tokens, index) => until(tokens, index + 1, &["|"]),
            "=>" => {
                let begin = begin_of_arm(tokens, index);
                bound.extend((begin..index).filter(|position| is_empty_name(*position)));
                continue;
            }
            _ => continue,
        };
        let is_parameter =
            |position: usize| *token != "fn" || tokens.get(position + 1) == Some(&":");
        bound.extend(
            (index + 1..end).filter(|position| is_empty_name(*position) && is_parameter(*position)),
        );
    }
    bound.len()
}

/// The first of some signs outside brackets, from a position on.
fn until(tokens: &[&str], from: usize, ends: &[&str]) -> usize {
    let mut depth = 0_i32;
    for (index, token) in tokens.iter().enumerate().skip(from) {
        if depth == 0 && ends.contains(token) {
            return index;
        }
        depth += match *token {
            "(" | "[" | "{" => 1,
            ")" | "]" | "}" => -1,
            _ => 0,
        };
        if depth < 0 {
            return index;
        }
    }
    tokens.len()
}

fn begins_closure(tokens: &[&str], index: usize) -> bool {
    let before = index.checked_sub(1).map_or("", |before| tokens[before]);
    matches!(before, "(" | "," | "=" | "{" | "move" | "=>" | "return" | ";" | "&&" | ":")
}

/// The beginning of the pattern before `=>`: behind the arm before it, or behind the brace that opens the match.
fn begin_of_arm(tokens: &[&str], arrow: usize) -> usize {
    let mut depth = 0_i32;
    for index in (0..arrow).rev() {
        let ends_arm = tokens[index] == "}" && depth == 0 && starts_pattern(tokens[index + 1]);
        if ends_arm || (depth == 0 && matches!(tokens[index], "(" | "[" | "{" | ",")) {
            return index + 1;
        }
        depth += match tokens[index] {
            ")" | "]" | "}" => 1,
            "(" | "[" | "{" => -1,
            _ => 0,
        };
    }
    0
}

/// Returns true where a token behind a closing brace begins the next arm, and does not go on with the same pattern.
fn starts_pattern(token: &str) -> bool {
    !matches!(token, "=>" | "if" | "|" | ")" | ",")
}

/// The number of files of a crate that reach each other in a circle of imports.
fn files_in_circles(sources: &BTreeMap<Vec<String>, String>) -> usize {
    let imports: BTreeMap<&Vec<String>, BTreeSet<Vec<String>>> =
        sources.iter().map(|(module, text)| (module, imports_of(module, text, sources))).collect();
    let reached = |start: &Vec<String>| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&Vec<String>> = imports[start].iter().collect();
        while let Some(module) = open.pop() {
            if reached.insert(module) {
                open.extend(&imports[module]);
            }
        }
        reached
    };
    sources.keys().filter(|module| reached(module).contains(module)).count()
}

/// The modules of the same crate that a module names, tests aside; the root of the crate is none.
fn imports_of(
    module: &[String],
    text: &str,
    sources: &BTreeMap<Vec<String>, String>,
) -> BTreeSet<Vec<String>> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let tokens = tokens(code);
    let mut found = BTreeSet::new();
    for index in 0..tokens.len() {
        let is_start = index == 0 || tokens[index - 1] != "::";
        let begins = matches!(tokens[index], "crate" | "super" | "self")
            || tokens[index.saturating_sub(1)] == "use";
        if is_start && begins {
            follow(&tokens, index, &mut Vec::new(), &mut |path| {
                found.extend(module_of(module, path, sources));
            });
        }
    }
    found
}

/// Calls back for every path of a use tree, or of a path in code.
fn follow<'t>(
    tokens: &[&'t str],
    mut index: usize,
    path: &mut Vec<&'t str>,
    each: &mut impl FnMut(&[&'t str]),
) -> usize {
    let depth = path.len();
    loop {
        match tokens.get(index) {
            Some(&"{") => {
                index += 1;
                while tokens.get(index).is_some_and(|token| *token != "}") {
                    index = follow(tokens, index, path, each);
                    if tokens.get(index) == Some(&",") {
                        index += 1;
                    } else if tokens.get(index) != Some(&"}") {
                        break;
                    }
                }
                path.truncate(depth);
                return index + 1;
            }
            Some(token) => {
                path.push(token);
                index += 1;
            }
            None => break,
        }
        if tokens.get(index) == Some(&"::") {
            index += 1;
            continue;
        }
        break;
    }
    each(path);
    if tokens.get(index) == Some(&"as") {
        index += 2;
    }
    path.truncate(depth);
    index
}

/// The module that a path leads to, seen from a module.
fn module_of(
    module: &[String],
    path: &[&str],
    sources: &BTreeMap<Vec<String>, String>,
) -> Option<Vec<String>> {
    let (first, mut rest) = path.split_first()?;
    let mut base = match *first {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => {
            let mut base = module.split_last()?.1.to_vec();
            while let Some((&"super", after)) = rest.split_first() {
                base.pop();
                rest = after;
            }
            base
        }
        child => {
            let below = [module, &[child.to_owned()]].concat();
            sources.contains_key(&below).then_some(below)?
        }
    };
    base.extend(rest.iter().map(|part| (*part).to_owned()));
    while !base.is_empty() && !sources.contains_key(&base) {
        base.pop();
    }
    (!base.is_empty() && base != module).then_some(base)
}

#[test]
fn empty_names_are_found_where_they_are_bound() {
    let count = |text: &str| empty_bindings(&tokens(text));
    assert_eq!(count("let one = f(other); for place in all {} x.map(|(at, name)| at + 1);"), 3);
    assert_eq!(count("fn f(one: u8, name: u8) -> u8 { match x { Some(it) => it, None => 0 } }"), 2);
    assert_eq!(count("f(one, other); a.one = 1; S { place: 1 }; // let one\n \"let one = \""), 0);
    assert_eq!(count("let x = 'a'; let y: &'static str = z; if let Some(one) = y {}"), 1);
}
