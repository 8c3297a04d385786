//! Real files of updates: the counts are those of bgpkit-parser.

use std::io::{Cursor, Read};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use bgpkit_parser::BgpkitParser;
use bgpkit_parser::models::ElemType;
use demarche_routes::Decompressed;
use demarche_watch::{Options, Subject, Watch, replay};

fn data(name: &str) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests find their data by the environment")]
    let folder = std::env::var_os("DEMARCHE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = folder.join("routes").join(name);
    if !path.is_file() {
        eprintln!("SKIPPED: {} not found", path.display());
        return None;
    }
    Some(path)
}

/// The old table and the updates of another month: nothing to learn of a target, but every update is counted.
#[test]
fn every_update_of_the_real_files_is_counted() {
    let Some(table) = data("rrc00.bview.20000111.0032.gz") else { return };
    let mut builder = demarche_routes::Rib::builder();
    let file = std::fs::File::open(table).unwrap();
    builder.read("rrc00", Decompressed::new(file, NonZeroUsize::MIN));
    let tables = [("rrc00".to_owned(), builder.finish())];
    for name in ["rrc00.updates.19991214.1621.gz", "rrc15.updates.20100227.1600.gz"] {
        let Some(path) = data(name) else { return };
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path).unwrap();
        Decompressed::new(file, NonZeroUsize::MIN).read_to_end(&mut bytes).unwrap();
        let (mut announced, mut withdrawn) = (0, 0);
        for element in BgpkitParser::from_reader(Cursor::new(bytes.clone())) {
            match element.elem_type {
                ElemType::ANNOUNCE => announced += 1,
                ElemType::WITHDRAW => withdrawn += 1,
            }
        }
        let subject = Subject {
            question: "AS1".to_owned(),
            origins: vec![demarche_case::Asn(1)],
            ..Subject::default()
        };
        let mut watch = Watch::start(subject, &tables, Options::default()).unwrap();
        let source = watch.source("updates");
        let replayed = replay(&mut watch, vec![(source, Cursor::new(bytes))], &mut |_, _| true);
        assert!(replayed.is_whole);
        let findings = watch.findings();
        let counted = findings.sources.iter().find(|source| source.collector == "updates").unwrap();
        assert_eq!((counted.announcements, counted.withdrawals), (announced, withdrawn), "{name}");
        assert_eq!(findings.alarms, [], "one table of another time is no ground for an alarm");
    }
}
