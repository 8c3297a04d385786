//! Precedents on the real record, beside the published figures of the same split.

use std::io::Read as _;
use std::path::PathBuf;

use demarche_case::Sha256;
use demarche_library::Provenance;
use demarche_response::precedent::{Act, Circle, Pair, Precedents};

/// DCID's sheet of campaigns; `None` with a loud word when it is not there.
fn dcid() -> Option<Precedents> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let folder =
        std::env::var_os("DEMARCHE_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let path = folder.join("attacks/dcid-2.0-campaigns-2023-02.csv.xz");
    let Ok(packed) = std::fs::read(&path) else {
        println!("SKIPPED: {} not found; set DEMARCHE_DATA to its folder", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    lzma_rust2::XzReader::new(packed.as_slice(), true).read_to_end(&mut bytes).unwrap();
    let origin = "dcid-2.0-campaigns-2023-02.csv.xz".to_owned();
    let provenance = Provenance { origin, date: None, sha256: Sha256::of(&packed) };
    let imported = demarche_library::dcid::campaigns(&bytes, &provenance);
    assert!(imported.refused.is_empty(), "{:?}", imported.refused);
    Some(Precedents::of(&imported.part))
}

/// The mean squared miss on the attacks from 2016 on, of shares that know those before 2016 alone; and of the base rate.
fn missed(precedents: &Precedents, act: Act) -> [f64; 2] {
    let of_all = |year: i16| {
        let earlier = precedents.incidents().iter().filter(|one| one.year < year);
        let (all, hits) = earlier.fold((0.0, 0.0), |(all, hits), one| {
            (all + 1.0, hits + if one.acts.contains(&act) { 1.0 } else { 0.0 })
        });
        hits / all
    };
    let base = of_all(2016);
    let (mut own, mut bases, mut count) = (0.0, 0.0, 0.0);
    for one in precedents.incidents().iter().filter(|one| one.year >= 2016) {
        let pair = Pair { responding: one.responding, initiator: one.initiator, year: 2016 };
        let happened = if one.acts.contains(&act) { 1.0 } else { 0.0 };
        own += (precedents.share(act, pair).share - happened).powi(2);
        bases += (base - happened).powi(2);
        count += 1.0;
    }
    [own / count, bases / count]
}

#[test]
fn shares_are_the_published_ones() {
    let Some(precedents) = dcid() else { return };
    let all = precedents.incidents();
    assert_eq!(all.len(), 431);
    let hits = |act: Act| all.iter().filter(|one| one.acts.contains(&act)).count();
    // 32.0 % sanctions and 13.5 % cyber replies of 431; 8.8 % sanctions by the initiator.
    assert_eq!((hits(Act::Sanction), hits(Act::CyberReply)), (138, 58));
    let own = all.iter().filter(|one| one.initiators_acts.contains(&Act::Sanction)).count();
    assert_eq!(own, 38);
    let korea =
        Pair { responding: "US".parse().unwrap(), initiator: "KP".parse().unwrap(), year: 2030 };
    let share = precedents.share(Act::Sanction, korea);
    assert_eq!(share.counts[0], (Circle::All, 138, 431));
    assert_eq!(share.counts[2].2, 58, "North Korea's attacks: {:?}", share.counts);
    assert!(share.range[0] < share.share && share.share < share.range[1], "{share:?}");
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
