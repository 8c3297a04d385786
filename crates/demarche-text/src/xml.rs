//! XML of any kind: the texts of its elements and the values of its attributes, a line for each element with text.
#![warn(clippy::indexing_slicing)]

use crate::markup::{Scanner, Tag, Token, local, resolve};
use crate::writer::Writer;
use crate::{Fault, Shape};

/// Reads a file.
pub(crate) fn read(xml: &str, writer: &mut Writer<'_>) {
    writer.begin(None, Shape::Prose);
    let mut names = Names::default();
    for token in Scanner::xml(xml) {
        match token {
            Token::Text(text) => {
                let text = resolve(text);
                names.text(&text);
                push(&text, writer);
            }
            Token::Verbatim(text) => push(text, writer),
            Token::Open(tag) => {
                writer.end_line();
                for (name, value) in tag.all().filter(|(name, _)| !name.starts_with("xmlns")) {
                    writer.push_cell(&resolve(named(&tag, name).unwrap_or(name)));
                    writer.push(": ");
                    writer.push_cell(&resolve(value));
                    writer.push("\n");
                }
                // A name says what the value is: `<password>`.
                writer.push_cell(names.open(&tag));
                writer.push(": ");
            }
            Token::Close(name) => {
                names.close(name);
                writer.end_line();
            }
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

/// The longest text that is taken for a name, in bytes.
const LONGEST_NAME: usize = 60;

/// The name that the next value has, where files give names and values as elements of their own.
///
/// So do `KeePass` (`<Key>Password</Key><Value>…`), property lists (`<key>Password</key><string>…`) and the answers of an
/// unattended setup (`<Password><Value>…`).
#[derive(Default)]
struct Names {
    name: String,
    is_in_key: bool,
}

impl Names {
    /// The name of the element that opens: its own, or the one that was given for it before.
    fn open<'n>(&'n mut self, tag: &Tag<'n>) -> &'n str {
        let name = local(tag.name);
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let is_value = is("value") || is("string");
        if is_value && !self.name.is_empty() {
            return &self.name;
        }
        self.is_in_key = (is("key") || is("name")) && !tag.is_empty;
        self.name.clear();
        if name.len() <= LONGEST_NAME && !self.is_in_key && !is_value && !tag.is_empty {
            self.name.push_str(name);
        }
        tag.name
    }

    /// Takes the text of a key for the name of the value behind it.
    fn text(&mut self, text: &str) {
        let text = text.trim();
        if self.is_in_key && !text.is_empty() && text.len() <= LONGEST_NAME {
            text.clone_into(&mut self.name);
        }
    }

    /// Forgets the name at the end of any element but a key.
    fn close(&mut self, name: &str) {
        let name = local(name);
        if !self.is_in_key
            || !(name.eq_ignore_ascii_case("key") || name.eq_ignore_ascii_case("name"))
        {
            self.name.clear();
        }
        self.is_in_key = false;
    }
}

/// The name that the attributes of an element give to another of them, as in `<add key="Password" value="…"/>`.
fn named<'t>(tag: &Tag<'t>, name: &str) -> Option<&'t str> {
    let is_value = name.eq_ignore_ascii_case("value");
    let key = || tag.raw("key").or_else(|| tag.raw("name"));
    is_value.then(key).flatten().filter(|key| key.len() <= LONGEST_NAME && !key.trim().is_empty())
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

    #[test]
    fn a_name_in_an_element_or_attribute_of_its_own_stands_before_its_value() {
        for (xml, text) in [
            ("<s><Key>Password</Key><Value>x</Value></s>", "s: \nKey: Password \nPassword: x \n"),
            ("<Password><Value>x</Value></Password>", "Password: \nPassword: x \n"),
            ("<add key=\"pw\" value=\"x\"/>", "key: pw\npw: x\nadd: \n"),
            (
                "<d><key>a</key><string>x</string><string>y</string></d>",
                "d: \nkey: a \na: x \nstring: y \n",
            ),
            ("<a>1</a><value>2</value>", "a: 1 \nvalue: 2 \n"),
        ] {
            let limits = Limits::default();
            let mut writer = Writer::new(&limits);
            read(xml, &mut writer);
            assert_eq!(writer.finish().sections[0].text, text);
        }
    }
}
