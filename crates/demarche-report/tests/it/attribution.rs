//! What the page says of who did it, and what it must not say.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::*;
use demarche_case::{AttackerKind, LikelihoodRatio, Probability};
use demarche_report::{
    attribution_answer, brief, svg_of_matrix, svg_of_ranking, svg_of_sensitivity, to_html,
};
use expect_test::{Expect, expect};

use crate::fixtures::small;
use crate::judged::{chance, evaluation, judged, unjudged};

fn answer(assessment: &Assessment) -> String {
    let findings = assessment.attribution.as_ref().unwrap();
    attribution_answer(findings, &assessment.case).join("\n").replace('\u{a0}', " ")
}

fn check(assessment: &Assessment, wanted: &Expect) {
    wanted.assert_eq(&answer(assessment));
}

/// The part of the page that is about who did it.
fn part(page: &str) -> String {
    let (lead, rest) = page.split_once("<h2 id=\"answer\">").unwrap();
    let (_, lead) = lead.split_once("<h2 id=\"who-did-it\">").unwrap();
    let (_, sections) = rest.split_once("<h2 id=\"annexes\">").unwrap();
    let (sections, _) = sections.split_once("<h2 id=\"target\">").unwrap();
    // A style sheet and the places of things have percentages that nobody reads.
    let mut text = String::new();
    for (place, piece) in format!("{lead}{sections}").split("<style>").enumerate() {
        text.push_str(if place == 0 { piece } else { piece.split_once("</style>").unwrap().1 });
    }
    text
}

fn leader(assessment: &mut Assessment) -> &mut Ranked {
    &mut assessment.attribution.as_mut().unwrap().as_reported.ranking[0]
}

#[test]
fn an_actor_with_its_state() {
    check(
        &judged(),
        &expect![[r#"
            An actor of North Korea very likely did it (88 %, range 82–93 %). Of its groups Lazarus Group comes first (81 %, range 72–89 %).
            Confidence in this judgement is moderate. 15 groups of evidence from 10 sources speak for it; 5 are hard to forge. Whichever single part of the evidence is left out, North Korea still leads.
            What speaks most for it: “OMEGA-TITLE intercepted order”, “Deletion code shared with earlier wipers”, “Destover, the wiper by name”.
            A criminal group is very unlikely (6 %). A false flag has almost no chance (< 1 %).
            If all evidence that is easily forged were planted, an actor of North Korea would still lead (80 % instead of 88 %).
            What would tell most: servers or keys that only one side controls."#]],
    );
}

#[test]
fn too_few_groups_of_evidence() {
    check(
        &unjudged(),
        &expect![[r#"
            We cannot say who did it: nobody reaches one chance in four.
            What would tell most: servers or keys that only one side controls."#]],
    );
}

#[test]
fn evidence_that_points_away_from_whoever_the_past_makes_most_probable() {
    let mut assessment = judged();
    let case = assessment.case.clone();
    let findings = assessment.attribution.as_mut().unwrap();
    findings.withheld = Some(NoProbability::PriorAlone);
    let evidence = case.evidence[0].id.clone();
    let speaks_for = Leads::Kind { attacker: AttackerKind::Insider };
    let weight = LikelihoodRatio::from_nats(0.7);
    findings.balance.speak_against = vec![SpeakingItem { evidence, speaks_for, weight }];
    let told = brief(&assessment);
    let expected = format!(
        "What evidence there is points elsewhere: “{}” speaks for an insider.",
        case.evidence[0].title
    );
    assert!(told.iter().any(|told| told.text == expected), "{told:?}");
}

#[test]
fn an_actor_that_is_hardly_more_probable_than_the_others() {
    let mut assessment = judged();
    leader(&mut assessment).probability = Some(chance(0.31, 0.2, 0.44));
    let findings = assessment.attribution.as_mut().unwrap();
    findings.as_reported.states[0].probability = Some(chance(0.5, 0.4, 0.6));
    findings.sensitivity.clear();
    check(
        &assessment,
        &expect![[r#"
            There is a roughly even chance (50 %, range 40–60 %) that an actor of North Korea did it. Of its groups Lazarus Group comes first (31 %, range 20–44 %).
            Confidence in this judgement is moderate. 15 groups of evidence from 10 sources speak for it; 5 are hard to forge. Whichever single part of the evidence is left out, North Korea still leads.
            What speaks most for it: “OMEGA-TITLE intercepted order”, “Deletion code shared with earlier wipers”, “Destover, the wiper by name”.
            A criminal group is very unlikely (6 %). A false flag has almost no chance (< 1 %).
            If all evidence that is easily forged were planted, an actor of North Korea would still lead (80 % instead of 50 %).
            What would tell most: servers or keys that only one side controls."#]],
    );
}

#[test]
fn a_false_flag_leads_once_the_forgeable_is_left_out() {
    let mut assessment = judged();
    let findings = assessment.attribution.as_mut().unwrap();
    let flag = findings.hypotheses.iter().find(|one| matches!(one, Hypothesis::FalseFlag { .. }));
    let flag = flag.unwrap().id();
    let ranking = &mut findings.if_planted.ranking;
    let place = ranking.iter().position(|one| one.hypothesis == flag).unwrap();
    ranking.swap(0, place);
    ranking[0].probability.as_mut().unwrap().estimate = Probability::clamped(0.52);
    ranking[place].probability.as_mut().unwrap().estimate = Probability::clamped(0.12);
    findings.balance.gains_if_planted = Some(Leads::Hypothesis { hypothesis: flag.clone() });
    findings.sensitivity[0].leads = Some(Leads::Hypothesis { hypothesis: flag.clone() });
    findings.balance.overturned_by = Some(findings.sensitivity[0].without.clone());
    check(
        &assessment,
        &expect![[r#"
            An actor of North Korea very likely did it (88 %, range 82–93 %). Of its groups Lazarus Group comes first (81 %, range 72–89 %).
            Confidence in this judgement is moderate. 15 groups of evidence from 10 sources speak for it; 5 are hard to forge. Whichever single part of the evidence is left out, North Korea still leads.
            What speaks most for it: “OMEGA-TITLE intercepted order”, “Deletion code shared with earlier wipers”, “Destover, the wiper by name”.
            Without the evidence of infrastructure (5 items), Sandworm Team imitating Lazarus Group would lead.
            A criminal group is very unlikely (6 %). A false flag has almost no chance (< 1 %).
            If all evidence that is easily forged were planted, Sandworm Team imitating Lazarus Group would lead (52 %), and an actor of North Korea would have 80 % instead of 88 %.
            What would tell most: servers or keys that only one side controls."#]],
    );
    let page = to_html(&assessment);
    assert!(page.contains("Proof that the forgeable evidence was planted: then Sandworm Team imitating Lazarus Group leads."));
    assert!(page.contains(">then Sandworm Team"));
}

#[test]
fn a_kind_and_a_named_one() {
    let mut assessment = judged();
    let findings = assessment.attribution.as_mut().unwrap();
    findings.sensitivity.clear();
    let named = findings.hypotheses[8].id();
    let kind = |attacker: AttackerKind| Leads::Kind { attacker };
    for (leads, text) in [
        (kind(AttackerKind::Criminal), "A criminal group"),
        (kind(AttackerKind::Insider), "An insider"),
        (kind(AttackerKind::Hacktivist), "A hacktivist front"),
        (Leads::Hypothesis { hypothesis: named }, "Guardians of Peace"),
    ] {
        let findings = assessment.attribution.as_mut().unwrap();
        findings.leads = Some(leads);
        for kind in &mut findings.as_reported.kinds {
            kind.probability = Some(chance(0.7, 0.6, 0.8));
        }
        for ranked in &mut findings.as_reported.ranking {
            ranked.probability = Some(chance(0.7, 0.6, 0.8));
        }
        let answer = answer(&assessment);
        assert!(answer.lines().next().unwrap().starts_with(text), "{answer}");
    }
}

#[test]
fn nothing_could_be_weighed() {
    let mut assessment = judged();
    let findings = assessment.attribution.as_mut().unwrap();
    findings.as_reported = Judgement {
        ranking: Vec::new(),
        others: Some(Probability::IMPOSSIBLE),
        states: Vec::new(),
        kinds: Vec::new(),
    };
    findings.leads = None;
    findings.if_planted = findings.as_reported.clone();
    findings.items.clear();
    findings.hypotheses.clear();
    assert_eq!(answer(&assessment), "No hypothesis of who did it could be weighed.");
    crate::well_formed::check("empty", &to_html(&assessment));
}

#[test]
fn the_words_follow_the_number_alone() {
    for (estimate, words) in [
        (
            0.3,
            "We cannot say who did it: Lazarus Group is the most probable, at less than even chances (30 %",
        ),
        (0.5, "There is a roughly even chance (50 %"),
        (0.6, "Lazarus Group likely did it (60 %"),
        (0.9, "Lazarus Group very likely did it (90 %"),
        (1.0, "Lazarus Group almost certainly did it (> 99 %"),
    ] {
        let mut assessment = judged();
        let ranked = leader(&mut assessment);
        ranked.probability.as_mut().unwrap().estimate = Probability::clamped(estimate);
        let hypothesis = ranked.hypothesis.clone();
        assessment.attribution.as_mut().unwrap().leads = Some(Leads::Hypothesis { hypothesis });
        let answer = answer(&assessment);
        assert!(answer.starts_with(words), "{estimate}: {answer}");
    }
}

#[test]
fn likelihood_and_confidence_never_stand_in_one_sentence() {
    let mut assessment = judged();
    for estimate in [0.01, 0.1, 0.3, 0.5, 0.6, 0.9, 0.99] {
        leader(&mut assessment).probability.as_mut().unwrap().estimate =
            Probability::clamped(estimate);
        let answer = answer(&assessment);
        let note = demarche_report::note(&assessment, crate::fixtures::country("CN")).markdown;
        for sentence in answer.split(['.', '\n']).chain(note.split(['.', '\n'])) {
            let is_confidence = sentence.contains("onfidence");
            let is_likelihood =
                ["likely", "chance", "certain", "%"].iter().any(|word| sentence.contains(word));
            assert!(!(is_confidence && is_likelihood), "{sentence}");
        }
        assert!(answer.lines().nth(1).unwrap().starts_with("Confidence in this judgement is"));
    }
}

#[test]
fn what_is_withheld_as_too_little_shows_no_probability_anywhere() {
    let assessment = unjudged();
    let page = to_html(&assessment);
    let text = part(&page);
    for word in ["%", "likely", "almost", "roughly even"] {
        assert!(
            !text.contains(word),
            "{word}: {:?}",
            text.split_once(word).map(|(before, _)| {
                before
                    .chars()
                    .rev()
                    .take(80)
                    .collect::<Vec<char>>()
                    .into_iter()
                    .rev()
                    .collect::<String>()
            })
        );
    }
    assert!(text.contains("servers or keys that only one side controls"));
    let findings = assessment.attribution.as_ref().unwrap();
    for drawing in [svg_of_ranking(findings), svg_of_sensitivity(findings, &assessment.case)] {
        assert!(drawing.contains("Nobody is named"), "{drawing}");
    }
    let mut told = attribution_answer(findings, &assessment.case);
    let note = demarche_report::note(&assessment, crate::fixtures::country("CN")).markdown;
    // The facts are the analyst's own words, and may tell of a name that the attackers gave themselves.
    let (before, after) = note.split_once("## The facts that are shared").unwrap();
    let (_, after) = after.split_once("\n## ").unwrap();
    told.extend([before.to_owned(), after.to_owned()]);
    for name in findings.hypotheses.iter().map(demarche_report::hypothesis_name) {
        assert!(told.iter().all(|text| !text.contains(&name)), "{name}");
    }
}

#[test]
fn the_page_has_everything_that_the_judgement_rests_on() {
    let assessment = judged();
    let page = to_html(&assessment);
    for text in [
        "permission of The MITRE Corporation",
        "3 of 93",
        "2 of 25",
        "Where to look, not evidence of absence.",
        "Operation Troy",
        "judged, not measured",
        "from a source",
        "All that speaks against it",
        "<details><summary>Every parameter",
        "The record holds claims by vendors and states about earlier attacks; some of them may be wrong.",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!to_html(&small()).contains("id=\"ranking\""), "no section without findings");
}

#[test]
fn the_matrix_puts_first_what_least_speaks_against() {
    let assessment = judged();
    let drawing = svg_of_matrix(assessment.attribution.as_ref().unwrap(), &assessment.case);
    let (_, sums) = drawing.split_once("All that speaks against it").unwrap();
    let numbers: Vec<f64> = sums
        .split("</text>")
        .filter_map(|cell| cell.rsplit_once('>')?.1.replace('−', "-").parse().ok())
        .take(8)
        .collect();
    assert_eq!(numbers.len(), 8);
    assert!(numbers.is_sorted_by(|left, right| left >= right), "{numbers:?}");
}

#[test]
fn figures_out_of_range_are_drawn_within_the_drawing() {
    let mut assessment = judged();
    let findings = assessment.attribution.as_mut().unwrap();
    let (attacker, state) = (AttackerKind::State, Some(crate::fixtures::country("SE")));
    let nobody = Hypothesis::Unlisted { attacker, state }.id();
    let strange = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -3.0, 7.0];
    let mut next = strange.iter().copied().cycle();
    let mut any = || next.next().unwrap();
    for judgement in [&mut findings.as_reported, &mut findings.if_planted] {
        for one in &mut judgement.ranking {
            one.probability = Some(chance(any(), any(), any()));
            one.prior = Prior(Probability::clamped(any()));
            one.weight = LikelihoodRatio::from_nats(any());
        }
        judgement.others = Some(Probability::clamped(any()));
        judgement.ranking[3].hypothesis = nobody.clone();
    }
    for item in &mut findings.items {
        item.weights = (0..5).map(|_| LikelihoodRatio::from_nats(any())).collect();
        item.diagnosticity = any();
        item.bound = LikelihoodRatio::from_nats(any());
        item.planted = Probability::clamped(any());
    }
    for one in &mut findings.sensitivity {
        one.leading = Some(Probability::clamped(any()));
        one.leads = Some(Leads::Hypothesis { hypothesis: nobody.clone() });
    }
    for withheld in [None, Some(NoProbability::PriorAlone)] {
        findings_are_drawn(&assessment, withheld);
    }
    let mut evaluation = evaluation();
    for test in &mut evaluation.actors {
        for bin in &mut test.reliability {
            (bin.forecast, bin.observed, bin.count) = (any(), any(), u64::MAX);
        }
        for row in &mut test.forgery {
            row.planted = u64::MAX;
            row.truth.value = any();
        }
    }
    crate::well_formed::check("numbers", &demarche_report::evaluation_html(&evaluation));
}

fn findings_are_drawn(assessment: &Assessment, withheld: Option<NoProbability>) {
    let mut assessment = assessment.clone();
    assessment.attribution.as_mut().unwrap().withheld = withheld;
    let findings = assessment.attribution.as_ref().unwrap();
    crate::well_formed::check("numbers", &to_html(&assessment));
    crate::exports::records(&demarche_report::ranking_csv(findings, demarche_case::Tlp::Amber));
    crate::exports::records(&demarche_report::matrix_csv(
        findings,
        &assessment.case,
        demarche_case::Tlp::Amber,
    ));
}
