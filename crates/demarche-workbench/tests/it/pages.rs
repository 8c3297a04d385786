//! What pages say, and what they answer when something is asked.

use demarche_workbench::Ask;

use crate::bench::Bench;

/// Enough of a page to see what went wrong.
fn beginning(read: &str) -> String {
    read.chars().take(1500).collect()
}

const PAGES: [&str; 11] = [
    "/sony-2014/",
    "/sony-2014/timeline",
    "/sony-2014/evidence",
    "/sony-2014/attribution",
    "/sony-2014/code",
    "/sony-2014/networks",
    "/sony-2014/exposure",
    "/sony-2014/options",
    "/sony-2014/notes",
    "/sony-2014/limits",
    "/sony-2014/log",
];

#[test]
fn every_page_is_there_and_every_link_on_it_leads_somewhere() {
    let bench = Bench::sony();
    let mut pages: Vec<(String, String)> = Vec::new();
    for page in PAGES.into_iter().chain(["/", "/library", "/sony-2014/notes/CN"]) {
        let reply = bench.get(page);
        assert!(reply.status().is_success(), "{page}: {}", reply.html());
        pages.push((page.to_owned(), reply.html().to_owned()));
    }
    let mut checked = 0;
    for (page, html) in &pages {
        for link in html.split("href=\"").skip(1) {
            let link = link.split_once('"').unwrap().0.replace("&amp;", "&");
            let (path, id) = link.split_once('#').unwrap_or((&link, ""));
            if path.starts_with("/assets") || path.contains('?') || path.contains("/notes/") {
                continue;
            }
            let path = if path.is_empty() { page } else { path };
            let target = pages
                .iter()
                .find(|(name, _)| name.trim_end_matches('/') == path.trim_end_matches('/'));
            let (_, target) =
                target.unwrap_or_else(|| panic!("{page} links to {link}, which is no page"));
            let has = id.is_empty() || id == "main" || target.contains(&format!("id=\"{id}\""));
            assert!(has, "{page} links to {link}, and nothing there has that name");
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} links were seen");
}

#[test]
fn the_overview_says_what_the_report_says() {
    let bench = Bench::sony();
    let read = bench.read("/sony-2014/");
    assert!(read.contains("An actor of North Korea very likely did it"), "{}", beginning(&read));
    assert!(read.contains("passes through AS4837"), "{}", beginning(&read));
}

#[test]
fn an_item_left_out_gives_the_judgement_without_it() {
    let bench = Bench::sony();
    let first = bench.text("evidence.toml");
    let ids: Vec<&str> =
        first.lines().filter_map(|line| line.strip_prefix("id")?.split('"').nth(1)).collect();
    let query: Vec<String> = ids.iter().map(|id| format!("without={id}")).collect();
    let read = bench.read(&format!("/sony-2014/attribution?{}", query.join("&")));
    assert!(read.contains("There is nothing to judge from."), "{}", beginning(&read));
    let one = bench.read(&format!("/sony-2014/attribution?without={}", ids[0]));
    assert!(one.contains("Without the ticked item"), "{}", beginning(&one));
    assert_eq!(bench.text("evidence.toml"), first, "a question changes no file");
}

#[test]
fn a_refusal_tells_how_much_is_cut_off() {
    let bench = Bench::sony();
    let read = bench.read("/sony-2014/networks?refuse=AS4837");
    assert!(read.contains("If AS4837"), "{}", beginning(&read));
    let states = bench.read("/sony-2014/networks?refuse=CN,US");
    assert!(
        states.contains("If all networks of China and United States"),
        "{}",
        beginning(&states)
    );
    let wrong = bench.read("/sony-2014/networks?refuse=AS65551");
    assert!(wrong.contains("The tables do not have AS65551"), "{}", beginning(&wrong));
    let neither = bench.read("/sony-2014/networks?refuse=%3Cscript%3E");
    assert!(neither.contains("neither a network"), "{}", beginning(&neither));
}

#[test]
fn other_values_give_another_order_and_are_kept_when_wanted() {
    let bench = Bench::sony();
    let read = bench.read("/sony-2014/options?important=cost&important=escalation&severity=3");
    assert!(read.contains("Keep it in response.toml"), "{}", beginning(&read));
    let fields = [("important", "cost"), ("important", "escalation"), ("severity", "3")];
    let reply = bench.post("/sony-2014/options", &fields);
    assert_eq!(reply.status(), 303, "{}", reply.html());
    assert!(bench.text("response.toml").contains("importance = [\"cost\", \"escalation\"]"));
}

#[test]
fn weights_are_bounded_one_by_one() {
    let bench = Bench::sony();
    let read = bench.read("/sony-2014/options?least-cost=60&most-cost=80");
    assert!(read.contains("Keep it in response.toml"), "{}", beginning(&read));
    let none = bench.read("/sony-2014/options?least-cost=60&least-speed=60");
    assert!(none.contains("No weights lie in all these ranges"), "{}", beginning(&none));
    let reply = bench.post("/sony-2014/options", &[("least-cost", "60"), ("most-cost", "80")]);
    assert_eq!(reply.status(), 303, "{}", reply.html());
    let kept = bench.text("response.toml");
    assert!(kept.contains("[weights]") && kept.contains("cost = [0.6, 0.8]"), "{kept}");
    let wrong = bench.post("/sony-2014/options", &[("least-cost", "60"), ("least-speed", "60")]);
    assert!(wrong.html().contains("no weights lie in all these ranges"), "{}", wrong.html());
}

#[test]
fn a_note_shows_what_is_withheld_and_refuses_to_tell_it() {
    let bench = Bench::sony();
    let read = bench.read("/sony-2014/notes/CN");
    assert!(read.contains("withheld"), "{}", beginning(&read));
    for form in ["md", "html", "docx", "annex.json", "page"] {
        let reply = bench.get(&format!("/sony-2014/notes/CN/{form}"));
        assert!(reply.status().is_success(), "{form}");
    }
    let title = "The signals behind the statement on North Korean addresses";
    let reply = bench.post("/sony-2014/notes/CN", &[("text", &format!("We know of: {title}"))]);
    assert!(reply.html().contains("withheld from this addressee"), "{}", reply.html());
    let file = bench.root().join("notes/note-CN.md");
    assert!(!file.exists());
    let text = "# A plain request\r\n\r\nThank you.\r\n";
    let reply = bench.post("/sony-2014/notes/CN", &[("text", text)]);
    assert_eq!(reply.status(), 303, "{}", reply.html());
    assert_eq!(bench.text("notes/note-CN.md"), "# A plain request\n\nThank you.\n");
    // Every form is made of the text, and the list of hashes is theirs.
    let bytes = |form: &str| match bench.get(&format!("/sony-2014/notes/CN/{form}")) {
        demarche_workbench::Reply::File { bytes, .. } => bytes,
        reply => panic!("{form}: {}", reply.html()),
    };
    let page = String::from_utf8(bytes("html")).unwrap();
    assert!(page.contains("A plain request") && page.contains("TLP:"), "{page}");
    let annex = String::from_utf8(bytes("annex.json")).unwrap();
    for form in ["md", "html", "docx"] {
        assert!(annex.contains(&demarche_case::Sha256::of(&bytes(form)).to_string()), "{form}");
    }
    assert_eq!(bench.post("/sony-2014/undo", &[]).status(), 303);
    assert!(!file.exists(), "taking it back gives the note back to the case");
}

#[test]
fn a_text_that_became_too_open_is_not_used() {
    let bench = Bench::sony();
    let stricter = "**TLP:RED** – for nobody else\n\n# A request\n";
    // A form is answered at once, so that the case has to be assessed before.
    bench.read("/sony-2014/notes/CN");
    let reply = bench.post("/sony-2014/notes/CN", &[("text", stricter)]);
    assert!(reply.html().contains("the marking"), "{}", reply.html());
    std::fs::create_dir(bench.root().join("notes")).unwrap();
    std::fs::write(bench.root().join("notes/note-CN.md"), stricter).unwrap();
    let read = bench.read("/sony-2014/notes/CN");
    assert!(read.contains("The text that was written by hand is not used"), "{}", beginning(&read));
    assert!(read.contains("Point of contact"), "the case's own text stands there");
}

#[test]
fn what_goes_to_partners_is_exported_with_the_same_identifiers_each_time() {
    let bench = Bench::sony();
    let export = |form: &str| match bench.get(&format!("/sony-2014/notes/{form}")) {
        demarche_workbench::Reply::File { bytes, .. } => String::from_utf8(bytes).unwrap(),
        reply => panic!("{form}: {}", reply.html()),
    };
    let bundle = export("TH/stix.json");
    assert!(bundle.contains("\"type\": \"bundle\"") || bundle.contains("\"type\":\"bundle\""));
    assert_eq!(bundle, export("TH/stix.json"));
    assert!(export("TH/misp.json").contains("\"Event\""));
    let refused = bench.get("/sony-2014/notes/KP/stix.json");
    assert!(!refused.status().is_success(), "an accused state gets no traces");
}

#[test]
fn a_request_to_anybody_is_asked_for_without_a_script() {
    let bench = Bench::sony();
    let reply = bench.get("/sony-2014/notes?to=jp-cert");
    assert_eq!(reply, demarche_workbench::Reply::Go("/sony-2014/notes/JP-CERT".to_owned()));
}

#[test]
fn nothing_of_a_case_becomes_markup() {
    let bench = Bench::sony();
    let case = bench.text("case.toml");
    let line = case.lines().find(|line| line.starts_with("title")).unwrap();
    let hostile = "title = '<script>alert(1)</script><img src=x onerror=alert(2)>'";
    std::fs::write(bench.root().join("case.toml"), case.replacen(line, hostile, 1)).unwrap();
    for page in PAGES {
        let reply = bench.get(page);
        assert!(!reply.html().contains("<script>alert"), "{page}");
        assert!(!reply.html().contains("<img src=x"), "{page}");
    }
}

#[test]
fn what_is_not_there_is_said_and_nothing_is_read_outside_the_case() {
    let bench = Bench::sony();
    for target in [
        "/none/",
        "/sony-2014/none",
        "/sony-2014/../../etc/passwd",
        "/assets/..%2flib.rs",
        "/sony-2014/notes/CN/../case.toml",
        "/sony-2014/evidence/item/x",
    ] {
        let reply = bench.bench.reply(&Ask::get(target));
        assert!(
            reply.status().is_client_error() || reply.html().contains("data-again"),
            "{target}: {}",
            reply.html()
        );
    }
}
