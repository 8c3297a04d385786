//! Jobs in parts against one run over all files: on this machine, and on Apache Spark with its workers killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use crate::code;
use crate::command_line::demarche;

/// The real tables beside the clone: the first megabyte of two, and a whole one of the year 2000.
fn tables() -> Option<Vec<PathBuf>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let folder = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let names = [
        "routeviews2.rib.20140523.0600.firstMB.bz2",
        "routeviews6.rib.20151101.0600.firstMB.bz2",
        "rrc00.bview.20000111.0032.gz",
    ];
    let files: Vec<PathBuf> = names.iter().map(|name| folder.join("routes").join(name)).collect();
    if let Some(missing) = files.iter().find(|file| !file.exists()) {
        println!("SKIPPED: {} not found; set DEMARCHE_DATA", missing.display());
        return None;
    }
    Some(files)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

/// Runs a command that ends with gaps alone, since two of the tables are cut short.
fn with_gaps(words: &[&str]) -> Output {
    let output = demarche(words);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// The same question asked of all files at once.
fn at_once(files: &[PathBuf]) -> Vec<u8> {
    let mut words = vec!["routes", "hegemony", "--routes"];
    words.extend(files.iter().map(|file| text(file)));
    with_gaps(&words).stdout
}

fn planned(files: &[PathBuf], job: &Path) {
    let mut words = vec!["cluster", "plan", "routes-hegemony", "--ranges", "3", "--job", text(job)];
    words.extend(files.iter().map(|file| text(file)));
    assert!(demarche(&words).status.success());
}

#[test]
fn a_job_on_this_machine_gives_the_bytes_of_one_run_and_tells_of_damage() {
    let Some(mut files) = tables() else { return };
    let expected = at_once(&files);
    let folder = tempfile::tempdir().unwrap();
    let (job, note) = (folder.path().join("job"), folder.path().join("note.txt"));
    fs::write(&note, "no table").unwrap();
    files.push(note);
    planned(&files, &job);
    let output = with_gaps(&["cluster", "run", text(&job), "--on", "local:2"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("no routing table (MRT) is in it"));
    assert_eq!(fs::read(job.join("answer.csv")).unwrap(), expected);

    // Two tables are cut short and the note is none, which a verdict on the whole has to tell each time.
    let told = String::from_utf8(with_gaps(&["cluster", "verify", text(&job)]).stderr).unwrap();
    let gaps = told.lines().filter(|line| line.starts_with("gap:")).count();
    assert!(gaps == 3 && told.contains("no routing table (MRT) is in it"), "{told}");
    let tables = fs::read_dir(job.join("partials")).unwrap().map(|entry| entry.unwrap().path());
    let ending = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "parquet");
    let table = tables.filter(ending).min().expect("the job made partials");
    let bytes = fs::read(&table).unwrap();
    let answer = fs::read(job.join("answer.json")).unwrap();
    for (damaged, file, word) in [
        (&bytes[..bytes.len() / 2], &table, "its table is not the one"),
        (b"{}", &job.join("answer.json"), "what it tells is not what the answer is"),
        (b"", &job.join("answer.csv"), "the answer is not that of its parts"),
    ] {
        fs::write(file, damaged).unwrap();
        let output = with_gaps(&["cluster", "verify", text(&job)]);
        assert!(String::from_utf8_lossy(&output.stderr).contains(word), "{word}");
        with_gaps(&["cluster", "resume", text(&job)]);
    }
    assert_eq!(fs::read(&table).unwrap(), bytes);
    assert_eq!(fs::read(job.join("answer.json")).unwrap(), answer);
    assert_eq!(fs::read(job.join("answer.csv")).unwrap(), expected);
}

#[test]
fn a_file_that_changed_and_a_partial_of_no_plan_are_not_in_the_answer() {
    let Some(files) = tables() else { return };
    let [first, second, old] = files.as_slice() else { panic!("three tables") };
    let folder = tempfile::tempdir().unwrap();
    let [input, again, job] = ["input", "again", "job"].map(|name| folder.path().join(name));
    fs::copy(first, &input).unwrap();
    fs::copy(first, &again).unwrap();
    let words = ["cluster", "plan", "routes-hegemony", "--tlp", "GREEN", "--job", text(&job)];
    let planned = demarche(&[&words[..], &[text(&input), text(&again), text(old)]].concat());
    let told = String::from_utf8_lossy(&planned.stderr).into_owned();
    assert!(planned.status.success() && told.contains("has the same bytes as"), "{told}");

    // A copy of another file of the plan is a change as any other.
    fs::copy(old, &input).unwrap();
    let told = String::from_utf8(with_gaps(&["cluster", "run", text(&job)]).stderr).unwrap();
    assert!(told.contains("it has changed since the plan"), "{told}");

    let partials = job.join("partials");
    with_gaps(&["partial", "routes-hegemony", text(second), "--out", text(&partials)]);
    fs::copy(second, &input).unwrap();
    let told = String::from_utf8(with_gaps(&["cluster", "run", text(&job)]).stderr).unwrap();
    assert!(told.contains("it has changed since the plan"), "{told}");
    assert_eq!(
        fs::read(job.join("answer.csv")).unwrap(),
        demarche(&["routes", "hegemony", "--routes", text(old)]).stdout
    );

    fs::copy(first, &input).unwrap();
    let output = with_gaps(&["cluster", "resume", text(&job), "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let answer = &json["answer"];
    assert_eq!((&answer["partials"], &answer["tlp"]), (&2.into(), &"GREEN".into()));
    assert_eq!(answer["is_current"], true);
    assert_eq!(fs::read(job.join("answer.csv")).unwrap(), at_once(&[first.clone(), old.clone()]));
}

#[cfg(unix)]
#[test]
fn a_list_of_files_has_names_of_any_bytes_and_at_least_one() {
    let folder = tempfile::tempdir().unwrap();
    let [list, out, plain] = ["list", "out", "plain.mrt"].map(|name| folder.path().join(name));
    let odd: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"od\xff.mrt");
    let files = [folder.path().join(odd), plain];
    files.iter().for_each(|file| fs::write(file, "no table").unwrap());
    let names = files.map(|file| file.into_os_string().into_encoded_bytes());
    fs::write(&list, names.join(b"\r\n".as_slice())).unwrap();
    let words = ["partial", "routes-hegemony", "--files-from", text(&list), "--out", text(&out)];
    let told = String::from_utf8(with_gaps(&words).stdout).unwrap();
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines.iter().all(|line| line.contains("no routing table (MRT) is in it")), "{told}");
    fs::write(&list, "\n\n").unwrap();
    let output = demarche(&words);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("names no file"));
}

#[test]
fn what_is_no_plain_file_is_not_replaced_by_an_answer() {
    let Some(files) = tables() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (partials, pipe) = (folder.path().join("partials"), folder.path().join("pipe"));
    let output =
        demarche(&["partial", "routes-hegemony", text(&files[2]), "--out", text(&partials)]);
    assert!(output.status.success());
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let output = demarche(&["merge", "routes-hegemony", text(&partials), "--out", text(&pipe)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no plain file"));
    assert!(!fs::metadata(&pipe).unwrap().is_file());
    // A reader that has gone away (`| head`) is no failure.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut merge = Command::new(env!("CARGO_BIN_EXE_demarche"));
    merge.args(["merge", "routes-hegemony", text(&partials)]);
    let output = merge.stdout(writer).stderr(Stdio::piped()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*told), (Some(0), ""));
}

#[test]
fn a_program_of_another_version_does_not_work_on_a_job() {
    let Some(files) = tables() else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("partials");
    let words = ["partial", "routes-hegemony", text(&files[2]), "--out", text(&out)];
    let output = demarche(&[&words[..], &["--expect", "demarche 9.9.9"]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("install the same version"));
    assert!(!out.exists());
}

/// Runs a command that must succeed, and returns what it prints.
fn complete(words: &[&str]) -> Vec<u8> {
    let output = demarche(words);
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn a_job_over_segments_gives_the_pairs_of_families_of_one_merge() {
    let Some(index) = code::index("cluster-segments") else { return };
    let segments = code::segments(&index);
    let folder = tempfile::tempdir().unwrap();
    let [job, partials] = ["job", "partials"].map(|name| folder.path().join(name));
    let files: Vec<&str> = segments.iter().map(|path| text(path)).collect();
    complete(&[&["partial", "code-traits", "--out", text(&partials)], &files[..]].concat());
    for pairs in [&[][..], &["--pairs", "3"]] {
        let job = job.join(pairs.len().to_string());
        let merge = [&["merge", "code-traits", text(&partials)], pairs].concat();
        let expected = String::from_utf8(complete(&merge)).unwrap();
        assert!(expected.lines().count() > 1, "{expected}");
        let plan = ["cluster", "plan", "code-traits", "--ranges", "5", "--job", text(&job)];
        complete(&[&plan[..], pairs, &files[..]].concat());
        complete(&["cluster", "run", text(&job), "--on", "local:2"]);
        assert_eq!(fs::read_to_string(job.join("answer.csv")).unwrap(), expected);
        complete(&["cluster", "verify", text(&job)]);
        fs::write(job.join("answer.csv"), expected + "of another\n").unwrap();
        let told = with_gaps(&["cluster", "verify", text(&job)]).stderr;
        assert!(String::from_utf8_lossy(&told).contains("is not that of its parts"));
    }
}

#[test]
fn partials_of_programs_are_those_of_their_segment() {
    let (Some(programs), folder) = (code::programs(), tempfile::tempdir().unwrap()) else { return };
    let [index, ours, theirs] = ["index", "ours", "theirs"].map(|name| folder.path().join(name));
    for (program, family) in [("lantern", "Lantern"), ("ledger", "Ledger")] {
        let path = programs.join("built").join(program);
        complete(&[
            "code",
            "index",
            "add",
            text(&path),
            "--family",
            family,
            "--index",
            text(&index),
        ]);
        complete(&[
            "partial",
            "code-traits",
            text(&path),
            "--family",
            family,
            "--out",
            text(&ours),
        ]);
    }
    let segments = code::segments(&index);
    for segment in &segments {
        complete(&["partial", "code-traits", text(segment), "--out", text(&theirs)]);
    }
    let merged = |folder: &Path| complete(&["merge", "code-traits", text(folder)]);
    assert_eq!(merged(&ours), merged(&theirs));
    let labelled =
        with_gaps(&["partial", "code-traits", text(&segments[0]), "--library-code", "--out", "x"]);
    assert!(String::from_utf8_lossy(&labelled.stderr).contains("says itself of which family"));
    let pairs = demarche(&["merge", "routes-hegemony", text(&ours), "--pairs", "4"]);
    assert!(String::from_utf8_lossy(&pairs.stderr).contains("has no families"));
}

fn mail(number: u32, text: &str) -> String {
    format!(
        "From a@b Mon Nov 24 10:00:00 2014\nFrom: Anna <anna@north.example.de>\nTo: ben@south.example.fr\n\
         Message-ID: <{number}@north.example.de>\nSubject: about {number}\n\n{text}\n\n"
    )
}

#[cfg(unix)]
#[test]
fn a_job_over_mailboxes_counts_as_one_scan_and_leaves_nothing_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let [dump, job, key] = ["dump", "job", "key"].map(|name| folder.path().join(name));
    fs::create_dir(&dump).unwrap();
    let card = "Visa 4111 1111 1111 1111 of Anna Adams";
    let [one, two] = ["one.mbox", "two.mbox"].map(|name| dump.join(name));
    fs::write(&one, mail(1, card) + &mail(2, "nothing")).unwrap();
    fs::write(&two, mail(1, card) + &mail(3, card)).unwrap();
    let key_file = ["--key-file", text(&key)];
    let plan = ["cluster", "plan", "exposure", text(&one), text(&two), "--job", text(&job)];
    complete(&[&plan[..], &key_file].concat());
    complete(&["cluster", "run", text(&job), "--on", "local:2"]);
    let scanned = complete(&["expose", "scan", text(&dump), "--json"]);
    let scanned: serde_json::Value = serde_json::from_slice(&scanned).unwrap();
    let answer = fs::read_to_string(job.join("answer.csv")).unwrap();
    let number = |line: &str| -> u64 {
        let found = answer.lines().find_map(|told| told.strip_prefix(line)?.strip_prefix(','));
        found.unwrap_or_else(|| panic!("{line} is not in {answer}")).parse().unwrap()
    };
    let read = &scanned["answer"]["read"];
    for (line, name) in [("messages,,", "messages"), ("message_copies,,", "message_copies")] {
        assert_eq!(read[name], number(line), "{answer}");
    }
    let cards = scanned["answer"]["kinds"].as_array().unwrap();
    let cards = cards.iter().find(|kind| kind["kind"] == "card").unwrap();
    assert_eq!((&cards["values"], &cards["contents"]), (&number("values,card,").into(), &2.into()));
    assert_eq!(number("contents,card,"), 2);
    assert_eq!((number("addresses,,DE"), number("addresses,,")), (1, 2));
    assert_eq!(scanned["answer"]["people"]["named_in_data"], number("persons,,"));
    let told = fs::read_to_string(job.join("answer.json")).unwrap();
    assert!(told.contains("\"tlp\": \"RED\""), "{told}");
    complete(&["cluster", "verify", text(&job)]);

    let mut private = vec![key, job.join("answer.csv"), job.join("answer.json")];
    for part in ["partials", "merged"] {
        let entries = fs::read_dir(job.join(part)).unwrap().map(|entry| entry.unwrap().path());
        private.extend(entries.filter(|path| path.extension().is_some()));
    }
    for path in private {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{}", path.display());
        let bytes = fs::read(&path).unwrap();
        let has = |word: &str| bytes.windows(word.len()).any(|met| met == word.as_bytes());
        assert!(!has("north.example") && !has("4111 1111") && !has("Adams"), "{}", path.display());
    }
    let without = demarche(&["partial", "exposure", text(&one), "--out", text(&job)]);
    assert!(String::from_utf8_lossy(&without.stderr).contains("--key-file"));
}

/// A Spark on loopback: a master and two workers of one core.
struct Spark {
    python: PathBuf,
    address: String,
    processes: Vec<Child>,
}

impl Drop for Spark {
    fn drop(&mut self) {
        for process in &mut self.processes {
            drop(process.kill());
            drop(process.wait());
        }
    }
}

impl Spark {
    fn start(folder: &Path) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "tests find their engine by the environment")]
        let python = std::env::var_os("DEMARCHE_SPARK_PYTHON").map(PathBuf::from);
        let Some(python) = python else {
            eprintln!("SKIPPED: DEMARCHE_SPARK_PYTHON is not set, so no job ran on Apache Spark");
            return None;
        };
        let found = Command::new(&python)
            .args(["-c", "import pyspark, os; print(os.path.dirname(pyspark.__file__), end='')"])
            .output()
            .unwrap();
        let home = PathBuf::from(String::from_utf8(found.stdout).unwrap());
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("spark://127.0.0.1:{port}");
        let class = |words: &[&str], log: &str| {
            let log = fs::File::create(folder.join(log)).unwrap();
            Command::new(home.join("bin/spark-class"))
                .args(words)
                .env("SPARK_HOME", &home)
                .env("SPARK_LOCAL_IP", "127.0.0.1")
                .stdin(Stdio::null())
                .stdout(log.try_clone().unwrap())
                .stderr(log)
                .spawn()
                .unwrap()
        };
        let port = port.to_string();
        let master = "org.apache.spark.deploy.master.Master";
        let worker = "org.apache.spark.deploy.worker.Worker";
        let mut processes = vec![class(
            &[master, "--host", "127.0.0.1", "--port", &port, "--webui-port", "0"],
            "master.log",
        )];
        appears(&folder.join("master.log"), "New state: ALIVE");
        for number in ["1", "2"] {
            let work = folder.join(format!("worker{number}"));
            let words = [worker, "--cores", "1", "--memory", "1g", "--webui-port", "0"];
            let words = [&words[..], &["--work-dir", text(&work), &address]].concat();
            processes.push(class(&words, &format!("worker{number}.log")));
            appears(
                &folder.join(format!("worker{number}.log")),
                "Successfully registered with master",
            );
        }
        Some(Self { python, address, processes })
    }

    fn run(&self, job: &Path) -> Child {
        Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args(["cluster", "run", text(job), "--on", &self.address, "--python"])
            .arg(&self.python)
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

/// Waits until something is true, two minutes at most.
fn comes_true(mut holds: impl FnMut() -> bool, otherwise: &str) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{otherwise}");
}

/// Waits until a log has a text.
fn appears(log: &Path, wanted: &str) {
    let has = || fs::read_to_string(log).is_ok_and(|text| text.contains(wanted));
    comes_true(has, &format!("{} never said {wanted}", log.display()));
}

/// Kills with -9 the executors whose work lies in a folder; returns their number.
fn kill_executors(work: &Path) -> usize {
    let marker = text(work).as_bytes();
    let mut killed = 0;
    for entry in fs::read_dir("/proc").unwrap().filter_map(Result::ok) {
        let is_there = fs::read_link(entry.path().join("cwd"))
            .is_ok_and(|cwd| text(&cwd).as_bytes().starts_with(marker));
        let command = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let is_executor =
            String::from_utf8_lossy(&command).contains("CoarseGrainedExecutorBackend");
        if is_there && is_executor {
            let pid = entry.file_name();
            drop(Command::new("kill").arg("-9").arg(pid).status());
            killed += 1;
        }
    }
    killed
}

#[test]
fn a_job_on_spark_outlives_an_executor_and_says_when_no_worker_is_left() {
    let Some(files) = tables() else { return };
    let folder = tempfile::tempdir().unwrap();
    let Some(mut spark) = Spark::start(folder.path()) else { return };
    let job = folder.path().join("job");
    planned(&files, &job);
    let run = spark.run(&job);
    let work = folder.path().join("worker1");
    comes_true(|| kill_executors(&work) > 0, "no executor came up");
    let output = run.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(job.join("answer.csv")).unwrap(), at_once(&files));

    for worker in spark.processes.drain(1..) {
        let mut worker = worker;
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    for number in ["worker1", "worker2"] {
        kill_executors(&folder.path().join(number));
    }
    let second = folder.path().join("second");
    planned(&files, &second);
    let output = spark.run(&second).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("no worker has been there for"), "{told}");
}
