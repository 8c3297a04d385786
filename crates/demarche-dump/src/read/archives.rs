//! Archives: each entry taken out and read in turn.

use std::io::{self, Read};
use std::ops::ControlFlow;

use demarche_archive::{
    ArchiveShortfall, Body, Budget, Entry, Kind, Limits, Request, Source, Stop, walk,
};
use demarche_terms::{GapKind, Sha256, Shortfall};
use demarche_text::Media;

use super::source::{Taken, take};
use super::{Flow, HEAD, Place, Reader, kind_of};
use crate::fault::{Fault, Unread};
use crate::item::{Content, Sink};
use crate::lines::slice;
use crate::number::wide;

/// The bytes that come out of an archive of any size, ratio or not.
const FREE: u64 = 64 << 20;

/// The kind of archive that a media is; `None` for anything that is not opened as one.
pub(crate) fn kind(media: Media) -> Option<Kind> {
    Some(match media {
        Media::Zip => Kind::Zip,
        Media::Seven => Kind::Seven,
        Media::Tar => Kind::Tar,
        Media::Gzip => Kind::Gzip,
        Media::Bzip2 => Kind::Bzip2,
        Media::Xz => Kind::Xz,
        Media::Zstd => Kind::Zstd,
        _ => return None,
    })
}

impl Reader<'_> {
    /// Reads an archive.
    pub(crate) fn archive(
        &mut self,
        place: &Place,
        media: Media,
        source: &mut dyn Source,
        size: u64,
        digest: Sha256,
    ) -> Flow {
        let number = self.tell(place, media, size, digest, Content::Container, &place.faults)?;
        let Some(kind) = kind(media) else { return ControlFlow::Continue(()) };
        let is_outermost = self.budget.is_none();
        let mut budget = self.budget.take().unwrap_or_else(|| self.new_budget(size));
        let name = place.name.rsplit('/').next().unwrap_or("");
        let request = Request { kind, name, passwords: &[] };
        let mut flow = ControlFlow::Continue(());
        let shortfalls = walk(&request, source, &mut budget, &mut |entry, budget| {
            self.budget = Some(budget.clone());
            flow = self.entry(place, number, entry);
            if let Some(left) = self.budget.take() {
                *budget = left;
            }
            flow
        });
        self.budget = (!is_outermost).then_some(budget);
        flow?;
        for shortfall in shortfalls {
            self.archive_fault(place, number, media, &shortfall)?;
        }
        ControlFlow::Continue(())
    }

    fn new_budget(&self, size: u64) -> Budget {
        let limits = Limits {
            file: self.limits.item,
            total: self.limits.expanded,
            ratio: self.limits.ratio,
            files: u64::from(self.limits.items),
            free: FREE,
            depth: self.limits.depth,
        };
        Budget::new(&limits, size)
    }

    /// Tells what is wrong with an archive itself.
    fn archive_fault(
        &mut self,
        place: &Place,
        number: u32,
        media: Media,
        shortfall: &ArchiveShortfall,
    ) -> Flow {
        if shortfall.wants_password() {
            let place = place.inside(number, place.name.clone());
            return self.refuse(&place, media, 0, &Unread::Encrypted);
        }
        self.damage(place, number, media, &Fault::Archive { reason: shortfall.to_string() })
    }

    /// Reads one entry of an archive.
    fn entry(&mut self, place: &Place, number: u32, entry: Entry<'_>) -> Flow {
        let mut place = place.inside(number, entry.name);
        if leads_out(&place.name) {
            place.faults.push(Fault::NameLeadsOut);
        }
        let stated = entry.size.unwrap_or_default();
        let reader = match entry.body {
            Body::Open(reader) => reader,
            Body::Shut(shortfall) => {
                let media = kind_of(&place.name, b"");
                return self.refuse(&place, media, stated, &unread(&shortfall));
            }
        };
        let Some(mut budget) = self.budget.take() else { return ControlFlow::Continue(()) };
        let name = place.name.clone();
        let in_memory = self.allowance();
        let mut timely = Timely { reader, sink: self.sink, left: CHECKED, is_late: false };
        let taken = take(&mut timely, in_memory, &mut budget, |head| may_spill(&name, head));
        let is_late = timely.is_late;
        self.budget = Some(budget);
        match taken {
            Err((_, bytes)) if is_late && bytes.is_empty() => {
                self.refuse(&place, kind_of(&place.name, b""), stated, &Unread::TooLong)
            }
            Err((_, bytes)) if is_late => {
                place.faults.push(Fault::TooLong);
                self.bytes(&place, &bytes)
            }
            Ok(Taken::Memory(bytes)) => {
                self.held += wide(bytes.len());
                let flow = self.bytes(&place, &bytes);
                self.held -= wide(bytes.len());
                flow
            }
            Ok(Taken::Disk(mut file, size)) => self.file(place, &mut file, size),
            Err((stop, bytes)) => self.broken_entry(&mut place, stop, &bytes, stated),
        }
    }

    /// Reads the bytes of an entry before its damage; tells a limit as one.
    fn broken_entry(&mut self, place: &mut Place, stop: Stop, bytes: &[u8], stated: u64) -> Flow {
        let size = stated.max(wide(bytes.len()));
        match stop {
            Stop::Broken(error) if !bytes.is_empty() => {
                place.faults.push(Fault::Archive { reason: error.to_string() });
                self.bytes(place, bytes)
            }
            stop => {
                let media = kind_of(&place.name, slice(bytes, 0..HEAD));
                self.refuse(place, media, size, &unread(&stop.into()))
            }
        }
    }
}

/// The bytes that come out of an archive between two looks at the time.
const CHECKED: usize = 1 << 20;

/// A member of an archive that is unpacked as long as there is time.
struct Timely<'a> {
    reader: &'a mut dyn Read,
    sink: &'a mut dyn Sink,
    left: usize,
    is_late: bool,
}

impl Read for Timely<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.left = CHECKED;
            self.is_late |= self.sink.is_late();
        }
        if self.is_late {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let count = self.reader.read(bytes)?;
        self.left = self.left.saturating_sub(count);
        Ok(count)
    }
}

/// Returns true for the kinds that are read piece by piece or from a file, so that they need not fit into memory.
fn may_spill(name: &str, head: &[u8]) -> bool {
    let media = kind_of(name, slice(head, 0..HEAD));
    matches!(media, Media::Mbox | Media::Text | Media::Csv | Media::Json | Media::Pst)
        || kind(media).is_some()
}

fn unread(shortfall: &ArchiveShortfall) -> Unread {
    match shortfall {
        ArchiveShortfall::Limit(limit) => Unread::Expansion(*limit),
        shortfall if shortfall.wants_password() => Unread::Encrypted,
        shortfall if shortfall.kind() == GapKind::Unsupported => Unread::Unsupported,
        shortfall => Unread::Damaged { reason: shortfall.to_string() },
    }
}

/// Returns true if a name would lead out of a folder that its archive is unpacked in.
fn leads_out(name: &str) -> bool {
    let is_rooted =
        name.starts_with(['/', '\\']) || name.get(1..3).is_some_and(|part| part == ":\\");
    is_rooted || name.split(['/', '\\']).any(|part| part == "..")
}
