use std::ops::{ControlFlow, Range};

use demarche_terms::Sha256;
use demarche_text::{Media, Section};

use crate::fault::{Fault, Unread};

/// The receiver of what is read.
pub trait Sink {
    /// Returns true if the content of bytes with this digest is still wanted, read as this kind of file.
    ///
    /// Where it returns false because an equal message or file was read before, the item comes as [`Content::Copy`].
    fn wants(&mut self, digest: &Sha256, media: Media) -> bool {
        let _ = (digest, media);
        true
    }

    /// Returns true if what is being read takes longer than one item may. The reader asks between parts and now and then
    /// while it unpacks; it then tells what it has with [`Fault::TooLong`], and goes on with the next item.
    fn is_late(&mut self) -> bool {
        false
    }

    /// Takes an item; [`ControlFlow::Break`] ends the reading of the unit.
    ///
    /// Containers come before what they hold, in the order of the file.
    fn item(&mut self, item: Item<'_>) -> ControlFlow<()>;
}

/// Something found in a dump: a mailbox, a message, an attachment, an archive, a file.
#[derive(Clone, Debug)]
pub struct Item<'a> {
    /// Its number in the unit, from 0 in the order in which items are told.
    pub number: u32,
    /// The number of the item that holds it; `None` for the file itself.
    pub within: Option<u32>,
    /// Its name: of a file its path in what holds it, of a message in a mailbox its place. It has no control characters,
    /// but may have any others, and `..` among them.
    pub name: &'a str,
    /// The kind of its content.
    pub media: Media,
    /// Its size in bytes; what its archive states where the bytes could not be had.
    pub size: u64,
    /// The digest of its bytes, of a message in mail format those with line feeds for line ends, without mailbox quoting
    /// and without line ends at the end. Of a piece of a large mailbox it is that of the piece. Zeros where the bytes
    /// could not be had.
    pub digest: Sha256,
    /// The bytes of the file on disk at which it stands as it is; `None` where it is encoded or compressed.
    pub at: Option<Range<u64>>,
    /// Its content.
    pub content: Content<'a>,
    /// What could not be read of it as it should; empty where all was read.
    pub faults: &'a [Fault],
}

/// The content of an item.
#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    /// A message; its attachments follow as items within it.
    Message(&'a Message),
    /// The text of a document; files embedded in it follow as items within it.
    Text(&'a [Section]),
    /// A mailbox or an archive; what it holds follows as items within it.
    Container,
    /// Content that the sink does not want again. Nothing in it is told again.
    Copy,
    /// A file without content.
    Nothing,
    /// Content that was not read. It is never counted as empty.
    Unread(&'a Unread),
    /// A fault that came up while the content of the container `within` was read, told after that content.
    Damage(&'a Fault),
}

/// A message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Its identifier, without angle brackets.
    pub message_id: Option<String>,
    /// The identifiers of the messages that it answers.
    pub in_reply_to: Vec<String>,
    /// The identifiers of the thread that it belongs to, oldest first.
    pub references: Vec<String>,
    /// The moment of sending, as the sender's program states it.
    pub sent: Option<jiff::Timestamp>,
    /// The authors.
    pub from: Vec<Mailbox>,
    /// The sender where it is not the author.
    pub sender: Vec<Mailbox>,
    /// The addresses for answers.
    pub reply_to: Vec<Mailbox>,
    /// The recipients.
    pub to: Vec<Mailbox>,
    /// The recipients of a copy.
    pub cc: Vec<Mailbox>,
    /// The recipients of a hidden copy.
    pub bcc: Vec<Mailbox>,
    /// The subject; empty where there is none.
    pub subject: String,
    /// The text: that of the plain parts, and that of web pages where they say more.
    pub body: Vec<Section>,
    /// For each of the first sections of the body, the offsets behind soft line breaks that were joined in it
    /// (`format=flowed`), in their order. Sections beyond have none.
    pub breaks: Vec<Vec<usize>>,
    /// The folder in the mailbox, with `/` between levels; `None` where it is not known.
    pub folder: Option<String>,
    /// The number of header fields.
    pub headers: u32,
    /// The names of attachments, in their order.
    pub attachments: Vec<String>,
    /// The digest of sender, recipients, date, subject, text with white space folded, and attachments.
    ///
    /// Copies of a message that went different ways have equal ones.
    pub normal: Sha256,
}

impl Message {
    /// A copy without its text, which is most of it.
    #[must_use]
    pub fn without_text(&self) -> Self {
        Self {
            message_id: self.message_id.clone(),
            in_reply_to: self.in_reply_to.clone(),
            references: self.references.clone(),
            sent: self.sent,
            from: self.from.clone(),
            sender: self.sender.clone(),
            reply_to: self.reply_to.clone(),
            to: self.to.clone(),
            cc: self.cc.clone(),
            bcc: self.bcc.clone(),
            subject: self.subject.clone(),
            body: Vec::new(),
            breaks: Vec::new(),
            folder: self.folder.clone(),
            headers: self.headers,
            attachments: self.attachments.clone(),
            normal: self.normal,
        }
    }
}

/// A person or role with an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox {
    /// The name; `None` where only the address is given.
    pub name: Option<String>,
    /// The address as it is written; `None` where only the name is given.
    pub address: Option<String>,
}
