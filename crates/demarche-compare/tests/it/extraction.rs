//! The text extractor on labelled lines, and on texts that are long.

use std::collections::BTreeSet;

use arbtest::arbtest;
use demarche_compare::{Found, extract};

fn shown(found: &Found) -> String {
    format!("{}:{}", found.indicator.kind(), found.indicator)
}

/// Labelled lines: a text, ` => `, and the kinds and indicators that are in it.
#[test]
fn labelled_lines_are_read_with_high_precision_and_recall() {
    let (mut right, mut extra, mut missed) = (0, Vec::new(), Vec::new());
    let mut lines = 0;
    for line in include_str!("../data/lines.txt").lines() {
        if line.is_empty() || line.starts_with("##") {
            continue;
        }
        let (text, labels) = line.split_once(" =>").unwrap_or_else(|| panic!("{line}"));
        let text = text.replace("\\t", "\t").replace("\\n", "\n");
        lines += 1;
        let expected: BTreeSet<String> = labels.split_whitespace().map(str::to_owned).collect();
        let found: BTreeSet<String> = extract(&text).iter().map(shown).collect();
        right += found.intersection(&expected).count();
        extra.extend(found.difference(&expected).map(|label| format!("{text}: {label}")));
        missed.extend(expected.difference(&found).map(|label| format!("{text}: {label}")));
    }
    let (precision, recall) =
        (right as f64 / (right + extra.len()) as f64, right as f64 / (right + missed.len()) as f64);
    eprintln!("{lines} lines, {right} right, precision {precision:.4}, recall {recall:.4}");
    eprintln!("extra:\n{}\nmissed:\n{}", extra.join("\n"), missed.join("\n"));
    assert!(lines >= 200 && precision >= 0.98 && recall >= 0.98);
}

#[test]
fn spans_are_those_of_the_text_as_written() {
    let text = "é hxxp[:]//evil[.]com/a), 203[.]0[.]113[.]7:443; x@evil(dot)com";
    let spans: Vec<&str> = extract(text)
        .iter()
        .map(|found| text.get(found.start..found.end).expect("a span"))
        .collect();
    assert_eq!(spans, ["hxxp[:]//evil[.]com/a", "203[.]0[.]113[.]7", "x@evil(dot)com"]);
    assert!(extract(text).iter().all(|found| found.is_defanged));
    assert!(!extract("evil.com").iter().any(|found| found.is_defanged));
}

#[test]
fn random_texts_give_spans_in_order_that_read_as_the_indicator() {
    const PIECES: [&str; 40] = [
        "evil.com",
        "hxxp",
        "http",
        "://",
        "[.]",
        ".",
        "(dot)",
        "a",
        "1.2.3.4",
        "/24",
        "/",
        "version ",
        " ",
        "\n",
        "é",
        "名",
        "::1",
        "2001:db8",
        ":",
        "@",
        "[at]",
        "CVE-2021-44228",
        "T1059",
        ".001",
        "exe",
        "-",
        "_",
        "[",
        "]",
        "(",
        ")",
        ",",
        "d41d8cd98f00b204e9800998ecf8427e",
        "'",
        "\"",
        "?q=",
        "%41",
        "update.exe",
        "\u{2011}",
        "[:]",
    ];
    arbtest(|u| {
        let count = u.int_in_range(1..=30)?;
        let text = (0..count).map(|_| u.choose(&PIECES).copied()).collect::<Result<String, _>>()?;
        let mut last = 0;
        for found in extract(&text) {
            assert!(last <= found.start && found.start < found.end, "{text}");
            let span = text.get(found.start..found.end).expect("spans lie between characters");
            let read = demarche_compare::Indicator::of(found.indicator.kind(), span);
            assert_eq!(read.as_ref(), Ok(&found.indicator), "{text}");
            last = found.end;
        }
        Ok(())
    });
}

#[test]
fn long_texts_of_one_piece_are_read_in_linear_time() {
    for piece in [
        "http://",
        "a.",
        "a@",
        "::",
        "[.]",
        "1.2.3.4",
        "1.2.3.4-",
        "(",
        ",http://a",
        "http://a.com/(",
        "CVE-",
        "hxxp://a.com,",
        "http://a@",
        "[:",
        "名a",
        "a.com/",
        "http://a.com/)",
        "version 1.2.3.4 ",
        "e",
        "%",
        "a.b@c.",
    ] {
        let text = piece.repeat((4 << 20) / piece.len());
        drop(extract(&text));
    }
}
