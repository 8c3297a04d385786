//! Header fields of messages and of their parts.

use std::borrow::Cow;
use std::sync::LazyLock;

use demarche_text::text_of_bytes;
use jiff::Timestamp;
use mail_parser::{Address, HeaderName, HeaderValue, MessageParser};

use crate::item::{Mailbox, Message};

/// The parsers of header fields, made once for all messages.
pub(crate) static FIELDS: LazyLock<Fields> = LazyLock::new(Fields::new);

/// The parsers of header fields.
pub(crate) struct Fields {
    message: MessageParser,
    part: MessageParser,
}

/// What the header of a part says about its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// The kind in lower case, as `text/plain`; empty where none is stated.
    pub(crate) kind: String,
    pub(crate) boundary: Option<String>,
    pub(crate) charset: Option<String>,
    /// The file name.
    pub(crate) name: Option<String>,
    /// The encoding in lower case.
    pub(crate) encoding: String,
    pub(crate) is_attachment: bool,
    pub(crate) flow: Flow,
}

/// The line breaks of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Every line stands for itself.
    #[default]
    Fixed,
    /// Lines may go on in the next one.
    ///
    /// Source: RFC 3676.
    Flowed { deletes_space: bool },
}

impl Fields {
    fn new() -> Self {
        let part = MessageParser::new()
            .header_content_type(HeaderName::ContentType)
            .header_content_type(HeaderName::ContentDisposition)
            .header_text(HeaderName::ContentTransferEncoding)
            .default_header_ignore();
        let message = MessageParser::new()
            .with_mime_headers()
            .with_date_headers()
            .with_address_headers()
            .with_message_ids()
            .header_text(HeaderName::Subject)
            .default_header_ignore();
        Self { message, part }
    }

    /// The fields of a message, without its text, and what they say about its body.
    pub(crate) fn message(&self, header: &[u8]) -> (Message, About) {
        let header = readable(header);
        let Some(parsed) = self.message.parse_headers(header.as_ref()) else {
            return (Message::default(), About::default());
        };
        let text = |value: &HeaderValue<'_>| value.as_text().map(str::to_owned);
        let ids = |value: &HeaderValue<'_>| match value {
            HeaderValue::Text(id) => vec![id.to_string()],
            HeaderValue::TextList(ids) => ids.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        let mut message = Message::default();
        let mut about = About::default();
        for field in parsed.headers() {
            message.headers = message.headers.saturating_add(1);
            let value = &field.value;
            match &field.name {
                HeaderName::Subject if message.subject.is_empty() => {
                    message.subject = text(value).unwrap_or_default();
                }
                HeaderName::MessageId if message.message_id.is_none() => {
                    message.message_id = ids(value).into_iter().next();
                }
                HeaderName::InReplyTo => message.in_reply_to.extend(ids(value)),
                HeaderName::References => message.references.extend(ids(value)),
                HeaderName::Date if message.sent.is_none() => message.sent = moment(value),
                HeaderName::From => mailboxes(value, &mut message.from),
                HeaderName::Sender => mailboxes(value, &mut message.sender),
                HeaderName::ReplyTo => mailboxes(value, &mut message.reply_to),
                HeaderName::To => mailboxes(value, &mut message.to),
                HeaderName::Cc => mailboxes(value, &mut message.cc),
                HeaderName::Bcc => mailboxes(value, &mut message.bcc),
                name => about.note(name, value),
            }
        }
        (message, about)
    }

    /// What the header of a part says about its body.
    pub(crate) fn part(&self, header: &[u8]) -> About {
        let header = readable(header);
        let mut about = About::default();
        if let Some(parsed) = self.part.parse_headers(header.as_ref()) {
            for field in parsed.headers() {
                about.note(&field.name, &field.value);
            }
        }
        about
    }
}

impl About {
    fn note(&mut self, name: &HeaderName<'_>, value: &HeaderValue<'_>) {
        match name {
            HeaderName::ContentTransferEncoding => {
                let encoding = value.as_text().unwrap_or("").trim();
                self.encoding = encoding.to_ascii_lowercase();
            }
            HeaderName::ContentType => {
                let Some(content) = value.as_content_type() else { return };
                let kind = content.ctype().to_ascii_lowercase();
                self.kind = match content.subtype() {
                    Some(subtype) => format!("{kind}/{}", subtype.to_ascii_lowercase()),
                    None => kind,
                };
                let attribute = |name| content.attribute(name).map(str::to_owned);
                self.boundary = attribute("boundary");
                self.charset = attribute("charset");
                self.name = self.name.take().or_else(|| attribute("name"));
                let is = |name, value: &str| {
                    attribute(name).is_some_and(|stated| stated.trim().eq_ignore_ascii_case(value))
                };
                if is("format", "flowed") {
                    self.flow = Flow::Flowed { deletes_space: is("delsp", "yes") };
                }
            }
            HeaderName::ContentDisposition => {
                let Some(content) = value.as_content_type() else { return };
                self.is_attachment = content.ctype().eq_ignore_ascii_case("attachment");
                let name = content.attribute("filename").map(str::to_owned);
                self.name = name.or_else(|| self.name.take());
            }
            _ => {}
        }
    }
}

/// A header in UTF-8 that ends with a blank line, as the parser wants it.
fn readable(header: &[u8]) -> Cow<'_, [u8]> {
    let mut header = match std::str::from_utf8(header) {
        Ok(_) => Cow::Borrowed(header),
        Err(_) => Cow::Owned(text_of_bytes(header, None).into_bytes()),
    };
    if !header.ends_with(b"\n\n") {
        header.to_mut().extend_from_slice(b"\n\n");
    }
    header
}

fn moment(value: &HeaderValue<'_>) -> Option<Timestamp> {
    let date = value.as_datetime()?;
    let is_plausible = date.year > 0 && date.month > 0 && date.day > 0;
    let seconds = is_plausible.then(|| date.to_timestamp())?;
    Timestamp::from_second(seconds).ok()
}

fn mailboxes(value: &HeaderValue<'_>, all: &mut Vec<Mailbox>) {
    let mailbox = |address: &mail_parser::Addr<'_>| Mailbox {
        name: address.name.as_deref().map(str::to_owned),
        address: address.address.as_deref().map(str::to_owned),
    };
    match value {
        HeaderValue::Address(Address::List(list)) => all.extend(list.iter().map(mailbox)),
        HeaderValue::Address(Address::Group(groups)) => {
            all.extend(groups.iter().flat_map(|group| &group.addresses).map(mailbox));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_message_are_read() {
        let header = b"From: \"A B\" <a@b.example>\nTo: c@d.example,\n\te@f.example\n\
            Subject: =?utf-8?B?R3LDvMOfZQ==?=\nDate: Mon, 1 Jan 2024 08:00:00 +0100\n\
            Message-ID: <1@x>\nReferences: <2@x> <3@x>\nContent-Type: text/plain; charset=\"KOI8-R\"\n\n";
        let (message, about) = Fields::new().message(header);
        assert_eq!(message.from[0].name.as_deref(), Some("A B"));
        assert_eq!(message.to.len(), 2);
        assert_eq!(message.subject, "Grüße");
        assert_eq!(message.sent.unwrap().to_string(), "2024-01-01T07:00:00Z");
        assert_eq!(message.message_id.as_deref(), Some("1@x"));
        assert_eq!(message.references, ["2@x", "3@x"]);
        assert_eq!((about.kind.as_str(), about.charset.as_deref()), ("text/plain", Some("KOI8-R")));
        assert_eq!(message.headers, 7);
    }

    #[test]
    fn bytes_of_old_charsets_in_a_header_are_read() {
        let (message, _) = Fields::new().message(b"Subject: Gr\xfc\xdfe an Stra\xdfe\n");
        assert_eq!(message.subject, "Grüße an Straße");
    }

    #[test]
    fn names_in_several_pieces_are_put_together() {
        let header = b"Content-Disposition: attachment;\n filename*0*=utf-8''a%20;\n filename*1=\"b.txt\"\n\n";
        assert_eq!(Fields::new().part(header).name.as_deref(), Some("a b.txt"));
    }
}
