//! The writers of documents: a page, Markdown, DOCX, and lines of a terminal.

mod docx;
mod docx_parts;
mod html;
mod markdown;
mod terminal;

pub(crate) use docx::{Frame, to_docx};
pub(crate) use html::{fragment, table, to_html};
pub(crate) use markdown::to_markdown;
pub use terminal::terminal;
