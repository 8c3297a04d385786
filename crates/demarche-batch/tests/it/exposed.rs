//! Partials of exposure against a scan of all files at once.

use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arbtest::arbitrary::{Result, Unstructured};
use demarche_batch::plan::Part;
use demarche_batch::{
    Asked, BatchError, Kind, Making, NothingIn, Partials, Range, Readers, Whole, csv, make,
};
use demarche_case::assessment::exposure::ExposureFindings;
use demarche_case::{Gap, Tlp};
use demarche_dump::Limits;
use demarche_exposure::{
    DigestKey, DigestRow, ScanOptions, Store, Subject, digests, inventory, scan,
};
use demarche_sensitive::Rules;

const KIND: Kind = Kind::Exposure;

const ASKED: Asked = Asked::trimmed(0.1);

fn making(key: &str) -> Making {
    Making { key: Some(key.to_owned()), ..Making::new(None, KIND.usual_tlp(), "test") }
}

/// A folder with a file for each set of rows, and their partials.
struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[Vec<DigestRow>]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (number, rows) in files.iter().enumerate() {
            let mut rows = rows.clone();
            rows.sort();
            folder.add(number, &rows, "key").unwrap();
        }
        folder
    }

    fn add(
        &self,
        number: usize,
        rows: &[DigestRow],
        key: &str,
    ) -> std::result::Result<(), BatchError> {
        let path = self.0.path().join(format!("{number}.mbox"));
        fs::write(&path, number.to_string()).unwrap();
        let exposed = |_: &Path| Ok((rows.to_vec(), Vec::new()));
        let readers = Readers { exposed: &exposed, ..Readers::NONE };
        make(KIND, &path, &self.partials(), &making(key), &readers).map(drop)
    }

    fn partials(&self) -> PathBuf {
        self.0.path().join("partials")
    }

    fn whole(&self) -> std::result::Result<Whole, BatchError> {
        Partials::in_folder(KIND, &self.partials())?.read()
    }
}

fn answer(found: &Whole) -> String {
    let mut text = Vec::new();
    csv::write_answer(found, ASKED, &mut text, Path::new("memory")).unwrap();
    String::from_utf8(text).unwrap()
}

fn digest(given: &mut Unstructured<'_>) -> Result<String> {
    let first = given.choose(&["00000000", "00000001", "80000000", "ffffffff"])?;
    Ok(format!("{first}{:024x}", given.int_in_range(0..=2)?))
}

fn row(given: &mut Unstructured<'_>) -> Result<DigestRow> {
    let subject = given.int_in_range(0..=4_u8)?;
    let is_value = subject == Subject::Value as u8;
    let is_message = subject == Subject::Message as u8;
    let mut row = DigestRow { digest: digest(given)?, subject, ..DigestRow::default() };
    // What a thing says of itself follows from its digest.
    let is_even = row.digest.ends_with(['0', '2']);
    if is_message {
        row.part = digest(given)?;
        row.copies = given.int_in_range(0..=3)?;
        row.attachments = u64::from(row.part.ends_with('1'));
        row.identifiers = u64::from(is_even);
    }
    if is_value || subject == Subject::Holder as u8 {
        (if is_even { "card" } else { "dob" }).clone_into(&mut row.kind);
    }
    if is_value || subject == Subject::Address as u8 {
        (if is_even { "DE" } else { "" }).clone_into(&mut row.country);
    }
    if is_value {
        row.check = given.int_in_range(0..=2)?;
        match given.int_in_range(0..=2)? {
            0 => row.part = digest(given)?,
            1 => {
                row.name = digest(given)?;
                row.person = row.name.replace("ffffffff", "80000000");
            }
            _ => {}
        }
    }
    Ok(row)
}

/// The rows as a scan writes them: each once, and the copies of one content of a message in one row.
fn as_written(mut rows: Vec<DigestRow>) -> Vec<DigestRow> {
    rows.sort();
    rows.dedup_by(|next, row| {
        let of = |row: &DigestRow| (row.digest.clone(), row.subject, row.part.clone());
        let is_one_content = row.subject == Subject::Message as u8 && of(row) == of(next);
        if is_one_content {
            row.copies += next.copies;
        }
        is_one_content || row == next
    });
    rows
}

#[test]
fn in_whatever_files_and_ranges_rows_lie_the_answer_has_the_same_bytes() {
    arbtest::arbtest(|given| {
        let mut rows = Vec::new();
        for _ in 0..given.int_in_range(1..=30)? {
            rows.push(row(given)?);
        }
        let expected = answer(&Folder::of(&[as_written(rows.clone())]).whole().unwrap());
        let mut files = vec![Vec::new(); 3];
        for row in rows {
            files[given.choose_index(3)?].push(row);
        }
        files.retain(|rows| !rows.is_empty());
        let found = Folder::of(&files.into_iter().map(as_written).collect::<Vec<_>>());
        let found_whole = found.whole().unwrap();
        assert_eq!(answer(&found_whole), expected);
        let cut = given.arbitrary::<u32>()?.max(1);
        let ranges = [Range { first: 0, last: cut - 1 }, Range { first: cut, last: u32::MAX }];
        let folder = found.0.path().join("merged");
        let merged = found_whole.merged(ASKED);
        let parts = ranges.map(|range| {
            let file = Part::file(&folder, range);
            let part = Part::write(KIND, &folder, range, merged, |output| {
                csv::write_lines(&found_whole, range, ASKED, output, &file)
            });
            assert_eq!(Part::existing(&folder, range, merged), part.ok());
            Ok((0, fs::File::open(file).unwrap()))
        });
        let mut joined = csv::header(KIND, ASKED).as_bytes().to_vec();
        csv::join(KIND, ASKED, parts.into_iter(), &mut joined).unwrap();
        assert_eq!(String::from_utf8(joined).unwrap(), expected);
        Ok(())
    })
    .budget_ms(4_000);
}

fn message(digits: &str, copies: u64) -> DigestRow {
    let digest = digits.repeat(32);
    let subject = Subject::Message as u8;
    DigestRow { part: digest.clone(), digest, subject, copies, ..DigestRow::default() }
}

#[cfg(unix)]
#[test]
fn partials_of_exposure_are_red_and_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::of(&[vec![message("a", 2)], vec![message("a", 1)]]);
    let found = folder.whole().unwrap();
    assert_eq!(found.tlp(), Tlp::Red);
    assert!(answer(&found).contains("messages,,,1\n") && answer(&found).contains("copies,,,3\n"));
    let range = Range::ALL;
    Part::write(KIND, &folder.partials(), range, found.merged(ASKED), |output| {
        csv::write_lines(&found, range, ASKED, output, Path::new("part"))
    })
    .unwrap();
    let mut files = 0;
    for entry in fs::read_dir(folder.partials()).unwrap().map(|entry| entry.unwrap()) {
        if entry.file_name() != ".lock" {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
            files += 1;
        }
    }
    assert_eq!(files, 6);
}

#[test]
fn digests_of_another_key_and_rows_that_no_digest_has_are_refused() {
    let folder = Folder::of(&[vec![message("a", 2)]]);
    folder.add(1, &[message("b", 1)], "another").unwrap();
    assert!(matches!(folder.whole(), Err(BatchError::Mixed(_))));
    let address = DigestRow {
        country: "a@b,c".to_owned(),
        subject: Subject::Address as u8,
        ..message("c", 0)
    };
    let twice = vec![message("c", 1), message("c", 2)];
    let forged = [
        DigestRow { name: "Anna Adams".to_owned(), ..message("c", 0) },
        DigestRow { kind: "x".repeat(1 << 20), ..message("c", 0) },
        DigestRow { check: 9, ..message("c", 0) },
        message("c", u64::from(u32::MAX) + 1),
        address,
    ];
    for rows in forged.into_iter().map(|row| vec![row]).chain([twice]) {
        let folder = Folder::of(&[rows]);
        let written =
            csv::write_answer(&folder.whole().unwrap(), ASKED, &mut Vec::new(), Path::new("x"));
        assert!(matches!(written, Err(BatchError::Rows { .. })), "{written:?}");
    }
    let unread = Folder::of(&[vec![message("a", 2)]]);
    let path = unread.0.path().join("owner@north.example.mbox");
    fs::write(&path, "encrypted").unwrap();
    let gap = Gap::of("owner@north.example.mbox!salaries.xlsx", &NothingIn(KIND));
    let quoting =
        Gap { what: "`word/north`s salaries.xml` is encrypted".to_owned(), ..gap.clone() };
    let exposed = |_: &Path| Ok((Vec::new(), vec![gap.clone(), quoting.clone()]));
    let readers = Readers { exposed: &exposed, ..Readers::NONE };
    make(KIND, &path, &unread.partials(), &making("key"), &readers).unwrap();
    let found = unread.whole().unwrap();
    assert!(answer(&found).contains("messages,,,1\n"));
    let gaps = found.gaps(|input| input.path.clone());
    assert_eq!((gaps.len(), gaps[0].source.as_str()), (2, "file.mbox"));
    assert_eq!(gaps[1].what, "a part is encrypted");
    assert!(!format!("{gaps:?} {:?}", found.inputs()).contains("north"));
    let nothing = Folder::of(&[]).add(0, &[], "key");
    assert!(matches!(nothing, Err(BatchError::NothingIn { .. })), "{nothing:?}");
}

/// The mailboxes, folders of mails and folders of documents of a dump.
fn parts_of(dump: &Path) -> Vec<PathBuf> {
    let listed = |folder: &str| {
        let entries = fs::read_dir(dump.join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect::<Vec<PathBuf>>()
    };
    let all = ["mbox", "eml", "maildir", "files"].map(listed).concat();
    all.into_iter().map(|path| path.strip_prefix(dump).unwrap().to_owned()).collect()
}

fn scanned(dump: &Path, parts: &[PathBuf], path: &Path) -> Store {
    let mut store = Store::open(path, "dump", None).unwrap();
    let rules = Rules::built_in();
    let options = ScanOptions {
        rules: &rules,
        limits: Limits::default(),
        threads: 2,
        documents: &|media, bytes| {
            demarche_text::text_of(media, bytes, &demarche_text::Limits::default())
        },
        item_time: Duration::from_secs(3600),
        clock: &|| Duration::ZERO,
        parts,
    };
    scan(dump, &mut store, &options, &|_| ControlFlow::Continue(())).unwrap();
    store
}

/// What a scan says, as the merge says it; persons and addresses aside.
fn lines_of(found: &ExposureFindings) -> BTreeMap<String, u64> {
    let mut lines = BTreeMap::new();
    let mut add = |line: String, number: u64| {
        if number > 0 {
            lines.insert(line, number);
        }
    };
    let read = &found.read;
    for (line, number) in [
        ("messages,,", read.messages),
        ("message_copies,,", read.message_copies),
        ("near_duplicates,,", read.near_duplicates),
        ("messages_without_identifier,,", read.without_identifier),
        ("attachments,,", read.attachments),
        ("documents,,", read.documents),
        ("persons,,", found.people.named_in_data),
    ] {
        add(line.to_owned(), number);
    }
    for told in &found.kinds {
        let kind = &told.kind;
        add(format!("values,{kind},"), told.values);
        add(format!("values_by_checksum,{kind},"), told.by_checksum);
        add(format!("values_by_format,{kind},"), told.by_format);
        add(format!("values_by_context,{kind},"), told.by_context);
        add(format!("contents,{kind},"), told.contents);
        for country in &told.countries {
            add(format!("values_of_country,{kind},{}", country.country.code()), country.values);
        }
    }
    let organisations = found.organisations.iter();
    add("addresses,,".to_owned(), organisations.map(|told| told.addresses).sum());
    lines
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
fn mailboxes_of_a_dump_put_together_are_the_scan_of_all() {
    let Some(folder) = std::env::var_os("DEMARCHE_DUMP").map(PathBuf::from) else {
        eprintln!("SKIPPED: DEMARCHE_DUMP names no made dump");
        return;
    };
    let dump = folder.join("dump");
    let stores = tempfile::tempdir().unwrap();
    let key = DigestKey::random().unwrap();
    let whole = scanned(&dump, &[], &stores.path().join("all"));
    let expected = lines_of(&inventory(&whole, &Rules::built_in()).unwrap());
    let partials = Folder::of(&[]);
    let parts = parts_of(&dump);
    for (number, part) in parts.iter().enumerate() {
        let store = scanned(&dump, std::slice::from_ref(part), &stores.path().join("part"));
        let rows = digests(&store, &key).unwrap();
        let text = format!("{rows:?}");
        assert!(!text.contains('@'), "a row has an address");
        partials.add(number, &rows, "key").unwrap();
        drop(store);
        fs::remove_file(stores.path().join("part")).unwrap();
    }
    let text = answer(&partials.whole().unwrap());
    let mut told = BTreeMap::new();
    for line in text.lines().skip(1) {
        let (line, number) = line.rsplit_once(',').unwrap();
        let is_by_country = line.starts_with("addresses,,") && line != "addresses,,";
        let is_by_kind = line.starts_with("persons,") && line != "persons,,";
        if !is_by_country && !is_by_kind {
            told.insert(line.to_owned(), number.parse::<u64>().unwrap());
        }
    }
    println!("{} parts: {told:?}", parts.len());
    assert_eq!(told, expected);
}
