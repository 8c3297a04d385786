use std::path::Path;

use demarche_text::Text;

use crate::item::Sink;
use crate::limits::Limits;
use crate::unit::Unit;

/// The reader of PDF files, which the caller may run in a process of its own.
pub type PdfReader<'a> = dyn Fn(&[u8]) -> Result<Text, demarche_text::Unread> + 'a;

/// Reads one unit of a dump and tells the sink every item in it.
pub fn read(root: &Path, unit: &Unit, limits: &Limits, pdf: &PdfReader<'_>, sink: &mut dyn Sink) {
    let _ = (root, unit, limits, pdf, sink);
}
