//! What a note says, and what it must never say.

use std::collections::BTreeSet;

use demarche_case::assessment::routes::Player;
use demarche_case::assessment::{Assessment, SharedAttribution};
use demarche_case::released::{RoutesRestOn, WithheldPart};
use demarche_case::{AccusedNote, Asn, Body, Claim, ClaimKind, EvidenceFile, Role, Sha256, Tlp};
use demarche_report::{Addressee, addressees, is_written, note};
use expect_test::expect_file;
use serde_json::Value;

use crate::fixtures::{country, large, small};
use crate::judged::{findings, judged, unjudged};

#[test]
fn the_note_to_a_transit_state_reads_as_written() {
    let note = note(&small(), country("CN"));
    expect_file!["../data/note-CN.md"].assert_eq(&note.markdown);
    expect_file!["../data/note-CN.withheld.md"].assert_eq(&note.sender_markdown);
}

#[test]
fn the_note_to_a_host_and_to_the_responsible_state_read_as_written() {
    expect_file!["../data/note-TH.md"].assert_eq(&note(&small(), country("TH")).markdown);
    let mut published = small();
    published.case.tlp = Tlp::Clear;
    expect_file!["../data/note-KP.md"].assert_eq(&note(&published, country("KP")).markdown);
}

/// The case is AMBER: that it accuses North Korea is not for North Korea.
#[test]
fn an_accusation_that_may_not_be_shared_is_not_sent() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Amber;
    let note = note(&assessment, country("KP"));
    assert_eq!(note.refused, Some(demarche_report::NoNote::NotShareable));
    assert!(note.sender_markdown.contains("There is no note"));
}

#[test]
fn no_note_to_an_accused_or_sheltering_state_offers_asks_for_help_or_holds_an_indicator() {
    use demarche_case::AccusedNote::{Cease, Nothing, Protest, Question};
    for assessment in [small(), large(3), judged()] {
        for (chosen, role) in [Protest, Cease, Question, Nothing].into_iter().flat_map(|chosen| {
            [Role::ResponsibleAlleged, Role::ShelterAlleged].map(|role| (chosen, role))
        }) {
            let mut assessment = assessment.clone();
            assessment.case.request.accused = chosen;
            assessment.case.tlp = Tlp::Clear;
            for party in &mut assessment.case.parties {
                if party.country == Some(country("KP")) {
                    party.roles = [role].into_iter().collect();
                }
            }
            let state = note(&assessment, country("KP"));
            let cert = note(&assessment, demarche_case::Recipient::Cert(country("KP")));
            assert_eq!(state.refused.is_some(), chosen == Nothing);
            assert!(cert.refused.is_some());
            for word in [
                "Annex A",
                "offers",
                "share what it holds",
                "asks for their help",
                "SHA-256",
                "between the CERTs",
            ] {
                assert!(
                    !state.markdown.contains(word),
                    "{chosen:?} {role:?} {word}: {}",
                    state.markdown
                );
            }
            for item in &assessment.case.evidence {
                assert!(!state.markdown.contains(&item.says), "{}", item.id);
            }
            assert!(state.annex.annexes.is_empty());
        }
    }
}

#[test]
fn addressees_come_by_weight_with_their_reasons() {
    let lines: Vec<String> = addressees(&small())
        .iter()
        .map(|one| {
            let why: Vec<String> = one.why.iter().map(demarche_report::Reason::in_words).collect();
            format!("{}: {}\n", one.to, why.join("; "))
        })
        .collect();
    expect_file!["../data/addressees.txt"].assert_eq(&lines.concat());
}

#[test]
fn notes_go_to_those_on_whom_much_depends_and_the_rest_is_listed() {
    let mut assessment = small();
    let routes = assessment.routes.as_mut().unwrap();
    let player = Player::State(country("SE"));
    // Sweden carries a part of the traffic, and is in no smallest set.
    let carrier =
        routes.dependencies[0].networks.iter_mut().find(|row| row.network.asn == Asn(2516));
    carrier.unwrap().network.country = Some(country("SE"));
    let node = routes.map.nodes.iter_mut().find(|node| node.network.asn == Asn(2516));
    node.unwrap().network.country = Some(country("SE"));
    routes.located.clear();
    let mut index = routes.power.as_ref().unwrap().states.indices[0].clone();
    index.player = player.clone();
    routes.power.as_mut().unwrap().states.indices.push(index);
    let written = |assessment: &Assessment| -> Vec<(String, bool)> {
        let name = |one: &Addressee| (one.to.to_string(), is_written(&assessment.case, one));
        addressees(assessment).iter().map(name).collect()
    };
    let is = |assessment: &Assessment, to: &str, expected: bool| {
        let written = written(assessment);
        assert!(written.contains(&(to.to_owned(), expected)), "{to}: {written:?}");
    };
    for (to, expected) in
        [("CN", true), ("CN-CERT", true), ("JP", true), ("KP", true), ("SE", false)]
    {
        is(&assessment, to, expected);
    }
    assessment.routes.as_mut().unwrap().power.as_mut().unwrap().states.smallest.push(vec![player]);
    is(&assessment, "SE", true);
    assessment.case.request.accused = AccusedNote::Nothing;
    is(&assessment, "KP", false);
    let party = assessment.case.parties.iter_mut().find(|one| one.country == Some(country("CN")));
    party.unwrap().roles.insert(Role::ShelterAlleged);
    is(&assessment, "CN", false);
    is(&assessment, "CN-CERT", false);
}

#[test]
fn codes_of_no_state_and_states_of_the_sender_are_never_asked() {
    let mut assessment = small();
    let located = &mut assessment.routes.as_mut().unwrap().located;
    for (one, code) in located.iter_mut().zip(["EU", "ZZ", "AP"]) {
        one.announced_from = Some(country(code));
        one.registered_in = Some(country(code));
    }
    let mut sender = assessment.case.parties[0].clone();
    sender.country = Some(country("JP"));
    sender.roles = [Role::Sender].into_iter().collect();
    assessment.case.parties.push(sender);
    let asked: Vec<_> = addressees(&assessment).iter().map(|one| one.to.country()).collect();
    assert!(asked.contains(&country("CN")), "{asked:?}");
    for code in ["EU", "ZZ", "AP", "JP", "US"] {
        assert!(!asked.contains(&country(code)), "{code}");
    }
}

#[test]
fn networks_that_carry_next_to_nothing_are_not_told_as_carriers() {
    let mut assessment = small();
    let routes = assessment.routes.as_mut().unwrap();
    let kddi = &mut routes.dependencies[0].networks[3];
    assert_eq!(kddi.network.asn, Asn(2516));
    kddi.by_addresses.trimmed = 0.0;
    kddi.by_addresses.mean = 0.009;
    // Its state is a player in the game, but of no smallest set.
    let mut index = routes.power.as_ref().unwrap().states.indices[0].clone();
    index.player = Player::State(country("JP"));
    routes.power.as_mut().unwrap().states.indices.push(index);
    let little = note(&assessment, country("JP")).markdown;
    assert!(!little.contains("AS2516"), "{little}");
    assert!(!little.contains("carry the routes"), "{little}");
    assert!(!little.contains("Networks in your jurisdiction"), "{little}");
    let reasons = addressees(&assessment);
    let japan = reasons.iter().find(|one| one.to == country("JP").into()).unwrap();
    assert!(japan.why.iter().all(|why| !why.in_words().contains("traffic")), "{japan:?}");

    assessment.routes.as_mut().unwrap().dependencies[0].networks[3].by_addresses.mean = 0.01;
    assert!(note(&assessment, country("JP")).markdown.contains("AS2516"));
}

/// Every string within a value, with the forms in which an output may write it.
fn strings(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            into.insert(text.clone());
            into.insert(text.replace('.', "[.]"));
            into.insert(text.replace("http", "hxxp"));
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
        Value::Object(fields) => fields.values().for_each(|item| strings(item, into)),
        Value::Number(number) => {
            into.insert(number.to_string());
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn strings_of(value: &impl serde::Serialize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    strings(&serde_json::to_value(value).unwrap(), &mut found);
    found
}

#[test]
fn the_note_with_a_judgement_reads_as_written() {
    let note = note(&judged(), country("CN"));
    expect_file!["../data/judged-note-CN.md"].assert_eq(&note.markdown);
}

#[test]
fn no_string_of_withheld_evidence_is_in_the_note() {
    nothing_withheld_is_in_the_notes_of(&small());
    nothing_withheld_is_in_the_notes_of(&judged());
}

fn nothing_withheld_is_in_the_notes_of(assessment: &Assessment) {
    for code in ["CN", "JP", "TH", "KP", "US", "FR"] {
        let addressee = country(code);
        let (given, kept): (Vec<_>, Vec<_>) =
            assessment.case.evidence.iter().partition(|item| item.may_go_to(addressee).is_ok());
        let known = strings_of(&given);
        let note = note(assessment, addressee);
        assert!(kept.len() >= 2, "something is withheld from {code}");
        let mut looked_for = 0;
        for secret in strings_of(&kept).difference(&known).filter(|text| text.len() > 3) {
            // Words that the note has of itself tell nothing.
            if ["AMBER", "artefact", "medium", "strong", "infrastructure", "inside"]
                .contains(&secret.as_str())
            {
                continue;
            }
            looked_for += 1;
            assert!(!note.markdown.contains(secret), "{code}: {secret} in the Markdown");
            assert!(!note.html.contains(secret), "{code}: {secret} in the page");
        }
        assert!(looked_for > 10, "{code}: {looked_for}");
        // What an accused state never gets is told in a sentence, and the rest of the list would have no remedy.
        let told = if code == "KP" { "Whatever the markings allow" } else { "OMEGA-TITLE" };
        assert!(note.sender_markdown.contains(told), "the sender sees what is withheld");
    }
}

/// The assessment as if what may not go to the addressee had never been in it.
fn without_what_is_withheld(assessment: &Assessment, code: &str) -> Assessment {
    let addressee = country(code);
    let mut less = assessment.clone();
    let nobody = BTreeSet::new();
    let may = |tlp: Tlp| tlp.may_go_to(addressee, &nobody).is_ok();
    less.case.evidence.retain(|item| item.may_go_to(addressee).is_ok());
    less.case.events.retain(|one| may(one.tlp));
    less.case.effects.retain(|one| may(one.tlp));
    less.case.threats.retain(|one| may(one.tlp));
    less.case.claims.retain(|one| may(one.tlp));
    less.gaps.clear();
    let kept = assessment.case.evidence.iter().filter(|item| item.may_go_to(addressee).is_err());
    let files: Vec<&str> =
        kept.filter_map(|item| item.file.as_ref()).map(EvidenceFile::path).collect();
    less.inputs.retain(|input| !files.contains(&input.path.as_str()));
    let given: Vec<_> = less
        .case
        .evidence
        .iter()
        .filter_map(|item| match &item.body {
            Body::Infrastructure(one) => one.address,
            _ => None,
        })
        .collect();
    less.routes.as_mut().unwrap().located.retain(|one| given.contains(&one.address));
    less.attribution = assessment.attribution.as_ref().map(|_| findings(&less.case));
    less.attribution_shared.clear();
    less
}

#[test]
fn what_is_withheld_does_not_change_one_byte_of_the_note() {
    for assessment in [small(), large(3), judged()] {
        for code in ["CN", "JP", "TH", "SE", "KP", "IR", "FR"] {
            let whole = note(&assessment, country(code));
            let less = note(&without_what_is_withheld(&assessment, code), country(code));
            assert_eq!(whole.markdown, less.markdown, "{code}");
            assert_eq!(whole.html, less.html, "{code}");
            assert_eq!(whole.marking, less.marking, "{code}");
        }
    }
}

#[test]
fn a_case_that_may_not_go_leaves_no_name_in_the_note() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Red;
    let note = note(&assessment, country("CN"));
    for secret in ["studio-2014", "film studio", "Guardians", "Government of North Korea", "found/"]
    {
        assert!(!note.markdown.contains(secret), "{secret}");
        assert!(!note.html.contains(secret), "{secret}");
    }
    assert!(note.sender_markdown.contains("the case as a whole"));
    // A hash of the name could be guessed, and would link the notes of one case.
    assert!(note.markdown.contains("**Reference:** to be entered by the sender\n"));
    let hash = Sha256::of(assessment.case.id.as_str().as_bytes()).to_string();
    let start: String = hash.chars().take(10).collect();
    assert!(!note.markdown.contains(&start) && !note.html.contains(&start));
}

#[test]
fn routing_findings_are_marked_as_strictly_as_the_tables_behind_them() {
    let mut assessment = small();
    let table =
        assessment.case.evidence.iter_mut().find(|item| item.id.as_str() == "intercept").unwrap();
    table.body = Body::RouteData(demarche_case::RouteData {
        table: demarche_case::RouteTable::Rib,
        origin: "a service".to_owned(),
        licence: None,
    });
    // The findings rest on the table, which was read from another folder than the case names.
    table.file = Some(EvidenceFile::Inside {
        path: "found/20140901.as-rel.txt.bz2".parse().unwrap(),
        sha256: None,
    });
    let mut unused = assessment.clone();
    let item = unused.case.evidence.iter_mut().find(|item| item.id.as_str() == "intercept");
    item.unwrap().file =
        Some(EvidenceFile::Inside { path: "routes/another.bz2".parse().unwrap(), sha256: None });
    assert!(
        note(&unused, country("CN")).markdown.contains("AS4837"),
        "no finding rests on this table"
    );
    let note = note(&assessment, country("CN"));
    assert!(!note.markdown.contains("AS4837"));
    assert!(
        note.withheld
            .iter()
            .any(|item| matches!(item.part, WithheldPart::Routes(RoutesRestOn::Table(_))))
    );
}

#[test]
fn the_marking_is_the_strictest_of_what_is_in_the_note() {
    assert_eq!(note(&small(), country("CN")).marking, Tlp::Amber, "an item is released to it");
    assert_eq!(note(&small(), country("TH")).marking, Tlp::Green);
}

/// What a note says of who did it.
fn attribution_of(markdown: &str) -> &str {
    let (_, rest) = markdown.split_once("## Who is held to have done it").unwrap();
    rest.split_once("\n## ").unwrap().0
}

const NEUTRAL: &str = "\n\nThis note gives no probability of who did it.\n";

#[test]
fn a_judgement_goes_only_to_whom_it_was_made_for() {
    let whole = judged();
    assert_ne!(attribution_of(&note(&whole, country("CN")).markdown), NEUTRAL);

    let mut none_for_it = whole.clone();
    none_for_it.attribution_shared.clear();
    let mut without_less = whole.clone();
    without_less.attribution_shared.iter_mut().for_each(|one| drop(one.without.evidence.pop()));
    let mut without_more = whole.clone();
    let more = whole.case.evidence[0].id.clone();
    without_more
        .attribution_shared
        .iter_mut()
        .for_each(|one| one.without.evidence.push(more.clone()));
    let mut secret_record = whole.clone();
    for one in &mut secret_record.attribution_shared {
        one.findings.record.editions[0].tlp = Tlp::Red;
    }
    let mut secret_hypothesis = whole.clone();
    secret_hypothesis.case.hypotheses[0].tlp = Tlp::Red;
    let mut secret_case = whole.clone();
    secret_case.case.tlp = Tlp::Red;
    for assessment in
        [none_for_it, without_less, without_more, secret_record, secret_hypothesis, secret_case]
    {
        let note = note(&assessment, country("CN"));
        assert_eq!(attribution_of(&note.markdown), NEUTRAL);
        assert!(!note.markdown.contains("Lazarus") && !note.html.contains("Lazarus"));
        assert!(note.sender_markdown.contains("who did it: there is no judgement"));
    }
}

#[test]
fn the_whole_judgement_goes_where_nothing_is_withheld() {
    let mut assessment = judged();
    assessment.attribution_shared.clear();
    let may = |item: &demarche_case::Evidence| item.may_go_to(country("CN")).is_ok();
    assessment.case.evidence.retain(may);
    assessment.case.effects.iter_mut().for_each(|effect| effect.tlp = Tlp::Clear);
    assessment.case.events.iter_mut().for_each(|event| event.tlp = Tlp::Clear);
    assessment.attribution = Some(findings(&assessment.case));
    let markdown = note(&assessment, country("CN")).markdown;
    assert!(attribution_of(&markdown).contains("did it ("), "{markdown}");
}

#[test]
fn a_note_on_too_little_evidence_has_no_number_of_likelihood() {
    let markdown = note(&unjudged(), country("CN")).markdown;
    let text = attribution_of(&markdown);
    assert!(text.contains("We cannot say who did it: nobody reaches one chance in four."));
    assert!(!text.contains('%') && !text.contains("likely") && !text.contains("certain"), "{text}");
}

#[test]
fn terms_of_the_record_stand_in_every_note_that_uses_it() {
    let line = "reproduced and distributed with the permission of The MITRE Corporation";
    assert!(note(&judged(), country("CN")).markdown.contains(line));
    assert!(!note(&small(), country("CN")).markdown.contains(line));
}

#[test]
fn the_sender_is_warned_when_the_shared_part_names_somebody_else() {
    let mut assessment = judged();
    let whole = assessment.attribution.clone().unwrap();
    let mut other = whole.clone();
    other.leads = None;
    assessment.case.evidence[0].tlp = Tlp::AmberStrict;
    for item in &mut assessment.case.evidence[1..] {
        item.tlp = Tlp::Clear;
    }
    let country = addressees(&assessment)[0].to;
    let without = demarche_case::released::released(&assessment, country).unseen;
    let shared = |findings| SharedAttribution { without: without.clone(), findings };
    assessment.attribution_shared = vec![shared(other)];
    let warned = note(&assessment, country);
    assert!(warned.sender_markdown.contains("READ THIS BEFORE SENDING"));
    assert!(!warned.markdown.contains("READ THIS"));
    assessment.attribution_shared = vec![shared(whole)];
    assert!(!note(&assessment, country).sender_markdown.contains("READ THIS BEFORE SENDING"));
}

#[test]
fn the_sender_is_warned_when_a_claim_names_the_addressee() {
    let mut assessment = small();
    let words = "A claim in the case names this very state";
    let warns = |assessment: &Assessment, code: &str| {
        let note = note(assessment, country(code));
        assert!(!note.markdown.contains(words), "the addressee is not told");
        note.sender_markdown.contains(words)
    };
    assert!(!warns(&assessment, "CN"));
    let claims = [(ClaimKind::Denial, false), (ClaimKind::Statement, false)];
    for (kind, is_told) in claims.into_iter().chain([(ClaimKind::Attribution, true)]) {
        assessment.case.claims = vec![Claim {
            kind,
            by: "studio".parse().unwrap(),
            about: Some("cn".parse().unwrap()),
            text: "They did it.".to_owned(),
            date: None,
            source: assessment.case.evidence[0].source.clone(),
            evidence: Vec::new(),
            tlp: Tlp::Clear,
            release_to: BTreeSet::new(),
        }];
        assert_eq!(warns(&assessment, "CN"), is_told, "{kind:?}");
        assert!(!warns(&assessment, "JP"));
    }
}

/// The small case, in which North Korea only shelters those who did it.
fn sheltering() -> Assessment {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Clear;
    for party in &mut assessment.case.parties {
        if party.country == Some(country("KP")) {
            party.roles = [Role::ShelterAlleged].into();
        }
    }
    assessment
}

#[test]
fn a_sheltering_state_is_asked_for_what_a_shelter_can_do() {
    let text = note(&sheltering(), country("KP")).markdown;
    assert!(text.contains("its territory is not used so again"), "{text}");
    assert!(text.contains("paragraph 13(c)") && text.contains("Rule 6"), "{text}");
    assert!(!text.contains("make good the harm") && !text.contains("Articles 30 and 31"), "{text}");
}

#[test]
fn the_sender_reads_that_an_accusation_is_surer_than_the_judgement() {
    let warning = "READ THIS BEFORE SENDING. The note holds North Korea responsible";
    let mut assessment = judged();
    let list = |assessment: &Assessment| note(assessment, country("KP")).sender_markdown;
    assert!(!list(&assessment).contains(warning));
    for state in &mut assessment.attribution.as_mut().unwrap().as_reported.states {
        state.probability = None;
    }
    assert!(list(&assessment).contains(warning), "{}", list(&assessment));
    let told = note(&assessment, country("KP")).warnings;
    assert!(told.iter().any(|told| told.contains("holds North Korea responsible")), "{told:?}");
    assessment.attribution = None;
    assert!(list(&assessment).contains("there is no judgement"));
    assert!(!note(&sheltering(), country("KP")).sender_markdown.contains(warning));
}

#[test]
fn a_note_names_nobody_who_rather_did_not_do_it() {
    let mut assessment = judged();
    let said = |assessment: &Assessment| {
        note(assessment, country("TH")).markdown.contains("do not tell who did it")
    };
    assert!(!said(&assessment));
    let shared = assessment.attribution_shared.iter_mut().map(|shared| &mut shared.findings);
    for findings in shared.chain(&mut assessment.attribution) {
        for state in &mut findings.as_reported.states {
            let chance = state.probability.as_mut().unwrap();
            chance.estimate = demarche_case::Probability::clamped(0.49);
        }
    }
    assert!(said(&assessment));
}

#[test]
fn an_empty_note_has_a_remedy_that_fills_it() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Amber;
    for item in &mut assessment.case.evidence {
        (item.tlp, item.release_to) = (Tlp::Amber, BTreeSet::new());
    }
    for to in addressees(&assessment).iter().map(|addressee| addressee.to) {
        let state = to.country();
        let empty = note(&assessment, to);
        if empty.refused.is_some() {
            continue;
        }
        let remedy = empty.remedy.unwrap_or_else(|| panic!("{to}: no remedy"));
        assert!(
            empty.sender_markdown.contains("withhold from this addressee why it is asked"),
            "{}",
            empty.sender_markdown
        );
        let mut released = assessment.clone();
        released.case.release_to.insert(state);
        for item in &mut released.case.evidence {
            if remedy.contains(&format!("evidence “{}”", item.id)) {
                item.release_to.insert(state);
            }
        }
        let filled = note(&released, to);
        assert!(filled.remedy.is_none() && !filled.is_reason_withheld, "{to}: {remedy}");
    }
}

#[test]
fn law_enforcement_is_an_addressee_with_its_name_and_contact() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Clear;
    let mut police = assessment.case.parties[0].clone();
    police.name = "Royal Thai Police ".repeat(9).trim().to_owned();
    police.contact = Some("cyber@police.example".to_owned());
    police.country = Some(country("TH"));
    police.roles = [Role::LawEnforcement].into();
    let name = police.name.clone();
    assessment.case.parties.push(police);
    let text = note(&assessment, country("TH")).markdown;
    assert!(text.contains(&name) && text.contains("(cyber\\@police.example)"), "{text}");
    assert!(text.contains("request for legal assistance"), "{text}");
}
