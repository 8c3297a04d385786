use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::Stop;
use super::shortfall::ArchiveShortfall;
use super::{Member, Opener, member_path};

type Archive = ZipArchive<Cursor<Vec<u8>>>;

impl Opener<'_> {
    pub(crate) fn open_zip(&mut self, bytes: Vec<u8>, path: String, depth: u32) {
        let mut archive = match ZipArchive::new(Cursor::new(bytes)) {
            Ok(archive) => archive,
            Err(error) => {
                self.gap(&path, &ArchiveShortfall::Zip(error));
                return;
            }
        };
        if is_document(&archive) {
            (self.visit)(Member { path, bytes: archive.into_inner().into_inner() });
            return;
        }
        for index in 0..archive.len() {
            if self.left.is_used_up() {
                self.gap(&path, &ArchiveShortfall::UsedUp);
                return;
            }
            self.open_zipped(&mut archive, index, &path, depth);
        }
    }

    /// Opens one file of a zip, with the first password that fits. With the old encryption one of 256 wrong passwords
    /// seems to fit until the checksum at the end.
    fn open_zipped(&mut self, archive: &mut Archive, index: usize, path: &str, depth: u32) {
        let (inner, is_folder, is_encrypted) = match archive.by_index_raw(index) {
            Ok(file) => (
                member_path(path, &String::from_utf8_lossy(file.name_raw())),
                file.is_dir(),
                file.encrypted(),
            ),
            Err(error) => {
                self.gap(path, &ArchiveShortfall::ZipEntry(error));
                return;
            }
        };
        if is_folder {
            return;
        }
        let passwords = if is_encrypted { self.passwords.clone() } else { vec![""] };
        let mut last = String::new();
        for password in passwords {
            let file = if is_encrypted {
                archive.by_index_decrypt(index, password.as_bytes())
            } else {
                archive.by_index(index)
            };
            let read = match file {
                Ok(mut file) => self.left.read(&mut file),
                Err(ZipError::InvalidPassword) => {
                    "no password fits".clone_into(&mut last);
                    continue;
                }
                Err(error) => {
                    last = error.to_string();
                    break;
                }
            };
            match read {
                Ok(bytes) => {
                    self.open(bytes, inner, depth + 1);
                    return;
                }
                Err(Stop::Limit(limit)) => {
                    self.gap(&inner, &limit.into());
                    return;
                }
                Err(Stop::Broken(error)) => last = error.to_string(),
            }
        }
        self.gap(&inner, &ArchiveShortfall::ZipMember(last));
    }
}

/// Returns true if a zip is a document or program of its own, by the entries that each kind must have.
fn is_document(archive: &Archive) -> bool {
    let marks = ["[Content_Types].xml", "META-INF/MANIFEST.MF", "AndroidManifest.xml", "mimetype"];
    marks.iter().any(|mark| archive.index_for_name(mark).is_some())
}
