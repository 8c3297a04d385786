use std::io::Cursor;

use sevenz_rust2::{ArchiveReader, EntryDecision, Error, Password};

use super::limits::Stop;
use super::shortfall::ArchiveShortfall;
use super::{Opener, member_path};

/// The most memory for a dictionary, in KiB: 7-Zip's strongest level takes 64 MiB, its largest setting 4 GiB.
const DICTIONARY: usize = 512 << 10;

impl Opener<'_> {
    /// Opens a 7z file with the first password that gives its first file.
    pub(crate) fn open_seven(&mut self, bytes: &[u8], path: &str, depth: u32) {
        let passwords: Vec<_> = std::iter::once("").chain(self.passwords.clone()).collect();
        let mut last = String::new();
        for password in passwords {
            match self.open_seven_with(password, bytes, path, depth) {
                Ok(()) => return,
                Err((error, true)) => {
                    self.gap(path, &ArchiveShortfall::SevenBreaksOff(error));
                    return;
                }
                Err((error, false)) => last = error.to_string(),
            }
        }
        self.gap(path, &ArchiveShortfall::SevenRefused(last));
    }

    /// Opens a 7z file with a password; an error says whether a file had been taken out before.
    fn open_seven_with(
        &mut self,
        password: &str,
        bytes: &[u8],
        path: &str,
        depth: u32,
    ) -> Result<(), (Error, bool)> {
        let password =
            if password.is_empty() { Password::empty() } else { Password::from(password) };
        let reader = ArchiveReader::new_with_memory_limit(Cursor::new(bytes), password, DICTIONARY);
        let mut reader = reader.map_err(|error| (error, false))?;
        // The thread pool is the caller's business.
        reader.set_thread_count(1);
        let mut has_given = false;
        let met = reader.for_each_entries_with_decision(|entry, body| {
            if entry.is_directory() {
                return Ok(EntryDecision::Continue);
            }
            let inner = member_path(path, entry.name());
            match self.left.read(body) {
                Ok(bytes) => {
                    has_given = true;
                    self.open(bytes, inner, depth + 1);
                }
                Err(Stop::Limit(limit)) => {
                    has_given = true;
                    self.gap(&inner, &limit.into());
                    // What comes behind it would have to be decoded through it.
                    return Ok(if self.left.is_used_up() {
                        EntryDecision::Stop
                    } else {
                        EntryDecision::SkipBlock
                    });
                }
                Err(Stop::Broken(error)) => return Err(error.into()),
            }
            Ok(EntryDecision::Continue)
        });
        met.map_err(|error| (error, has_given))
    }
}
