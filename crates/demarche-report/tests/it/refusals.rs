//! Refusals in which the target itself takes part, and figures of targets of several networks.

use demarche_case::Asn;
use demarche_case::assessment::answer::CutAnswer;
use demarche_case::assessment::routes::{Change, RoutesFindings, TargetOrigin};
use demarche_report::terminal_of_width;
use demarche_report::view::routes_cut;

use crate::fixtures::{country, network, small_routes};

/// The answer on one change, on a target of these many networks.
fn told(change: Change, networks: u32) -> String {
    let RoutesFindings { mut target, mut cuts, .. } = small_routes();
    for further in 1..networks {
        let origin = TargetOrigin {
            network: network(131_279 + further, "Further Net", "KP"),
            ..target.origins[0].clone()
        };
        target.origins.push(origin);
    }
    cuts.truncate(1);
    cuts[0].change = change;
    cuts[0].origins = u64::from(networks);
    terminal_of_width(&routes_cut(&CutAnswer { target, cuts, caveats: vec![] }), usize::MAX)
}

#[test]
fn a_target_of_one_network_cannot_refuse_itself() {
    for change in [
        Change::Refuse(vec![Asn(131_279)]),
        Change::RefuseCountries(vec![country("KP")]),
        Change::RefuseCountries(vec![country("CN"), country("KP")]),
    ] {
        let text = told(change, 1);
        assert!(text.contains("the only network of the target"), "{text}");
        assert!(!text.contains("other networks,"), "{text}");
    }
    assert!(!told(Change::Refuse(vec![Asn(4837)]), 1).contains("only network of the target"));
    assert!(!told(Change::RefuseCountries(vec![country("CN")]), 1).contains("its refusal"));
}

#[test]
fn networks_of_the_target_that_refuse_are_told_whoever_names_them() {
    for change in [
        Change::Refuse(vec![Asn(131_279), Asn(131_280)]),
        Change::RefuseCountries(vec![country("KP")]),
    ] {
        let text = told(change, 2);
        assert!(text.contains("Each refuses the routes to the target’s other networks"), "{text}");
    }
    let many = told(Change::RefuseCountries(vec![country("KP")]), 40);
    assert!(many.contains("40 of the target’s own networks refuse"), "{many}");
}

#[test]
fn means_and_counts_over_any_network_are_told_apart() {
    let change = || Change::RefuseCountries(vec![country("CN")]);
    let several = told(change(), 2);
    assert!(several.contains("mean over the target’s networks"), "{several}");
    assert!(several.contains("the route to at least one of the target’s networks"), "{several}");
    let single = told(change(), 1);
    assert!(!single.contains("mean over") && !single.contains("at least one"), "{single}");
}
