//! `demarche code` as a user runs it, on the harmless programs of `examples/shared-code`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;

use crate::command_line::folder;

/// The folder with the programs, built once; `None` with a loud word where there is no C compiler.
pub(crate) fn programs() -> Option<&'static Path> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    BUILT.get_or_init(build).as_deref()
}

fn build() -> Option<PathBuf> {
    let example = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/shared-code"));
    let folder = folder("code-programs");
    let mut command = Command::new("cp");
    let parts = ["src", "build.sh", "case.toml", "evidence.toml"].map(|name| example.join(name));
    let copied = command.arg("-r").args(parts).arg(&folder);
    let is_copied = copied.status().is_ok_and(|status| status.success());
    let built = Command::new("sh").arg(folder.join("build.sh")).output();
    if is_copied && built.as_ref().is_ok_and(|one| one.status.success()) {
        return Some(folder);
    }
    eprintln!("SKIPPED: the programs of examples/shared-code cannot be built here: {built:?}");
    None
}

/// Runs `demarche code` in the folder of the programs, on one thread or more.
fn run_on(threads: &str, words: &[&str], index: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command.current_dir(programs().unwrap()).env("RAYON_NUM_THREADS", threads).arg("code");
    let is_about_index = words.first() != Some(&"functions");
    command.args(words);
    if is_about_index {
        command.arg("--index").arg(index);
    }
    command.output().expect("the program runs")
}

fn run(words: &[&str], index: &Path) -> Output {
    run_on("2", words, index)
}

/// What it prints, where it must end with a status.
fn stdout(status: i32, output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it says went wrong, where it must fail.
fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn json(status: i32, output: &Output) -> Value {
    serde_json::from_str(&stdout(status, output)).unwrap()
}

/// The moment that every index of these tests was made at.
const ADDED: [&str; 2] = ["--added", "2026-01-01T00:00:00Z"];

/// The additions that make the index of the example.
const ADDITIONS: [&[&str]; 3] = [
    &["built/lantern", "built/wick", "--family", "Lantern", "--actor", "Lamplighters"],
    &["built/ledger", "built/quill", "--family", "Ledger", "--actor", "Scriveners"],
    &["built/check", "--family", "public checksums", "--library-code"],
];

fn add(threads: &str, addition: &[&str], index: &Path) -> String {
    let words = [&["index", "add"], addition, &ADDED[..]].concat();
    stdout(0, &run_on(threads, &words, index))
}

/// The index of the example, in a folder of the test's own.
pub(crate) fn index(test: &str) -> Option<PathBuf> {
    programs()?;
    let index = folder(test).join("index");
    ADDITIONS.iter().for_each(|addition| drop(add("2", addition, &index)));
    Some(index)
}

/// The names and bytes of an index's files but for its lock.
fn files(index: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(index).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .filter(|(name, _)| name != "lock")
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

pub(crate) fn segments(index: &Path) -> Vec<PathBuf> {
    let names = files(index).into_iter().map(|(name, _)| name);
    names.filter(|name| name.ends_with(".segment")).map(|name| index.join(name)).collect()
}

#[test]
fn an_index_is_added_to_listed_reduced_merged_and_checked() {
    let Some(index) = index("code-index") else { return };
    let again = add("2", ADDITIONS[0], &index);
    assert!(again.contains("2 programs were in it already"), "{again}");
    let listed = stdout(0, &run(&["index", "list"], &index));
    for word in ["5 programs, 3 families", "3 segments", "Lamplighters", "(anybody's)"] {
        assert!(listed.contains(word), "{word} in {listed}");
    }
    let removed = stdout(0, &run(&["index", "remove", "--family", "Ledger"], &index));
    assert!(removed.contains("removed 2 programs"), "{removed}");
    assert_eq!(segments(&index).len(), 2, "nothing of it is left");
    let listed = json(0, &run(&["index", "list", "--json"], &index));
    let first = &listed["answer"]["programs"][0];
    assert_eq!(first["family"].as_str(), Some("Lantern"), "{listed}");
    let beginning: String = first["sha256"].as_str().unwrap().chars().take(12).collect();
    stdout(0, &run(&["index", "remove", &beginning], &index));
    assert_eq!(segments(&index).len(), 2, "the other program is in its segment");
    let merged = stdout(0, &run(&["index", "merge"], &index));
    assert!(merged.contains("2 segments put together into 1"), "{merged}");
    assert_eq!(segments(&index).len(), 1);
    assert!(stdout(0, &run(&["index", "list"], &index)).contains("2 programs"));
    assert!(stdout(0, &run(&["index", "verify"], &index)).contains("every checksum holds"));
}

#[test]
fn two_indexes_of_the_same_programs_are_the_same_bytes() {
    let Some(one) = index("code-same-one") else { return };
    let other = folder("code-same-other").join("index");
    // Another number of threads, another order of additions and of files.
    for addition in ADDITIONS.iter().rev() {
        let mut words = addition.to_vec();
        if words[1] != "--family" {
            words.swap(0, 1);
        }
        add("1", &words, &other);
    }
    assert!(files(&one) == files(&other));
    for index in [&one, &other] {
        stdout(0, &run(&["index", "merge"], index));
    }
    assert!(files(&one) == files(&other));
}

#[test]
fn a_program_is_matched_with_whose_code_it_has_and_always_in_the_same_bytes() {
    let Some(index) = index("code-match") else { return };
    let folder = index.parent().unwrap();
    let outputs = ["1", "2"].map(|threads| {
        let file = |name: &str| folder.join(format!("{name}-{threads}")).display().to_string();
        let (page, ties, functions) = (file("page"), file("ties"), file("functions"));
        let words = ["match", "samples/beacon", "--known", "built", "--html", &page];
        let more = ["--csv", &ties, "--functions-csv", &functions];
        let text = stdout(0, &run_on(threads, &[&words[..], &more].concat(), &index));
        (text, [page, ties, functions].map(|path| fs::read_to_string(path).unwrap()))
    });
    assert!(outputs[0] == outputs[1]);
    let (text, [page, ties, functions]) = &outputs[0];
    assert!(text.contains("Lamplighters") && text.contains("built/lantern (Lantern)"), "{text}");
    assert!(!text.contains("Scriveners"), "{text}");
    assert!(page.contains("<html") && page.contains("Lamplighters"));
    let first = ties.lines().nth(1).unwrap();
    assert!(first.starts_with("samples/beacon,") && first.contains(",actor,1,Lamplighters,"));
    assert!(functions.lines().count() > 5, "{functions}");
    let answer = json(0, &run(&["match", "samples/beacon", "--json"], &index));
    assert_eq!(answer, json(0, &run_on("1", &["match", "samples/beacon", "--json"], &index)));
    assert_eq!(answer["gaps"], Value::Array(Vec::new()));
    let nearest = answer["answer"]["programs"][0]["families"][0]["name"].as_str();
    assert_eq!(nearest, Some("Lantern"), "{answer}");
}

#[test]
fn two_programs_are_compared_with_and_without_an_index() {
    let Some(index) = index("code-compare") else { return };
    let page = index.parent().unwrap().join("compared.html");
    let words = ["compare", "built/lantern", "samples/beacon", "--html", page.to_str().unwrap()];
    let text = stdout(0, &run(&words, &index));
    assert!(text.contains("lantern and beacon have 1"), "a dozen or so in common: {text}");
    assert!(text.contains("functions of library code"), "{text}");
    assert!(fs::read_to_string(page).unwrap().contains("lantern and beacon"));
    let answer = json(0, &run(&["compare", "built/lantern", "built/quill", "--json"], &index));
    assert_eq!(answer["answer"]["shared"].as_array().map(Vec::len), Some(0), "{answer}");
    assert!(answer["answer"]["library"].as_u64() > Some(0), "both use the public checksums");
    let error = failure(&run(&["compare", "built/lantern", "src/public/crc.c"], &index));
    assert!(error.contains("src/public/crc.c"), "{error}");
}

#[test]
fn families_are_told_by_whom_they_share_code_with() {
    let Some(index) = index("code-families") else { return };
    let nothing = stdout(0, &run(&["families"], &index));
    assert!(nothing.contains("no tie between any two"), "{nothing}");
    let twin = ["samples/beacon", "--family", "Beacon", "--actor", "Pilots"];
    add("2", &twin, &index);
    let folder = index.parent().unwrap();
    let [page, drawing] = ["families.html", "families.svg"].map(|name| folder.join(name));
    let (page, drawing) = (page.to_str().unwrap(), drawing.to_str().unwrap());
    let text = stdout(0, &run(&["families", "--html", page, "--svg", drawing], &index));
    assert!(text.contains("One crosses from one actor to another"), "{text}");
    assert!(text.contains("Beacon (Pilots)") && text.contains("Lantern (Lamplighters)"), "{text}");
    for (path, word) in [(page, "<html"), (drawing, "<svg")] {
        let written = fs::read_to_string(path).unwrap();
        assert!(written.contains(word) && written.contains("Beacon"), "{path}");
    }
}

#[test]
fn a_file_that_is_known_already_stays_what_it_is() {
    let Some(index) = index("code-known") else { return };
    let words = ["index", "add", "built/lantern", "--family", "Other"];
    let output = run(&words, &index);
    assert!(stdout(1, &output).contains("0 programs with 0 functions"));
    let gap = String::from_utf8_lossy(&output.stderr);
    assert!(gap.contains("already, as Lantern") && gap.contains("index remove"), "{gap}");
    let text = stdout(0, &run(&["match", "built/lantern"], &index));
    assert!(text.contains("The index has lantern itself, as Lantern"), "{text}");
}

/// Assesses the example's case with an index; gives the assessment and the note to Belgium.
fn assessed(case: &Path, index: &Path, marking: &str) -> (Value, String) {
    let out = index.parent().unwrap().join(format!("assessed-{marking}"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command.arg("assess").arg(case).arg("--index").arg(index).arg("--index-tlp").arg(marking);
    // No library: what is judged is the case and what ships.
    command.arg("--library").arg(out.join("library")).arg("--out").arg(&out);
    stdout(0, &command.output().expect("the program runs"));
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    (serde_json::from_str(&read("assessment.json")).unwrap(), read("note-DE.md"))
}

#[test]
fn programs_of_a_case_become_evidence_that_keeps_its_marking() {
    let Some(index) = index("code-case") else { return };
    let case = programs().unwrap();
    let (assessment, note) = assessed(case, &index, "CLEAR");
    let first = &assessment["code"]["programs"][0];
    assert_eq!(first["actors"][0]["name"].as_str(), Some("Lamplighters"), "{first}");
    let evidence = assessment["case"]["evidence"].as_array().unwrap();
    let found = evidence.iter().find(|item| item["id"] == "code-1").expect("an item of its own");
    assert_eq!(found["points_to"]["parties"][0].as_str(), Some("lamplighters"), "{found}");
    assert!(note.contains("known programs of Lamplighters"), "{note}");
    let (assessment, note) = assessed(case, &index, "AMBER");
    assert_eq!(assessment["code"]["programs"][0]["program"]["tlp"].as_str(), Some("AMBER"));
    assert!(!note.contains("known programs of Lamplighters"), "{note}");
}

#[test]
fn functions_of_a_program_are_listed() {
    let Some(folder) = programs() else { return };
    let text = stdout(0, &run(&["functions", "samples/beacon"], folder));
    assert!(text.contains("SHA-256") && text.contains(" functions, "), "{text}");
    let all = stdout(0, &run(&["functions", "samples/beacon", "--list"], folder));
    assert!(all.lines().count() > text.lines().count() + 20);
    let answer = json(0, &run(&["functions", "samples/beacon", "built", "--json"], folder));
    assert_eq!(answer["answer"].as_array().unwrap().len(), 6);
    let functions = answer["answer"][0]["images"][0]["functions"].as_array().unwrap();
    assert!(functions.len() > 20 && functions.iter().all(|one| one["size"].as_u64() > Some(0)));
}

#[test]
fn a_rule_is_written_for_a_family_and_says_what_it_hits() {
    let Some(index) = index("code-yara") else { return };
    let rules = ["1", "2"].map(|threads| {
        let words = ["yara", "Lantern", "--files", "built"];
        stdout(0, &run_on(threads, &words, &index))
    });
    assert_eq!(rules[0], rules[1]);
    assert!(rules[0].starts_with("rule code_of_Lantern"), "{}", rules[0]);
    assert!(
        rules[0].contains("hits_own = \"2 of 2\"") && rules[0].contains("hits_others = \"0 of 3\"")
    );
}

#[test]
fn what_is_no_program_is_a_gap_and_the_others_are_still_answered() {
    let Some(index) = index("code-gap") else { return };
    let words = ["match", "samples/beacon", "src/public/crc.c"];
    let output = run(&words, &index);
    assert!(stdout(1, &output).contains("Lamplighters"));
    let gaps = String::from_utf8_lossy(&output.stderr);
    assert!(gaps.contains("src/public/crc.c: this is no ELF, PE or Mach-O file"), "{gaps}");
    let output = run(&["functions", "src/public/crc.c"], &index);
    assert!(stdout(1, &output).contains("SHA-256"), "a file that is no program still has hashes");
}

#[test]
fn what_was_not_looked_into_is_recorded_and_not_called_free_of_packing() {
    let folder = folder("code-nothing");
    let empty = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    let rar = b"Rar!\x1a\x07\x01\x00 and more".to_vec();
    for (name, bytes, reason) in [
        ("empty.zip", empty, "the archive has no files"),
        ("packed.rar", rar, "it is a RAR archive, which is not opened"),
    ] {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        let path = path.display().to_string();
        let command = |words: &[&str]| {
            Command::new(env!("CARGO_BIN_EXE_demarche")).arg("code").args(words).output().unwrap()
        };
        let answer = json(1, &command(&["functions", &path, "--json"]));
        assert_eq!(answer["inputs"][0]["what"], "an archive");
        assert_eq!(answer["gaps"].as_array().unwrap().len(), 1, "{answer}");
        assert_eq!(answer["gaps"][0]["what"], reason);
        let shown = stdout(1, &command(&["functions", &path]));
        assert!(shown.contains("SHA-256") && shown.contains("not looked into"), "{shown}");
    }
    let nothing = folder.join("nothing");
    fs::create_dir_all(&nothing).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    let output = command.args(["code", "functions"]).arg(&nothing).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let gaps = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(gaps.contains("nothing: the folder has no files"), "{gaps}");
}

#[test]
fn mistakes_are_named_with_place_and_remedy() {
    let Some(index) = index("code-mistakes") else { return };
    let nowhere = index.parent().unwrap().join("nowhere");
    let cases: [(&[&str], &Path, &[&str]); 8] = [
        (&["functions", "missing.exe"], &index, &["cannot open missing.exe", "No such file"]),
        (&["match", "missing.exe"], &index, &["cannot open missing.exe"]),
        (&["match", "samples/beacon"], &nowhere, &["nowhere/manifest.json", "code index add"]),
        (&["index", "list"], &nowhere, &["nowhere/manifest.json", "hint:"]),
        (&["yara", "Nobody", "--files", "built"], &index, &["no family Nobody", "index list"]),
        (&["yara", "Lantern", "--files", "samples"], &index, &["none of the files", "folder"]),
        (&["index", "remove", "--family", "Nobody"], &index, &["no family Nobody"]),
        (&["index", "remove", "ffffffffffff"], &index, &["begins with ffffffffffff"]),
    ];
    for (words, index, named) in cases {
        let error = failure(&run(words, index));
        assert!(error.starts_with("error: "), "{error}");
        for name in named {
            assert!(error.contains(name), "{name} in {error}");
        }
        assert!(!error.contains("panicked"), "{error}");
    }
    let words = ["index", "add", "src", "--family", "Source"];
    assert!(failure(&run(&words, &nowhere)).contains("no program could be read"));
}

#[test]
fn an_index_without_programs_says_that_nothing_is_known() {
    let Some(index) = index("code-empty") else { return };
    for family in ["Lantern", "Ledger", "public checksums"] {
        stdout(0, &run(&["index", "remove", "--family", family], &index));
    }
    let list = stdout(0, &run(&["index", "list"], &index));
    assert!(list.contains("0 programs, 0 families"), "{list}");
    let output = run(&["match", "samples/beacon", "-v"], &index);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    for stage in ["opening the index: ", "comparing samples/beacon: "] {
        assert!(told.contains(stage), "{told}");
    }
    let text = stdout(0, &output);
    assert!(!text.contains("Lamplighters"), "{text}");
    stdout(0, &run(&["index", "merge"], &index));
    stdout(0, &run(&["index", "verify"], &index));
}

#[test]
fn a_damaged_index_is_a_gap_with_its_file_and_the_rest_is_used() {
    let Some(index) = index("code-damaged") else { return };
    let lantern = segments(&index).into_iter().find(|path| {
        let bytes = fs::read(path).unwrap();
        bytes.windows(12).any(|window| window == b"Lamplighters")
    });
    let lantern = lantern.expect("its name lies in one segment");
    let whole = fs::read(&lantern).unwrap();
    let name = lantern.file_name().unwrap().to_str().unwrap();
    for damaged in [&whole[..whole.len() / 2], &[]] {
        fs::write(&lantern, damaged).unwrap();
        for words in [&["match", "samples/beacon"][..], &["index", "list"], &["index", "verify"]] {
            let output = run(words, &index);
            assert!(!stdout(1, &output).contains("Lamplighters"));
            let gaps = String::from_utf8_lossy(&output.stderr);
            assert!(gaps.contains(name) && gaps.contains("add its samples again"), "{gaps}");
        }
    }
    // A byte in the middle is found by checking them all, which every answer on a program does.
    let mut bytes = whole.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&lantern, bytes).unwrap();
    let output = run(&["index", "verify"], &index);
    assert!(stdout(1, &output).is_empty(), "nothing holds that was not checked");
    let output = run(&["match", "samples/beacon"], &index);
    stdout(1, &output);
    assert!(String::from_utf8_lossy(&output.stderr).contains(name), "its file is named");
    fs::write(&lantern, whole).unwrap();
    stdout(0, &run(&["index", "verify"], &index));
    fs::write(index.join("manifest.json"), "{}").unwrap();
    let error = failure(&run(&["index", "list"], &index));
    assert!(error.contains("manifest.json") && error.contains("hint: "), "{error}");
}

/// A file that lies with the tests of another crate.
fn data(path: &str) -> String {
    format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn another_version_of_an_assembly_is_matched_method_by_method() {
    let Some(folder) = programs() else { return };
    let index = folder.join("code-dotnet");
    let (first, second) = (
        data("demarche-image/tests/data/lantern.exe"),
        data("demarche-image/tests/data/lantern-second.exe"),
    );
    let shown = stdout(0, &run(&["functions", &first], &index));
    for line in ["v4.0.30319: bytecode", "MVID", "5f0c3a52-9d0e-4c7a-8d57-5b2f5c1a7e11"] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    drop(fs::remove_dir_all(&index));
    let words = ["index", "add", &first, "--family", "Lantern", "--actor", "Lamplighters"];
    assert!(stdout(0, &run(&[&words[..], &ADDED].concat(), &index)).contains("11 functions"));
    let words = ["match", &second, "--known", &first, "--json"];
    let answer = json(0, &run(&words, &index));
    let shared = answer["answer"]["programs"][0]["rests_on"].as_array().unwrap();
    assert!(shared.len() >= 7, "{} functions", shared.len());
    assert!(shared.iter().any(|function| function["name"] == "Lamplighters.Lantern::Flicker"));
    assert!(shared.iter().all(|function| !function["lines"].as_array().unwrap().is_empty()));
}

#[test]
fn a_packed_program_is_compared_unpacked() {
    let Some(folder) = programs() else { return };
    let packed = data("demarche-archive/tests/data/wick-x64-nrv2b.upx");
    let answer = json(0, &run(&["functions", &packed, "--json"], folder));
    let names: Vec<&str> = answer["answer"]
        .as_array()
        .unwrap()
        .iter()
        .map(|listing| listing["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, [format!("{packed}/unpacked"), packed.clone()]);
    let index = folder.join("code-packed");
    drop(fs::remove_dir_all(&index));
    let words = ["index", "add", &packed, "--family", "Wick"];
    let added = stdout(0, &run(&[&words[..], &ADDED].concat(), &index));
    assert!(added.starts_with("1 program with "), "the packer's own code is none: {added}");
}

#[test]
fn the_doubt_about_an_unpacked_program_stays_with_it() {
    let mut packed = fs::read(data("demarche-archive/tests/data/wick-x64-nrv2b.upx")).unwrap();
    // The last mark is that of the trailer. The checksum of the program begins 8 bytes behind it, and the order of its
    // bytes is of no consequence to the sum over the trailer.
    let trailer = packed.windows(4).rposition(|window| window == b"UPX!").unwrap();
    packed.swap(trailer + 8, trailer + 9);
    let folder = folder("code-doubtful");
    let path = folder.join("wick");
    fs::write(&path, packed).unwrap();
    let index = folder.join("index");
    let path = path.to_str().unwrap();
    let words = ["index", "add", path, "--family", "Wick", "--note", "found in May"];
    let output = run(&[&words[..], &ADDED].concat(), &index);
    assert_eq!(output.status.code(), Some(1), "complete with a gap");
    let doubt = "a checksum does not hold: what was unpacked is not the program that was packed";
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(doubt), "{told}");
    let listed = stdout(0, &run(&["index", "list"], &index));
    let listed = listed.split_whitespace().collect::<Vec<_>>().join(" ");
    let note = format!("note found in May; the program is packed with UPX, and {doubt}");
    assert!(listed.contains(&note), "{listed}");
}

#[test]
fn a_packed_program_without_a_mark_is_still_called_packed() {
    let mut bytes = fs::read(data("demarche-archive/tests/data/wick-x64-nrv2b.upx")).unwrap();
    while let Some(mark) = bytes.windows(4).position(|window| window == b"UPX!") {
        bytes[mark..mark + 4].fill(b'x');
    }
    let path = folder("code-unmarked").join("wick");
    fs::write(&path, bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    let shown = stdout(0, &command.args(["code", "functions"]).arg(&path).output().unwrap());
    assert!(shown.contains("with UPX: "), "{shown}");
    assert!(shown.contains("a program was taken out of it as UPX packs"), "{shown}");
}

/// The functions of a program in the index, as `index list` counts them.
fn stored(index: &Path, name: &str) -> u64 {
    let listed = json(0, &run(&["index", "list", "--json"], index));
    let programs = listed["answer"]["programs"].as_array().unwrap().clone();
    let program = programs.into_iter().find(|one| one["name"].as_str().unwrap().ends_with(name));
    program.unwrap()["functions"].as_u64().unwrap()
}

#[test]
fn functions_are_chosen_before_they_are_stored() {
    let Some(index) = index("code-chosen") else { return };
    let beacon = |more: &[&str]| {
        let words = [&["index", "add", "samples/beacon", "--family", "Beacon"], more].concat();
        run(&words, &index)
    };
    let all = json(0, &run(&["functions", "samples/beacon", "--json"], &index));
    let functions = all["answer"][0]["images"][0]["functions"].as_array().unwrap().clone();
    let all = functions.len() as u64;
    let error = failure(&beacon(&["--only", "0x20..0x10"]));
    assert!(error.contains("a range ends behind its beginning"), "{error}");
    let nothing = beacon(&["--only", "nobody*"]);
    assert_eq!(nothing.status.code(), Some(2));
    let nothing = String::from_utf8(nothing.stderr).unwrap();
    let left = format!("error: the choice of functions (only nobody*) leaves none of the {all} of");
    assert!(nothing.contains(&left) && nothing.contains("hint: "), "{nothing}");
    let unread = String::from_utf8(beacon(&["--only", "nobody*", "code.rs"]).stderr).unwrap();
    assert!(!unread.contains("could be read"), "{unread}");
    let chosen = ["--only", "sub_*", "--not-library-code", "--note", "found in May"];
    stdout(0, &beacon(&chosen));
    let left = stored(&index, "beacon");
    assert!(0 < left && left < all, "{left} of {all}");
    let listed = json(0, &run(&["index", "list", "--json"], &index));
    let note = "found in May; functions: only sub_*, not library code";
    assert!(listed.to_string().contains(note), "{listed}");
    let unmatched = run(&["match", "samples/beacon", "--only", "nobody*"], &index);
    assert_eq!(unmatched.status.code(), Some(1));
    let unmatched = String::from_utf8(unmatched.stderr).unwrap();
    assert!(unmatched.contains(&format!("leaves none of the {all} of")), "{unmatched}");
    let first = functions[0]["address"].as_u64().unwrap();
    let only = format!("{first:#x}");
    let words = ["functions", "samples/beacon", "--json", "--only", &only];
    let found = json(0, &run(&words, &index));
    let found = found["answer"][0]["images"][0]["functions"].as_array().unwrap().clone();
    assert_eq!(found.as_slice(), &functions[..1]);
}
