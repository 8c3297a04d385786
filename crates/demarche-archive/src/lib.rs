//! Archives opened within limits: zip, 7z, tar, ar, gzip, bzip2, xz and zstd, also in each other and with passwords.
//!
//! [`walk`] opens one archive and hands over each entry as a stream, for callers that keep their own account of what lies
//! in what. [`open`] hands over every file of an archive and of the archives in it, as an examiner of samples wants
//! them. Nothing is ever written: the name of an entry is only a name. A [`Budget`] bounds what comes out.

#![warn(clippy::indexing_slicing)]

mod ar;
mod behind;
mod budget;
mod entry;
mod fields;
mod foreign;
mod kind;
mod recover;
mod samples;
mod seven;
mod shortfall;
mod stream;
mod tar;
pub mod upx;
mod zip_file;

pub use behind::Behind;
pub use budget::{Budget, Limit, Limits, Stop};
pub use entry::{Body, CUSTOMARY_PASSWORD, Entry, Request, Source, Visit};
pub use foreign::Foreign;
pub use kind::Kind;
pub use samples::{Member, open};
pub use shortfall::ArchiveShortfall;

/// Hands over every file of one archive in the archive's order, and returns what is wrong with the archive itself.
///
/// Archives in it are not opened, except that a tar in a compressed stream is the same archive. Folders and links are
/// left out.
pub fn walk(
    request: &Request<'_>,
    source: &mut dyn Source,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    match request.kind {
        Kind::Zip => zip_file::walk(request, source, budget, visit),
        Kind::Seven => seven::walk(request, source, budget, visit),
        Kind::Tar => tar::walk(source, budget, visit),
        Kind::Ar => ar::walk(source, budget, visit),
        Kind::Gzip | Kind::Bzip2 | Kind::Xz | Kind::Zstd => {
            stream::walk(request, source, budget, visit)
        }
    }
}
