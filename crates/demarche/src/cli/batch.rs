//! Options of `partial`, `merge` and `cluster`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use demarche_batch::{Kind, Range};
use demarche_case::Tlp;

#[derive(Debug, Args)]
pub(crate) struct PartialArgs {
    /// The kind: routes-hegemony, routes-visibility, code-traits or exposure.
    pub(crate) kind: Kind,
    /// Routing tables (MRT) in any compression, for code-traits programs or segments of an index, for exposure mailboxes or archives.
    #[arg(value_name = "FILE", required_unless_present = "files_from")]
    pub(crate) files: Vec<PathBuf>,
    /// Read the names of files from a file or standard input (`-`), a line each, and print a line of JSON for each.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "json"])]
    pub(crate) files_from: Option<PathBuf>,
    /// The folder of the partials.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) manner: Manner,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// How partials are made.
#[derive(Clone, Debug, Args)]
pub(crate) struct Manner {
    /// Treat peers with more than this number of prefixes as full feeds. Default: three quarters of the largest peer.
    #[arg(long, value_name = "PREFIXES")]
    pub(crate) full_feed: Option<u64>,
    /// For code-traits: the family of the programs. Default: each program is a family by itself.
    #[arg(long, value_name = "NAME")]
    pub(crate) family: Option<String>,
    /// For code-traits: the programs are library code or known to be good, and tie nobody.
    #[arg(long)]
    pub(crate) library_code: bool,
    /// For exposure: the file of the key that digests are made with. Where there is none, one is made.
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The marking of the inputs, which whatever is merged of them carries. Default: RED for exposure, else CLEAR.
    #[arg(long, value_name = "LEVEL")]
    pub(crate) tlp: Option<Tlp>,
    /// Refuse to work unless this is the program's name and version.
    #[arg(long, value_name = "PROGRAM", hide = true)]
    pub(crate) expect: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The kind: routes-hegemony, routes-visibility, code-traits or exposure.
    pub(crate) kind: Kind,
    /// The folder of the partials.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Merge the keys from one number to another only: AS numbers of origins, or the first 32 bits of traits and digests.
    #[arg(long, value_name = "A..B", conflicts_with = "ranges_from")]
    pub(crate) range: Option<Range>,
    /// Read ranges from a file or standard input (`-`), a line each, and write the rows of each into a file of its own in the
    /// folder that `--out` names.
    #[arg(long, value_name = "FILE", conflicts_with = "json", requires = "out")]
    pub(crate) ranges_from: Option<PathBuf>,
    /// The share of vantage points left out at each end.
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = half)]
    pub(crate) trim: f64,
    /// For code-traits: give pairs of families instead, by the traits and functions that at most this number of families have.
    #[arg(long, value_name = "FAMILIES", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) pairs: Option<u32>,
    /// Write the rows into this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Merge only the partials whose files are named as the lines of a file, without their ends.
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) among: Option<PathBuf>,
    /// Refuse to work unless this is the program's name and version.
    #[arg(long, value_name = "PROGRAM", hide = true)]
    pub(crate) expect: Option<String>,
    /// Tell as JSON what was merged; the rows go into the file that `--out` names.
    #[arg(long, requires = "out")]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Write the plan of a job into a folder of its own.
    #[command(
        after_help = "Examples:\n  demarche cluster plan routes-hegemony ribs/*.bz2 --job jobs/2014-11-24\n  demarche cluster plan code-traits index/*.segment --pairs 4 --job jobs/families"
    )]
    Plan(PlanArgs),
    /// Do what is left of a job: make the partials that are missing, merge, and write the answer.
    #[command(
        after_help = "Examples:\n  demarche cluster run jobs/2014-11-24 --on local\n  demarche cluster run jobs/2014-11-24 --on spark://head:7077 --python venv/bin/python\n\nWorkers need this program at the same path and the same files; the folder of the job is shared by all."
    )]
    Run(RunArgs),
    /// The same as `run`: what a stopped run left whole is kept.
    #[command(after_help = "Example:\n  demarche cluster resume jobs/2014-11-24 --on local")]
    Resume(RunArgs),
    /// Tell how far a job is.
    #[command(after_help = "Example:\n  demarche cluster status jobs/2014-11-24")]
    Status(JobArgs),
    /// Compare every file of a job with its hash, and the answer with its parts.
    #[command(
        after_help = "Example:\n  demarche cluster verify jobs/2014-11-24\n\nExit status: 0 all is whole, 1 something is missing or damaged, 2 failed."
    )]
    Verify(JobArgs),
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The kind: routes-hegemony, routes-visibility, code-traits or exposure.
    pub(crate) kind: Kind,
    /// The inputs, as the workers find them.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The folder of the job.
    #[arg(long, value_name = "DIR")]
    pub(crate) job: PathBuf,
    /// Ranges that the merge is divided into.
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=4096))]
    pub(crate) ranges: u16,
    #[command(flatten)]
    pub(crate) manner: Manner,
    /// The share of vantage points left out at each end.
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = half)]
    pub(crate) trim: f64,
    /// For code-traits: give pairs of families instead, by the traits and functions that at most this number of families have.
    #[arg(long, value_name = "FAMILIES", value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub(crate) pairs: Option<u32>,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The folder of the job.
    #[arg(value_name = "DIR")]
    pub(crate) job: PathBuf,
    /// The engine: `local`, `local:N` for N processes at a time, or the address of Apache Spark, `spark://HOST:PORT`.
    #[arg(long, value_name = "ENGINE", default_value = "local")]
    pub(crate) on: String,
    /// The Python with pyspark, for Spark.
    #[arg(long, value_name = "PATH", default_value = "python3")]
    pub(crate) python: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct JobArgs {
    /// The folder of the job.
    #[arg(value_name = "DIR")]
    pub(crate) job: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// A share from 0 to 0.5.
pub(crate) fn half(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number")?;
    if (0.0..0.5).contains(&share) {
        Ok(share)
    } else {
        Err("must be at least 0 and below 0.5".to_owned())
    }
}
