//! Subcommands and their options, as `--help` shows them.

pub(crate) mod batch;
pub(crate) mod code;
pub(crate) mod expose;
pub(crate) mod options;
pub(crate) mod serve;
pub(crate) mod share;
pub(crate) mod watch;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use demarche_case::{Asn, CaseId, Moment, Recipient, Sha256, Tlp, recipient_named};
use demarche_library::catalogue::{Collector, Release};
use demarche_routes::Ask;
use jiff::civil::Date;

use crate::fetch::Mirror;
use crate::output::Colour;

/// Assesses a cyberattack from its evidence, and writes the requests to states and CERTs.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// Show no progress, and no gaps on standard error; the exit status still tells of them.
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Tell on standard error which stage runs, and for how long it ran.
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Print titles in bold.
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Colour::Auto)]
    pub(crate) color: Colour,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  demarche init my-case                        make a case folder to fill in
  demarche assess examples/sony-2014           write report, requests and JSON into examples/sony-2014/assessment
  demarche note my-case --to CN                write the request to China
  demarche routes power KP --routes tables/    find the networks that can jointly cut North Korea off

Exit status: 0 complete, 1 complete with gaps (named in the output), 2 failed.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a case folder with commented files to fill in.
    Init(InitArgs),
    /// Add to a case's evidence what others found: MISP, STIX, Navigator layers, tables and reports.
    #[command(
        after_help = "Examples:\n  demarche import event.json --into my-case --dry-run\n  demarche import report.txt indicators.csv --into my-case --tlp GREEN --source \"CERT-XX, advisory of 2026-11-03\"\n\nWhat the case has already is not added again. Who did it is a claim, and is never imported."
    )]
    Import(ImportArgs),
    /// Assess a case and write the report, the requests that matter, and JSON.
    Assess(AssessArgs),
    /// Seal a case: write the hash of every input to case.lock, and an entry to the log.
    Seal(SealArgs),
    /// Verify a case against its seal and its log, or a received note against its list of files.
    Verify(VerifyArgs),
    /// Pack a case with everything that its assessment rests on, for somebody who checks it, and check such a package.
    Pack {
        #[command(subcommand)]
        command: PackCommand,
    },
    /// Write the request to one addressee, or to all.
    Note(NoteArgs),
    /// Open cases in the browser: the report page by page, what-if questions, evidence and requests.
    #[command(
        after_help = "Examples:\n  demarche serve my-case\n  demarche serve my-case examples/sony-2014 --routes tables/ --listen 127.0.0.1:8080 --no-open\n\nThe address has a token: whoever has it can read and change the cases. Nothing is reached from other machines."
    )]
    Serve(serve::ServeArgs),
    /// Open the reference case, the attack on Sony Pictures of 2014, in the browser.
    Demo(serve::DemoArgs),
    /// Tell which data there are, how old they are, and what is missing for a better answer.
    #[command(
        after_help = "Examples:\n  demarche doctor\n  demarche doctor my-case --routes tables/\n\nExit status: 0 nothing is missing, 1 something is, 2 failed."
    )]
    Doctor(DoctorArgs),
    /// Analyse routes: dependence, power to cut off, and the effects of a cut.
    Routes {
        #[command(subcommand)]
        command: RoutesCommand,
    },
    /// Make the partial of each file: what it contributes to an answer, as a sorted table (Parquet).
    #[command(
        after_help = "Examples:\n  demarche partial routes-hegemony ribs/*.bz2 --out partials/\n  demarche partial code-traits index/*.segment --out partials/\n  demarche partial exposure mailboxes/*.mbox --key-file case.key --out partials/\n\nWhat exists is not made again. `merge` puts partials together, in whatever order they were made."
    )]
    Partial(batch::PartialArgs),
    /// Merge partials into one answer, as if all files had been read at once.
    #[command(
        after_help = "Examples:\n  demarche merge routes-hegemony partials/ --out hegemony.csv\n  demarche merge routes-hegemony partials/ --range 1..65535\n  demarche merge code-traits partials/ --pairs 4\n\nA partial that is damaged, unfinished or of another method is named and left out (exit status 1)."
    )]
    Merge(batch::MergeArgs),
    /// Do large jobs in parts, on this machine or on Apache Spark.
    Cluster {
        #[command(subcommand)]
        command: batch::ClusterCommand,
    },
    /// Manage the library of previous attacks: fetch, import, list and show.
    Library {
        #[command(subcommand)]
        command: LibraryCommand,
    },
    /// Analyse executables and the code that they share with known programs.
    Code {
        #[command(subcommand)]
        command: code::CodeCommand,
    },
    /// Attribute attacks to actors, and evaluate attribution on known attacks.
    Actors {
        #[command(subcommand)]
        command: ActorsCommand,
    },
    /// Compare responses, and count what followed similar attacks.
    Options {
        #[command(subcommand)]
        command: options::OptionsCommand,
    },
    /// Take stock of what was exposed: mailboxes, documents, persons, sensitive data.
    Expose {
        #[command(subcommand)]
        command: expose::ExposeCommand,
    },
    /// Exchange indicators: serve, pull and push collections of TAXII 2.1, and compare lists in private.
    Share {
        #[command(subcommand)]
        command: share::ShareCommand,
    },
    /// Print a script that completes commands and options in a shell.
    #[command(
        after_help = "Examples:\n  demarche completions bash > ~/.local/share/bash-completion/completions/demarche\n  demarche completions zsh > ~/.zfunc/_demarche"
    )]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write a manual page for every command into a folder.
    #[command(
        after_help = "Example:\n  demarche manual ~/.local/share/man/man1 && man demarche-assess"
    )]
    Manual {
        /// The folder, which is made where there is none.
        folder: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ActorsCommand {
    /// Evaluate attribution: each known attack is held out of the record in turn and attributed.
    #[command(
        after_help = "Examples:\n  demarche actors evaluate\n  demarche actors evaluate --list reports.txt --list campaigns.txt --protocol P1 --html evaluation.html\n  demarche actors evaluate --cross-fit"
    )]
    Evaluate(ActorsEvaluateArgs),
    /// Rank the actors that may have done it, with the weight of each item of evidence.
    #[command(
        after_help = "Examples:\n  demarche actors rank examples/sony-2014\n  demarche actors rank my-case --navigator layers.json --matrix matrix.csv --svg figures/"
    )]
    Rank(ActorsRankArgs),
    /// Show an actor: names, states, techniques, software and attacks, with sources.
    #[command(
        after_help = "Examples:\n  demarche actors show \"Lazarus Group\"\n  demarche actors show G0034 --json"
    )]
    Show(ActorsShowArgs),
}

/// The protocol of holding out: the part of the record that stays while an attack is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HeldOutBy {
    /// Keep everything except the entry of the attack. This leaks: it shows how much leakage flatters the result.
    #[value(name = "P0")]
    Nothing,
    /// Keep the claims that cite none of the sources on the attack.
    #[value(name = "P1")]
    Source,
    /// Keep the claims that cite a source from before the sources on the attack.
    #[value(name = "P2")]
    Time,
}

#[derive(Debug, Args)]
pub(crate) struct ActorsEvaluateArgs {
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
    /// Judge the cases in DIR instead, each a case folder with its truth in `truth.toml` (docs/evaluation.md). Repeatable.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["list", "cross_fit"])]
    pub(crate) cases: Vec<PathBuf>,
    /// Evaluate only the attacks listed in FILE, one `group|source` or campaign id per line. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Vec<PathBuf>,
    /// The protocol of holding out. Repeatable.
    #[arg(long, value_enum, default_values = ["P1", "P2"])]
    pub(crate) protocol: Vec<HeldOutBy>,
    /// Impostors for each report and each number of planted items. A campaign gets five times as many.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=20))]
    pub(crate) impostors: u8,
    /// The seed of the impostors and of the intervals.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Fit the parameters to the evaluated attacks, and use the fitted ones. With cases, also without each author in turn.
    #[arg(long)]
    pub(crate) fit: bool,
    /// Fit the parameters without each fifth of the actors in turn (cross-validation by actor).
    #[arg(long, conflicts_with = "fit")]
    pub(crate) cross_fit: bool,
    /// Write a page with reliability diagrams and plots of planted evidence to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

/// The sources of an assessment besides the case folder.
#[derive(Debug, Args)]
pub(crate) struct CaseSources {
    /// Folders or files of routing data, instead of those in the case folder.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) routes: Vec<PathBuf>,
    /// The index of known programs.
    #[command(flatten)]
    pub(crate) known: code::IndexPlace,
    /// The marking of findings from the index. A stricter marking of the program takes precedence.
    #[arg(long, value_name = "TLP", default_value = "AMBER")]
    pub(crate) index_tlp: Tlp,
    /// A file with the passphrase of the store that `expose scan` encrypted.
    #[arg(long, value_name = "FILE")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Assess the case as of a day: events, claims, evidence and sources of later days are left out.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Moment>,
    /// Use sources later than the case as well. They may tell of its own attack, and the answer says so.
    #[arg(long)]
    pub(crate) hindsight: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ActorsRankArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    /// Write the ranking as CSV to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write the matrix of hypotheses and evidence as CSV to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) matrix: Option<PathBuf>,
    /// Write layers for the ATT&CK Navigator (format 4.5) to FILE: incident, leading actor, overlap.
    #[arg(long, value_name = "FILE")]
    pub(crate) navigator: Option<PathBuf>,
    /// Write drawings of the ranking, the matrix and the sensitivity to DIR.
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
    /// Import catalogues and sealed cases. The kind of each file is detected from its content.
    #[command(
        after_help = "Examples:\n  demarche library add enterprise-attack.json misp-galaxy-threat-actor.json.xz\n  demarche library add ../cases/bank-2016"
    )]
    Add(LibraryAddArgs),
    /// Download reference data from their publishers: catalogues of attacks, routing tables, registers.
    #[command(
        after_help = "Examples:\n  demarche library fetch --list\n  demarche library fetch attacks\n  demarche library fetch routes --date 2014-12-22T16:15Z\n  demarche library fetch routeviews-updates --date 2014-12-22T16:00Z --until 2014-12-23T02:00Z\n  demarche library fetch attack-enterprise --release 18.1 --mirror https://mirror.example.org"
    )]
    Fetch(LibraryFetchArgs),
    /// List the editions in the library, with counts, dates, licences and hashes.
    List(LibraryListArgs),
    /// Show one entry of the library: all claims about it, with their sources.
    #[command(
        after_help = "Examples:\n  demarche library show \"Lazarus Group\"\n  demarche library show attack/G0032\n  demarche library show S0364 --json"
    )]
    Show(LibraryShowArgs),
}

/// The location of the library.
#[derive(Debug, Args)]
pub(crate) struct LibraryPlace {
    /// The folder of the library. Default: the environment variable `DEMARCHE_LIBRARY`, then the data folder of the platform.
    #[arg(long, value_name = "DIR")]
    pub(crate) library: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryAddArgs {
    /// Catalogue files, plain or compressed, and folders of sealed cases.
    #[arg(required = true, value_name = "FILE|CASE")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The date of publication, where the file does not state it: `2025-11-13`.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Moment>,
    /// The origin, as it will be cited. Default: the name of the file.
    #[arg(long, value_name = "TEXT")]
    pub(crate) origin: Option<String>,
    #[command(flatten)]
    pub(crate) place: LibraryPlace,
    /// Print the imported and the refused entries as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LibraryFetchArgs {
    /// Data sets, or the groups `attacks` and `routes`. --list prints all names.
    #[arg(required_unless_present = "list", value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// List the data sets, with purpose, size and licence.
    #[arg(long)]
    pub(crate) list: bool,
    /// The date or time, for data sets published by date: `2014-12-22` or `2014-12-22T16:15Z`.
    #[arg(long, value_name = "DATE")]
    pub(crate) date: Option<Moment>,
    /// The end of a range of updates. Default: the whole day, or the one file of the given time.
    #[arg(long, value_name = "DATE", requires = "date")]
    pub(crate) until: Option<Moment>,
    /// The release of ATT&CK. Default: the latest.
    #[arg(long, value_name = "N.N")]
    pub(crate) release: Option<Release>,
    /// Route collectors. Default: route-views2 and rrc00.
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(crate) collector: Vec<Collector>,
    /// Download from this server instead of the publishers, under the same paths.
    #[arg(long, value_name = "URL")]
    pub(crate) mirror: Option<Mirror>,
    /// Trust only the certificate authorities in FILE (PEM), instead of the public ones.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// The required hash of the file. Only for a single file.
    #[arg(long, value_name = "SHA256")]
    pub(crate) sha256: Option<Sha256>,
    /// Seconds without data after which a connection is abandoned.
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) timeout: u64,
    /// The folder to write to. Default: `downloads` in the folder of the library.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print the addresses and files without any network access.
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
    /// Editions to use instead of the newest of their catalogues. Repeatable.
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
    /// Measure who carries the traffic of a target: AS hegemony, country hegemony, transit influence.
    #[command(
        after_help = "Examples:\n  demarche routes depend KP --routes tables/\n  demarche routes depend Iran --routes tables/\n  demarche routes depend AS29386 AS29256 --routes tables/ --json"
    )]
    Depend(DependArgs),
    /// Write the hegemony of every network towards every origin of a routing table, as CSV.
    #[command(
        after_help = "Example:\n  demarche routes hegemony --routes rib.mrt.bz2 > hegemony.csv"
    )]
    Hegemony(HegemonyArgs),
    /// Compute the effects if networks, links or countries stop carrying a target.
    #[command(
        after_help = "Examples:\n  demarche routes cut KP --refuse AS4837 --routes tables/\n  demarche routes cut KP --refuse CN,US --routes tables/\n  demarche routes cut KP --sever 4837-131279 --routes tables/\n  demarche routes cut SY --each --routes tables/"
    )]
    Cut(CutArgs),
    /// Find the smallest sets of operators and states that can jointly cut off a target, and their power.
    #[command(
        after_help = "Examples:\n  demarche routes power KP --routes tables/\n  demarche routes power CU --at-home everybody --routes tables/\n  demarche routes power IR --from AS3356,AS1299 --routes tables/\n  demarche routes power IR --share 0.5 --routes tables/"
    )]
    Power(PowerArgs),
    /// Locate addresses: prefix, origin, operator, country and upstream networks.
    #[command(
        after_help = "Example:\n  demarche routes locate 203.131.222.102 200.87.126.116 --routes tables/"
    )]
    Locate(LocateArgs),
    /// Follow the routes to a target minute by minute, and raise an alarm when it goes dark or a carrier loses it.
    ///
    /// It tells what is announced. Announced is not connected.
    #[command(
        after_help = "Examples:\n  demarche routes watch KP --routes tables/ --rib rrc00.bview.gz route-views2.rib.bz2 --updates rrc00.updates.*.gz route-views2.updates.*.bz2 --out kp/\n  demarche routes watch IR --routes tables/ --rib rrc00.bview.gz rrc01.bview.gz --ris-live --out ir/\n  demarche routes watch AS131279 --rib bmp-192.0.2.1=table.mrt --bmp 0.0.0.0:1790 --collectors 1 --out edge/\n  demarche routes watch KP --routes tables/ --rib rrc00.bview.gz rrc01.bview.gz --ris-live --out kp/ --resume"
    )]
    Watch(watch::WatchArgs),
    /// Convert an MRT file to zstd or gzip, or its routes to CSV.
    #[command(
        after_help = "Examples:\n  demarche routes convert rib.bz2 --to zstd --out rib.mrt.zst\n  demarche routes convert updates.gz --to csv --out updates.csv"
    )]
    Convert(ConvertArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The files: JSON of MISP or STIX, a layer of the ATT&CK Navigator, a table, or a text.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// The case folder.
    #[arg(long, value_name = "CASE")]
    pub(crate) into: PathBuf,
    /// Tell what would be added, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// The marking of what has none of its own; AMBER unless said.
    #[arg(long, value_name = "MARKING")]
    pub(crate) tlp: Option<Tlp>,
    /// Who says so, where and when, if you know it better than the file.
    #[arg(long, value_name = "TEXT")]
    pub(crate) source: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to make. It must be empty or not exist.
    pub(crate) folder: PathBuf,
    /// The short name of the case. Default: the name of the folder.
    #[arg(long)]
    pub(crate) id: Option<CaseId>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AssessArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    #[command(flatten)]
    pub(crate) place: OutPlace,
    #[command(flatten)]
    pub(crate) dress: DressFiles,
    /// Print the whole answer instead of its eight sentences.
    #[arg(long)]
    pub(crate) full: bool,
    /// The parts of the report. Default: all three.
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    pub(crate) sections: Vec<ReportPart>,
    /// Also print the assessment as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A part of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportPart {
    /// The page that stands alone: the answer in eight sentences, the ranking and the key networks.
    First,
    /// The short report: the answers in full, with their figures.
    Short,
    /// Everything else: tables, evidence, methods, inputs.
    Annexes,
}

/// The folder of outputs, and the treatment of changed files in it.
#[derive(Debug, Args)]
pub(crate) struct OutPlace {
    /// The folder to write to. Default: `assessment/` in the case folder. Files that demarche did not write stay as they are.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Replace notes and reports that were changed. Without it they are kept, and the new text goes to `new/` beside them.
    #[arg(long)]
    pub(crate) force: bool,
}

/// The sender's own look of the report and of the notes' pages.
#[derive(Debug, Args)]
pub(crate) struct DressFiles {
    /// A logo for report and notes: PNG, JPEG or SVG of at most 512 KiB.
    #[arg(long, value_name = "FILE")]
    pub(crate) logo: Option<PathBuf>,
    /// A template for the pages of report and notes, in the language of Jinja (docs/report.md).
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct SealArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// The name of the person who seals, for the log. Default: the user name.
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
    /// The head that `seal` printed, kept elsewhere. It detects a log that was rewritten as a whole.
    #[arg(long, value_name = "SHA256", conflicts_with = "note")]
    pub(crate) head: Option<Sha256>,
    /// A received note: the list of its files, which are checked.
    #[arg(long, value_name = "note-….annex.json", conflicts_with = "case")]
    pub(crate) note: Option<PathBuf>,
    /// The folder of the annexed files, under the paths of annex B of the note.
    #[arg(long, value_name = "DIR", requires = "note", conflicts_with = "case")]
    pub(crate) annexes: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PackCommand {
    /// Write a package: the case without what was leaked, its tables, the record, and the assessment.
    #[command(
        after_help = "Example:\n  demarche pack make my-case --out my-case.zip\n\nThe package shows the whole case, and has its strictest marking."
    )]
    Make(PackMakeArgs),
    /// Check a package: every file by its hash, then the assessment again, byte for byte.
    #[command(after_help = "Exit status: 0 all holds, 2 something does not.")]
    Check(PackCheckArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PackMakeArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// The package to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) what: PackArgs,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The parts of a package beside the case.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// Folders or files of routing data, instead of those in the case folder.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) routes: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) place: LibraryPlace,
    /// Assess the case as of a day.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Moment>,
    /// Use sources later than the case as well.
    #[arg(long)]
    pub(crate) hindsight: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PackCheckArgs {
    /// The package.
    pub(crate) file: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct NoteArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    /// The addressee: a state by code or English name, or its national CERT (TH, Thailand or TH-CERT).
    #[arg(long, value_name = "COUNTRY[-CERT]", required_unless_present = "all", value_parser = recipient_named)]
    pub(crate) to: Option<Recipient>,
    /// Write to every addressee that the case yields, those included that `assess` only lists.
    #[arg(long, conflicts_with = "to")]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    #[command(flatten)]
    pub(crate) place: OutPlace,
    #[command(flatten)]
    pub(crate) dress: DressFiles,
    /// Print the written files and the number of withheld items as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// A case folder, whose day the tables should be of. Default: no case, and today.
    pub(crate) case: Option<PathBuf>,
    /// Folders or files of routing data, instead of those in the case folder.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) routes: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) known: code::IndexPlace,
    /// The day that the tables should be of, instead of that of the case.
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<Moment>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

/// The routing data and the output of a `routes` question.
#[derive(Debug, Args)]
pub(crate) struct Tables {
    /// Folders or files of routing tables, AS relationships, prefixes, delegations and AS names.
    #[arg(long, value_name = "DIR|FILE", num_args = 1.., required = true)]
    pub(crate) routes: Vec<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a drawing of the answer (SVG) to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

/// A question about a target, with its routing data.
#[derive(Debug, Args)]
pub(crate) struct Question {
    /// A country (KP or "North Korea"), networks (AS131279) or prefixes (175.45.176.0/22).
    #[arg(required = true, value_name = "COUNTRY|ASN|PREFIX")]
    pub(crate) target: Vec<Ask>,
    /// The day of the question. Default: the day of the AS relationships. Routing tables far from that day are not used.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) as_of: Option<Date>,
    /// A link in the tables to disregard, such as 64500-64501, besides those known to be false. Repeatable.
    #[arg(long, value_name = "ASN-ASN", value_parser = link)]
    pub(crate) doubt: Vec<(Asn, Asn)>,
    #[command(flatten)]
    pub(crate) tables: Tables,
}

/// The parameters of hegemony.
#[derive(Debug, Args)]
pub(crate) struct Hegemony {
    /// The share of vantage points left out at each end.
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = batch::half)]
    pub(crate) trim: f64,
    /// Treat peers with more than this number of prefixes as full feeds. Default: three quarters of the largest peer.
    #[arg(long, value_name = "PREFIXES")]
    pub(crate) full_feed: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct DependArgs {
    #[command(flatten)]
    pub(crate) question: Question,
    #[command(flatten)]
    pub(crate) hegemony: Hegemony,
    /// Let an origin count as a carrier of its own traffic, as in the country figures of the Internet Health Report.
    #[arg(long)]
    pub(crate) count_origin: bool,
    /// Answer for each routing table by itself. Default: tables within a day of each other are one picture.
    #[arg(long)]
    pub(crate) each_table: bool,
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
    /// Networks, or all networks of countries, that drop the routes of the target only.
    #[arg(long, value_name = "ASN|COUNTRY,…", value_delimiter = ',', group = "change")]
    pub(crate) refuse: Vec<String>,
    /// Links that are removed for all traffic.
    #[arg(long, value_name = "ASN-ASN,…", value_delimiter = ',', value_parser = link, group = "change")]
    pub(crate) sever: Vec<(Asn, Asn)>,
    /// Networks that are removed for all traffic.
    #[arg(long, value_name = "ASN,…", value_delimiter = ',', group = "change")]
    pub(crate) remove: Vec<Asn>,
    /// Let each transit network refuse alone, and list the strongest effects first.
    #[arg(long, group = "change")]
    pub(crate) each: bool,
}

#[derive(Debug, Args)]
pub(crate) struct PowerArgs {
    #[command(flatten)]
    pub(crate) question: Question,
    /// Networks or countries to cut the target off from. Default: the core of the internet.
    #[arg(long, value_name = "ASN|COUNTRY,…", value_delimiter = ',')]
    pub(crate) from: Vec<String>,
    /// The networks in the target's own country that can refuse.
    #[arg(long, value_enum, default_value_t = Home::Carriers)]
    pub(crate) at_home: Home,
    /// The share of the target's IPv4 addresses that has to be cut off, above 0 to 1. Default: 1, all of them; for a target of more than ten networks 0.9.
    #[arg(long, value_name = "SHARE", value_parser = part)]
    pub(crate) share: Option<f64>,
    /// The seed of the random orders in games too large to be exact.
    #[arg(long, default_value_t = 2014)]
    pub(crate) seed: u64,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Home {
    /// No network: only foreign networks and states can refuse.
    Nobody,
    /// Networks that do not announce the target themselves.
    Carriers,
    /// All networks, including those that announce the target.
    Everybody,
}

#[derive(Debug, Args)]
pub(crate) struct LocateArgs {
    /// IPv4 or IPv6 addresses, plain or defanged (203[.]0[.]113[.]9).
    #[arg(required = true, value_name = "IP", value_parser = address)]
    pub(crate) addresses: Vec<IpAddr>,
    #[command(flatten)]
    pub(crate) tables: Tables,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// An MRT file in any compression; `-` reads standard input.
    pub(crate) input: PathBuf,
    /// The format to write.
    #[arg(long, value_enum)]
    pub(crate) to: Format,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Print the counts as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    /// The same records, compressed with zstd (fastest to read).
    Zstd,
    /// The same records, compressed with gzip (readable by every tool).
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

/// A share above 0, up to 1.
fn part(text: &str) -> Result<f64, &'static str> {
    let share: f64 = text.parse().map_err(|_| "not a number")?;
    if share > 0.0 && share <= 1.0 { Ok(share) } else { Err("not a share above 0, up to 1") }
}

/// An IP address, live or defanged.
fn address(text: &str) -> Result<IpAddr, String> {
    let live = text.replace("[.]", ".").replace("[:]", ":");
    live.parse().map_err(|_| "not an IP address, such as 203.131.222.102".to_owned())
}
