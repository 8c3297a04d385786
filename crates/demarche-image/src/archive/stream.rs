use std::io::Read;

use super::bytes_left::Stop;
use super::{Kind, Opener};

impl Opener<'_> {
    /// Opens a file that is compressed whole. It keeps its path, but for the ending.
    pub(crate) fn open_stream(&mut self, reader: &mut dyn Read, path: &str, depth: u32) {
        match self.left.read(reader) {
            Ok(bytes) => {
                let stem = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".xz"));
                let inner = match path.strip_suffix(".tgz").or_else(|| path.strip_suffix(".txz")) {
                    Some(stem) => format!("{stem}.tar"),
                    None => stem.unwrap_or(path).to_owned(),
                };
                // A tar in it is the same archive.
                let step = u32::from(Kind::of(&bytes) != Some(Kind::Tar));
                self.open(bytes, inner, depth.saturating_add(step));
            }
            Err(Stop::Limit(what)) => self.gap(path, what),
            Err(Stop::Broken(error)) => {
                self.gap(path, format!("the archive cannot be decoded: {error}"));
            }
        }
    }
}
