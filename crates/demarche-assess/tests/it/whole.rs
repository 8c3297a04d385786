//! A whole case, from its folder to the assessment, without the binary.

use std::collections::BTreeSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use demarche_assess::{AssessError, IndexSource, Progress, Sources, Stage, assess};
use demarche_case::assessment::Assessment;
use demarche_case::assessment::exposure::ExposureFindings;
use demarche_case::assessment::routes::LocationNote;
use demarche_case::{Asn, CaseFolder, Country, Tlp};
use demarche_index::Index;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sony-2014")
}

/// An empty folder of the test that names it.
fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    fs::create_dir_all(&path).unwrap();
    path
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

fn sources<'a>(index: &Path, pool: &'a rayon::ThreadPool) -> Sources<'a> {
    Sources {
        tables: Vec::new(),
        library: "no such library".into(),
        index: IndexSource { folder: index.to_owned(), is_required: false, tlp: Tlp::Amber },
        hindsight: false,
        as_of: None,
        today: None,
        exposure: None,
        program: "a test".to_owned(),
        pool,
    }
}

fn json(assessment: &Assessment) -> String {
    serde_json::to_string(assessment).unwrap()
}

#[test]
fn a_case_as_of_a_day_tells_nothing_that_is_later() {
    let pool = pool(2);
    let folder = CaseFolder::open(&example()).unwrap();
    let index = Path::new("no such index");
    let day = "2014-12-31".parse().unwrap();
    let sources = Sources { as_of: Some(day), ..sources(index, &pool) };
    let found = assess(&folder, &sources, &()).unwrap();
    let is_later = |moment: demarche_case::Moment| moment > day;
    assert!(
        folder.case().events.iter().any(|event| is_later(event.date)),
        "the case has later events"
    );
    assert!(!found.case.events.iter().any(|event| is_later(event.date)));
    assert!(!found.case.evidence.iter().filter_map(|item| item.observed).any(is_later));
    for to in ["CN", "KP", "TH"] {
        let to: Country = to.parse().unwrap();
        let note = demarche_report::note(&found, to);
        for year in ["2015", "2016", "2017", "2018"] {
            let told = note
                .markdown
                .lines()
                .filter(|line| line.starts_with("- ") && line.contains(&format!(" {year}: ")));
            assert_eq!(told.count(), 0, "{to} {year}");
        }
    }
}

#[test]
fn a_date_in_the_future_is_a_gap_and_the_day_itself_is_none() {
    let pool = pool(1);
    let folder = CaseFolder::open(&example()).unwrap();
    let assessed = |day: &str| {
        let today = Some(day.parse().unwrap());
        assess(&folder, &Sources { today, ..sources(Path::new("no such index"), &pool) }, &())
    };
    let late = assessed("2014-12-01").unwrap().gaps;
    assert!(!late.is_empty() && late.iter().all(|gap| gap.what.ends_with("is in the future")));
    assert!(late.iter().any(|gap| gap.source == "evidence.toml"), "{late:?}");
    assert_eq!(assessed("2026-01-01").unwrap().gaps, []);
}

#[test]
fn a_day_before_the_attack_is_refused() {
    let pool = pool(1);
    let folder = CaseFolder::open(&example()).unwrap();
    let assessed = |day: &str| {
        let day = Some(day.parse().unwrap());
        assess(&folder, &Sources { as_of: day, ..sources(Path::new("no such index"), &pool) }, &())
    };
    let error = assessed("2013-12-31").unwrap_err();
    assert!(error.to_string().contains("is before the attack began"), "{error}");
    assert!(error.hint().is_some());
}

#[test]
fn the_example_is_assessed_from_its_folder() {
    let pool = pool(2);
    let case = CaseFolder::open(&example()).unwrap();
    let found = assess(&case, &sources(Path::new("no such index"), &pool), &()).unwrap();
    assert_eq!(found.program, "a test");
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    let inputs: Vec<&str> = found.inputs.iter().map(|input| input.path.as_str()).collect();
    let [case, evidence, response] = ["case.toml", "evidence.toml", "response.toml"];
    let [links, names, prefixes] = ["routes/as-rel.txt", "routes/asn.tsv", "routes/prefixes.txt"];
    assert_eq!(inputs, [case, evidence, response, links, names, prefixes]);
    let routes = found.routes.as_ref().unwrap();
    assert_eq!(routes.target.origins[0].network.asn, Asn(131_279));
    assert_eq!((routes.cuts.len(), routes.located.len()), (7, 7));
    let attribution = found.attribution.as_ref().unwrap();
    assert_eq!((attribution.hypotheses.len(), attribution.items.len()), (20, 47));
    assert!(found.response.as_ref().unwrap().options.len() > 19);
    assert!(found.code.is_none());
}

/// The examples that stand as of a day: who leads, who is accused or said to shelter, and an indicator.
#[test]
fn the_cases_of_their_day_are_assessed_and_the_accused_get_no_indicator() {
    let pool = pool(2);
    for (name, leads, accused, partner, indicator) in [
        ("albania-2022", "Iran", "IR", "US", "homelandjustice"),
        ("colonial-2021", "DarkSide", "RU", "DE", "securebestapp20"),
    ] {
        let folder = example().with_file_name(name);
        let case = CaseFolder::open(&folder).unwrap();
        let found = assess(&case, &sources(Path::new("no such index"), &pool), &()).unwrap();
        assert!(found.gaps.is_empty(), "{name}: {:?}", found.gaps);
        let note_to =
            |country: &str| demarche_report::note(&found, country.parse::<Country>().unwrap());
        let accused = note_to(accused);
        assert!(!accused.markdown.contains(indicator), "{name}");
        assert!(!accused.markdown.contains("offers"), "{name}");
        let partner = note_to(partner);
        assert!(partner.markdown.contains(indicator), "{name}");
        assert!(partner.markdown.contains(&format!("{leads} very likely did it")), "{name}");
    }
}

#[test]
fn one_thread_and_two_give_the_same_bytes() {
    let case = CaseFolder::open(&example()).unwrap();
    let [one, two] = [1, 2].map(|threads| {
        let pool = pool(threads);
        json(&assess(&case, &sources(Path::new("no such index"), &pool), &()).unwrap())
    });
    assert_eq!(one, two);
}

/// Cancels at a step of a stage, and lists the stages that it saw.
struct Cancelling {
    stage: Option<Stage>,
    seen: Mutex<BTreeSet<Stage>>,
}

impl Progress for Cancelling {
    fn step(&self, stage: Stage, done: u64, total: u64) -> ControlFlow<()> {
        assert!(done <= total, "{stage}: {done} of {total}");
        self.seen.lock().unwrap().insert(stage);
        if self.stage == Some(stage) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// The files below a folder, with their sizes.
fn files(folder: &Path) -> BTreeSet<(PathBuf, u64)> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        }
        let size = path.metadata().unwrap().len();
        files.insert((path, size));
    }
    files
}

/// The example with an executable in `samples/`, so that it has every stage.
fn case_of_every_stage(root: &Path) -> PathBuf {
    let case = root.join("case");
    for part in ["", "routes"] {
        fs::create_dir_all(case.join(part)).unwrap();
        for entry in fs::read_dir(example().join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, case.join(part).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    fs::create_dir(case.join("samples")).unwrap();
    fs::write(case.join("samples/fragment.bin"), b"\x7fELF and no more").unwrap();
    case
}

#[test]
fn cancelling_at_any_stage_leaves_no_trace() {
    let root = folder("cancelled");
    let index = root.join("index");
    Index::create(&index).unwrap();
    let case = CaseFolder::open(&case_of_every_stage(&root)).unwrap();
    let pool = pool(2);
    let sources = sources(&index, &pool);
    let before = files(&root);
    for stage in Stage::ALL {
        let progress = Cancelling { stage: Some(stage), seen: Mutex::default() };
        let cancelled = assess(&case, &sources, &progress);
        assert!(matches!(cancelled, Err(AssessError::Cancelled)), "{stage}");
        let seen = progress.seen.into_inner().unwrap();
        assert_eq!(seen.last(), Some(&stage), "nothing runs after the break");
        assert_eq!(files(&root), before, "{stage}");
    }
    let progress = Cancelling { stage: None, seen: Mutex::default() };
    let found = assess(&case, &sources, &progress).unwrap();
    assert_eq!(progress.seen.into_inner().unwrap(), BTreeSet::from(Stage::ALL));
    assert_eq!(found.gaps.len(), 1, "{:?}", found.gaps);
    assert_eq!(files(&root), before);
}

#[test]
fn an_index_that_is_required_and_missing_is_an_error_with_a_remedy() {
    let root = folder("required-index");
    let case = CaseFolder::open(&case_of_every_stage(&root)).unwrap();
    let pool = pool(1);
    let mut sources = sources(&root.join("no index"), &pool);
    assert_eq!(assess(&case, &sources, &()).unwrap().gaps.len(), 1);
    sources.index.is_required = true;
    let error = assess(&case, &sources, &()).unwrap_err();
    assert!(matches!(error, AssessError::Index { .. }));
    assert!(error.hint().unwrap().contains("demarche code index add"));
}

/// A case that asks about nobody's connectivity: its addresses are placed, and tables without a use are a gap.
#[test]
fn addresses_are_placed_without_a_target_and_unused_tables_are_a_gap() {
    let pool = pool(2);
    let assessed = |evidence: &str| {
        let folder = folder("no-target");
        fs::create_dir(folder.join("routes")).unwrap();
        for table in ["as-rel.txt", "asn.tsv", "prefixes.txt"] {
            fs::copy(example().join("routes").join(table), folder.join("routes").join(table))
                .unwrap();
        }
        let case = "id = \"x\"\ntitle = \"X\"\ntlp = \"CLEAR\"\nsummary = \"X.\"\ndetected = 2014-11-24\n[owner]\norganisation = \"X\"\ncontact = \"x\"\n";
        fs::write(folder.join("case.toml"), case).unwrap();
        fs::write(folder.join("evidence.toml"), evidence).unwrap();
        let case = CaseFolder::open(&folder).unwrap();
        assess(&case, &sources(Path::new("no such index"), &pool), &()).unwrap()
    };
    let item = "[[evidence]]\nid = \"host\"\nkind = \"infrastructure\"\ntitle = \"A host\"\nsays = \"It served.\"\nsource = \"X\"\ngrade = \"B2\"\ntlp = \"CLEAR\"\naddress = \"203.131.222.102\"\nrole = \"control\"\n";
    let found = assessed(item);
    let routes = found.routes.as_ref().unwrap();
    assert_eq!(routes.located[0].announced_from, Some("TH".parse().unwrap()));
    assert!(routes.power.is_none() && routes.target.question.is_empty());
    assert!(found.gaps.is_empty(), "{:?}", found.gaps);
    let asked: Vec<String> =
        demarche_report::addressees(&found).iter().map(|one| one.to.to_string()).collect();
    assert_eq!(asked, ["TH", "TH-CERT"]);
    let page = demarche_report::to_html(&found);
    assert!(page.contains("id=\"located\"") && !page.contains("id=\"target\""));
    let found = assessed("");
    assert!(found.routes.is_none());
    assert!(
        found.gaps.iter().any(|gap| gap.what.contains("the tables were not used")),
        "{:?}",
        found.gaps
    );
}

#[test]
fn leaked_files_that_were_not_scanned_are_a_gap() {
    let pool = pool(1);
    let root = folder("exposed");
    demarche_case::init(&root, &"leak".parse().unwrap()).unwrap();
    let case = CaseFolder::open(&root).unwrap();
    let index = Path::new("no such index");
    let is_gap = |exposure: Option<ExposureFindings>| {
        let sources = Sources { exposure, ..sources(index, &pool) };
        let found = assess(&case, &sources, &()).unwrap();
        found.gaps.iter().any(|gap| gap.source == "exposed" && gap.remedy.is_some())
    };
    assert!(!is_gap(None), "an empty folder holds nothing to scan");
    fs::write(root.join("exposed/mail.mbox"), "From a\n\nb\n").unwrap();
    assert!(is_gap(None));
    assert!(!is_gap(Some(nothing_exposed())));
}

fn nothing_exposed() -> ExposureFindings {
    ExposureFindings { dump: "exposed".to_owned(), ..ExposureFindings::default() }
}

#[test]
fn a_source_places_an_address_where_the_tables_are_of_another_time() {
    let pool = pool(1);
    let assessed = |test: &str, detected: &str, more: &str| {
        let folder = folder(test);
        let case = format!(
            "id = \"c\"\ntitle = \"C\"\ntlp = \"CLEAR\"\nsummary = \"S\"\ndetected = {detected}\n[owner]\norganisation = \"O\"\ncountry = \"QA\"\ncontact = \"c\"\n"
        );
        let item = "kind = \"infrastructure\"\naddress = \"178[.]128[.]163[.]233\"\nrole = \"c2\"\nsays = \"S\"\nsource = \"s\"\ngrade = \"A1\"\n";
        let evidence = format!(
            "[[evidence]]\nid = \"a\"\ntitle = \"A\"\n{item}tlp = \"CLEAR\"\ncountry = \"GB\"\n{more}"
        )
        .replace("ITEM", item);
        fs::create_dir_all(folder.join("routes")).unwrap();
        fs::write(folder.join("case.toml"), case).unwrap();
        fs::write(folder.join("evidence.toml"), evidence).unwrap();
        fs::write(folder.join("routes/20140513.prefixes.txt"), "178.128.0.0\t16\t64500\n").unwrap();
        fs::write(folder.join("routes/asn.tsv"), "64500\tGR\tlist\tA network\n").unwrap();
        let case = CaseFolder::open(&folder).unwrap();
        let found = assess(&case, &sources(Path::new("no such index"), &pool), &()).unwrap();
        let asked = demarche_report::addressees(&found).into_iter();
        let asked: BTreeSet<String> = asked.map(|to| to.to.country().to_string()).collect();
        (found.routes.unwrap().located.remove(0), asked)
    };
    let (located, asked) = assessed("places-far", "2020-07-19", "");
    assert_eq!(located.announced_from, None);
    assert!(
        matches!(located.notes[..], [LocationNote::OtherTime { days: 2259, .. }]),
        "{located:?}"
    );
    assert!(asked.contains("GB") && !asked.contains("GR"), "{asked:?}");
    let (located, asked) = assessed("places-near", "2014-07-19", "");
    assert_eq!(located.announced_from.map(|country| country.to_string()).as_deref(), Some("GR"));
    assert!(asked.contains("GR"), "{asked:?}");
    // A stricter item of the same address moves nothing.
    let strict = "[[evidence]]\nid = \"b\"\ntitle = \"B\"\nITEMtlp = \"RED\"\ncountry = \"FR\"\n";
    let (with, _) = assessed("places-strict", "2020-07-19", strict);
    assert_eq!(with, assessed("places-again", "2020-07-19", "").0);
}
