//! Drawings and pages are read by a small XML reader: every tag is closed, every name is known, nothing loads.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements of HTML that are never closed.
const VOID: [&str; 2] = ["meta", "br"];

/// Elements that a page and its drawings are made of: no script, no frame, no picture, no form.
const KNOWN: [&str; 64] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "main",
    "header",
    "section",
    "nav",
    "div",
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "a",
    "b",
    "strong",
    "span",
    "bdi",
    "code",
    "time",
    "figure",
    "figcaption",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "svg",
    "desc",
    "defs",
    "pattern",
    "g",
    "path",
    "rect",
    "line",
    "circle",
    "text",
    "br",
    "em",
    "small",
    "footer",
    "article",
    "aside",
    "sup",
    "sub",
    "abbr",
    "cite",
    "q",
    "hr",
    "dfn",
    "details",
    "summary",
    "tspan",
    "clipPath",
];

/// Reads a page or drawing and panics where something is wrong with it.
pub(crate) fn check(name: &str, text: &str) {
    let text = text.strip_prefix("<!DOCTYPE html>").unwrap_or(text);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<String> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                let element = check_tag(name, &tag, &mut ids);
                if !VOID.contains(&element.as_str()) {
                    open.push(element);
                }
            }
            Ok(Event::Empty(tag)) => drop(check_tag(name, &tag, &mut ids)),
            Ok(Event::End(tag)) => {
                let closed = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
                assert_eq!(open.pop(), Some(closed), "{name}: tags are closed in order");
            }
            Ok(Event::Eof) => break,
            Ok(Event::Text(text)) => {
                let text = String::from_utf8(text.into_inner().to_vec()).unwrap();
                assert!(
                    !text.chars().any(|sign| sign.is_control() && sign != '\n'),
                    "{name}: control sign in {text:?}"
                );
            }
            Ok(Event::GeneralRef(_)) => {}
            Ok(other) => panic!("{name}: unexpected {other:?}"),
            Err(error) => panic!("{name}: {error}"),
        }
    }
    assert!(open.is_empty(), "{name}: left open {open:?}");
}

fn check_tag(
    name: &str,
    tag: &BytesStart<'_>,
    ids: &mut std::collections::BTreeSet<String>,
) -> String {
    let element = String::from_utf8(tag.name().as_ref().to_vec()).unwrap();
    assert!(KNOWN.contains(&element.as_str()), "{name}: element <{element}>");
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap();
        let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        let value = String::from_utf8(attribute.value.to_vec()).unwrap();
        assert!(!key.starts_with("on"), "{name}: {key}");
        assert!(
            !["src", "srcset", "xlink:href", "action", "data", "poster"].contains(&key.as_str()),
            "{name}: {key}"
        );
        assert!(key != "href" || value.starts_with('#'), "{name}: link to {value}");
        assert!(key == "xmlns" || !value.contains("://"), "{name}: {key}={value}");
        assert!(!value.contains("url(") || value.contains("url(#"), "{name}: {key}={value}");
        assert!(!value.contains("NaN") && !value.contains("inf "), "{name}: {key}={value}");
        assert!(key != "id" || ids.insert(value.clone()), "{name}: id {value} twice");
    }
    element
}

#[test]
fn pages_and_drawings_are_well_formed_and_load_nothing() {
    for (name, text) in crate::pictures::everything() {
        if !name.ends_with(".md") {
            check(&name, &text);
            assert!(!text.contains("<script") && !text.contains("@import"), "{name}");
        }
    }
}
