//! A day of `planted_day` replayed, for measuring: what was found, and how many updates were read.
//!
//! ```text
//! replay_day DIR
//! ```

use std::fs::File;
use std::path::PathBuf;

use anyhow::Context;
use demarche_case::Asn;
use demarche_routes::Rib;
use demarche_watch::{Options, Subject, Watch, replay};

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("give a folder")?);
    let open = |collector: usize, kind: &str| -> anyhow::Result<File> {
        let path = folder.join(format!("rrc{collector:02}.{kind}.mrt"));
        File::open(&path).with_context(|| format!("cannot open {}", path.display()))
    };
    let mut tables = Vec::new();
    for collector in 0..8 {
        let name = format!("rrc{collector:02}");
        let mut builder = Rib::builder();
        builder.read(&name, open(collector, "bview")?);
        tables.push((name, builder.finish()));
    }
    let subject = Subject {
        question: "the planted target".to_owned(),
        origins: vec![Asn(64_600)],
        ..Subject::default()
    };
    let mut watch = Watch::start(subject, &tables, Options::default())?;
    drop(tables);
    let mut inputs = Vec::new();
    for collector in 0..8 {
        let source = watch.source(&format!("rrc{collector:02}"));
        inputs.push((source, open(collector, "updates")?));
    }
    replay(&mut watch, inputs, &mut |_, _| true);
    let found = watch.findings();
    let updates: u64 =
        found.sources.iter().map(|source| source.announcements + source.withdrawals).sum();
    #[expect(clippy::print_stdout, reason = "an example shows its answer")]
    {
        println!("{} minutes, {updates} updates", found.watched);
        for alarm in &found.alarms {
            println!(
                "{:?} {:?} since {} until {:?}",
                alarm.family,
                alarm.kind,
                alarm.since,
                alarm.until.map(|until| until.to_string())
            );
        }
    }
    Ok(())
}
