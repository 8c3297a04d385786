//! What one subcommand answers, as JSON.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Input;
use super::attribution::{AttributionFindings, CitedSource};
use super::exposure::{CountryExposed, OrganisationExposed, PeopleExposed};
use super::precedents::PrecedentFindings;
use super::response::ResponseFindings;
use super::routes::{Caveat, CutEffect, Dependency, Family, Located, PowerFindings, Target};
use crate::record::{Actor, Edition, RecordId};
use crate::{Asn, Availability, CaseId, Gap, Moment, Sha256, TechniqueId, Tlp};

/// The version of the JSON that [`Answer`] serialises to; it grows with every change that breaks a reader.
pub const ANSWER_VERSION: u32 = 2;

/// One subcommand's answer with what it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer<T> {
    /// [`ANSWER_VERSION`] at the time of writing.
    pub version: u32,
    /// The program and its version that wrote this.
    pub program: String,
    /// The answer itself.
    pub answer: T,
    /// Every input that was read.
    pub inputs: Vec<Input>,
    /// What could not be read or answered.
    pub gaps: Vec<Gap>,
}

/// What `routes depend` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DependAnswer {
    /// The networks that are asked about.
    pub target: Target,
    /// Who carries their traffic, by address family and basis.
    pub dependencies: Vec<Dependency>,
    /// What the answer cannot know or may have wrong.
    pub caveats: Vec<Caveat>,
}

/// What `routes cut` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CutAnswer {
    /// The networks that are asked about.
    pub target: Target,
    /// What each change would do.
    pub cuts: Vec<CutEffect>,
    /// What the answer cannot know or may have wrong.
    pub caveats: Vec<Caveat>,
}

/// What `routes power` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PowerAnswer {
    /// The networks that are asked about.
    pub target: Target,
    /// Whose joint refusal cuts them off; `None` when the AS graph knows none of them.
    pub power: Option<PowerFindings>,
    /// What the answer cannot know or may have wrong.
    pub caveats: Vec<Caveat>,
}

/// What `routes locate` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LocateAnswer {
    /// The addresses in the order asked.
    pub located: Vec<Located>,
}

/// What `routes convert` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ConvertAnswer {
    /// The file written.
    pub output: String,
    /// MRT records read.
    pub records: u64,
    /// Routes of routing tables.
    pub routes: u64,
    /// Announcements in updates.
    pub announcements: u64,
    /// Withdrawals in updates.
    pub withdrawals: u64,
    /// Well-formed records that gave no route, and peculiarities of those that did, each with its number.
    pub remarks: Vec<String>,
}

/// What `seal` did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SealAnswer {
    /// Files hashed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The hash of `case.lock`.
    pub lock: Sha256,
    /// The hash of the log's last line: keep it elsewhere, it is what `verify --head` checks.
    pub head: Sha256,
}

/// The case folder that `init` made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InitAnswer {
    /// The short name of the case.
    pub id: CaseId,
    /// The folder.
    pub folder: String,
}

/// What `import` added to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportAnswer {
    /// The files in the order in which they were named.
    pub files: Vec<ImportedFile>,
    /// True if `evidence.toml` was written.
    pub is_written: bool,
}

/// A file that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedFile {
    /// The file, as it was named.
    pub file: String,
    /// The form that was recognised, in words.
    pub form: String,
    /// The items that are new in the case.
    pub added: Vec<ImportedItem>,
    /// The items that the case had before.
    pub known: Vec<ImportedItem>,
    /// Parts of the file that became no evidence.
    pub not_used: Vec<NotUsed>,
}

/// An item of evidence that somebody else has, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedItem {
    /// Its short name in the case.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The id under which its source has it.
    pub origin: String,
}

/// A part of a file that became no evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotUsed {
    /// Its id, or where it stands.
    pub place: String,
    /// The reason, and what to do where something can be done.
    pub reason: String,
}

/// What `note` wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NoteAnswer {
    /// The files written: the note as Markdown and as a page, and the sender's list of what was withheld.
    pub files: Vec<String>,
    /// How many items were withheld.
    pub withheld: u64,
    /// The shortest list of releases that would let the last note say why it comes, where nothing it may show does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// One sentence for each file that a person changed and that was kept, with the name of the new text.
    #[serde(default)]
    pub kept: Vec<String>,
}

/// What `routes hegemony` answers: all routing tables as one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HegemonyAnswer {
    /// The files.
    pub tables: Vec<String>,
    /// The times of the first and the last record of the tables, in seconds since 1970 UTC; `None` where they have none.
    pub times: Option<(u32, u32)>,
    /// One entry for each address family with routes.
    pub families: Vec<FamilyHegemony>,
}

/// The hegemony in one address family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FamilyHegemony {
    /// The address family.
    pub family: Family,
    /// The networks of the peers that send a full table.
    pub vantage_points: Vec<Asn>,
    /// Every origin, in order.
    pub origins: Vec<OriginHegemony>,
}

/// The networks on the way to one origin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OriginHegemony {
    /// The origin.
    pub origin: Asn,
    /// The networks with their trimmed scores, 0 to 1, strongest first; the origin itself is among them.
    pub networks: Vec<(Asn, f64)>,
}

/// What `partial` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartialAnswer {
    /// The kind of partials.
    pub kind: String,
    /// One entry for each input, in the order of the command line.
    pub partials: Vec<PartialMade>,
}

/// The partial of one input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartialMade {
    /// The input.
    pub input: String,
    /// The table that was written; `None` where the input gives none.
    pub table: Option<String>,
    /// The reason why there is none.
    pub reason: Option<String>,
    /// The marking of the partial, which whatever is merged of it carries; `None` without a table.
    pub tlp: Option<Tlp>,
    /// The rows of the table.
    pub rows: u64,
    /// True if the partial was there before.
    pub existed: bool,
}

/// What `merge` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MergeAnswer {
    /// The kind of partials.
    pub kind: String,
    /// The strictest marking of the inputs, which the rows carry.
    pub tlp: Tlp,
    /// The times of the first and the last record of the tables, in seconds since 1970 UTC; `None` where they have none.
    pub times: Option<(u32, u32)>,
    /// The share of vantage points left out at each end.
    pub trim: f64,
    /// Pairs of families by what at most so many families have; `None` for the occurrences of each trait, and for routes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<u32>,
    /// One hash for the tables that were merged with their sessions and programs, in the order of their inputs.
    pub fingerprint: Sha256,
    /// The least and the greatest key that was asked for; `None` for all.
    pub range: Option<(u32, u32)>,
    /// The rows that were written.
    pub rows: u64,
    /// The file of the rows.
    pub output: String,
}

/// What `cluster` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClusterAnswer {
    /// The folder of the job.
    pub job: String,
    /// The kind of partials.
    pub kind: String,
    /// The files of the plan.
    pub inputs: u64,
    /// The partials that are there and whole.
    pub partials: u64,
    /// The strictest marking of the inputs, which the answer carries.
    pub tlp: Tlp,
    /// The ranges that are merged, and all of them.
    pub ranges: (u64, u64),
    /// The file of the answer; `None` while there is none.
    pub output: Option<String>,
    /// True if the answer is that of all partials that are there now.
    pub is_current: bool,
}

/// What `options precedents` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrecedentsAnswer {
    /// The case that was asked about; `None` where the two states were named instead.
    pub case: Option<CaseId>,
    /// What happened after earlier attacks.
    pub precedents: PrecedentFindings,
}

/// What `actors rank` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActorsRankAnswer {
    /// The case.
    pub case: CaseId,
    /// Who did it, and how sure; `None` when the case has no evidence that could tell.
    pub attribution: Option<AttributionFindings>,
}

/// What `options weigh` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OptionsWeighAnswer {
    /// The case.
    pub case: CaseId,
    /// Which responses are open, and how they compare.
    pub response: ResponseFindings,
}

/// What `actors show` answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ActorsShowAnswer {
    /// The name or identifier that was asked for.
    pub asked: String,
    /// Every actor of that name or synonym, by id; catalogues are kept apart, so that there may be several.
    pub actors: Vec<KnownActor>,
    /// The editions that they come from.
    pub editions: Vec<Edition>,
}

/// What one catalogue says of an actor, with its sources.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KnownActor {
    /// The entry.
    pub actor: Actor,
    /// The sources of the entry as a whole.
    pub sources: Vec<CitedSource>,
    /// The techniques that it is said to use, by number.
    pub techniques: Vec<KnownTechnique>,
    /// The software that it is said to use, by name.
    pub software: Vec<KnownSoftware>,
    /// The attacks that are attributed to it, the earliest first.
    pub attacks: Vec<KnownAttack>,
}

/// A technique that an actor is said to use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownTechnique {
    /// Its number.
    pub technique: TechniqueId,
    /// Its name.
    pub name: String,
    /// How many other actors are said to use it.
    pub others: u64,
    /// Who says so.
    pub sources: Vec<CitedSource>,
}

/// Software that an actor is said to use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownSoftware {
    /// The entry.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Who can get it.
    pub availability: Availability,
    /// How many other actors are said to use it.
    pub others: u64,
    /// Who says so.
    pub sources: Vec<CitedSource>,
}

/// An attack that is attributed to an actor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KnownAttack {
    /// The entry.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// When it began.
    pub began: Option<Moment>,
    /// Who says that it was this actor.
    pub sources: Vec<CitedSource>,
}

/// A line of `expose scan --findings`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingLine {
    /// The stable name of its kind.
    pub kind: String,
    /// The value, masked unless it was to be revealed.
    pub value: String,
    /// The first place of its content: the path of a file, then what holds it, with `!` between.
    pub path: String,
    /// The number of places of its content.
    pub places: u64,
    /// The part of the content: a sheet, a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// Its line in the text, from 1; the subject is the first line of a message.
    pub line: i64,
    /// Its first byte in the text.
    pub byte: i64,
    /// The id of its rule.
    pub rule: String,
    /// `checksum`, `format` or `context`.
    pub check: String,
    /// The code of the country that issued the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The hash of the content.
    pub sha256: String,
}

/// A line of `expose scan --messages`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageLine {
    /// Its identifier.
    pub message_id: Option<String>,
    /// The moment of sending, in UTC.
    pub sent: Option<String>,
    /// Its subject.
    pub subject: String,
    /// All its places, also those within other messages; at most 10,000.
    pub places: Vec<String>,
    /// The number of its copies, those within messages left out.
    pub copies: u64,
    /// The paths of the mailboxes in which it lies.
    pub mailboxes: Vec<String>,
    /// Its attachments.
    pub attachments: Vec<AttachmentLine>,
}

/// An attachment of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AttachmentLine {
    /// Its name.
    pub name: String,
    /// The hash of its content.
    pub sha256: String,
}

/// What `expose people` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeopleAnswer {
    /// The persons.
    pub people: PeopleExposed,
    /// Their organisations.
    pub organisations: Vec<OrganisationExposed>,
    /// Their countries.
    pub countries: Vec<CountryExposed>,
}

/// What `expose find` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindAnswer {
    /// How many texts there are in all.
    pub all: u64,
    /// The best of them.
    pub hits: Vec<HitLine>,
}

/// A text in which words were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HitLine {
    /// The first place of its content.
    pub place: String,
    /// The number of places of its content.
    pub places: u64,
    /// The part of the content.
    pub section: Option<String>,
    /// The line of the first word that was found, from 1.
    pub line: u64,
    /// The subject, where the content is a message.
    pub subject: Option<String>,
    /// Words around, with two asterisks on either side of what was found.
    pub snippet: String,
}

/// What a package holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackList {
    /// The program that wrote it, with its version.
    pub program: String,
    /// The case.
    pub case: CaseId,
    /// The strictest marking of the case.
    pub marking: Tlp,
    /// The day as of which the case was assessed.
    pub as_of: Option<Moment>,
    /// True if sources later than the case were used.
    pub hindsight: bool,
    /// The files, by path.
    pub files: Vec<PackedFile>,
}

/// One file of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackedFile {
    /// Its path in the package, with `/`.
    pub path: String,
    /// Its hash.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub size: u64,
}

/// What `pack check` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackChecked {
    /// The list of the package.
    pub list: PackList,
    /// The program that checked, with its version.
    pub checked_by: String,
    /// What does not hold; empty where all does.
    pub faults: Vec<String>,
    /// True if the case gives the same assessment, byte for byte; `None` where the files do not hold.
    pub gives_the_same: Option<bool>,
}
