//! The findings about routes: map, dependencies, cuts, power, addresses, and what to beware of.

use demarche_case::assessment::routes::{
    CutEffect, Dependency, GroupDependency, Located, Network, NetworkDependency, Player,
    PowerFindings, PowerGame, Proof, RoutesFindings,
};
use demarche_case::{Asn, Defanged};
use maud::{Markup, PreEscaped, html};

use crate::answer::{answer, collateral, mean_over, origins_of};
use crate::document::Column::{Number, Text};
use crate::number::{count, counted, index, length, percent};
use crate::palette::Palette;
use crate::svg;
use crate::svg::group_name;
use crate::text::{NAME, PROSE, shown};
use crate::words::routes::{
    caveat_text, caveat_title, cut_off_text, location_note_text, no_cut_text,
};
use crate::words::{
    Directory, basis, change, index_method, known_in_graph, listed, named, palette_of, place,
    player, subject,
};
use crate::writers::table;

/// Rows of a table on the page; the JSON has all.
const ROWS: usize = 40;

/// The answer, in front of everything else.
pub(crate) fn lead(findings: &RoutesFindings) -> Markup {
    let sentences = answer(findings);
    html! {
        section class="answer" aria-labelledby="answer" {
            h2 id="answer" { "Through whose networks, and whose cooperation is key" }
            @if let Some((first, rest)) = sentences.split_first() {
                p class="first" { (first) }
                p { (rest.join(" ")) }
            } @else {
                p { "The routing data allow no answer; the gaps below say why." }
            }
        }
    }
}

/// Everything else, section by section.
pub(crate) fn sections(findings: &RoutesFindings) -> Markup {
    let palette = palette_of(findings);
    let directory = Directory::of(findings);
    html! {
        (map(findings, &palette))
        (target(findings))
        (dependencies(findings, &palette, &directory))
        (cuts(findings, &directory))
        (power(findings, &palette, &directory))
        (located(findings, &palette))
    }
}

fn map(findings: &RoutesFindings, palette: &Palette) -> Markup {
    if findings.map.nodes.is_empty() {
        return html! {};
    }
    let wide = if svg::map_is_wide(&findings.map) { "figure wide" } else { "figure" };
    html! {
        section class={ "map " (wide) } {
            h2 id="map" { "The networks on the way" }
            figure {
                div class="scroll" { (PreEscaped(svg::map_chart(findings, palette))) }
                figcaption {
                    "The target is on the left, the core of the internet on the right. "
                    "The share in a box is that of the routes to the target which pass through the network."
                }
            }
        }
    }
}

fn target(findings: &RoutesFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = findings
        .target
        .origins
        .iter()
        .take(ROWS)
        .map(|origin| {
            let prefixes: Vec<String> = origin.prefixes.iter().take(8).map(ToString::to_string).collect();
            let more = origin.prefixes.len().saturating_sub(prefixes.len());
            vec![
                network(&origin.network),
                html! { span class="mono" { (prefixes.join(", ")) } @if more > 0 { " and " (length(more)) " more" } },
                html! { (count(origin.ipv4_addresses)) },
                html! { @if origin.in_topology { "yes" } @else { "no: reach cannot be computed" } },
            ]
        })
        .collect();
    let caption = format!(
        "The target, {}: {} announced, {}",
        subject(&findings.target),
        counted(findings.target.ipv4_addresses, "IPv4 address", "IPv4 addresses"),
        counted(findings.target.ipv6_prefixes, "IPv6 prefix", "IPv6 prefixes")
    );
    let columns =
        [Text("Network"), Text("Prefixes"), Number("IPv4 addresses"), Text("In the AS graph")];
    html! { section { h2 id="target" { "The target" } (table(&caption, &columns, &rows)) (rest(findings.target.origins.len())) } }
}

fn rest(rows: usize) -> Markup {
    let more = rows.saturating_sub(ROWS);
    html! { @if more > 0 { p class="note" { (length(more)) " more " @if more == 1 { "row is" } @else { "rows are" } " in assessment.json." } } }
}

fn network(network: &Network) -> Markup {
    let name =
        network.name.as_deref().map(|name| shown(name, NAME)).filter(|name| !name.is_empty());
    html! {
        span class="asn" { (network.asn) }
        @if let Some(name) = name { " " bdi { (name) } }
        @if let Some(country) = network.country { span class="country" { ", " (country.label()) } }
    }
}

fn dependencies(findings: &RoutesFindings, palette: &Palette, directory: &Directory<'_>) -> Markup {
    if findings.dependencies.is_empty() {
        return html! {};
    }
    const IDS: [&str; 6] = ["dep0", "dep1", "dep2", "dep3", "dep4", "dep5"];
    html! {
        section {
            h2 id="dependency" { "Who carries the traffic" }
            p {
                "The share of the routes to the target that pass through a network (AS hegemony), as vantage points around the internet see it. "
                "Each bar is the trimmed mean: the highest and the lowest vantage points are left out, so that a lopsided view does not count. "
                strong { "Trimming hides a small but total dependency: " }
                "a network that is everything for few vantage points has a low trimmed mean and a higher plain mean. "
                "Where the two differ, read the plain mean and the spread as well."
            }
            @for (one, id) in findings.dependencies.iter().zip(IDS) {
                (dependency(findings, one, palette, directory, id))
            }
        }
    }
}

fn dependency(
    findings: &RoutesFindings,
    one: &Dependency,
    palette: &Palette,
    directory: &Directory<'_>,
    id: &'static str,
) -> Markup {
    let points: Vec<String> =
        one.points_of_control.iter().take(ROWS).map(|asn| directory.named(*asn)).collect();
    html! {
        h3 { (basis(one)) }
        p class="note" {
            "From " bdi { (shown(&one.source, NAME)) } ", " (counted(one.vantage_points, "vantage point", "vantage points"))
            ", " (percent(one.trim)) " trimmed at each end."
            @if one.coverage < 1.0 {
                " The source has routes to " strong { (percent(one.coverage)) " of the target’s prefixes" } ", and these shares speak for those only."
            }
        }
        figure { div class="scroll" { (PreEscaped(svg::dependency_chart(&findings.target, one, palette, id))) } }
        (network_table(one))
        (group_table("By operator", "Operator", &one.operators))
        (group_table("By country of the transit network", "Country", &one.countries))
        @if !points.is_empty() {
            p {
                "Nine tenths of the target’s addresses are first met in "
                (counted(u64::try_from(one.points_of_control.len()).unwrap_or(u64::MAX), "foreign network", "foreign networks"))
                ": " (listed(&points, "and")) ". "
                (counted(one.frontier, "foreign neighbour is", "foreign neighbours are")) " seen on routes."
            }
        }
    }
}

fn network_table(one: &Dependency) -> Markup {
    let row = |row: &NetworkDependency| {
        let score = row.by_addresses;
        let [_, first, median, third, _] = score.spread;
        vec![
            network(&row.network),
            html! { (place(row.place)) },
            html! { strong { (percent(score.trimmed)) } },
            html! { (percent(score.mean)) },
            html! { (percent(median)) },
            html! { (percent(first)) " – " (percent(third)) },
            html! { (count(score.seen_by)) },
            html! { (percent(row.by_networks.trimmed)) },
            html! { @match row.cti { Some(cti) => { (percent(cti.mean)) } None => "–" } },
        ]
    };
    let rows: Vec<Vec<Markup>> = one.networks.iter().take(ROWS).map(row).collect();
    let caption = format!("Transit networks, {}", basis(one));
    let columns = [
        Text("Network"),
        Text("Place"),
        Number("Trimmed"),
        Number("Plain"),
        Number("Median"),
        Number("Middle half"),
        Number("Seen by"),
        Number("By networks"),
        Number("CTI"),
    ];
    html! { (table(&caption, &columns, &rows)) (rest(one.networks.len())) }
}

fn group_table(caption: &str, head: &'static str, groups: &[GroupDependency]) -> Markup {
    let row = |group: &GroupDependency| {
        let label = group_name(group);
        let asns: Vec<String> = group.networks.iter().take(8).map(Asn::to_string).collect();
        let more = group.networks.len().saturating_sub(asns.len());
        vec![
            html! { bdi { (label) } },
            html! { (place(group.place)) },
            html! { strong { (percent(group.by_addresses.trimmed)) } },
            html! { (percent(group.by_addresses.mean)) },
            html! { (asns.join(", ")) @if more > 0 { " and " (length(more)) " more" } },
        ]
    };
    let rows: Vec<Vec<Markup>> = groups.iter().take(ROWS).map(row).collect();
    let columns = [Text(head), Text("Place"), Number("Trimmed"), Number("Plain"), Text("Networks")];
    html! { (table(caption, &columns, &rows)) (rest(groups.len())) }
}

fn cuts(findings: &RoutesFindings, directory: &Directory<'_>) -> Markup {
    if findings.cuts.is_empty() {
        return html! {};
    }
    let rows: Vec<Vec<Markup>> =
        findings.cuts.iter().take(ROWS).map(|cut| cut_row(cut, directory)).collect();
    let mean = mean_over(origins_of(&findings.cuts));
    let mut caption = "Refusals and cuts, the target’s own networks not counted".to_owned();
    if let Some(mean) = &mean {
        caption.push_str(&format!("; {mean}, weighted by addresses"));
    }
    let columns = [
        Text("If"),
        Number(if mean.is_some() {
            "Networks with a route, mean"
        } else {
            "Networks with a route"
        }),
        Number("By another way"),
        Number("Mean hops"),
        Text("Through whom instead"),
        Text("Third parties"),
    ];
    html! {
        section {
            h2 id="cuts" { "What a refusal would change" }
            p {
                "Who can still reach the target if networks refuse to carry it, and who else would feel it. "
                "Reach is a statement of capability: the data know no capacities and no backup-only links. "
                "Reach often hardly moves while most routes do, so the share that goes another way is shown beside it."
            }
            figure { div class="scroll" { (PreEscaped(svg::svg_of_cuts(&findings.target, &findings.cuts))) } }
            (table(&caption, &columns, &rows))
            (rest(findings.cuts.len()))
        }
    }
}

fn cut_row(cut: &CutEffect, directory: &Directory<'_>) -> Vec<Markup> {
    let gains: Vec<String> = cut
        .entries
        .iter()
        .filter(|entry| entry.after > entry.before)
        .take(3)
        .map(|entry| {
            format!(
                "{} {} → {}",
                named(&entry.network),
                percent(entry.before),
                percent(entry.after)
            )
        })
        .collect();
    let examples: Vec<String> = cut.collateral.examples.iter().take(3).map(named).collect();
    let pairs = cut.collateral.pairs_lost;
    vec![
        html! { bdi { (change(cut, directory)) } },
        html! { (count(cut.before.networks)) " → " strong { (count(cut.after.networks)) } },
        html! { (percent(cut.rerouted_share)) },
        html! { (hops(cut.before.mean_hops)) " → " (hops(cut.after.mean_hops)) },
        html! { @if gains.is_empty() { "nobody" } @else { (gains.join("; ")) } },
        html! {
            (collateral(cut))
            @if pairs > 0 { "; " (counted(pairs, "pair of them loses", "pairs of them lose")) " sight of each other" }
            @if !examples.is_empty() { "; among them " (listed(&examples, "and")) }
        },
    ]
}

fn hops(hops: f64) -> String {
    if hops.is_finite() && hops > 0.0 { format!("{hops:.1}") } else { "–".to_owned() }
}

fn power(findings: &RoutesFindings, palette: &Palette, directory: &Directory<'_>) -> Markup {
    let Some(power) = &findings.power else { return html! {} };
    let core: Vec<String> = power.core.iter().map(|asn| directory.named(*asn)).collect();
    html! {
        section {
            h2 id="power" { "Whose cooperation is key" }
            p { (cut_off_text(&power.cut_off_means)) }
            @if let Some((known, all)) = known_in_graph(&findings.target) {
                p class="note" { "The AS graph has " (length(known)) " of the target’s " (length(all)) " networks; the power over the others is not known." }
            }
            p {
                "A coalition wins when its joint refusal cuts the target off. "
                "The Shapley–Shubik index is the chance of being the one whose refusal completes a cut; the indices of all players sum to 1. "
                "The power to block and the power to protect are always equal."
            }
            figure { div class="scroll" { (PreEscaped(svg::power_chart(&findings.target, power, palette))) } }
            (game("Operators", &power.operators, directory))
            (game("States", &power.states, directory))
            (link_cut(power, directory))
            @if !core.is_empty() { p class="note" { "The core, "  (counted(u64::try_from(core.len()).unwrap_or(u64::MAX), "network", "networks")) ": " (core.join(", ")) "." } }
        }
    }
}

fn game(name: &str, game: &PowerGame, directory: &Directory<'_>) -> Markup {
    let rows: Vec<Vec<Markup>> = game
        .indices
        .iter()
        .take(ROWS)
        .map(|one| {
            let error = |error: f64| {
                if error > 0.0 { format!(" ± {}", index(error)) } else { String::new() }
            };
            vec![
                html! { bdi { (player(&one.player)) } },
                html! { strong { (index(one.shapley_block)) } (error(one.shapley_error)) },
                html! { (index(one.banzhaf_block)) (error(one.banzhaf_error)) },
            ]
        })
        .collect();
    let columns = [Text("Player"), Number("Shapley–Shubik"), Number("Banzhaf")];
    html! {
        h3 { (name) }
        (coalitions("Smallest sets whose joint refusal cuts the target off", &game.smallest, game.smallest_is_complete))
        @if game.minimal.len() > game.smallest.len() {
            (coalitions("All sets that can do it and from which nobody can be missing", &game.minimal, game.minimal_is_complete))
        }
        (coalitions("Smallest sets that keep a route open though everybody else refuses", &game.protectors, true))
        (proof(game, directory))
        (table(&format!("Power of {} in a game of {}", name.to_lowercase(), counted(game.players, "player", "players")), &columns, &rows))
        (rest(game.indices.len()))
        p class="note" { (index_method(game.method)) }
    }
}

fn coalitions(caption: &str, coalitions: &[Vec<Player>], complete: bool) -> Markup {
    const MOST: usize = 12;
    let more = coalitions.len().saturating_sub(MOST);
    html! {
        @if !coalitions.is_empty() {
            p class="label" { (caption) }
            ul class="sets" {
                @for coalition in coalitions.iter().take(MOST) {
                    @let names: Vec<String> = coalition.iter().map(player).collect();
                    li { (listed(&names, "and")) }
                }
                @if more > 0 || !complete { li class="note" { @if more > 0 { (length(more)) " more in assessment.json" } @if !complete { " (the list is not complete)" } } }
            }
        }
    }
}

/// The proof that nothing smaller can do it, for the reader to check.
fn proof(game: &PowerGame, directory: &Directory<'_>) -> Markup {
    html! {
        @match &game.proof {
            Proof::DisjointPaths(paths) => {
                p class="label" { "Proof that no smaller set can do it" }
                p {
                    "These " (length(paths.len())) " ways to the core share no player that could refuse. "
                    "Whoever refuses closes one of them at most."
                }
                (ways(paths, directory))
            },
            Proof::Exhausted { examined } => p {
                "Proof that no smaller set can do it: all were tried or ruled out, "
                (counted(*examined, "case", "cases")) " in all."
            },
            Proof::Bound { at_least, ratio } => p {
                "Not proven smallest: no set smaller than " (count(*at_least)) " can do it, so the set found is at most "
                (format!("{ratio:.1}")) " times too large."
            },
            Proof::NoCut(reason) => p { "No set, however large, can do it: " (no_cut_text(reason)) },
        }
    }
}

fn ways(paths: &[Vec<Asn>], directory: &Directory<'_>) -> Markup {
    html! {
        ol class="ways" {
            @for path in paths.iter().take(24) {
                li {
                    @for (step, asn) in path.iter().take(40).enumerate() {
                        @if step > 0 { span class="arrow" { " → " } }
                        span { (directory.named(*asn)) }
                    }
                }
            }
        }
    }
}

fn link_cut(power: &PowerFindings, directory: &Directory<'_>) -> Markup {
    let Some(cut) = &power.link_cut else { return html! {} };
    html! {
        h3 { "Links" }
        p { "The fewest links whose loss separates the target from the core: " strong { (length(cut.links.len())) } "." }
        ul class="sets" {
            @for (near, far) in cut.links.iter().take(ROWS) { li { (directory.named(*near)) " – " (directory.named(*far)) } }
        }
        @if !cut.disjoint_paths.is_empty() {
            p class="label" { "Proof: as many ways to the core, no two of which use a link in the same direction" }
            (ways(&cut.disjoint_paths, directory))
        }
    }
}

fn located(findings: &RoutesFindings, palette: &Palette) -> Markup {
    if findings.located.is_empty() {
        return html! {};
    }
    let row = |one: &Located| {
        let origins: Vec<String> = one.origins.iter().map(named).collect();
        let providers: Vec<String> = one.providers.iter().take(4).map(named).collect();
        let label = |country: Option<demarche_case::Country>| {
            country.map_or_else(|| "not known".to_owned(), |country| country.label().to_owned())
        };
        let notes: Vec<String> = one.notes.iter().map(location_note_text).collect();
        vec![
            html! { span class="mono" { (Defanged(one.address)) } },
            html! { span class="mono" { (one.prefix.map_or_else(|| "–".to_owned(), |prefix| prefix.to_string())) } },
            html! { @if origins.is_empty() { "not announced" } @else { bdi { (origins.join("; ")) } } },
            html! { (label(one.registered_in)) },
            html! { (label(one.announced_from)) },
            html! { (providers.join("; ")) @if !notes.is_empty() { p class="note" { (notes.join("; ")) } } },
        ]
    };
    let rows: Vec<Vec<Markup>> = findings.located.iter().take(ROWS).map(row).collect();
    let columns = [
        Text("Address"),
        Text("Prefix"),
        Text("Announced by"),
        Text("Registered in"),
        Text("Announced from"),
        Text("Hangs on"),
    ];
    html! {
        section {
            h2 id="located" { "Where the attacker’s machines stood" }
            p { "The states in which these addresses are announced are further addressees. Addresses are written so that nothing makes a link of them." }
            figure { div class="scroll" { (PreEscaped(svg::located_chart(&findings.located, palette))) } }
            (table("Addresses that the evidence names", &columns, &rows))
            (rest(findings.located.len()))
        }
    }
}

/// The caveats and the sources of the answers.
pub(crate) fn limits(findings: &RoutesFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = findings
        .sources
        .iter()
        .map(|source| {
            vec![
                html! { bdi class="mono" { (shown(&source.file, PROSE)) } },
                html! { (shown(&source.what, NAME)) },
                html! { (source.date.map_or_else(|| "not known".to_owned(), |date| date.to_string())) },
                html! { (shown(&source.size, NAME)) },
            ]
        })
        .collect();
    let columns = [Text("File"), Text("What"), Text("Date of the data"), Text("Read")];
    html! {
        @if !findings.caveats.is_empty() {
            section {
                h2 id="caveats" { "Caveats" }
                dl class="caveats" {
                    @for caveat in &findings.caveats {
                        dt { (caveat_title(caveat)) }
                        dd { (caveat_text(caveat)) }
                    }
                }
            }
        }
        @if !rows.is_empty() {
            section { h2 id="sources" { "Routing data" } (table("The routing data that the answers rest on", &columns, &rows)) }
        }
    }
}
