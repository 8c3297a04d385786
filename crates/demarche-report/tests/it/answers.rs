//! The sentences of the answer, which are put together and never written down.

use demarche_case::Asn;
use demarche_case::assessment::routes::{NoCut, Player, Proof, RoutesFindings};
use demarche_report::{to_html, to_json};
use expect_test::{Expect, expect};

use crate::fixtures::{country, large, network, small, small_routes};

fn answer(routes: RoutesFindings) -> String {
    let mut assessment = small();
    assessment.routes = Some(routes);
    let page = to_html(&assessment);
    let (_, rest) = page.split_once("<p class=\"first\">").unwrap();
    let (answer, _) = rest.split_once("</section>").unwrap();
    let text = answer.replace("</p><p>", "\n").replace("</p>", "").replace(". ", ".\n");
    text.replace('\u{a0}', " ")
}

fn check(routes: RoutesFindings, wanted: &Expect) {
    wanted.assert_eq(&answer(routes));
}

#[test]
fn two_networks_of_two_states() {
    check(
        small_routes(),
        &expect![[r#"
            Every route from the core of the internet to North Korea’s one network passes through AS4837 (China Unicom Backbone, China) or AS22351 (Intelsat Global Service, United States).
            Only both together can cut it off; each has half of the power (Shapley–Shubik 0.50).
            Among states, the cooperation of China and the United States is key: neither can be missing (Shapley–Shubik 0.50 each).
            Of the observed routes, 80.7 % pass through AS4837 (China Unicom Backbone, China).
            After it follow AS4766 (Korea Telecom, South Korea) with 38.7 % and AS22351 (Intelsat Global Service, United States) with 19.4 %.
            These shares are trimmed means over 37 vantage points and its 1,024 IPv4 addresses.
            If both refuse, 1 of the 45,823 networks that had a route still has one.
            No third party loses or changes a route.
            If AS4837 (China Unicom Backbone, China) alone refuses, 45,819 of the 45,823 networks that had a route still have one.
            Of these, 75.7 % use another route than before.
            North Korea connects to the world through two foreign networks: a severe risk of disconnection (bands of Renesys, 2012)."#]],
    );
}

#[test]
fn one_network_of_the_target_itself() {
    let mut routes = small_routes();
    let power = routes.power.as_mut().unwrap();
    let etecsa = Player::Operator(network(11960, "ETECSA", "KP"));
    power.operators.smallest = vec![vec![etecsa.clone()]];
    power.operators.indices.truncate(1);
    power.operators.indices[0].player = etecsa;
    power.operators.indices[0].shapley_block = 1.0;
    power.states.smallest.clear();
    routes.cuts.clear();
    check(
        routes,
        &expect![[r#"
            Every route from the core of the internet to North Korea’s one network passes through AS11960 (ETECSA, North Korea).
            It alone can cut it off; its power is 1.00 (Shapley–Shubik).
            It is a network of North Korea itself, so the key is at home.
            Of the observed routes, 80.7 % pass through AS4837 (China Unicom Backbone, China).
            After it follow AS4766 (Korea Telecom, South Korea) with 38.7 % and AS22351 (Intelsat Global Service, United States) with 19.4 %.
            These shares are trimmed means over 37 vantage points and its 1,024 IPv4 addresses.
            North Korea connects to the world through two foreign networks: a severe risk of disconnection (bands of Renesys, 2012)."#]],
    );
}

#[test]
fn three_networks_with_other_sets_and_no_proof() {
    let mut routes = large(1).routes.unwrap();
    let power = routes.power.as_mut().unwrap();
    let players: Vec<Player> =
        power.operators.indices.iter().take(3).map(|one| one.player.clone()).collect();
    power.operators.smallest = vec![players.clone(), players.clone(), players];
    power.operators.smallest_is_complete = false;
    power.operators.proof = Proof::Bound { at_least: 2, ratio: 1.5 };
    power.states.smallest = vec![vec![Player::State(country("TR"))]];
    check(
        routes,
        &expect![[r#"
            No route to Iran’s 14 networks is left if AS7198 (Level 3 Parent, LLC, Iran), AS7652 (BT, Iran) and AS7804 (Respina, Iran) refuse to carry it.
            It takes three together, and at least 2 other sets of the same size can do it too.
            The power of each is from 0.13 to 0.40 (Shapley–Shubik).
            This set is not proven to be the smallest; no set of fewer than two can do it.
            All of them are networks of Iran itself, so the key is at home.
            Among states, Türkiye alone can have all routes to Iran refused (Shapley–Shubik 0.00).
            Of the observed routes, 96.3 % pass through AS9017 (Orange S.A., Iran).
            After it follow AS9807 (BT, Iran) with 86.5 % and AS22229 (Omantel, United States) with 72.6 %.
            These shares are trimmed means over 37 vantage points and its 9,123,456 IPv4 addresses."#]],
    );
}

#[test]
fn nothing_can_cut_it_off() {
    let mut routes = small_routes();
    let power = routes.power.as_mut().unwrap();
    for game in [&mut power.operators, &mut power.states] {
        game.smallest.clear();
        game.indices.clear();
        game.proof = Proof::NoCut(NoCut::TargetInCore { network: Asn(131_279) });
    }
    check(
        routes,
        &expect![[r#"
            No refusal of others cuts North Korea’s one network off: AS131279 of the target is itself a core network and needs nobody’s transit.
            Of the observed routes, 80.7 % pass through AS4837 (China Unicom Backbone, China).
            After it follow AS4766 (Korea Telecom, South Korea) with 38.7 % and AS22351 (Intelsat Global Service, United States) with 19.4 %.
            These shares are trimmed means over 37 vantage points and its 1,024 IPv4 addresses.
            North Korea connects to the world through two foreign networks: a severe risk of disconnection (bands of Renesys, 2012)."#]],
    );
}

#[test]
fn several_networks_of_which_the_graph_lacks_one_are_told_as_means_over_those_it_has() {
    let mut routes = small_routes();
    for in_topology in [true, false] {
        let mut origin = routes.target.origins[0].clone();
        origin.in_topology = in_topology;
        routes.target.origins.push(origin);
    }
    routes.cuts.iter_mut().for_each(|cut| cut.origins = 2);
    let mut assessment = small();
    assessment.routes = Some(routes.clone());
    let page = to_html(&assessment);
    assert!(page.contains("on average over the target’s 2 networks, weighted by addresses"));
    assert!(page.contains("Networks with a route, mean"));
    assert!(page.contains("The AS graph has 2 of the target’s 3 networks"));
    check(
        routes,
        &expect![[r#"
            Every route from the core of the internet to North Korea’s two networks that the AS graph has (of 3) passes through AS4837 (China Unicom Backbone, China) or AS22351 (Intelsat Global Service, United States).
            Only both together can cut it off; each has half of the power (Shapley–Shubik 0.50).
            Among states, the cooperation of China and the United States is key: neither can be missing (Shapley–Shubik 0.50 each).
            Of the observed routes, 80.7 % pass through AS4837 (China Unicom Backbone, China).
            After it follow AS4766 (Korea Telecom, South Korea) with 38.7 % and AS22351 (Intelsat Global Service, United States) with 19.4 %.
            These shares are trimmed means over 37 vantage points and its 1,024 IPv4 addresses.
            If both refuse, 1 of the 45,823 networks that had a route still has one.
            Such figures are means over the target’s 2 networks, weighted by addresses.
            No third party loses or changes a route.
            If AS4837 (China Unicom Backbone, China) alone refuses, 45,819 of the 45,823 networks that had a route still have one.
            Of these, 75.7 % use another route than before.
            North Korea connects to the world through two foreign networks: a severe risk of disconnection (bands of Renesys, 2012)."#]],
    );
}

#[test]
fn a_mean_that_is_rounded_is_neither_none_nor_all() {
    let mut routes = small_routes();
    for cut in &mut routes.cuts {
        cut.origins = 2;
    }
    routes.cuts[0].after.networks = 0;
    routes.cuts[1].after.networks = routes.cuts[1].before.networks;
    let answer = answer(routes);
    assert!(answer.contains("fewer than one of the 45,823 networks"), "{answer}");
    assert!(answer.contains("nearly all of the 45,823 networks"), "{answer}");
}

#[test]
fn one_network_loses_and_one_changes() {
    for (lost, changed, wanted) in [
        (1, 0, "1 network of third parties with 256 IPv4 addresses loses a route"),
        (2, 0, "2 networks of third parties with 256 IPv4 addresses lose a route"),
        (0, 1, "1 network of third parties changes its"),
        (0, 2, "2 networks of third parties change theirs"),
    ] {
        let mut routes = small_routes();
        let collateral = &mut routes.cuts[0].collateral;
        collateral.lost.networks = lost;
        collateral.lost.ipv4_addresses = 256;
        collateral.changed.networks = changed;
        let answer = answer(routes);
        assert!(answer.contains(wanted), "{answer}");
    }
}

#[test]
fn no_data_at_all() {
    let mut routes = small_routes();
    routes.target.origins.clear();
    routes.dependencies.clear();
    routes.cuts.clear();
    routes.power = None;
    check(routes, &expect!["No network was found that announces North Korea."]);
}

#[test]
fn the_same_assessment_gives_the_same_bytes() {
    for make in [small, || large(9)] {
        assert_eq!(to_html(&make()), to_html(&make()));
        assert_eq!(to_json(&make()).unwrap(), to_json(&make()).unwrap());
    }
}

#[test]
fn json_is_read_back_as_the_same_assessment() {
    let assessment = small();
    let read: demarche_case::assessment::Assessment =
        serde_json::from_str(&to_json(&assessment).unwrap()).unwrap();
    assert_eq!(read, assessment);
}

#[test]
fn the_first_page_has_eight_sentences_at_most_and_each_leads_to_a_section() {
    for assessment in
        [small(), crate::judged::judged(), crate::judged::unjudged(), crate::weighed::weighed()]
    {
        let told = demarche_report::brief(&assessment);
        assert!((2..=8).contains(&told.len()), "{told:?}");
        let page = to_html(&assessment);
        for told in &told {
            let words = told.text.split_whitespace().count();
            assert!(words <= 40, "{words}: {}", told.text);
            assert!(page.contains(&format!("id=\"{}\"", told.section)), "{told:?}");
        }
    }
}

#[test]
fn a_report_has_the_parts_that_are_asked_for() {
    let page = |first, short, annexes| {
        let parts = demarche_report::ReportParts { first, short, annexes };
        let dress = demarche_report::Dress::default();
        demarche_report::to_html_of(&crate::weighed::weighed(), parts, &dress).unwrap()
    };
    let has = |page: &str| {
        ["first-page", "who-did-it", "annexes"].map(|id| page.contains(&format!("id=\"{id}\"")))
    };
    assert_eq!(has(&page(true, false, false)), [true, false, false]);
    assert_eq!(has(&page(false, false, true)), [false, false, true]);
    let whole = page(true, true, true);
    assert!(whole.find("id=\"first-page\"") < whole.find("id=\"options\""));
    assert!(whole.find("id=\"options\"") < whole.find("id=\"annexes\""));
}

#[test]
fn a_report_and_a_note_wear_the_senders_dress() {
    let template = "<html><head>{{ head }}</head><body class=\"{{ class }}\">{{ banner }}<p>Ministry of {{ marking }}</p>{{ logo }}{{ body }}</body></html>";
    let logo = b"<svg xmlns='http://www.w3.org/2000/svg'/>";
    let dress = demarche_report::Dress::new(Some(logo), Some(template)).unwrap();
    let assessment = crate::weighed::weighed();
    let parts = demarche_report::ReportParts::ALL;
    let page = demarche_report::to_html_of(&assessment, parts, &dress).unwrap();
    assert!(page.contains("<p>Ministry of TLP:"), "the template is used");
    assert!(page.contains("img-src data:") && page.contains("class=\"logo\""));
    assert!(page.contains("id=\"first-page\""), "the body is markup, not text");
    let to = "CN".parse::<demarche_case::Country>().unwrap();
    let note = demarche_report::note_dressed(&assessment, to, &dress).unwrap();
    assert!(note.html.contains("class=\"letter\"") && note.html.contains("Ministry of TLP:"));
}
