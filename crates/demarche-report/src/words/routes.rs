//! Sentences for the values of the routing findings: caveats, definitions, reasons and notes.

use std::collections::BTreeMap;

use demarche_case::assessment::routes::{
    AtHome, Caveat, Change, CutEffect, CutOff, CutUnit, DistantTable, FarSide, LocationNote, NoCut,
    ReservedPurpose, RoutesFindings, Translation,
};
use demarche_case::{Asn, Defanged, Moment};

use super::{in_text, listed};
use crate::date::date;
use crate::number::{count, counted, length, percent};
use crate::text::{NAME, PROSE, shown};

/// Items of a list that a sentence names before it only counts the rest.
const LISTED: usize = 8;

/// Returns the title of a caveat.
#[must_use]
pub(crate) const fn caveat_title(caveat: &Caveat) -> &'static str {
    match caveat {
        Caveat::DoubtfulLink(_) => "Doubtful link",
        Caveat::SmallGraph { .. } => "Small AS graph",
        Caveat::InferredLinks => "Inferred links",
        Caveat::Capability => "Capability, not capacity",
        Caveat::NoObservation => "No observed routes",
        Caveat::VantagePoints => "Few vantage points",
        Caveat::OriginsMissing { .. } => "Networks missing from the AS graph",
        Caveat::Registration => "Country of registration",
        Caveat::Age { .. } => "Data of another time",
    }
}

/// Returns the meaning of a caveat for the reader, in a few sentences.
#[must_use]
pub fn caveat_text(caveat: &Caveat) -> String {
    match caveat {
        Caveat::DoubtfulLink(link) => format!(
            "The tables show a link between {} and {} that is not believed. Reason: {}. Source: {}. The link carries nothing in these answers, and the map draws it as doubtful.",
            link.left,
            link.right,
            stated(&link.reason),
            stated(&link.source.text)
        ),
        Caveat::SmallGraph { networks } => format!(
            "The AS graph has only {} networks, so it is an extract. Shares and reach are those of the extract, not of the internet. Whole tables give the figures for the internet.",
            count(*networks)
        ),
        Caveat::InferredLinks => "Links and their kinds are inferred from routes that collectors saw. Links that no collector saw are missing, and some kinds are wrong. Provider links may run in circles, which makes a few modelled routes strange and long.".to_owned(),
        Caveat::Capability => "Modelled routes say what can be reached, not what can be carried. The AS graph has no capacities and no prices, and does not mark backup links. A network that keeps a route after a cut may still be unable to carry the traffic.".to_owned(),
        Caveat::NoObservation => "No routing table that was read holds a full-feed route to the target. All dependencies are therefore modelled, with every network as a vantage point.".to_owned(),
        Caveat::VantagePoints => "Observed shares are those of the collectors’ peers. These peers are few, and most are large networks of Europe and North America. The trimmed mean guards against this bias. The trimmed mean hides a small dependency that is total for the networks that have it. The plain mean and the spread are therefore given too.".to_owned(),
        Caveat::OriginsMissing { networks, of } => format!(
            "The AS graph lacks {} of the target’s {} networks: {}. Reach, cuts and power leave these networks out.",
            length(networks.len()),
            count(*of),
            first_few(networks.iter().map(Asn::to_string))
        ),
        Caveat::Registration => "The country of a network is the country of its registration. The owner and the routers of the network may be in another country, and registered names grow stale. Codes that are no state, such as the registries’ EU and AP, count as an unknown country.".to_owned(),
        Caveat::Age { as_of, tables } => format!(
            "Some tables are not of the time of the case ({}): {}. Links and origins change within months.",
            date(*as_of),
            first_few(tables.iter().map(distant))
        ),
    }
}

fn distant(table: &DistantTable) -> String {
    let direction = if table.days > 0 { "before" } else { "after" };
    let days = u64::from(table.days.unsigned_abs());
    format!("{} ({}, {} days {direction})", shown(&table.file, NAME), date(table.date), count(days))
}

/// A statement of the case or of a source as a part of a sentence.
fn stated(text: &str) -> String {
    shown(text, PROSE).trim_end_matches('.').to_owned()
}

/// The first items of a list, and the number of the rest.
fn first_few(items: impl ExactSizeIterator<Item = String>) -> String {
    let further = items.len().saturating_sub(LISTED);
    let listed = items.take(LISTED).collect::<Vec<_>>().join(", ");
    if further > 0 { format!("{listed} and {} more", length(further)) } else { listed }
}

/// Returns the reason why no refusal cuts the target off, as a clause without a full stop.
#[must_use]
pub fn no_cut_text(reason: &NoCut) -> String {
    match reason {
        NoCut::TargetAbsent => "the AS graph has no network of the target".to_owned(),
        NoCut::TargetInCore { network } => {
            format!("{network} of the target is itself a core network and needs nobody’s transit")
        }
        NoCut::NoFarSide => "no network is left that the target could be cut off from".to_owned(),
        NoCut::NoWay => {
            "the AS graph has no way from the target to these networks, even before a refusal"
                .to_owned()
        }
        NoCut::OpenWay { path } => {
            let path: Vec<String> = path.iter().map(Asn::to_string).collect();
            format!("no network on the way {} can refuse", path.join(" – "))
        }
        NoCut::TooLittle { millionths } => format!(
            "even the refusal of all players takes away the routes of {} only",
            percent(f64::from(*millionths) / 1e6)
        ),
    }
}

/// Returns the part of a target that has to be lost, such as `90.0 % of its IPv4 addresses`; `None` for all of it.
#[must_use]
pub(crate) fn cut_off_part(cut_off: &CutOff) -> Option<String> {
    let of = match cut_off.counted_in {
        CutUnit::Addresses => "IPv4 addresses",
        CutUnit::Networks => "networks",
    };
    (cut_off.share < 1.0).then(|| format!("{} of its {of}", percent(cut_off.share)))
}

/// Returns the definition of "cut off" in a few sentences.
#[must_use]
pub fn cut_off_text(cut_off: &CutOff) -> String {
    let networks = count(cut_off.networks);
    let far_side = match (cut_off_part(cut_off), cut_off.far_side) {
        (Some(part), FarSide::Core) => format!(
            "The target counts as cut off when at least {part} have no route from the {networks} core networks any more. Core networks buy transit from nobody and peer with each other. Networks of the target that have no such route before any refusal are left out."
        ),
        (Some(part), FarSide::Named) => format!(
            "The target counts as cut off when at least {part} have no route from the {networks} networks named any more. Networks of the target that have no such route before any refusal are left out."
        ),
        (None, FarSide::Core) => format!(
            "The target is cut off when none of the {networks} core networks has a route to it any more. Core networks buy transit from nobody and peer with each other."
        ),
        (None, FarSide::Named) => format!(
            "The target is cut off when none of the {networks} networks named has a route to it any more."
        ),
    };
    let at_home = match cut_off.at_home {
        AtHome::Nobody => " Networks of the target’s own country never refuse.",
        AtHome::Carriers => "",
        AtHome::Everybody if cut_off.share < 1.0 => {
            " An origin of the target that refuses withdraws its own prefixes too, and they count as lost."
        }
        AtHome::Everybody => " Origins of the target that refuse do not count as cut off.",
    };
    format!(
        "{far_side} Direct neighbours of the target that refuse the target themselves do not count.{at_home}"
    )
}

/// The purpose of a reserved block, after "kept for".
const fn kept_for(purpose: ReservedPurpose) -> &'static str {
    match purpose {
        ReservedPurpose::ThisHost => "hosts without an address yet",
        ReservedPurpose::Private => "private networks",
        ReservedPurpose::Shared => "subscribers behind a provider's shared address",
        ReservedPurpose::Loopback => "a host's own loopback",
        ReservedPurpose::LinkLocal => "hosts on one link",
        ReservedPurpose::Documentation => "examples in documents",
        ReservedPurpose::Benchmarking => "measurements of devices",
        ReservedPurpose::Multicast => "multicast",
        ReservedPurpose::Protocol => "protocols and future use",
    }
}

/// The way in which an IPv6 address is made of an IPv4 address.
const fn made_by(translation: Translation) -> &'static str {
    match translation {
        Translation::Mapped => "an IPv4 address in the notation of IPv6",
        Translation::Nat64 => "as a translator (NAT64) shows it to hosts without IPv4",
        Translation::SixToFour => "the network whose tunnel (6to4) it is",
        Translation::Teredo => "the address behind which the host of the tunnel (Teredo) is",
    }
}

/// Returns an oddity of an address as a clause without a full stop.
#[must_use]
pub fn location_note_text(note: &LocationNote) -> String {
    match note {
        LocationNote::NotAnnounced => {
            "not announced: no prefix of the table covers the address".to_owned()
        }
        LocationNote::Reserved { block, purpose } => {
            format!(
                "in {block}, which is kept for {}: no place on the internet",
                kept_for(*purpose)
            )
        }
        LocationNote::StandsFor { address, by } => {
            format!("stands for {}, {}", Defanged(address), made_by(*by))
        }
        LocationNote::OtherTime { placed, stated, days } => format!(
            "its source puts it in {}; tables {} from the attack put it in {}, and do not count",
            in_text(*stated),
            counted(*days, "day", "days"),
            in_text(*placed)
        ),
        LocationNote::OriginSet => {
            "the origin is an AS set: one of these networks, by aggregation".to_owned()
        }
        LocationNote::SeveralOrigins { origins } => {
            format!("announced by {} origins at once", count(*origins))
        }
        LocationNote::NoDelegation { is_country_of_network: false } => {
            "no delegation file covers the address".to_owned()
        }
        LocationNote::NoDelegation { is_country_of_network: true } => {
            "no delegation file covers the address: its country is that of the announcing network"
                .to_owned()
        }
        LocationNote::NotHeld { registry, is_announced } => {
            let announced = if *is_announced { ", and is announced all the same" } else { "" };
            format!("nobody holds the address by the registry's list ({registry}){announced}")
        }
        LocationNote::NoCountryOfBlock => {
            "the registry names no country for the address block".to_owned()
        }
        LocationNote::CountriesDiffer { registered_in, announced_from } => {
            let from: Vec<String> =
                announced_from.iter().map(|country| country.label().to_owned()).collect();
            format!(
                "registered in {}, announced from {}",
                registered_in.label(),
                listed(&from, "and")
            )
        }
        LocationNote::NoCountryOfNetwork { network } => {
            format!("no table says in which country {network} is registered")
        }
        LocationNote::CountryFromList { network, country, list } => format!(
            "the country of {network}, {}, is from the list “{}”, not from a registry",
            country.label(),
            shown(list, NAME)
        ),
        LocationNote::NoProvider => {
            "the relationship data have no provider of the network".to_owned()
        }
    }
}

/// Returns a change as a clause: `AS4837 (China Unicom) refuses to carry the target`.
#[must_use]
pub fn change_text(cut: &CutEffect) -> String {
    let named = |asn: &Asn| {
        let network = cut.named.iter().find(|network| network.asn == *asn);
        let name = network.and_then(|network| network.name.as_deref());
        let name = name.map(|name| shown(name, NAME)).filter(|name| !name.is_empty());
        name.map_or_else(|| asn.to_string(), |name| format!("{asn} ({name})"))
    };
    let networks = |asns: &[Asn]| listed(&asns.iter().map(named).collect::<Vec<_>>(), "and");
    match &cut.change {
        Change::Refuse(asns) => {
            let refuse = if asns.len() == 1 { "refuses" } else { "refuse" };
            format!("{} {refuse} to carry the target", networks(asns))
        }
        Change::RefuseCountries(countries) => {
            let names: Vec<String> =
                countries.iter().map(|country| country.label().to_owned()).collect();
            format!("all networks of {} refuse to carry the target", listed(&names, "and"))
        }
        Change::SeverLinks(links) => {
            let ends: Vec<String> =
                links.iter().map(|(near, far)| format!("{near}–{far}")).collect();
            let (link, is) = if links.len() == 1 { ("link", "is") } else { ("links", "are") };
            format!("the {link} {} {is} cut", listed(&ends, "and"))
        }
        Change::Remove(asns) => {
            let vanish = if asns.len() == 1 { "vanishes" } else { "vanish" };
            format!("{} {vanish} for everybody", networks(asns))
        }
    }
}

/// The days from a case to a table beyond which a reader is warned: networks have changed by then.
const FAR: u64 = 400;

/// The day of the table that is farthest from the attack, and by how many days, where that is over [`FAR`].
///
/// The same rule holds for tables of every kind. Of several of a kind the nearest counts: the others answer nothing that it
/// does not.
pub(crate) fn farthest(findings: &RoutesFindings) -> Option<(Moment, u64)> {
    let tables = findings.caveats.iter().flat_map(|caveat| match caveat {
        Caveat::Age { tables, .. } => tables.as_slice(),
        _ => &[],
    });
    let far: BTreeMap<&str, &DistantTable> =
        tables.map(|table| (table.file.as_str(), table)).collect();
    let mut nearest: BTreeMap<&str, Option<(u64, Moment)>> = BTreeMap::new();
    for source in &findings.sources {
        // A table of the time is no day away.
        let days = far.get(source.file.as_str()).map(|table| table.days.unsigned_abs().into());
        let found = source.date.map(|date| (days.unwrap_or(0), date));
        let known = nearest.entry(&source.what).or_default();
        *known = [*known, found].into_iter().flatten().min();
    }
    let farthest = nearest.into_values().flatten().max_by_key(|(days, _)| *days);
    farthest.filter(|(days, _)| *days > FAR).map(|(days, date)| (date, days))
}

#[cfg(test)]
mod tests {
    use demarche_case::assessment::routes::Target;
    use demarche_case::{DoubtfulLink, Source};

    use super::*;
    use crate::words::subject;

    fn target(question: &str, country: &str) -> Target {
        Target {
            question: question.to_owned(),
            country: country.parse().ok(),
            origins: Vec::new(),
            ipv4_addresses: 0,
            ipv6_prefixes: 0,
        }
    }

    #[test]
    fn a_target_is_titled_by_the_question_and_not_by_its_country() {
        assert_eq!(subject(&target("AS4837", "CN")), "AS4837");
        assert_eq!(subject(&target("175.45.176.0/22", "KP")), "175.45.176.0/22");
        assert_eq!(subject(&target("KP", "KP")), "North Korea");
        assert_eq!(subject(&target("kp", "KP")), "North Korea");
    }

    #[test]
    fn sentences_are_short_and_complete() {
        let moment = |text: &str| text.parse().unwrap();
        let file = "20140901.as-rel.txt".to_owned();
        let caveats = [
            Caveat::DoubtfulLink(DoubtfulLink {
                left: Asn(1),
                right: Asn(2),
                reason: "It was forged.".to_owned(),
                source: Source { text: "A report, 2013".to_owned(), url: None },
                tlp: demarche_case::Tlp::Clear,
                release_to: std::collections::BTreeSet::new(),
            }),
            Caveat::SmallGraph { networks: 1_234 },
            Caveat::InferredLinks,
            Caveat::Capability,
            Caveat::NoObservation,
            Caveat::VantagePoints,
            Caveat::OriginsMissing { networks: (1..=10).map(Asn).collect(), of: 12 },
            Caveat::Registration,
            Caveat::Age {
                as_of: moment("2014-12-22"),
                tables: vec![DistantTable { file, date: moment("2014-09-01"), days: 112 }],
            },
        ];
        for caveat in caveats {
            let text = caveat_text(&caveat);
            assert!(text.ends_with('.') && !text.contains(".."), "{text}");
            for sentence in text.split(". ") {
                let words = sentence.split_whitespace().count();
                assert!(words <= 25, "{words} words: {sentence}");
            }
        }
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let networks = (1..=10).map(Asn).collect();
        let text = caveat_text(&Caveat::OriginsMissing { networks, of: 12 });
        assert!(text.starts_with("The AS graph lacks 10 of the target’s 12 networks: AS1, AS2"));
        assert!(text.contains("AS8 and 2 more."), "{text}");
    }
}
