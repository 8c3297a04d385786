//! Presentations since 2007 (ECMA-376, part 1, section 19): slides in their order, each with its notes and comments.
#![warn(clippy::indexing_slicing)]

use crate::markup::{Scanner, Token, local};
use crate::office::{drawings, properties, relations};
use crate::package::Package;
use crate::writer::Writer;
use crate::{Damage, Unread};

/// Reads a presentation.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let package = Package::open(bytes, writer)?;
    let slides = ordered(&package, writer);
    if slides.is_empty() && package.names("ppt/", "").is_empty() {
        return Err(Unread::Damaged(Damage::Missing { part: "ppt/presentation.xml".to_owned() }));
    }
    for (index, slide) in slides.iter().enumerate() {
        let number = index + 1;
        drawings(&package, slide, &format!("slide {number}"), writer);
        for relation in relations(&package, slide, writer).values() {
            let name = match &*relation.kind {
                "notesSlide" => format!("notes of slide {number}"),
                "comments" => format!("comments on slide {number}"),
                "chart" | "diagramData" => format!("slide {number}"),
                _ => continue,
            };
            drawings(&package, &relation.target, &name, writer);
        }
    }
    properties(&package, writer);
    package.count_images(writer);
    Ok(())
}

/// The paths of the slides in the order of the presentation; those that no list names follow.
fn ordered(package: &Package<'_>, writer: &mut Writer<'_>) -> Vec<String> {
    let main = "ppt/presentation.xml";
    let relations = relations(package, main, writer);
    let mut slides = Vec::new();
    for token in Scanner::xml(&package.xml_or_empty(main, writer)) {
        let Token::Open(tag) = token else { continue };
        if local(tag.name) != "sldId" {
            continue;
        }
        // It has two attributes called `id`, one of them with a prefix.
        let named = tag.raw_with_prefix("id").and_then(|id| relations.get(id));
        slides.extend(named.map(|relation| relation.target.clone()));
    }
    for name in package.names("ppt/slides/slide", ".xml") {
        if !slides.contains(&name) {
            slides.push(name);
        }
    }
    slides.dedup();
    slides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::Limits;

    #[test]
    fn bytes_that_are_no_package_are_damaged() {
        let limits = Limits::default();
        let outcome = read(b"no package", &mut Writer::new(&limits));
        assert_eq!(outcome, Err(Unread::Damaged(Damage::Foreign { kind: "package" })));
    }
}
