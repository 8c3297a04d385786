//! Messages of personal folders, with recipients and attachments.
//!
//! Source: \[MS-PST\], 2.4.5 and 2.4.6.

use super::context::{Context, Wanted, properties, rows};
use super::damage::{Damage, Finding, Part};
use super::database::Database;
use super::layout::{KIND, Node};
use crate::fault::Fault;
use crate::mapi::{
    ATTACHED, Attached, Attachment, METHOD, Outlook, Properties, is_of_attachment, is_of_message,
    is_of_recipient,
};

/// Messages in each other beyond this are left out and named.
const DEEPEST: u32 = 32;

/// The kinds of nodes within a message.
const ATTACHMENT: u32 = 0x05;
const ATTACHMENTS: u32 = 0x11;
const RECIPIENTS: u32 = 0x12;

/// The ways in which an attachment is kept.
///
/// Source: \[MS-OXCMSG\], 2.2.2.9.
const LINKED: std::ops::RangeInclusive<i64> = 2..=4;
const IS_MESSAGE: i64 = 5;

/// Reads a message with all that it carries; what could not be read stands in its faults.
pub(crate) fn message(database: &mut Database<'_>, number: u32) -> Result<Outlook, Damage> {
    database.begin_message();
    let node = database.node(number)?;
    let read = of_node(database, node, None, 0);
    let flaws = database.flaws();
    let mut message = read?;
    message.faults = flaws.iter().map(Fault::from).collect();
    Ok(message)
}

/// The most attachments of a message that are listed and not in the file.
const MOST_MISSING: usize = 1_000;

/// Reads the message of a node, which may lie in another message.
fn of_node(
    database: &mut Database<'_>,
    node: Node,
    charset: Option<&str>,
    depth: u32,
) -> Result<Outlook, Damage> {
    let inner = database.inner(node.inner);
    let wanted = Wanted { is_wanted: is_of_message, inner: &inner, charset };
    let Context { properties, charset, .. } = properties(database, node, &wanted)?;
    let mut message = Outlook { properties, ..Outlook::default() };
    let charset = charset.as_deref();
    let table = |database: &mut Database<'_>, kind: u32, is_wanted: fn(u16) -> bool| {
        let table = inner.iter().find(|(number, _)| **number & KIND == kind);
        table.map_or_else(Vec::new, |(_, node)| table_rows(database, *node, is_wanted, charset))
    };
    let recipients = table(database, RECIPIENTS, is_of_recipient);
    message.recipients = recipients.into_iter().map(|(_, recipient)| recipient).collect();
    let mut listed = table(database, ATTACHMENTS, is_of_attachment);
    let present: Vec<_> =
        inner.iter().filter(|(number, _)| **number & KIND == ATTACHMENT).collect();
    listed.retain(|(number, _)| !inner.contains_key(number));
    // Rows take a few bytes each, and each would be an item of its own.
    if listed.len() > MOST_MISSING {
        database.note(Part::Node(ATTACHMENTS).is(Finding::Entries(MOST_MISSING)));
        listed.truncate(MOST_MISSING);
    }
    for (_, node) in present {
        message.attachments.push(attachment(database, *node, charset, depth));
    }
    message.attachments.extend(listed.into_iter().map(|(_, row)| Attachment {
        name: row.file_name(),
        content: Attached::Missing(Finding::Missing.to_string()),
    }));
    Ok(message)
}

/// The rows of a table of a message; a table that cannot be read is noted and has none.
fn table_rows(
    database: &mut Database<'_>,
    node: Node,
    is_wanted: fn(u16) -> bool,
    charset: Option<&str>,
) -> Vec<(u32, Properties)> {
    let inner = database.inner(node.inner);
    let wanted = Wanted { is_wanted, inner: &inner, charset };
    rows(database, node, &wanted).unwrap_or_else(|damage| {
        database.note(damage);
        Vec::new()
    })
}

fn attachment(
    database: &mut Database<'_>,
    node: Node,
    charset: Option<&str>,
    depth: u32,
) -> Attachment {
    let inner = database.inner(node.inner);
    let wanted = Wanted { is_wanted: is_of_attachment, inner: &inner, charset };
    let mut context = match properties(database, node, &wanted) {
        Ok(context) => context,
        Err(damage) => {
            let content = Attached::Missing(damage.to_string());
            return Attachment { name: String::new(), content };
        }
    };
    let name = context.properties.file_name();
    let method = context.properties.number(METHOD);
    if let Some(crate::mapi::Value::Bytes(bytes)) = context.properties.0.remove(&ATTACHED) {
        return Attachment { name, content: Attached::Bytes(bytes) };
    }
    let object = context.objects.get(&ATTACHED).and_then(|number| inner.get(number));
    let content = match (object, method) {
        (Some(_), Some(IS_MESSAGE)) if depth >= DEEPEST => {
            Attached::Missing(Finding::Depth.to_string())
        }
        (Some(node), Some(IS_MESSAGE)) => {
            match of_node(database, *node, context.charset.as_deref(), depth + 1) {
                Ok(message) => Attached::Message(Box::new(message)),
                Err(damage) => Attached::Missing(damage.to_string()),
            }
        }
        (Some(node), _) => Attached::Bytes(database.whole(node.data)),
        (None, Some(method)) if LINKED.contains(&method) => {
            Attached::Missing("it is a link to a file elsewhere".to_owned())
        }
        (None, _) => Attached::Missing("no bytes are stored for it".to_owned()),
    };
    Attachment { name, content }
}
