//! What happened after similar attacks, as a page and as a figure.

use demarche_case::assessment::precedents::{
    Act, ActCount, ActShare, ActsIn, Circle, ConcessionGroup, ConcessionRow, CyberReplies, Delay,
    DelayOf, DyadFindings, EurepocCopy, ExpectedResponse, PrecedentCaveat, PrecedentFindings,
    PrecedentQuestion, Rate, RateBy, RateRow, RateTable, RepositoryFindings, ResponseKind,
    SimilarAttack, TypeCount, TypeOf, TypeTable,
};
use demarche_report::{precedents_answer, precedents_html, svg_of_precedents};

use crate::well_formed::check;

fn rate(hits: u64, all: u64) -> Rate {
    Rate { hits, all, interval: (all > 0).then_some([0.1, 0.6]) }
}

fn acts<G>(group: G, attacks: u64) -> ActsIn<G> {
    let count = |act| ActCount {
        act,
        done: rate(attacks / 3, attacks),
        by_initiator: (act != Act::CyberReply).then(|| rate(attacks / 10, attacks)),
    };
    let is_some = attacks > 0;
    ActsIn {
        group,
        attacks,
        acts: Act::ALL.map(count).to_vec(),
        escalation: is_some.then_some(2.44),
        initiators_escalation: is_some.then_some(2.02),
    }
}

fn similar(year: i16) -> SimilarAttack {
    SimilarAttack {
        id: "dcid/144".parse().unwrap(),
        name: "Harbour Hack".to_owned(),
        year,
        responding: "US".parse().unwrap(),
        initiator: "KP".parse().unwrap(),
        circle: Circle::Between,
        severity: Some(4),
        objective: None,
        acts: Some(vec![Act::Sanction]),
        conceded: Some(false),
        achieved: Some(true),
    }
}

fn dyads() -> DyadFindings {
    let share = |act| ActShare { act, share: 0.49, range: [0.2, 0.8], narrowed: 0.9 };
    let concession = |group, hits| ConcessionRow {
        group,
        is_asked: group == ConcessionGroup::Severity(4),
        conceded: rate(hits, 115),
        achieved: rate(100, 115),
    };
    DyadFindings {
        editions: vec!["dcid-2.0-campaigns".to_owned()],
        acts: Act::ALL.map(share).to_vec(),
        circles: Circle::ALL.iter().zip([431, 138, 58, 0]).map(|(one, n)| acts(*one, n)).collect(),
        by_severity: vec![acts(4, 117)],
        replies: Some(CyberReplies {
            replies: 58,
            dated_before: 9,
            same_day: 9,
            median_days_after: Some(71.0),
            severity_difference: Some(-0.2),
            more_severe: rate(11, 58),
        }),
        concessions: vec![
            concession(ConcessionGroup::Severity(4), 6),
            concession(ConcessionGroup::All, 12),
        ],
        similar: vec![similar(2013)],
    }
}

fn repository() -> RepositoryFindings {
    let row = RateRow {
        group: vec!["North Korea".to_owned()],
        is_asked: true,
        uncoded: 40,
        political: rate(9, 114),
        legal: rate(4, 114),
        any: rate(9, 114),
    };
    let delay = Delay {
        of: DelayOf::ByGovernment,
        dated: 231,
        negative: 3,
        counted: 89,
        days: Some([2.0, 43.0, 267.0, 697.0]),
        within_a_month: rate(40, 89),
        within_a_year: rate(70, 89),
    };
    let expected = |response| ExpectedResponse {
        response,
        rate: rate(61, 465),
        from: 2021,
        is_base_rate: true,
    };
    RepositoryFindings {
        copy: EurepocCopy::Dashboard,
        editions: vec!["eurepoc-dashboard-responses-2023-12-04".to_owned()],
        incidents: 2_465,
        uncoded: 1_424,
        expected: [ResponseKind::Political, ResponseKind::Legal].map(expected).to_vec(),
        tables: vec![RateTable { by: RateBy::Country, from: None, rows: vec![row] }],
        types: vec![TypeTable {
            of: TypeOf::Political,
            types: vec![TypeCount { name: "Stabilizing measures".to_owned(), count: 28 }],
        }],
        delays: vec![delay],
        dates: None,
    }
}

/// One of everything.
pub(crate) fn precedents() -> PrecedentFindings {
    PrecedentFindings {
        question: PrecedentQuestion {
            responding: "US".parse().unwrap(),
            initiator: "KP".parse().unwrap(),
            year: Some(2014),
            severity: Some(4),
            intensity: None,
            objective: None,
        },
        dyads: Some(dyads()),
        repository: vec![repository()],
        caveats: vec![PrecedentCaveat::PublicOnly],
    }
}

#[test]
fn the_answer_names_what_is_expected_and_what_it_is_measured_by() {
    let sentences = precedents_answer(&precedents());
    assert!(sentences[0].contains("sanctions in 49\u{a0}%"), "{}", sentences[0]);
    assert!(sentences[1].contains("which no attack explains"), "{}", sentences[1]);
    assert!(sentences.iter().any(|one| one.contains("base rate is all")), "{sentences:?}");
    for sentence in &sentences {
        assert!(sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn where_nothing_was_coded_nothing_is_foretold() {
    let mut found = precedents();
    found.dyads = None;
    found.repository[0].expected.clear();
    let sentences = precedents_answer(&found);
    assert!(sentences[0].contains("“not coded”, not “none”"), "{sentences:?}");
    let page = precedents_html(&found, None, &[]);
    check("uncoded", &page);
    assert!(page.contains("<details>"), "shares of what nobody coded are folded away");
}

#[test]
fn the_page_and_the_figure_are_well_formed_whatever_the_numbers() {
    let mut found = precedents();
    check("precedents", &precedents_html(&found, None, &[]));
    let dyads = found.dyads.as_mut().unwrap();
    for (share, value) in dyads.acts.iter_mut().zip([f64::NAN, f64::INFINITY, -1.0]) {
        share.share = value;
        share.range = [value, -value];
        share.narrowed = value;
    }
    dyads.circles[0].acts[0].done = Rate { hits: 7, all: 0, interval: Some([f64::NAN, 3.0]) };
    let question = found.question;
    check("figure", &svg_of_precedents(found.dyads.as_ref().unwrap(), &question));
    check("numbers", &precedents_html(&found, None, &[]));
}

#[test]
fn a_victim_without_any_precedent_is_told_so_and_nothing_is_foretold() {
    let mut found = precedents();
    let dyads = found.dyads.as_mut().unwrap();
    dyads.circles.retain(|circle| circle.group == Circle::All);
    let answer = precedents_answer(&found).join(" ");
    assert!(answer.contains("there is no precedent for its answer"), "{answer}");
    assert!(!answer.contains("is expected to answer"), "{answer}");
    let page = precedents_html(&found, None, &[]);
    assert!(!page.contains("after-similar-chart"));
}
