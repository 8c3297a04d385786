//! The shared terms of demarche: evidence, the case folder, findings, and the assessment as plain data.
//!
//! Every engine writes its findings in these types and every view reads them, so that neither knows the other.

mod annex;
pub mod assessment;
mod case;
mod case_path;
mod country_name;
mod evidence;
mod folder;
mod grade;
mod input;
mod norm;
pub mod options;
mod problem;
mod reader;
mod recipient;
pub mod record;
pub mod released;
mod sector;
mod slug;

pub use annex::{
    AnnexError, AnnexFile, AnnexVerification, CheckedFile, FileState, NoteAnnex, verify_annex,
};
pub use case::{
    AccusedNote, AttackerKind, Case, Claim, ClaimKind, DoubtfulLink, Effect, EffectKind, Event,
    ExposedSettings, NamedHypothesis, Owner, Party, RecordSettings, RequestSettings, Role,
    RouteSettings, Suspect, Target, Threat,
};
pub use case_path::{CasePath, CasePathError};
pub use country_name::{CountryNameError, country_named, nearest_name, recipient_named};
pub use demarche_terms::*;
pub use evidence::read::read_evidence;
pub use evidence::{
    Artefact, Body, ClaimOfResponsibility, Damage, Evidence, EvidenceFile, Infrastructure, Pointer,
    Quantity, RouteData, RouteTable, Sample, SharedCode, Software, Source, Standing, Strength,
    Technique, Weighing,
};
pub use folder::{
    CHANGEABLE, CaseFile, CaseFolder, Change, ChangeError, Discrepancy, Edit, Fingerprint,
    FolderError, InitError, InputFile, Lock, LockEntry, LockError, Log, LogEntry, LogPoint,
    LogProblem, OpenError, SealError, Sealed, Stamp, Verification, init, record, verify,
};
pub use grade::{Credibility, Grade, GradeError, Reliability};
pub use input::{Hashed, NotPlain, TableFile, table_files};
pub use norm::{NORMS, Norm, norm};
pub use problem::{CaseError, Problem};
pub use reader::LARGEST_FILE;
pub use recipient::{Recipient, RecipientError};
pub use released::{KindReleased, Released, ReleasedExposure, released};
pub use sector::Sector;
pub use slug::{CaseId, ClusterId, EvidenceId, PartyId, SlugError};
