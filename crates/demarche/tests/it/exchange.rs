//! Import, the server and the comparison, as users run them.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use demarche_case::CaseFolder;
use demarche_case::assessment::answer::{Answer, ImportAnswer};
use demarche_compare::psi::CompareAnswer;
use demarche_exchange::answer::{CheckAnswer, ExportAnswer, MatchAnswer, ShareImportAnswer};
use demarche_server::{PullAnswer, PushAnswer};

use crate::command_line::{demarche, folder};

const REPORT: &str =
    "The wiper called hxxps://evil[.]badhost[.]com/a and 45.77.10[.]20.\nIt used T1561.002.\n";

fn told<T: serde::de::DeserializeOwned>(arguments: &[&str]) -> T {
    let output = demarche(arguments);
    let fault = String::from_utf8_lossy(&output.stderr);
    let answer: Answer<T> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{fault}"));
    answer.answer
}

fn done(arguments: &[&str]) -> String {
    let output = demarche(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_report_becomes_evidence_once_and_what_was_written_stays() {
    let out = folder("import");
    let (case, report) = (out.join("my-case"), out.join("report.txt"));
    done(&["init", text(&case)]);
    fs::write(&report, REPORT).unwrap();
    let evidence = case.join("evidence.toml");
    // `init` leaves items to fill in, so that the case is one of ours.
    fs::write(case.join("case.toml"), "id = \"my-case\"\ntitle = \"Made\"\ntlp = \"AMBER\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\n").unwrap();
    fs::write(&evidence, "# Mine.\n").unwrap();
    let import = ["import", text(&report), "--into", text(&case), "--json"];
    let dry: ImportAnswer = told(&[&import[..], &["--dry-run"]].concat());
    assert_eq!((dry.files[0].added.len(), dry.is_written), (3, false));
    assert_eq!(fs::read_to_string(&evidence).unwrap(), "# Mine.\n");
    let first: ImportAnswer = told(&import);
    assert_eq!((first.files[0].added.len(), first.is_written), (3, true));
    let written = fs::read_to_string(&evidence).unwrap();
    assert!(written.starts_with("# Mine.\n"), "{written}");
    let again: ImportAnswer = told(&import);
    assert_eq!((again.files[0].added.len(), again.files[0].known.len()), (0, 3));
    assert_eq!(fs::read_to_string(&evidence).unwrap(), written);
    assert_eq!(CaseFolder::open(&case).unwrap().case().evidence.len(), 3);
}

/// Kills the server when the test ends, whatever its end.
pub(crate) struct Running(pub(crate) std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_bundle_goes_to_a_server_and_comes_back_without_what_is_marked_higher() {
    let out = folder("share");
    let (store, password, bundle) =
        (out.join("taxii.sqlite"), out.join("password"), out.join("bundle.json"));
    fs::write(&password, "a long secret\n").unwrap();
    fs::write(&bundle, r#"{"type":"bundle","id":"bundle--1","objects":[
        {"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd","value":"198.51.100.3","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]},
        {"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.4","object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}]}"#).unwrap();
    let at = ["--store", text(&store)];
    done(&[&["share", "collection", "add", "Indicators"][..], &at].concat());
    done(
        &[&["share", "user", "add", "analyst", "--password-file", text(&password)][..], &at]
            .concat(),
    );
    done(
        &[&["share", "user", "grant", "analyst", "Indicators", "--read", "--write"][..], &at]
            .concat(),
    );
    let server = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["share", "serve", "--listen", "127.0.0.1:0"])
        .args(at)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Running(server);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let who = [
        "--collection",
        "Indicators",
        "--user",
        "analyst",
        "--password-file",
        text(&password),
        "--json",
    ];
    let pushed: PushAnswer =
        told(&[&["share", "push", text(&bundle), url, "--highest", "GREEN"][..], &who].concat());
    assert_eq!((pushed.acknowledged, pushed.withheld.len(), pushed.refused.len()), (1, 1, 0));
    let got = out.join("got.json");
    let pulled: PullAnswer =
        told(&[&["share", "pull", url, "--out", text(&got)][..], &who].concat());
    assert_eq!((pulled.objects, pulled.is_complete), (1, true));
    let got = fs::read_to_string(got).unwrap();
    assert!(got.contains("198.51.100.3") && !got.contains("198.51.100.4"), "{got}");
}

#[test]
fn two_lists_are_compared_by_files() {
    let out = folder("compare");
    let path = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let key = |name: &str| done(&["share", "compare", "key", &path(name)]).trim().to_owned();
    let (ours, theirs) = (key("ours.key"), key("theirs.key"));
    assert_eq!(ours, key("ours.key"), "a key is made once");
    fs::write(path("ours.txt"), "45.77.10.20\nevil[.]badhost.com\n45.77.10.99\n").unwrap();
    fs::write(path("theirs.txt"), "it called evil.badhost.com and 45.77.10[.]21\n").unwrap();
    let round = |name: &str, items: &[&str]| {
        let (request, answer) = (path(&format!("{name}.request")), path(&format!("{name}.answer")));
        done(
            &[
                &[
                    "share",
                    "compare",
                    "ask",
                    &path("ours.txt"),
                    "--key",
                    &path("ours.key"),
                    "--to",
                    &theirs,
                    "--out",
                    &request,
                ][..],
                items,
            ]
            .concat(),
        );
        done(
            &[
                &[
                    "share",
                    "compare",
                    "answer",
                    &request,
                    &path("theirs.txt"),
                    "--key",
                    &path("theirs.key"),
                    "--from",
                    &ours,
                    "--log",
                    &path("log"),
                    "--out",
                    &answer,
                ][..],
                items,
            ]
            .concat(),
        );
        told::<CompareAnswer>(&[
            "share",
            "compare",
            "read",
            &answer,
            &path("ours.txt"),
            "--key",
            &path("ours.key"),
            "--request",
            &request,
            "--json",
        ])
    };
    let count = round("count", &[]);
    assert_eq!((count.common, count.items), (1, None));
    let items = round("items", &["--items"]).items.unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].text, "evil.badhost.com");
    let sightings = |name: &str, out: &str| {
        let (request, answer) = (path(&format!("{name}.request")), path(&format!("{name}.answer")));
        let (list, key, out) = (path("ours.txt"), path("ours.key"), path(out));
        let read = ["share", "compare", "read", &answer, &list, "--key", &key];
        let more = ["--request", &request, "--stix", &out, "--by", "Ours", "--tlp", "GREEN"];
        demarche(&[&read[..], &more].concat()).status.code()
    };
    assert_eq!(sightings("items", "sightings.json"), Some(0));
    let check: CheckAnswer = told(&["share", "check", &path("sightings.json"), "--json"]);
    assert!(check.files[0].is_valid, "{check:?}");
    let written = fs::read_to_string(path("sightings.json")).unwrap();
    assert!(written.contains("[domain-name:value = 'evil.badhost.com']"), "{written}");
    assert_eq!(sightings("count", "none.json"), Some(2), "a number names no item");
    // An exchange is answered once.
    let again = demarche(&[
        "share",
        "compare",
        "answer",
        &path("count.request"),
        &path("theirs.txt"),
        "--key",
        &path("theirs.key"),
        "--from",
        &ours,
        "--log",
        &path("log"),
        "--out",
        &path("again"),
    ]);
    assert_eq!(again.status.code(), Some(2));
}

const SENT: &str = r#"{"type":"bundle","id":"bundle--3f0c1e2a-0000-4000-8000-000000000001", "objects":[
 {"type":"indicator","spec_version":"2.1","id":"indicator--3f0c1e2a-0000-4000-8000-000000000002","created":"2022-01-01T00:00:00.000Z","modified":"2022-01-01T00:00:00.000Z","name":"Control","pattern":"[ipv4-addr:value = '45.77.10.20']","pattern_type":"stix","valid_from":"2022-01-01T00:00:00Z","x_odd": 1.50,"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]},
 {"type":"x-new","id":"x-new--3f0c1e2a-0000-4000-8000-000000000003","colour":"red","object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]}]}
"#;

#[test]
fn a_bundle_of_a_partner_is_kept_whole_matched_and_sent_on() {
    let out = folder("partner");
    let (case, bundle) = (out.join("my-case"), out.join("bundle.json"));
    done(&["init", text(&case)]);
    fs::write(case.join("case.toml"), "id = \"my-case\"\ntitle = \"Made\"\ntlp = \"AMBER\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\n").unwrap();
    fs::write(case.join("evidence.toml"), "").unwrap();
    fs::write(&bundle, SENT).unwrap();
    let import = ["share", "import", text(&bundle), "--into", text(&case), "--json"];
    let first: ShareImportAnswer = told(&import);
    assert_eq!((first.kept[0].objects, first.kept[0].is_new), (2, true));
    let lost = &first.evidence.files[0].not_used;
    assert!(lost.len() == 1 && lost[0].place.starts_with("x-new--"), "{lost:?}");
    let kept = case.join(&first.kept[0].kept);
    assert_eq!(fs::read_to_string(&kept).unwrap(), SENT);
    let log = fs::read_to_string(case.join("log.jsonl")).unwrap();
    assert!(log.contains(&first.kept[0].sha256.to_string()), "{log}");
    let again: ShareImportAnswer = told(&import);
    assert!(!again.kept[0].is_new);
    done(&["seal", text(&case)]);
    done(&["verify", text(&case)]);

    // The pattern of the partner finds the item that came of it.
    let found: MatchAnswer = told(&["share", "match", text(&case), text(&bundle), "--json"]);
    assert_eq!((found.matched.len(), found.matched[0].evidence.len()), (1, 1));

    let sent = out.join("sent.json");
    let export = ["share", "export", text(&case), "--to", "GB", "--as", "received", "--out"];
    let answer: ExportAnswer = told(&[&export[..], &[text(&sent), "--json"]].concat());
    assert_eq!((answer.objects, answer.unexpressed.len()), (1, 1));
    let written = fs::read_to_string(&sent).unwrap();
    assert!(written.contains("\"x_odd\": 1.50") && !written.contains("x-new"), "{written}");
    for (format, name) in [("misp", "event.json"), ("csv", "table.csv")] {
        let file = out.join(name);
        let answer: ExportAnswer = told(&[
            "share",
            "export",
            text(&case),
            "--to",
            "GB",
            "--as",
            format,
            "--out",
            text(&file),
            "--json",
        ]);
        assert_eq!(answer.objects, 1, "{format}");
        assert!(fs::read_to_string(&file).unwrap().contains("45.77.10.20"), "{format}");
    }
    let none = demarche(&[
        "share",
        "export",
        text(&case),
        "--to",
        "GB",
        "--as",
        "attack-flow",
        "--out",
        text(&out.join("flow.json")),
    ]);
    assert_eq!(none.status.code(), Some(2), "a flow without a technique is none");
}

/// A case with nothing in it.
fn empty_case(name: &str) -> std::path::PathBuf {
    let case = folder(name).join("my-case");
    done(&["init", text(&case)]);
    fs::write(case.join("case.toml"), "id = \"my-case\"\ntitle = \"Made\"\ntlp = \"GREEN\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\ncountry = \"US\"\n").unwrap();
    fs::write(case.join("evidence.toml"), "# Mine.\n").unwrap();
    case
}

#[test]
fn an_import_that_would_close_the_case_writes_nothing() {
    let case = empty_case("too-much");
    let hosts: String = (0..18_000).map(|number| format!("h{number}.badhost.com\n")).collect();
    let list = case.join("hosts.txt");
    fs::write(&list, hosts).unwrap();
    let output = demarche(&["import", text(&list), "--into", text(&case)]);
    assert_eq!(output.status.code(), Some(2));
    let fault = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(fault.contains("nothing was written"), "{fault}");
    assert_eq!(fs::read_to_string(case.join("evidence.toml")).unwrap(), "# Mine.\n");
}

#[cfg(unix)]
#[test]
fn a_confidential_file_stays_confidential_and_a_protected_one_stays() {
    use std::os::unix::fs::PermissionsExt;
    let case = empty_case("confidential");
    let (evidence, report) = (case.join("evidence.toml"), case.join("report.txt"));
    fs::write(&report, REPORT).unwrap();
    fs::set_permissions(&evidence, fs::Permissions::from_mode(0o600)).unwrap();
    done(&["import", text(&report), "--into", text(&case)]);
    assert_eq!(fs::metadata(&evidence).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(&report, "And 45.77.10[.]99.\n").unwrap();
    fs::set_permissions(&evidence, fs::Permissions::from_mode(0o400)).unwrap();
    let before = fs::read_to_string(&evidence).unwrap();
    let output = demarche(&["import", text(&report), "--into", text(&case)]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("write-protected"));
    assert_eq!(fs::read_to_string(&evidence).unwrap(), before);
}

#[test]
fn what_was_marked_red_in_a_file_is_in_no_bundle() {
    let case = empty_case("red");
    let red = case.join("red.json");
    fs::write(
        &red,
        r#"{"Event":{"info":"x","Tag":[{"name":"tlp:green"}],"Attribute":[
        {"uuid":"a","type":"ip-dst","value":"45.77.10.1","Tag":["tlp:red"]},
        {"uuid":"b","type":"ip-dst","value":"45.77.10.2"},
        {"uuid":"c","type":"ip-src","value":"45.77.10.2","comment":"TLP: RED"},
        {"uuid":"d","type":"ip-dst","value":"45.77.10.3"}]}}"#,
    )
    .unwrap();
    done(&["import", text(&red), "--into", text(&case)]);
    let later = case.join("later.csv");
    fs::write(&later, "value,tlp\n45.77.10.3,RED\n45.77.10.4,RED\n").unwrap();
    let output = demarche(&["import", text(&later), "--into", text(&case)]);
    assert_eq!(output.status.code(), Some(1), "the case has one of them too lax");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("raise `tlp` of `address-45-77-10-3`"), "{told}");
    let out = case.join("bundle.json");
    demarche(&["share", "export", text(&case), "--to", "DE", "--out", text(&out)]);
    let bundle = fs::read_to_string(&out).unwrap();
    for value in ["45.77.10.1", "45.77.10.2", "45.77.10.4"] {
        assert!(!bundle.contains(value), "{value}");
    }
    let before = [
        "share",
        "export",
        text(&case),
        "--to",
        "DE",
        "--out",
        text(&out),
        "--time",
        "2000-01-01T00:00:00.000Z",
    ];
    let output = demarche(&before);
    assert_eq!(output.status.code(), Some(2));
    let fault = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(fault.contains("give a later --time") && !fault.contains("mistake"), "{fault}");
}

#[test]
fn of_two_answers_at_once_to_one_request_one_is_given_and_a_failed_one_can_be_repeated() {
    let out = folder("compare-race");
    let path = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let key = |name: &str| done(&["share", "compare", "key", &path(name)]).trim().to_owned();
    let (ours, theirs) = (key("ours.key"), key("theirs.key"));
    let list: String =
        (0..2_000).map(|number| format!("45.78.{}.{}\n", number / 250, number % 250)).collect();
    fs::write(path("list.txt"), list).unwrap();
    let (ours_key, request, list) = (path("ours.key"), path("request"), path("list.txt"));
    done(&[
        "share", "compare", "ask", &list, "--key", &ours_key, "--to", &theirs, "--out", &request,
    ]);
    let (theirs_key, log) = (path("theirs.key"), path("log"));
    let answer = |to: &str| -> Vec<String> {
        [
            "share",
            "compare",
            "answer",
            &request,
            &list,
            "--key",
            &theirs_key,
            "--from",
            &ours,
            "--log",
            &log,
            "--out",
            to,
        ]
        .map(str::to_owned)
        .to_vec()
    };
    // The folder of the answer is a file.
    let failed = answer(&path("list.txt/answer"));
    let failed: Vec<&str> = failed.iter().map(String::as_str).collect();
    assert_eq!(demarche(&failed).status.code(), Some(2));
    let running: Vec<_> = ["a", "b", "c"]
        .map(|name| {
            let arguments = answer(&path(name));
            std::thread::spawn(move || {
                let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                demarche(&arguments).status.code()
            })
        })
        .into_iter()
        .collect();
    let codes: Vec<Option<i32>> = running.into_iter().map(|run| run.join().unwrap()).collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
}

/// Reads the head of a request and returns its path.
fn asked(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// A server that sends one page, says that there is more, and then is silent; it tells when that is.
fn silent_server() -> (String, std::sync::mpsc::Receiver<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/taxii2/", listener.local_addr().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let path = asked(&mut stream);
            let body = match path.as_str() {
                "/taxii2/" => r#"{"title":"T","api_roots":["/api/"]}"#.to_owned(),
                "/api/" => r#"{"title":"T","versions":["application/taxii+json;version=2.1"],"max_content_length":99}"#.to_owned(),
                "/api/collections/" => r#"{"collections":[{"id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116","title":"C","can_read":true,"can_write":false}]}"#.to_owned(),
                _ if path.contains("next=") => {
                    drop(sender.send(stream));
                    continue;
                }
                _ => format!(r#"{{"more":true,"next":"2","objects":[{{"id":"x--1","name":"{}"}}]}}"#, "n".repeat(100_000)),
            };
            drop(write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/taxii+json;version=2.1\r\nx-taxii-date-added-last: 2026-01-01T00:00:00.000000Z\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            ));
        }
    });
    (url, receiver)
}

/// Ctrl-C and worse: the file of a pull that was interrupted is not there, nor a part of it.
#[cfg(target_os = "linux")]
#[test]
fn a_pull_that_is_interrupted_leaves_nothing() {
    let out = folder("pull-cut");
    let (url, silent) = silent_server();
    for signal in ["-INT", "-KILL"] {
        let pulling = Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args([
                "share",
                "pull",
                &url,
                "--collection",
                "C",
                "--out",
                text(&out.join("new.json")),
            ])
            .stderr(Stdio::piped())
            .spawn();
        let mut running = Running(pulling.unwrap());
        let held = silent.recv_timeout(std::time::Duration::from_secs(60));
        assert!(held.is_ok(), "the second page is asked for");
        let killed = Command::new("kill").args([signal, &running.0.id().to_string()]).status();
        assert!(killed.unwrap().success());
        assert!(!running.0.wait().unwrap().success());
        let left: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(left.is_empty(), "{signal}: {left:?}");
    }
}

/// Starts a server and reads the address that it tells.
fn started(arguments: &[&str]) -> (Running, String) {
    let child = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["share", "serve", "--listen", "127.0.0.1:0"])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn();
    let mut running = Running(child.unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let host = line.split("//").nth(1).and_then(|rest| rest.split('/').next());
    let host = host.unwrap_or_else(|| panic!("no address in {line}")).to_owned();
    (running, host)
}

#[test]
fn two_lists_are_compared_by_the_server_of_one_party() {
    let out = folder("compare-http");
    let path = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let key = |name: &str| done(&["share", "compare", "key", &path(name)]).trim().to_owned();
    let (ours, theirs, others) = (key("ours.key"), key("theirs.key"), key("others.key"));
    fs::write(path("ours.txt"), "45.77.10.20\nevil[.]badhost.com\n45.77.10.99\n").unwrap();
    fs::write(path("theirs.txt"), "it called evil.badhost.com and 45.77.10[.]21\n").unwrap();
    fs::write(path("secret"), "a long secret\n").unwrap();
    let (store, secret, log) = (path("taxii.sqlite"), path("secret"), path("compare.log"));
    for user in ["us", "stranger"] {
        let add = ["share", "user", "add", user, "--store", &store, "--password-file", &secret];
        done(&add);
    }
    let (with, list, their_key) = (format!("us={ours}"), path("theirs.txt"), path("theirs.key"));
    let serve = [
        "--store",
        &store,
        "--compare",
        &list,
        "--compare-key",
        &their_key,
        "--compare-log",
        &log,
        "--compare-with",
        &with,
    ];
    let query = |host: &str, user: &str, key: &str, to: &str, more: &[&str]| {
        let (url, list, key) = (format!("http://{host}/compare/"), path("ours.txt"), path(key));
        let query = ["share", "compare", "query", &url, &list, "--key", &key, "--to", to];
        let login = ["--user", user, "--password-file", &secret, "--json"];
        demarche(&[&query[..], &login, more].concat())
    };
    let refused = |output: std::process::Output, words: &str| {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && text.contains(words), "{words}: {text}");
    };
    let (running, host) = started(&serve);
    let answer = |output: std::process::Output| {
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        let answer: Result<Answer<CompareAnswer>, _> = serde_json::from_slice(&output.stdout);
        answer.unwrap_or_else(|_| panic!("{text}")).answer
    };
    let count = answer(query(&host, "us", "ours.key", &theirs, &[]));
    assert_eq!((count.common, count.items), (1, None));
    refused(query(&host, "us", "ours.key", &theirs, &["--items"]), "403");
    refused(query(&host, "us", "others.key", &theirs, &[]), "403");
    refused(query(&host, "us", "ours.key", &others, &[]), "403");
    refused(query(&host, "stranger", "ours.key", &theirs, &[]), "404");
    refused(query(&host, "nobody", "ours.key", &theirs, &[]), "401");
    drop(running);
    let (running, host) = started(&[&serve[..], &["--compare-items"]].concat());
    let sightings = path("sightings.json");
    let items = ["--items", "--stix", &sightings, "--by", "Ours", "--tlp", "GREEN"];
    let items = answer(query(&host, "us", "ours.key", &theirs, &items)).items.unwrap();
    assert_eq!((items.len(), items[0].text.as_str()), (1, "evil.badhost.com"));
    drop(running);
    let check: CheckAnswer = told(&["share", "check", &sightings, "--json"]);
    assert!(check.files[0].is_valid, "{check:?}");
    // Each request that was signed has its line, and nothing of the lists is in it.
    let lines = fs::read_to_string(&log).unwrap();
    let verdicts = |word: &str| lines.lines().filter(|line| line.ends_with(word)).count();
    assert_eq!((verdicts("verdict=answered"), verdicts("verdict=refused")), (2, 3), "{lines}");
    assert!(!lines.contains("badhost") && lines.contains(&ours), "{lines}");
}
