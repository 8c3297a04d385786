//! The options of `demarche options`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use demarche_case::Country;
use demarche_case::assessment::precedents::Objective;

use super::{CaseSources, LibraryPlace};

#[derive(Debug, Subcommand)]
pub(crate) enum OptionsCommand {
    /// Which responses are open, and what one would have to value to prefer each; never what to do.
    #[command(
        after_help = "Examples:\n  demarche options weigh examples/sony-2014\n  demarche options weigh my-case --html responses.html --svg figures/ --csv options.csv\n\nA case corrects the catalogue, the facts and the counts in its response.toml; docs/response.md explains every key."
    )]
    Weigh(OptionsWeighArgs),
    /// What happened after similar attacks: acts, concessions, escalation, public responses, delays, single attacks.
    #[command(
        after_help = "Examples:\n  demarche options precedents examples/sony-2014\n  demarche options precedents --responding US --initiator KP --year 2014 --severity 4\n  demarche options precedents --responding US --initiator RU --html precedents.html\n\nIt counts in DCID and EuRepoC; `demarche library add` brings them into the library, docs/precedents.md says what is counted."
    )]
    Precedents(OptionsPrecedentsArgs),
}

/// What an attack was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Aim {
    /// To disrupt.
    Disruption,
    /// To steal for use at once.
    ShortTermEspionage,
    /// To steal for use later on.
    LongTermEspionage,
    /// To degrade or destroy.
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
    /// Write the table of options as CSV into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: Option<PathBuf>,
    /// Write a page with the figures and all tables into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Draw the ranks, effect against harm, the weights and what cuts hit into this folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) svg: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct OptionsPrecedentsArgs {
    /// A case folder, whose states and year are asked about unless they are named.
    #[arg(required_unless_present_all = ["responding", "initiator"])]
    pub(crate) case: Option<PathBuf>,
    /// The state that would respond; of a case the sender's, else the victim's.
    #[arg(long, value_name = "CC")]
    pub(crate) responding: Option<Country>,
    /// The state held responsible; of a case that of the party alleged to be.
    #[arg(long, value_name = "CC")]
    pub(crate) initiator: Option<Country>,
    /// The year of the attack: only earlier ones count. Of a case the year of detection; else all years count.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1900..=2200))]
    pub(crate) year: Option<i16>,
    /// Severity on DCID's scale.
    #[arg(long, value_name = "0–10", value_parser = clap::value_parser!(u8).range(0..=10))]
    pub(crate) severity: Option<u8>,
    /// Weighted intensity on EuRepoC's scale.
    #[arg(long, value_name = "0–15", value_parser = clap::value_parser!(u8).range(0..=15))]
    pub(crate) intensity: Option<u8>,
    /// What the attack was for.
    #[arg(long, value_enum)]
    pub(crate) objective: Option<Aim>,
    #[command(flatten)]
    pub(crate) library: LibraryPlace,
    /// Write a page with the figure and all tables into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Draw what followed into this file.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Print as JSON (docs/schema has its schema).
    #[arg(long)]
    pub(crate) json: bool,
}
