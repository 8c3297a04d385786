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

/// The chapters as `docs/book.py` gives them to mdBook, by path; `None` where there is no Python.
fn chapters(docs: &Path) -> Option<BTreeMap<String, String>> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let pages = pages(docs);
    let chapter = |(path, content): (&String, &String)| {
        let path = if path == "README.md" { "index.md" } else { path };
        serde_json::json!({ "Chapter": { "path": path, "content": content, "sub_items": [] } })
    };
    let items: Vec<_> = pages.iter().map(chapter).collect();
    let asked = serde_json::json!([{ "root": docs }, { "items": items }]);
    let mut python = Command::new("python3");
    python.arg(docs.join("book.py")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let Ok(mut child) = python.spawn() else {
        println!("SKIPPED: no python3");
        return None;
    };
    child.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let book: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let chapters = book["items"].as_array().unwrap().iter().filter_map(|item| item.get("Chapter"));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    Some(chapters.map(|chapter| (text(&chapter["path"]), text(&chapter["content"]))).collect())
}

#[test]
fn every_link_of_the_book_leads_to_a_page_of_the_book() {
    let docs = root().join("docs");
    let Some(chapters) = chapters(&docs) else { return };
    assert!(chapters.contains_key("BENCHMARKS.md") && chapters.contains_key("project.md"));
    let mut broken = Vec::new();
    for (name, page) in &chapters {
        for target in links(page).into_iter().filter(|target| !target.contains("://")) {
            let (path, fragment) = target.split_once('#').unwrap_or((&target, ""));
            let to = if path.is_empty() { name } else { path };
            let to = if to == "README.md" { "index.md" } else { to };
            // The schemas are files of the folder, which mdBook copies.
            let is_file = docs.join(to).exists() && !path.starts_with("..");
            let is_there = chapters
                .get(to)
                .map_or(is_file, |page| fragment.is_empty() || headings(page).contains(fragment));
            if !is_there {
                broken.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
