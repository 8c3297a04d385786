//! Subcommands and their options, as `--help` shows them.

pub(crate) mod code;
pub(crate) mod options;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use demarche_case::{Asn, CaseId, Moment, Recipient, Sha256, Tlp};
use demarche_library::catalogue::{Collector, Release};
use demarche_routes::Ask;
use jiff::civil::Date;

use crate::fetch::Mirror;

/// From the evidence of a cyberattack to an assessment, and to the request itself.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  demarche init my-case                        begin a case
  demarche assess examples/sony-2014           assess it: report, notes and JSON in examples/sony-2014/assessment
  demarche note my-case --to CN                the request to China
  demarche routes power KP --routes tables/    whose joint refusal cuts North Korea off

Exit status: 0 complete, 1 complete with gaps (named in the output), 2 failed.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Begin a case: a folder with commented files to fill in.
    Init(InitArgs),
    /// Assess a case: report, one request per addressee, and JSON.
    Assess(AssessArgs),
    /// Seal a case: hash every input into case.lock and enter it in the log.
    Seal(SealArgs),
    /// Verify a case against its seal and its log, or a note that was received; names every file that changed.
    Verify(VerifyArgs),
    /// Write the request to one addressee.
    Note(NoteArgs),
    /// Who depends on whom, who can cut whom off, and what a cut would hit.
    Routes {
        #[command(subcommand)]
        command: RoutesCommand,
    },
    /// The library of previous attacks: import catalogues, list and show what is in it.
    Library {
        #[command(subcommand)]
        command: LibraryCommand,
    },
    /// Executables, and the code that they share with known programs.
    Code {
        #[command(subcommand)]
        command: code::CodeCommand,
    },
    /// Who did it, and how well such judgements have done before.
    Actors {
        #[command(subcommand)]
        command: ActorsCommand,
    },
    /// What can be done about it, and what happened after similar attacks.
    Options {
        #[command(subcommand)]
        command: options::OptionsCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ActorsCommand {
    /// How well actors are named: attacks of the record are held out of it one by one.
    #[command(
        after_help = "Examples:\n  demarche actors evaluate\n  demarche actors evaluate --list reports.txt --list campaigns.txt --protocol P1 --html evaluation.html\n  demarche actors evaluate --cross-fit"
    )]
    Evaluate(ActorsEvaluateArgs),
    /// Who may have done it: the ranking, what each item of evidence weighs, and what the judgement rests on.
    #[command(
        after_help = "Examples:\n  demarche actors rank examples/sony-2014\n  demarche actors rank my-case --navigator layers.json --matrix matrix.csv --svg figures/"
    )]
    Rank(ActorsRankArgs),
    /// What is known of an actor: names, states, techniques, software and attacks, with sources.
    #[command(
        after_help = "Examples:\n  demarche actors show \"Lazarus Group\"\n  demarche actors show G0034 --json"
    )]
    Show(ActorsShowArgs),
}

/// What stays in the record while an attack is held out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HeldOutBy {
    /// Everything but the attack's own entry: leaky, to show how much that flatters.
    #[value(name = "P0")]
    Nothing,
    /// What cites another source than those that tell of the attack.
    #[value(name = "P1")]
    Source,
    /// What cites such a source from before them.
    #[value(name = "P2")]
    Time,
}

#[derive(Debug, Args)]
pub(crate) struct ActorsEvaluateArgs {
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
    /// Ask about these attacks alone: lines of `group|source name` or of a campaign's number; several times for several.
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Vec<PathBuf>,
    /// What stays in the record; several times for several.
    #[arg(long, value_enum, default_values = ["P1", "P2"])]
    pub(crate) protocol: Vec<HeldOutBy>,
    /// Impostors for each report and number of planted items; a campaign has five times as many.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub(crate) impostors: u8,
    /// The seed of the impostors and of the intervals.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Fit the parameters to the attacks that are asked about and use those.
    #[arg(long)]
    pub(crate) fit: bool,
    /// Fit them without each fifth of the actors in turn, so that no attack is judged by what was fitted to its actor.
    #[arg(long, conflicts_with = "fit")]
    pub(crate) cross_fit: bool,
    /// Write a page with the reliability diagrams and the plots of planted evidence into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a case is assessed with besides what is in its folder.
#[derive(Debug, Args)]
pub(crate) struct CaseSources {
    /// A folder of routing tables (or files) instead of the case's own.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) routes: Vec<PathBuf>,
    /// Where the known programs are that the case's are compared with.
    #[command(flatten)]
    pub(crate) known: code::IndexPlace,
    /// The marking of what the index tells; findings on a program have the stricter of this and the program's.
    #[arg(long, value_name = "TLP", default_value = "AMBER")]
    pub(crate) index_tlp: Tlp,
}

#[derive(Debug, Args)]
pub(crate) struct ActorsRankArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    /// Write the ranking as CSV into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write the matrix of hypotheses and evidence as CSV into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) matrix: Option<PathBuf>,
    /// Write layers of the ATT&CK Navigator (format 4.5) into this file: incident, leading actor, overlap.
    #[arg(long, value_name = "FILE")]
    pub(crate) navigator: Option<PathBuf>,
    /// Draw the ranking, the matrix and what the judgement rests on into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) svg: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ActorsShowArgs {
    /// A name, synonym or identifier: `Lazarus Group`, `HIDDEN COBRA`, `G0032`.
    #[arg(value_name = "NAME|ID")]
    pub(crate) actor: String,
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LibraryCommand {
    /// Import catalogues and sealed cases; what they are is told by what they hold.
    #[command(
        after_help = "Examples:\n  demarche library add enterprise-attack.json misp-galaxy-threat-actor.json.xz\n  demarche library add ../cases/bank-2016"
    )]
    Add(LibraryAddArgs),
    /// Bring reference data from where they are published: catalogues of attacks, routing tables, registers.
    #[command(
        after_help = "Examples:\n  demarche library fetch --list\n  demarche library fetch attacks\n  demarche library fetch routes --date 2014-12-22T16:15Z\n  demarche library fetch routeviews-updates --date 2014-12-22T16:00Z --until 2014-12-23T02:00Z\n  demarche library fetch attack-enterprise --release 18.1 --mirror https://mirror.example.org"
    )]
    Fetch(LibraryFetchArgs),
    /// The editions in the library, with counts, dates, licences and hashes.
    List(LibraryListArgs),
    /// One entry with everything said of it, claims side by side with their sources.
    #[command(
        after_help = "Examples:\n  demarche library show \"Lazarus Group\"\n  demarche library show attack/G0032\n  demarche library show S0364 --json"
    )]
    Show(LibraryShowArgs),
}

/// Where the library is.
#[derive(Debug, Args)]
pub(crate) struct LibraryPlace {
    /// The folder of the library; else the environment variable `DEMARCHE_LIBRARY`, else the platform's data folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryAddArgs {
    /// Files of catalogues, plain or compressed, and folders of sealed cases.
    #[arg(required = true, value_name = "FILE|CASE")]
    pub(crate) inputs: Vec<PathBuf>,
    /// When the publisher issued it, where the file does not say so: `2025-11-13`.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Moment>,
    /// Where it came from, as it will be cited; the name of the file unless given.
    #[arg(long, value_name = "TEXT")]
    pub(crate) origin: Option<String>,
    #[command(flatten)]
    pub(crate) place: LibraryPlace,
    /// Print what was imported and everything that was refused as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryFetchArgs {
    /// Sets of reference data, or the groups `attacks` and `routes`; --list names them all.
    #[arg(required_unless_present = "list", value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// List what can be fetched, with purpose, size and licence.
    #[arg(long)]
    pub(crate) list: bool,
    /// The time asked about, for what is published by date: `2014-12-22` or `2014-12-22T16:15Z`.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Moment>,
    /// The end of a range of updates; else those of the whole day, or the file of the time.
    #[arg(long, value_name = "DATE", requires = "date")]
    pub(crate) until: Option<Moment>,
    /// The release of ATT&CK, instead of the latest.
    #[arg(long, value_name = "N.N")]
    pub(crate) release: Option<Release>,
    /// Collectors of routes, instead of route-views2 and rrc00.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) collector: Vec<Collector>,
    /// Ask this server instead of the publishers', under the same paths.
    #[arg(long, value_name = "URL")]
    pub(crate) mirror: Option<Mirror>,
    /// Trust only servers that these certificates (PEM) vouch for, instead of the public authorities.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// The hash that the file must have; for a single file.
    #[arg(long, value_name = "SHA256")]
    pub(crate) sha256: Option<Sha256>,
    /// Seconds of silence after which a connection is given up.
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
    /// The folder to write to, instead of `downloads` in the library's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Only tell the addresses and files, and ask nobody.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) place: LibraryPlace,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryListArgs {
    #[command(flatten)]
    pub(crate) place: LibraryPlace,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryShowArgs {
    /// A name or an identifier: `Lazarus Group`, `G0032`, `attack/G0032`.
    pub(crate) entry: String,
    /// Editions to use instead of the newest of their catalogues.
    #[arg(long, value_name = "NAME")]
    pub(crate) edition: Vec<String>,
    #[command(flatten)]
    pub(crate) place: LibraryPlace,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoutesCommand {
    /// Who carries a target's traffic: AS hegemony, country hegemony, transit influence.
    #[command(
        after_help = "Examples:\n  demarche routes depend KP --routes tables/\n  demarche routes depend AS29386 AS29256 --routes tables/ --json"
    )]
    Depend(DependArgs),
    /// The hegemony of every network towards every origin of a routing table, as CSV.
    #[command(
        after_help = "Example:\n  demarche routes hegemony --routes rib.mrt.bz2 > hegemony.csv"
    )]
    Hegemony(HegemonyArgs),
    /// What changes if networks, links or countries refuse to carry a target.
    #[command(
        after_help = "Examples:\n  demarche routes cut KP --refuse AS4837 --routes tables/\n  demarche routes cut KP --refuse CN,US --routes tables/\n  demarche routes cut KP --sever 4837-131279 --routes tables/\n  demarche routes cut SY --each --routes tables/"
    )]
    Cut(CutArgs),
    /// The smallest sets of operators and states whose joint refusal cuts a target off, and the power of each.
    #[command(
        after_help = "Examples:\n  demarche routes power KP --routes tables/\n  demarche routes power CU --at-home everybody --routes tables/\n  demarche routes power IR --from AS3356,AS1299 --routes tables/"
    )]
    Power(PowerArgs),
    /// Where addresses are: prefix, origin, operator, country, and the networks they hang on.
    #[command(
        after_help = "Example:\n  demarche routes locate 203.131.222.102 200.87.126.116 --routes tables/"
    )]
    Locate(LocateArgs),
    /// Convert an MRT file to zstd or gzip, or its routes to CSV.
    #[command(
        after_help = "Examples:\n  demarche routes convert rib.bz2 --to zstd --out rib.mrt.zst\n  demarche routes convert updates.gz --to csv --out updates.csv"
    )]
    Convert(ConvertArgs),
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to make; it must not exist or be empty.
    pub(crate) folder: PathBuf,
    /// The short name of the case; the folder's name unless given.
    #[arg(long)]
    pub(crate) id: Option<CaseId>,
}

#[derive(Debug, Args)]
pub(crate) struct AssessArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    /// Where to write, instead of `assessment/` in the case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the assessment as JSON as well.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SealArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// Who seals, as it will stand in the log; the name of the user logged in unless given.
    #[arg(long, value_name = "NAME")]
    pub(crate) who: Option<String>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// The case folder.
    #[arg(required_unless_present = "note")]
    pub(crate) case: Option<PathBuf>,
    /// The head that sealing printed, kept elsewhere: without it a log rewritten as a whole goes unnoticed.
    #[arg(long, value_name = "SHA256", conflicts_with = "note")]
    pub(crate) head: Option<Sha256>,
    /// A note that was received: checks the files that this list beside it names.
    #[arg(long, value_name = "note-….annex.json", conflicts_with = "case")]
    pub(crate) note: Option<PathBuf>,
    /// Where the files lie that the note annexes, by the paths in its annex B.
    #[arg(long, value_name = "DIR", requires = "note", conflicts_with = "case")]
    pub(crate) annexes: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NoteArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// The state addressed, by its code of two letters, or its national CERT: TH or TH-CERT.
    #[arg(long, value_name = "CC[-CERT]")]
    pub(crate) to: Recipient,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    /// Where to write, instead of `assessment/` in the case folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print what was written and withheld as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Tables and output of every `routes` question.
#[derive(Debug, Args)]
pub(crate) struct Tables {
    /// Folders or files of routing tables, AS relationships, prefixes, delegations and AS names.
    #[arg(long, value_name = "DIR|FILE", num_args = 1.., required = true)]
    pub(crate) routes: Vec<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
    /// Draw the answer into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

/// A question about a target, with the tables it is put to.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// A country (KP), networks (AS131279) or prefixes (175.45.176.0/22).
    #[arg(required = true, value_name = "COUNTRY|ASN|PREFIX")]
    pub(crate) target: Vec<Ask>,
    /// The day asked about, that of the AS relationships unless given: routing tables over 400 days from it are not used.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<Date>,
    /// A link that tables show and that is not to be believed, such as 64500-64501, beside those known to be false.
    #[arg(long, value_name = "ASN-ASN", value_parser = link)]
    pub(crate) doubt: Vec<(Asn, Asn)>,
    #[command(flatten)]
    pub(crate) tables: Tables,
}

/// How hegemony is computed.
#[derive(Debug, Args)]
pub(crate) struct Hegemony {
    /// The share of vantage points left out at each end.
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = half)]
    pub(crate) trim: f64,
    /// Count peers as full feeds that send more than this many prefixes, instead of three quarters of the most.
    #[arg(long, value_name = "PREFIXES")]
    pub(crate) full_feed: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct DependArgs {
    #[command(flatten)]
    pub(crate) question: Question,
    #[command(flatten)]
    pub(crate) hegemony: Hegemony,
}

#[derive(Debug, Args)]
pub(crate) struct HegemonyArgs {
    /// Folders or files with routing tables (MRT).
    #[arg(long, value_name = "DIR|FILE", num_args = 1.., required = true)]
    pub(crate) routes: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) hegemony: Hegemony,
    /// Print as JSON instead of CSV.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true))]
pub(crate) struct CutArgs {
    #[command(flatten)]
    pub(crate) question: Question,
    /// These networks or all networks of these countries drop the target's routes, and carry others as before.
    #[arg(long, value_name = "ASN|CC,…", value_delimiter = ',', group = "change")]
    pub(crate) refuse: Vec<String>,
    /// These links vanish for everybody.
    #[arg(long, value_name = "ASN-ASN,…", value_delimiter = ',', value_parser = link, group = "change")]
    pub(crate) sever: Vec<(Asn, Asn)>,
    /// These networks vanish for everybody.
    #[arg(long, value_name = "ASN,…", value_delimiter = ',', group = "change")]
    pub(crate) remove: Vec<Asn>,
    /// Every transit network on the graph refuses alone, the strongest effects first.
    #[arg(long, group = "change")]
    pub(crate) each: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PowerArgs {
    #[command(flatten)]
    pub(crate) question: Question,
    /// From whom the target is to be cut off: networks or countries, instead of the internet's core.
    #[arg(long, value_name = "ASN|CC,…", value_delimiter = ',')]
    pub(crate) from: Vec<String>,
    /// Who can refuse in the target's own country.
    #[arg(long, value_enum, default_value_t = Home::Carriers)]
    pub(crate) at_home: Home,
    /// The seed of the random orders in games too large to be exact.
    #[arg(long, default_value_t = 2014)]
    pub(crate) seed: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Home {
    /// Nobody: foreign networks and states only.
    Nobody,
    /// Networks that do not announce the target themselves.
    Carriers,
    /// All networks, also those that announce the target.
    Everybody,
}

#[derive(Debug, Args)]
pub(crate) struct LocateArgs {
    /// IPv4 or IPv6 addresses; defanged ones (203[.]0[.]113[.]9) are understood.
    #[arg(required = true, value_name = "IP", value_parser = address)]
    pub(crate) addresses: Vec<IpAddr>,
    #[command(flatten)]
    pub(crate) tables: Tables,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// An MRT file in any compression.
    pub(crate) input: PathBuf,
    /// What to write.
    #[arg(long, value_enum)]
    pub(crate) to: Format,
    /// Where to write it.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print what was done as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// The same records, compressed with zstd: fastest to read.
    Zstd,
    /// The same records, compressed with gzip: read by every tool.
    Gzip,
    /// One line per route, announcement or withdrawal.
    Csv,
}

/// Two AS numbers with a hyphen between them.
fn link(text: &str) -> Result<(Asn, Asn), String> {
    let (left, right) = text
        .split_once('-')
        .ok_or("not two AS numbers with a hyphen between them, such as 4837-131279")?;
    let asn = |text: &str| text.parse::<Asn>().map_err(|error| error.to_string());
    Ok((asn(left)?, asn(right)?))
}

/// A share from 0 to 0.5.
fn half(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number")?;
    if (0.0..0.5).contains(&share) {
        Ok(share)
    } else {
        Err("must be at least 0 and below 0.5".to_owned())
    }
}

/// An IP address, live or defanged.
fn address(text: &str) -> Result<IpAddr, String> {
    let live = text.replace("[.]", ".").replace("[:]", ":");
    live.parse().map_err(|_| "not an IP address, such as 203.131.222.102".to_owned())
}
