//! The options of `demarche options`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use demarche_case::assessment::precedents::Objective;
use demarche_case::{Country, country_named};

use super::{CaseSources, LibraryPlace};

#[derive(Debug, Subcommand)]
pub(crate) enum OptionsCommand {
    /// Compare the responses that are open, and the values that favour each. It recommends none.
    #[command(
        after_help = "Examples:\n  demarche options weigh examples/sony-2014\n  demarche options weigh my-case --html responses.html --svg figures/ --csv options.csv\n\nThe file response.toml of a case corrects options, facts and counts. docs/response.md explains every key."
    )]
    Weigh(OptionsWeighArgs),
    /// Count what followed similar attacks: acts, concessions, escalation, public responses and delays.
    #[command(
        after_help = "Examples:\n  demarche options precedents examples/sony-2014\n  demarche options precedents --responding US --initiator KP --year 2014 --severity 4\n  demarche options precedents --responding US --initiator RU --html precedents.html\n\nThe counts are from DCID and EuRepoC, which `demarche library add` imports. docs/precedents.md explains them."
    )]
    Precedents(OptionsPrecedentsArgs),
}

/// The objective of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Aim {
    /// Disruption of a service.
    Disruption,
    /// Espionage for immediate use.
    ShortTermEspionage,
    /// Espionage for later use.
    LongTermEspionage,
    /// Degradation or destruction.
    Degrade,
}

impl From<Aim> for Objective {
    fn from(aim: Aim) -> Self {
        match aim {
            Aim::Disruption => Self::Disruption,
            Aim::ShortTermEspionage => Self::ShortTermEspionage,
            Aim::LongTermEspionage => Self::LongTermEspionage,
            Aim::Degrade => Self::Degrade,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct OptionsWeighArgs {
    /// The case folder.
    pub(crate) case: PathBuf,
    #[command(flatten)]
    pub(crate) sources: CaseSources,
    /// Write the table of options as CSV to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write a page with the figures and all tables to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write drawings of ranks, effect and harm, weights, and effects of cuts to DIR.
    #[arg(long, value_name = "DIR")]
    pub(crate) svg: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OptionsPrecedentsArgs {
    /// A case folder, which supplies the states and the year unless they are given.
    #[arg(required_unless_present_all = ["responding", "initiator"])]
    pub(crate) case: Option<PathBuf>,
    /// The responding state. Default: the sender's state of the case, else the victim's.
    #[arg(long, value_name = "COUNTRY", value_parser = country_named)]
    pub(crate) responding: Option<Country>,
    /// The state held responsible. Default: the state of the party alleged in the case.
    #[arg(long, value_name = "COUNTRY", value_parser = country_named)]
    pub(crate) initiator: Option<Country>,
    /// The year of the attack: only earlier attacks count. Default: the year of detection, else all years.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=2200))]
    pub(crate) year: Option<i16>,
    /// The severity on the scale of DCID.
    #[arg(long, value_name = "0–10", value_parser = clap::value_parser!(u8).range(0..=10))]
    pub(crate) severity: Option<u8>,
    /// The weighted intensity on the scale of EuRepoC.
    #[arg(long, value_name = "0–15", value_parser = clap::value_parser!(u8).range(0..=15))]
    pub(crate) intensity: Option<u8>,
    /// The objective of the attack.
    #[arg(long, value_enum)]
    pub(crate) objective: Option<Aim>,
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
    /// Write a page with the figure and all tables to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write a drawing of what followed (SVG) to FILE.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}
