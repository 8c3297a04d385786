//! Precedents on the real record, beside the published figures of the same split.

use demarche_case::assessment::precedents::{
    Act, Circle, EurepocCopy, PrecedentCaveat, PrecedentQuestion, ResponseKind,
};
use demarche_response::precedent::{Pair, Precedents};
use demarche_response::precedents;

use crate::real::{DCID, EUREPOC, record};

/// DCID's sheet of campaigns.
fn dcid() -> Option<Precedents> {
    Some(Precedents::of(&record(&DCID[1..])?))
}

fn question(responding: &str, initiator: &str, year: Option<i16>) -> PrecedentQuestion {
    PrecedentQuestion {
        responding: responding.parse().unwrap(),
        initiator: initiator.parse().unwrap(),
        year,
        severity: None,
        intensity: None,
        objective: None,
    }
}

/// The mean squared miss on the attacks from 2016 on, of shares that know those before 2016 alone; and of the base rate.
fn missed(precedents: &Precedents, act: Act) -> [f64; 2] {
    let of_all = |year: i16| {
        let earlier = precedents.incidents().iter().filter(|one| one.year < year);
        let (all, hits) = earlier.fold((0.0, 0.0), |(all, hits), one| {
            (
                all + 1.0,
                hits + if one.response.as_ref().unwrap().acts.contains(&act) { 1.0 } else { 0.0 },
            )
        });
        hits / all
    };
    let base = of_all(2016);
    let (mut own, mut bases, mut count) = (0.0, 0.0, 0.0);
    for one in precedents.incidents().iter().filter(|one| one.year >= 2016) {
        let pair = Pair { responding: one.responding, initiator: one.initiator, year: 2016 };
        let happened = if one.response.as_ref().unwrap().acts.contains(&act) { 1.0 } else { 0.0 };
        own += (precedents.share(act, pair).share - happened).powi(2);
        bases += (base - happened).powi(2);
        count += 1.0;
    }
    [own / count, bases / count]
}

#[test]
fn shares_are_the_published_ones() {
    let Some(known) = dcid() else { return };
    let all = known.incidents();
    assert_eq!(all.len(), 431);
    let hits = |act: Act| {
        all.iter().filter(|one| one.response.as_ref().unwrap().acts.contains(&act)).count()
    };
    // 32.0 % sanctions and 13.5 % cyber replies of 431; 8.8 % sanctions by the initiator.
    assert_eq!((hits(Act::Sanction), hits(Act::CyberReply)), (138, 58));
    let record = record(&DCID[1..]).unwrap();
    let found = precedents(&record, &question("US", "KP", None)).unwrap().dyads.unwrap();
    let sanctions = |place: usize| {
        let circle = &found.circles[place];
        (circle.group, *circle.acts.iter().find(|one| one.act == Act::Sanction).unwrap())
    };
    let (circle, all) = sanctions(0);
    assert_eq!(circle, Circle::All);
    assert_eq!((all.done.hits, all.done.all, all.by_initiator.unwrap().hits), (138, 431, 38));
    let (circle, korean) = sanctions(2);
    assert_eq!((circle, korean.done.all), (Circle::ByInitiator, 58), "North Korea's attacks");
    for share in &found.acts {
        assert!(share.range[0] < share.share && share.share < share.range[1], "{share:?}");
    }
}

#[test]
fn sanctions_and_cyber_replies_are_foretold_better_than_by_the_pair_alone() {
    let Some(precedents) = dcid() else { return };
    for (act, bar) in [(Act::Sanction, 0.219), (Act::CyberReply, 0.079)] {
        let [own, base] = missed(&precedents, act);
        println!("{act:?}: {own:.4}, base rate {base:.4}");
        assert!(own < bar, "{act:?}: {own:.4}, of at most {bar}");
    }
    // Where the pair foretells nothing, what the years before seemed to show may still cost a little.
    for act in Act::ALL {
        let [own, base] = missed(&precedents, act);
        println!("{act:?}: {own:.4}, base rate {base:.4}");
        assert!(
            own < base + 0.015,
            "{act:?} is hardly worse than the base rate: {own:.4}, {base:.4}"
        );
    }
}

/// The share that is foretold of one response in a year, and whether each incident of that year had it.
fn foretold(year: i16, response: ResponseKind) -> Option<(f64, u64, u64)> {
    let record = record(&EUREPOC)?;
    let expected = |before| {
        let found = precedents(&record, &question("US", "KP", Some(before))).unwrap();
        let copy = found.repository.iter().find(|one| one.copy == EurepocCopy::Dashboard).unwrap();
        let one = copy.expected.iter().find(|one| one.response == response).unwrap();
        assert!(one.is_base_rate, "and the answer says so");
        assert!(
            found
                .caveats
                .iter()
                .any(|caveat| matches!(caveat, PrecedentCaveat::BaseRateOnly { .. }))
        );
        one.rate
    };
    let (before, after) = (expected(year), expected(year + 1));
    Some((before.share().unwrap(), after.hits - before.hits, after.all - before.all))
}

/// The mean squared miss of one share, where so many of so many came true.
fn brier(share: f64, hits: u64, all: u64) -> f64 {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap());
    (number(hits) * (1.0 - share).powi(2) + number(all - hits) * share.powi(2)) / number(all)
}

#[test]
fn a_public_response_is_foretold_as_well_as_by_the_base_rate() {
    // The base rates' own misses on 2023, learnt from 2021 and 2022.
    for (response, bar) in [(ResponseKind::Political, 0.0992), (ResponseKind::Legal, 0.0893)] {
        let Some((share, hits, all)) = foretold(2023, response) else { return };
        assert_eq!(all, 576);
        let own = brier(share, hits, all);
        println!("{response:?}: {own:.4}, said {share:.3}, {hits} of {all}");
        assert!(own < bar + 0.000_05, "{response:?}: {own:.4}, of at most {bar}");
    }
}

#[test]
fn what_came_before_sony_is_all_that_counts_for_it() {
    let Some(record) = record(DCID.iter().chain(&EUREPOC)) else { return };
    let sony = PrecedentQuestion { severity: Some(4), ..question("US", "KP", Some(2014)) };
    let found = precedents(&record, &sony).unwrap();
    let dyads = found.dyads.unwrap();
    assert!(dyads.similar.len() <= 12 && dyads.similar.iter().all(|one| one.year < 2014));
    assert!(dyads.similar[0].circle == Circle::Between, "{:?}", dyads.similar[0]);
    for copy in &found.repository {
        assert_eq!(copy.uncoded, copy.incidents, "nothing before 2014 is coded");
        assert!(copy.expected.is_empty());
    }
    assert!(found.caveats.iter().any(|caveat| matches!(caveat, PrecedentCaveat::Uncoded { .. })));
}
