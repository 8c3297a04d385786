//! Messages as Outlook stores them: properties by number, whatever file holds them.
//!
//! Source: \[MS-OXPROPS\] for the numbers, \[MS-OXCMSG\] for their use.

use std::collections::BTreeMap;

use demarche_text::{Limits, Media, Section, Shape, text_of, text_of_bytes, text_of_html};
use jiff::Timestamp;

use crate::body::{Passage, joined};
use crate::fault::Fault;
use crate::header::Fields;
use crate::item::{Mailbox, Message};
use crate::{fields, rtf};

/// The value of a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    Bytes(Vec<u8>),
    Number(i64),
    /// Steps of 100 nanoseconds since 1601.
    Time(i64),
}

/// Properties by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Properties(pub(crate) BTreeMap<u16, Value>);

/// A message with its recipients and attachments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outlook {
    pub(crate) properties: Properties,
    pub(crate) recipients: Vec<Properties>,
    pub(crate) attachments: Vec<Attachment>,
    /// What could not be read of it.
    pub(crate) faults: Vec<Fault>,
}

/// An attachment of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attachment {
    pub(crate) name: String,
    pub(crate) content: Attached,
}

/// The content of an attachment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Attached {
    Bytes(Vec<u8>),
    Message(Box<Outlook>),
    /// The finding of the reader where there are no bytes.
    Missing(String),
}

const SUBJECT: u16 = 0x0037;
const SUBMITTED: u16 = 0x0039;
const REPRESENTED_NAME: u16 = 0x0042;
const REPRESENTED_ADDRESS: u16 = 0x0065;
const HEADERS: u16 = 0x007d;
const RECIPIENT_KIND: u16 = 0x0c15;
const SENDER_NAME: u16 = 0x0c1a;
const SENDER_ADDRESS: u16 = 0x0c1f;
const DELIVERED: u16 = 0x0e06;
const NORMAL_SUBJECT: u16 = 0x0e1d;
const BODY: u16 = 0x1000;
const RICH_TEXT: u16 = 0x1009;
const HTML: u16 = 0x1013;
const MESSAGE_ID: u16 = 0x1035;
const REFERENCES: u16 = 0x1039;
const IN_REPLY_TO: u16 = 0x1042;
const DISPLAY_NAME: u16 = 0x3001;
const ADDRESS: u16 = 0x3003;
const SMTP_ADDRESS: u16 = 0x39fe;
const CODE_PAGE: u16 = 0x3fde;
const SENDER_SMTP: u16 = 0x5d01;
const REPRESENTED_SMTP: u16 = 0x5d02;
const FILE_NAME: u16 = 0x3704;
const LONG_FILE_NAME: u16 = 0x3707;
pub(crate) const ATTACHED: u16 = 0x3701;
pub(crate) const METHOD: u16 = 0x3705;

/// Returns true for the properties of a message that are read.
pub(crate) fn is_of_message(id: u16) -> bool {
    const NAMES: [u16; 4] = [REPRESENTED_NAME, SENDER_NAME, SUBJECT, NORMAL_SUBJECT];
    const ADDRESSES: [u16; 4] =
        [REPRESENTED_ADDRESS, REPRESENTED_SMTP, SENDER_ADDRESS, SENDER_SMTP];
    const TEXTS: [u16; 5] = [BODY, RICH_TEXT, HTML, CODE_PAGE, HEADERS];
    const REST: [u16; 5] = [SUBMITTED, DELIVERED, MESSAGE_ID, REFERENCES, IN_REPLY_TO];
    fields::is_field(id)
        || NAMES.contains(&id)
        || ADDRESSES.contains(&id)
        || TEXTS.contains(&id)
        || REST.contains(&id)
}

/// Returns true for the properties of a recipient that are read.
pub(crate) fn is_of_recipient(id: u16) -> bool {
    matches!(id, RECIPIENT_KIND | DISPLAY_NAME | ADDRESS | SMTP_ADDRESS)
}

/// Returns true for the properties of an attachment that are read.
pub(crate) fn is_of_attachment(id: u16) -> bool {
    matches!(id, ATTACHED | METHOD | FILE_NAME | LONG_FILE_NAME | DISPLAY_NAME)
}

impl Properties {
    pub(crate) fn text(&self, id: u16) -> Option<&str> {
        match self.0.get(&id)? {
            Value::Text(text) => Some(text.trim_matches('\0')).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    pub(crate) fn number(&self, id: u16) -> Option<i64> {
        match self.0.get(&id)? {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    fn bytes(&self, id: u16) -> Option<&[u8]> {
        match self.0.get(&id)? {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    fn time(&self, id: u16) -> Option<Timestamp> {
        /// The steps from 1601 to 1970.
        const EPOCH: i64 = 116_444_736_000_000_000;
        match self.0.get(&id)? {
            Value::Time(steps) => {
                let since = steps.checked_sub(EPOCH)?;
                Timestamp::from_second(since.div_euclid(10_000_000)).ok()
            }
            _ => None,
        }
    }

    /// The name of an attachment.
    pub(crate) fn file_name(&self) -> String {
        let names = [LONG_FILE_NAME, FILE_NAME, DISPLAY_NAME];
        names.iter().find_map(|id| self.text(*id)).unwrap_or("").to_owned()
    }

    /// A mailbox; `None` where neither name nor address is stated.
    fn mailbox(&self, name: u16, addresses: [u16; 2]) -> Option<Mailbox> {
        let address = addresses.iter().find_map(|id| self.text(*id)).map(str::to_owned);
        let name = self.text(name).map(str::to_owned);
        (name.is_some() || address.is_some()).then_some(Mailbox { name, address })
    }

    /// The text in every form that says something: plain, else the page, else rich text.
    pub(crate) fn body(&self, limits: &Limits) -> Vec<Section> {
        let section = |text: String| Section { name: None, shape: Shape::Prose, text };
        let html = match self.0.get(&HTML) {
            Some(Value::Text(html)) => Some(html.clone()),
            Some(Value::Bytes(bytes)) => {
                let page = self.number(CODE_PAGE).and_then(charset_of);
                Some(text_of_bytes(bytes, page.as_deref()))
            }
            _ => None,
        };
        let plain = self.text(BODY).map(str::to_owned);
        let rich = || {
            let rich = rtf::decompress(self.bytes(RICH_TEXT)?)?;
            text_of(Media::Rtf, &rich, limits).ok().map(|text| text.sections)
        };
        match (plain, html) {
            (plain, Some(html)) => {
                let plain = plain.into_iter().map(Passage::from).collect();
                let passages = joined(plain, vec![text_of_html(&html)]).into_iter();
                passages.map(|passage| section(passage.text)).collect()
            }
            (Some(plain), None) => vec![section(plain)],
            (None, None) => rich().unwrap_or_default(),
        }
    }
}

impl Outlook {
    /// The message without its attachments and digest.
    pub(crate) fn message(&self, fields: &Fields, limits: &Limits) -> Message {
        let properties = &self.properties;
        let header = properties.text(HEADERS).map(|header| header.replace("\r\n", "\n"));
        let mut message = header.map_or_else(Message::default, |header| {
            fields.message(header.trim_start().as_bytes()).0
        });
        let subject = properties.text(SUBJECT).map(without_prefix_mark);
        if let Some(subject) = subject.or_else(|| properties.text(NORMAL_SUBJECT)) {
            subject.clone_into(&mut message.subject);
        }
        let id = |id| properties.text(id).map(|text| text.trim_matches(['<', '>', ' ']).to_owned());
        message.message_id = message.message_id.or_else(|| id(MESSAGE_ID));
        if message.in_reply_to.is_empty() {
            message.in_reply_to.extend(id(IN_REPLY_TO));
        }
        if message.references.is_empty() {
            let references = properties.text(REFERENCES).unwrap_or("");
            let ids = references.split(['<', '>', ' ', '\n']).filter(|id| !id.trim().is_empty());
            message.references.extend(ids.map(|id| id.trim().to_owned()));
        }
        let sent = properties.time(SUBMITTED).or_else(|| properties.time(DELIVERED));
        message.sent = message.sent.or(sent);
        self.people(&mut message);
        message.body = properties.body(limits);
        let fields = fields::text_of(|id| properties.text(id), |id| properties.time(id));
        if !fields.is_empty() {
            message.body.push(Section { name: None, shape: Shape::Prose, text: fields });
        }
        message
    }

    /// Adds sender and recipients where the header does not name them.
    fn people(&self, message: &mut Message) {
        let properties = &self.properties;
        let author = properties.mailbox(REPRESENTED_NAME, [REPRESENTED_SMTP, REPRESENTED_ADDRESS]);
        let sender = properties.mailbox(SENDER_NAME, [SENDER_SMTP, SENDER_ADDRESS]);
        if message.from.is_empty() {
            message.from.extend(author.clone().or_else(|| sender.clone()));
        }
        if message.sender.is_empty() && author.is_some() && sender != author {
            message.sender.extend(sender);
        }
        if !(message.to.is_empty() && message.cc.is_empty() && message.bcc.is_empty()) {
            return;
        }
        for recipient in &self.recipients {
            let mailbox = recipient.mailbox(DISPLAY_NAME, [SMTP_ADDRESS, ADDRESS]);
            match recipient.number(RECIPIENT_KIND) {
                Some(2) => message.cc.extend(mailbox),
                Some(3) => message.bcc.extend(mailbox),
                _ => message.to.extend(mailbox),
            }
        }
    }
}

/// A subject without the mark that tells how long its prefix is.
fn without_prefix_mark(subject: &str) -> &str {
    match subject.strip_prefix('\u{1}') {
        Some(rest) => rest.get(rest.chars().next().map_or(0, char::len_utf8)..).unwrap_or(""),
        None => subject,
    }
}

/// The name of the charset of a code page of Windows.
pub(crate) fn charset_of(page: i64) -> Option<String> {
    Some(match page {
        65001 => "utf-8".to_owned(),
        1200 => "utf-16le".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        20866 => "koi8-r".to_owned(),
        21866 => "koi8-u".to_owned(),
        28591..=28605 => format!("iso-8859-{}", page - 28590),
        50220..=50222 => "iso-2022-jp".to_owned(),
        51932 => "euc-jp".to_owned(),
        54936 => "gb18030".to_owned(),
        1250..=1258 => format!("windows-{page}"),
        _ => return None,
    })
}
