//! Partials against the same question asked of all tables at once.
#![cfg(test)]
#![expect(clippy::cast_possible_truncation, reason = "the numbers of the small tables fit")]

mod code;
mod damage;
mod exposed;
mod tables;

use std::fs;
use std::path::{Path, PathBuf};

use demarche_batch::plan::{Part, Plan, ranges};
use demarche_batch::{
    Asked, BatchError, HegemonyRow, Kind, Made, Making, Merged, Partials, PlannedInput, Range,
    Readers, VisibilityRow, Whole, csv, hegemony, make, remove_unfinished, visibility,
};
use demarche_case::assessment::routes::Family;
use demarche_case::{Hashed, Tlp};
use demarche_routes::Rib;
use demarche_routes::depend::{
    DependOptions, FullFeed, TableShares, full_feed_sessions, local_hegemony,
};

use tables::{Table, rewrite, some_tables};

const FULL_FEED: FullFeed = FullFeed::Share(0.5);

/// Makes a partial of a file that is no program.
fn made(kind: Kind, file: &Path, folder: &Path, making: &Making) -> Result<Made, BatchError> {
    make(kind, file, folder, making, &Readers::NONE)
}

fn making() -> Making {
    Making { full_feed: FULL_FEED, ..Making::new(None, Tlp::Clear, "test") }
}

/// A folder with the files of tables, and an empty one for their partials.
struct Folder {
    root: tempfile::TempDir,
    files: Vec<PathBuf>,
}

impl Folder {
    fn of(tables: &[Table]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let files = tables
            .iter()
            .enumerate()
            .map(|(number, table)| {
                let path = root.path().join(format!("{number}.mrt"));
                fs::write(&path, table.bytes()).unwrap();
                path
            })
            .collect();
        Self { root, files }
    }

    fn partials(&self) -> PathBuf {
        self.root.path().join("partials")
    }

    fn made(&self, kind: Kind) -> Whole {
        for file in &self.files {
            made(kind, file, &self.partials(), &making()).unwrap();
        }
        self.whole(kind)
    }

    fn whole(&self, kind: Kind) -> Whole {
        Partials::in_folder(kind, &self.partials()).unwrap().read().unwrap()
    }

    /// The tables in the order of their files' hashes.
    fn ribs(&self) -> Vec<Rib> {
        let mut ribs: Vec<_> = self
            .files
            .iter()
            .map(|file| {
                let bytes = fs::read(file).unwrap();
                let (sha256, _) = Hashed::new(bytes.as_slice()).finish().unwrap();
                let mut builder = Rib::builder();
                builder.read("collector", bytes.as_slice());
                (sha256, builder.finish())
            })
            .collect();
        ribs.sort_by_key(|(sha256, _)| *sha256);
        ribs.dedup_by_key(|(sha256, _)| *sha256);
        ribs.into_iter().map(|(_, rib)| rib).collect()
    }
}

fn lines(found: &Whole, range: Range, trim: f64) -> String {
    let mut text = Vec::new();
    csv::write_lines(found, range, Asked::trimmed(trim), &mut text, Path::new("memory")).unwrap();
    String::from_utf8(text).unwrap()
}

/// The same question, asked of all tables at once.
fn at_once(ribs: &[Rib], trim: f64) -> String {
    let options = DependOptions { full_feed: FULL_FEED, trim, ..DependOptions::default() };
    let mut rows = Vec::new();
    for family in [Family::Ipv4, Family::Ipv6] {
        let shares: Vec<_> =
            ribs.iter().map(|rib| TableShares::new(rib, family, &options)).collect();
        let local = local_hegemony(&shares, trim);
        let row = |(origin, networks)| HegemonyRow { family, origin, networks };
        rows.extend(local.scores.into_iter().map(row));
    }
    rows.sort_by_key(|row| row.origin);
    let mut text = String::new();
    rows.iter().for_each(|row| csv::hegemony_lines(row, &mut text));
    text
}

#[test]
fn merged_partials_are_the_answer_of_all_tables_at_once_to_the_byte() {
    arbtest::arbtest(|given| {
        let trim = *given.choose(&[0.0, 0.1, 0.3])?;
        let mut folder = Folder::of(&some_tables(given)?);
        let expected = at_once(&folder.ribs(), trim);
        assert_eq!(lines(&folder.made(Kind::RoutesHegemony), Range::ALL, trim), expected);
        fs::remove_dir_all(folder.partials()).unwrap();
        folder.files.reverse();
        assert_eq!(lines(&folder.made(Kind::RoutesHegemony), Range::ALL, trim), expected);
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn ranges_put_together_are_the_whole() {
    arbtest::arbtest(|given| {
        let folder = Folder::of(&some_tables(given)?);
        for kind in [Kind::RoutesHegemony, Kind::RoutesVisibility] {
            let found = folder.made(kind);
            let mut cuts: Vec<u32> = vec![0];
            cuts.extend(given.arbitrary::<[u8; 3]>()?.map(u32::from));
            cuts.sort_unstable();
            cuts.dedup();
            let lasts = cuts.iter().skip(1).map(|next| next - 1).chain([u32::MAX]);
            let parts = cuts
                .iter()
                .zip(lasts)
                .map(|(first, last)| lines(&found, Range { first: *first, last }, 0.1));
            assert_eq!(parts.collect::<String>(), lines(&found, Range::ALL, 0.1));
            let divided = ranges(kind, &found.partials, 4).unwrap();
            assert_eq!(divided.first().unwrap().first, 0);
            assert_eq!(divided.last().unwrap().last, u32::MAX);
            assert!(divided.windows(2).all(|pair| pair[0].last + 1 == pair[1].first));
        }
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn visibility_is_the_sum_over_tables() {
    arbtest::arbtest(|given| {
        let folder = Folder::of(&some_tables(given)?);
        let ribs = folder.ribs();
        let sessions = |family| -> u64 {
            ribs.iter().map(|rib| full_feed_sessions(rib, family, FULL_FEED).len() as u64).sum()
        };
        let mut rows: Vec<VisibilityRow> = Vec::new();
        let found = folder.made(Kind::RoutesVisibility);
        visibility(&found, Range::ALL, &mut |row| {
            rows.push(row);
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        for row in &rows {
            assert_eq!(row.sessions, sessions(row.family));
            let counted: u64 = ribs.iter().map(|rib| seen(rib, row)).sum();
            assert_eq!(row.seen_by, counted, "{row:?}");
        }
        Ok(())
    })
    .budget_ms(4_000);
}

/// The full-feed sessions of a table with a route to a prefix from an origin, counted route by route.
fn seen(rib: &Rib, row: &VisibilityRow) -> u64 {
    let full = full_feed_sessions(rib, row.family, FULL_FEED);
    let Some(atom) = rib.find(row.prefix.parse().unwrap()) else { return 0 };
    let routes = rib.atom(atom).iter().filter(|(peer, path)| {
        let peer = rib.peers()[peer.index()].peer;
        let is_full =
            full.iter().any(|session| (session.asn, session.address) == (peer.asn, peer.address));
        let origin = rib.paths().get(*path).origin();
        is_full && origin == Some(demarche_routes::Hop::As(row.origin))
    });
    routes.count() as u64
}

fn two_tables() -> Folder {
    Folder::of(&[Table::example(1), Table::example(2)])
}

#[test]
fn what_exists_is_not_made_again_and_what_is_damaged_is() {
    let folder = two_tables();
    let kind = Kind::RoutesHegemony;
    let [file, _] = folder.files.as_slice() else { panic!("two files") };
    let first = made(kind, file, &folder.partials(), &making()).unwrap();
    assert!(!first.existed);
    assert!(made(kind, file, &folder.partials(), &making()).unwrap().existed);
    let table = first.partial.table.clone();
    let bytes = fs::read(&table).unwrap();
    fs::write(&table, &bytes[..bytes.len() / 2]).unwrap();
    let again = made(kind, file, &folder.partials(), &making()).unwrap();
    assert!(!again.existed);
    assert_eq!(fs::read(&table).unwrap(), bytes, "the same input gives the same bytes");
}

#[test]
fn a_copy_of_a_partial_and_a_table_in_another_compression_count_once() {
    for kind in [Kind::RoutesHegemony, Kind::RoutesVisibility] {
        let folder = two_tables();
        let once = folder.made(kind);
        let table = once.partials[0].table.clone();
        for end in ["parquet", "json"] {
            let file = table.with_extension(end);
            let name = format!("{kind}-0-copy.{end}");
            fs::copy(&file, file.with_file_name(name)).unwrap();
        }
        let about = once.partials[1].table.with_extension("json");
        let other = about.with_file_name(format!("{kind}-1-other.json"));
        fs::copy(&about, &other).unwrap();
        rewrite(&other, |manifest| manifest["input"]["sha256"] = "0".repeat(64).into());
        fs::copy(about.with_extension("parquet"), other.with_extension("parquet")).unwrap();
        let found = folder.whole(kind);
        assert_eq!((found.partials.len(), found.refused.len()), (2, 2), "{:?}", found.refused);
        assert!(found.refused.iter().all(|gap| gap.what.ends_with("which counts once")));
        let answer = |found: &Whole| {
            let mut text = Vec::new();
            csv::write_answer(found, Asked::trimmed(0.1), &mut text, Path::new("x")).unwrap();
            text
        };
        assert_eq!(answer(&found), answer(&once));
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_named_and_not_waited_for() {
    let kind = Kind::RoutesHegemony;
    for end in ["parquet", "json"] {
        let folder = two_tables();
        let file = folder.made(kind).partials[0].table.with_extension(end);
        fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &file).unwrap();
        let found = folder.whole(kind);
        assert_eq!((found.partials.len(), found.refused.len()), (1, 1));
        assert_eq!(found.refused[0].what, "one of its files is no plain file");
        for kind in Kind::ALL {
            let refused = made(kind, Path::new("/dev/zero"), &folder.partials(), &making());
            assert!(matches!(refused, Err(BatchError::Input { .. })), "{refused:?}");
        }
    }
}

#[test]
fn partials_with_other_options_are_never_merged() {
    let folder = two_tables();
    let [left, right] = folder.files.as_slice() else { panic!("two files") };
    let kind = Kind::RoutesHegemony;
    made(kind, left, &folder.partials(), &making()).unwrap();
    let changed = Making { full_feed: FullFeed::MoreThan(0), ..making() };
    made(kind, right, &folder.partials(), &changed).unwrap();
    let read = Partials::in_folder(kind, &folder.partials()).unwrap().read();
    assert!(matches!(read, Err(BatchError::Mixed(_))));
}

#[test]
fn the_strictest_marking_goes_with_the_answer() {
    let folder = two_tables();
    let [left, right] = folder.files.as_slice() else { panic!("two files") };
    let kind = Kind::RoutesHegemony;
    made(kind, left, &folder.partials(), &making()).unwrap();
    made(kind, right, &folder.partials(), &Making { tlp: Tlp::Amber, ..making() }).unwrap();
    assert_eq!(folder.whole(kind).tlp(), Tlp::Amber);
}

#[test]
fn a_partial_asked_for_again_keeps_the_stricter_marking() {
    let folder = two_tables();
    let [file, _] = folder.files.as_slice() else { panic!("two files") };
    let kind = Kind::RoutesHegemony;
    let marked = |tlp| {
        let made = made(kind, file, &folder.partials(), &Making { tlp, ..making() }).unwrap();
        let kept = folder.whole(kind).partials[0].manifest.tlp;
        assert_eq!(made.partial.manifest.tlp, kept);
        (made.existed, kept)
    };
    assert_eq!(marked(Tlp::Clear), (false, Tlp::Clear));
    assert_eq!(marked(Tlp::Amber), (true, Tlp::Amber));
    assert_eq!(marked(Tlp::Green), (true, Tlp::Amber));
}

#[test]
fn an_input_without_a_table_is_refused_and_leaves_nothing() {
    let folder = two_tables();
    let text = folder.root.path().join("text.mrt");
    fs::write(&text, "no table").unwrap();
    let kind = Kind::RoutesHegemony;
    let made = made(kind, &text, &folder.partials(), &making());
    assert!(matches!(made, Err(BatchError::NothingIn { .. })));
    assert_eq!(fs::read_dir(folder.partials()).unwrap().count(), 0);
}

#[test]
fn a_part_is_kept_only_while_it_is_whole_and_of_the_same_tables() {
    let folder = two_tables();
    let found = folder.made(Kind::RoutesHegemony);
    let parts = folder.root.path().join("merged");
    let merged = found.merged(Asked::trimmed(0.1));
    let part = Part::write(found.kind, &parts, Range::ALL, merged, |file| {
        csv::write_lines(&found, Range::ALL, Asked::trimmed(0.1), file, Path::new("part"))
    });
    let existing = |merged| Part::existing(&parts, Range::ALL, merged);
    assert_eq!(existing(merged), Some(part.unwrap()));
    assert_eq!(existing(found.merged(Asked::trimmed(0.2))), None);
    assert_eq!(existing(Merged { tlp: Tlp::Red, ..merged }), None);
    let about = Part::file(&parts, Range::ALL).with_extension("json");
    let told = fs::read_to_string(&about).unwrap();
    fs::write(&about, told.replace("\"rows\": ", "\"rows\": 1")).unwrap();
    assert_eq!(existing(merged), None);
    fs::write(&about, told).unwrap();
    fs::write(Part::file(&parts, Range::ALL), "cut short").unwrap();
    assert_eq!(existing(merged), None);
}

fn some_plan() -> Plan {
    Plan {
        kind: Kind::RoutesHegemony,
        inputs: Vec::new(),
        full_feed: Some(0),
        trim: 0.1,
        pairs: None,
        label: None,
        key_file: None,
        key: None,
        tlp: Tlp::Clear,
        ranges: 2,
        program: "test".to_owned(),
    }
}

#[test]
fn a_folder_takes_one_plan() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.mrt");
    fs::write(&file, "a").unwrap();
    let plan = Plan { inputs: vec![PlannedInput::of(&file).unwrap()], ..some_plan() };
    plan.write(folder.path()).unwrap();
    plan.write(folder.path()).unwrap();
    assert_eq!(Plan::read(folder.path()).unwrap(), plan);
    let changed = Plan { trim: 0.2, ..plan };
    assert!(matches!(changed.write(folder.path()), Err(BatchError::Mixed(_))));
    for text in ["notes", "{}"] {
        fs::write(folder.path().join("plan.json"), text).unwrap();
        assert!(matches!(changed.write(folder.path()), Err(BatchError::Plan { .. })), "{text}");
    }
}

#[test]
fn a_file_with_the_bytes_of_another_input_of_the_plan_has_changed() {
    let folder = two_tables();
    let [left, right] = folder.files.as_slice() else { panic!("two files") };
    let planned = |file: &PathBuf| PlannedInput::of(file).unwrap();
    let plan = Plan { inputs: vec![planned(left), planned(right)], ..some_plan() };
    let wants = |file: &Path| {
        let planned = Making { full_feed: FullFeed::MoreThan(0), ..making() };
        let made = made(plan.kind, file, &folder.partials(), &planned).unwrap();
        plan.wants(fs::canonicalize(file).unwrap().to_str().unwrap(), &made.partial.table)
    };
    assert!(wants(left) && wants(right));
    fs::copy(left, right).unwrap();
    assert!(wants(left) && !wants(right));
}

#[test]
fn only_files_with_names_that_fit_a_line_are_planned() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("a\nb.mrt");
    fs::write(&broken, "a").unwrap();
    for path in [folder.path(), Path::new("/dev/null"), broken.as_path()] {
        let planned = PlannedInput::of(path);
        assert!(matches!(planned, Err(BatchError::Unfit { .. })), "{planned:?}");
    }
    let planned = PlannedInput::of(&folder.path().join("none"));
    assert!(planned.is_err_and(|error| error.is_missing()));
}

#[test]
fn a_marking_outlives_the_table_and_another_run() {
    let folder = two_tables();
    let [file, _] = folder.files.as_slice() else { panic!("two files") };
    let kind = Kind::RoutesHegemony;
    let marked = |tlp| made(kind, file, &folder.partials(), &Making { tlp, ..making() }).unwrap();
    let table = marked(Tlp::Red).partial.table;
    fs::write(&table, "damaged").unwrap();
    assert_eq!(marked(Tlp::Clear).partial.manifest.tlp, Tlp::Red);
    fs::remove_file(&table).unwrap();
    std::thread::scope(|scope| {
        for tlp in [Tlp::Clear, Tlp::Green, Tlp::Clear] {
            scope.spawn(move || marked(tlp));
        }
    });
    assert_eq!(folder.whole(kind).tlp(), Tlp::Red);
}

#[test]
fn what_a_killed_run_left_is_removed_and_what_is_written_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [left, held] =
        ["left", "held"].map(|name| folder.path().join(format!(".unfinished-{name}")));
    fs::write(&left, "").unwrap();
    let lock = fs::File::create(&held).unwrap();
    lock.lock().unwrap();
    remove_unfinished(folder.path());
    assert!(!left.exists() && held.exists());
}

#[test]
fn a_merge_ends_where_its_reader_does() {
    let folder = two_tables();
    let mut seen = 0;
    hegemony(&folder.made(Kind::RoutesHegemony), Range::ALL, 0.1, &mut |_| {
        seen += 1;
        std::ops::ControlFlow::Break(())
    })
    .unwrap();
    assert_eq!(seen, 1);
}
