//! The weighing of responses in words, as drawings, as a page and as a table; and that nothing in it says what to do.

use demarche_case::NORMS;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::options::LegalClass;
use demarche_report::{
    response_answer, response_csv, response_page, svg_of_acceptability, svg_of_central_weights,
    svg_of_injury, svg_of_response_map, svg_of_trade_off, to_html,
};
use expect_test::{expect, expect_file};

use crate::fixtures::{case, country, network, small, small_routes};
use crate::weighed::{bare, responses, weighed, without_numbers};
use crate::well_formed::check;

/// Everything that is written of findings, by name.
pub(crate) fn everything(findings: &ResponseFindings) -> Vec<(&'static str, String)> {
    let mut files = vec![
        (".html", response_page(&case(), findings, None)),
        ("-acceptability.svg", svg_of_acceptability(findings)),
        ("-trade-off.svg", svg_of_trade_off(findings)),
        ("-values.svg", svg_of_central_weights(findings)),
        ("-injury.svg", svg_of_injury(&findings.injury)),
    ];
    let maps = (0..findings.options.len())
        .filter_map(|place| svg_of_response_map(&small_routes(), findings, place));
    files.extend(maps.take(1).map(|map| ("-map.svg", map)));
    files
}

fn answer(findings: &ResponseFindings) -> String {
    response_answer(findings).join("\n").replace('\u{a0}', " ")
}

#[test]
fn what_comes_first_less_often_than_the_baseline_is_not_told_as_first() {
    let mut assessment = weighed();
    let told = |assessment: &Assessment| {
        let told = demarche_report::brief(assessment);
        let told = told.into_iter().find(|told| told.section == "options");
        told.unwrap().text.replace('\u{a0}', " ")
    };
    assert!(!told(&assessment).contains("that do more"), "{}", told(&assessment));
    let found = assessment.response.as_mut().unwrap();
    for (law, expected) in [
        (LegalClass::Nothing, "In 60 % of the simulations no response is worth what it costs"),
        (LegalClass::Domestic, "alone comes first in 70 %"),
    ] {
        let share = if law == LegalClass::Nothing { 0.6 } else { 0.7 };
        let base = found.options.iter().find(|option| option.is_baseline && option.law == law);
        let id = base.unwrap().id.clone();
        let ranked = found.weighing.ranked.iter_mut().find(|ranked| ranked.option == id);
        ranked.unwrap().ranks[0] = share;
        let assessment = Assessment { response: Some(found.clone()), ..weighed() };
        assert!(told(&assessment).contains(expected), "{}", told(&assessment));
        assert!(
            told(&assessment).contains("of the responses that do more, “"),
            "{}",
            told(&assessment)
        );
    }
}

#[test]
fn a_tie_is_told_with_what_would_break_it() {
    expect![[r#"
        The attack’s severity in DCID is 5 of 10 (4 to 6: attempted destruction in critical networks).
        Its weighted intensity in EuRepoC is 7 of 15 (6 to 9), its severity in the schema of PPD-41 3 of 5 (3 to 4).
        Two of 16 options are closed in every scenario, and three where the law is read strictly.
        Six options are open in less than half of the simulations, even where the law is read permissively.
        “Expulsion of diplomats” needs that there is somebody at whom it can be directed. This holds in no simulation.
        “Hardening, and support for the victim” is the baseline: every other option is added to it, except doing nothing.
        In 9 % of the simulations nothing is worth adding to it, and in 13 % doing nothing at all comes first.
        “Request for assistance between CERTs” comes first most often, in 26 % of the simulations.
        Then follow “Sanctions on persons and bodies” with 9 % and “Takedown on one’s own territory” with 8 %.
        These shares hold where benefit and cost weigh alike and the law is read permissively; the error of the simulation is at most ±0.3 points.
        “Request for assistance between CERTs” suits a state that values above all the secrecy of sources and the support of others.
        “Sanctions on persons and bodies” suits a state that values above all the attacker’s future conduct, no wider conflict and the way back.
        Unlike in a usual case, the severity is 5 of 10, not 3.
        Unlike in a usual case, the chance that an actor that acts for the state held responsible or comes from it did it is 61 %, not 40 %.
        “Sanctions on persons and bodies” gains most by what is unusual: it comes first in 9 % of the simulations, not 4 %.
        “Request for assistance between CERTs” loses most by what is unusual: it comes first in 26 % of the simulations, not 36 %.
        No option leads under all assumptions.
        “Request for assistance between CERTs” comes first under five of eight sets of assumptions and “No response” under three.
        The ranking cannot choose between “Request for assistance between CERTs” and “Sanctions on persons and bodies”, “Takedown on one’s own territory” and 9 more.
        Two things would help: to find out more, and to say what matters most (`importance` in response.toml).
        Find out first whether the harm goes on or is about to.
        If so, “Démarche to a transit state (China)” is ahead in the mean, if not, “Request for assistance between CERTs”.
        Of all packages of up to three options, one comes first most often, in 21 % of the simulations.
        This package is “Hardening, and support for the victim”, then “Request for assistance between CERTs”, then “Démarche to the states that host the attacker’s machines”."#]].assert_eq(&answer(&responses()));
}

#[test]
fn an_option_that_leads_under_everything_is_told_as_such() {
    let mut findings = responses();
    findings.statement.robust = Some(findings.options[1].id.clone());
    let answer = answer(&findings);
    assert!(
        answer.contains("comes first most often under all eight sets of assumptions"),
        "{answer}"
    );
    assert!(answer.contains("Find out first whether"), "{answer}");
}

#[test]
fn next_to_nothing_has_an_answer_too() {
    let answers: Vec<String> =
        bare().iter().take(3).map(|(name, one)| format!("{name}:\n{}", answer(one))).collect();
    expect![[r#"
        nothing:
        The attack’s severity in DCID is 5 of 10 (4 to 6: attempted destruction in critical networks).
        Its weighted intensity in EuRepoC is 7 of 15 (6 to 9), its severity in the schema of PPD-41 3 of 5 (3 to 4).
        No option of response was found that could be weighed.

        one:
        The attack’s severity in DCID is 5 of 10 (4 to 6: attempted destruction in critical networks).
        Its weighted intensity in EuRepoC is 7 of 15 (6 to 9), its severity in the schema of PPD-41 3 of 5 (3 to 4).
        The one option is open in some scenario.
        “No response” comes first most often under all eight sets of assumptions.
        The sets differ in the grouping of weights, in the reading of the law and in whether easily forged evidence was planted.

        shut:
        The attack’s severity in DCID is 5 of 10 (4 to 6: attempted destruction in critical networks).
        Its weighted intensity in EuRepoC is 7 of 15 (6 to 9), its severity in the schema of PPD-41 3 of 5 (3 to 4).
        None of 2 options is open in any scenario.
        Two options are open in less than half of the simulations, even where the law is read permissively.
        “Expulsion of diplomats” needs that there is somebody at whom it can be directed. This holds in no simulation."#]].assert_eq(&answers.join("\n\n"));
}

/// What one may not say of an option: the choice is the reader's.
const ADVICE: [&str; 12] = [
    "best",
    "recommend",
    "should",
    "ought",
    "do this",
    "advise",
    "advisable",
    "we suggest",
    "must be taken",
    "prefer this",
    "preferable",
    "the right option",
];

/// Without styles, and without the norms, whose own words may say what states should do.
fn in_own_words(text: &str) -> String {
    let parts = text.split("<style>").enumerate();
    let parts = parts.map(|(place, part)| match part.split_once("</style>") {
        Some((_, rest)) if place > 0 => rest,
        _ => part,
    });
    let text: String = parts.collect();
    NORMS.iter().fold(text, |text, norm| text.replace(norm.says, ""))
}

#[test]
fn nothing_says_what_to_do() {
    for (name, findings) in bare().into_iter().chain([("all", responses())]) {
        let mut texts = vec![
            response_answer(&findings).join(" "),
            response_csv(&findings, demarche_case::Tlp::Amber),
        ];
        texts.extend(everything(&findings).into_iter().map(|(_, text)| text));
        for text in texts {
            let text = in_own_words(&text).to_lowercase();
            for word in ADVICE {
                assert!(!text.contains(word), "{name}: {word}");
            }
        }
    }
}

#[test]
fn no_sentence_mixes_likelihood_with_confidence() {
    for sentence in response_answer(&responses()) {
        assert!(!sentence.to_lowercase().contains("confidence"), "{sentence}");
    }
}

#[test]
fn the_answer_has_as_many_sentences_as_one_reads() {
    let sentences = response_answer(&responses());
    assert!((12..=24).contains(&sentences.len()), "{}", sentences.len());
    assert!(sentences.iter().all(|one| one.ends_with('.')));
}

#[test]
fn findings_with_next_to_nothing_are_whole_pages() {
    for (name, findings) in bare() {
        for (end, text) in everything(&findings) {
            check(&format!("{name}{end}"), &text);
        }
        crate::exports::records(&response_csv(&findings, demarche_case::Tlp::Amber));
        check(name, &to_html(&Assessment { response: Some(findings), ..small() }));
    }
}

#[test]
fn numbers_that_are_none_are_drawn_within_the_drawing() {
    let findings = without_numbers();
    for (end, text) in everything(&findings) {
        check(end, &text);
        assert!(!text.contains("NaN") && !text.contains(">inf"), "{end}");
    }
    let answer = answer(&findings);
    assert!(!answer.contains("NaN") && !answer.contains("inf "), "{answer}");
    assert!(!response_csv(&findings, demarche_case::Tlp::Amber).contains("NaN"));
}

#[test]
fn options_are_a_table_for_a_spreadsheet() {
    expect_file!["../data/responses.csv"]
        .assert_eq(&response_csv(&responses(), demarche_case::Tlp::Amber).replace("\r\n", "\n"));
    let records = crate::exports::records(&response_csv(&responses(), demarche_case::Tlp::Amber));
    assert_eq!(records.len(), 17);
    assert!(records.iter().all(|record| record.len() == records[0].len()));
}

#[test]
fn the_report_tells_of_responses_in_short_and_in_its_contents() {
    let page = to_html(&weighed());
    assert!(page.contains("<a href=\"#responses\">Responses</a>"));
    let (top, _) = page.split_once("<h2 id=\"annexes\">").unwrap();
    assert!(top.contains("suits a state that values") && top.contains("Request for assistance"));
    assert!(!to_html(&small()).contains("id=\"responses\""));
}

#[test]
fn what_nobody_knows_is_told_as_unknown() {
    let page = response_page(&case(), &responses(), None);
    assert!(page.contains("unknown, anything from 0 to 1"));
    assert!(page.contains("<span class=\"basis soft\">judgement</span>"));
    assert!(page.contains("Articles on Responsibility of States"));
}

#[test]
fn a_map_marks_who_refuses() {
    let (routes, findings) = (small_routes(), responses());
    let map = svg_of_response_map(&routes, &findings, 2).unwrap();
    assert!(map.contains("refuses; its links are dotted"), "AS4837 is of China");
    assert!(
        map.contains("If every network of China refuses to carry the target, 44,102 of the 45,823")
    );
    assert!(svg_of_response_map(&routes, &findings, 0).is_none(), "doing nothing cuts nothing");
    assert!(svg_of_response_map(&routes, &findings, usize::MAX).is_none());
}

#[test]
fn a_map_marks_third_parties_that_are_hit_and_names_those_that_are_not_on_it() {
    let (mut routes, findings) = (small_routes(), responses());
    let (drawn, not_drawn) =
        (routes.map.nodes[4].network.clone(), network(64_500, "Far Net", "MN"));
    for cut in &mut routes.cuts {
        cut.collateral.lost.networks = 2;
        cut.collateral.examples = vec![drawn.clone(), not_drawn.clone()];
    }
    let map = svg_of_response_map(&routes, &findings, 2).unwrap();
    assert!(map.contains("third party that is hit"));
    assert!(map.contains("AS64500 (Far Net, Mongolia)"));
    assert!(map.contains("76 → 0"), "shares of the way before and after");
    check("map", &map);
}

#[test]
fn filtering_at_home_is_drawn_where_it_is_reckoned_from_a_cut() {
    let (routes, mut findings) = (small_routes(), responses());
    for (sender, is_drawn) in [("CN", true), ("US", true), ("JP", false)] {
        findings.sender = Some(country(sender));
        let map = svg_of_response_map(&routes, &findings, 11);
        assert_eq!(map.is_some(), is_drawn, "{sender}: only where a cut of its networks is known");
    }
    findings.sender = None;
    assert!(svg_of_response_map(&routes, &findings, 11).is_none());
}
