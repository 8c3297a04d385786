//! Every number that precedents print, beside published tables that another program counted from the same data.

use demarche_case::Country;
use demarche_case::assessment::precedents::{
    Act, ActsIn, ConcessionGroup, Delay, DelayOf, EurepocCopy, Method, Objective,
    PrecedentFindings, PrecedentQuestion, Rate, RateBy, RepositoryFindings, TypeOf,
};
use demarche_response::precedent::{Precedents, Response, acts_in};
use demarche_response::precedents;

use crate::real::{DCID, EUREPOC, record, table};

/// Everything that is known, asked for North Korea and the United States.
fn all(names: &[&str]) -> Option<PrecedentFindings> {
    let question = PrecedentQuestion {
        responding: "US".parse().unwrap(),
        initiator: "KP".parse().unwrap(),
        year: None,
        severity: None,
        intensity: None,
        objective: None,
    };
    Some(precedents(&record(names)?, &question).unwrap())
}

fn percent(rate: Rate) -> String {
    rate.share()
        .map_or_else(String::new, |_| format!("{:.1}", 100.0 * float(rate.hits) / float(rate.all)))
}

fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn interval(rate: Rate) -> String {
    rate.interval
        .map_or_else(String::new, |[low, high]| format!("{:.1}-{:.1}", 100.0 * low, 100.0 * high))
}

#[test]
fn concessions_are_those_of_the_table() {
    let Some(rows) = table("dcid_concession") else { return };
    // Alone, and joined with the sheet of campaigns, which must not change them.
    for names in [&DCID[..1], &DCID[..]] {
        let Some(found) = all(names) else { return };
        let ours = found.dyads.unwrap().concessions;
        assert_eq!(ours.len(), rows.len());
        for (row, own) in rows.iter().zip(&ours) {
            let (by, code) = match own.group {
                ConcessionGroup::Severity(severity) => ("severity", severity.to_string()),
                ConcessionGroup::Objective(objective) => (
                    "cyber_objective",
                    match objective {
                        Objective::Disruption => "1",
                        Objective::ShortTermEspionage => "2",
                        Objective::LongTermEspionage => "3",
                        Objective::Degrade => "4",
                    }
                    .to_owned(),
                ),
                ConcessionGroup::Method(method) => (
                    "method",
                    match method {
                        Method::Vandalism => "1",
                        Method::DenialOfService => "2",
                        Method::Intrusion => "3",
                        Method::Infiltration => "4",
                    }
                    .to_owned(),
                ),
                ConcessionGroup::All => ("all", String::new()),
            };
            let cells = [
                by.to_owned(),
                code,
                row[2].clone(),
                own.conceded.all.to_string(),
                own.conceded.hits.to_string(),
                percent(own.conceded),
                interval(own.conceded),
                percent(own.achieved),
            ];
            assert_eq!(row.as_slice(), cells);
        }
    }
}

/// The cells of the table from its fourth column on.
fn act_cells<G>(acts: &ActsIn<G>) -> Vec<String> {
    let of = |act: Act| acts.acts.iter().find(|one| one.act == act).unwrap();
    let done = |act: Act| percent(of(act).done);
    let score = |score: Option<f64>| format!("{:.2}", score.unwrap());
    vec![
        acts.attacks.to_string(),
        done(Act::Reject),
        done(Act::Threaten),
        done(Act::Sanction),
        percent(of(Act::Sanction).by_initiator.unwrap()),
        done(Act::Military),
        done(Act::Force),
        done(Act::CyberReply),
        done(Act::CyberEscalation),
        done(Act::Negotiate),
        score(acts.escalation),
        score(acts.initiators_escalation),
    ]
}

/// The target as the sheet codes it, by which the table counts.
///
/// Two rows name the attacker as its own target; demarche takes the other state of their dyad, which is also in the
/// sheet, and so counts one attack more on Iran and on China and one less on Israel.
fn coded_target(name: &str, one: &Response) -> Country {
    match name {
        "Stuxnet_B" | "Vietnam target Chinese Gov't Covid Response" => one.initiator,
        _ => one.responding,
    }
}

#[test]
fn responses_within_a_month_are_those_of_the_table() {
    let Some(rows) = table("dcid_response_within_one_month") else { return };
    for names in [&DCID[1..], &DCID[..]] {
        let Some(record) = record(names) else { return };
        let precedents = Precedents::of(&record);
        let incidents: Vec<(&str, &Response)> = precedents
            .incidents()
            .iter()
            .filter_map(|one| Some((one.name.as_str(), one.response.as_ref()?)))
            .collect();
        for row in &rows {
            let state = || -> Country {
                let codes = [
                    ("US", "US"),
                    ("Russia", "RU"),
                    ("China", "CN"),
                    ("Iran", "IR"),
                    ("N Korea", "KP"),
                    ("S Korea", "KR"),
                    ("Pakistan", "PK"),
                    ("India", "IN"),
                    ("Israel", "IL"),
                ];
                codes.iter().find(|(name, _)| *name == row[1]).unwrap().1.parse().unwrap()
            };
            let is_of_row = |(name, one): &(&str, &Response)| match row[0].as_str() {
                "severity" => one.severity.to_string() == row[1],
                "initiator" => one.initiator == state(),
                "responding state" => coded_target(name, one) == state(),
                "all" => true,
                other => panic!("{other}"),
            };
            let of_row = incidents.iter().copied().filter(is_of_row).map(|(_, one)| one);
            assert_eq!(row[2..], act_cells(&acts_in((), of_row)), "{} {}", row[0], row[1]);
        }
        // And what is printed is of the same making.
        let found = all(names).unwrap().dyads.unwrap();
        let whole = rows.last().unwrap();
        assert_eq!(whole[2..], act_cells(&found.circles[0]));
        for (row, own) in rows.iter().zip(&found.by_severity) {
            assert_eq!(row[1..2], [own.group.to_string()]);
            assert_eq!(row[2..], act_cells(own));
        }
    }
}

#[test]
fn replies_are_those_of_the_table() {
    let Some(rows) = table("dcid_cyber_reply_delay") else { return };
    for names in [&DCID[1..], &DCID[..]] {
        let Some(found) = all(names) else { return };
        let own = found.dyads.unwrap().replies.unwrap();
        let ours = [
            float(own.replies),
            float(own.dated_before),
            float(own.same_day),
            own.median_days_after.unwrap(),
            (100.0 * own.severity_difference.unwrap()).round() / 100.0,
            (1000.0 * own.more_severe.share().unwrap()).round() / 10.0,
        ];
        let theirs: Vec<f64> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
        assert_eq!(theirs, ours);
    }
}

fn copy(found: &PrecedentFindings, copy: EurepocCopy) -> &RepositoryFindings {
    found.repository.iter().find(|one| one.copy == copy).unwrap()
}

/// Compares every table of rates of one copy.
fn compare_rates(found: &RepositoryFindings, tables: &[(&str, RateBy, Option<i16>)]) {
    for (name, by, from) in tables {
        let Some(rows) = table(name) else { return };
        let own = found.tables.iter().find(|one| (one.by, one.from) == (*by, *from)).unwrap();
        let mut ours: Vec<Vec<String>> = own
            .rows
            .iter()
            .map(|row| {
                let group = row.group.iter().map(|word| theirs(word).to_owned());
                let rates = [
                    row.political.all.to_string(),
                    percent(row.political),
                    interval(row.political),
                    percent(row.legal),
                    interval(row.legal),
                    percent(row.any),
                ];
                group.chain(rates).collect()
            })
            .collect();
        // Countries are in the order of their names, which are not the same; of two with as many incidents as the ninth,
        // the table has one and demarche both.
        if *by == RateBy::Country {
            ours.sort();
            ours.retain(|row| row[0] != "Türkiye");
        }
        assert_eq!(ours, rows, "{name}");
    }
}

/// A group by the table's word for it.
fn theirs(word: &str) -> &str {
    match word {
        "Iran" => "Iran, Islamic Republic of",
        "North Korea" => "Korea, Democratic People's Republic of",
        "attributed" => "True",
        "not attributed" => "False",
        other => other,
    }
}

#[test]
fn public_responses_are_those_of_the_tables_whichever_copies_are_there() {
    let release = [
        ("eurepoc11_by_intensity", RateBy::Intensity, None),
        ("eurepoc11_by_initiator", RateBy::Initiator, None),
        ("eurepoc11_by_initiator_intensity", RateBy::InitiatorAndIntensity, None),
        ("eurepoc11_by_era", RateBy::Era, None),
        ("eurepoc11_by_government_attribution", RateBy::GovernmentAttribution, None),
    ];
    let dashboard = [
        ("eurepoc2023_by_intensity", RateBy::Intensity, None),
        ("eurepoc2023_by_intensity_2022on", RateBy::Intensity, Some(2022)),
        ("eurepoc2023_by_initiator", RateBy::Initiator, None),
        ("eurepoc2023_by_initiator_intensity_2022on", RateBy::InitiatorAndIntensity, Some(2022)),
        ("eurepoc2023_by_initiator_country", RateBy::Country, None),
        ("eurepoc2023_by_era", RateBy::Era, None),
    ];
    let Some(both) = all(&EUREPOC) else { return };
    compare_rates(copy(&both, EurepocCopy::Release), &release);
    compare_rates(copy(&both, EurepocCopy::Dashboard), &dashboard);
    let Some(alone) = all(&EUREPOC[..1]) else { return };
    compare_rates(copy(&alone, EurepocCopy::Release), &release);
    assert_eq!(alone.repository.len(), 1);
    let Some(alone) = all(&EUREPOC[1..]) else { return };
    compare_rates(copy(&alone, EurepocCopy::Dashboard), &dashboard);
    assert_eq!(alone.repository.len(), 1);
}

#[test]
fn types_are_those_of_the_tables() {
    let Some(found) = all(&EUREPOC) else { return };
    let found = copy(&found, EurepocCopy::Release);
    for (name, of) in [
        ("political", TypeOf::Political),
        ("political_sub", TypeOf::PoliticalSub),
        ("legal", TypeOf::Legal),
        ("legal_sub", TypeOf::LegalSub),
        ("legal_indicator", TypeOf::LegalIndicator),
        ("il_breach", TypeOf::Breach),
    ] {
        let Some(mut rows) = table(&format!("eurepoc11_types_{name}")) else { return };
        let own = &found.types.iter().find(|table| table.of == of).unwrap().types;
        let mut ours: Vec<Vec<String>> =
            own.iter().map(|one| vec![one.name.clone(), one.count.to_string()]).collect();
        // The order of equals is nobody's.
        rows.sort();
        ours.sort();
        assert_eq!(ours, rows, "{name}");
    }
}

fn days(delay: &Delay) -> Vec<String> {
    delay.days.unwrap().iter().map(|days| format!("{days:.0}")).collect()
}

#[test]
fn delays_are_those_of_the_tables() {
    let Some(found) = all(&EUREPOC) else { return };
    let release = copy(&found, EurepocCopy::Release);
    let of =
        |found: &RepositoryFindings, of| *found.delays.iter().find(|one| one.of == of).unwrap();
    let Some(rows) = table("eurepoc11_delays_days") else { return };
    let wanted = [
        DelayOf::FirstAttribution,
        DelayOf::FirstPolitical,
        DelayOf::FirstLegal,
        DelayOf::PoliticalAfterAttribution,
        DelayOf::LegalAfterAttribution,
    ];
    assert_eq!(rows.len(), wanted.len());
    for (row, wanted) in rows.iter().zip(wanted) {
        let own = of(release, wanted);
        let counts = [own.dated, own.negative, own.counted].map(|count| count.to_string());
        assert_eq!(row[1..], [&counts[..], &days(&own)].concat(), "{wanted:?}");
    }
    let Some(rows) = table("eurepoc2023_attribution_delay_days") else { return };
    let wanted = [
        DelayOf::ByIndustry,
        DelayOf::ByGovernment,
        DelayOf::ByAttacker,
        DelayOf::ByThirdParty,
        DelayOf::ByOther,
    ];
    assert_eq!(rows.len(), wanted.len());
    for (row, wanted) in rows.iter().zip(wanted) {
        let own = of(copy(&found, EurepocCopy::Dashboard), wanted);
        let counts = [own.dated, own.counted].map(|count| count.to_string());
        let within = [own.within_a_month, own.within_a_year].map(percent);
        assert_eq!(row[1..], [&counts[..], &days(&own), &within[..]].concat(), "{wanted:?}");
    }
}

#[test]
fn dates_are_known_as_well_as_the_table_says() {
    let (Some(found), Some(rows)) = (all(&EUREPOC), table("eurepoc11_date_quality")) else {
        return;
    };
    let own = copy(&found, EurepocCopy::Release).dates.unwrap();
    let ours = [
        own.started,
        own.year_only,
        own.first_of_month,
        own.end_before_start,
        own.end_year_only,
        own.attribution_year_only,
    ];
    let theirs: Vec<u64> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    assert_eq!(theirs, ours);
}
