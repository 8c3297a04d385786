//! The text of a document: office files, PDF, HTML, RTF, tables and plain text in any charset.

/// How a part of a document is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Sentences and lines; a paragraph ends with a line feed.
    Prose,
    /// Rows end with a line feed, cells are parted by a tab; cells have neither.
    Table,
}

/// A part of a document that its reader can name: a sheet, a page, a slide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name, as a reader would look for it: `sheet “Salaries”`, `page 3`; none for a document of one part.
    pub name: Option<String>,
    /// How it is laid out.
    pub shape: Shape,
    /// What it says.
    pub text: String,
}
