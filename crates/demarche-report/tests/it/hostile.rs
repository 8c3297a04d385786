//! Names in AS tables, and everything in a case, may be written by the other side.

use demarche_case::assessment::Assessment;
use demarche_report::{note, svg_of_map, to_html};
use serde_json::Value;

use crate::fixtures::{country, large, small};
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

/// Puts hostile text into every free text of an assessment.
fn poison(assessment: &Assessment, text: &str) -> Assessment {
    const FREE: [&str; 30] = [
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
        "with",
        "host",
        "url",
        "reason",
        "question",
        "date_of_data",
        "author",
    ];
    fn walk(value: &mut Value, text: &str) {
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    match field {
                        // The file of an item has a form of its own, which hostile text does not get past.
                        Value::Object(_) if key == "file" => {}
                        Value::String(old) if FREE.contains(&key.as_str()) => text.clone_into(old),
                        other => walk(other, text),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, text)),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(assessment).unwrap();
    walk(&mut value, text);
    serde_json::from_value(value).unwrap()
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
fn no_name_becomes_markup_in_markdown() {
    for text in hostile() {
        let assessment = poison(&small(), &text);
        let note = note(&assessment, country("CN"));
        for markdown in [&note.markdown, &note.sender_markdown] {
            let clean = note_of_clean().markdown;
            for (number, line) in markdown.lines().enumerate() {
                let bare: String = without_escapes(&without_code(line));
                assert!(!bare.contains(['<', '>', '[', ']', '`']), "line {number}: {line}");
                assert!(!bare.contains("://") && !bare.contains("www."), "line {number}: {line}");
                assert!(line.chars().count() < 80_000 && !line.chars().any(char::is_control));
                assert!(
                    !line.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}']),
                    "line {number}"
                );
            }
            let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
            assert!(headings(markdown) <= headings(&clean) + 1, "{text}");
            check_tables(markdown);
        }
    }
}

fn note_of_clean() -> demarche_report::Note {
    note(&small(), country("CN"))
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
