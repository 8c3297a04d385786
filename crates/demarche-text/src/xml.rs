//! XML of any kind: the texts of its elements and the values of its attributes, a line for each element with text.
#![warn(clippy::indexing_slicing)]

use crate::markup::{Scanner, Token, resolve};
use crate::writer::Writer;
use crate::{Fault, Shape};

/// Reads a file.
pub(crate) fn read(xml: &str, writer: &mut Writer<'_>) {
    writer.begin(None, Shape::Prose);
    for token in Scanner::xml(xml) {
        match token {
            Token::Text(text) => push(&resolve(text), writer),
            Token::Verbatim(text) => push(text, writer),
            Token::Open(tag) => {
                writer.end_line();
                for (name, value) in tag.all().filter(|(name, _)| !name.starts_with("xmlns")) {
                    writer.push(name);
                    writer.push(": ");
                    writer.push_cell(&resolve(value));
                    writer.push("\n");
                }
                // A name says what the value is: `<password>`.
                writer.push(tag.name);
                writer.push(": ");
            }
            Token::Close(_) => writer.end_line(),
            Token::Comment(comment) => {
                push(comment, writer);
                writer.end_line();
            }
            Token::Doctype(true) => {
                writer.fault(Fault::Entities { part: "the document type".to_owned() });
            }
            Token::Doctype(false) => {}
        }
        if writer.is_full() {
            return;
        }
    }
    writer.end_line();
}

/// Writes text, unless it is only the layout of the file.
fn push(text: &str, writer: &mut Writer<'_>) {
    let text = text.trim_ascii();
    if !text.is_empty() {
        writer.push(text);
        writer.push(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writer::Limits;

    #[test]
    fn names_stand_before_their_values() {
        let limits = Limits::default();
        let mut writer = Writer::new(&limits);
        read(
            "<?xml version=\"1.0\"?><login user=\"a&amp;b\"><password>x</password></login>",
            &mut writer,
        );
        assert_eq!(writer.finish().sections[0].text, "user: a&b\nlogin: \npassword: x \n");
    }
}
