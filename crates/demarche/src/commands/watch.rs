//! `routes watch`: the routes to a target minute by minute.

mod bmp;
mod evidence;
mod files;
mod folder;
mod live;
mod record;
mod ris;
mod subject;

use anyhow::Context;
use demarche_case::assessment::watch::WatchCaveat;
use demarche_case::assessment::watch::WatchFindings;
use demarche_case::{Gap, GapKind, Shortfall, Tlp};
use demarche_report::routes_watch;
use demarche_watch::{Options, Stamp, Watch};

use crate::cli::watch::{RIS_LIVE, WatchArgs};
use crate::output::{self, Outcome};
pub(crate) use folder::Unkept;
use record::Record;

/// A watch without a line.
#[derive(Debug, thiserror::Error)]
#[error("no minute was watched: the sources had no update of after the routing tables")]
struct NoMinute;

impl Shortfall for NoMinute {
    fn kind(&self) -> GapKind {
        GapKind::Unanswered
    }

    fn remedy(&self) -> Option<String> {
        Some("give routing tables of just before the updates".to_owned())
    }
}

/// Minutes of a watch in which a loss would not have been seen.
#[derive(Debug, thiserror::Error)]
#[error(
    "in {minutes} of {of} minutes too few networks counted, and a loss would not have been seen"
)]
struct Blind {
    minutes: u64,
    of: u64,
}

impl Shortfall for Blind {
    fn kind(&self) -> GapKind {
        GapKind::Unanswered
    }

    fn remedy(&self) -> Option<String> {
        Some("give tables and updates of the same collectors, or of more".to_owned())
    }
}

/// Follows a target until its sources end, so many minutes are over, or the program is stopped.
pub(crate) fn run(args: &WatchArgs) -> anyhow::Result<Outcome> {
    let mut record = Record::new(args)?;
    let mut gaps = Vec::new();
    let (watch, mut inputs) = begin(args, &mut record, &mut gaps)?;
    let watch = if let Some(url) = &args.ris_live {
        live::follow(args, watch, &ris::connect(url)?, &mut record, &mut gaps)?
    } else if let Some(address) = args.bmp {
        let arrivals = bmp::listen(address, tables(&watch))?;
        live::follow(args, watch, &arrivals, &mut record, &mut gaps)?
    } else {
        files::replay(args, watch, &mut record, &mut inputs, &mut gaps)?
    };
    let findings = watch.findings();
    if findings.watched == 0 {
        gaps.push(Gap::of(&findings.question, &NoMinute));
    }
    for caveat in &findings.caveats {
        if let WatchCaveat::Blind { minutes, of } = *caveat {
            gaps.push(Gap::of(&findings.question, &Blind { minutes, of }));
        }
    }
    if let Some(folder) = &mut record.folder {
        folder.finish(&watch, &findings, marking(args))?;
    }
    if args.json {
        return output::json(findings, inputs, gaps);
    }
    output::gaps(&gaps);
    if record.folder.is_some() {
        output::show(&routes_watch(&findings))?;
    } else {
        tell(&findings);
    }
    Ok(Outcome::of(&gaps))
}

/// The marking of what was received: the RIPE NCC publishes its stream; what other sources send may be for the user alone.
fn marking(args: &WatchArgs) -> Tlp {
    let is_public = args.ris_live.as_deref() == Some(RIS_LIVE);
    if is_public { Tlp::Clear } else { Tlp::Amber }
}

/// The time of the tables.
fn tables(watch: &Watch) -> Stamp {
    Stamp { seconds: watch.tables_at() * 60, micros: 0 }
}

/// The watch as the tables or the state in the folder have it.
fn begin(
    args: &WatchArgs,
    record: &mut Record,
    gaps: &mut Vec<Gap>,
) -> anyhow::Result<(Watch, Vec<demarche_case::assessment::Input>)> {
    let question = subject::question(&args.target);
    if args.resume
        && let Some(folder) = &mut record.folder
        && let Some(state) = folder.state()?
    {
        let watch = Watch::resume(&state, &question).context("cannot go on with the state")?;
        refuse_other_options(args, watch.options())?;
        record.told_again = folder.go_on()?;
        record.alarms = watch.alarms().len();
        return Ok((watch, Vec::new()));
    }
    let mut folder = record.folder.as_mut().filter(|folder| !folder.is_begun());
    if let Some(folder) = &folder {
        folder.refuse_begun()?;
    }
    let read = subject::read(args, question, gaps)?;
    let default = Options::default();
    let options = Options {
        networks: args.networks.map_or(default.networks, usize::from),
        collectors: args.collectors.map_or(default.collectors, usize::from),
    };
    let watch = Watch::start(read.subject, &read.tables, options)?;
    // Not before: a mistyped table is no reason to take another folder.
    if let Some(folder) = &mut folder {
        folder.begin()?;
    }
    Ok((watch, read.inputs))
}

/// Refuses options that a watch was not begun with: its earlier minutes were judged by others.
fn refuse_other_options(args: &WatchArgs, begun: Options) -> anyhow::Result<()> {
    for (name, asked, begun) in [
        ("--networks", args.networks, begun.networks),
        ("--collectors", args.collectors, begun.collectors),
    ] {
        anyhow::ensure!(
            asked.is_none_or(|asked| usize::from(asked) == begun),
            "the watch in the folder was begun with {name} {begun}: leave the option out, or begin another in another folder"
        );
    }
    Ok(())
}

/// The alarms, where the lines went to standard output.
fn tell(findings: &WatchFindings) {
    for alarm in &findings.alarms {
        output::note(&format!("{}\n", demarche_report::watch_alarm_text(alarm)));
    }
    for caveat in &findings.caveats {
        output::note(&format!("{}\n", demarche_report::watch_caveat_text(caveat)));
    }
}
