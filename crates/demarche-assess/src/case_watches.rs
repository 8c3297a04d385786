//! The records of watches over routes that are evidence in a case.

use std::io::{self, Read};

use demarche_case::assessment::Input;
use demarche_case::assessment::watch::{CaseWatch, WatchFindings};
use demarche_case::{CaseFile, CaseFolder, Gap, GapKind, Shortfall};

/// The size of the largest record that is read, in bytes. A watch over a month writes some two million.
const LARGEST: u64 = 64 << 20;

/// The records of a case, with its inputs and gaps.
#[derive(Debug, Default)]
pub(crate) struct CaseWatches {
    pub(crate) records: Vec<CaseWatch>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) gaps: Vec<Gap>,
}

/// A reason why the record of a watch was not used.
#[derive(Debug, thiserror::Error)]
enum NotUsed {
    #[error("cannot read it: {0}")]
    File(#[from] io::Error),
    #[error("cannot read it: it is larger than 64 MiB")]
    TooLarge,
    #[error("the file has another hash than the case gives it")]
    OtherHash,
    #[error("it is no record of a watch: {0}")]
    Json(serde_json::Error),
    #[error("it is no record of a watch: a share in it is below 0 or above 1")]
    Share,
}

impl Shortfall for NotUsed {
    fn kind(&self) -> GapKind {
        match self {
            Self::File(_) | Self::Json(_) | Self::Share => GapKind::Unreadable,
            Self::TooLarge => GapKind::Limit,
            Self::OtherHash => GapKind::Refused,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::File(_) | Self::TooLarge => return None,
            Self::OtherHash => "put the file there that is meant, or correct its hash",
            Self::Json(_) | Self::Share => {
                "give the `watch.json` that `demarche routes watch --out` wrote"
            }
        };
        Some(remedy.to_owned())
    }
}

/// Reads the records that items of the case name.
pub(crate) fn read_watches(case: &CaseFolder) -> CaseWatches {
    let (files, gaps) = case.watches();
    let mut watches = CaseWatches { gaps, ..CaseWatches::default() };
    for (evidence, file) in files {
        match read(&file) {
            Ok((findings, input)) => {
                watches.records.push(CaseWatch { evidence, findings });
                watches.inputs.push(input);
            }
            Err(reason) => watches.gaps.push(Gap::of(&file.name, &reason)),
        }
    }
    watches
}

fn read(file: &CaseFile) -> Result<(WatchFindings, Input), NotUsed> {
    let opened = file.open().map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    opened.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(NotUsed::TooLarge);
    }
    let input = file.input(&bytes, "a watch over routes").ok_or(NotUsed::OtherHash)?;
    let findings: WatchFindings = serde_json::from_slice(&bytes).map_err(NotUsed::Json)?;
    if !findings.has_shares() {
        return Err(NotUsed::Share);
    }
    Ok((findings, input))
}
