//! The arguments of `routes watch`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use demarche_routes::Ask;

/// The WebSocket of the RIPE NCC.
pub(crate) const RIS_LIVE: &str = "wss://ris-live.ripe.net/v1/ws/?client=demarche";

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("source").required(true))]
pub(crate) struct WatchArgs {
    /// A country (KP or "North Korea"), networks (AS131279) or prefixes (175.45.176.0/22).
    #[arg(required = true, value_name = "COUNTRY|ASN|PREFIX")]
    pub(crate) target: Vec<Ask>,
    /// Routing tables at the start, one or more of each collector. `NAME=FILE` names the collector; else it is read from the file's name (rrc00, route-views2).
    #[arg(long, value_name = "[NAME=]FILE", num_args = 1.., required = true)]
    pub(crate) rib: Vec<String>,
    /// Folders or files that tell the networks of a country: AS numbers, delegations, prefixes.
    #[arg(long, value_name = "DIR|FILE", num_args = 1..)]
    pub(crate) routes: Vec<PathBuf>,
    /// Files of updates (MRT), those of each collector in the order of time.
    #[arg(long, value_name = "[NAME=]FILE", num_args = 1.., group = "source")]
    pub(crate) updates: Vec<String>,
    /// Updates of RIPE's collectors as they happen. Default of URL: the RIPE NCC's.
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = RIS_LIVE, group = "source")]
    pub(crate) ris_live: Option<String>,
    /// Listen for routers that speak the BGP Monitoring Protocol (RFC 7854).
    #[arg(long, value_name = "ADDRESS:PORT", group = "source")]
    pub(crate) bmp: Option<SocketAddr>,
    /// Updates (MRT) on standard input, of one collector.
    #[arg(long, group = "source")]
    pub(crate) stdin: bool,
    /// The collector of standard input.
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    pub(crate) collector: String,
    /// The networks that have to see a loss. Default: 3, or as the watch that goes on began.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) networks: Option<u16>,
    /// The collectors at which these have to be. Default: 2, or as the watch that goes on began.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) collectors: Option<u16>,
    /// Stop after so many minutes of the collectors' clocks.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) minutes: Option<u64>,
    /// The folder for the record: a line of JSON a minute, page, drawing, state, and what was received. Default: lines on standard output alone.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Go on where the state in the folder stands.
    #[arg(long, requires = "out")]
    pub(crate) resume: bool,
    /// Minutes between two writings of the state.
    #[arg(long, default_value_t = 10, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..=1440))]
    pub(crate) save_every: u64,
    /// Print the record at the end as JSON (docs/schema has its schema); needs a folder for the lines.
    #[arg(long, requires = "out")]
    pub(crate) json: bool,
}
