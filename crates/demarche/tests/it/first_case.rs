//! `docs/first-case.md`, followed word by word: its files are written, its commands run, and its outputs compared.
//!
//! The word behind a fence tells what a block is: `toml PATH` writes a file, `diff PATH` changes one, `console` runs
//! commands, and `markdown PATH` shows a file that demarche wrote. A `…` stands for lines, or for a part of a line.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::command_line::folder;

/// A fenced block: the words behind its fence, its first line in the page, and its text.
struct Block<'t> {
    words: Vec<&'t str>,
    line: usize,
    text: Vec<&'t str>,
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut is_open = false;
    for (number, line) in (1..).zip(page.lines()) {
        match line.strip_prefix("```") {
            Some(words) if !is_open => {
                let words = words.split_whitespace().collect();
                blocks.push(Block { words, line: number, text: Vec::new() });
                is_open = true;
            }
            Some(_) => is_open = false,
            None if is_open => blocks.last_mut().unwrap().text.push(line),
            None => {}
        }
    }
    assert!(!is_open, "a block has no end");
    blocks
}

/// Returns true if the lines are as shown; a line `…` stands for any number of lines.
fn is_shown(shown: &[&str], lines: &[&str]) -> bool {
    match (shown.split_first(), lines.split_first()) {
        (None, None) => true,
        (Some((&"…", rest)), _) => {
            (0..=lines.len()).any(|skipped| is_shown(rest, &lines[skipped..]))
        }
        (Some((shown, rest)), Some((line, lines))) => is_line(shown, line) && is_shown(rest, lines),
        (None, Some(_)) | (Some(_), None) => false,
    }
}

/// Returns true if a line is as shown; a `…` in it stands for any text.
fn is_line(shown: &str, line: &str) -> bool {
    let parts: Vec<&str> = shown.split('…').collect();
    let [first, between @ .., last] = parts.as_slice() else { return shown == line };
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    for part in between {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

/// Splits a command at spaces outside double quotes.
fn arguments(command: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    for (number, part) in command.split('"').enumerate() {
        match number % 2 {
            0 => arguments.extend(part.split_whitespace().map(str::to_owned)),
            _ => arguments.push(part.to_owned()),
        }
    }
    arguments
}

/// Runs a command where the page is followed; returns what a reader sees, errors first.
fn run(command: &str, here: &Path) -> String {
    let arguments = arguments(command);
    let (program, rest) = arguments.split_first().expect("a command");
    assert_eq!(program, "demarche", "{command}");
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(here)
        .env("DEMARCHE_LIBRARY", here.join("library"))
        .args(rest)
        .output()
        .expect("the program runs");
    let text = [output.stderr, output.stdout].concat();
    String::from_utf8(text).unwrap()
}

/// Runs each command of a block, and compares what it prints with what the page shows; returns their number.
fn follow(block: &Block<'_>, here: &Path) -> usize {
    let mut commands = 0;
    for (index, line) in block.text.iter().enumerate() {
        let Some(command) = line.strip_prefix("$ ") else { continue };
        commands += 1;
        let shown = block.text[index + 1..].iter().take_while(|line| !line.starts_with("$ "));
        let shown: Vec<&str> = shown.copied().filter(|line| !line.is_empty()).collect();
        let told = run(command, here);
        let lines: Vec<&str> =
            told.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        let at = block.line;
        assert!(is_shown(&shown, &lines), "line {at}, `{command}` prints:\n{told}");
    }
    commands
}

/// Changes a file: the lines with `-` must stand there together, once, and become those with `+`.
fn change(block: &Block<'_>, path: &Path) {
    let lines = |signs: [char; 2]| {
        let lines = block.text.iter().filter_map(|line| line.strip_prefix(signs));
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    let (old, new) = (lines([' ', '-']), lines([' ', '+']));
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(text.matches(&old).count(), 1, "line {}: {old}", block.line);
    fs::write(path, text.replace(&old, &new)).unwrap();
}

#[test]
fn the_first_case_goes_as_the_page_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/first-case.md")).unwrap();
    let here = folder("first-case");
    let mut commands = 0;
    for block in blocks(&page) {
        match block.words.as_slice() {
            ["console"] => commands += follow(&block, &here),
            ["toml", path] => fs::write(here.join(path), block.text.join("\n") + "\n").unwrap(),
            ["diff", path] => change(&block, &here.join(path)),
            ["markdown", path] => {
                let text = fs::read_to_string(here.join(path)).unwrap();
                let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
                let shown: Vec<&str> =
                    block.text.iter().copied().filter(|line| !line.is_empty()).collect();
                assert!(is_shown(&shown, &lines), "line {}: {path} is\n{text}", block.line);
            }
            words => panic!("line {}: no kind of block is called {words:?}", block.line),
        }
    }
    assert!(commands >= 5, "the page was not followed");
}

#[test]
fn what_is_shown_is_compared_to_the_letter() {
    assert!(is_shown(&["a", "…", "d…f"], &["a", "b", "c", "d e f"]));
    assert!(is_shown(&["…"], &[]) && is_shown(&["a…"], &["a"]));
    assert!(!is_shown(&["a"], &["a", "b"]) && !is_shown(&["a", "b"], &["a"]));
    assert!(!is_shown(&["a…c"], &["a b"]) && !is_line("ab…ba", "aba"));
    assert_eq!(arguments("demarche seal x --who \"A. Analyst\"").len(), 5);
}
