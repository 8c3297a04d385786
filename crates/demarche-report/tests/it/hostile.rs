//! Names in AS tables, and everything in a case, may be written by the other side.

use std::collections::BTreeMap;

use demarche_case::assessment::attribution::Hypothesis;
use demarche_case::{Recipient, Tlp};
use demarche_report::{
    attribution_answer, code_answer, code_comparison_answer, code_comparison_html,
    code_families_answer, code_families_html, code_functions_csv, code_html, code_ties_csv,
    evaluation_html, evaluation_markdown, exposure_answer, exposure_people, exposure_scan,
    matrix_csv, navigator_layers, note, precedents_html, ranking_csv, response_answer,
    response_csv, svg_of_code_functions, svg_of_code_ties, svg_of_map, svg_of_matrix,
    svg_of_ranking, svg_of_sensitivity, terminal, to_html,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::{parts, text_of};
use crate::exposure::{filled_exposure, with_exposure};
use crate::fixtures::{country, gap, large, small};
use crate::judged::{evaluation, judged, unjudged};
use crate::shared_code::{code_families, comparison, findings, with_code};
use crate::weighed::{responses, weighed};
use crate::well_formed::check;

/// Names that have broken other programs.
fn hostile() -> Vec<String> {
    let long = "A|".repeat(5_000);
    let stack = format!("Z{}", "\u{0301}".repeat(4_000));
    let names = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "]]></title></svg><script>alert(1)</script>",
        "a|b|c\n| d | e |\n\n# heading",
        "[click](javascript:alert(1)) ![x](http://evil.example/x.png)",
        "`code` ``` fence",
        "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}",
        "\u{0}\u{1}\u{8}\u{1b}[31m\u{7f}\u{85}\u{fffe}",
        "-->&lt;!--<!--",
        "http://evil.example www.evil.example a@evil.example",
        "url(http://evil.example/)",
        "&#60;script&#62;",
        "",
        "   ",
        "مرحبا بالعالم",
        "漢字かな交じり文の長い名前の運用者株式会社",
        long.as_str(),
        stack.as_str(),
    ];
    names.map(str::to_owned).to_vec()
}

/// Keys of free texts.
const FREE: [&str; 57] = [
    "name",
    "label",
    "title",
    "summary",
    "says",
    "text",
    "what",
    "file",
    "size",
    "source",
    "program",
    "path",
    "note",
    "organisation",
    "contact",
    "role",
    "trace",
    "value",
    "because",
    "remedy",
    "cut_off_means",
    "id_of_caveat",
    "unit",
    "host",
    "url",
    "reason",
    "question",
    "date_of_data",
    "author",
    "imitated_name",
    "cluster",
    "reasons",
    "caveats",
    "software",
    "actors",
    "ties",
    "licence",
    "from",
    "data",
    "listed",
    "format",
    "architecture",
    "packed",
    "family",
    "traits",
    "with",
    "cite",
    "words",
    "answer",
    "norms",
    "articles",
    "strict",
    "permissive",
    "cooperation",
    "reversible",
    "exposes",
    "third_parties",
];

/// Puts hostile text into every free text of an assessment, or of whatever else is shown.
fn poison<T: Serialize + DeserializeOwned>(shown: &T, text: &str) -> T {
    let mut value = serde_json::to_value(shown).unwrap();
    walk(&mut value, text);
    serde_json::from_value(value).unwrap()
}

fn ids(fields: &serde_json::Map<String, Value>) -> Vec<String> {
    let hypotheses = fields.get("hypotheses").cloned();
    let hypotheses: Option<Vec<Hypothesis>> =
        hypotheses.and_then(|list| serde_json::from_value(list).ok());
    hypotheses.into_iter().flatten().map(|one| one.id().to_string()).collect()
}
/// Judgements go on naming their hypotheses, whose identifiers follow from what was poisoned.
fn rename(value: &mut Value, names: &BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(old) if ["hypothesis", "leader"].contains(&key.as_str()) => {
                        if let Some(name) = names.get(old.as_str()) {
                            name.clone_into(old);
                        }
                    }
                    other => rename(other, names),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rename(item, names)),
        _ => {}
    }
}
fn walk(value: &mut Value, text: &str) {
    match value {
        Value::Object(fields) if fields.contains_key("as_reported") => {
            let before = ids(fields);
            walk_fields(fields, text);
            let names = before.into_iter().zip(ids(fields)).collect();
            rename(value, &names);
        }
        Value::Object(fields) => walk_fields(fields, text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, text)),
        _ => {}
    }
}
fn walk_fields(fields: &mut serde_json::Map<String, Value>, text: &str) {
    for (key, field) in fields {
        match field {
            // The file of an item has a form of its own, which hostile text does not get past.
            Value::Object(_) if key == "file" => {}
            // How indices were reckoned, and the version of IP, is one of two words, and no text.
            // Parameters and the limits of an evaluation have names of their own, and no text.
            Value::Array(_) if key == "parameters" => {}
            Value::Array(items) if items.iter().any(|item| *item == "sibling-reports") => {}
            Value::String(old) if ["exact", "sampled", "ipv4", "ipv6"].contains(&old.as_str()) => {}
            Value::String(old) if FREE.contains(&key.as_str()) => text.clone_into(old),
            // An entry of a catalogue: the identifier is the catalogue's own and may be anything.
            Value::String(old) if is_entry(old) && !text.is_empty() => {
                *old = format!("attack/{text}");
            }
            Value::Array(items) if FREE.contains(&key.as_str()) => {
                for item in items {
                    match item {
                        Value::String(old) => text.clone_into(old),
                        other => walk(other, text),
                    }
                }
            }
            other => walk(other, text),
        }
    }
}
fn is_entry(text: &str) -> bool {
    text.starts_with("attack/") || text.starts_with("dcid/")
}

#[test]
fn no_name_becomes_markup_in_a_page_or_drawing() {
    for text in hostile() {
        for assessment in [small(), large(4)] {
            let assessment = poison(&assessment, &text);
            let shown: String = text.chars().take(40).collect();
            check(&shown, &to_html(&assessment));
            check(&shown, &svg_of_map(assessment.routes.as_ref().unwrap()));
            check(&shown, &note(&assessment, country("CN")).html);
        }
    }
}

#[test]
fn no_name_becomes_markup_in_a_document() {
    let paragraphs = |xml: &str| xml.matches("<w:p>").count();
    for text in hostile() {
        for (clean, code) in [(small(), "CN"), (judged(), "CN"), (small(), "TH-CERT")] {
            let to: Recipient = code.parse().unwrap();
            let parts = parts(&note(&poison(&clean, &text), to).docx);
            // What has the same name everywhere may be listed more often than in the fixture, and a trace with a digit is
            // one that can be looked for.
            let clean = crate::document::parts(&note(&poison(&clean, "name1"), to).docx);
            for ((name, xml), (_, of_clean)) in parts.iter().zip(&clean) {
                let said = text_of(xml);
                assert!(!said.contains(UNSEEN), "{name}: {text}");
                // A reason or prefix may be left out for a name, but no name makes a paragraph.
                assert!(paragraphs(xml) <= paragraphs(of_clean), "{name}: {text}");
            }
        }
    }
}

#[test]
fn no_name_of_the_record_becomes_markup_in_a_page_or_drawing() {
    for text in hostile() {
        let name: String = text.chars().take(40).collect();
        for assessment in [poison(&judged(), &text), poison(&unjudged(), &text)] {
            let (findings, case) = (assessment.attribution.as_ref().unwrap(), &assessment.case);
            check(&name, &to_html(&assessment));
            check(&name, &svg_of_ranking(findings));
            check(&name, &svg_of_matrix(findings, case));
            check(&name, &svg_of_sensitivity(findings, case));
            check(&name, &note(&assessment, country("CN")).html);
            for sentence in attribution_answer(findings, case) {
                assert!(!sentence.contains(UNSEEN) && !sentence.contains(char::is_control));
            }
        }
        check(&name, &evaluation_html(&poison(&evaluation(), &text)));
        let precedents = poison(&crate::precedents::precedents(), &text);
        check(&name, &precedents_html(&precedents, None, &[]));
    }
}

#[test]
fn no_name_of_an_option_becomes_markup_or_is_run() {
    for text in
        hostile().into_iter().chain(["=cmd|' /C calc'!A0", "@SUM(1)", "-2+3"].map(str::to_owned))
    {
        let name: String = text.chars().take(40).collect();
        let mut findings = poison(&responses(), &text);
        for option in &mut findings.options {
            option.id.clone_from(&text);
            option.after = vec![text.clone()];
        }
        for (end, drawn) in crate::responses::everything(&findings) {
            check(&format!("{name}{end}"), &drawn);
        }
        check(&name, &to_html(&poison(&weighed(), &text)));
        said(&response_answer(&findings));
        cells_are_harmless(&response_csv(&findings, Tlp::Amber), &text);
    }
}

#[test]
fn no_name_of_a_program_becomes_markup_in_a_page_or_drawing() {
    for text in hostile() {
        let name: String = text.chars().take(40).collect();
        let findings = poison(&findings(), &text);
        check(&name, &code_html(&findings, &[gap(&text, &text)]));
        check(&name, &code_comparison_html(&poison(&comparison(), &text)));
        check(&name, &to_html(&poison(&with_code(), &text)));
        for compared in &findings.programs {
            check(&name, &svg_of_code_ties(compared));
            check(&name, &svg_of_code_functions(compared));
            said(&code_answer(compared));
        }
        said(&code_comparison_answer(&poison(&comparison(), &text)));
        for number in [3, 9, 40] {
            let families = poison(&code_families(number, 3, 5), &text);
            check(&name, &code_families_html(&families));
            said(&code_families_answer(&families));
        }
    }
}

#[test]
fn no_name_in_a_leak_becomes_markup_in_a_page_drawing_or_note() {
    for text in hostile() {
        let name: String = text.chars().take(40).collect();
        let findings = filled_exposure(&text);
        for (end, drawn) in crate::exposure::everything(&findings) {
            check(&format!("{name}{end}"), &drawn);
        }
        said(&exposure_answer(&findings));
        for sections in [exposure_scan(&findings), exposure_people(&findings)] {
            let shown = terminal(&sections);
            assert!(!shown.contains(UNSEEN), "{shown:?}");
            assert!(!shown.contains(|sign: char| sign.is_control() && sign != '\n'), "{shown:?}");
        }
        let mut assessment = with_exposure(findings);
        assessment.case.exposed.tlp = Tlp::Clear;
        let note = note(&assessment, country("TH"));
        check(&name, &note.html);
        check_tables(&note.markdown);
        for line in note.markdown.lines() {
            let bare = without_escapes(&without_code(line));
            assert!(!bare.contains(['<', '>', '[', ']', '`']) && !bare.contains("://"), "{line}");
        }
    }
}

/// Nothing unseen and nothing endless is in a sentence for the terminal.
fn said(sentences: &[String]) {
    for sentence in sentences {
        assert!(!sentence.contains(UNSEEN) && !sentence.contains(char::is_control), "{sentence:?}");
        assert!(sentence.chars().count() < 7_000, "{sentence}");
    }
}

#[test]
fn no_name_of_a_program_is_run_or_hidden_in_a_table() {
    for text in
        hostile().into_iter().chain(["=cmd|' /C calc'!A0", "@SUM(1)", "-2+3"].map(str::to_owned))
    {
        let findings = poison(&findings(), &text);
        for table in [code_ties_csv(&findings), code_functions_csv(&findings)] {
            cells_are_harmless(&table, &text);
        }
    }
}

/// Signs that turn the reading direction or are not seen.
const UNSEEN: [char; 4] = ['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}'];

#[test]
fn no_name_of_the_record_is_run_or_hidden_in_an_export() {
    for text in
        hostile().into_iter().chain(["=cmd|' /C calc'!A0", "@SUM(1)", "-2+3"].map(str::to_owned))
    {
        let assessment = poison(&judged(), &text);
        let (findings, case) = (assessment.attribution.as_ref().unwrap(), &assessment.case);
        for table in [ranking_csv(findings, Tlp::Amber), matrix_csv(findings, case, Tlp::Amber)] {
            cells_are_harmless(&table, &text);
        }
        let layers = navigator_layers(findings, case, Tlp::Amber);
        let layers: Value = serde_json::from_str(&layers).unwrap();
        assert_eq!(layers.as_array().map(Vec::len), Some(3));
        strings(&layers, &mut |string| {
            assert!(!string.contains(UNSEEN) && !string.contains(char::is_control), "{string:?}");
        });
    }
}

fn cells_are_harmless(table: &str, text: &str) {
    let records = crate::exports::records(table);
    assert!(records.iter().all(|record| record.len() == records[0].len()), "{text}");
    for cell in records.iter().flatten() {
        let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!runs || cell.parse::<f64>().is_ok(), "{cell}");
        assert!(!cell.contains(UNSEEN) && !cell.contains(char::is_control), "{cell:?}");
    }
}

fn strings(value: &Value, look: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => look(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, look)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, look)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn no_name_of_an_evaluation_becomes_markup_in_markdown() {
    let clean = evaluation_markdown(&evaluation());
    for text in hostile() {
        let markdown = evaluation_markdown(&poison(&evaluation(), &text));
        assert_eq!(markdown.lines().count(), clean.lines().count(), "{text}");
        check_tables(&markdown);
        for line in markdown.lines() {
            let bare = without_escapes(line);
            assert!(!bare.contains(['<', '>', '[', ']', '`']) && !bare.contains("://"), "{line}");
        }
    }
}

#[test]
fn no_name_becomes_markup_in_markdown() {
    for (text, clean) in
        hostile().iter().flat_map(|text| [(text.clone(), small()), (text.clone(), judged())])
    {
        let assessment = poison(&clean, &text);
        let note_of_clean = note(&clean, country("CN"));
        let note = note(&assessment, country("CN"));
        for markdown in [&note.markdown, &note.sender_markdown] {
            let clean = note_of_clean.markdown.clone();
            for (number, line) in markdown.lines().enumerate() {
                let bare: String = without_escapes(&without_code(line));
                assert!(!bare.contains(['<', '>', '[', ']', '`']), "line {number}: {line}");
                assert!(!bare.contains("://") && !bare.contains("www."), "line {number}: {line}");
                assert!(line.chars().count() < 80_000 && !line.chars().any(char::is_control));
                assert!(!line.contains(UNSEEN), "line {number}");
            }
            let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
            assert!(headings(markdown) <= headings(&clean) + 1, "{text}");
            check_tables(markdown);
        }
    }
}

fn without_escapes(line: &str) -> String {
    let mut out = String::new();
    let mut signs = line.chars();
    while let Some(sign) = signs.next() {
        if sign == '\\' {
            signs.next();
            out.push('_');
        } else {
            out.push(sign);
        }
    }
    out
}

/// The line without its code spans; an escaped backtick opens none.
fn without_code(line: &str) -> String {
    let mut out = String::new();
    let mut is_code = false;
    let mut escaped = false;
    for sign in line.chars() {
        match sign {
            '`' if !escaped => is_code = !is_code,
            _ if is_code => {}
            _ => out.push(sign),
        }
        escaped = sign == '\\' && !escaped && !is_code;
    }
    out
}

/// Every row of a table has as many cells as its head.
fn check_tables(markdown: &str) {
    let mut wanted = None;
    for line in markdown.lines() {
        if !line.starts_with('|') {
            wanted = None;
            continue;
        }
        let cells = without_escapes(line).matches('|').count();
        assert_eq!(*wanted.get_or_insert(cells), cells, "{line}");
    }
}

/// Numbers that no engine writes but a file may hold.
#[test]
fn numbers_out_of_range_are_drawn_within_the_drawing() {
    let mut assessment = large(5);
    let routes = assessment.routes.as_mut().unwrap();
    for (node, share) in
        routes.map.nodes.iter_mut().zip([f64::NAN, f64::INFINITY, -3.0, 1e300, -0.0].iter().cycle())
    {
        node.share = *share;
        node.layer = node.layer.wrapping_mul(1_000_000_007);
    }
    for link in &mut routes.map.links {
        link.share = f64::NAN;
    }
    let copies: Vec<_> = routes.map.nodes.clone();
    routes.map.nodes.extend(copies);
    for cut in &mut routes.cuts {
        cut.after.network_share = f64::NEG_INFINITY;
        cut.rerouted_share = f64::NAN;
        cut.before.networks = u64::MAX;
    }
    check("numbers", &to_html(&assessment));
    check("numbers", &note(&assessment, country("CN")).html);
}

#[test]
fn any_seed_gives_a_well_formed_page() {
    arbtest::arbtest(|u| {
        let assessment = large(u.arbitrary()?);
        check("seed", &svg_of_map(assessment.routes.as_ref().unwrap()));
        Ok(())
    })
    .budget_ms(1_000);
}
