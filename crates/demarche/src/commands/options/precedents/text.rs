//! What happened after similar attacks, for a terminal.

use demarche_case::assessment::precedents::{
    Circle, ConcessionGroup, DyadFindings, PrecedentFindings, Rate, RateBy, RateTable,
    RepositoryFindings, SimilarAttack, UNCODED_BEFORE,
};
use demarche_report::precedents_answer;

use crate::output::{Table, clean, count, percent, short};

/// The answer in words, then the tables, then what they cannot tell.
pub(crate) fn of(found: &PrecedentFindings) -> String {
    let mut text = String::new();
    for sentence in precedents_answer(found) {
        text.push_str(&format!("{}\n", clean(&sentence)));
    }
    if let Some(dyads) = &found.dyads {
        text.push_str(&of_dyads(dyads, found));
    }
    for copy in &found.repository {
        text.push_str(&of_copy(copy));
    }
    text.push_str("\nWhat these numbers cannot tell\n");
    for caveat in &found.caveats {
        text.push_str(&format!("  {}\n", clean(caveat)));
    }
    text
}

fn of_dyads(dyads: &DyadFindings, found: &PrecedentFindings) -> String {
    let mut text = String::new();
    if !dyads.acts.is_empty() {
        let question = &found.question;
        text.push_str(&format!(
            "\nWhat states did within a month of an attack ({})\n",
            clean(&dyads.editions.join(", "))
        ));
        text.push_str(&acts(dyads, question.responding.label(), question.initiator.label()));
        text.push_str(&escalation(dyads));
    }
    if !dyads.concessions.is_empty() {
        text.push_str("\nWhether the attackers got what they wanted\n");
        text.push_str(&concessions(dyads));
    }
    if !dyads.similar.is_empty() {
        text.push_str("\nThe most similar attacks\n");
        text.push_str(&similar(&dyads.similar));
    }
    text
}

fn acts(dyads: &DyadFindings, responding: &str, initiator: &str) -> String {
    let (on, by) = (format!("on {responding}"), format!("by {initiator}"));
    let mut table = Table::new([
        "act",
        "expected",
        "nine in ten",
        "all",
        &on,
        &by,
        "between",
        "attackers’ own",
    ]);
    for share in &dyads.acts {
        let counted = |wanted: Circle| {
            let circle = dyads.circles.iter().find(|one| one.group == wanted)?;
            circle.acts.iter().find(|one| one.act == share.act)
        };
        let done = |circle| counted(circle).map_or_else(String::new, |one| of_words(&one.done));
        let own = counted(Circle::All).and_then(|one| one.by_initiator?.share());
        table.row([
            share.act.word().to_owned(),
            percent(share.share),
            format!("{} to {}", percent(share.range[0]), percent(share.range[1])),
            done(Circle::All),
            done(Circle::OnResponding),
            done(Circle::ByInitiator),
            done(Circle::Between),
            own.map_or_else(|| "–".to_owned(), percent),
        ]);
    }
    table.text()
}

fn escalation(dyads: &DyadFindings) -> String {
    let scores = dyads.circles.iter().filter_map(|circle| {
        let (answer, own) = circle.escalation.zip(circle.initiators_escalation)?;
        let name = match circle.group {
            Circle::All => "all",
            Circle::OnResponding => "on the responding state",
            Circle::ByInitiator => "by the initiator",
            Circle::Between => "between the two",
        };
        Some(format!("{name} {answer:.2} ({own:.2})"))
    });
    let scores: Vec<String> = scores.collect();
    format!(
        "Mean score of escalation, and in brackets the attackers’ own: {}.\n",
        scores.join(", ")
    )
}

fn concessions(dyads: &DyadFindings) -> String {
    let mut table = Table::new(["attacks", "concessions", "share", "95 %", "objective achieved"]);
    for row in &dyads.concessions {
        let name = match row.group {
            ConcessionGroup::Severity(severity) => format!("severity {severity}"),
            ConcessionGroup::Objective(objective) => objective.word().to_owned(),
            ConcessionGroup::Method(method) => method.word().to_owned(),
            ConcessionGroup::All => "all".to_owned(),
        };
        table.row([
            if row.is_asked { format!("{name} (asked)") } else { name },
            of_words(&row.conceded),
            share(&row.conceded),
            interval(&row.conceded),
            share(&row.achieved),
        ]);
    }
    table.text()
}

fn similar(attacks: &[SimilarAttack]) -> String {
    let mut table =
        Table::new(["year", "attack", "by", "on", "severity", "what the attacked state did"]);
    for one in attacks {
        let mut followed = one.acts.as_ref().map_or_else(
            || "not coded".to_owned(),
            |acts| match acts.as_slice() {
                [] => "none of the acts that are coded".to_owned(),
                acts => acts.iter().map(|act| act.word()).collect::<Vec<_>>().join(", "),
            },
        );
        if one.conceded == Some(true) {
            followed.push_str("; a concession");
        }
        table.row([
            one.year.to_string(),
            short(&clean(&one.name), 40),
            one.initiator.to_string(),
            one.responding.to_string(),
            one.severity.map_or_else(|| "–".to_owned(), |severity| severity.to_string()),
            followed,
        ]);
    }
    table.text()
}

fn of_copy(copy: &RepositoryFindings) -> String {
    let mut text = format!(
        "\nPublic responses in {} ({})\n",
        copy.copy.word(),
        clean(&copy.editions.join(", "))
    );
    if copy.uncoded > 0 {
        text.push_str(&format!(
            "{} of {} incidents began before {UNCODED_BEFORE} or at an unknown time; no response there means \"not coded\", not \"none\".\n",
            count(copy.uncoded),
            count(copy.incidents)
        ));
    }
    for one in &copy.expected {
        let base = if one.is_base_rate { ", the base rate, which is all there is" } else { "" };
        text.push_str(&format!(
            "Expected, {}: {} ({}), {} from {} on{base}.\n",
            one.response.word(),
            share(&one.rate),
            interval(&one.rate),
            of_words(&one.rate),
            one.from
        ));
    }
    // Shares of what nobody coded would only mislead; the JSON has them.
    if copy.expected.is_empty() {
        text.push_str(&delays(copy));
        return text;
    }
    let shown = |table: &&RateTable| match table.by {
        RateBy::Intensity => table.from.is_some(),
        RateBy::InitiatorAndIntensity => false,
        RateBy::Initiator | RateBy::Country | RateBy::Era | RateBy::GovernmentAttribution => true,
    };
    for one in copy.tables.iter().filter(shown) {
        text.push_str(&rates(one));
    }
    for one in &copy.types {
        text.push_str(&format!("\nBy type, all years: {}\n", one.of.word()));
        for kind in one.types.iter().take(MOST_TYPES) {
            text.push_str(&format!(
                "{:>6}  {}\n",
                count(kind.count),
                short(&clean(&kind.name), 100)
            ));
        }
    }
    text.push_str(&delays(copy));
    text
}

/// Types that are listed on a terminal; the page and the JSON have all.
const MOST_TYPES: usize = 6;

fn rates(one: &RateTable) -> String {
    let years = one.from.map_or_else(|| "all years".to_owned(), |from| format!("from {from} on"));
    let mut table = Table::new([
        one.by.word(),
        "incidents",
        "not coded",
        "political",
        "95 %",
        "legal",
        "95 %",
        "any",
    ]);
    for row in &one.rows {
        let name = row.group.join(", ");
        table.row([
            if row.is_asked { format!("{} (asked)", clean(&name)) } else { clean(&name) },
            count(row.any.all),
            if row.uncoded > 0 { count(row.uncoded) } else { "–".to_owned() },
            share(&row.political),
            interval(&row.political),
            share(&row.legal),
            interval(&row.legal),
            share(&row.any),
        ]);
    }
    format!("\nBy {}, {years}\n{}", one.by.word(), table.text())
}

fn delays(copy: &RepositoryFindings) -> String {
    if copy.delays.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["days until", "counted", "25 %", "50 %", "75 %", "90 %"]);
    for one in &copy.delays {
        let at = one.days.map(|days| days.map(|days| format!("{days:.0}")));
        let [quarter, half, late, latest] = at.unwrap_or_default();
        table.row([one.of.word().to_owned(), count(one.counted), quarter, half, late, latest]);
    }
    format!("\nHow long it took\n{}", table.text())
}

fn of_words(rate: &Rate) -> String {
    format!("{} of {}", count(rate.hits), count(rate.all))
}

fn share(rate: &Rate) -> String {
    rate.share().map_or_else(|| "–".to_owned(), percent)
}

fn interval(rate: &Rate) -> String {
    let ends = |[low, high]: [f64; 2]| format!("{:.1}–{:.1}", 100.0 * low, 100.0 * high);
    rate.interval.map_or_else(|| "–".to_owned(), ends)
}
