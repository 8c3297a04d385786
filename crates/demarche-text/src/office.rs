//! Parts that Word documents, workbooks and presentations have in common.
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use crate::markup::{Scanner, Token, local, resolve};
use crate::package::Package;
use crate::writer::Writer;
use crate::{Fault, Shape};

/// The relations of a part: their targets as paths in the package, by name, with the last word of their type.
pub(crate) fn relations(
    package: &Package<'_>,
    part: &str,
    writer: &mut Writer<'_>,
) -> BTreeMap<String, Relation> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let Some(xml) = package.xml(&format!("{folder}/_rels/{file}.rels"), writer) else {
        return BTreeMap::new();
    };
    let tags = Scanner::xml(&xml).filter_map(|token| match token {
        Token::Open(tag) if local(tag.name) == "Relationship" => Some(tag),
        _ => None,
    });
    tags.filter_map(|tag| {
        let target = tag.attribute("Target")?;
        let kind = tag.raw("Type")?.rsplit('/').next()?.to_owned();
        let is_outside =
            tag.raw("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("external"));
        let target = if is_outside { target.into_owned() } else { path(folder, &target) };
        Some((tag.raw("Id")?.to_owned(), Relation { kind, target }))
    })
    .collect()
}

/// A relation of a part to a part or to an address.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) kind: String,
    pub(crate) target: String,
}

/// The path of a target that is named from a folder.
fn path(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<_> = folder.split('/').collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The addresses of mail that a part links to, by the names of the links.
pub(crate) fn mail_links(
    package: &Package<'_>,
    part: &str,
    writer: &mut Writer<'_>,
) -> BTreeMap<String, String> {
    let relations = relations(package, part, writer).into_iter();
    let mails = relations.filter_map(|(id, relation)| {
        let address = relation.target.strip_prefix("mailto:")?;
        Some((id, address.split('?').next()?.replace("%40", "@")))
    });
    mails.collect()
}

/// Reads the text of drawings, slides and charts: a line for each paragraph and row, and for each value of a chart.
pub(crate) fn drawings(package: &Package<'_>, part: &str, name: &str, writer: &mut Writer<'_>) {
    let links = mail_links(package, part, writer);
    let Some(xml) = package.xml(part, writer) else { return };
    writer.begin(Some(name.to_owned()), Shape::Prose);
    let (mut in_text, mut cells, mut in_cell) = (false, 0, false);
    let mut scanner = Scanner::xml(&xml);
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) if in_text && in_cell => writer.push_cell(&resolve(text)),
            Token::Text(text) if in_text => writer.push(&resolve(text)),
            Token::Open(tag) => match local(tag.name) {
                "t" | "v" | "text" if !tag.is_empty => in_text = true,
                "br" if in_cell => writer.push(" "),
                "br" => writer.push("\n"),
                "tab" => writer.push("\t"),
                "tr" => cells = 0,
                "tc" => {
                    if cells > 0 {
                        writer.push("\t");
                    }
                    (cells, in_cell) = (cells + 1, !tag.is_empty);
                }
                "hlinkClick" => {
                    if let Some(address) = tag.raw("id").and_then(|id| links.get(id)) {
                        writer.push(&format!(" <{address}> "));
                    }
                }
                "cNvPr" => {
                    if let Some(description) =
                        tag.attribute("descr").filter(|text| !text.is_empty())
                    {
                        writer.push(&description);
                        writer.end_line();
                    }
                }
                "Fallback" if !tag.is_empty => scanner.skip_raw(tag.name),
                _ => {}
            },
            Token::Close(name) => match local(name) {
                "t" => in_text = false,
                "v" | "text" => {
                    in_text = false;
                    writer.end_line();
                }
                "p" if in_cell => writer.push(" "),
                "p" | "tr" => writer.end_line(),
                "tc" => in_cell = false,
                _ => {}
            },
            Token::Doctype(true) => writer.fault(Fault::Entities { part: part.to_owned() }),
            _ => {}
        }
    }
    writer.end_line();
}

/// Reads who wrote a document, and its title.
pub(crate) fn properties(package: &Package<'_>, writer: &mut Writer<'_>) {
    writer.begin(Some("properties".to_owned()), Shape::Prose);
    for part in ["docProps/core.xml", "docProps/app.xml", "docProps/custom.xml", "meta.xml"] {
        let Some(xml) = package.xml(part, writer) else { continue };
        let mut name = String::new();
        for token in Scanner::xml(&xml) {
            match token {
                Token::Open(tag) if matches!(local(tag.name), "property" | "user-defined") => {
                    name = tag.text("name").into_owned();
                }
                Token::Open(tag) if is_property(local(tag.name)) => {
                    local(tag.name).clone_into(&mut name);
                }
                Token::Text(text) if !name.is_empty() && !text.trim_ascii().is_empty() => {
                    writer.push(&format!("{name}: {}\n", resolve(text)));
                }
                Token::Close(closed) if !local(closed).starts_with("lp") => name.clear(),
                _ => {}
            }
        }
    }
}

fn is_property(name: &str) -> bool {
    const PROPERTIES: [&str; 13] = [
        "title",
        "subject",
        "creator",
        "keywords",
        "keyword",
        "description",
        "lastModifiedBy",
        "category",
        "Company",
        "Manager",
        "initial-creator",
        "created",
        "modified",
    ];
    PROPERTIES.contains(&name)
}
