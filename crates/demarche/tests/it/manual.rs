//! The manual in `docs`: its table of contents has every page once, and every link of a page leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The pages of a folder, by name.
fn pages(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let pages = entries.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let page = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    pages.map(page).collect()
}

/// The targets of the links of a page, outside of code.
fn links(page: &str) -> Vec<String> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in page.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if is_code {
            continue;
        }
        let outside: Vec<&str> = line.split('`').step_by(2).collect();
        let outside = outside.join("`");
        for part in outside.split("](").skip(1) {
            found.extend(part.split_once(')').map(|(target, _)| target.to_owned()));
        }
    }
    found
}

/// The fragments under which the headings of a page are found: lower case, hyphens for spaces, no other signs.
fn headings(page: &str) -> BTreeSet<String> {
    let heads = page.lines().filter(|line| line.starts_with('#'));
    let fragment = |line: &str| -> String {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
        kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect()
    };
    heads.map(fragment).collect()
}

#[test]
fn the_table_of_contents_has_every_page_once() {
    let docs = root().join("docs");
    let pages = pages(&docs);
    let mut listed: Vec<String> = links(&pages["SUMMARY.md"]);
    listed.retain(|target| !target.is_empty());
    listed.sort();
    let expected: Vec<&str> =
        pages.keys().map(String::as_str).filter(|name| *name != "SUMMARY.md").collect();
    assert_eq!(listed, expected);
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let root = root();
    let docs = root.join("docs");
    let mut broken = Vec::new();
    for (folder, pages) in [(&root, pages(&root)), (&docs, pages(&docs))] {
        for (name, page) in &pages {
            for target in links(page).into_iter().filter(|target| !target.contains("://")) {
                let (path, fragment) = target.split_once('#').unwrap_or((&target, ""));
                let to = if path.is_empty() { folder.join(name) } else { folder.join(path) };
                let is_there = to.exists()
                    && (fragment.is_empty()
                        || headings(&fs::read_to_string(&to).unwrap()).contains(fragment));
                if !is_there && !target.is_empty() {
                    broken.push(format!("{name}: {target}"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
