//! Personal folders files of Outlook, by the crate `outlook-pst`.
//!
//! Its readers may panic on damaged files; each message is read behind a guard, so that it costs no other.
//! Attachments of a message that is attached to a message are named and not read: the crate does not hand them out.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use outlook_pst::ltp::prop_context::PropertyValue;
use outlook_pst::ltp::table_context::TableContext;
use outlook_pst::messaging::attachment::{
    AnsiAttachment, Attachment as _, AttachmentData, UnicodeAttachment,
};
use outlook_pst::messaging::message::{AnsiMessage, Message, UnicodeMessage};
use outlook_pst::messaging::store::{AnsiStore, EntryId, Store as _, UnicodeStore};
use outlook_pst::ndb::node_id::NodeId;
use outlook_pst::{AnsiPstFile, PstReader, UnicodePstFile};

use crate::mapi::{Attached, Attachment, Outlook, Properties, Value};
use crate::tnef::utf16;

/// A file that is open.
pub(crate) enum Store {
    Unicode(Rc<UnicodeStore>),
    Ansi(Rc<AnsiStore>),
}

/// What a reader says of a part that it could not read: the part and the finding.
pub(crate) type Faults = Vec<(String, String)>;

/// The most folders of one file.
const MOST_FOLDERS: usize = 100_000;

/// The most findings that are kept.
const MOST_FAULTS: usize = 1_000;

/// Opens a file.
pub(crate) fn open(mut source: Box<dyn PstReader>) -> Result<Store, String> {
    guarded(move || {
        let mut head = [0; 12];
        std::io::Read::read_exact(&mut source, &mut head)?;
        std::io::Seek::rewind(&mut source)?;
        // [MS-PST] 2.2.2.6: versions 14 and 15 are the old format.
        let is_ansi = matches!(head, [.., 14 | 15, 0]);
        Ok(if is_ansi {
            Store::Ansi(AnsiStore::read(Rc::new(AnsiPstFile::read_from(source)?))?)
        } else {
            Store::Unicode(UnicodeStore::read(Rc::new(UnicodePstFile::read_from(source)?))?)
        })
    })
}

/// Visits every message with its folder and number, folder by folder, and returns what could not be read.
pub(crate) fn messages(
    store: &Store,
    depth: u32,
    visit: &mut dyn FnMut(&str, u32, Outlook) -> ControlFlow<()>,
) -> Faults {
    let mut faults = Faults::new();
    let root = match guarded(|| store.root()) {
        Ok(root) => root,
        Err(reason) => return vec![("the folders".to_owned(), reason)],
    };
    let mut waiting = vec![(root, String::new(), 0)];
    let mut seen = BTreeSet::new();
    while let Some((folder, path, level)) = waiting.pop() {
        if level > depth || seen.len() >= MOST_FOLDERS || !seen.insert(u32::from(folder)) {
            continue;
        }
        let (name, inner, numbers) = match guarded(|| store.folder(folder)) {
            Ok(content) => content,
            Err(reason) => {
                note(&mut faults, format!("folder in `{path}`"), reason);
                continue;
            }
        };
        let path = match (path.as_str(), name.as_str()) {
            ("", name) => name.to_owned(),
            (path, name) => format!("{path}/{name}"),
        };
        for number in numbers {
            match guarded(|| store.message(NodeId::from(number))) {
                Ok(message) => {
                    if visit(&path, number, message) == ControlFlow::Break(()) {
                        return faults;
                    }
                }
                Err(reason) => note(&mut faults, format!("message {number} in `{path}`"), reason),
            }
        }
        waiting
            .extend(inner.into_iter().rev().map(|inner| (inner.into(), path.clone(), level + 1)));
    }
    faults
}

fn note(faults: &mut Faults, part: String, reason: String) {
    if faults.len() < MOST_FAULTS {
        faults.push((part, reason));
    }
}

/// Runs a reader, and turns its error or panic into a finding.
fn guarded<T>(read: impl FnOnce() -> std::io::Result<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the reader gave up on it".to_owned()),
    }
}

/// The name of a folder, the numbers of its folders, and those of its messages.
type FolderContent = (String, Vec<u32>, Vec<u32>);

impl Store {
    fn root(&self) -> std::io::Result<NodeId> {
        let properties = match self {
            Self::Unicode(store) => store.properties(),
            Self::Ansi(store) => store.properties(),
        };
        Ok(properties.ipm_sub_tree_entry_id()?.node_id())
    }

    fn entry(&self, node: NodeId) -> std::io::Result<EntryId> {
        match self {
            Self::Unicode(store) => store.properties().make_entry_id(node),
            Self::Ansi(store) => store.properties().make_entry_id(node),
        }
    }

    fn folder(&self, node: NodeId) -> std::io::Result<FolderContent> {
        let entry = self.entry(node)?;
        let folder = match self {
            Self::Unicode(store) => store.open_folder(&entry)?,
            Self::Ansi(store) => store.open_folder(&entry)?,
        };
        let name = folder.properties().display_name().unwrap_or_default();
        let inner = folder.hierarchy_table().map(rows).unwrap_or_default();
        let messages = folder.contents_table().map(rows).unwrap_or_default();
        Ok((name, inner, messages))
    }

    fn message(&self, node: NodeId) -> std::io::Result<Outlook> {
        let entry = self.entry(node)?;
        match self {
            Self::Unicode(store) => {
                let message = UnicodeMessage::read(Rc::clone(store), &entry, None)?;
                let open = |node| {
                    let attachment = UnicodeAttachment::read(Rc::clone(&message), node, None)?;
                    Ok(attached(attachment.properties().iter(), attachment.data()))
                };
                Ok(outlook(&*message, &open))
            }
            Self::Ansi(store) => {
                let message = AnsiMessage::read(Rc::clone(store), &entry, None)?;
                let open = |node| {
                    let attachment = AnsiAttachment::read(Rc::clone(&message), node, None)?;
                    Ok(attached(attachment.properties().iter(), attachment.data()))
                };
                Ok(outlook(&*message, &open))
            }
        }
    }
}

/// The numbers of the rows of a table.
fn rows(table: &Rc<dyn TableContext>) -> Vec<u32> {
    table.rows_matrix().map(|row| row.id().into()).collect()
}

/// The opener of the attachment with a number.
type Open<'a> = dyn Fn(NodeId) -> std::io::Result<Attachment> + 'a;

fn outlook(message: &dyn Message, open: &Open<'_>) -> Outlook {
    let properties = of_values(message.properties().iter());
    let recipients = message.recipient_table().map(table_properties).unwrap_or_default();
    let attachments = message.attachment_table().map(|table| {
        let rows = rows(table).into_iter().zip(table_properties(table));
        let attachments = rows.map(|(number, row)| {
            guarded(|| open(NodeId::from(number))).unwrap_or_else(|reason| Attachment {
                name: row.file_name(),
                content: Attached::Missing(reason),
            })
        });
        attachments.collect()
    });
    Outlook { properties, recipients, attachments: attachments.unwrap_or_default() }
}

/// An attachment of its properties and data.
fn attached<'a>(
    values: impl Iterator<Item = (&'a u16, &'a PropertyValue)>,
    data: Option<&AttachmentData>,
) -> Attachment {
    let name = of_values(values).file_name();
    let content = match data {
        Some(AttachmentData::Binary(bytes)) => Attached::Bytes(bytes.buffer().to_vec()),
        Some(AttachmentData::Message(message)) => {
            let unsupported = |_| {
                let reason = "attachments of a message in a message are not read";
                Err(std::io::Error::new(std::io::ErrorKind::Unsupported, reason))
            };
            Attached::Message(Box::new(outlook(&**message, &unsupported)))
        }
        None => Attached::Missing("no bytes are stored for it".to_owned()),
    };
    Attachment { name, content }
}

/// The properties of each row of a table; those that cannot be read are left out.
fn table_properties(table: &Rc<dyn TableContext>) -> Vec<Properties> {
    let context = table.context();
    let row_properties = |row: &outlook_pst::ltp::table_context::TableRowData| {
        let mut properties = Properties::default();
        let values = row.columns(context).unwrap_or_default();
        for (column, value) in context.columns().iter().zip(values) {
            let read = value.and_then(|value| table.read_column(&value, column.prop_type()).ok());
            if let Some(value) = read.as_ref().and_then(value_of) {
                properties.0.insert(column.prop_id(), value);
            }
        }
        properties
    };
    table.rows_matrix().map(row_properties).collect()
}

fn of_values<'a>(values: impl Iterator<Item = (&'a u16, &'a PropertyValue)>) -> Properties {
    Properties(values.filter_map(|(id, value)| Some((*id, value_of(value)?))).collect())
}

fn value_of(value: &PropertyValue) -> Option<Value> {
    Some(match value {
        PropertyValue::Integer16(number) => Value::Number((*number).into()),
        PropertyValue::Integer32(number) => Value::Number((*number).into()),
        PropertyValue::Integer64(number) => Value::Number(*number),
        PropertyValue::Boolean(flag) => Value::Number((*flag).into()),
        PropertyValue::String8(text) => {
            Value::Text(demarche_text::text_of_bytes(text.buffer(), None))
        }
        PropertyValue::Unicode(text) => {
            let bytes: Vec<u8> = text.buffer().iter().flat_map(|unit| unit.to_le_bytes()).collect();
            Value::Text(utf16(&bytes))
        }
        PropertyValue::Time(steps) => Value::Time(*steps),
        PropertyValue::Binary(bytes) => Value::Bytes(bytes.buffer().to_vec()),
        _ => return None,
    })
}
