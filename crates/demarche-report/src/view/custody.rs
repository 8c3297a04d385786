//! The answers about seals and notes that were received.

use demarche_case::{AnnexVerification, CheckedFile, FileState, LogEntry, Verification};

use crate::document::{Block, Section};
use crate::number::{counted, length};

/// A case compared with its seal; `has_head` is true where a head that was kept elsewhere was compared too.
#[must_use]
pub fn verify(found: &Verification, has_head: bool) -> Vec<Section> {
    let differing: Vec<String> = found.discrepancies.iter().map(ToString::to_string).collect();
    let mut section = Section::new("seal", "");
    if differing.is_empty() {
        section.blocks.push(Block::Paragraph(format!(
            "All holds: {} and {}.",
            counted(found.files, "file", "files"),
            counted(found.log_lines, "log line", "log lines")
        )));
        if !has_head {
            section.blocks.push(Block::Paragraph("Compare the log's head with the copy kept elsewhere, or give that copy with --head. Nothing else finds a log that was rewritten from its first line.".to_owned()));
        }
    } else {
        section.blocks.push(Block::List(differing));
    }
    section.blocks.extend(since(&found.after_head));
    let head = found.head.iter().map(|head| Block::Paragraph(format!("Head of the log: {head}")));
    vec![section.and(head)]
}

/// The lines of the log behind the head that was kept; nothing without any.
fn since(lines: &[LogEntry]) -> Vec<Block> {
    if lines.is_empty() {
        return Vec::new();
    }
    let were = if lines.len() == 1 { "line was" } else { "lines were" };
    let warning = format!(
        "Since the head you kept, {} {were} added to the log. Later seals are not the seal of that time:",
        length(lines.len())
    );
    let entry = |entry: &LogEntry| {
        let LogEntry { time, who, action, detail, .. } = entry;
        format!("{time}  {who}  {action}: {detail}")
    };
    vec![Block::Warning(warning), Block::List(lines.iter().map(entry).collect())]
}

/// The files of a note that was received, compared with the list beside it.
#[must_use]
pub fn verify_note(found: &AnnexVerification) -> Vec<Section> {
    let mut section = Section::new("note", format!("{} ({})", found.reference, found.marking));
    for (title, files) in [("The note", &found.files), ("Its annexes", &found.annexes)] {
        if !files.is_empty() {
            section.blocks.push(Block::Heading(title.to_owned()));
            let line = |file: &CheckedFile| format!("{}: {}", file.path, file.state);
            section.blocks.push(Block::List(files.iter().map(line).collect()));
        }
    }
    if found.annexes.iter().any(|file| file.state == FileState::NotChecked) {
        section.blocks.push(Block::Paragraph(
            "The annexes were not checked: name their folder with --annexes.".to_owned(),
        ));
    }
    let is_edited = |file: &CheckedFile| {
        file.path.ends_with(".docx")
            && matches!(file.state, FileState::OtherSize { .. } | FileState::OtherBytes { .. })
    };
    if found.files.iter().any(is_edited) {
        section.blocks.push(Block::Paragraph("The document can be edited, and saving it changes its bytes. Compare it with the page.".to_owned()));
    }
    let missing = match found.missing() {
        0 => String::new(),
        missing => format!(", {} missing", counted(as_count(missing), "is", "are")),
    };
    let holding = counted(as_count(found.holding()), "file holds", "files hold");
    section = section.with(Block::Paragraph(format!("{holding}{missing}."))).with(
        Block::Paragraph("The list does not prove who wrote it. Compare its SHA-256 with the sender by another channel.".to_owned()),
    );
    vec![section]
}

fn as_count(length: usize) -> u64 {
    u64::try_from(length).expect("a length has at most 64 bits")
}
